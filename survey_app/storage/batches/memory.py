"""Columns of batches kept in memory between tables, up to so many bytes; the longest unused go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

MOST_BYTES = 256 * 1024 * 1024
WORD_BYTES = 80
"""Of a short string, about."""


class Memory:
    """What was made for a key, while it is not the longest unused. Safe to share between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Any:
        """What is kept for `key`; None where nothing is."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def keep(self, key: Hashable, found: Any) -> Any:
        """Keep what was found, and give it back."""
        size = _size(found)
        with self._lock:
            self._bytes += size - self._held.pop(key, (None, 0))[1]
            self._held[key] = (found, size)
            while self._bytes > self._most and self._held:
                self._bytes -= self._held.popitem(last=False)[1][1]
        return found

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept for `key`, or else what `make` gives."""
        found = self.find(key)
        return self.keep(key, make()) if found is None else found


def _size(found: Any) -> int:
    if isinstance(found, list | tuple):
        return sum(map(_size, found))
    if isinstance(found, pd.Categorical):
        return int(found.codes.nbytes)
    kind = getattr(found, "dtype", None)
    if isinstance(kind, pd.StringDtype) or (isinstance(kind, np.dtype) and kind.hasobject):
        return len(found) * WORD_BYTES
    return int(getattr(found, "nbytes", 0))
