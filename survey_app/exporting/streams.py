"""Responses a few thousand at a time, so that an export of millions never holds them all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from survey_app.tabulation import parts

AT_ONCE = 20_000
"""Rows of a frame that are written at one time."""


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


class Whole(parts.Whole):
    """A frame that is in memory already."""

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The frame in pieces, with all its columns."""
        frame = self._coded
        for start in range(0, max(len(frame), 1), AT_ONCE):
            yield frame.iloc[start : start + AT_ONCE].reset_index(drop=True)


@dataclass(frozen=True)
class Added:
    """A stream with a column `_additions`: `words` by response."""

    stream: Stream
    words: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.stream)

    @property
    def empty(self) -> pd.DataFrame:
        """All columns, no rows."""
        return self._added(self.stream.empty)

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The stream's pieces; the column is in those that are read whole."""
        pieces = self.stream.read(columns)
        return map(self._added, pieces) if columns is None else pieces

    def _added(self, frame: pd.DataFrame) -> pd.DataFrame:
        column = np.array([self.words.get(each) for each in frame["_id"]], dtype=object)
        return frame.assign(_additions=pd.Series(column, index=frame.index, dtype=object))
