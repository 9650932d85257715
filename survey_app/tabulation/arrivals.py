"""What came in: in all, in the last seven days and in the seven before, and day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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
    total = week = before = 0
    for each in found:
        total += each.responses
        age = (today - each.day).days
        week += each.responses if age < WEEK else 0
        before += each.responses if WEEK <= age < 2 * WEEK else 0
    return Flow(name, total, week, before)


def flows(found: Sequence[OnDay], name_of: Callable[[OnDay], str], today: date) -> list[Flow]:
    """A flow for each name, the largest first."""
    names = dict.fromkeys(map(name_of, found))
    all_ = [flow(name, (each for each in found if name_of(each) == name), today) for name in names]
    return sorted(all_, key=lambda each: (-each.total, each.name))


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
