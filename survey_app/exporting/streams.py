"""Responses a few thousand at a time, so that an export of millions never holds them all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pandas as pd

AT_ONCE = 20_000
"""Rows of a frame that are written at one time."""
Progress = Callable[[str, int, int], None]
"""Is told what is done, how much of it, and of how much."""


def in_silence(what: str, done: int, total: int) -> None:
    """For nobody who is watching."""


class Stream(Protocol):
    """A frame in pieces, laid out as campaign.columns says, with plain columns of several answers.

    There is at least one piece, without rows where there are none; the rows of each are numbered from 0. Every piece
    has the columns of `empty`, of the same types and with the same categories; reading again gives the same pieces.
    Their order is the order in the file: it must tell nothing of who came first.
    """

    def __len__(self) -> int:
        """Rows in all pieces."""

    @property
    def empty(self) -> pd.DataFrame:
        """All columns, no rows."""

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The pieces in order, with all columns or with those of `columns` at least."""


@dataclass(frozen=True)
class Whole:
    """A frame that is in memory already."""

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def empty(self) -> pd.DataFrame:
        """The frame without its rows."""
        return self._coded.iloc[:0]

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The frame in pieces, with all its columns."""
        frame = self._coded
        for start in range(0, max(len(frame), 1), AT_ONCE):
            yield frame.iloc[start : start + AT_ONCE].reset_index(drop=True)

    @cached_property
    def _coded(self) -> pd.DataFrame:
        """The frame with the same categories in every piece where it has plain words for codes."""
        plain = [name for name in ("_region",) if name in self.frame.columns]
        return self.frame.astype(dict.fromkeys(plain, "category")) if plain else self.frame
