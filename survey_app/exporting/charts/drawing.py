"""How each kind of chart is drawn. Every word goes in as a value, never as a part of a formula."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
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
    PAPER,
    RAISED,
    RULE,
    SHADES,
    SHOWN,
    framed,
)
from survey_app.exporting.charts.marking import marked
from survey_app.exporting.charts.points import LEGEND_WIDTH, Points, Value
from survey_app.exporting.charts.told import told

PNG_SCALE = 2
KEPT = 64
"""Pictures kept in memory, of some 100 KB each."""
LABEL_ROOM = 180
"""Points that row labels take beside the picture, about."""
Picture = tuple[Any, int, Sequence[Value]]
"""A chart, its width in points, and the records that it is drawn of."""
CELLS = "cells"
"""What a chart calls its records. They are put in at the end: the library would copy each a hundred times."""


PALE = 0.45
"""How much of its colour the figure has that another one is compared with."""


def svg(points: Points, kind: str, source: str, *, made_up: bool) -> str:
    """The chart of that kind."""
    body, width, values = DRAW[kind](points)
    whole = framed(body, points, source, width, kind, made_up=made_up).to_dict(validate=False)
    drawn = _rendered(json.dumps(whole | {"datasets": {CELLS: values}}))
    rows, columns = ({line.place: line for line in side} for side in (points.rows, points.columns))
    return marked(drawn, lambda row, column, pair: told(points, rows[row], columns[column], pair))


@lru_cache(maxsize=KEPT)
def _rendered(specification: str) -> str:
    """Kept for who looks at the same figures again, or takes them along: drawing takes longer than counting."""
    return str(vl_convert.vegalite_to_svg(specification))


def png(drawn: str) -> bytes:
    """An SVG as an image of twice as many pixels as it has points."""
    return bytes(vl_convert.svg_to_png(drawn, scale=PNG_SCALE))


def _chart() -> Any:
    return alt.Chart(alt.NamedData(name=CELLS))


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


def _mine(points: Points) -> Any:
    """How opaque a mark is: the other figure of a comparison is paler."""
    return (
        alt.value(1) if points.pairs == 1 else alt.condition("datum.pair == 1", alt.value(PALE), alt.value(1))
    )


def _side_by_side(base: Any, points: Points, field: str, *, apart: bool) -> Any:
    return base.encode(yOffset=alt.YOffset(f"{field}:N", sort="ascending")) if apart else base


def _bars(points: Points) -> Picture:
    """A bar for each cell, with its interval and its figure at the end."""
    several = len(points.columns) > 1
    thick, in_a_row = 17 if points.pairs == 1 else 13, len(points.columns) * points.pairs
    step = max(24, LINE_HEIGHT * points.tall + 8, thick * in_a_row + 8 if in_a_row > 1 else 0)
    base = _chart().encode(y=_rows(0.25))
    base = _side_by_side(base, points, "offset", apart=several or points.pairs > 1)
    layers = [
        base.mark_bar(aria=True).encode(
            x=_figures(points), color=_colours(points), opacity=_mine(points), description="key:N"
        )
    ]
    if points.table.figures.low is not None:
        layers.append(
            base.mark_rule(aria=True, color=INK, opacity=0.65).encode(
                x=alt.X("low:Q", title=None), x2=alt.X2("high:Q"), description="beside:N"
            )
        )
    layers.append(
        base.transform_calculate(
            end="isValid(datum.high) ? datum.high : isValid(datum.value) ? datum.value : 0"
        )
        .mark_text(aria=True, align="left", dx=5, baseline="middle")
        .encode(x=alt.X("end:Q", title=None), text="words:N", description="beside:N")
    )
    drawn = alt.layer(*layers).properties(width=440, height=step * len(points.rows))
    return drawn, 440 + LABEL_ROOM, list(points.values())


def _stacked(points: Points) -> Picture:
    """The cells of a row one behind the other; those of a comparison below them."""
    step = max(26 * points.pairs, LINE_HEIGHT * points.tall + 8)
    base = _chart().encode(y=_rows(0.25))
    bars = _side_by_side(base, points, "pair", apart=points.pairs > 1)
    bars = bars.mark_bar(aria=True, stroke="white", strokeWidth=0.6).encode(
        x=_figures(points, stack="zero"),
        color=_colours(points),
        opacity=_mine(points),
        order=alt.Order("legend:N", sort="ascending"),
        description="key:N",
    )
    drawn = bars.properties(width=520, height=step * len(points.rows))
    return drawn, 520 + LABEL_ROOM, list(points.values())


def _heat(points: Points) -> Picture:
    """The table itself, the higher the darker."""
    wide = max(64, int(points.wide * 6.6) + 12)
    step = max(26 if points.pairs == 1 else 40, LINE_HEIGHT * points.tall + 8)
    values = list(points.values())
    most = _most(values)
    base = _chart().encode(
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
    own = _own(base, points).mark_text(aria=True, baseline="middle", dy=middle)
    layers = [own.encode(text="words:N", color=_ink(most), description="beside:N")]
    if points.pairs > 1:
        other = base.transform_filter("datum.pair == 1").mark_text(
            aria=True, baseline="middle", dy=middle + 14, fontSize=9.5
        )
        # it is written on the other's colour, so that is what its own has to be told from
        dark = f"datum.beneath > {most * DARK:.6g}"
        ink = alt.condition(dark, alt.value("white"), alt.value(INK))
        layers.append(other.encode(text="words:N", color=ink, description="key:N"))
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


def _tiles(points: Points) -> Picture:
    """Each region on its tile, the higher the darker; a picture for each column."""
    values = points.on_tiles()
    most, compares = _most(values), points.pairs > 1
    size = 74 if compares else 62
    left, top = (min(each[axis] for each in values) for axis in ("x", "y"))
    wide, high = (max(each[axis] for each in values) + 1 for axis in ("x", "y"))
    base = _chart().encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(domain=list(range(left, wide)))),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(domain=list(range(top, high)))),
    )
    wide, high = wide - left, high - top
    own = _own(base, points)
    raised = 14 if compares else 8
    named = own.mark_text(
        aria=True,
        dy=alt.ExprRef(f"-{raised} - 6 * datum.lines"),
        lineBreak="\n",
        lineHeight=13,
        fontSize=11,
        font=FONT,
    )
    drawn = alt.layer(
        _without_figure(own),
        own.mark_rect(aria=True, stroke="white", strokeWidth=3, cornerRadius=4).encode(
            color=_shades(most, _scale_of_shades(points, most)), description="key:N"
        ),
        named.encode(text="name:N", color=_ink(most), description="beside:N"),
        *_figures_on(base, points, most, middle=9 if compares else 17),
    ).properties(width=size * wide, height=size * high)
    across = min(len(points.columns), max(1, 900 // (size * wide)))
    if len(points.columns) > 1:
        header = alt.Header(title=None, labelExpr=SHOWN, labelFontSize=12, labelColor=INK)
        drawn = drawn.facet(facet=alt.Facet("column:N", header=header, sort="ascending"), columns=across)
    return drawn, size * wide * across, values


def _line(points: Points) -> Picture:
    """Periods from left to right, a line for each column; what it is compared with is dashed."""
    many = len(points.rows)
    every = max(1, many // 12)
    ticks = [row.named(99) for row in points.rows[::every]]
    values = [each | {"row": each["row"].replace("\n", "")} for each in points.values()]
    base = _chart().encode(
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
        opacity=_mine(points),
    )
    lines = base.mark_line(aria=True, strokeWidth=2).encode(
        description="line:N", strokeDash=alt.StrokeDash("pair:N", scale=DASHES, legend=None)
    )
    dots = base.mark_point(aria=True, filled=True, size=34).encode(description="key:N")
    return alt.layer(lines, dots).properties(width=620, height=280), 660, values


DASHES = alt.Scale(domain=[0, 1], range=[[1, 0], [5, 4]])


DRAW: dict[str, Callable[[Points], Picture]] = {
    "line": _line,
    "bars": _bars,
    "stacked": _stacked,
    "heat": _heat,
    "tiles": _tiles,
}
"""By name, the kinds of charts."""
