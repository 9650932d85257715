"""The counting kernel: respondents by two sides, one part at a time.

Its counts are sums over respondents, so the counts of parts add up to those of the whole, whoever adds them. Several
answers come as bits, eight to a byte: one pass over the respondents counts how often each of the 256 bytes occurs, and
that says it of all eight answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Grid: TypeAlias = NDArray[np.float64]
"""Sums of shape (R + 2, C + 2): R codes of the rows, then those who ANSWERED them, then ANYONE; columns likewise."""

ANSWERED_LINE, ANYONE_LINE = -2, -1
"""Where in a grid stand the respondents who answered a side, and all of them, whatever they did there."""

Octet: TypeAlias = NDArray[np.uint8]
"""Eight bits of each respondent; bit i, the least significant first, has the value 1 << i."""

BYTES = 256


@dataclass(frozen=True)
class OneCode:
    """A side on which each respondent has exactly one code.

    `positions`: for each respondent, which code (0 … len(answered) - 1); `answered`: for each code, whether it is an
    answer.
    """

    positions: NDArray[np.uint32]
    answered: NDArray[np.bool_]


@dataclass(frozen=True)
class SeveralCodes:
    """A side on which a respondent may have any number of codes: the bits of at least one octet.

    `lines`, of shape (lines of the grid: the codes, answered, anyone; 8 bits an octet, and one that everyone has): how
    often a bit counts in a line.
    """

    octets: tuple[Octet, ...]
    lines: NDArray[np.float64]


Side: TypeAlias = OneCode | SeveralCodes


def cross(rows: Side, columns: Side, weights: NDArray[np.float64] | None = None) -> Grid:
    """The grid of two sides over the same respondents; each counts as its weight (None: 1)."""
    return _WAYS[type(rows), type(columns)](rows, columns, weights)


def _one_by_one(rows: OneCode, columns: OneCode, weights: NDArray[np.float64] | None) -> Grid:
    shape = (len(rows.answered), len(columns.answered))
    cells = rows.positions.astype(np.intp) * shape[1] + columns.positions
    counted = np.bincount(cells, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
    return _closed(_closed(counted, rows).T, columns).T


def _one_by_several(rows: OneCode, columns: SeveralCodes, weights: NDArray[np.float64] | None) -> Grid:
    codes, many = len(rows.answered), len(columns.octets)
    occurring = list(_occurring(rows.positions, columns.octets, weights, codes * BYTES))
    bits = _bits(np.reshape(occurring, (many * codes, BYTES))).reshape(many, codes, 9)
    made = np.hstack([*bits[:, :, :8], bits[0, :, 8:]])
    return _closed(np.einsum("rb,lb->rl", made, columns.lines), rows)


def _several_by_one(rows: SeveralCodes, columns: OneCode, weights: NDArray[np.float64] | None) -> Grid:
    return _one_by_several(columns, rows, weights).T


def _several_by_several(
    rows: SeveralCodes, columns: SeveralCodes, weights: NDArray[np.float64] | None
) -> Grid:
    # No matrix product over respondents: its threads wait for one another where other programs use the processor.
    tall, wide = len(rows.octets), len(columns.octets)
    made = np.empty((8 * tall + 1, 8 * wide + 1))
    for top, octet in enumerate(rows.octets):
        found = _occurring(octet, columns.octets, weights, BYTES * BYTES)
        for left, occurring in enumerate(found):
            both = _bits(_bits(occurring.reshape(BYTES, BYTES)).T).T
            made[np.ix_(_places(top, tall), _places(left, wide))] = both
    grid: Grid = np.einsum("rb,lb->rl", np.einsum("rb,bc->rc", rows.lines, made), columns.lines)
    return grid


def _occurring(
    positions: NDArray[Any], octets: Iterable[Octet], weights: NDArray[np.float64] | None, size: int
) -> Iterator[NDArray[Any]]:
    """For each octet, how often each byte of it occurs beside each position: shape (size,).

    They are put together in one array of the only type that bincount takes as it is; others it would copy each time.
    """
    high = positions.astype(np.intp) * BYTES
    both = np.empty_like(high)
    for octet in octets:
        yield np.bincount(np.bitwise_or(high, octet, out=both), weights=weights, minlength=size)


def _places(octet: int, many: int) -> list[int]:
    """Where the bits of an octet stand among those of `many`, and at the end the one that everyone has."""
    return [*range(8 * octet, 8 * octet + 8), 8 * many]


def _bits(occurring: NDArray[Any]) -> NDArray[Any]:
    """How often each bit is set, and then how often any byte occurs: shape (n, 256) to (n, 9).

    Halving leaves a bit less to tell apart each time: a quarter of the work of a product with the table of bits.
    """
    found = np.empty((len(occurring), 9), dtype=occurring.dtype)
    for bit in range(7, -1, -1):
        half = 1 << bit
        found[:, bit] = occurring[:, half:].sum(axis=1)
        occurring = occurring[:, :half] + occurring[:, half:]
    found[:, 8] = occurring[:, 0]
    return found


def _closed(counted: NDArray[Any], side: OneCode) -> Grid:
    """Sums per code of `side` (the first axis), with the lines of those who answered and of anyone below them."""
    return np.vstack([counted, counted[side.answered].sum(axis=0), counted.sum(axis=0)]).astype(float)


_WAYS: dict[tuple[type, type], Callable[..., Grid]] = {
    (OneCode, OneCode): _one_by_one,
    (OneCode, SeveralCodes): _one_by_several,
    (SeveralCodes, OneCode): _several_by_one,
    (SeveralCodes, SeveralCodes): _several_by_several,
}
