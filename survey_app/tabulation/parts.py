"""Responses in parts: what is counted part by part, so that a table of millions never holds them all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

R = TypeVar("R")

_SHORT = ("_questionnaire", "_version", "_audience", "_channel", "_language", "_status", "_region")
_FLAGS = "_flags"


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


@dataclass(frozen=True)
class Within:
    """Of other parts only the responses whose region is one of `regions`; what lies in a region is named too.

    Nothing tells of the others: `empty` has only those channels, versions and the like that occur inside.
    """

    parts: Parts
    regions: frozenset[str]

    def __len__(self) -> int:
        return sum(self.map(len, ["_region"]))

    @cached_property
    def empty(self) -> pd.DataFrame:
        """That of the other parts, its short columns with the categories that occur inside."""
        whole = self.parts.empty
        short = [name for name in _SHORT if name in whole.columns]
        found: dict[str, set[str]] = {name: set() for name in (*short, _FLAGS)}
        for occurring in self.map(_occurring, short):
            for name, codes in occurring.items():
                found[name] |= codes
        narrowed = {
            name: pd.Categorical([], categories=[code for code in _codes(whole, name) if code in codes])
            for name, codes in found.items()
            if name in whole.columns
        }
        return whole.assign(**narrowed)

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterable[R]:
        """What `count` gives for those inside."""
        asked = frozenset(columns)
        return self.parts.map(partial(_of_inside, count, self.regions, asked), {*asked, "_region"})


def _of_inside(
    count: Callable[[pd.DataFrame], R], regions: frozenset[str], columns: frozenset[str], part: pd.DataFrame
) -> R:
    inside = _inside(part["_region"], regions)
    return count(part[[name for name in part.columns if name in columns or name in _SHORT]][inside])


def _inside(column: pd.Series[Any], regions: frozenset[str]) -> NDArray[np.bool_]:
    """For each response whether its region is one of them; without a region it is not."""
    codes = column.array if isinstance(column.array, pd.Categorical) else pd.Categorical(column)
    table = [code in regions for code in codes.categories.tolist()]
    return np.take(np.array([*table, False]), codes.codes)


def _occurring(part: pd.DataFrame) -> dict[str, set[str]]:
    """By short column, the codes of a part that occur."""
    names = [name for name in _SHORT if name in part.columns]
    return {name: {str(code) for code in part[name].dropna().unique()} for name in names}


def _codes(whole: pd.DataFrame, name: str) -> list[str]:
    column = whole[name]
    return column.cat.categories.tolist() if isinstance(column.dtype, pd.CategoricalDtype) else []
