"""A clock that a test moves on, or back as an operator does, without waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


class Clock:
    """Both clocks of the program: the one on the wall, and the one that only runs on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._wall, self._running = time.time, time.monotonic
        self._set = self._passed = 0.0
        monkeypatch.setattr(time, "time", lambda: self._wall() + self._passed + self._set)
        monkeypatch.setattr(time, "monotonic", lambda: self._running() + self._passed)

    def later(self, seconds: float) -> None:
        """So much time passes."""
        self._passed += seconds

    def is_set(self, seconds: float) -> None:
        """Somebody sets the clock on the wall by so much."""
        self._set += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Both clocks start at the beginning of a minute, so that no count and no code ends in the middle of a test."""
    moved = Clock(monkeypatch)
    moved.later(600 - time.monotonic() % 600)
    moved.is_set(-time.time() % 60)
    yield moved
