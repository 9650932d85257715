"""Tables worked out from two sides by numpy alone: counts, shares, means, intervals, tests, from their formulas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

from tests.machinery.exported import Bits, Side, is_answer

Floats = NDArray[np.float64]
Z = 1.959963984540054
"""Between this and its opposite lie 95 % of the standard normal."""
SMALL = 30


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Both roots of (p - x)² = z² x (1 - x) / n, the score interval (Wilson 1927)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = 1 + Z * Z / n, -(2 * share + Z * Z / n)
        root = np.sqrt(np.maximum(b * b - 4 * a * share * share, 0))
        return np.clip((-b - root) / (2 * a), 0, 1), np.clip((-b + root) / (2 * a), 0, 1)


def chi_square_beyond(x: float, degrees: int) -> float:
    """The upper tail, one less the series of the regularised incomplete gamma function."""
    if x <= 0:
        return 1.0
    a, half = degrees / 2, x / 2
    term = total = 1 / a
    for step in range(1, 10_000):
        term *= half / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return max(0.0, 1 - total * exp(a * log(half) - half - lgamma(a)))


@dataclass(frozen=True)
class Plain:
    """A table. Its arrays have a line more than the codes on both sides: that of everybody.

    `values`: figures of the cells where they are no counts (NaN: none), with `low` and `high` their intervals;
    `of`: how many a share is of, and `of_people` how many people, whatever their weights; `made`: how many people are
    in it. `is_share`: whether figures are shares, and `over` of which line; `is_scored`: whether only those with a
    score are counted.
    """

    rows: Side
    columns: Side
    counts: NDArray[np.int_]
    row_bases: NDArray[np.int_]
    column_bases: NDArray[np.int_]
    base: int
    values: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    is_share: bool = False
    over: str = ""
    is_scored: bool = False
    of: Floats | None = None
    of_people: NDArray[np.int_] | None = None
    made: NDArray[np.int_] | None = None
    mentions: int = 0

    @property
    def inside(self) -> NDArray[np.int_]:
        """How many a figure is made of: the counts, but those of everybody hold some who are in no share."""
        return self.counts if self.made is None else self.made

    def own_base(self, row: int, column: int) -> int | None:
        """Of how many people a share is, where that is another number than the base of its line."""
        if self.values is None or self.of_people is None or np.isnan(self.values[row, column]):
            return None
        rows = self.base if row == -1 else self.row_bases[row]
        line = {"row": rows, "column": self.column_bases[column], "total": self.base}[self.over]
        own = int(self.of_people[row, column])
        return own if own != line else None

    def cell(self, row: int, column: int) -> list[str]:
        """The numbers that stand in a cell; the total has no intervals."""
        own = self.own_base(row, column)
        count = str(self.inside[row, column])
        return self._figures(row, column, [count] if own is None else [count, str(own)])

    def _figures(self, row: int, column: int, people: list[str]) -> list[str]:
        if self.values is None:
            return people
        value = self.values[row, column]
        if np.isnan(value):
            return []
        if not self.is_share:
            return [f"{value:.2f}", *people]
        if self.low is None or self.high is None or row == -1:
            return [f"{100 * value:.1f}", *people]
        ends = [f"{100 * end[row, column]:.0f}" for end in (self.low, self.high)]
        return [f"{100 * value:.1f}", *ends, *people]

    @property
    def everyone(self) -> tuple[int, int]:
        """How many the last line is of, and how many of them answered the columns."""
        if self.over:
            return int(self.column_bases[-1]), self.base
        return int(self.counts[-1, -1]), int(self.row_bases[-1])

    def sorted_by(self, row: int, column: int) -> tuple[bool, bool, bool, float]:
        """What places a row that is sorted by a column, the least first: answers, then figures that there are, then
        those of 30 people or more, then the highest.
        """
        absent = not is_answer(self.rows.codes[row])
        if self.values is None or (column == -1 and not self.is_scored):
            return absent, False, False, 0.0 if absent else -float(self.counts[row, column])
        value = float(self.values[row, column])
        nothing = bool(np.isnan(value))
        return absent, nothing, self.is_of_few(row, column), 0.0 if absent or nothing else -value

    def is_of_few(self, row: int, column: int) -> bool:
        """Whether the share or score of a cell stands on few people; a count stands on none."""
        people = self.counts if self.is_scored else self.of_people
        return people is not None and bool(0 < people[row, column] < SMALL)

    def is_marked(self, row: int = -1, column: int = -1) -> bool:
        """Whether the base of a row, of a column, or of all has a star: figures stand on it, and it is small."""
        if row == column == -1:
            return self.over == "total" and 0 < self.base < SMALL
        side, place, bases, line = (
            (self.rows, row, self.row_bases, "row")
            if column == -1
            else (self.columns, column, self.column_bases, "column")
        )
        is_based = bool(self.over) or self.is_scored or is_answer(side.codes[place])
        return self.over in ("", line) and is_based and bool(0 < bases[place] < SMALL)

    def is_starred(self, row: int, column: int) -> bool:
        """Whether a cell has a star: its share stands on a small base of its own."""
        own = self.own_base(row, column)
        return own is not None and 0 < own < SMALL

    def mark(self, row: int, column: int) -> list[float]:
        """The numbers that a chart says at a mark: the figure, its interval, how many, and how many it is of."""
        count = float(self.counts[row, column])
        if self.values is None:
            return [count]
        value = self.values[row, column]
        if self.low is None or self.high is None:
            return [float(f"{value:.2f}"), count]
        ends = [float(f"{100 * each:.1f}") for each in (value, self.low[row, column], self.high[row, column])]
        return [*ends, count, *([] if self.of is None else [float(self.of[row, column])])]


def _with_everybody(has: Bits | NDArray[np.int_]) -> NDArray[np.int_]:
    return np.column_stack([has, np.ones(len(has), dtype=int)]).astype(int)


def counted(rows: Side, columns: Side, weights: Floats | None = None) -> Plain:
    """Respondents; with `weights` their weights beside them."""
    r, c = _with_everybody(rows.has), _with_everybody(columns.has)
    both = int((rows.answered & columns.answered).sum())
    weighted = None if weights is None else (r.T * weights) @ c
    return Plain(rows, columns, r.T @ c, r.T @ columns.answered, c.T @ rows.answered, both, weighted)


def shared(rows: Side, columns: Side, over: str, weights: Floats | None = None) -> Plain:
    """Respondents as shares of their row, their column or the table: of those who answered, and were offered it.

    The last line is the total, of those who answered the rows. Of weighted ones an interval stands on Kish's effective
    number: (sum of weights)² / sum of their squares.
    """
    plain = counted(rows, columns)
    w = np.ones(len(rows.has)) if weights is None else weights
    r_in, c = np.column_stack([rows.has, rows.answered]), _with_everybody(columns.has)
    of_rows = _could(rows) if over in ("column", "total") else r_in.astype(int)
    of_columns = _could(columns) if over in ("row", "total") else c
    base = (of_rows.T * w) @ of_columns
    c_in = np.column_stack([columns.has, columns.answered]) if over in ("row", "total") else c
    made = (r_in.T * w) @ c_in
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(base > 0, made / base, np.nan)
    absent = [np.array([*(not is_answer(code) for code in side.codes), False]) for side in (rows, columns)]
    if over in ("column", "total"):
        values[absent[0], :] = np.nan
    if over in ("row", "total"):
        values[:, absent[1]] = np.nan
    low, high = wilson(values, effective(base, (of_rows.T * w**2) @ of_columns))
    found = replace(plain, values=values, low=low, high=high, is_share=True, over=over, of=base)
    return replace(found, of_people=of_rows.T @ of_columns, made=r_in.astype(int).T @ c_in.astype(int))


def effective(weight: Floats, squares: Floats) -> Floats:
    """Of how many people who count alike a sum of weights tells as much (Kish 1965)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(squares > 0, weight**2 / squares, 0.0)


def _could(side: Side) -> NDArray[np.int_]:
    """Who could have been in each line: those who answered, or where the side says it, were offered the code."""
    everyone = side.answered.astype(int)
    if side.could is None:
        return np.repeat(everyone[:, np.newaxis], len(side.codes) + 1, axis=1)
    return np.column_stack([side.could.astype(int), everyone])


def mentioned(rows: Side, columns: Side, weights: Floats | None = None) -> Plain:
    """Mentions: each of a person's choices counts. The last lines are the mentions of all codes that are answers."""
    plain = counted(rows, columns)
    r, c = _often(rows), _often(columns)
    mine, theirs = (
        some[:, -1] if side.several else side.answered for some, side in ((r, rows), (c, columns))
    )
    weighted = None if weights is None else (r.T * weights) @ c
    return replace(plain, counts=r.T @ c, values=weighted, mentions=int((mine * theirs).sum()))


def _often(side: Side) -> NDArray[np.int_]:
    if side.often is None:
        return _with_everybody(side.has)
    mentions = side.often[:, [is_answer(code) for code in side.codes]].sum(axis=1)
    return np.column_stack([side.often, mentions])


def scored(
    rows: Side,
    columns: Side,
    scores: Floats,
    satisfied: float | None = None,
    weights: Floats | None = None,
) -> Plain:
    """The mean of the scores (NaN: none) of each cell's people, or with `satisfied` the share that reaches it."""
    inside = ~np.isnan(scores)
    gain = np.where(inside, scores if satisfied is None else scores >= satisfied, 0.0)
    w = np.ones(len(inside)) if weights is None else weights
    r, c = _with_everybody(rows.has) * inside[:, np.newaxis], _with_everybody(columns.has)
    counts, weight = r.T @ c, (r.T * w) @ c
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(weight > 0, (r.T * w * gain) @ c / weight, np.nan)
    bases = (r.T @ columns.answered.astype(int), c.T @ (rows.answered & inside).astype(int))
    both = int((rows.answered & columns.answered & inside).sum())
    n = effective(weight, (r.T * w**2) @ c)
    ends = (None, None) if satisfied is None else wilson(values, n)
    return Plain(rows, columns, counts, *bases, both, values, *ends, satisfied is not None, is_scored=True)


def difference(
    mine: Plain, other: Plain, row: int, column: int, theirs: tuple[int, int]
) -> tuple[list[str], int]:
    """The numbers said of a cell compared with another table's, and 1 or -1 where they differ beyond chance.

    The interval is Newcombe's (1998, method 10), out of the two Wilson intervals.
    """
    own = _figure(mine, row, column)
    there = _figure(other, *theirs)
    if np.isnan(there):
        return [], 0
    if not mine.is_share:
        form = ".0f" if mine.values is None else ".2f"
        return [f"{there:{form}}", f"{own - there:+{form}}"], 0
    assert mine.low is not None and mine.high is not None and other.low is not None and other.high is not None
    d = own - there
    low = d - sqrt((own - mine.low[row, column]) ** 2 + (other.high[theirs] - there) ** 2)
    high = d + sqrt((mine.high[row, column] - own) ** 2 + (there - other.low[theirs]) ** 2)
    few = mine.is_of_few(row, column) or other.is_of_few(*theirs)
    return [f"{100 * there:.1f}", f"{100 * d:+.1f}"], 0 if few else 1 if low > 0 else -1 if high < 0 else 0


def _figure(table: Plain, row: int, column: int) -> float:
    return float(table.counts[row, column] if table.values is None else table.values[row, column])


def chi_square(table: Plain) -> list[str] | None:
    """The numbers of the test (statistic, degrees, people, p, Cramér's V); empty: too few; None: nothing to test."""
    answers = [[is_answer(code) for code in side.codes] for side in (table.rows, table.columns)]
    seen = table.counts[:-1, :-1][answers[0]][:, answers[1]].astype(float)
    seen = seen[seen.sum(axis=1) > 0][:, seen.sum(axis=0) > 0]
    if min(seen.shape) < 2:
        return None
    n = seen.sum()
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / n
    if (expected < 1).any() or (expected < 5).sum() * 5 > expected.size:
        return []
    x = float((seen**2 / expected).sum() - n)
    degrees = (seen.shape[0] - 1) * (seen.shape[1] - 1)
    p = chi_square_beyond(x, degrees)
    v = sqrt(x / (n * (min(seen.shape) - 1)))
    return [f"{x:.1f}", str(degrees), f"{n:.0f}", "0.001" if p < 0.001 else f"{p:.3f}", f"{v:.2f}"]
