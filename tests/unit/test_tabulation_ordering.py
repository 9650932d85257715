"""Rows by what stands in a column: the highest first, and at the end what cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_app.tabulation import ask
from survey_app.tabulation.ordering import can_order, like, ordered
from survey_app.tabulation.table import Table
from tests.machinery.counted import CATALOGUE, frame_of, said

PEOPLE = [
    *(said(place="n1", sort="bus") for _ in range(2)),
    *(said(place="n2", sort="bus") for _ in range(3)),
    *(said(place="s1", sort="truck") for _ in range(4)),
    *(said(sort="truck") for _ in range(9)),
]


def counted(**options: str) -> Table:
    return ask(frame_of(PEOPLE), CATALOGUE, "region", "sort", level="county", **options)


def codes(table: Table) -> list[str]:
    return [code for code, _ in table.rows]


def test_the_highest_comes_first_and_those_without_an_answer_stay_last():
    table = counted()
    assert codes(ordered(table, "bus"))[:2] == ["n2", "n1"]
    assert codes(ordered(table, "_total"))[:3] == ["s1", "n2", "n1"]
    assert codes(ordered(table, "_total"))[-1] == "_not_answered"


def test_every_figure_moves_with_its_row():
    table = counted(percent="row")
    moved = ordered(table, "bus")
    for place, code in enumerate(codes(moved)):
        was = codes(table).index(code)
        assert np.array_equal(moved.figures.counts[place], table.figures.counts[was])
        assert np.array_equal(moved.figures.values[place], table.figures.values[was], equal_nan=True)
        assert moved.row_bases[place] == table.row_bases[was]
    assert np.array_equal(moved.figures.counts[-1], table.figures.counts[-1])


def test_shares_of_few_people_come_after_those_of_many_and_what_is_no_figure_after_them():
    table = counted(percent="row")
    many = np.array([code in ("n1", "s1") for code, _ in table.rows] + [False])
    bases = np.where(many, 40.0, table.row_bases)
    found = codes(ordered(replace(table, row_bases=bases), "bus"))
    assert found[:3] == ["n1", "s1", "n2"], "n2 has as high a share as n1, of three people"
    assert found[3:] == ["road", "_not_answered"]


def test_few_people_keep_a_share_of_the_column_or_a_weighted_count_from_no_place():
    """All shares of a column stand on the same base, and a count on none."""
    for options in ({"percent": "column"}, {"weights": "heft"}):
        frame = frame_of(PEOPLE).assign(heft=1.0)
        table = ask(frame, CATALOGUE, "region", "sort", level="county", **options)
        many = np.where([code == "n1" for code, _ in table.rows] + [False], 40.0, table.row_bases)
        assert codes(ordered(replace(table, row_bases=many), "bus"))[:2] == ["n2", "n1"], options


def test_a_score_stands_on_those_of_its_own_column():
    people = [
        *(said(place="n1", sort="bus", verdict="s4") for _ in range(30)),
        *(said(place="n2", sort="bus", verdict="s5") for _ in range(2)),
        *(said(place="n2", sort="truck", verdict="s1") for _ in range(40)),
    ]
    table = ask(frame_of(people), CATALOGUE, "region", "sort", level="county", measure="mean")
    assert codes(ordered(table, "bus"))[:2] == ["n1", "n2"]


def test_another_table_is_put_into_the_same_order():
    first = ordered(counted(), "bus")
    assert codes(like(counted(), first)) == codes(first)


def test_days_in_another_order_are_no_time_line():
    days = replace(counted(), is_by_date=True)
    assert not ordered(days, "bus").is_by_date
    assert like(days, days).is_by_date


def test_only_a_column_that_is_there_can_order():
    assert can_order(counted(), "bus")
    assert can_order(counted(), "_total")
    assert not can_order(counted(), "ship")
