"""Why a file is not let in."""

from __future__ import annotations


class Refusal(Exception):
    """The file is not let in; `reason` is a key of cleaning.WORDS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
