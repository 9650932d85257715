"""Whose answers a table of the desk holds, in words: they go with it wherever it goes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import Group
from survey_app.campaign.scopes import EVERYWHERE, Scope, of_group
from survey_app.campaign.texts import Text
from survey_app.research.tables.state import GROUP, State
from survey_app.tabulation import Catalogue, Table
from survey_app.tabulation.variables import is_place
from survey_app.tabulation.words import (
    ALL_DAYS,
    ALL_REGIONS,
    BETWEEN_DAYS,
    EVERY_REGION,
    OF_GROUP,
    OF_PLACE,
    PLACED,
    SINCE_DAY,
    UNTIL_DAY,
    both,
    phrase,
)


def whose(campaign: Campaign, scope: Scope, place: str) -> Text:
    """The sentence for the responses from a place, or from all that somebody sees."""
    group = group_of(campaign, scope, place)
    if group is not None:
        regions = _listed(campaign.regions.labels[code] for code in group.regions)
        return phrase(OF_GROUP, group=group.label, regions=regions)
    if place:
        return phrase(OF_PLACE, place=campaign.regions.labels[place])
    return EVERY_REGION


def named(campaign: Campaign, scope: Scope, state: State) -> Text:
    """The short name of one side of a comparison: its days where those differ, else its place."""
    if state.versus_from or state.versus_to:
        return _days(state.from_, state.to)
    group = group_of(campaign, scope, state.place)
    if group is not None:
        return group.label
    return campaign.regions.labels[state.place] if state.place else ALL_REGIONS


def group_of(campaign: Campaign, scope: Scope, place: str) -> Group | None:
    """The research group that a place names, or that a scope without a place is of."""
    if place and not place.startswith(GROUP):
        return None
    if place:
        return next((g for g in campaign.regions.groups if g.name == place.removeprefix(GROUP)), None)
    if scope == EVERYWHERE:
        return None
    return next((g for g in campaign.regions.groups if of_group(campaign, g.name) == scope), None)


def placed(table: Table, catalogue: Catalogue, state: State, scope: Scope) -> list[Text]:
    """Why a side of regions does not add up to the responses from a place, where it does not.

    Told of those whom the figures are of: of a mean, of who has a score. Mentions are no people, so nothing is told.
    """
    if scope.regions is None or table.measure.kind == "mentions":
        return []
    found, people = [], round(float(table.figures.counts[-1, -1]))
    for name, side, counts in (
        (state.rows, table.rows, table.figures.counts[:-1, -1]),
        (state.columns or "all", table.columns, table.figures.counts[-1, :-1]),
    ):
        if is_place(catalogue.variable(name)):
            inside = [_lies_in(catalogue.campaign, code, scope) for code, _ in side]
            outside = people - round(float(np.nansum(counts[inside])))
            if outside:
                label = catalogue.variable(name).label
                found.append(phrase(PLACED, name=label, people=people, n=outside))
    return found


def _lies_in(campaign: Campaign, code: str, scope: Scope) -> bool:
    """Whether a row of regions (a group, a region that holds others) shares some region with the scope."""
    regions = campaign.regions
    tops = [code] if code in regions else [c for g in regions.groups if g.name == code for c in g.regions]
    within = {each.code for top in tops for each in regions.under(top)} | {*tops}
    return scope.regions is None or bool(within & scope.regions)


def _days(first: str, last: str) -> Text:
    if not first and not last:
        return ALL_DAYS
    pattern = BETWEEN_DAYS if first and last else SINCE_DAY if first else UNTIL_DAY
    return phrase(pattern, first=first, last=last)


def _listed(labels: Iterable[Text]) -> Text:
    every = list(labels)
    return both("、".join(each.in_("zh") for each in every), ", ".join(each.in_("en") for each in every))
