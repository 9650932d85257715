"""The counting kernel: respondents by two sides, one partition at a time.

Its counts are sums over respondents, so the counts of partitions add up to those of the whole, whoever adds them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Grid: TypeAlias = NDArray[np.float64]
"""Sums of shape (R + 2, C + 2): R codes of the rows, then those who ANSWERED them, then ANYONE; columns likewise."""

ANSWERED_LINE, ANYONE_LINE = -2, -1
"""Where in a grid stand the respondents who answered a side, and all of them, whatever they did there."""

Made: TypeAlias = NDArray[np.bool_] | NDArray[np.uint16]
"""Whether, or how often, each respondent has something."""


@dataclass(frozen=True)
class OneCode:
    """A side on which each respondent has exactly one code.

    `positions`: for each respondent, which code (0 … len(answered) - 1); `answered`: for each code, whether it is an
    answer.
    """

    positions: NDArray[np.intp]
    answered: NDArray[np.bool_]


@dataclass(frozen=True)
class SeveralCodes:
    """A side on which a respondent may have any number of codes.

    `made`: for each line of the grid (the codes, answered, anyone), how often each respondent has it: booleans, or
    whole numbers where mentions are counted.
    """

    made: tuple[Made, ...]


Side: TypeAlias = OneCode | SeveralCodes


def cross(rows: Side, columns: Side, weights: NDArray[np.float64] | None = None) -> Grid:
    """The grid of two sides over the same respondents; each counts as its weight (None: 1)."""
    return _WAYS[type(rows), type(columns)](rows, columns, weights)


def _one_by_one(rows: OneCode, columns: OneCode, weights: NDArray[np.float64] | None) -> Grid:
    shape = (len(rows.answered), len(columns.answered))
    cells = rows.positions * shape[1] + columns.positions
    counted = np.bincount(cells, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
    return _closed(_closed(counted, rows).T, columns).T


def _one_by_several(rows: OneCode, columns: SeveralCodes, weights: NDArray[np.float64] | None) -> Grid:
    counted = [_sums(rows, made, weights) for made in columns.made]
    return _closed(np.column_stack(counted), rows)


def _several_by_one(rows: SeveralCodes, columns: OneCode, weights: NDArray[np.float64] | None) -> Grid:
    return _one_by_several(columns, rows, weights).T


def _closed(counted: NDArray[Any], side: OneCode) -> Grid:
    """Sums per code of `side` (the first axis), with the lines of those who answered and of anyone below them."""
    return np.vstack([counted, counted[side.answered].sum(axis=0), counted.sum(axis=0)]).astype(float)


def _sums(side: OneCode, made: Made, weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """For each code of `side`, the weight of its respondents times how often they have what was `made`."""
    those, heft = _who(made, weights)
    return np.bincount(side.positions[those], weights=heft, minlength=len(side.answered)).astype(float)


def _several_by_several(
    rows: SeveralCodes, columns: SeveralCodes, weights: NDArray[np.float64] | None
) -> Grid:
    # Not a matrix product: its threads wait for one another where other programs use the processor.
    lines = (_who(made, weights) for made in rows.made)
    return np.array([[_total(made[those], heft) for made in columns.made] for those, heft in lines])


def _who(
    made: Made, weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.intp], NDArray[np.float64] | None]:
    """The places of the respondents who have it, and what each counts for there (None: 1)."""
    those = np.flatnonzero(made)
    if weights is None:
        return those, None if made.dtype == np.bool_ else made[those].astype(float)
    return those, weights[those] * made[those]


def _total(made: Made, heft: NDArray[np.float64] | None) -> float:
    if heft is not None:
        return float(np.einsum("i,i->", heft, made))
    return float(np.count_nonzero(made) if made.dtype == np.bool_ else made.sum())


_WAYS: dict[tuple[type, type], Callable[..., Grid]] = {
    (OneCode, OneCode): _one_by_one,
    (OneCode, SeveralCodes): _one_by_several,
    (SeveralCodes, OneCode): _several_by_one,
    (SeveralCodes, SeveralCodes): _several_by_several,
}
