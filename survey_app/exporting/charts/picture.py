"""What kinds of charts have in common: their records, their rows, and what one of them comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from survey_app.exporting.charts.look import RAISED, SHOWN
from survey_app.exporting.charts.points import Value

LABEL_ROOM = 180
"""Points that row labels take beside the picture, about."""
Picture = tuple[Any, int, Sequence[Value]]
"""A chart, its width in points, and the records that it is drawn of."""
CELLS = "cells"
"""What a chart calls its records. They are put in at the end: the library would copy each a hundred times."""


def chart() -> Any:
    """A chart of the records, nothing drawn yet."""
    return alt.Chart(alt.NamedData(name=CELLS))


def rows_down(apart: float) -> alt.Y:
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
