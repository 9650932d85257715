"""Dates as a side of a table: an unbroken row of days, ISO weeks or months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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


def _day_code(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).isoformat()


def _week_code(number: int) -> str:
    year, week, _ = (_FIRST_MONDAY + timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02d}"


def _month_code(number: int) -> str:
    return f"{_EPOCH.year + number // 12}-{number % 12 + 1:02d}"


PERIODS: dict[str, tuple[Callable[[NDArray[Any]], NDArray[np.int64]], Callable[[int], str]]] = {
    "day": (_days, _day_code),
    "week": (_weeks, _week_code),
    "month": (_months, _month_code),
}
"""Name of a period: dates to numbers that count on, and the code of a number. A week is ISO 8601's (2021-W22)."""


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
        """Every period from the first date to the last, those without answers too."""
        ends = [end for part in parts.map(self.ends, [self.column]) for end in part]
        if not ends:
            return Axis.of({})
        first, last = min(ends), max(ends)
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
        codes = map(PERIODS[self.period][1], range(first, last + 1))
        return Axis.of({code: Text.plain(code) for code in codes})

    def ends(self, part: pd.DataFrame) -> tuple[int, ...]:
        """The numbers of the first and the last period of a part; none where it has no date."""
        dates = self._dates(part)
        numbers = PERIODS[self.period][0](dates[~np.isnat(dates)])
        return (int(numbers.min()), int(numbers.max())) if len(numbers) else ()

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """One period each; without a date, what the state says (an answer that is no date is unknown)."""
        positions = self._absent(part, axis)
        dates = self._dates(part)
        known = ~np.isnat(dates)
        if known.any():
            turn, code = PERIODS[self.period]
            numbers = turn(dates[known])
            first = int(numbers.min())
            positions[known] = numbers - first + axis.position[code(first)]
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
