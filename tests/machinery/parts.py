"""Frames cut into parts as storage hands them out: some packed, some not, each with categories of its own."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from survey_app.campaign.columns import packed_names
from survey_app.tabulation import Catalogue
from survey_app.tabulation.several import SeveralAnswers

R = TypeVar("R")


@dataclass(frozen=True)
class Cut:
    """Parts of a frame. What counts a part goes there and comes back as it would from another process."""

    empty: pd.DataFrame
    parts: Sequence[pd.DataFrame]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterable[R]:
        """Over each part with these columns and no others."""
        for part in self.parts:
            found = _sent(count)(part[[name for name in part.columns if name in columns]])
            yield _sent(found)


def _sent(anything: R) -> R:
    """What arrives of it in another process."""
    arrived: R = pickle.loads(pickle.dumps(anything))  # noqa: S301 - our own
    return arrived


def packed(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The frame with the choices of several answers as the bits of bytes, by numpy's own packing."""
    made: dict[str, Any] = {}
    gone: set[str] = set()
    for name, codes in _several(catalogue):
        flags = frame[[f"{name}/{code}" for code in codes]].to_numpy(dtype=bool)
        octets = np.packbits(flags, axis=1, bitorder="little")
        made |= dict(zip(packed_names(name, len(codes)), octets.T, strict=True))
        gone |= {f"{name}/{code}" for code in codes}
    kept = frame[[name for name in frame.columns if name not in gone]]
    return pd.concat([kept, pd.DataFrame(made, index=frame.index)], axis=1)


def _several(catalogue: Catalogue) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The columns of several answers, and their choices in order."""
    names = (*catalogue.roles, *catalogue.questions)
    asked = (name for name in names if name in catalogue.roles or _can_be_packed(catalogue, name))
    for variable in map(catalogue.variable, asked):
        if isinstance(variable, SeveralAnswers):
            yield variable.ticks.name, variable.ticks.codes
            if variable.offers is not None:
                yield variable.offers.name, variable.offers.codes


def _can_be_packed(catalogue: Catalogue, name: str) -> bool:
    return catalogue.questions[name].type in ("multiple", "rank")


def cut(frame: pd.DataFrame, catalogue: Catalogue, lot: random.Random) -> Cut:
    """The frame in up to five parts, empty ones too; the order of responses is kept in none of them."""
    places = np.array([lot.randrange(5) for _ in range(len(frame))], dtype=int) % lot.randint(1, 5)
    forms = (frame, packed(frame, catalogue))
    parts = [_rearranged(lot.choice(forms)[places == number], lot) for number in range(5)]
    return Cut(lot.choice(forms).iloc[:0], parts[: places.max(initial=0) + lot.randint(1, 2)])


def _rearranged(part: pd.DataFrame, lot: random.Random) -> pd.DataFrame:
    """With only those categories that occur, or all of them, in any order; flags as words or as categories."""
    part = part.assign(_flags=part["_flags"].astype(lot.choice(["str", "category"])))
    short = [name for name in part.columns if isinstance(part[name].dtype, pd.CategoricalDtype)]
    return part.assign(**{name: _shuffled(part[name].array, lot) for name in short})


def _shuffled(column: pd.Categorical, lot: random.Random) -> pd.Categorical:
    kept = column.remove_unused_categories() if lot.random() < 0.5 else column
    codes = kept.categories.tolist()
    return kept.reorder_categories(lot.sample(codes, len(codes)))
