"""What is wanted of places: targets said of them, or else added up from the places in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.targets import Target


@dataclass(frozen=True)
class Wanted:
    """So many are wanted, and `done` of those that count for it have come.

    `expected`: by today, growing evenly from the first day to the last, both included; None where there is no last day.
    """

    target: int
    expected: float | None
    done: int

    @property
    def share(self) -> float:
        """The part of the target that has come; may be above 1."""
        return self.done / self.target

    @property
    def is_behind(self) -> bool:
        """Whether fewer came than were expected by today."""
        return self.expected is not None and self.done < self.expected


class Wish(NamedTuple):
    """What is wanted of a place, by audience and in all.

    `for_all`: that, or what is wanted in the place, is said anywhere of all audiences together.
    """

    by_audience: dict[str, Wanted]
    in_all: Wanted | None
    for_all: bool


@dataclass(frozen=True)
class Wishes:
    """What is wanted of each place of a campaign as of `today`.

    `audience_of`: by questionnaire; `came`: gives the responses by questionnaire from a place ("": from all).
    """

    campaign: Campaign
    audiences: Sequence[str]
    audience_of: Mapping[str, str]
    came: Callable[[str], Counter[str]]
    today: date

    def of(self, code: str) -> Wish:
        """What is wanted of a place, or of the whole campaign (""): a line of its own before the sum of those in it."""
        if code not in self._known:
            inner = [self.of(region.code) for region in self.campaign.regions.children(code or None)]
            by_audience = {
                audience: wanted
                for audience in self.audiences
                if (wanted := self._own(code, audience) or added(e.by_audience.get(audience) for e in inner))
            }
            own = self._own(code, None)
            for_all = own is not None or any(each.for_all for each in inner)
            below = added(each.in_all for each in inner) if for_all else added(by_audience.values())
            self._known[code] = Wish(by_audience, own or below, for_all)
        return self._known[code]

    @cached_property
    def _known(self) -> dict[str, Wish]:
        return {}

    @cached_property
    def _targets(self) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for target in self.campaign.targets:
            found.setdefault(target.region or "", []).append(target)
        return found

    def _own(self, code: str, audience: str | None) -> Wanted | None:
        """What is said of the place itself for an audience (None: for all), or else for questionnaires that ask it."""
        lines = self._targets.get(code, [])
        mine = [each for each in lines if each.audience == audience and each.questionnaire is None]
        if not mine and audience is not None:
            mine = [each for each in lines if self.audience_of.get(each.questionnaire or "") == audience]
        came = self.came(code) if mine else Counter()
        return added(self._wanted(each, came) for each in mine)

    def _wanted(self, target: Target, came: Counter[str]) -> Wanted:
        counts = [
            name
            for name, audience in self.audience_of.items()
            if target.questionnaire in (None, name) and target.audience in (None, audience)
        ]
        by_now = expected(self.campaign, target, counts, self.today)
        return Wanted(target.target, by_now, sum(came[name] for name in counts))


def expected(campaign: Campaign, target: Target, counts: Sequence[str], today: date) -> float | None:
    """How many of a target should have come by the end of `today`, growing evenly from its first day to its last.

    Days that it does not name are those on which the questionnaires `counts` take answers; None where one has no end.
    """
    asked = [campaign.questionnaires[name] for name in counts if name in campaign.questionnaires]
    opening = [campaign.opening(each) for each in asked]
    first = target.opens or _earliest(day for day, _ in opening)
    last = target.closes or _latest(day for _, day in opening)
    if first is None or last is None or first > last:
        return None
    days = (last - first).days + 1
    return target.target * min(max((today - first).days + 1, 0), days) / days


def _earliest(days: Iterable[date | None]) -> date | None:
    found = list(days)
    return None if None in found else min((day for day in found if day), default=None)


def _latest(days: Iterable[date | None]) -> date | None:
    found = list(days)
    return None if None in found else max((day for day in found if day), default=None)


def added(wanted: Iterable[Wanted | None]) -> Wanted | None:
    """Several wishes as one; nothing is expected of it by any day where that is so of one of them."""
    found = [each for each in wanted if each is not None]
    if not found:
        return None
    by_now = [each.expected for each in found]
    known = [each for each in by_now if each is not None]
    together = sum(known) if len(known) == len(by_now) else None
    return Wanted(sum(each.target for each in found), together, sum(each.done for each in found))
