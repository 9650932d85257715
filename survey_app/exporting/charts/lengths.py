"""Charts whose figures are lengths and heights: bars, stacked bars, lines."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.exporting.charts.look import COLOURS, INK, PAPER, colours_of
from survey_app.exporting.charts.picture import (
    LABEL_ROOM,
    LINE_HEIGHT,
    SHOWN,
    Picture,
    Spec,
    field,
    layer,
    only,
    rows_down,
    value,
    where,
)
from survey_app.exporting.charts.points import LEGEND_WIDTH, Points

PALE = 0.45
"""How much of its colour the figure has that another one is compared with."""
DASHES = {"domain": [0, 1], "range": [[1, 0], [5, 4]]}
END = "isValid(datum.high) ? datum.high : isValid(datum.value) ? datum.value : 0"
"""Where a bar's figure stands: behind its interval."""


def bars(points: Points) -> Picture:
    """A bar for each cell, with its interval and its figure at the end."""
    several = len(points.columns) > 1
    thick, in_a_row = 17 if points.pairs == 1 else 13, len(points.columns) * points.pairs
    step = max(24, LINE_HEIGHT * points.tall + 8, thick * in_a_row + 8 if in_a_row > 1 else 0)
    rows = _rows(by="offset" if several or points.pairs > 1 else "")
    key, beside = field("key", "N"), field("beside", "N")
    colours = {"color": _colours(points), "opacity": _mine(points)}
    layers = [layer("bar", {}, rows | {"x": _figures(points), **colours, "description": key})]
    if points.table.figures.low is not None:
        ends = {"x": field("low", "Q", title=None), "x2": {"field": "high"}, "description": beside}
        layers.append(layer("rule", {"color": INK, "opacity": 0.65}, rows | ends))
    words = {"x": field("end", "Q", title=None), "text": field("words", "N"), "description": beside}
    looks = {"align": "left", "dx": 5, "baseline": "middle"}
    layers.append(layer("text", looks, rows | words, [{"calculate": END, "as": "end"}]))
    drawn = {"layer": layers, "width": 440, "height": step * len(points.rows)}
    return drawn, 440 + LABEL_ROOM, list(points.values())


def stacked(points: Points) -> Picture:
    """The cells of a row one behind the other; those of a comparison below them."""
    step = max(26 * points.pairs, LINE_HEIGHT * points.tall + 8)
    encoding = _rows(by="pair" if points.pairs > 1 else "") | {
        "x": _figures(points) | {"stack": "zero"},
        "color": _colours(points),
        "opacity": _mine(points),
        "order": field("legend", "N", sort="ascending"),
        "description": field("key", "N"),
    }
    drawn = layer("bar", {"stroke": "white", "strokeWidth": 0.6}, encoding)
    size = {"width": 520, "height": step * len(points.rows)}
    return drawn | size, 520 + LABEL_ROOM, list(points.values())


def line(points: Points) -> Picture:
    """Periods from left to right, a line for each column; what it is compared with is dashed, and a period that is not
    whole hollow."""
    many = len(points.rows)
    ticks = [row.named(99) for row in points.rows[:: max(1, many // 12)]]
    values = [each | {"row": each["row"].replace("\n", "")} for each in points.values()]
    periods = {
        "title": points.table.sides[0].in_(points.language),
        "sort": "ascending",
        "axis": {"labelExpr": SHOWN, "values": ticks, "labelAngle": -40 if many > 6 else 0, "domain": True},
    }
    heights = {"title": None, "axis": {"format": _form(points), "domain": False, "ticks": False}}
    shared = {
        "x": field("row", "O", **periods),
        "y": field("value", "Q", **heights),
        "color": _colours(points, COLOURS[: len(points.columns)]),  # a pale line would be lost on paper
        "opacity": _mine(points),
    }
    dashes = field("pair", "N", scale=DASHES, legend=None)
    lines = shared | {"description": field("line", "N"), "strokeDash": dashes}
    dots = shared | {"description": field("key", "N")}
    layers = [
        layer("line", {"strokeWidth": 2}, lines),
        layer("point", {"filled": True, "size": 34}, dots, only("datum.whole")),
        layer("point", {"filled": False, "fill": PAPER, "size": 34}, dots, only("!datum.whole")),
    ]
    return {"layer": layers, "width": 620, "height": 280}, 660, values


def _rows(by: str) -> Spec:
    """The rows, and within each what a field tells apart."""
    rows = {"y": rows_down(0.25)}
    return rows | ({"yOffset": field(by, "N", sort="ascending")} if by else {})


def _form(points: Points) -> str:
    return "~%" if points.is_share else "~f"


def _figures(points: Points) -> Spec:
    axis = {"format": _form(points), "tickCount": 5, "title": None, "domain": False, "ticks": False}
    scale = {"zero": True} if points.is_share else {"zero": True, "nice": True}
    return field("value", "Q", axis=axis, stack=None, scale=scale)


def _colours(points: Points, colours: Sequence[str] = ()) -> Spec:
    legend = None
    if len(points.columns) > 1:
        legend = {
            "title": points.head,
            "orient": "top",
            "columns": 3 if len(points.columns) > 2 else 2,
            "labelExpr": SHOWN,
            "direction": "horizontal",
        }
    domain = [column.named(LEGEND_WIDTH) for column in points.columns]
    colours = colours or colours_of([points.table.scores.get(column.code) for column in points.columns])
    return field("legend", "N", scale={"domain": domain, "range": list(colours)}, legend=legend)


def _mine(points: Points) -> Spec:
    """How opaque a mark is: the other figure of a comparison is paler."""
    return value(1) if points.pairs == 1 else where("datum.pair == 1", PALE, 1)
