"""How often something was done lately, in the memory of this process and nowhere else."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter


class Counts:
    """How often each did something in the present stretch of `seconds`.

    At its end all are forgotten together, so that counting costs the same however many come, and the clock is one that
    nobody sets: whoever was counted is never counted for longer.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._stretch = 0
        self._lock = threading.Lock()

    def add(self, *whose: str) -> int:
        """Once more; gives how often it is by now."""
        with self._lock:
            self._forget()
            self._counts[whose] += 1
            return self._counts[whose]

    def of(self, *whose: str) -> int:
        """How often it was."""
        with self._lock:
            self._forget()
            return self._counts[whose]

    def left(self) -> int:
        """In how many seconds all will be forgotten, at least 1."""
        return math.ceil(self.seconds - time.monotonic() % self.seconds)

    def _forget(self) -> None:
        stretch = int(time.monotonic() // self.seconds)
        if stretch != self._stretch:
            self._stretch = stretch
            self._counts = Counter()
