"""From a table on: which table lies within each of its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey_app.campaign.regions import GROUP_LEVEL, Regions
from survey_app.research.tables.counted import Asking
from survey_app.research.tables.state import GROUP, State
from survey_app.tabulation import Table

REGION = "region"


def within(asking: Asking, state: State, table: Table) -> Mapping[str, State]:
    """By the code of a row, the same table within that place, a level deeper; places that nothing lies in have none."""
    if state.rows != REGION:
        return {}
    regions = asking.campaign.regions
    here = state.level or next(iter(regions.levels[::-1]), "")
    found = {}
    for code, _ in table.rows:
        place, deeper = _inside(regions, code, here)
        if deeper and deeper != here and asking.sees(place):
            found[code] = replace(state, place=place, level=deeper)
    return found


def _inside(regions: Regions, code: str, level: str) -> tuple[str, str | None]:
    """The place that a row stands for, and the level of what lies in it."""
    if level == GROUP_LEVEL:
        group = next((each for each in regions.groups if each.name == code), None)
        first = regions[group.regions[0]] if group and group.regions else None
        return f"{GROUP}{code}", first.level if first else None
    inside = regions.children(code) if code in regions else ()
    return code, inside[0].level if inside else None
