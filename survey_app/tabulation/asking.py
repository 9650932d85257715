"""A table asked for by names, as on the command line, on the desk and in campaign.yaml."""

from __future__ import annotations

from typing import Any, get_args

import pandas as pd

from survey_app.campaign.campaign import COUNTS, OF_A_SCALE, Percent, TableWish
from survey_app.campaign.columns import ISSUE_ROLES
from survey_app.campaign.expressions import Expression, parse
from survey_app.campaign.reports import meant, there_are
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, Said, SurveyError
from survey_app.tabulation.catalogue import Catalogue
from survey_app.tabulation.counting import tabulate
from survey_app.tabulation.measures import RESPONDENTS, Measure
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.periods import Dates
from survey_app.tabulation.table import Table
from survey_app.tabulation.variables import Variable, is_place
from survey_app.tabulation.where import Where

MEASURES = (*COUNTS, *OF_A_SCALE)


def ask(
    responses: pd.DataFrame | Parts,
    catalogue: Catalogue,
    rows: str,
    columns: str,
    *,
    level: str | None = None,
    scheme: str | None = None,
    period: str | None = None,
    measure: str = "respondents",
    percent: str | None = None,
    where: str | Expression | None = None,
    without_flagged: bool = False,
    weights: str | pd.Series[Any] | None = None,
    title: Text | None = None,
) -> Table:
    """The table of two names, over a frame or its parts.

    `measure`: respondents, mentions, share (respondents as % of the row unless `percent` says otherwise), mean or
    satisfied, with the scale behind a colon (mean:B12). Without one, `mean` takes the side that is a scale, whose
    place in the table is then `all`, else the role satisfaction. `percent`: row, column or total.
    Raises NotFound or SurveyError with words for what cannot be asked.
    """
    measured, rows, columns = _measure(catalogue, measure, rows, columns)
    sides = [catalogue.variable(name, level=level, scheme=scheme, period=period) for name in (rows, columns)]
    _refuse_idle(catalogue, sides, level, scheme, period)
    expression = parse(where) if isinstance(where, str) else where
    return tabulate(
        responses,
        *sides,
        measure=measured,
        percent=_percent(percent or ("row" if measure == "share" else None)),
        where=Where(expression, catalogue) if expression is not None else None,
        without_flagged=without_flagged,
        weights=weights,
        title=title,
        questionnaires=_current(catalogue),
    )


def ask_wish(
    responses: pd.DataFrame | Parts, catalogue: Catalogue, wish: TableWish, *, without_flagged: bool = False
) -> Table:
    """A table that the campaign names."""
    return ask(
        responses,
        catalogue,
        wish.rows,
        wish.columns,
        level=wish.level,
        scheme=wish.scheme,
        period=wish.period,
        measure=wish.measure,
        percent=wish.percent,
        where=wish.where,
        without_flagged=without_flagged or wish.without_flagged,
        weights=wish.weights,
        title=wish.label,
    )


def _measure(catalogue: Catalogue, measure: str, rows: str, columns: str) -> tuple[Measure, str, str]:
    """The measure, and the names of the sides; a side that is measured becomes `all`."""
    kind, _, scale = measure.partition(":")
    if kind not in MEASURES or (scale and kind not in OF_A_SCALE):
        cure = meant(kind, MEASURES, there_are(MEASURES))
        raise NotFound(Said("there is no measure '%(measure)s': %(cure)s", measure=measure, cure=cure))
    if kind not in OF_A_SCALE:
        return (Measure("mentions") if kind == "mentions" else RESPONDENTS), rows, columns
    if not scale and catalogue.is_scale(columns):
        scale, columns = columns, "all"
    elif not scale and catalogue.is_scale(rows):
        scale, rows = rows, "all"
    elif not scale and "satisfaction" not in catalogue.roles:
        raise SurveyError(Said("the %(kind)s of what? Name a scale, as in %(kind)s:QUESTION", kind=kind))
    found = catalogue.scale(scale or "satisfaction")
    return Measure("mean" if kind == "mean" else "satisfied", found), rows, columns


def _percent(percent: str | None) -> Percent | None:
    for known in get_args(Percent):
        if percent == known:
            return known  # type: ignore[no-any-return]
    if percent is None:
        return None
    raise NotFound(
        Said("there is no percentage of the '%(percent)s': ask for row, column or total", percent=percent)
    )


def _refuse_idle(
    catalogue: Catalogue, sides: list[Variable], level: str | None, scheme: str | None, period: str | None
) -> None:
    """A level without a region, a scheme without issues, a period without dates: asked for, it would do nothing."""
    if level is not None and not any(is_place(side) for side in sides):
        raise SurveyError(f"level '{level}' is for regions, and neither side is one: leave it out")
    if scheme is not None and not any(side.name in {*ISSUE_ROLES} & {*catalogue.roles} for side in sides):
        raise SurveyError(f"scheme '{scheme}' is for issues, and neither side is issue: leave it out")
    if period is not None and not any(isinstance(side, Dates) for side in sides):
        raise SurveyError(f"period '{period}' is for dates, and neither side is one: leave it out")


def _current(catalogue: Catalogue) -> dict[str, str]:
    known = catalogue.campaign.questionnaires
    return {name: known[name].version for name in catalogue.layouts if name in known}
