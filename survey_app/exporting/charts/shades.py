"""Charts whose figures are shades: the table itself, and tiles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt

from survey_app.exporting.charts.look import (
    DARK,
    INK,
    LINE_HEIGHT,
    MEASURED,
    PAPER,
    RAISED,
    RULE,
    SHADES,
    SHOWN,
)
from survey_app.exporting.charts.picture import LABEL_ROOM, Picture, chart, rows_down
from survey_app.exporting.charts.points import Points, Value

OF_NO_SIZE = 3
"""By how much the middle of words lies lower that are drawn of no size, and enlarged afterwards (see `marking`)."""


def heat(points: Points) -> Picture:
    """The table itself, the higher the darker."""
    wide = max(64, int(points.wide * 6.6) + 12)
    step = max(26 if points.pairs == 1 else 40, LINE_HEIGHT * points.tall + 8)
    values = list(points.values())
    most = _most(values)
    base = chart().encode(
        y=rows_down(0),
        x=alt.X(
            "column:N",
            title=points.head or None,
            sort="ascending",
            axis=alt.Axis(
                orient="top",
                labelExpr=SHOWN,
                labelAngle=0,
                labelPadding=alt.ExprRef(f"6 + {RAISED}"),
                ticks=False,
                domain=False,
                titlePadding=10,
            ),
        ),
    )
    own = _own(base, points)
    layers = [
        _without_figure(own),
        own.mark_rect(aria=True, stroke="white", strokeWidth=1).encode(
            color=_shades(most), description="key:N"
        ),
        *_figures_on(base, points, most, middle=0 if points.pairs == 1 else -7),
    ]
    width = wide * len(points.columns)
    drawn = alt.layer(*layers).properties(width=width, height=step * len(points.rows))
    return drawn, width + LABEL_ROOM, values


def tiles(points: Points) -> Picture:
    """Each region on its tile, the higher the darker; a picture for each column."""
    values = points.on_tiles()
    most, compares = _most(values), points.pairs > 1
    size = 74 if compares else 62
    left, top = (min(each[axis] for each in values) for axis in ("x", "y"))
    wide, high = (max(each[axis] for each in values) + 1 for axis in ("x", "y"))
    base = chart().encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(domain=list(range(left, wide)))),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(domain=list(range(top, high)))),
    )
    wide, high = wide - left, high - top
    own = _own(base, points)
    raised = 14 if compares else 8
    named = own.mark_text(
        aria=True,
        dy=alt.ExprRef(f"{OF_NO_SIZE - raised} - 6 * datum.lines"),
        lineBreak="\n",
        lineHeight=13,
        fontSize=0,
        font=MEASURED,
    )
    drawn = alt.layer(
        _without_figure(own),
        own.mark_rect(aria=True, stroke="white", strokeWidth=3, cornerRadius=4).encode(
            color=_shades(most, _scale_of_shades(points, most)), description="key:N"
        ),
        named.encode(text="name:N", color=_ink(most), description="within:N"),
        *_figures_on(base, points, most, middle=9 if compares else 17),
    ).properties(width=size * wide, height=size * high)
    across = min(len(points.columns), max(1, 900 // (size * wide)))
    if len(points.columns) > 1:
        header = alt.Header(title=None, labelExpr=SHOWN, labelFontSize=12, labelColor=INK)
        drawn = drawn.facet(facet=alt.Facet("column:N", header=header, sort="ascending"), columns=across)
    return drawn, size * wide * across, values


def _most(values: Iterable[Value]) -> float:
    """The highest figure that gets a colour."""
    return max((each["value"] or 0 for each in values if not each["pair"]), default=0) or 1


def _own(base: Any, points: Points) -> Any:
    """The figures of the table alone, not those that it is compared with."""
    return base if points.pairs == 1 else base.transform_filter("datum.pair == 0")


def _without_figure(base: Any) -> Any:
    """Cells whose figure is hidden or does not exist: an outline, where a nought has the palest shade."""
    empty = base.transform_filter("!isValid(datum.value)")
    return empty.mark_rect(aria=True, fill=PAPER, stroke=RULE, cornerRadius=2).encode(description="key:N")


def _ink(most: float) -> Any:
    """What words are written in on a shade."""
    dark = f"datum.value > {most * DARK:.6g}"
    return alt.condition(dark, alt.value("white"), alt.value(INK))


def _figures_on(base: Any, points: Points, most: float, middle: float) -> list[Any]:
    """The words on coloured cells, at that height; below them, smaller, what they are compared with."""
    words = {"aria": True, "fontSize": 0, "baseline": "middle"}
    own = _own(base, points).mark_text(**words, dy=middle + OF_NO_SIZE)
    layers = [own.encode(text="words:N", color=_ink(most), description="within:N")]
    if points.pairs > 1:
        other = base.transform_filter("datum.pair == 1").mark_text(**words, dy=middle + 14 + OF_NO_SIZE)
        # it is written on the other's colour, so that is what its own has to be told from
        dark = f"datum.beneath > {most * DARK:.6g}"
        ink = alt.condition(dark, alt.value("white"), alt.value(INK))
        layers.append(other.encode(text="words:N", color=ink, description="within:N"))
    return layers


def _shades(most: float, legend: Any = None) -> alt.Color:
    return alt.Color("value:Q", scale=alt.Scale(domain=[0, most], range=SHADES), legend=legend)


def _scale_of_shades(points: Points, most: float) -> alt.Legend:
    """Which figure which shade stands for."""
    form = ".0%" if points.is_share else "~f"
    ends = [0, most / 2, most] if points.is_share or most % 2 == 0 else [0, most]
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        gradientLength=180,
        gradientThickness=10,
        values=ends,
        format=form,
        offset=10,
    )
