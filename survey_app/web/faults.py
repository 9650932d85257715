"""What a form says where words that somebody typed cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString


@dataclass(frozen=True)
class Fault:
    """What is wrong with what somebody typed; `place` tells one form of the page from the others."""

    place: str
    words: str | LazyString
    typed: str
