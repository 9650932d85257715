"""The rows of a table by what stands in one of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from survey_app.tabulation.intervals import is_small
from survey_app.tabulation.measures import Figures
from survey_app.tabulation.table import Table
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.wide import TOTAL_CODE


def can_order(table: Table, by: str) -> bool:
    """Whether there is a column of that code; the total is one."""
    return by == TOTAL_CODE or any(code == by for code, _ in table.columns)


def ordered(table: Table, by: str) -> Table:
    """The highest figure of that column first. After them come rows whose share or score stands on a small base, then
    those without a figure, then those that are no answers.
    """
    columns = [code for code, _ in table.columns]
    figures = table.figures[:-1, columns.index(by) if by in columns else -1]
    absent = np.array([not is_answer(code) for code, _ in table.rows], dtype=bool)
    if figures.values is None or (by == TOTAL_CODE and table.measure.scale is None):
        heights, small = figures.counts, np.zeros_like(absent)
    else:
        heights, small = figures.values, np.asarray(is_small(_bases(table, figures)))
    nothing = np.isnan(heights)
    keys = (np.where(nothing | absent, 0, -heights), small, nothing, absent)
    return _in_order(table, np.lexsort(keys).tolist())


def _bases(table: Table, figures: Figures) -> NDArray[np.float64]:
    """How many the share or score of each row stands on: 0 where that is not the row's own number, as for shares of the
    column, which all stand on the same one, and for weighted counts, which stand on none.
    """
    if table.measure.scale is not None:
        return figures.counts
    return table.row_base if table.percent == "row" else np.zeros_like(table.row_base)


def like(table: Table, first: Table) -> Table:
    """The rows in the order of another table; those that it lacks come after."""
    places = {code: place for place, (code, _) in enumerate(first.rows)}
    order = sorted(range(len(table.rows)), key=lambda row: places.get(table.rows[row][0], len(places)))
    return _in_order(table, order)


def _in_order(table: Table, order: Sequence[int]) -> Table:
    """Rows that do not stand in the order of days any more are no time line."""
    lines = [*order, -1]
    return replace(
        table,
        rows=tuple(table.rows[row] for row in order),
        figures=table.figures[lines, :],
        row_bases=table.row_bases[lines],
        is_by_date=table.is_by_date and list(order) == list(range(len(order))),
    )
