"""Tables as charts: SVG and PNG that could go into a report as they are.

The library that draws is loaded with the first chart: who draws none need not wait for it.
"""

from __future__ import annotations

from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.charts.kinds import KINDS, fitting
from survey_app.exporting.charts.points import Comparison, Points
from survey_app.tabulation import Table

__all__ = ["KINDS", "Comparison", "as_png", "as_svg", "fitting"]


def as_svg(
    table: Table,
    kind: str,
    campaign: Campaign,
    language: str,
    source: str = "",
    *,
    against: Comparison | None = None,
    made_up: bool = False,
) -> str:
    """The table as a chart in SVG; the same table gives the same text. `source`: the last line under it.

    `against`: what it is compared with, drawn beside it. `made_up`: whether the chart says that its answers are.
    Raises NotFound for a kind that there is not, SurveyError for one that the table cannot have.
    """
    from survey_app.exporting.charts.drawing import svg  # noqa: PLC0415

    if kind not in KINDS:
        raise NotFound(f"there is no chart '{kind}': choose one of {', '.join(KINDS)}")
    points = Points(table, campaign, language, against)
    if not KINDS[kind](points):
        raise SurveyError(
            f"this table cannot be drawn as {kind}: choose another chart, or a table with fewer rows and columns"
        )
    return svg(points, kind, source, made_up=made_up)


def as_png(
    table: Table, kind: str, campaign: Campaign, language: str, source: str = "", **more: Any
) -> bytes:
    """The same as an image."""
    from survey_app.exporting.charts.drawing import png  # noqa: PLC0415

    return png(as_svg(table, kind, campaign, language, source, **more))
