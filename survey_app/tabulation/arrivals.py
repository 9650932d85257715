"""What came in: in all, in the last seven days and in the seven before, and day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple, Protocol

WEEK = 7


class OnDay(Protocol):
    """Responses to a questionnaire that came by a channel on a day, counted."""

    @property
    def questionnaire(self) -> str:
        """Its name."""

    @property
    def channel(self) -> str:
        """The channel, as it is kept."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def responses(self) -> int:
        """How many."""


class Flow(NamedTuple):
    """Responses in all, in the `week` of seven days that ends today, and in the seven days `before`."""

    name: str
    total: int
    week: int
    before: int

    @property
    def change(self) -> int:
        """How many more came this week than in the one before."""
        return self.week - self.before


def flow(name: str, found: Iterable[OnDay], today: date) -> Flow:
    """All of them as one flow."""
    return next(iter(_flows(found, lambda _: name, today)), Flow(name, 0, 0, 0))


def flows(found: Iterable[OnDay], name_of: Callable[[OnDay], str], today: date) -> list[Flow]:
    """A flow for each name, the largest first."""
    return sorted(_flows(found, name_of, today), key=lambda each: (-each.total, each.name))


def _flows(found: Iterable[OnDay], name_of: Callable[[OnDay], str], today: date) -> Iterator[Flow]:
    total, weeks = Counter[str](), (Counter[str](), Counter[str]())
    for each in found:
        name, back = name_of(each), (today - each.day).days // WEEK
        total[name] += each.responses
        if 0 <= back < len(weeks):
            weeks[back][name] += each.responses
    return (Flow(name, count, weeks[0][name], weeks[1][name]) for name, count in total.items())


def by_day(found: Iterable[OnDay], today: date, most: int) -> list[tuple[date, int]]:
    """Responses of each day from the first one up to today, days without any as 0; at most so many days."""
    days: Counter[date] = Counter()
    for each in found:
        days[each.day] += each.responses
    if not days:
        return []
    last = max(today, *days)
    first = max(min(days), last - timedelta(days=most - 1))
    return [(day, days[day]) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]
