"""Charts whose figures are shades: the table itself, and tiles."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.exporting.charts.look import INK, MEASURED, PAPER, RULE, SHADES, between, ink_on
from survey_app.exporting.charts.picture import (
    LABEL_ROOM,
    LINE_HEIGHT,
    RAISED,
    SHOWN,
    Picture,
    Spec,
    field,
    layer,
    only,
    rows_down,
    where,
)
from survey_app.exporting.charts.points import Points, Value

OF_NO_SIZE = 3
"""By how much the middle of words lies lower that are drawn of no size, and enlarged afterwards (see `marking`)."""
OWN, OTHER = "datum.pair == 0", "datum.pair == 1"
KEY, WITHIN = field("key", "N"), field("within", "N")
INKED = where("datum.ink == 'white'", "white", "black")


def heat(points: Points) -> Picture:
    """The table itself, the higher the darker."""
    wide = max(64, int(points.wide * 6.6) + 12)
    step = max(26 if points.pairs == 1 else 40, LINE_HEIGHT * points.tall + 8)
    values, most = _inked(list(points.values()))
    axis = {
        "orient": "top",
        "labelExpr": SHOWN,
        "labelAngle": 0,
        "labelPadding": {"expr": f"6 + {RAISED}"},
        "ticks": False,
        "domain": False,
        "titlePadding": 10,
    }
    columns = field("column", "N", title=points.head or None, sort="ascending", axis=axis)
    at = {"y": rows_down(0), "x": columns}
    layers = [
        _without_figure(at),
        layer("rect", {"stroke": "white", "strokeWidth": 1}, at | _shaded(most), only(OWN)),
        *_figures_on(at, points, middle=0 if points.pairs == 1 else -7),
    ]
    width = wide * len(points.columns)
    return {"layer": layers, "width": width, "height": step * len(points.rows)}, width + LABEL_ROOM, values


def tiles(points: Points) -> Picture:
    """Each region on its tile, the higher the darker; a picture for each column."""
    values, most = _inked(points.on_tiles())
    compares = points.pairs > 1
    size = 74 if compares else 62
    left, top = (min(each[axis] for each in values) for axis in ("x", "y"))
    right, bottom = (max(each[axis] for each in values) + 1 for axis in ("x", "y"))
    at = {
        "x": field("x", "O", axis=None, scale={"domain": list(range(left, right))}),
        "y": field("y", "O", axis=None, scale={"domain": list(range(top, bottom))}),
    }
    looks = {
        "dy": {"expr": f"{OF_NO_SIZE - (14 if compares else 8)} - 6 * datum.lines"},
        "lineBreak": "\n",
        "lineHeight": 13,
        "fontSize": 0,
        "font": MEASURED,
    }
    named = at | {"text": field("name", "N"), "color": INKED, "description": WITHIN}
    rounded = {"stroke": "white", "strokeWidth": 3, "cornerRadius": 4}
    layers = [
        _without_figure(at),
        layer("rect", rounded, at | _shaded(most, _scale_of_shades(points, most)), only(OWN)),
        layer("text", looks, named, only(OWN)),
        *_figures_on(at, points, middle=9 if compares else 17),
    ]
    drawn: Spec = {"layer": layers, "width": size * (right - left), "height": size * (bottom - top)}
    across = min(len(points.columns), max(1, 900 // drawn["width"]))
    if len(points.columns) > 1:
        header = {"title": None, "labelExpr": SHOWN, "labelFontSize": 12, "labelColor": INK}
        columns = field("column", "N", header=header, sort="ascending")
        return {"facet": columns, "columns": across, "spec": drawn}, drawn["width"] * across, values
    return drawn, drawn["width"] * across, values


def _inked(values: Sequence[Value]) -> tuple[list[Value], float]:
    """The records with what words are written in on the shade of their own figure, and the highest of these figures."""
    most = max((each["beneath"] or 0 for each in values), default=0) or 1
    inks = {
        value: "black" if value is None else ink_on(between(SHADES, value / most))
        for value in {each["beneath"] for each in values}
    }
    return [each | {"ink": inks[each["beneath"]]} for each in values], most


def _without_figure(at: Spec) -> Spec:
    """Cells whose figure is hidden or does not exist: an outline, where a nought has the palest shade."""
    looks = {"fill": PAPER, "stroke": RULE, "cornerRadius": 2}
    return layer("rect", looks, at | {"description": KEY}, only(f"{OWN} && !isValid(datum.value)"))


def _figures_on(at: Spec, points: Points, middle: float) -> list[Spec]:
    """The words on coloured cells, at that height; below them, smaller, what they are compared with."""
    looks = {"fontSize": 0, "baseline": "middle"}
    said = at | {"text": field("words", "N"), "color": INKED, "description": WITHIN}
    layers = [layer("text", looks | {"dy": middle + OF_NO_SIZE}, said, only(OWN))]
    if points.pairs > 1:
        other = looks | {"dy": middle + 14 + OF_NO_SIZE}
        layers.append(layer("text", other, said, only(OTHER)))
    return layers


def _shaded(most: float, legend: Spec | None = None) -> Spec:
    scale = {"domain": [0, most], "range": SHADES, "interpolate": "rgb"}
    return {"color": field("value", "Q", scale=scale, legend=legend), "description": KEY}


def _scale_of_shades(points: Points, most: float) -> Spec:
    """Which figure which shade stands for."""
    return {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "gradientLength": 180,
        "gradientThickness": 10,
        "values": [0, most / 2, most] if points.is_share or most % 2 == 0 else [0, most],
        "format": ".0%" if points.is_share else "~f",
        "offset": 10,
    }
