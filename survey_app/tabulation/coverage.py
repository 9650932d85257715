"""Who is covered: responses by place and audience beside what is wanted of them, added up from the places below.

Every place counts what lies in it. Those of a place that name no place in it are a line of their own, and so are those
that name no known region, so that lines always add up to the line above them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.campaign.texts import Text
from survey_app.tabulation.wanted import Wanted, Wishes, added
from survey_app.tabulation.words import both, phrase

SILENT_DAYS = 14
"""A place of the last level is silent that gave no response on so many days up to today."""
LEAST_MIX = 30
"""Responses from which on the mix of a place says something."""
LOPSIDED = 1 / 3
"""A mix is lopsided where an audience has less than this part of its share among all."""
NO_PLACE = both("未提供可识别的地区", "No known place given")
OWN = both("{place}（未细分）", "{place} (no closer place given)")
NO_GROUP = both("不属任何调研组", "In no research group")
TOTAL = both("合计", "Total")


class FromPlace(Protocol):
    """Responses to a questionnaire from a region, counted."""

    @property
    def questionnaire(self) -> str:
        """Its name."""

    @property
    def audience(self) -> str:
        """Whom it asks."""

    @property
    def region(self) -> str | None:
        """The code; None: none, or none that is known."""

    @property
    def responses(self) -> int:
        """How many."""

    @property
    def last(self) -> date:
        """The day of the last one."""


@dataclass(frozen=True)
class Line:
    """A place and all that lies in it. `code` is empty where the line is no place, `level` where it is of none.

    `responses`: by audience, in the order of the campaign; `wanted`: likewise, where there is a target; `in_all`: of
    all audiences together.
    """

    code: str
    label: Text
    level: str
    responses: dict[str, int]
    last: date | None
    wanted: dict[str, Wanted] = field(default_factory=dict)
    in_all: Wanted | None = None

    @property
    def total(self) -> int:
        """Responses of all audiences."""
        return sum(self.responses.values())

    def mix(self) -> dict[str, float]:
        """Each audience's share of the responses; empty where there are none."""
        return {audience: count / self.total for audience, count in self.responses.items() if self.total}


@dataclass
class _Sum:
    """Responses by questionnaire, and the day of the last one."""

    counts: Counter[str] = field(default_factory=Counter)
    last: date | None = None

    def add(self, found: FromPlace) -> None:
        self.counts[found.questionnaire] += found.responses
        self.last = max(filter(None, (self.last, found.last)))


@dataclass(frozen=True)
class Board:
    """The places of a campaign that lie in `scope`, with the responses `found` in it, as of `today`."""

    campaign: Campaign
    found: Sequence[FromPlace]
    today: date
    scope: Scope = EVERYWHERE

    @cached_property
    def audiences(self) -> tuple[str, ...]:
        """Those of the public questionnaires, and whoever else answered."""
        return tuple(dict.fromkeys([*self.campaign.asked_audiences, *(each.audience for each in self.found)]))

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The codes of the highest places in scope."""
        regions, scope = self.campaign.regions, self.scope.regions
        if scope is None:
            return tuple(region.code for region in regions.roots)
        return tuple(each.code for each in regions if each.code in scope and each.parent not in scope)

    def sees(self, code: str) -> bool:
        """Whether that is a place in scope."""
        return code in self.campaign.regions and self.scope.covers(code)

    def line(self, code: str) -> Line:
        """The line of a place."""
        region, wish = self.campaign.regions[code], self._wishes.of(code)
        line = self._made(self.campaign.regions.labels[code], [self._within.get(code)], code, region.level)
        return replace(line, wanted=wish.by_audience, in_all=wish.in_all)

    def inside(self, code: str) -> list[Line]:
        """The lines of the places right in a place, and of what came from it without saying from where in it."""
        inner = [self.line(region.code) for region in self.campaign.regions.children(code)]
        own = self._own.get(code)
        if inner and own:
            label = phrase(OWN, place=self.campaign.regions.labels[code])
            inner.append(self._made(label, [own]))
        return inner

    def at_level(self, level: str) -> list[Line]:
        """The lines of all places of a level that are in scope."""
        if level == GROUP_LEVEL:
            return self.groups()
        regions = self.campaign.regions
        return [self.line(each.code) for each in regions if each.level == level and self.sees(each.code)]

    def groups(self) -> list[Line]:
        """The lines of the research groups whose regions are in scope, and of what belongs to none."""
        lines, covered = [], set[str]()
        for group in self.campaign.regions.groups:
            codes = [code for code in group.regions if self.sees(code)]
            covered.update(inner for code in codes for inner in self._with_inner(code))
            if codes:
                lines.append(self._summed(group.name, group.label, GROUP_LEVEL, codes))
        left = [found for code, found in self._own.items() if code not in covered]
        if left:
            lines.append(self._made(NO_GROUP, left))
        return lines

    def nowhere(self) -> Line | None:
        """What came from no known place; None where nothing did."""
        found = self._own.get("")
        return self._made(NO_PLACE, [found]) if found else None

    def total(self) -> Line:
        """Everything in scope."""
        line = self._summed("", TOTAL, "", self.tops, [self._own.get("")])
        if self.scope.regions is not None:
            return line
        wish = self._wishes.of("")
        return replace(line, wanted=wish.by_audience, in_all=wish.in_all)

    def tree(self) -> Iterator[tuple[int, Line]]:
        """Every line with how deep it stands: total, places from the top down, what came from nowhere, the groups."""
        yield 0, self.total()
        for code in self.tops:
            yield 1, self.line(code)
            yield from self._under(code, 2)
        if nowhere := self.nowhere():
            yield 1, nowhere
        if self.campaign.regions.groups:
            yield from ((1, line) for line in self.groups())

    def _under(self, code: str, depth: int) -> Iterator[tuple[int, Line]]:
        for line in self.inside(code):
            yield depth, line
            if line.code:
                yield from self._under(line.code, depth + 1)

    @cached_property
    def silent(self) -> list[Line]:
        """The places of the last level that gave nothing for SILENT_DAYS days or more, the longest silent first."""
        regions = self.campaign.regions
        last = [each for each in regions if self.sees(each.code) and not regions.children(each.code)]
        lines = [self.line(each.code) for each in last]
        quiet = [line for line in lines if (days := self.silence(line)) is None or days >= SILENT_DAYS]
        return sorted(quiet, key=lambda line: line.last or date.min)

    def silence(self, line: Line) -> int | None:
        """Days since its last response; None where it never gave one."""
        return None if line.last is None else (self.today - line.last).days

    def is_lopsided(self, line: Line) -> bool:
        """Whether some audience has far less of the place's responses than of all in scope; see LEAST_MIX, LOPSIDED."""
        shares = line.mix()
        return line.total >= LEAST_MIX and any(
            shares.get(audience, 0) < LOPSIDED * share for audience, share in self._mix.items()
        )

    def marks(self, line: Line) -> list[str]:
        """What stands out about a line: behind, never (a place that gave no response), silent, lopsided."""
        days = self.silence(line)
        found = {
            "behind": line.in_all is not None and line.in_all.is_behind,
            "never": bool(line.code) and days is None,
            "silent": bool(line.code) and days is not None and days >= SILENT_DAYS,
            "lopsided": self.is_lopsided(line),
        }
        return [name for name, is_so in found.items() if is_so]

    @cached_property
    def _mix(self) -> dict[str, float]:
        return self.total().mix()

    @cached_property
    def _audience_of(self) -> dict[str, str]:
        asked = {each.name: each.audience[0] for each in self.campaign.public}
        return asked | {each.questionnaire: each.audience for each in self.found}

    @cached_property
    def _own(self) -> dict[str, _Sum]:
        """What names exactly that place; under "" what names none that is known."""
        found: dict[str, _Sum] = {}
        for each in self.found:
            code = each.region if each.region in self.campaign.regions else ""
            found.setdefault(code or "", _Sum()).add(each)
        return found

    @cached_property
    def _within(self) -> dict[str, _Sum]:
        found: dict[str, _Sum] = {}
        for each in self.found:
            for region in self.campaign.regions.path(each.region or ""):
                found.setdefault(region.code, _Sum()).add(each)
        return found

    @cached_property
    def _everyone(self) -> _Sum:
        everyone = _Sum()
        for each in self.found:
            everyone.add(each)
        return everyone

    def _with_inner(self, code: str) -> Iterable[str]:
        yield code
        yield from (region.code for region in self.campaign.regions.under(code))

    @cached_property
    def _wishes(self) -> Wishes:
        return Wishes(self.campaign, self.audiences, self._audience_of, self._came, self.today)

    def _came(self, code: str) -> Counter[str]:
        """Responses by questionnaire from a place and what lies in it; under "" all of them."""
        found = self._within.get(code) if code else self._everyone
        return found.counts if found else Counter()

    def _summed(
        self, code: str, label: Text, level: str, codes: Sequence[str], more: Sequence[_Sum | None] = ()
    ) -> Line:
        """Several places as one line."""
        wishes = [self._wishes.of(each) for each in codes]
        by_audience = {
            audience: wanted
            for audience in self.audiences
            if (wanted := added(each.by_audience.get(audience) for each in wishes))
        }
        line = self._made(label, [*(self._within.get(each) for each in codes), *more], code, level)
        return replace(line, wanted=by_audience, in_all=added(each.in_all for each in wishes))

    def _made(self, label: Text, sums: Sequence[_Sum | None], code: str = "", level: str = "") -> Line:
        """A line of which nothing is wanted."""
        found = [each for each in sums if each is not None]
        responses = dict.fromkeys(self.audiences, 0)
        for each in found:
            for questionnaire, count in each.counts.items():
                responses[self._audience_of[questionnaire]] += count
        return Line(code, label, level, responses, max((e.last for e in found if e.last), default=None))
