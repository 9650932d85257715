"""A table says in words whom it is of: no code and no sign of the language of conditions."""

from __future__ import annotations

import pytest

from survey_app.campaign.expressions import parse
from survey_app.tabulation import ask
from survey_app.tabulation.spoken import in_words
from survey_app.tabulation.where import Where
from tests.machinery.counted import CATALOGUE, frame_of, said


@pytest.mark.parametrize(
    ("source", "zh"),
    [
        ("${date} >= '2021-06-01' and ${date} <= '2021-06-30'", "2021-06-01 至 2021-06-30 提交"),
        (
            "${date} >= '2021-06-01' and ${date} <= '2021-06-30' and ${channel} = 'web'",
            "2021-06-01 至 2021-06-30 提交，并且“渠道”为“网页”",
        ),
        ("${date} <= '2021-06-30' or ${date} >= '2021-07-03'", "2021-06-30 或之前提交，或者2021-07-03 或之后提交"),
        ("'2021-06-01' < ${date}", "2021-06-01 之后提交（不含当天）"),
        ("${channel} = 'web'", "“渠道”为“网页”"),
        ("${channel} != 'paper' and (${place} = 'n1' or ${place} = 'road')", None),
        ("selected(${met}, 'FINE')", None),
        ("not(${region} = '_not_answered')", "并非（“发生地区”为“未作答”）"),
        ("${region} = ''", "没有回答“发生地区”"),
        ("selected(${issue}, 'RUDE')", "“突出问题”选了“rude”"),
        ("true()", "全部"),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_words(source: str, zh: str | None):
    told = in_words(Where(parse(source), CATALOGUE))
    assert zh is None or told.in_("zh") == zh
    for language in ("zh", "en"):
        assert not {"$", "{", "'", "="} & set(told.in_(language)), told


def test_brackets_stand_where_or_stands_in_and():
    told = in_words(Where(parse("${channel} = 'web' and (${place} = 'n1' or ${place} = 'road')"), CATALOGUE))
    assert told.in_("en").endswith("(“" + told.in_("en").partition("(“")[2])
    assert " and (" in told.in_("en")
    assert " or " in told.in_("en")


def test_what_is_beyond_words_stays_as_it_was_written():
    source = "${no_such} = 'x'"
    assert in_words(Where(parse(source), CATALOGUE)).in_("zh") == source


def test_the_notes_of_a_table_begin_with_whom_it_is_of_and_keep_the_condition_apart():
    table = ask(frame_of([said(met=["FINE"])]), CATALOGUE, "met", "all", where="${channel} = 'web'")
    assert table.whom == table.notes[:1]
    assert table.notes[0].in_("zh") == "只计满足条件的受访者：“渠道”为“网页”。"
    assert table.where == "${channel} = 'web'"
    assert not any("--" in note.in_(language) for note in table.notes for language in ("zh", "en"))
