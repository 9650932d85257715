"""A table's cells as a page shows them: 0 is nobody, – a figure that does not exist, a word a hidden one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from flask_babel import gettext as _

from survey_app.tabulation import Table
from survey_app.tabulation.beside import MARKS
from survey_app.tabulation.chance import Differences
from survey_app.tabulation.text import NO_FIGURE, made_of, signed, star
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import HIDDEN
from survey_app.web import languages


class Cell(NamedTuple):
    """`figure`: what is read first; `beside`: the count or the interval, in small; `why`: what a sign stands for;
    `other`: what it is compared with.
    """

    figure: str
    beside: str = ""
    why: str = ""
    other: str = ""
    kind: str = ""


class Row(NamedTuple):
    """A row of the page's table; `answered`: whether it is one of answers; `share`: of the longest, from 0 to 100."""

    code: str
    label: Any
    cells: list[Cell]
    total: Cell
    base: Cell
    answered: bool


def rows(table: Table, differences: Differences | None = None) -> Iterator[Row]:
    """The rows, then that of everyone."""
    small = table.small_rows
    for place, (code, label) in enumerate(table.rows):
        cells = [_cell(table, place, column, differences) for column in range(len(table.columns))]
        total = count(table.figures[place, -1].counts)
        base = _base(table.row_bases[place], small=small[place])
        yield Row(code, label, cells, total, base, is_answer(code))
    cells = [_cell(table, -1, column, None) for column in range(len(table.columns))]
    people, base = count(table.everyone_people), count(table.everyone_base)
    yield Row("_total", table.everyone_label, cells, people, base, answered=True)


def bases(table: Table) -> list[Cell]:
    """The line of the columns' bases."""
    marked = zip(table.column_base, table.small_columns, strict=True)
    return [_base(base, small=small) for base, small in marked]


def grand(table: Table) -> Cell:
    """How many answered both sides."""
    return _base(table.base, small=table.is_small)


def count(number: Any) -> Cell:
    """A count alone."""
    return _hidden() if number is None or np.isnan(number) else Cell(f"{float(number):,.0f}")


def _hidden() -> Cell:
    why = str(_("Hidden: too few people, or it would tell of too few."))
    return Cell(HIDDEN.in_(languages.current()), why=why, kind="hidden")


def _base(number: Any, *, small: Any) -> Cell:
    cell = count(number)
    if small:
        return cell._replace(figure=cell.figure + star(small), why=_small(), kind="small")
    return cell


def _small() -> str:
    return str(_("A small base: not fit for comparison."))


def _cell(table: Table, row: int, column: int, differences: Differences | None) -> Cell:
    place = table.figures[row, column]
    cell = _hidden() if table.hidden[row, column] else count(place.counts)
    if place.values is not None and cell.kind != "hidden":
        cell = _valued(table, place, made_of(table, row, column), interval=row >= 0)
        if table.small_cells[row, column]:
            cell = cell._replace(why=_small())
    if differences is None or cell.kind:
        return cell
    return cell._replace(other=_compared(table, differences, row, column))


def _valued(table: Table, place: Any, people: str, *, interval: bool) -> Cell:
    """A share, a mean or a weighted count, with its interval and the number of people."""
    if np.isnan(place.values):
        return Cell(NO_FIGURE, why=str(_("There is no such figure: nobody is in its base.")), kind="none")
    if not table.is_share:
        return Cell(f"{place.values:,.2f}", people)
    share = f"{100 * place.values:.1f}%"
    if place.low is None or np.isnan(place.low) or not interval:
        return Cell(share, people)
    return Cell(share, f"{100 * place.low:.0f}–{100 * place.high:.0f} · {people}")


def _compared(table: Table, found: Differences, row: int, column: int) -> str:
    """The other figure, starred where it stands on a small base; by how much this one differs, and a sign where that is
    beyond chance."""
    other, difference = found.others[row, column], found.values[row, column]
    if np.isnan(other):
        return HIDDEN.in_(languages.current()) if found.hidden[row, column] else NO_FIGURE
    mark, starred = MARKS[int(found.beyond[row, column])], star(found.small[row, column])
    if not table.is_share:
        form = ",.0f" if table.figures.values is None else ",.2f"
        return f"{other:{form}}{starred} ({signed(difference, form)})"
    return f"{100 * other:.1f}%{starred} ({signed(100 * difference, '.1f')}) {mark}".rstrip()
