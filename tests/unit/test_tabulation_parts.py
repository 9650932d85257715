"""A table is the same however the responses are cut into parts, wherever those are counted."""

from __future__ import annotations

import json
import random
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.campaign.expressions import parse
from survey_app.errors import SurveyError
from survey_app.tabulation import Catalogue, Measure, Where, Whole, ask, tabulate
from tests.machinery.counted import (
    ASKED,
    BY_HAND,
    CATALOGUE,
    QUESTIONS,
    Person,
    campaign,
    frame_of,
    questionnaire,
    said,
)
from tests.machinery.parts import Cut, cut, packed

SIDES = [
    *BY_HAND,
    ("home_region", "group", None, None),
    ("issue_check", None, None, None),
    ("issue_check", None, "three", None),
    ("priority", None, None, None),
    ("met", None, None, None),
    ("seen/badge", None, None, None),
    ("date", None, None, "day"),
    ("date", None, None, "week"),
    ("day", None, None, "month"),
    ("channel", None, None, None),
    ("version", None, None, None),
    ("questionnaire", None, None, None),
]
CONDITIONS = [
    "${sort} = 'bus'",
    "${sort} != 'bus'",
    "${region} = 'north' or ${satisfaction} = 's5'",
    "selected(${issue}, 'FEE')",
    "not(selected(${met}, 'none'))",
    "selected(${priority}, 'fast')",
    "selected(${met}, '_refused')",
    "${issue} = ''",
    "${trips} > 1 and ${words} != ''",
    "${trips} = ''",
    "${date} >= '2021-01-01' and ${day} != ''",
    "${channel} = 'qr:yard'",
    "false()",
]


def perhaps(**questions: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=questions)


PERSON = st.builds(
    Person,
    answers=perhaps(
        place=st.sampled_from(["all", "north", "n1", "n2", "south", "s1", "road", "lost"]),
        home=st.sampled_from(["north", "south"]),
        met=st.sampled_from([["FINE"], ["FEE"], ["FINE", "FEE"], ["none"], ["hush"]]),
        saw=st.sampled_from([["rude"], ["odd"], ["rude", "odd"]]),
        sort=st.sampled_from(["truck", "bus", "no", "ship"]),
        verdict=st.sampled_from(["s5", "s4", "s3", "s1", "dk"]),
        seen=st.sampled_from([{"badge": "did"}, {"badge": "did_not", "receipt": "did_not"}]),
        wants=st.sampled_from([["fair"], ["fast"], ["fair", "fast"]]),
        trips=st.integers(0, 3),
        day=st.sampled_from(["2021-01-31", "2021-03-01", "soon"]),
        words=st.just("好"),
    ),
    asked=st.just(ASKED) | st.lists(st.sampled_from(ASKED), unique=True).map(tuple),
    day=st.dates(date(2020, 12, 1), date(2021, 1, 31)),
    channel=st.sampled_from(["web", "paper", "qr:yard"]),
)


def measure(kind: str) -> Measure:
    return Measure(kind, CATALOGUE.scale("satisfaction") if kind in ("mean", "satisfied") else None)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Responses with flags, weights that add up exactly, and two versions."""
    people = draw(st.lists(PERSON, max_size=25))
    each = {"min_size": len(people), "max_size": len(people)}
    flags = draw(st.lists(st.sampled_from(["", "", "fast", "fast same"]), **each))
    hefts = draw(st.lists(st.sampled_from([0.0, 0.25, 1.0, 3.5]), **each))
    versions = draw(st.lists(st.sampled_from(["a1", "b2"]), **each))
    return frame_of(people).assign(
        _flags=pd.Series(flags, dtype="str"),
        heft=np.array(hefts, dtype=float),
        _version=pd.Categorical(versions, categories=["a1", "b2"]),
    )


WISHES = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(["respondents", "mentions", "mean", "satisfied"]).map(measure),
        "percent": st.sampled_from([None, "row", "column", "total"]),
        "where": st.none() | st.sampled_from(CONDITIONS).map(lambda words: Where(parse(words), CATALOGUE)),
        "without_flagged": st.booleans(),
        "weights": st.sampled_from([None, "heft"]),
    }
).map(lambda wish: wish | {"percent": None if wish["measure"].scale else wish["percent"]})


@given(
    frames(),
    st.tuples(st.sampled_from(SIDES), st.sampled_from(SIDES)),
    WISHES,
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_a_table_of_parts_is_that_of_the_whole_to_the_last_figure(
    frame: pd.DataFrame, pair, wish: dict, lot: random.Random
):
    sides = [CATALOGUE.variable(n, level=level, scheme=s, period=p) for n, level, s, p in pair]
    whole, parts = (tabulate(each, *sides, **wish) for each in (frame, cut(frame, CATALOGUE, lot)))
    assert json.dumps(parts.to_json_dict("zh")) == json.dumps(whole.to_json_dict("zh"))


PEOPLE = [
    said(place="n1", met=["FINE"], sort="bus", verdict="s5"),
    said(place="s1", met=["FEE"], sort="truck", verdict="s1"),
    said(sort="no"),
]
FRAME = frame_of(PEOPLE)


def halves(frame: pd.DataFrame, at: int) -> Cut:
    """Two parts that know no category but those that occur in them."""
    short = [name for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    parts = [
        part.assign(**{name: part[name].cat.remove_unused_categories() for name in short})
        for part in (frame[:at], frame[at:])
    ]
    return Cut(frame.iloc[:0], parts)


def test_no_parts_at_all_make_the_table_of_nobody():
    table = ask(Cut(FRAME.iloc[:0], []), CATALOGUE, "region", "issue", percent="row", where="${sort} = 'bus'")
    assert (
        table.to_json_dict()
        == ask(FRAME[:0], CATALOGUE, "region", "issue", percent="row", where="${sort} = 'bus'").to_json_dict()
    )


def test_a_condition_may_name_a_choice_that_only_another_part_has():
    assert ask(halves(FRAME, 1), CATALOGUE, "all", "sort", where="${sort} = 'truck'").people == 1
    with pytest.raises(SurveyError, match="has no choice 'trucks'"):
        ask(halves(FRAME, 1), CATALOGUE, "all", "sort", where="${sort} = 'trucks'")


def test_flags_count_and_leave_out_only_those_the_condition_holds_for():
    frame = FRAME.assign(_flags=["fast", "fast same", ""])
    asked = {"where": "${sort} != 'truck'", "without_flagged": True}
    for each in (frame, halves(frame, 1)):
        table = ask(each, CATALOGUE, "all", "sort", **asked)
        assert table.people == 1
        assert "1 responses about which something looks wrong (too fast 1) are left out." in [
            note.in_("en") for note in table.notes
        ]
        notes = [note.in_("en") for note in ask(each, CATALOGUE, "all", "sort").notes]
        assert any(
            note.startswith("Something looks wrong about 2 of the responses (too fast 2, same 1)")
            for note in notes
        )


def test_unusable_weights_are_counted_over_all_parts_and_can_be_left_out_with_a_condition():
    frame = FRAME.assign(heft=[-1.0, 2.0, np.inf])
    for asked in (frame, halves(frame, 1)):
        with pytest.raises(SurveyError, match="endless for 2 of 3 respondents"):
            ask(asked, CATALOGUE, "all", "sort", weights="heft")
        table = ask(asked, CATALOGUE, "all", "sort", weights="heft", where="${sort} = 'truck'")
        assert table.to_json_dict()["values"] == [[2.0, 0.0]]


def test_weights_without_a_name_go_with_a_frame_and_not_with_parts():
    weights = pd.Series([1.0, 2.0, 3.0])
    notes = [note.in_("en") for note in ask(FRAME, CATALOGUE, "all", "sort", weights=weights).notes]
    assert any(note.startswith("Weighted by “weights”: 3 respondents") for note in notes)
    with pytest.raises(SurveyError, match="name a column"):
        ask(halves(FRAME, 1), CATALOGUE, "all", "sort", weights=weights)


def test_weights_may_be_called_like_a_question_of_the_table():
    weights = pd.Series([1.0, 2.0, 3.0], name="sort")
    table = ask(FRAME, CATALOGUE, "all", "sort", weights=weights)
    assert table.to_json_dict()["values"] == [[2.0, 1.0, 3.0]]


def test_a_missing_column_gets_words_where_there_is_nobody_too():
    without = FRAME.drop(columns=["role:issue/FEE"])
    for asked in (without, Whole(without), Cut(without.iloc[:0], [])):
        with pytest.raises(SurveyError, match="no column 'role:issue/FEE'"):
            ask(asked, CATALOGUE, "all", "issue")


def test_who_has_no_state_at_all_counts_as_not_answered():
    frame = FRAME.assign(**{"role:issue": FRAME["role:issue"].where([True, True, False])})
    table = ask(frame, CATALOGUE, "all", "issue")
    assert table.columns[-1][0] == "_not_answered"
    assert table.counts[0, -1] == 1


def test_packed_choices_stand_in_the_order_of_the_campaigns_own_version():
    """Also where the campaign went back from a later version to an earlier one, as its frames do."""
    choices = list(QUESTIONS[7]["choices"])
    earlier, later = questionnaire(), questionnaire(wants={"choices": choices[::-1]})
    back = Catalogue.of(campaign(earlier), {"road": [earlier, later]})
    assert [*back.variable("priority").codes] == [*CATALOGUE.variable("priority").codes] == ["fair", "fast"]
    people = packed(frame_of([said(wants=["fair"])], earlier), CATALOGUE)
    assert ask(people, back, "all", "priority").counts.tolist() == [[1, 0]]


def test_more_issues_than_a_byte_holds_are_counted_bit_by_bit():
    codes = [f"w{number}" for number in range(19)]
    wide = questionnaire(wants={"choices": [{"name": code, "label": code} for code in codes]})
    catalogue = Catalogue.of(campaign(wide), {"road": [wide]})
    frame = frame_of([said(wants=codes[:number]) for number in range(1, 20)], wide)
    for each in (frame, packed(frame, catalogue)):
        table = ask(each, catalogue, "all", "priority")
        assert table.counts[0].tolist() == list(range(19, 0, -1))
        crossed = ask(each, catalogue, "priority", "priority")
        assert crossed.counts.tolist() == [[19 - max(r, c) for c in range(19)] for r in range(19)]
