"""Tables held against another place, group or other days: its figures, differences, and what is beyond chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from survey_app.campaign.columns import SPECIAL
from tests.machinery import bypandas
from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported, Side
from tests.machinery.sheet import Node, Sheet
from tests.visits.desk.every_number.asking import WEIGHT, Query, everybody
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices
from tests.visits.desk.every_number.test_tables import (
    RULES,
    Shown,
    address,
    check_cells,
    check_notes,
    noted,
    said,
    sides_of,
)

MARKS = {"▲": 1, "▼": -1}
SIDES = ("B01", "B12", "B22", "B24", "B10", "issue", "priority", "language", "all")
MEASURES: tuple[dict[str, str], ...] = (
    {},
    {"percent": "row"},
    {"percent": "column"},
    {"percent": "total"},
    {"measure": "satisfied", "scale": "satisfaction"},
    {"measure": "mean", "scale": "B12"},
    {"percent": "column", "weights": WEIGHT},
)


def compared(office: Office, viewer: Viewer, lot: random.Random) -> Iterator[tuple[Query, Query]]:
    """Tables, each with what it is held against."""
    cut = (office.today - timedelta(days=30)).isoformat()
    for measure in MEASURES:
        for other in ("days", lot.choice(["place", "group"]) if viewer.is_coordinator else "place"):
            rows, columns = lot.sample(SIDES, 2)
            base = Query({"questionnaire": "driver", "rows": rows, "columns": columns, **measure}, everybody)
            base = base.weighted() if "weights" in measure else base
            if other == "days":
                later = {"from": cut, "versus_to": cut}
                yield (
                    base.only(lambda f: f["_date"] >= cut, **later),
                    base.only(lambda f: f["_date"] <= cut),
                )
                continue
            place = lot.choice(["group:G1", "group:G4"]) if other == "group" else "511700"
            yield replace(base, fields={**base.fields, "versus": place}), replace(base, place=place)


def check(sheet: Sheet, query: Query, against: Query, sees: set[str] | None, exported: Exported) -> None:
    """The cells, what stands in small in them, and the notes."""
    counted, others = query.counted(exported), against.counted(exported)
    shown = Shown.of(sheet)
    rows, columns, row_places, column_places = sides_of(counted, query, shown)
    plain = query.plain(counted, rows, columns)
    other = other_table(against, others, plain)
    check_cells(sheet, shown, plain, row_places, column_places)
    tested = beyond = 0
    for row, (_name, *cells, _people, _base) in zip(row_places, shown.lines, strict=True):
        for column, cell in zip(column_places, cells, strict=True):
            theirs = (
                _place(other.rows.codes, plain.rows.codes[row]),
                _place(other.columns.codes, plain.columns.codes[column]),
            )
            numbers, mark = bypandas.difference(plain, other, row, column, theirs)
            if not (_is_there(other.rows, theirs[0]) and _is_there(other.columns, theirs[1])):
                numbers, mark = [], 0
            if plain.cell(row, column):
                assert versus(sheet, cell) == (numbers, mark), (
                    plain.rows.codes[row],
                    plain.columns.codes[column],
                )
                assert is_starred(cell) == (bool(numbers) and other.is_of_few(*theirs)), cell.text
            few = plain.is_of_few(row, column) or other.is_of_few(*theirs)
            tested += bool(plain.is_share and numbers and plain.cell(row, column)) and not few
            beyond += bool(mark)
    told = said_of_it(len(other.rows.has), tested, beyond)
    check_notes(sheet, noted(query, counted, counted, plain, sees) + told)


def said_of_it(others: int, tested: int, beyond: int) -> list[str]:
    """The numbers that the notes say of a comparison with so many others."""
    if not tested:
        return [str(others)]
    marked = [f"{tested / 20:.1f}", str(beyond)] if beyond else []
    return [str(others), str(tested), *marked]


def other_table(against: Query, others: Exported, plain: Plain) -> Plain:
    """The other table by the same codes."""
    rows = against.side(others, "rows").widened(plain.rows.codes)
    columns = against.side(others, "columns").widened(plain.columns.codes)
    return against.plain(others, rows, columns)


def _place(codes: tuple[str, ...], code: str) -> int:
    return codes.index(code)


def _is_there(side: Side, place: int) -> bool:
    """Whether the other table has a line of that code: those who did not answer have one only where there are such."""
    return side.codes[place] not in SPECIAL or bool(side.has[:, place].any())


def is_starred(cell: Node) -> bool:
    """Whether the other figure is said to stand on few people."""
    return "*" in cell.one("small", "versus").text


def versus(sheet: Sheet, cell: Node) -> tuple[list[str], int]:
    """What a cell is compared with, and its mark."""
    small = cell.one("small", "versus")
    mark = next((MARKS[sign] for sign in small.text if sign in MARKS), 0)
    return said(sheet, small), mark


def test_every_number_of_comparisons(office: Office, viewer: Viewer):
    lot = random.Random(f"compared/{viewer.is_coordinator}")
    for query, against in compared(office, viewer, lot):
        sheet = office.sheet(viewer, address(query))
        try:
            check(sheet, query, against, viewer.sees, office.seen_by(viewer))
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{address(query)}: {error}") from error
        assert sheet.left(RULES) == [], query


def test_a_response_less_is_noticed_in_a_comparison(office: Office, viewer: Viewer):
    fields = {"questionnaire": "driver", "rows": "B12", "columns": "all", "percent": "column"}
    query = Query({**fields, "versus": "511700"}, everybody)
    against = Query(fields, everybody, "511700")
    sheet = office.sheet(viewer, address(query))
    inside = office.exported.places.inside("511700")
    holds_and_notices(partial(check, sheet, query, against, viewer.sees), office.seen_by(viewer), inside)
