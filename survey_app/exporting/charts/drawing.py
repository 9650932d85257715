"""How each kind of chart is drawn. Every word goes in as a value, never as a part of a formula."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert

from survey_app.exporting.charts.look import (
    COLOURS,
    DARK,
    FONT,
    INK,
    LINE_HEIGHT,
    RAISED,
    SHADES,
    SHOWN,
    framed,
)
from survey_app.exporting.charts.points import LEGEND_WIDTH, Points

PNG_SCALE = 2
KEPT = 64
"""Pictures kept in memory, of some 100 KB each."""
LABEL_ROOM = 180
"""Points that row labels take beside the picture, about."""
Picture = tuple[Any, int]
"""A chart, and its width in points."""


def svg(points: Points, kind: str, source: str) -> str:
    """The chart of that kind."""
    body, width = DRAW[kind](points)
    whole = framed(body, points, source, width)
    return _rendered(json.dumps(whole.to_dict(validate=False)))


@lru_cache(maxsize=KEPT)
def _rendered(specification: str) -> str:
    """Kept for who looks at the same figures again, or takes them along: drawing takes longer than counting."""
    return str(vl_convert.vegalite_to_svg(specification))


def png(drawn: str) -> bytes:
    """An SVG as an image of twice as many pixels as it has points."""
    return bytes(vl_convert.svg_to_png(drawn, scale=PNG_SCALE))


def _data(values: Any) -> Any:
    return alt.InlineData(values=list(values))


def _rows(apart: float) -> alt.Y:
    """The rows from the top down, so far apart (0 to 1)."""
    return alt.Y(
        "row:N",
        title=None,
        sort="ascending",
        scale=alt.Scale(paddingInner=apart, paddingOuter=apart / 2),
        axis=alt.Axis(
            labelExpr=SHOWN,
            labelOffset=alt.ExprRef(f"-{RAISED} / 2"),
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
    )


def _figures(points: Points, *, stack: Any = None) -> alt.X:
    axis = alt.Axis(
        format="~%" if points.is_share else "~f", tickCount=5, title=None, domain=False, ticks=False
    )
    if points.is_share:
        return alt.X("value:Q", axis=axis, stack=stack, scale=alt.Scale(zero=True))
    return alt.X("value:Q", axis=axis, stack=stack, scale=alt.Scale(zero=True, nice=True))


def _colours(points: Points) -> alt.Color:
    legend = None
    if len(points.columns) > 1:
        legend = alt.Legend(
            title=points.head,
            orient="top",
            columns=3 if len(points.columns) > 2 else 2,
            labelExpr=SHOWN,
            direction="horizontal",
        )
    domain = [column.named(LEGEND_WIDTH) for column in points.columns]
    return alt.Color(
        "legend:N", scale=alt.Scale(domain=domain, range=list(COLOURS[: len(domain)])), legend=legend
    )


def _bars(points: Points) -> Picture:
    """A bar for each cell, with its interval and its figure at the end."""
    several = len(points.columns) > 1
    step = max(24, LINE_HEIGHT * points.tall + 8, 17 * len(points.columns) + 8 if several else 0)
    base = alt.Chart(_data(points.values())).encode(y=_rows(0.25))
    if several:
        base = base.encode(yOffset=alt.YOffset("legend:N", sort="ascending"))
    layers = [base.mark_bar().encode(x=_figures(points), color=_colours(points))]
    if points.table.figures.low is not None:
        layers.append(
            base.mark_rule(color=INK, opacity=0.65).encode(x=alt.X("low:Q", title=None), x2=alt.X2("high:Q"))
        )
    layers.append(
        base.transform_calculate(
            end="isValid(datum.high) ? datum.high : isValid(datum.value) ? datum.value : 0"
        )
        .mark_text(align="left", dx=5, baseline="middle")
        .encode(x=alt.X("end:Q", title=None), text="words:N")
    )
    return alt.layer(*layers).properties(width=440, height=step * len(points.rows)), 440 + LABEL_ROOM


def _stacked(points: Points) -> Picture:
    """The cells of a row one behind the other."""
    step = max(26, LINE_HEIGHT * points.tall + 8)
    base = alt.Chart(_data(points.values())).encode(y=_rows(0.25))
    bars = base.mark_bar(stroke="white", strokeWidth=0.6).encode(
        x=_figures(points, stack="zero"),
        color=_colours(points),
        order=alt.Order("legend:N", sort="ascending"),
    )
    return bars.properties(width=520, height=step * len(points.rows)), 520 + LABEL_ROOM


def _heat(points: Points) -> Picture:
    """The table itself, the higher the darker."""
    wide = max(64, int(points.wide * 6.6) + 12)
    step = max(26, LINE_HEIGHT * points.tall + 8)
    most = max((each["value"] or 0 for each in points.values()), default=0) or 1
    base = alt.Chart(_data(points.values())).encode(
        y=_rows(0),
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
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(color=_shades(most))
    words = base.mark_text(baseline="middle").encode(
        text="words:N",
        color=alt.condition(f"datum.value > {most * DARK:.6g}", alt.value("white"), alt.value(INK)),
    )
    width = wide * len(points.columns)
    return alt.layer(cells, words).properties(width=width, height=step * len(points.rows)), width + LABEL_ROOM


def _shades(most: float) -> alt.Color:
    return alt.Color("value:Q", scale=alt.Scale(domain=[0, most], range=SHADES), legend=None)


def _tiles(points: Points) -> Picture:
    """Each region on its tile, the higher the darker; a picture for each column."""
    values = points.on_tiles()
    most = max((each["value"] or 0 for each in values), default=0) or 1
    size = 62
    high, wide = (max(each[axis] for each in values) + 1 for axis in ("y", "x"))
    base = alt.Chart(_data(values)).encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(domain=list(range(wide)))),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(domain=list(range(high)))),
    )
    ink = alt.condition(f"datum.value > {most * DARK:.6g}", alt.value("white"), alt.value(INK))
    drawn = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=3, cornerRadius=4).encode(color=_shades(most)),
        base.mark_text(
            dy=alt.ExprRef("-8 - 6 * datum.lines"), lineBreak="\n", lineHeight=13, fontSize=11, font=FONT
        ).encode(text="name:N", color=ink),
        base.mark_text(dy=17, baseline="middle", fontSize=11).encode(text="words:N", color=ink),
    ).properties(width=size * wide, height=size * high)
    across = min(len(points.columns), max(1, 900 // (size * wide)))
    if len(points.columns) > 1:
        header = alt.Header(title=None, labelExpr=SHOWN, labelFontSize=12, labelColor=INK)
        drawn = drawn.facet(facet=alt.Facet("column:N", header=header, sort="ascending"), columns=across)
    return drawn, size * wide * across


def _line(points: Points) -> Picture:
    """Periods from left to right, a line for each column."""
    many = len(points.rows)
    every = max(1, many // 12)
    ticks = [row.named(99) for row in points.rows[::every]]
    values = [each | {"row": each["row"].replace("\n", "")} for each in points.values()]
    base = alt.Chart(_data(values)).encode(
        x=alt.X(
            "row:O",
            title=points.table.sides[0].in_(points.language),
            sort="ascending",
            axis=alt.Axis(labelExpr=SHOWN, values=ticks, labelAngle=-40 if many > 6 else 0, domain=True),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            axis=alt.Axis(format="~%" if points.is_share else "~f", domain=False, ticks=False),
        ),
        color=_colours(points),
    )
    dots = base.mark_point(filled=True, size=28, opacity=1)
    return alt.layer(base.mark_line(strokeWidth=2), dots).properties(width=620, height=280), 660


DRAW: dict[str, Callable[[Points], Picture]] = {
    "line": _line,
    "bars": _bars,
    "stacked": _stacked,
    "heat": _heat,
    "tiles": _tiles,
}
"""By name, the kinds of charts."""
