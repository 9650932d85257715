"""Responses in parts: what is counted part by part, so that a table of millions never holds them all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

import pandas as pd

R = TypeVar("R")

_SHORT = ("_questionnaire", "_version", "_audience", "_channel", "_language", "_status", "_region")


class Parts(Protocol):
    """A frame in parts, laid out as campaign.columns says; its columns of several answers are packed or booleans."""

    def __len__(self) -> int:
        """Respondents in all parts."""

    @property
    def empty(self) -> pd.DataFrame:
        """No rows; all columns, with the union of the parts' categories."""

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterable[R]:
        """What `count` gives for each part, in no particular order.

        `count` is pure and can be pickled. A part holds those of `columns` that it has: several answers are asked for
        under their packed names and their plain ones. More columns do no harm.
        """


@dataclass(frozen=True)
class Whole:
    """A frame in one part."""

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def empty(self) -> pd.DataFrame:
        """The frame without its rows."""
        return self._coded.iloc[:0]

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterable[R]:
        """What `count` gives for the frame, all of whose columns it sees."""
        yield count(self._coded)

    @cached_property
    def _coded(self) -> pd.DataFrame:
        """The frame with categoricals where joining frames of several questionnaires has made plain words."""
        plain = [
            name
            for name in self.frame.columns
            if (name in _SHORT or (str(name).startswith("role:") and "/" not in str(name)))
            and not isinstance(self.frame[name].dtype, pd.CategoricalDtype)
        ]
        return self.frame.astype(dict.fromkeys(plain, "category")) if plain else self.frame
