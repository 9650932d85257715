"""How long work tells how far it is, to whoever is watching."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Is told what is done, how much of it, and of how much."""


def in_silence(what: str, done: int, total: int) -> None:
    """For nobody who is watching."""
