"""What a table is compared with, as columns beside it and as lines a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from survey_app.campaign.texts import Text
from survey_app.tabulation.chance import Differences, differences
from survey_app.tabulation.intervals import SMALL
from survey_app.tabulation.table import Table
from survey_app.tabulation.text import NO_FIGURE, signed, star
from survey_app.tabulation.wide import whole
from survey_app.tabulation.words import (
    BASE,
    DIFFERENCE,
    DIFFERENCE_HIGH,
    DIFFERENCE_LOW,
    MARKED,
    MARKED_SMALL,
    OF_OTHER,
    phrase,
)

MARKS = {1: "▲", -1: "▼", 0: ""}
"""Beyond chance higher, lower, and neither."""
BLOCK = 6
"""Columns for each column of the table."""


def beside(table: Table, other: Table, name: Text, language: str) -> pd.DataFrame:
    """A line for each row of the table, then empty ones for its total and (with the other bases) its base.

    For each column six: the other figure, the difference, the ends of its 95 % interval, the mark where it is beyond
    chance, a star where one of the two figures stands on a small base; at last the rows' bases in the other table,
    which is called `name`.
    """
    found = differences(table, other)
    rows = {code: place for place, (code, _) in enumerate(other.rows)}
    columns = {code: place for place, (code, _) in enumerate(other.columns)}
    lines = []
    for row, (code, _) in enumerate(table.rows):
        cells = [cell for column in range(len(table.columns)) for cell in _cells(found, row, column)]
        lines.append([*cells, whole(other.row_bases[rows[code]]) if code in rows else None])
    width = BLOCK * len(table.columns)
    lines.append([None] * width + [whole(other.everyone_base)])
    bases = [
        whole(other.column_bases[columns[code]]) if code in columns else None for code, _ in table.columns
    ]
    lines.append([cell for base in bases for cell in (base, *[None] * (BLOCK - 1))] + [other.base])
    return pd.DataFrame(lines, columns=list(_heads(table, name, language)), dtype=object)


def _heads(table: Table, name: Text, language: str) -> Iterator[str]:
    for _, label in table.columns:
        for pattern in (OF_OTHER, DIFFERENCE, DIFFERENCE_LOW, DIFFERENCE_HIGH, MARKED, MARKED_SMALL):
            yield phrase(pattern, label=label, name=name, least=SMALL).in_(language)
    yield phrase(OF_OTHER, label=BASE, name=name).in_(language)


def _cells(found: Differences, row: int, column: int) -> list[Any]:
    figures = (array[row, column] for array in (found.others, found.values, found.low, found.high))
    small = star(found.small[row, column] or found.own_small[row, column])
    return [*(_figure(figure) for figure in figures), MARKS[int(found.beyond[row, column])], small]


def _figure(figure: Any) -> float | None:
    return None if np.isnan(figure) else round(float(figure), 6)


def in_lines(table: Table, other: Table, language: str) -> str:
    """A line for each cell that both tables have: both figures, the difference, its interval, its mark."""
    found = differences(table, other)
    lines = []
    for row, (_, label) in enumerate(table.rows):
        for column, (_c, head) in enumerate(table.columns):
            if not np.isnan(found.values[row, column]):
                of = " · ".join(each.in_(language) for each in (label, head))
                lines.append(f"{of}: {_line(table, found, row, column)}".rstrip())
    return "\n".join(lines) or NO_FIGURE


def _line(table: Table, found: Differences, row: int, column: int) -> str:
    other, by = found.others[row, column], found.values[row, column]
    starred = star(found.small[row, column])
    if not table.is_share:
        form = ",.0f" if table.figures.values is None else ",.2f"
        return f"{other + by:{form}} − {other:{form}}{starred} = {signed(by, form)}"
    told = f"{100 * (other + by):.1f}% − {100 * other:.1f}%{starred} = {signed(100 * by, '.1f')}"
    low, high = found.low[row, column], found.high[row, column]
    if np.isnan(low):
        return told
    return f"{told} ({signed(100 * low, '.1f')} … {signed(100 * high, '.1f')}) {MARKS[int(found.beyond[row, column])]}"
