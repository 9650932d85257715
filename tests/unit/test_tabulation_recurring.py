"""Words that recur: counted by responses, tested against the rest, and never those of one or two people."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from collections.abc import Iterable
from math import log

import pandas as pd
import pytest

from survey_app.tabulation import Whole, recurring
from survey_app.tabulation.recurring import (
    ByRegion,
    ByTicks,
    WordCounts,
    ids_of,
    said_in,
    signed_g2,
    words_of,
)
from survey_app.tabulation.several import Ticks


def told(*texts: tuple[str, Iterable[str]]) -> WordCounts:
    said = WordCounts()
    for text, groups in texts:
        said.take([text], list(groups))
    return said


def test_the_ratio_is_that_of_a_table_worked_out_by_hand():
    # 10 of 20 inside, 5 of 80 outside; by chance 3, 12, 17 and 68 would stand in the four cells
    by_hand = 2 * (10 * log(10 / 3) + 5 * log(5 / 12) + 10 * log(10 / 17) + 75 * log(75 / 68))
    assert by_hand == pytest.approx(19.41, abs=0.005)
    assert signed_g2(10, 20, 5, 80) == pytest.approx(by_hand)
    assert signed_g2(5, 80, 10, 20) == pytest.approx(-by_hand)


@pytest.mark.parametrize("cells", [(0, 0, 3, 9), (3, 9, 0, 0), (0, 5, 0, 5), (5, 5, 5, 5), (2, 4, 4, 8)])
def test_what_can_tell_nothing_is_nought(cells: tuple[int, int, int, int]):
    assert signed_g2(*cells) == pytest.approx(0, abs=1e-12)


def test_a_word_of_the_group_comes_first_and_one_of_the_rest_last_with_how_many_say_it():
    said = told(
        *[("收费站 罚款 罚款", ["east"])] * 8,
        *[("道路很好", ["east"])] * 2,
        *[("道路很好 检查", ["west"])] * 9,
        ("罚款", ["west"]),
    )
    ranked = said.ranked("east")
    assert (said.responses, said.sizes["east"]) == (20, 10)
    assert [(word.word, word.inside, word.outside) for word in ranked] == [
        ("收费站", 8, 0),
        ("罚款", 8, 1),
        ("道路", 2, 9),
        ("检查", 0, 9),
    ]
    assert ranked[0].g2 == pytest.approx(signed_g2(8, 10, 0, 10))
    assert [word.word for word in ranked if word.g2 < 0][-1] == "检查"
    assert [-word.g2 for word in said.ranked("west")] == pytest.approx([word.g2 for word in ranked][::-1])


def test_a_word_that_fewer_than_three_say_is_never_shown_however_often_they_say_it(
    monkeypatch: pytest.MonkeyPatch,
):
    said = told(*[("张三丰 " * 50, ["east"])] * 2, *[("道路", ["west"])] * 50)
    sure = said.ranked("east")
    monkeypatch.setattr(recurring, "LEAST_G2", 0)
    assert said.ranked("east") == sure
    assert all(word.word == "道路" for word in said.ranked("east"))
    assert said.commonest() == (("道路", 50),)
    said.take(["张三丰"], ["east"])
    assert said.ranked("east")[0].inside == 3


@pytest.mark.parametrize(
    "number",
    ["13800138000", "川A12345", "11010519491231002X", "一三八零零一三八零零零", "幺三八零零幺三八零零零"],
)
def test_no_number_by_which_somebody_can_be_found_is_a_word(number: str):
    assert words_of(f"收费站{number}罚款{number}") == {"收费站", "罚款"}


@pytest.mark.parametrize(
    "text, words",
    [
        ("在收费站被拦下，罚款200元！！", {"收费站", "拦下", "罚款"}),
        ("The officer took CASH, cash & cash.", {"officer", "took", "cash"}),
        ("", set()),
        ("😀 \0 \ud800 <script>", {"script"}),
        ("的了和是", set()),
        ("２００元", set()),
    ],
)
def test_words_are_those_of_the_dictionary_without_signs_numbers_and_small_words(text: str, words: set[str]):
    assert words_of(text) == words


def test_no_name_is_put_together_from_signs_that_are_in_no_dictionary():
    assert not any("龘靐" in word for word in words_of("龘靐齉同志态度恶劣"))


def test_the_dictionary_is_not_read_before_somebody_looks_at_words_nor_from_where_others_can_write():
    code = (
        "import sys; from survey_app.tabulation.recurring import words_of; assert 'jieba' not in sys.modules;"
        "import tempfile; tempfile.tempdir = '/nowhere'; print(sorted(words_of('收费站罚款')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("['收费站', '罚款']", "")


VOCABULARY = ("罚款", "收费站", "检查", "态度", "证件", "票据", "道路", "超载")


def test_counts_and_ranks_are_those_of_a_plain_count_over_the_same_responses(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(recurring, "LEAST", 0)
    monkeypatch.setattr(recurring, "LEAST_G2", 0)
    lot = random.Random(7)
    rows = [
        {
            "_region": lot.choice(["P1a", "P1b", "P2a", None]),
            "why": " ".join(lot.choices(VOCABULARY, k=lot.randint(1, 6))) if lot.random() < 0.8 else None,
            "more": lot.choice([None, "票据", ""]),
        }
        for _ in range(400)
    ]
    targets = {"P1a": "P1", "P1b": "P1", "P2a": "P2"}
    said = said_in(Whole(pd.DataFrame(rows)), ["why", "more"], ByRegion(targets))
    written = [row for row in rows if row["why"] or row["more"]]
    assert said.responses == len(written)
    for group in ("P1", "P2"):
        inside = [row for row in written if targets.get(row["_region"] or "") == group]
        outside = [row for row in written if row not in inside]
        assert said.sizes[group] == len(inside)
        for word in said.ranked(group):
            counts = [
                sum(word.word in f"{row['why']} {row['more']}" for row in side) for side in (inside, outside)
            ]
            assert [word.inside, word.outside] == counts
            assert word.g2 == pytest.approx(signed_g2(counts[0], len(inside), counts[1], len(outside)))


def test_a_response_belongs_to_every_group_of_whose_choices_it_ticked_one():
    ticked = {"m/a": [True, False, False], "m/b": [False, True, False], "m/c": [True, True, False]}
    frame = pd.DataFrame({"_id": ["1", "2", "3"], "why": ["罚款", "罚款", "道路"], **ticked})
    groups = ByTicks(Ticks("m", ("a", "b", "c")), {"ab": ("a", "b"), "c": "c", "": ()})
    groups = pickle.loads(pickle.dumps(groups))  # noqa: S301 (as on its way to another machine)
    said = said_in(Whole(frame), ["why"], groups)
    assert dict(said.sizes) == {"ab": 2, "c": 2}
    assert said.by_group["ab"]["罚款"] == 2
    assert ids_of(Whole(frame), groups, "c") == {"1", "2"}
    assert ids_of(Whole(frame), groups, "d") == set()


def test_a_question_that_these_answers_do_not_have_says_nothing():
    said = said_in(Whole(pd.DataFrame({"_region": ["P1a"]})), ["why"], ByRegion({}))
    assert (said.responses, said.commonest()) == (0, ())
