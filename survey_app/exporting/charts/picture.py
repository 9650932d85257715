"""What kinds of charts have in common: how a chart is described (in Vega-Lite's words), its records, its rows.

The descriptions are plain dicts. A library that builds them object by object takes longer than the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_app.exporting.charts.points import NUMBERED, Value

Spec = dict[str, Any]
"""A part of a description: <https://vega.github.io/vega-lite/docs/>."""
Picture = tuple[Spec, int, Sequence[Value]]
"""A chart, its width in points, and the records that it is drawn of."""
LABEL_ROOM = 180
"""Points that row labels take beside the picture, about."""
LINE_HEIGHT = 15
SHOWN = f"split(slice(datum.label, {NUMBERED}), '\\n')"
"""Labels without their numbers, line by line."""
RAISED = f"(length(split(datum.label, '\\n')) - 1) * {LINE_HEIGHT}"
"""By how much a label of several lines has to be lifted so that it ends where one of one line does."""
TYPES = {"N": "nominal", "O": "ordinal", "Q": "quantitative"}


def field(name: str, kind: str, **more: Any) -> Spec:
    """What is drawn by a field of the records; `kind`: one of TYPES."""
    return {"field": name, "type": TYPES[kind], **more}


def value(fixed: Any) -> Spec:
    """What is the same for all marks."""
    return {"value": fixed}


def where(test: str, then: Any, otherwise: Any) -> Spec:
    """One of two values, by a test of the record."""
    return {"condition": {"test": test, **value(then)}, **value(otherwise)}


def only(test: str) -> list[Spec]:
    """Those records alone that pass a test."""
    return [{"filter": test}]


def layer(mark: str, looks: Spec, encoding: Spec, transform: Sequence[Spec] = ()) -> Spec:
    """Marks of one kind, each carrying its key (see `marking`)."""
    made: Spec = {"mark": {"type": mark, "aria": True, **looks}, "encoding": encoding}
    return made | ({"transform": list(transform)} if transform else {})


def rows_down(apart: float) -> Spec:
    """The rows from the top down, so far apart (0 to 1)."""
    return field(
        "row",
        "N",
        title=None,
        sort="ascending",
        scale={"paddingInner": apart, "paddingOuter": apart / 2},
        axis={
            "labelExpr": SHOWN,
            "labelOffset": {"expr": f"-{RAISED} / 2"},
            "ticks": False,
            "domain": False,
            "labelPadding": 8,
        },
    )
