"""A place chosen level by level, from the widest region down to the level that the question asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.campaign.kinds import is_above
from survey_app.campaign.models import RegionQuestion
from survey_app.campaign.regions import Region, Regions
from survey_app.respondent.posted import Posted

FEW_PLACES = 12
"""So many places are seen at one glance."""


@dataclass(frozen=True)
class Step:
    """One list of the cascade: the regions to choose from, their level, and the code chosen ("": none yet)."""

    level: str
    regions: tuple[Region, ...]
    chosen: str


def steps(question: RegionQuestion, code: str, regions: Regions) -> list[Step]:
    """The lists to draw while `code` is what was chosen so far: a region, an extra choice, or nothing."""
    if code in {choice.name for choice in question.extra_choices}:
        first = _choose_from(question, top(question, regions), regions)
        return [Step(first[0].level if first else question.level, first, code)]
    path = {region.code for region in regions.path(code)}
    found: list[Step] = []
    place: str | None = top(question, regions)
    while True:
        among = _choose_from(question, place, regions)
        chosen = next((region.code for region in among if region.code in path), "")
        found.append(Step(among[0].level if among else question.level, among, chosen))
        if not chosen or not is_above(chosen, question, regions):
            return found
        place = chosen


def control(name: str, question: RegionQuestion, level: str) -> str:
    """What the list of `level` is called: the last one `name`, those above it `<name>-<level>`."""
    return name if level == question.level else f"{name}-{level}"


def has_to_be_found(question: RegionQuestion, regions: Regions) -> bool:
    """Whether there are so many places, or lists of them, that finding one by typing is quicker."""
    first = _choose_from(question, top(question, regions), regions)
    return len(first) > FEW_PLACES or any(is_above(region.code, question, regions) for region in first)


def level_after(question: RegionQuestion, drawn: list[Step], regions: Regions) -> str | None:
    """The level that follows the last list drawn; None after the last level, or where an extra choice was made."""
    last = drawn[-1]
    if last.chosen or last.level == question.level or last.level not in regions.levels:
        return None
    return regions.levels[regions.levels.index(last.level) + 1]


def read(question: RegionQuestion, name: str, posted: Posted, regions: Regions) -> Any:
    """The deepest place that fits what was chosen above it: after another prefecture, the old county is no answer.

    A code in `name` alone, with the lists above it empty or absent, is taken as it is.
    """
    extras = {choice.name for choice in question.extra_choices}
    answer: Any = ""
    for level in (*(level for level in regions.levels if level != question.level), question.level):
        part = control(name, question, level)
        value = posted.one(part)
        if not isinstance(value, str):
            return value
        if value and (not answer or value in extras or regions.is_within(value, answer)):
            answer = value
    return answer


def top(question: RegionQuestion, regions: Regions) -> str | None:
    """The region whose parts are the first list: the only way down is gone without asking."""
    place = question.within
    while len(only := regions.children(place)) == 1 and is_above(only[0].code, question, regions):
        place = only[0].code
    return place


def _choose_from(question: RegionQuestion, place: str | None, regions: Regions) -> tuple[Region, ...]:
    """The regions right under `place`; `within` itself where nothing lies in it."""
    return regions.children(place) or tuple(region for region in [regions.by_code.get(place or "")] if region)
