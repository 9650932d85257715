"""A burst is called one; calm days are not, and how seldom they are is counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pytest

from survey_app.tabulation.bursts import RECENT_DAYS, bursts

TODAY = date(2021, 8, 20)
WEEK = (1.15, 1.15, 1.15, 1.15, 1.15, 0.62, 0.63)


class OnDay(NamedTuple):
    channel: str
    day: date
    responses: int


def days(counts: list[int], channel: str = "web") -> list[OnDay]:
    """A channel's days up to today; those without a response are not told."""
    first = TODAY - timedelta(days=len(counts) - 1)
    return [OnDay(channel, first + timedelta(days=n), count) for n, count in enumerate(counts) if count]


def test_a_day_far_above_the_usual_is_a_burst_with_what_is_usual():
    (found,) = bursts(days([20] * 27 + [90]), TODAY)
    assert found == ("web", TODAY, 90, 20.0)


def test_a_day_somewhat_above_the_usual_is_none():
    assert bursts(days([20] * 27 + [70]), TODAY) == []


def test_days_without_a_response_are_counted_as_nothing():
    assert [each.usual for each in bursts(days([1] + [0] * 20 + [11]), TODAY)] == [0.0]
    assert bursts(days([1] + [0] * 20 + [10]), TODAY) == []


def test_a_channel_of_a_few_days_has_no_usual_yet():
    assert bursts(days([1, 1, 1, 1, 500]), TODAY) == []


def test_channels_are_judged_each_by_itself_and_old_bursts_are_let_go():
    old = [5] * 20 + [300] + [5] * RECENT_DAYS
    assert bursts(days(old), TODAY) == []
    found = bursts(days(old) + days([2] * 27 + [40], "qr:sms"), TODAY)
    assert [each.channel for each in found] == ["qr:sms"]


@pytest.mark.parametrize("level", [0.3, 3, 30, 300])
def test_on_calm_days_fewer_than_2_in_10000_are_called_a_burst(level: float):
    lot = np.random.default_rng(20210601)
    judged = alarms = 0
    for _ in range(1500):
        swing = lot.lognormal(0, 0.25, 42) * np.array([WEEK[n % 7] for n in range(42)])
        calm = lot.poisson(level * swing).tolist()
        if any(calm[:28]):
            judged += RECENT_DAYS
            alarms += len(bursts(days(calm), TODAY))
    assert judged > 20_000
    assert alarms < judged * 2 / 10_000
