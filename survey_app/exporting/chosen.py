"""Some of the responses of a stream, as they may go to somebody who reads free words with numbers masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import numpy as np
import pandas as pd

from survey_app.campaign.columns import Column
from survey_app.campaign.freewords import hidden
from survey_app.exporting.streams import Stream

WRITTEN = frozenset({"text", "value"})
"""Types of columns that can hold what somebody wrote; a calculation may join texts."""


def written_columns(columns: Iterable[Column]) -> frozenset[str]:
    """The names of the columns of a frame in which somebody's words can stand."""
    return frozenset(
        {"_additions", *(c.name for c in columns if c.type in WRITTEN or c.other_of is not None)}
    )


class Chosen:
    """The rows of `stream` with one of the `ids`. In the columns `masked`, numbers by which somebody can be found are
    masked; of the channels only those of `channels` are named, also where a column says which there can be.
    """

    AT_ONCE = 2_000
    """Rows of a piece: so few that whoever waits sees it go on."""

    def __init__(
        self, stream: Stream, ids: Collection[str], masked: Collection[str], channels: Collection[str]
    ) -> None:
        self._stream = stream
        self._ids = frozenset(ids)
        self._masked = masked
        self._channels = channels
        self._rows = sum(int(frame["_id"].isin(self._ids).sum()) for frame in stream.read({"_id"}))

    def __len__(self) -> int:
        return self._rows

    @property
    def empty(self) -> pd.DataFrame:
        """All columns, no rows."""
        return self._shown(self._stream.empty)

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The rows in pieces of AT_ONCE at most, or one piece without rows."""
        is_any = False
        for frame in self._stream.read(None if columns is None else {*columns, "_id"}):
            mine = frame[frame["_id"].isin(self._ids)]
            for start in range(0, len(mine), self.AT_ONCE):
                is_any = True
                yield self._shown(mine.iloc[start : start + self.AT_ONCE].reset_index(drop=True))
        if not is_any:
            yield self.empty

    def _shown(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its words masked and its channels named."""
        changed = {name: _masked(frame[name]) for name in self._masked if name in frame}
        if "_channel" in frame and isinstance(frame["_channel"].dtype, pd.CategoricalDtype):
            named = [code for code in frame["_channel"].cat.categories if code in self._channels]
            changed["_channel"] = frame["_channel"].cat.set_categories(named)
        return frame.assign(**changed)


def _masked(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    words = [hidden(each) if isinstance(each, str) else each for each in np.array(values, dtype=object)]
    return pd.Series(words, index=values.index, dtype=values.dtype)
