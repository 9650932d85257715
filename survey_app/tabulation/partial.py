"""What is counted of one part of the responses, so that what is counted of all parts adds up to the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.campaign import Percent
from survey_app.errors import Said, SurveyError
from survey_app.tabulation.conditions import Condition, Mask
from survey_app.tabulation.measures import Measure, Sides, Sums, sums
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.variables import categorical, column_of, looked_up, names_of

R = TypeVar("R")

FLAGS = "_flags"
VERSION = ("_questionnaire", "_version")
FEW = 16
"""Codes."""


@dataclass(frozen=True)
class Kept:
    """Which respondents are counted: those a condition holds for, and on wish only those who are not flagged."""

    condition: Condition | None = None
    without_flagged: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that decide it."""
        flags = (FLAGS,) if self.without_flagged else ()
        return (*(self.condition.reads if self.condition else ()), *flags)

    def of(self, part: pd.DataFrame, needed: Collection[str]) -> tuple[pd.DataFrame, Counter[str]]:
        """Those of a part with the columns that are `needed`, and what is flagged among those the condition holds for.

        The flags of one response are one text, codes parted by blanks.
        """
        kept = None if self.condition is None else self.condition.mask(part)
        flags = _flags(part)
        found = _counted(flags, kept)
        if found and self.without_flagged:
            clean = ~looked_up(flags, dict.fromkeys(found, True), otherwise=False, absent=False, dtype=bool)
            kept = clean if kept is None else kept & clean
        if kept is None or kept.all():
            return part, found
        return part[[name for name in part.columns if name in needed]][kept], found


def _flags(part: pd.DataFrame) -> pd.Categorical:
    """The flags of each respondent. Plain words are sorted into categories only where there are any."""
    flags = part[FLAGS] if FLAGS in part.columns else pd.Series(dtype="category")
    if isinstance(flags.array, pd.Categorical):
        return flags.array
    return pd.Categorical(flags) if flags.str.len().any() else pd.Categorical([])


def _counted(flags: pd.Categorical, kept: Mask | None) -> Counter[str]:
    """How many of those `kept` have which flags."""
    names = names_of(flags)
    if not any(names):
        return Counter()
    codes = flags.codes if kept is None else flags.codes[kept]
    numbers = _times(codes, len(names)).tolist()
    return Counter({name: number for name, number in zip(names, numbers, strict=True) if name and number})


@dataclass(frozen=True)
class Only:
    """Of other parts only the respondents who are counted."""

    parts: Parts
    kept: Kept

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def empty(self) -> pd.DataFrame:
        """That of the other parts."""
        return self.parts.empty

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterable[R]:
        """What `count` gives for those who are counted."""
        return self.parts.map(partial(_of_kept, count, self.kept, columns), {*columns, *self.kept.reads})


def _of_kept(
    count: Callable[[pd.DataFrame], R], kept: Kept, columns: Collection[str], part: pd.DataFrame
) -> R:
    return count(kept.of(part, columns)[0])


@dataclass(frozen=True)
class Partial:
    """What is counted of one part; `+` makes it of two.

    `flags`: how many respondents have which flags, left out or not; `versions`: the pairs of questionnaire and version
    that occur; `unusable`: how many weights are none.
    """

    sums: Sums
    flags: Counter[str]
    versions: frozenset[tuple[str, str]]
    unusable: int

    def __add__(self, other: Partial) -> Partial:
        return Partial(
            self.sums + other.sums,
            self.flags + other.flags,
            self.versions | other.versions,
            self.unusable + other.unusable,
        )


@dataclass(frozen=True)
class Count:
    """The pure function from a part to what is counted of it. It can be pickled: it may run on another machine."""

    sides: Sides
    measure: Measure
    percent: Percent | None = None
    kept: Kept = Kept()
    weights: str | None = None

    def __call__(self, part: pd.DataFrame) -> Partial:
        counted, flags = self.kept.of(part, self._needed)
        heft, unusable = (None, 0) if self.weights is None else usable(column_of(counted, self.weights))
        measured = sums(counted, self.sides, self.measure, heft, self.percent)
        return Partial(measured, flags, _versions(counted), unusable)

    @property
    def reads(self) -> frozenset[str]:
        """All columns that it looks at, if they are there."""
        return self._needed | {*self.kept.reads, FLAGS}

    @property
    def _needed(self) -> frozenset[str]:
        over = (self.percent in ("column", "total"), self.percent in ("row", "total"))
        read = [
            variable.reads(offered=is_base) for (variable, _), is_base in zip(self.sides, over, strict=True)
        ]
        scale = (self.measure.scale.column,) if self.measure.scale else ()
        weights = (self.weights,) if self.weights else ()
        return frozenset({*read[0], *read[1], *scale, *weights, *VERSION})


def usable(weights: pd.Series[Any]) -> tuple[NDArray[np.float64], int]:
    """Weights as numbers, 0 for those that are none, and how many those are."""
    heft = numbers_of(weights)
    fit = np.isfinite(heft) & (heft >= 0)
    return np.where(fit, heft, 0.0), int(np.count_nonzero(~fit))


def numbers_of(weights: pd.Series[Any]) -> NDArray[np.float64]:
    """Weights as numbers; NaN for none. Raises SurveyError for what is no number."""
    try:
        return weights.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        words = Said("'%(name)s' is no weight: its values are not numbers", name=weights.name)
        raise SurveyError(words) from error


def _versions(part: pd.DataFrame) -> frozenset[tuple[str, str]]:
    if not {*VERSION} <= {*part.columns}:
        return frozenset()
    names, versions = (categorical(part, name) for name in VERSION)
    found = set()
    for name, times in enumerate(_times(names.codes, len(names.categories))):
        mine = versions.codes if times == len(part) else versions.codes[names.codes == name]
        for version in np.flatnonzero(_times(mine, len(versions.categories))).tolist() if times else ():
            found.add((str(names.categories[name]), str(versions.categories[version])))
    return frozenset(found)


def _times(codes: NDArray[Any], many: int) -> NDArray[np.intp]:
    """How often each of so `many` codes occurs; no code is -1.

    Few are quicker looked for one by one: where one code stands in row after row, bincount waits for itself.
    """
    if many <= FEW:
        return np.array([np.count_nonzero(codes == code) for code in range(many)], dtype=np.intp)
    return np.bincount(np.add(codes, 1, dtype=np.intp), minlength=many + 1)[1:]
