"""What a condition comes to: small questions to the columns of a part, each picklable, with their answers joined."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.tabulation.several import Ticks
from survey_app.tabulation.variables import categorical, column_of, looked_up

Mask = NDArray[np.bool_]

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""What a comparison becomes where its two sides change places."""


class Condition(Protocol):
    """Something that holds for a respondent or does not."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it looks at."""

    def mask(self, part: pd.DataFrame) -> Mask:
        """For each respondent of a part, whether it holds."""


@dataclass(frozen=True)
class Always:
    """What is true of everyone, or of nobody."""

    holds: bool
    reads: tuple[str, ...] = ()

    def mask(self, part: pd.DataFrame) -> Mask:
        """All or none."""
        return np.full(len(part), self.holds)


@dataclass(frozen=True)
class Joined:
    """All of several conditions, or (not `every`) at least one of them."""

    conditions: tuple[Condition, ...]
    every: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """What they all look at."""
        return tuple(name for condition in self.conditions for name in condition.reads)

    def mask(self, part: pd.DataFrame) -> Mask:
        """Their masks joined."""
        join = np.logical_and if self.every else np.logical_or
        return _mask(join.reduce([condition.mask(part) for condition in self.conditions]))


@dataclass(frozen=True)
class Opposite:
    """What holds where another condition does not."""

    condition: Condition

    @property
    def reads(self) -> tuple[str, ...]:
        """What the other one looks at."""
        return self.condition.reads

    def mask(self, part: pd.DataFrame) -> Mask:
        """The other one's mask turned round."""
        return ~self.condition.mask(part)


@dataclass(frozen=True)
class OfCode:
    """By the code in a column: for each code whether it `holds`, and for none."""

    column: str
    holds: Mapping[str, bool]
    absent: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def mask(self, part: pd.DataFrame) -> Mask:
        """Codes looked up by name: another part may have them in another order."""
        answers = categorical(part, self.column)
        return looked_up(answers, self.holds, otherwise=False, absent=self.absent, dtype=bool)


@dataclass(frozen=True)
class Ticked:
    """Where a choice was made among several."""

    ticks: Ticks
    code: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the choices."""
        return self.ticks.reads

    def mask(self, part: pd.DataFrame) -> Mask:
        """The choice's bit."""
        return self.ticks.ticked(part, self.code)


@dataclass(frozen=True)
class Compared:
    """By a comparison of what `values` reads in a column, or (with value None) by whether there is anything."""

    column: str
    values: Callable[[pd.Series[Any]], Any]
    sign: str
    value: Any

    @property
    def reads(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def mask(self, part: pd.DataFrame) -> Mask:
        """The comparison, value by value."""
        values = self.values(column_of(part, self.column))
        if self.value is None:
            missing = _mask(pd.isna(values))
            return missing if self.sign == "=" else ~missing
        return _mask(COMPARISONS[self.sign](values, self.value))


def numbers(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Numbers; NaN for none."""
    return column.to_numpy(dtype=float, na_value=np.nan)


def numbers_among_words(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Numbers; NaN for none, and for words."""
    return numbers(pd.to_numeric(column, errors="coerce"))


def found(column: pd.Series[Any]) -> pd.Series[Any]:
    """Whatever there is."""
    return column


def words(column: pd.Series[Any]) -> pd.Series[Any]:
    """Words; empty for none."""
    return column.astype(object).fillna("").astype(str)


def days(column: pd.Series[Any]) -> pd.Series[Any]:
    """Days; NaT for none, and for what is no day."""
    return pd.to_datetime(column, errors="coerce", format="%Y-%m-%d")


def _mask(array: Any) -> Mask:
    return np.asarray(array, dtype=bool)
