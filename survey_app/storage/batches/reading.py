"""Columns out of files, many batches at a time, and the same columns out of rows just read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.storage.batches.coding import FINISH, READ, nothing, pack
from survey_app.storage.batches.fields import About, Field, key
from survey_app.storage.batches.repeats import Bools, Pairs
from survey_app.storage.cells import Series, settle

PART_ROWS = 250_000
"""Rows of a part: many batches make one, so that what a part costs beside its rows does not count."""


@dataclass(frozen=True)
class Batch:
    """A batch with a file that can be read; `gone` are the responses in it that no longer count."""

    number: int
    file: str
    rows: int
    about: About
    gone: frozenset[str]


@dataclass(frozen=True)
class Made:
    """A part on its way: its columns by field, its rows, which of them count (None: all), and its files."""

    columns: Mapping[str, Sequence[Series]]
    rows: int
    kept: Bools | None = None
    files: tuple[str, ...] = ()

    def of(self, field: Field) -> list[Series]:
        """The field's columns, of the rows that count."""
        found = self.columns[key(field)]
        return list(found) if self.kept is None else [column[self.kept] for column in found]


def fitting(batches: Iterable[Batch], fields: Collection[Field]) -> tuple[list[Batch], list[Batch]]:
    """The batches in which each of `fields` can be read as it would be written today, and the others."""
    fit: list[Batch] = []
    others: list[Batch] = []
    for batch in batches:
        (fit if all(map(batch.about.fits, fields)) else others).append(batch)
    return fit, others


def counting(batch: Batch, ids: pa.ChunkedArray) -> Bools:
    """Of each row of the batch, whose ids these are, whether it counts."""
    gone = pa.array([each.encode() for each in batch.gone], pa.binary())
    found: Bools = ~pc.is_in(ids, gone).to_numpy()
    return found


def stretches(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Batches that make one part, in the order in which they were begun: a new one changes the last part."""
    stretch: list[Batch] = []
    for batch in batches:
        if stretch and sum(each.rows for each in stretch) + batch.rows > PART_ROWS:
            yield stretch
            stretch = []
        stretch.append(batch)
    if stretch:
        yield stretch


def union(batches: Sequence[Batch], field: Field) -> tuple[str, ...]:
    """The codes of a short column that occur in any of the batches."""
    return tuple(sorted({code for batch in batches for code in batch.about.codes[key(field)]}))


def stored(batch: Batch, fields: Iterable[Field]) -> Iterator[str]:
    """The columns of these fields in the batch's file, which may have other codes."""
    for field in fields:
        yield from replace(field, codes=batch.about.codes.get(key(field), ())).stored


def arrays(batch: Batch, field: Field, table: pa.Table) -> list[Any]:
    """The field's plain arrays out of what was read of the batch's file."""
    if not batch.about.has(field):
        return nothing(field, batch.rows)
    codes = batch.about.codes.get(key(field), ())
    columns = [table.column(name) for name in replace(field, codes=codes).stored]
    return READ[field.kind](field, columns, codes)


def joined(field: Field, found: Sequence[list[Any]]) -> list[Series]:
    """The field's columns over several batches, of whose arrays they are made; nobody may write into them."""
    if field.kind == "wordings":
        starts = np.cumsum([0, *(int(rows) for _, _, (rows,) in found)])
        pairs = ((rows + start, words) for (rows, words, _), start in zip(found, starts[:-1], strict=True))
        whole = [np.concatenate(parts) for parts in zip(*pairs, strict=True)]
    else:
        whole = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    columns = FINISH[field.kind](field, whole)
    for column in columns:
        if isinstance(column, np.ndarray):
            column.flags.writeable = False
    return columns


def from_frame(field: Field, frame: pd.DataFrame) -> list[Any]:
    """The same of rows just read."""
    match field.kind:
        case "bits":
            return list(pack([frame[f"{field.name}/{code}"].to_numpy() for code in field.codes]))
        case "open" if field.name != "_region":
            return [pd.Categorical(frame[field.name].astype(object))]
        case "wordings":
            found = Pairs.of(frame[field.name].tolist())
            return [found.rows, found.wordings]
        case "value":
            return [frame[field.name].to_numpy(dtype=object)]
        case _:
            return [frame[name].array for name in field.stored]


def said(made: Made, field: Field) -> Pairs:
    """The wordings of a part; `field` is theirs."""
    rows, wordings = made.columns[key(field)]
    return Pairs(rows, wordings, made.rows)  # type: ignore[arg-type]


def settled(field: Field, made: Sequence[Made]) -> list[Series]:
    """Worked-out values, as numbers where all of all parts are, else as words."""
    each: list[Any] = [part.of(field)[0] for part in made]
    every = settle([value for values in each for value in values])
    ends = np.cumsum([0, *map(len, each)])
    return [every[start:end] for start, end in pairwise(ends)]
