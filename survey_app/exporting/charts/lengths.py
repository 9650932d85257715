"""Charts whose figures are lengths and heights: bars, stacked bars, lines."""

from __future__ import annotations

from typing import Any

import altair as alt

from survey_app.exporting.charts.look import COLOURS, INK, LINE_HEIGHT, SHOWN
from survey_app.exporting.charts.picture import LABEL_ROOM, Picture, chart, rows_down
from survey_app.exporting.charts.points import LEGEND_WIDTH, Points

PALE = 0.45
"""How much of its colour the figure has that another one is compared with."""
DASHES = alt.Scale(domain=[0, 1], range=[[1, 0], [5, 4]])


def bars(points: Points) -> Picture:
    """A bar for each cell, with its interval and its figure at the end."""
    several = len(points.columns) > 1
    thick, in_a_row = 17 if points.pairs == 1 else 13, len(points.columns) * points.pairs
    step = max(24, LINE_HEIGHT * points.tall + 8, thick * in_a_row + 8 if in_a_row > 1 else 0)
    base = chart().encode(y=rows_down(0.25))
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


def stacked(points: Points) -> Picture:
    """The cells of a row one behind the other; those of a comparison below them."""
    step = max(26 * points.pairs, LINE_HEIGHT * points.tall + 8)
    base = chart().encode(y=rows_down(0.25))
    parts = _side_by_side(base, points, "pair", apart=points.pairs > 1)
    parts = parts.mark_bar(aria=True, stroke="white", strokeWidth=0.6).encode(
        x=_figures(points, stack="zero"),
        color=_colours(points),
        opacity=_mine(points),
        order=alt.Order("legend:N", sort="ascending"),
        description="key:N",
    )
    drawn = parts.properties(width=520, height=step * len(points.rows))
    return drawn, 520 + LABEL_ROOM, list(points.values())


def line(points: Points) -> Picture:
    """Periods from left to right, a line for each column; what it is compared with is dashed."""
    many = len(points.rows)
    every = max(1, many // 12)
    ticks = [row.named(99) for row in points.rows[::every]]
    values = [each | {"row": each["row"].replace("\n", "")} for each in points.values()]
    base = chart().encode(
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
