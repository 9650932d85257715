"""The entries of a repeat as a stream: the second table of an export, however many entries there are."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Collection, Iterable, Iterator

import pandas as pd

from survey_app.storage.cells import Series, settle


class EntryStream:
    """The entries in pieces, as they were when this was made; see exporting.streams.

    `pieces`: at least one, the first without rows. They are held packed, a small part of what they take as frames. Only
    the columns `values`, of worked-out values, stay as they are: that they are numbers, all of them together tell.
    """

    def __init__(self, pieces: Iterable[pd.DataFrame], values: Collection[str]) -> None:
        self._packed: list[bytes] = []
        self._lengths: list[int] = []
        found: dict[str, list[object]] = {name: [] for name in values}
        for piece in pieces:
            self._lengths.append(len(piece))
            self._packed.append(zlib.compress(pickle.dumps(piece.drop(columns=list(values))), level=1))
            self._names = list(piece.columns)
            for name, column in found.items():
                column.extend(piece[name].tolist())
        self._values: dict[str, Series] = {name: settle(column) for name, column in found.items()}

    def __len__(self) -> int:
        return sum(self._lengths)

    @property
    def empty(self) -> pd.DataFrame:
        """All columns, no rows."""
        return self._frame(0, 0)

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The pieces in order of the responses' ids, with all their columns."""
        first = 0
        for place, rows in enumerate(self._lengths):
            if rows or not len(self):
                yield self._frame(place, first)
            first += rows
            if not len(self):
                return

    def _frame(self, place: int, first: int) -> pd.DataFrame:
        held: pd.DataFrame = pickle.loads(zlib.decompress(self._packed[place]))  # noqa: S301 (packed here)
        values = {name: column[first : first + self._lengths[place]] for name, column in self._values.items()}
        return held.assign(**values)[self._names]
