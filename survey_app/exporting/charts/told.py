"""What each mark of a chart says to who points at it or hears it: whose figure it is, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from survey_app.exporting.charts.points import Line, Points, in_words
from survey_app.tabulation import Table
from survey_app.tabulation.text import star
from survey_app.tabulation.words import HIDDEN, both, phrase

PEOPLE_OF = both("{n} 人，应答人数 {base}", "{n} of {base} respondents")
PEOPLE_ALONE = both("{n} 人", "{n} respondents")
MENTIONED = both("{n} 次", "{n} mentions")
INTERVAL = both("95% 区间 {low}–{high}%", "95% interval {low}–{high}%")
WEIGHTED_OF = both("{n} 人（未加权）", "{n} respondents (not weighted)")


def told(points: Points, row: Line, column: Line, pair: int) -> list[str]:
    """Lines: the labels of row and column; of a comparison, which of the two; figure and interval; people and base."""
    labels = [line.label for line in (row, *([column] if len(points.columns) > 1 else []))]
    lines = [" · ".join(labels)]
    if points.against is not None:
        lines.append(points.against.names[pair].in_(points.language))
    found = points.cell(row, column, pair)
    if found is not None:
        lines += _figure(*found, language=points.language)
    return lines


def _figure(table: Table, row: int, column: int, language: str) -> Iterator[str]:
    cell = table.figures[row, column]
    if table.hidden[row, column]:
        yield HIDDEN.in_(language)
        return
    if cell.values is not None:
        figure = in_words(table, cell.values) + star(table.small_cells[row, column])
        if cell.low is not None and cell.high is not None and not np.isnan(cell.low):
            ends = {"low": f"{100 * cell.low:.1f}", "high": f"{100 * cell.high:.1f}"}
            figure += f" ({phrase(INTERVAL, **ends).in_(language)})"
        yield figure
    n, base = f"{float(cell.counts):,.0f}", _base(table, row, column)
    if table.measure.kind == "mentions":
        pattern = MENTIONED
    elif table.weighted:
        pattern = WEIGHTED_OF
    else:
        pattern = PEOPLE_ALONE if base is None else PEOPLE_OF
    yield phrase(pattern, n=n, base=base).in_(language)


def _base(table: Table, row: int, column: int) -> int | None:
    """How many the share of a cell is of: those who could have been in it. None for what is no share of people, and
    where the exact number must not be told."""
    bases = table.figures.bases
    counted = table.measure.kind == "respondents" and not table.weighted and not table.least
    if table.percent is None or bases is None or not counted:
        return None
    return round(float(bases[row, column]))
