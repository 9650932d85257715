"""One's own tables held against the public figures of all regions: rounded ones, and those that are hidden stay so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.machinery import bypandas
from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported
from tests.machinery.sheet import Sheet
from tests.visits.desk.every_number.asking import SCORED, Query, everybody
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices
from tests.visits.desk.every_number.test_comparisons import other_table, said_of_it, versus
from tests.visits.desk.every_number.test_public import ASKED, published, rounded
from tests.visits.desk.every_number.test_public import RULES as OF_PUBLIC
from tests.visits.desk.every_number.test_tables import (
    RULES,
    Shown,
    address,
    check_cells,
    check_notes,
    codes_of,
    noted,
    sides_of,
)

HELD = (
    "responses-by-prefecture-and-channel",
    "issues-by-audience",
    "satisfaction-by-prefecture",
    "trend-by-prefecture",
)
"""Public tables that no side keeps from comparing: the places that responses come from are on neither."""
EXPLAINED = {*RULES, *OF_PUBLIC}

Unsaid = Mapping[tuple[str, str], str]
"""By the codes of row and column, the sign that stands in a public table instead of a figure."""


def unsaid(office: Office, name: str) -> Unsaid:
    """What the public page does not say. That it hides what it must is looked at where that page is."""
    sheet = office.sheet(office.viewers["observer"], f"/research/figures?name={name}")
    shown, query = Shown.of(sheet), Query(ASKED[name], everybody)
    rows, columns = (
        codes_of(office.exported.public, query, which, words)
        for which, words in (("rows", shown.row_words), ("columns", shown.column_words))
    )
    cells = [
        (row, column, cell.text)
        for row, line in zip(rows, shown.lines, strict=True)
        for column, cell in zip(columns, line[1:-2], strict=True)
    ]
    return {(row, column): text for row, column, text in cells if not sheet.numbers(text)}


def in_public(plain: Plain, *, is_scored: bool) -> Plain:
    """The table with all its figures made out of rounded numbers."""
    counts = np.vectorize(rounded)(plain.counts)
    if plain.values is None:
        return replace(plain, counts=counts)
    made = np.full((*plain.values.shape, 2), np.nan)
    for at in zip(*np.nonzero(plain.counts), strict=True):
        made[at] = published(plain, (int(at[0]), int(at[1])), is_scored=is_scored)
    shares, of = made[..., 0], made[..., 1]
    low, high = bypandas.wilson(shares, of)
    people = None if plain.of_people is None else np.vectorize(rounded)(plain.of_people)
    return replace(plain, counts=counts, values=shares, low=low, high=high, of_people=people)


def check(sheet: Sheet, query: Query, hidden: Unsaid, sees: set[str] | None, exported: Exported) -> None:
    """The cells, the public figures in small in them, and the notes."""
    own = query.counted(exported.within(sees))
    shown = Shown.of(sheet)
    rows, columns, row_places, column_places = sides_of(own, query, shown)
    plain = query.plain(own, rows, columns)
    is_scored = query.fields.get("measure") in SCORED
    # A public table is of all that the public is asked, those too who were not asked for what it is by.
    other = in_public(other_table(query, exported.public, plain), is_scored=is_scored)
    check_cells(sheet, shown, plain, row_places, column_places)
    tested = beyond = 0
    for row, (_name, *cells, _people, _base) in zip(row_places, shown.lines, strict=True):
        for column, cell in zip(column_places, cells, strict=True):
            if not plain.cell(row, column):
                continue
            codes = plain.rows.codes[row], plain.columns.codes[column]
            if codes in hidden:
                assert cell.one("small", "versus").text == hidden[codes], codes
                continue
            theirs = other.rows.codes.index(codes[0]), other.columns.codes.index(codes[1])
            numbers, mark = bypandas.difference(plain, other, row, column, theirs)
            assert versus(sheet, cell) == (numbers, mark), codes
            few = plain.is_of_few(row, column) or other.is_of_few(*theirs)
            tested += bool(plain.is_share and numbers) and not few
            beyond += bool(mark)
    told = said_of_it(rounded(len(other.rows.has)), tested, beyond)
    check_notes(sheet, noted(query, own, own, plain, sees) + told, EXPLAINED)


def beside(office: Office, viewer: Viewer, name: str) -> tuple[Query, Sheet]:
    """A public table asked for as one's own, with the public figures in small."""
    query = Query({**ASKED[name], "versus": "released"}, everybody)
    return query, office.sheet(viewer, address(query))


@pytest.mark.parametrize("name", HELD)
def test_every_number_beside_public_ones(office: Office, viewer: Viewer, name: str):
    query, sheet = beside(office, viewer, name)
    hidden = unsaid(office, name)
    holds_and_notices(partial(check, sheet, query, hidden, viewer.sees), office.exported, viewer.sees)
    assert sheet.left(EXPLAINED) == []


def test_that_others_are_missing_is_noticed(office: Office):
    """One response of others more or less is rounded away, but not those of a month."""
    viewer = office.viewers["researcher"]
    query, sheet = beside(office, viewer, "issues-by-audience")
    own = viewer.sees or set()
    first = sorted(office.exported.public.all["_date"])[len(office.exported.public) // 3]
    fewer = office.exported.where(lambda frame: frame["_region"].isin(own) | (frame["_date"] >= first))
    hidden = unsaid(office, "issues-by-audience")
    check(sheet, query, hidden, viewer.sees, office.exported)
    with pytest.raises(AssertionError):
        check(sheet, query, hidden, viewer.sees, fewer)
