"""The kinds of charts, and which tables each is for."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.campaign.campaign import Campaign
from survey_app.exporting.charts.points import Points
from survey_app.tabulation import Table

MOST_COLOURS = 12
"""Columns that can be told apart by their colour."""
MOST_ROWS, MOST_BARS, MOST_CELLS, MOST_WIDE = 60, 150, 600, 24
"""More than these make no picture that can be read."""
MOST_PERIODS = 400
EASY_BARS = 40
"""With more bars than these, other charts of several columns are easier to read."""


def fitting(table: Table, campaign: Campaign) -> tuple[str, ...]:
    """The kinds of charts that a table can have, the most telling first."""
    points = Points(table, campaign, campaign.default_language)
    found = [name for name, fits in KINDS.items() if fits(points)]
    if len(points.rows) * len(points.columns) > EASY_BARS and len(points.columns) > 1:
        found.sort(key=lambda name: name == "bars")
    return tuple(found)


def _line(points: Points) -> bool:
    return points.table.is_by_date and _has_colours(points) and 1 < len(points.rows) <= MOST_PERIODS


def _bars(points: Points) -> bool:
    return _has_rows(points, MOST_BARS) and _has_colours(points)


def _stacked(points: Points) -> bool:
    """What is stacked adds up: people who stand in one column each, in counts or as shares of their row or of all."""
    table = points.table
    adds_up = not table.several[1] and table.measure.scale is None and table.percent != "column"
    return adds_up and _has_rows(points, MOST_CELLS) and _has_colours(points) and len(points.columns) > 1


def _heat(points: Points) -> bool:
    return _has_rows(points, MOST_CELLS) and 0 < len(points.columns) <= MOST_WIDE


def _tiles(points: Points) -> bool:
    return _has_colours(points) and points.has_tiles


def _has_rows(points: Points, most: int) -> bool:
    return 0 < len(points.rows) <= MOST_ROWS and len(points.rows) * len(points.columns) <= most


def _has_colours(points: Points) -> bool:
    return 0 < len(points.columns) <= MOST_COLOURS


KINDS: dict[str, Callable[[Points], bool]] = {
    "line": _line,
    "bars": _bars,
    "stacked": _stacked,
    "heat": _heat,
    "tiles": _tiles,
}
"""By name, which tables it is for."""
