"""A table as a DataFrame, the way csv and xlsx hold it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from survey_app.tabulation.table import Table
from survey_app.tabulation.words import BASE, BESIDE, CODE, HIDDEN, phrase

TOTAL_CODE, BASE_CODE = "_total", "_base"


def as_frame(table: Table, language: str) -> pd.DataFrame:
    """A line per row, then the total and the base; cells are text and numbers, None where there is no figure, and
    a word where it is hidden.

    Columns: code, label, one per column (with what stands beside a figure that is no count, see `parts_of`), total,
    base. Shares run from 0 to 1.
    """
    lines = [_line(table, place, *row, language) for place, row in enumerate(table.rows)]
    lines.append(_line(table, -1, TOTAL_CODE, table.everyone_label, language))
    lines.append(_base_line(table, language))
    return pd.DataFrame(lines, columns=_heads(table, language), dtype=object)


def parts_of(table: Table) -> tuple[str, ...]:
    """What each column of the table is written as: the figure, of a share its interval's ends, of whatever is no count
    how many it is made of, and where bases differ within a row the base.
    """
    figures = table.figures
    found = {"low": figures.low is not None, "n": figures.values is not None, "base": table.has_own_bases}
    found["high"] = found["low"]
    return ("figure", *(part for part in ("low", "high", "n", "base") if found[part]))


def _heads(table: Table, language: str) -> list[str]:
    names = [label.in_(language) for _, label in table.columns]
    names = [each for name in names for each in _named(name, parts_of(table), language)]
    first = [CODE.in_(language), table.sides[0].in_(language)]
    return [*first, *names, table.total_label.in_(language), BASE.in_(language)]


def _named(name: str, parts: tuple[str, ...], language: str) -> list[str]:
    """What the columns of one column's parts are called."""
    return [name, *(phrase(BESIDE[part], name=name).in_(language) for part in parts[1:])]


def _line(table: Table, place: int, code: str, label: Any, language: str) -> list[Any]:
    figures = [x for column in range(len(table.columns)) for x in _shown(table, place, column, language)]
    people, base = table.figures[place, -1].counts, table.row_bases[place]
    ends = (people, base) if place >= 0 else (table.everyone_people, table.everyone_base)
    return [code, label.in_(language), *figures, *(_count(table, end, language) for end in ends)]


def _base_line(table: Table, language: str) -> list[Any]:
    blank = [None] * (len(parts_of(table)) - 1)
    bases = [x for base in table.column_base for x in (_count(table, base, language), *blank)]
    ends = (_count(table, base, language) for base in (table.column_bases[-1], table.base))
    return [BASE_CODE, BASE.in_(language), *bases, *ends]


def _shown(table: Table, row: int, column: int, language: str) -> list[Any]:
    parts, place = parts_of(table), table.figures[row, column]
    if table.hidden[row, column]:
        return [_count(table, None, language), *[None] * (len(parts) - 1)]
    main = place.counts if place.values is None else place.values
    n = table.shared[column] if row < 0 else place.counts
    base = np.nan if np.isnan(main) else place.bases
    cells = {"figure": main, "low": place.low, "high": place.high, "n": n, "base": base}
    return [_cell(cells[part]) for part in parts]


def _count(table: Table, count: Any, language: str) -> str | int | float | None:
    if count is None or np.isnan(count):
        return HIDDEN.in_(language) if table.least else None
    return _cell(count)


def _cell(figure: Any) -> int | float | None:
    if np.isnan(figure):
        return None
    return int(figure) if float(figure).is_integer() and abs(figure) < 2**53 else round(float(figure), 6)


def whole(count: Any) -> int | None:
    """A count as a cell; None where there is none."""
    return None if np.isnan(count) else int(count)
