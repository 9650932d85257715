"""Regions as a side of a table, rolled up to a level of the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import GROUP_LEVEL, Regions
from survey_app.campaign.reports import meant, there_are
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, Said
from survey_app.tabulation.variables import OneAnswer
from survey_app.tabulation.words import NO_GROUP, UNSPECIFIED, phrase


def at_level(
    campaign: Campaign, variable: OneAnswer, level: str | None, scope: Scope = EVERYWHERE
) -> OneAnswer:
    """`variable`, whose codes are regions and extra choices, by the regions of `level`.

    Declared are the regions of that level that its codes lie in, then the extra choices. A region above the level
    cannot be rolled down: it keeps a row of its own, where it occurs, that says that no closer place was given; so
    the table always adds up to the total. Level None is the deepest that the variable's codes have. Regions outside
    `scope` are not declared: a 0 beside one would say that nobody answered there.
    """
    regions = campaign.regions
    level = level or _deepest(regions, variable.codes)
    if level is None:
        return variable
    if level not in regions.all_levels:
        raise NotFound(_no_level(regions, level))
    goals = {region.code: regions.roll_up(region.code, level) for region in regions}
    targets = {code: goal for code, goal in goals.items() if goal is not None}
    reached = {targets[code] for code in variable.codes if code in targets and scope.covers(code)}
    declared = {code: label for code, label in regions.at_level(level) if code in reached}
    extra = {code: label for code, label in variable.codes.items() if code not in regions}
    return replace(
        variable,
        codes=declared | extra,
        strays=_strays(regions, level, targets, declared),
        targets=targets,
        is_place=True,
    )


def _deepest(regions: Regions, codes: Iterable[str]) -> str | None:
    levels = {regions[code].level for code in codes if code in regions}
    return next((level for level in reversed(regions.levels) if level in levels), None)


def _strays(
    regions: Regions, level: str, targets: Mapping[str, str], declared: Mapping[str, Text]
) -> dict[str, Text]:
    """Regions above the level, then those of the level that the variable does not declare."""
    above = {region.code: regions.labels[region.code] for region in regions if region.code not in targets}
    pattern = NO_GROUP if level == GROUP_LEVEL else UNSPECIFIED
    said = {
        code: phrase(pattern, region=label) if regions.children(code) else label
        for code, label in above.items()
    }
    return said | {code: label for code, label in regions.at_level(level) if code not in declared}


def _no_level(regions: Regions, level: str) -> Said:
    levels = regions.all_levels
    there = there_are(levels) if levels else Said("the campaign has no regions")
    cure = meant(level, levels, there)
    return Said("there is no level '%(level)s' of regions: %(cure)s", level=level, cure=cure)
