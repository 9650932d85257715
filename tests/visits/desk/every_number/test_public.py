"""Public figures: rounded, small ones hidden, none of them more exact than the rule allows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.machinery import bypandas
from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported
from tests.machinery.sheet import Node, Sheet
from tests.visits.desk.every_number.asking import SCORED, Query, everybody
from tests.visits.desk.every_number.conftest import PUBLIC, Office
from tests.visits.desk.every_number.test_tables import Shown, said, sides_of

LEAST, BASE, HIDDEN = 10, 5, "不显示"
RULES = ("0", "30", "95", "10", "5")
"""By which the page explains what is hidden and rounded."""
ASKED = {
    "categories-by-prefecture": {
        "rows": "region",
        "columns": "issue",
        "level": "prefecture",
        "scheme": "sc2021",
    },
    "responses-by-prefecture-and-channel": {
        "rows": "home_region",
        "columns": "channel",
        "level": "prefecture",
    },
    "issues-by-audience": {"rows": "issue", "columns": "audience", "percent": "column"},
    "satisfaction-by-prefecture": {
        "rows": "home_region",
        "columns": "audience",
        "level": "prefecture",
        "measure": "satisfied",
        "scale": "satisfaction",
    },
    "trend-by-prefecture": {
        "rows": "home_region",
        "columns": "trend",
        "level": "prefecture",
        "percent": "row",
    },
}


def rounded(number: float) -> int:
    """To the nearest multiple, halves up."""
    return int(BASE * np.floor(number / BASE + 0.5))


def check_count(cell: Node, number: int) -> bool:
    """A count is rounded, or hidden; gives whether it is hidden. A small one always is."""
    if cell.text == HIDDEN:
        return True
    assert number >= LEAST, (cell.text, number)
    assert cell.text.rstrip("*").replace(",", "") == str(rounded(number)), (cell.text, number)
    return False


def check(office: Office, sheet: Sheet, query: Query, exported: Exported) -> None:
    counted = exported.only([each.name for each in office.campaign.public])
    shown = Shown.of(sheet)
    rows, columns, row_places, column_places = sides_of(counted, query, shown)
    plain = query.plain(counted, rows, columns)
    hidden = np.zeros((len(shown.lines) + 1, len(column_places) + 1), dtype=bool)
    lines = [*zip(row_places, shown.lines, strict=True), (-1, shown.total)]
    for line, (row, (_name, *cells, people, base)) in enumerate(lines):
        ends = plain.everyone if row < 0 else (int(plain.counts[row, -1]), int(plain.row_bases[row]))
        hidden[line, -1] = check_count(people, ends[0])
        check_count(base, ends[1])
        for place, (column, cell) in enumerate(zip(column_places, cells, strict=True)):
            hidden[line, place] = check_cell(sheet, query, cell, plain, (row, column))
    for column, cell in zip(column_places, shown.bases[1:-2], strict=True):
        check_count(cell, int(plain.column_bases[column]))
    check_count(shown.bases[-1], plain.base)
    if plain.values is None:
        no_more_than_needed(plain, hidden, [*row_places, -1], [*column_places, -1])
    notes = sheet.take(sheet.main.one("ul", "notes"))
    numbers = {*sheet.numbers(" ; ".join(each.text for each in notes.every("li")))}
    assert numbers - {*RULES} <= {str(rounded(plain.base)), str(rounded(len(rows.has)))}


def check_cell(sheet: Sheet, query: Query, cell: Node, plain: Plain, at: tuple[int, int]) -> bool:
    """A cell is a rounded count, or a share with its interval, out of rounded ones; gives whether it is hidden."""
    count = int(plain.inside[at])
    if plain.values is None or cell.text == HIDDEN:
        return check_count(cell, count)
    numbers, value = said(sheet, cell), plain.values[at]
    if not numbers:  # nobody, or its base is hidden
        return False
    assert count >= LEAST
    is_scored = query.fields.get("measure") in SCORED
    share, of = map(np.array, published(plain, at, is_scored=is_scored))
    ends = [f"{100 * end:.0f}" for end in bypandas.wilson(share, of)]
    own = of_its_own(plain, at)
    people = [str(rounded(count)), *([] if own is None else [str(own)])]
    assert (numbers[0], numbers[-len(people) :]) == (f"{100 * share:.1f}", people), (cell.text, count, value)
    assert numbers[1 : -len(people)] in (ends, []), (cell.text, ends)
    if is_scored:
        reached = round(value * count)
        assert min(reached, count - reached) >= LEAST, (
            "few who are satisfied, or few who are not, tell of each other"
        )
    return False


def of_its_own(plain: Plain, at: tuple[int, int]) -> int | None:
    """The base of a cell, rounded, where it is not that of its line."""
    own = plain.own_base(*at)
    rows = plain.base if at[0] == -1 else int(plain.row_bases[at[0]])
    line = {"row": rows, "column": int(plain.column_bases[at[1]]), "": 0}.get(plain.over, plain.base)
    return None if own is None or rounded(own) == rounded(line) else rounded(own)


def published(plain: Plain, at: tuple[int, int], *, is_scored: bool) -> tuple[float, float]:
    """A share made of rounded numbers, and how many it is of; not a number where nobody is in it."""
    assert plain.values is not None
    count, value = int(plain.inside[at]), float(plain.values[at])
    if not count or np.isnan(value):
        return float("nan"), float("nan")
    reached = round(value * count) if is_scored else count
    of = rounded(count if is_scored else count / value)
    return (min(1.0, rounded(reached) / of) if of else float("nan")), float(of)


def no_more_than_needed(plain: Plain, hidden: np.ndarray, rows: list[int], columns: list[int]) -> None:
    """A count that is large enough is hidden only where it would tell of one that is hidden in its line."""
    small = np.array([[plain.counts[row, column] < LEAST for column in columns] for row in rows])
    for row, column in zip(*np.nonzero(hidden & ~small), strict=True):
        assert small[row, :].any() or small[:, column].any() or hidden[row, :].sum() > 1, (row, column)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_number(office: Office, name: str):
    query = Query(ASKED[name], everybody)
    sheet = office.sheet(office.viewers["observer"], f"/research/figures?name={name}")
    check(office, sheet, query, office.exported.public)
    assert sheet.left(RULES) == []


def test_that_responses_are_missing_is_noticed(office: Office):
    """Rounded figures hide one response more or less, but not those of a month."""
    query = Query(ASKED["categories-by-prefecture"], everybody)
    sheet = office.sheet(office.viewers["observer"], "/research/figures?name=categories-by-prefecture")
    first = sorted(office.exported.public.all["_date"])[len(office.exported.public) // 3]
    with pytest.raises(AssertionError):
        check(office, sheet, query, office.exported.public.where(lambda frame: frame["_date"] >= first))
