"""A table's points as SVG and PNG. Every word goes in as a value, never as a part of a formula."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

import vl_convert

from survey_app.exporting.charts.lengths import bars, line, stacked
from survey_app.exporting.charts.look import FONT, MEASURED, framed
from survey_app.exporting.charts.marking import marked
from survey_app.exporting.charts.picture import Picture
from survey_app.exporting.charts.points import Points
from survey_app.exporting.charts.shades import heat, tiles
from survey_app.exporting.charts.told import told

VERSION = "6.4"
"""Of Vega-Lite, whose words the descriptions are in."""
PNG_SCALE = 2
KEPT = 64
"""Pictures kept in memory, of some 100 KB each."""


def svg(points: Points, kind: str, source: str, *, made_up: bool) -> str:
    """The chart of that kind."""
    body, width, values = DRAW[kind](points)
    whole = framed(body, points, source, width, kind, made_up=made_up)
    drawn = _rendered(json.dumps(whole | {"data": {"values": values}}))
    rows, columns = ({each.place: each for each in side} for side in (points.rows, points.columns))
    return marked(drawn, lambda row, column, pair: told(points, rows[row], columns[column], pair))


@lru_cache(maxsize=KEPT)
def _rendered(specification: str) -> str:
    """Kept for who looks at the same figures again, or takes them along: drawing takes longer than counting."""
    return str(vl_convert.vegalite_to_svg(specification, vl_version=VERSION)).replace(
        f'"{MEASURED}"', f'"{FONT}"'
    )


def png(drawn: str) -> bytes:
    """An SVG as an image of twice as many pixels as it has points."""
    return bytes(vl_convert.svg_to_png(drawn, scale=PNG_SCALE))


DRAW: dict[str, Callable[[Points], Picture]] = {
    "line": line,
    "bars": bars,
    "stacked": stacked,
    "heat": heat,
    "tiles": tiles,
}
"""By name, the kinds of charts."""
