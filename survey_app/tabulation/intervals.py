"""How far a share may be off by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point."""

SMALL = 30
"""A base under this many respondents is marked as a small sample."""


def is_small(base: ArrayLike) -> NDArray[np.bool_]:
    """Whether a base is small, and not nobody."""
    n = np.asarray(base, dtype=float)
    return np.logical_and(n > 0, n < SMALL)


def wilson(share: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high end of the 95% score interval of a share between 0 and 1 among `n` (E. B. Wilson, 1927).

    `n` may be a fraction (an effective base). Shapes broadcast; NaN where `n` is 0 or the share is NaN.
    """
    p, base = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(n, dtype=float))
    known = (base > 0) & ~np.isnan(p)
    p, base = np.where(known, p, np.nan), np.where(known, base, np.nan)
    spread = Z95 * Z95 / base
    centre = (p + spread / 2) / (1 + spread)
    # A share a hair over 1 (weights summed in another order) must not make the root of a negative number.
    half = Z95 * np.sqrt(np.maximum(p * (1 - p), 0) / base + spread / (4 * base)) / (1 + spread)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
