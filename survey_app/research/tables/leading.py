"""From a table on: what its comparison is called, and which table lies within each of its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey_app.campaign.regions import GROUP_LEVEL, Regions
from survey_app.campaign.texts import Text
from survey_app.research.tables.counted import GROUP, Asking
from survey_app.research.tables.state import State
from survey_app.tabulation import Table
from survey_app.tabulation.words import both, phrase

EVERYWHERE = both("全部地区", "all places")
OWN_PLACES = both("本组全部地区", "all places of the own group")
ALL_DAYS = both("全部日期", "all days")
SINCE = both("{first} 起", "from {first}")
UNTIL = both("{last} 止", "until {last}")
BETWEEN = both("{first} 至 {last}", "{first} to {last}")
REGION = "region"


def names(asking: Asking, state: State) -> tuple[Text, Text]:
    """What the own figures of a comparison are called, and what the others."""
    if state.versus:
        return _place(asking, state.place), _place(asking, state.versus)
    return _days(state.from_, state.to), _days(state.versus_from, state.versus_to)


def _place(asking: Asking, place: str) -> Text:
    regions = asking.campaign.regions
    if not place:
        return EVERYWHERE if asking.scope.regions is None else OWN_PLACES
    if place.startswith(GROUP):
        named = place.removeprefix(GROUP)
        return next((group.label for group in regions.groups if group.name == named), Text.plain(named))
    return regions.labels.get(place, Text.plain(place))


def _days(first: str, last: str) -> Text:
    patterns = {(False, False): ALL_DAYS, (True, False): SINCE, (False, True): UNTIL, (True, True): BETWEEN}
    return phrase(patterns[bool(first), bool(last)], first=first, last=last)


def within(asking: Asking, state: State, table: Table) -> Mapping[str, State]:
    """By the code of a row, the same table within that place, a level deeper; places that nothing lies in have none."""
    if state.rows != REGION:
        return {}
    regions = asking.campaign.regions
    here = state.level or next(iter(regions.levels[::-1]), "")
    found = {}
    for code, _ in table.rows:
        place, deeper = _inside(regions, code, here)
        if deeper and deeper != here:
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
