"""Parts that many batches make, read wherever the files are: in this process or on another machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from survey_app.storage.batches.coding import kind_of
from survey_app.storage.batches.fields import Field, key
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.memory import Memory
from survey_app.storage.batches.reading import Batch, Made, arrays, counting, joined, stored, union
from survey_app.storage.batches.repeats import Bools, flagged
from survey_app.storage.cells import Series
from survey_app.storage.frames import WORDINGS
from survey_app.storage.newresponse import RECEIVED

R = TypeVar("R")
Rows: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Told:
    """What only all parts together tell of one of them: columns by field, and the rows, of all that it was read with,
    that say in the same words what another response says.
    """

    columns: Mapping[str, Series]
    again: Rows


@dataclass(frozen=True)
class Stretch:
    """Batches that make one part, what it shall hold, and what the other parts tell of it."""

    questionnaire: str
    batches: tuple[Batch, ...]
    wanted: tuple[Field, ...]
    told: Told

    def part(self, reader: Reader) -> pd.DataFrame:
        """The part, read from the files."""
        late = [each for each in self.wanted if key(each) not in self.told.columns]
        return part_of(self.questionnaire, self.wanted, reader.made(self.batches, late), self.told)


class Reader:
    """Reads batches; what it read stays in `memory`. `threads`: files that are read at once, by default one a core."""

    def __init__(self, folder: Folder, memory: Memory, threads: int | None = None) -> None:
        self.folder = folder
        self.memory = memory
        self._threads = threads or os.cpu_count()

    def count(self, count: Callable[[pd.DataFrame], R], stretches: Iterable[Stretch]) -> Iterator[R]:
        """What `count` gives for each part, in this process."""
        return (count(stretch.part(self)) for stretch in stretches)

    def made(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> Made:
        """The part that some batches make, with all their rows."""
        files = tuple(batch.file for batch in stretch)
        own = [replace(f, codes=union(stretch, f)) if f.kind == "open" else f for f in fields]
        found = {each: self.memory.find((files, key(each), each.codes)) for each in own}
        missing = [each for each, columns in found.items() if columns is None]
        for each, read in self._read(stretch, missing).items():
            found[each] = self.memory.keep((files, key(each), each.codes), read)
        kept = [self.kept(batch) for batch in stretch] if any(batch.gone for batch in stretch) else []
        rows = sum(batch.rows for batch in stretch)
        columns = {key(each): columns for each, columns in found.items()}
        return Made(columns, rows, np.concatenate(kept) if kept else None, files)

    def kept(self, batch: Batch) -> Bools:
        """Of each row whether it counts."""
        if not batch.gone:
            return np.ones(batch.rows, dtype=np.bool_)
        return self.memory.get((batch.file, batch.gone), lambda: self._without(batch))  # type: ignore[no-any-return]

    def ids(self, batch: Batch) -> list[str]:
        """Of the responses that count."""
        ids = self.folder.read(batch.file, ["_id"]).column("_id").to_pylist()
        return [each for each in map(bytes.decode, ids) if each not in batch.gone]

    def _read(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> dict[Field, list[Series]]:
        if not fields:
            return {}
        found: dict[Field, list[Any]] = {each: [] for each in fields}
        with ThreadPoolExecutor(self._threads) as side_by_side:
            tables = list(side_by_side.map(partial(self._table, fields), stretch))
        for batch, table in zip(stretch, tables, strict=True):
            for each in fields:
                found[each].append(arrays(batch, each, table))
        return {each: joined(each, parts) for each, parts in found.items()}

    def _table(self, fields: Sequence[Field], batch: Batch) -> pa.Table:
        there = [each for each in fields if batch.about.has(each)]
        return self.folder.read(batch.file, list(dict.fromkeys(stored(batch, there))))

    def _without(self, batch: Batch) -> Bools:
        return counting(batch, self.folder.read(batch.file, ["_id"]).column("_id"))


def part_of(questionnaire: str, wanted: Sequence[Field], made: Made, told: Told) -> pd.DataFrame:
    """The part as it is counted."""
    rows = made.rows if made.kept is None else int(np.count_nonzero(made.kept))
    columns: dict[str, Series] = {}
    for each in wanted:
        if each.name == "_flags":
            columns[each.name] = _flags(made, each, told)
        elif each.name != WORDINGS:
            found = [told.columns[key(each)]] if key(each) in told.columns else made.of(each)
            columns |= zip(each.stored, found, strict=True)
    columns |= constant("_questionnaire", [questionnaire], rows)
    columns |= constant("_status", [RECEIVED], rows)
    return pd.DataFrame(columns, copy=False)


def _flags(made: Made, flags: Field, told: Told) -> pd.Categorical:
    own: Any = made.of(flags)[0]
    again = np.zeros(made.rows, dtype=np.bool_)
    again[told.again] = True
    return flagged(own, again if made.kept is None else again[made.kept])


def constant(name: str, codes: Sequence[str], rows: int) -> dict[str, Series]:
    """A column in which all cells say the first of these codes."""
    kind = kind_of(tuple(sorted(set(codes))))
    return {name: pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), dtype=kind, validate=False)}
