"""What chance alone could have done: whether two sides hang together, and whether two tables differ."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_app.campaign.texts import Text
from survey_app.tabulation.intervals import SMALL, is_small
from survey_app.tabulation.measures import Figures
from survey_app.tabulation.table import Table
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import (
    ALIKE,
    ALL_SMALL,
    ASSOCIATED,
    COMPARED,
    MEANS_UNTESTED,
    MENTIONS_UNTESTED,
    NOT_ASSOCIATED,
    OTHER_SMALL,
    SEVERAL_UNTESTED,
    TOO_FEW,
    UNCOMPARED,
    WEIGHTED_UNTESTED,
    phrase,
)

LEAST_EXPECTED = 5
"""Respondents that four in five cells should expect, and none fewer than one (W. G. Cochran, 1954)."""
ONCE_IN = 20
"""Of intervals of 95 %, one in so many misses by chance."""


@dataclass(frozen=True)
class Association:
    """Pearson's chi-square of a two-way table of `people`; `v`: Cramér's V, 0 (none) to 1; `few`: Cochran's rule."""

    statistic: float
    degrees: int
    people: int
    v: float
    few: bool

    @property
    def p(self) -> float:
        """How often chance alone would bring as much."""
        return chi_square_above(self.statistic, self.degrees)


def association(counts: NDArray[np.float64]) -> Association | None:
    """That of whole counts, shape (rows, columns); lines of nobody are left out. None where fewer than two are left."""
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return None
    people = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / people
    statistic = float(((counts - expected) ** 2 / expected).sum())
    few = bool((expected < 1).any() or (expected < LEAST_EXPECTED).mean() > 1 / 5)
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    v = sqrt(statistic / (people * (min(counts.shape) - 1)))
    return Association(statistic, degrees, round(people), v, few)


def chi_square_above(x: float, degrees: int) -> float:
    """The share of a chi-square distribution above `x`: finite sums for whole degrees of freedom (Abramowitz and
    Stegun, Handbook of Mathematical Functions, 26.4.4 and 26.4.5)."""
    if x <= 0:
        return 1.0
    odd = degrees % 2
    start = erfc(sqrt(x / 2)) if odd else 0.0
    steps = [step + odd / 2 for step in range(degrees // 2)]
    return min(1.0, start + sum(exp(step * log(x / 2) - x / 2 - lgamma(step + 1)) for step in steps))


def on_association(table: Table) -> Text | None:
    """Whether the sides of a table hang together, or why that is not tested; None where there is nothing to ask."""
    if min(len(table.rows), len(table.columns)) < 2 or table.sides[0] == table.sides[1] or table.least:
        return None
    untested = (
        (table.measure.scale is not None, MEANS_UNTESTED),
        (table.measure.kind == "mentions", MENTIONS_UNTESTED),
        (any(table.several), phrase(SEVERAL_UNTESTED, name=table.sides[0 if table.several[0] else 1])),
        (table.weighted, WEIGHTED_UNTESTED),
    )
    for applies, words in untested:
        if applies:
            return words
    found = association(_answered(table))
    return None if found is None else _in_words(found)


def _answered(table: Table) -> NDArray[np.float64]:
    rows, columns = ([is_answer(code) for code, _ in side] for side in (table.rows, table.columns))
    return table.counts[rows][:, columns]


def _in_words(found: Association) -> Text:
    if found.few:
        return phrase(TOO_FEW, least=LEAST_EXPECTED)
    p = "< 0.001" if found.p < 0.001 else f"= {found.p:.3f}"
    pattern = ASSOCIATED if found.p < 1 / ONCE_IN else NOT_ASSOCIATED
    return phrase(
        pattern, x=f"{found.statistic:.1f}", df=found.degrees, n=found.people, p=p, v=f"{found.v:.2f}"
    )


@dataclass(frozen=True)
class Differences:
    """By how much the shares of a table's cells differ from another's, with 95 % intervals; NaN: not to be said.

    Shape (rows, columns). `others`: the figures of the other table at the same places, `hidden`: whether they are;
    `small`: whether the other figure stands on a small base, `own_small`: whether the table's own does.
    """

    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    others: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    small: NDArray[np.bool_]
    own_small: NDArray[np.bool_]

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Which cells are: those with an interval, and no small base on either side."""
        return np.logical_not(np.isnan(self.low) | self.small | self.own_small)

    @property
    def beyond(self) -> NDArray[np.int_]:
        """1 where the table's figure is higher, -1 where it is lower; 0 where chance alone may be at work, or where it
        is not compared."""
        with np.errstate(invalid="ignore"):
            signs = np.where(self.low > 0, 1, np.where(self.high < 0, -1, 0))
        return np.where(self.compared, signs, 0)


def differences(table: Table, other: Table) -> Differences:
    """`table` less `other`, code by code; the two are of different people.

    The interval of a difference of two shares is Newcombe's (1998, method 10), made of their Wilson intervals.
    """
    places = _places(table, other)
    mine, theirs = table.figures[:-1, :-1], other.figures
    hidden = _at(other.hidden.astype(float), places) == 1
    values = _at(theirs.counts if theirs.values is None else theirs.values, places)
    own = mine.counts if mine.values is None else mine.values
    small, own_small = is_small(_at(_bases(theirs), places)), is_small(_bases(mine))
    if mine.low is None or mine.high is None or theirs.low is None or theirs.high is None:
        nothing = np.full(own.shape, np.nan)
        return Differences(own - values, nothing, nothing, values, hidden, small, own_small)
    low, high = _at(theirs.low, places), _at(theirs.high, places)
    difference = own - values
    return Differences(
        difference,
        difference - np.hypot(own - mine.low, high - values),
        difference + np.hypot(mine.high - own, values - low),
        values,
        hidden,
        small,
        own_small,
    )


def on_differences(table: Table, found: Differences) -> Text:
    """What is to be said of a comparison."""
    compared = int(np.count_nonzero(found.compared))
    if not compared:
        return UNCOMPARED if np.isnan(found.low).all() else phrase(ALL_SMALL, least=SMALL)
    beyond = int(np.count_nonzero(found.beyond))
    pattern = COMPARED if beyond else ALIKE
    return phrase(pattern, beyond=beyond, n=compared, least=SMALL, by_chance=f"{compared / ONCE_IN:.1f}")


def on_small(found: Differences) -> Text | None:
    """What the star at another table's figures stands for, where there is one."""
    return phrase(OTHER_SMALL, least=SMALL) if found.small.any() else None


def _bases(figures: Figures) -> NDArray[np.float64]:
    """How many people each figure stands on; counts stand on none."""
    return np.full(figures.counts.shape, np.nan) if figures.bases is None else figures.bases


def _places(table: Table, other: Table) -> tuple[list[int | None], list[int | None]]:
    """For each row and column of `table`, where it stands in `other`."""
    rows, columns = (
        [
            dict(zip((code for code, _ in theirs), range(len(theirs)), strict=True)).get(code)
            for code, _ in mine
        ]
        for mine, theirs in ((table.rows, other.rows), (table.columns, other.columns))
    )
    return rows, columns


def _at(array: NDArray[Any], places: tuple[list[int | None], list[int | None]]) -> NDArray[np.float64]:
    """The cells at these places; NaN where there is none. Neither table knows its margins here."""
    padded = np.pad(array[:-1, :-1], ((0, 1), (0, 1)), constant_values=np.nan)
    rows, columns = ([-1 if place is None else place for place in side] for side in places)
    return padded[np.ix_(rows, columns)]
