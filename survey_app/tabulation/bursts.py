"""A channel's day far above its usual: a text message that went out, or somebody who fills in forms by the dozen.

The rule: more than TIMES times the median of the channel's days before (at most BEFORE of them, days without a response
counted as 0, and at least LEAST), and MORE beyond that. On calm days, whose numbers are Poisson about a level that goes
up and down by a quarter and falls by half at weekends, fewer than 2 in 10,000 of a channel's days are called a burst,
whatever the level; tests/unit/test_bursts.py makes them up and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from survey_app.tabulation.arrivals import OnDay

TIMES, MORE = 3, 10
BEFORE, LEAST = 28, 7
RECENT_DAYS = 14


class Burst(NamedTuple):
    """`responses` came by a channel on a day; `usual`: the median of its days before."""

    channel: str
    day: date
    responses: int
    usual: float


def bursts(found: Iterable[OnDay], today: date) -> list[Burst]:
    """The bursts of the last RECENT_DAYS days, the latest first."""
    by_channel: dict[str, Counter[date]] = {}
    for each in found:
        by_channel.setdefault(each.channel, Counter())[each.day] += each.responses
    all_ = [burst for channel, days in by_channel.items() for burst in _of(channel, days, today)]
    return sorted(all_, key=lambda burst: (burst.day, burst.responses), reverse=True)


def _of(channel: str, days: Counter[date], today: date) -> Iterator[Burst]:
    first = min(days)
    for back in range(RECENT_DAYS):
        day = today - timedelta(days=back)
        known = min(BEFORE, (day - first).days)
        if known >= LEAST and days[day] > MORE:
            usual = float(median(days[day - timedelta(days=before)] for before in range(1, known + 1)))
            if days[day] > TIMES * usual + MORE:
                yield Burst(channel, day, days[day], usual)
