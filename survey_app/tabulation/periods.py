"""Dates as a side of a table: an unbroken row of days, ISO weeks or months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.columns import ANSWERED, NOT_ANSWERED, UNKNOWN
from survey_app.campaign.reports import meant, there_are
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, Said, SurveyError
from survey_app.tabulation.kernel import OneCode
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.variables import Axis, categorical, column_of, looked_up
from survey_app.tabulation.words import FROM_DAY, ONLY_DAYS, TO_DAY, WEEK, phrase

MOST = 3_700
"""Periods of one table, ten years of days: more is a slip in a date, not something to read."""

_EPOCH = date(1970, 1, 1)
_FIRST_MONDAY = date(1969, 12, 29)


def _days(dates: NDArray[Any]) -> NDArray[np.int64]:
    return dates.astype("datetime64[D]").astype(np.int64)


def _weeks(dates: NDArray[Any]) -> NDArray[np.int64]:
    return (_days(dates) + (_EPOCH - _FIRST_MONDAY).days) // 7


def _months(dates: NDArray[Any]) -> NDArray[np.int64]:
    return dates.astype("datetime64[M]").astype(np.int64)


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _monday(number: int) -> date:
    return _FIRST_MONDAY + timedelta(weeks=number)


def _first_of_month(number: int) -> date:
    return date(_EPOCH.year + number // 12, number % 12 + 1, 1)


def _iso_week(first: date) -> str:
    year, week, _ = first.isocalendar()
    return f"{year}-W{week:02d}"


def _week_label(first: date) -> Text:
    """A week's number says little by itself, so its first day stands beside it."""
    return phrase(WEEK, code=_iso_week(first), day=first.isoformat()[5:])


class Period(NamedTuple):
    """A unit of time. `numbers`: of dates, counting on; `start`: the first day of a number; `named`: the code by that
    day; `label`: what it is called, where that is more than the code."""

    numbers: Callable[[NDArray[Any]], NDArray[np.int64]]
    start: Callable[[int], date]
    named: Callable[[date], str]
    label: Callable[[date], Text] | None = None

    def code(self, number: int) -> str:
        """As it stands in addresses and files."""
        return self.named(self.start(number))

    def labelled(self, number: int) -> Text:
        """What it is called."""
        return self.label(self.start(number)) if self.label else Text.plain(self.code(number))


PERIODS = {
    "day": Period(_days, _day, date.isoformat),
    "week": Period(_weeks, _monday, _iso_week, _week_label),
    "month": Period(_months, _first_of_month, lambda first: first.isoformat()[:7]),
}
"""By name. A week is ISO 8601's (2021-W22)."""


def period_of(name: str | None) -> str:
    """The period asked for, by default the day. Raises NotFound with words."""
    known = list(PERIODS)
    if name is not None and name not in PERIODS:
        cure = meant(name, known, there_are(known))
        raise NotFound(Said("there is no period '%(name)s': %(cure)s", name=name, cure=cure))
    return name or "day"


@dataclass(frozen=True)
class Dates:
    """A column of dates by `period`; `state` is the column that says why a date is absent, if there is one."""

    name: str
    label: Text
    column: str
    period: str
    state: str | None = None
    several: bool = False

    def reads(self, *, offered: bool = False) -> tuple[str, ...]:
        """Its column, and the state's."""
        return (self.column, self.state) if self.state else (self.column,)

    def axis(self, parts: Parts) -> Axis:
        """Every period from the first date to the last, those without answers too. Of days on which responses came it
        says which periods they begin or end within; of other dates nobody knows that.
        """
        ends = [end for part in parts.map(self.ends, [self.column]) for end in part]
        if not ends:
            return Axis.of({})
        days = min(ends), max(ends)
        period = PERIODS[self.period]
        first, last = period.numbers(np.array(days, dtype="datetime64[D]")).tolist()
        if last - first >= MOST:
            raise SurveyError(
                Said(
                    "'%(name)s' by %(period)s would take %(number)d periods, more than %(most)d: "
                    "ask for months, or for fewer answers with a condition (where)",
                    name=self.name,
                    period=self.period,
                    number=last - first + 1,
                    most=MOST,
                )
            )
        axis = Axis.of({period.code(each): period.labelled(each) for each in range(first, last + 1)})
        return axis if self.state else replace(axis, partial=_partial(period, (first, last), days))

    def ends(self, part: pd.DataFrame) -> tuple[int, ...]:
        """The first and the last day of a part, as days since 1970; none where it has no date."""
        dates = self._dates(part)
        days = _days(dates[~np.isnat(dates)])
        return (int(days.min()), int(days.max())) if len(days) else ()

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """One period each; without a date, what the state says (an answer that is no date is unknown)."""
        positions = self._absent(part, axis)
        dates = self._dates(part)
        known = ~np.isnat(dates)
        if known.any():
            period = PERIODS[self.period]
            numbers = period.numbers(dates[known])
            first = int(numbers.min())
            positions[known] = numbers - first + axis.position[period.code(first)]
        return OneCode(positions, axis.answered)

    def offered(self, part: pd.DataFrame, axis: Axis) -> None:
        """Every date can be any."""

    def _dates(self, part: pd.DataFrame) -> NDArray[np.datetime64]:
        dates = pd.to_datetime(column_of(part, self.column), errors="coerce", format="%Y-%m-%d")
        return dates.to_numpy(dtype="datetime64[s]")

    def _absent(self, part: pd.DataFrame, axis: Axis) -> NDArray[np.uint32]:
        absent = axis.position[NOT_ANSWERED]
        if self.state is None:
            return np.full(len(part), absent, dtype=np.uint32)
        places = {**axis.position, ANSWERED: axis.position[UNKNOWN]}
        return looked_up(
            categorical(part, self.state), places, otherwise=absent, absent=absent, dtype=np.uint32
        )


def _partial(period: Period, ends: tuple[int, int], days: tuple[int, int]) -> dict[str, Text]:
    """By code, the first and the last period where the days do not fill them, with the days that there are."""
    first, last = ends
    begun, ended = map(_day, days)
    late, early = begun > period.start(first), ended < period.start(last + 1) - timedelta(days=1)
    if first == last and late and early:
        return {period.code(first): phrase(ONLY_DAYS, code=period.code(first), first=begun, last=ended)}
    found = {}
    if late:
        found[period.code(first)] = phrase(FROM_DAY, code=period.code(first), day=begun)
    if early:
        found[period.code(last)] = phrase(TO_DAY, code=period.code(last), day=ended)
    return found
