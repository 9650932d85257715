"""A frame in parts: the batches, then what is in none, as they were at one moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.storage import frames
from survey_app.storage.batches.coding import kind_of, no_rows
from survey_app.storage.batches.fields import OPEN, ROLE, Field, by_name, key
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.folding import Stack
from survey_app.storage.batches.memory import Memory
from survey_app.storage.batches.reading import (
    PART_ROWS,
    Batch,
    Made,
    arrays,
    from_frame,
    joined,
    said,
    settled,
    stored,
    stretches,
    union,
)
from survey_app.storage.batches.repeats import Bools, Ordered, flagged, repeated
from survey_app.storage.cells import Series
from survey_app.storage.frames import WORDINGS
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse

R = TypeVar("R")
ByIds = Callable[[Sequence[str]], Iterable[StoredResponse]]


@dataclass(frozen=True)
class Share:
    """What one questionnaire brings: its batches, the ids of the responses to be read from the database, and the codes
    that occur in their short columns.
    """

    stack: Stack
    batches: tuple[Batch, ...]
    loose: tuple[str, ...]
    short: Mapping[str, Collection[str]]

    def __len__(self) -> int:
        return len(self.loose) + sum(batch.rows - len(batch.gone) for batch in self.batches)

    @cached_property
    def named(self) -> dict[str, Field]:
        """Its fields by the names by which columns are asked for."""
        return by_name(self.stack.fields)


class BatchedParts:
    """The responses to some questionnaires, as they were when this was made; see tabulation.parts.

    Files that it needs are left in their place while it lives.
    """

    def __init__(
        self, read: Callable[[], Sequence[Share]], folder: Folder, memory: Memory, by_ids: ByIds
    ) -> None:
        folder.stay(self)
        shares = read()
        self._shares = [share for share in shares if len(share)] or list(shares[:1])
        self._folder = folder
        self._memory = memory
        self._by_ids = by_ids

    def __len__(self) -> int:
        return sum(map(len, self._shares))

    @cached_property
    def empty(self) -> pd.DataFrame:
        """No rows; all columns, with the union of the parts' categories."""
        codes = {
            name: sorted({code for share in self._shares for code in self._occurring(share, name)})
            for name in OPEN
        }
        columns: dict[str, Series] = {}
        for share in self._shares:
            for field in share.stack.fields:
                if field.name != WORDINGS:
                    own = replace(field, codes=tuple(codes[field.name])) if field.kind == "open" else field
                    columns |= zip(own.stored, no_rows(own), strict=True)
        columns |= _constant("_questionnaire", [s.stack.name for s in self._shares if len(s)], 0)
        columns |= _constant("_status", [RECEIVED] * bool(len(self)), 0)
        return pd.DataFrame(columns)

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterator[R]:
        """What `count` gives for each part, which holds those of `columns` that there are."""
        for share in self._shares:
            wanted = dict.fromkeys(share.named[name] for name in columns if name in share.named)
            yield from map(count, self._parts(share, list(wanted)))

    def _parts(self, share: Share, wanted: list[Field]) -> Iterator[pd.DataFrame]:
        """The parts, one after the other; only what all of them together tell is read of all of them first."""
        flags = next((field for field in wanted if field.name == "_flags"), None)
        early = [field for field in wanted if field.kind == "value"]
        early += [flags, share.named[WORDINGS]] if flags else []
        needed = list(dict.fromkeys([*wanted, *early]))
        fit = [batch for batch in share.batches if all(map(batch.about.fits, needed))]
        others = [batch for batch in share.batches if not all(map(batch.about.fits, needed))]
        groups = list(stretches(fit))
        loose = list(self._loose(share, needed, chain(share.loose, *map(self._ids, others))))
        told = self._told(share, flags, early, [self._made(group, early) for group in groups], loose)
        late = [field for field in wanted if key(field) not in told]
        for place, part in enumerate(chain((self._made(group, late) for group in groups), loose)):
            yield _frame(share, wanted, part, {name: columns[place] for name, columns in told.items()})

    def _told(
        self,
        share: Share,
        flags: Field | None,
        early: Sequence[Field],
        folded: Sequence[Made],
        loose: Sequence[Made],
    ) -> dict[str, list[Series]]:
        """By field the columns of all parts, folded ones first, for what only all of them together tell."""
        values = (field for field in early if field.kind == "value")
        told = {key(field): settled(field, [*folded, *loose]) for field in values}
        if flags:
            told[key(flags)] = self._flags(share, flags, folded, loose)
        return told

    def _made(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> Made:
        """The part that some batches make."""
        files = tuple(batch.file for batch in stretch)
        own = [replace(f, codes=union(stretch, f)) if f.kind == "open" else f for f in fields]
        found = {field: self._memory.find((files, key(field), field.codes)) for field in own}
        missing = [field for field, columns in found.items() if columns is None]
        for field, read in self._read(stretch, missing).items():
            found[field] = self._memory.keep((files, key(field), field.codes), read)
        kept = [self._kept(batch) for batch in stretch] if any(batch.gone for batch in stretch) else []
        rows = sum(batch.rows for batch in stretch)
        return Made(
            {key(field): columns for field, columns in found.items()},
            rows,
            np.concatenate(kept) if kept else None,
            files,
        )

    def _read(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> dict[Field, list[Series]]:
        if not fields:
            return {}
        found: dict[Field, list[Any]] = {field: [] for field in fields}
        with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
            tables = list(side_by_side.map(partial(self._table, fields), stretch))
        for batch, table in zip(stretch, tables, strict=True):
            for field in fields:
                found[field].append(arrays(batch, field, table))
        return {field: joined(field, each) for field, each in found.items()}

    def _table(self, fields: Sequence[Field], batch: Batch) -> pa.Table:
        there = [field for field in fields if batch.about.has(field)]
        return self._folder.read(batch.file, list(dict.fromkeys(stored(batch, there))))

    def _kept(self, batch: Batch) -> Bools:
        if not batch.gone:
            return np.ones(batch.rows, dtype=np.bool_)
        return self._memory.get((batch.file, batch.gone), lambda: self._without(batch))  # type: ignore[no-any-return]

    def _without(self, batch: Batch) -> Bools:
        ids = self._folder.read(batch.file, ["_id"]).column("_id")
        gone = pa.array([each.encode() for each in batch.gone], pa.binary())
        found: Bools = ~pc.is_in(ids, gone).to_numpy()
        return found

    def _ids(self, batch: Batch) -> list[str]:
        ids = self._folder.read(batch.file, ["_id"]).column("_id").to_pylist()
        return [each for each in map(bytes.decode, ids) if each not in batch.gone]

    def _loose(self, share: Share, fields: Sequence[Field], ids: Iterable[str]) -> Iterator[Made]:
        """Parts read from the database, with the columns of these fields only."""
        sources = {field.source for field in fields}
        roles = [source.removeprefix(ROLE) for source in sources if source.startswith(ROLE)]
        layout = share.stack.layout.narrowed(sources, roles)
        rows = iter(self._by_ids(list(ids)))
        while some := list(islice(rows, PART_ROWS)):
            frame = frames.piece_by_piece(some, lambda chunk: frames.part(chunk, layout))
            yield Made({key(field): from_frame(field, frame) for field in fields}, len(frame))

    def _flags(
        self,
        share: Share,
        flags: Field,
        folded: Sequence[Made],
        loose: Sequence[Made],
    ) -> list[Series]:
        field = share.named[WORDINGS]
        old = [said(made, field) for made in folded]
        files = tuple(made.files for made in folded)
        ordered = self._memory.get((files, "ordered"), lambda: Ordered.of(old))
        new = [said(made, field) for made in loose]
        again, new_again = repeated(old, ordered, [made.kept for made in folded], new)
        found: list[Series] = []
        for made, mine in zip([*folded, *loose], [*again, *new_again], strict=True):
            own: Any = made.of(flags)[0]
            found.append(flagged(own, mine if made.kept is None else mine[made.kept]))
        return found

    def _occurring(self, share: Share, name: str) -> set[str]:
        """The codes of a short column that occur among the responses that count."""
        field = Field(name, "open")
        found = set(share.short.get(name, ()))
        for batch in share.batches:
            codes = batch.about.codes[key(field)]
            if batch.gone and codes:
                own = replace(field, codes=codes)
                places = arrays(batch, own, self._folder.read(batch.file, [name]))[0][self._kept(batch)]
                found |= {codes[place] for place in np.unique(places) if place >= 0}
            else:
                found |= {*codes}
        return found


def _constant(name: str, codes: Sequence[str], rows: int) -> dict[str, Series]:
    kind = kind_of(tuple(sorted(set(codes))))
    return {name: pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), dtype=kind, validate=False)}


def _frame(share: Share, wanted: Sequence[Field], made: Made, told: Mapping[str, Series]) -> pd.DataFrame:
    """The part as it is counted."""
    rows = made.rows if made.kept is None else int(np.count_nonzero(made.kept))
    columns: dict[str, Series] = {}
    for field in wanted:
        if field.name != WORDINGS:
            found = [told[key(field)]] if key(field) in told else made.of(field)
            columns |= zip(field.stored, found, strict=True)
    columns |= _constant("_questionnaire", [share.stack.name], rows)
    columns |= _constant("_status", [RECEIVED], rows)
    return pd.DataFrame(columns, copy=False)
