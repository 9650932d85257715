"""Counts are right: they equal a count by hand, add up, and do not depend on how the responses come."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.tabulation import Measure, Table, Whole, tabulate
from survey_app.tabulation.kernel import SeveralCodes, cross
from survey_app.tabulation.measures import RESPONDENTS, sums
from survey_app.tabulation.variables import Variable
from tests.machinery.counted import ASKED, BY_HAND, CATALOGUE, Person, frame_of

SIDES = list(BY_HAND)
OUTSIDE = {"_not_answered", "_not_asked", "_refused"}


def side(name: str, level: str | None, scheme: str | None, period: str | None) -> Variable:
    return CATALOGUE.variable(name, level=level, scheme=scheme, period=period)


def perhaps(**questions: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=questions)


PERSON = st.builds(
    Person,
    answers=perhaps(
        place=st.sampled_from(["all", "north", "n1", "n2", "south", "s1", "road", "lost"]),
        met=st.sampled_from([["FINE"], ["FEE"], ["FINE", "FEE"], ["none"], ["hush"]]),
        saw=st.sampled_from([["rude"], ["odd"], ["rude", "odd"]]),
        sort=st.sampled_from(["truck", "bus", "no", "ship"]),
        verdict=st.sampled_from(["s5", "s4", "s3", "s1", "dk"]),
    ),
    asked=st.just(ASKED) | st.lists(st.sampled_from(ASKED), unique=True).map(tuple),
    day=st.dates(date(2020, 11, 15), date(2021, 2, 15)),
)
PEOPLE = st.lists(PERSON, max_size=25)
PAIRS = st.tuples(st.sampled_from(SIDES), st.sampled_from(SIDES))


def counted(table: Table) -> dict[tuple[str, str], int]:
    """The cells that are not 0, by code."""
    rows, columns = ([code for code, _ in codes] for codes in (table.rows, table.columns))
    return {(rows[r], columns[c]): int(table.counts[r, c]) for r, c in np.argwhere(table.counts > 0)}


@given(PEOPLE, PAIRS)
@settings(max_examples=80)
def test_every_cell_and_base_equals_a_count_by_hand(people: list[Person], pair):
    table = tabulate(frame_of(people), *(side(*asked) for asked in pair))
    by_hand = [(BY_HAND[pair[0]](person), BY_HAND[pair[1]](person)) for person in people]
    shown = {(r, c) for r, _ in table.rows for c, _ in table.columns}
    cells = {
        (r, c)
        for rows, columns in by_hand
        for r in rows
        for c in columns
        if "answered and met none" not in (r, c)
    }
    assert cells <= shown, "somebody is in no cell of the table"
    assert counted(table) == {(r, c): sum(r in x and c in y for x, y in by_hand) for r, c in cells}
    assert table.row_base.tolist() == [
        sum(r in x and not y & OUTSIDE for x, y in by_hand) for r, _ in table.rows
    ]
    assert table.column_base.tolist() == [
        sum(c in y and not x & OUTSIDE for x, y in by_hand) for c, _ in table.columns
    ]
    assert table.base == sum(not (x | y) & OUTSIDE for x, y in by_hand)
    assert table.people == len(people)
    assert table.row_bases[-1] == sum(not y & OUTSIDE for _, y in by_hand)


@given(PEOPLE)
@settings(max_examples=40)
def test_the_cells_of_two_single_answers_add_up_to_all_respondents(people: list[Person]):
    table = tabulate(frame_of(people), side("region", "county", None, None), side("sort", None, None, None))
    assert table.counts.sum() == len(people)
    assert table.figures.counts[:-1, -1].sum() == table.figures.counts[-1, :-1].sum() == len(people)


@given(PEOPLE)
@settings(max_examples=40)
def test_regions_add_up_to_the_same_at_every_level(people: list[Person]):
    frame = frame_of(people)
    issues = side("issue", None, None, None)
    tables = [
        tabulate(frame, side("region", level, None, None), issues)
        for level in ("county", "prefecture", "group", "province")
    ]
    sums_of_columns = [
        {code: table.counts[:, place].sum() for place, (code, _) in enumerate(table.columns)}
        for table in tables
    ]
    assert all(found == sums_of_columns[0] for found in sums_of_columns)
    assert {table.base for table in tables} == {tables[0].base}
    assert {table.row_base.sum() for table in tables} == {tables[0].row_base.sum()}


@given(PEOPLE, PAIRS)
@settings(max_examples=40)
def test_no_cell_is_larger_than_its_bases(people: list[Person], pair):
    table = tabulate(frame_of(people), *(side(*asked) for asked in pair))
    answered = np.array([code not in OUTSIDE for code, _ in table.columns], dtype=bool)
    assert (table.counts[:, answered] <= table.row_base[:, np.newaxis]).all()
    answered = np.array([code not in OUTSIDE for code, _ in table.rows], dtype=bool)
    assert (table.counts[answered, :] <= table.column_base[np.newaxis, :]).all()


@given(PEOPLE, PAIRS, st.integers(0, 25), st.sampled_from(["respondents", "mentions", "mean", "satisfied"]))
@settings(max_examples=40)
def test_counts_of_partitions_add_up_to_those_of_the_whole(people: list[Person], pair, cut: int, kind: str):
    frame = frame_of(people)
    measure = Measure(kind, CATALOGUE.scale("satisfaction") if kind in ("mean", "satisfied") else None)
    variables = [side(*asked) for asked in pair]
    axes = tuple((variable, variable.axis(Whole(frame))) for variable in variables)
    weights = np.arange(len(frame), dtype=float)
    whole = sums(frame, axes, measure, weights, "column")
    parts = sums(frame[:cut], axes, measure, weights[:cut], "column") + sums(
        frame[cut:], axes, measure, weights[cut:], "column"
    )
    for name in ("people", "counted", "weight", "squares", "amount", "base", "base_squares"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


def same(one: Table, other: Table) -> bool:
    """Everything that is said, with NaN equal to NaN."""
    return repr(one.to_json_dict()) == repr(other.to_json_dict())


@given(PEOPLE.flatmap(lambda people: st.tuples(st.just(people), st.permutations(people))), PAIRS)
@settings(max_examples=40)
def test_a_table_does_not_depend_on_the_order_of_responses(both, pair):
    variables = [side(*asked) for asked in pair]
    one, other = (tabulate(frame_of(people), *variables, percent="row") for people in both)
    assert same(one, other)


@given(PEOPLE, PAIRS)
@settings(max_examples=40)
def test_every_response_twice_doubles_every_count(people: list[Person], pair):
    variables = [side(*asked) for asked in pair]
    frame = frame_of(people)
    once, twice = tabulate(frame, *variables), tabulate(pd.concat([frame, frame]), *variables)
    assert np.array_equal(twice.figures.counts, 2 * once.figures.counts)
    assert np.array_equal(twice.row_bases, 2 * once.row_bases)
    assert np.array_equal(twice.column_bases, 2 * once.column_bases)
    assert twice.base == 2 * once.base


@pytest.mark.parametrize("percent", ["row", "column", "total"])
@given(people=PEOPLE, pair=PAIRS)
@settings(max_examples=40)
def test_a_weight_of_one_for_everyone_changes_no_figure(people: list[Person], pair, percent: str):
    variables = [side(*asked) for asked in pair]
    frame = frame_of(people)
    plain = tabulate(frame, *variables, percent=percent)
    weighted = tabulate(
        frame, *variables, percent=percent, weights=pd.Series(1, index=frame.index, name="one")
    )
    assert np.array_equal(plain.counts, weighted.counts)
    for name in ("values", "low", "high"):
        one, other = (getattr(table.figures, name) for table in (plain, weighted))
        assert np.allclose(one, other, equal_nan=True), name


@given(PEOPLE, PAIRS)
@settings(max_examples=40)
def test_mentions_are_counted_once_for_each_issue_a_person_met(people: list[Person], pair):
    """By issue codes mentions equal respondents; by a scheme every issue of a category counts."""
    frame = frame_of(people)
    everyone = side("all", None, None, None)
    by_issue = tabulate(frame, side("issue", None, None, None), everyone, measure=Measure("mentions"))
    by_kind = tabulate(frame, side("issue", None, "three", None), everyone, measure=Measure("mentions"))
    codes = [code for code, _ in by_issue.rows]
    chosen = {code: by_issue.counts[codes.index(code), 0] for code in ("FINE", "FEE", "RUDE", "ODD")}
    kinds = dict(zip([code for code, _ in by_kind.rows], by_kind.counts[:, 0], strict=True))
    assert kinds["MONEY"] == chosen["FINE"] + chosen["FEE"]
    assert kinds["MANNER"] == chosen["RUDE"]
    assert kinds.get("_unknown", 0) == chosen["ODD"]
    assert by_kind.base == by_issue.base, "the base stays respondents"


def test_a_choice_nobody_made_is_a_row_of_noughts():
    table = tabulate(frame_of([]), side("region", "county", None, None), side("issue", None, None, None))
    assert [code for code, _ in table.rows] == ["n1", "n2", "s1", "road"]
    assert [code for code, _ in table.columns] == ["FINE", "FEE", "RUDE", "ODD"]
    assert not table.counts.any()
    assert table.to_json_dict()["counts"] == [[0] * 4] * 4


def test_who_ticked_none_of_these_is_in_the_base_without_a_mention():
    people = [Person({"met": ["none"]}), Person({"met": ["FINE"]}), Person({"met": ["hush"]})]
    table = tabulate(
        frame_of(people), side("issue", None, None, None), side("all", None, None, None), percent="column"
    )
    codes = [code for code, _ in table.rows]
    assert table.base == 2
    assert table.values is not None
    assert table.values[codes.index("FINE"), 0] == 0.5
    assert np.isnan(table.values[codes.index("_refused"), 0]), "who refused is shown, and outside the shares"
    assert table.counts[codes.index("_refused"), 0] == 1


def test_a_person_counts_once_in_a_category_however_many_of_its_issues_they_met():
    people = [Person({"met": ["FINE", "FEE"], "saw": ["rude"]})]
    table = tabulate(frame_of(people), side("issue", None, "three", None), side("all", None, None, None))
    assert counted(table) == {("MONEY", "all"): 1, ("MANNER", "all"): 1}
    mentions = tabulate(
        frame_of(people),
        side("issue", None, "three", None),
        side("all", None, None, None),
        measure=Measure("mentions"),
    )
    assert counted(mentions) == {("MONEY", "all"): 2, ("MANNER", "all"): 1}


def test_who_named_only_the_prefecture_is_not_lost_from_a_table_of_counties():
    people = [Person({"place": "north"}), Person({"place": "n1"})]
    table = tabulate(frame_of(people), side("region", "county", None, None), side("all", None, None, None))
    assert [code for code, _ in table.rows] == ["n1", "n2", "s1", "road", "north"]
    assert table.rows[-1][1].in_("en") == "north (no closer place given)"
    assert table.counts.ravel().tolist() == [1, 0, 0, 0, 1]
    assert table.base == 2


def test_months_without_answers_have_their_place_between_the_others():
    people = [Person(day=date(2020, 11, 30)), Person(day=date(2021, 2, 1))]
    table = tabulate(frame_of(people), side("date", None, None, "month"), side("all", None, None, None))
    assert [code for code, _ in table.rows] == ["2020-11", "2020-12", "2021-01", "2021-02"]
    assert table.counts.ravel().tolist() == [1, 0, 0, 1]


@given(st.lists(st.dates(date(1998, 1, 1), date(2030, 12, 31)), min_size=1, max_size=10))
@settings(max_examples=40)
def test_weeks_are_those_of_the_iso_calendar(days: list[date]):
    start = days[0]
    near = [start + timedelta(days=day.toordinal() % 900) for day in days]
    table = tabulate(
        frame_of([Person(day=day) for day in near]),
        side("date", None, None, "week"),
        side("all", None, None, None),
    )
    here = {f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in near}
    assert {row for row, _ in counted(table)} == here
    assert (
        len(table.rows)
        == (max(near) - min(near) + timedelta(days=min(near).weekday() - max(near).weekday())).days // 7 + 1
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 1), st.integers(0, 5)), max_size=20
    ),
    st.booleans(),
)
def test_the_kernel_sums_weights_times_how_often_each_side_was_chosen(people, weighted: bool):
    columns = list(zip(*people, strict=True)) or [(), (), (), ()]
    first, second, ticks = (np.array(column, dtype=np.uint8) for column in columns[:3])
    weights = np.array(columns[3], dtype=float) if weighted else None
    # Twice is the bits 0 and 1, three times the bits 0, 1 and 2; the tick is bit 3.
    octets = [((1 << times) - 1).astype(np.uint8) | ticks << np.uint8(3) for times in (first, second)]
    lines = np.array([[1, 1, 1, *[0] * 6], [0, 0, 0, 1, *[0] * 5]], dtype=float)
    grid = cross(*(SeveralCodes((octet,), lines) for octet in octets), weights)
    heft = [person[3] if weighted else 1 for person in people]
    by_hand = [
        [sum(w * p[row] * p[column] for w, p in zip(heft, people, strict=True)) for column in (1, 2)]
        for row in (0, 2)
    ]
    assert grid.tolist() == by_hand


def test_people_are_whole_numbers_even_when_a_frame_lacks_the_version():
    frame = frame_of([Person({"sort": "bus"})]).drop(columns=["_version"])
    table = tabulate(
        frame, side("sort", None, None, None), side("all", None, None, None), measure=RESPONDENTS
    )
    assert table.questionnaires == {}
    assert dataclasses.replace(table, notes=()).to_json_dict()["counts"] == [[0], [1]]
