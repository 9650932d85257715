"""Which responses say in the same words what another one says, where most of them are in batches.

All long wordings of the batches are put in order once; what is new, and what no longer counts, only changes how often
some of them occur.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_app.storage.wordings import REPEATED, Wordings

Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """The wordings of a part: the rows and the wordings of all pairs; no pair stands there twice."""

    rows: npt.NDArray[np.intp]
    wordings: npt.NDArray[np.uint64]
    length: int

    @classmethod
    def of(cls, found: Sequence[Wordings]) -> Pairs:
        """Of responses just read, what each said."""
        pairs = [(row, wording) for row, said in enumerate(found) for wording in set(said)]
        rows = np.array([row for row, _ in pairs], dtype=np.intp)
        return cls(rows, np.array([wording for _, wording in pairs], dtype=np.uint64), len(found))


@dataclass(frozen=True)
class Ordered:
    """The wordings of several parts: `distinct` in order, `places` of every pair in it, `counts` of each."""

    distinct: npt.NDArray[np.uint64]
    places: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, said: Sequence[Pairs]) -> Ordered:
        """Those of these parts, one after the other."""
        every = np.concatenate([part.wordings for part in said]) if said else np.array([], dtype=np.uint64)
        distinct, places, counts = np.unique(every, return_inverse=True, return_counts=True)
        return cls(distinct, places, counts)

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return self.distinct.nbytes + self.places.nbytes + self.counts.nbytes

    def times(self, counts: npt.NDArray[np.intp], wordings: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        """How often each of `wordings` is among them, by `counts`."""
        if not len(self.distinct):
            return np.zeros(len(wordings), dtype=np.intp)
        places = np.searchsorted(self.distinct, wordings).clip(max=len(self.distinct) - 1)
        return np.where(self.distinct[places] == wordings, counts[places], 0)


def repeated(
    folded: Sequence[Pairs], ordered: Ordered, kept: Sequence[Bools | None], loose: Sequence[Pairs]
) -> tuple[list[Bools], list[Bools]]:
    """Of each row of each part, whether another row says one of its wordings too.

    `folded` are parts of batches, `ordered` what they all say; `kept`: which of their rows count (None: all); `loose`
    are the other parts.
    """
    counts = ordered.counts.copy()
    ends = np.cumsum([len(part.wordings) for part in folded], dtype=np.intp)
    places = np.split(ordered.places, ends[:-1]) if folded else []
    for part, mine, keep in zip(folded, places, kept, strict=True):
        if keep is not None:
            np.subtract.at(counts, mine[~keep[part.rows]], 1)
    new = Ordered.of(loose)
    total = new.counts + ordered.times(counts, new.distinct)
    counts += new.times(new.counts, ordered.distinct) if len(new.distinct) else 0
    again = [_rows(part, counts[mine] > 1) for part, mine in zip(folded, places, strict=True)]
    new_ends = np.cumsum([len(part.wordings) for part in loose], dtype=np.intp)
    new_places = np.split(new.places, new_ends[:-1]) if loose else []
    return again, [_rows(part, total[mine] > 1) for part, mine in zip(loose, new_places, strict=True)]


def _rows(part: Pairs, pairs: Bools) -> Bools:
    found = np.zeros(part.length, dtype=np.bool_)
    found[part.rows[pairs]] = True
    return found


def flagged(own: pd.Categorical, again: Bools) -> pd.Categorical:
    """Flags (codes parted by blanks), with that of a repeated wording where there is one."""
    plain = [str(flags) for flags in own.categories]
    more = [" ".join([*flags.split(), REPEATED]) for flags in plain]
    names = list(dict.fromkeys([*plain, *more]))
    places = np.array([names.index(flags) for flags in more], dtype=np.int16)
    codes = own.codes.astype(np.int16)  # the flags as they are stand first, in their places
    if len(own):
        rows = np.flatnonzero(again)
        codes[rows] = places[codes[rows]]
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names), validate=False)  # type: ignore[return-value]
