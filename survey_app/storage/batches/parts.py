"""A frame in parts: the batches, then what is in none, as they were at one moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice, pairwise
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.storage import frames
from survey_app.storage.batches.coding import FINISH, READ, kind_of, no_rows, nothing, pack
from survey_app.storage.batches.fields import OPEN, ROLE, About, Field, by_name, key
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.folding import Stack
from survey_app.storage.batches.memory import Memory
from survey_app.storage.batches.repeats import Bools, Ordered, Said, flagged, repeated
from survey_app.storage.cells import Series, settle
from survey_app.storage.frames import WORDINGS
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse

R = TypeVar("R")
PART_ROWS = 250_000
"""Rows of a part: many batches make one, so that what a part costs beside its rows does not count."""
ByIds = Callable[[Sequence[str]], Iterable[StoredResponse]]


@dataclass(frozen=True)
class Batch:
    """A batch with a file that can be read; `gone` are the responses in it that no longer count."""

    file: str
    rows: int
    about: About
    gone: frozenset[str]


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


@dataclass(frozen=True)
class Made:
    """A part on its way: its columns by field, its rows, and which of them count (None: all)."""

    columns: Mapping[str, Sequence[Series]]
    rows: int
    kept: Bools | None = None

    def of(self, field: Field) -> list[Series]:
        """The field's columns, of the rows that count."""
        found = self.columns[key(field)]
        return list(found) if self.kept is None else [column[self.kept] for column in found]


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
            yield from map(count, self._parts(share, list(wanted), columns))

    def _parts(self, share: Share, wanted: list[Field], columns: Collection[str]) -> Iterator[pd.DataFrame]:
        flags = next((field for field in wanted if field.name == "_flags"), None)
        needed = [*wanted, share.named[WORDINGS]] if flags else wanted
        fit = [batch for batch in share.batches if all(map(batch.about.fits, needed))]
        others = (
            [batch for batch in share.batches if batch not in fit] if len(fit) < len(share.batches) else []
        )
        folded = [self._made(stretch, needed) for stretch in _stretches(fit)]
        loose = list(self._loose(share, needed, chain(share.loose, *map(self._ids, others))))
        made = [*folded, *loose]
        told = {key(field): _settled(field, made) for field in wanted if field.kind == "value"}
        if flags:
            told[key(flags)] = self._flags(share, flags, folded, loose, tuple(b.file for b in fit))
        for place, part in enumerate(made):
            yield _frame(share, wanted, part, {name: columns_[place] for name, columns_ in told.items()})

    def _made(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> Made:
        """The part that some batches make."""
        files = tuple(batch.file for batch in stretch)
        own = [replace(f, codes=_union(stretch, f)) if f.kind == "open" else f for f in fields]
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
        )

    def _read(self, stretch: Sequence[Batch], fields: Sequence[Field]) -> dict[Field, list[Series]]:
        if not fields:
            return {}
        arrays: dict[Field, list[Any]] = {field: [] for field in fields}
        with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
            tables = list(side_by_side.map(partial(self._table, fields), stretch))
        for batch, table in zip(stretch, tables, strict=True):
            for field in fields:
                arrays[field].append(_arrays(batch, field, table))
        return {field: _joined(field, found) for field, found in arrays.items()}

    def _table(self, fields: Sequence[Field], batch: Batch) -> pa.Table:
        there = [field for field in fields if batch.about.has(field)]
        return self._folder.read(batch.file, list(dict.fromkeys(_stored(batch, there))))

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
            yield Made({key(field): _from_frame(field, frame) for field in fields}, len(frame))

    def _flags(
        self,
        share: Share,
        flags: Field,
        folded: Sequence[Made],
        loose: Sequence[Made],
        files: tuple[str, ...],
    ) -> list[Series]:
        field = share.named[WORDINGS]
        said = [Said(*_first(made, field), made.rows) for made in folded]
        ordered = self._memory.find((files, "ordered"))
        if ordered is None:
            ordered = Ordered.of(said)
            self._memory.keep((files, "ordered"), ordered)
        new = [Said(*_first(made, field), made.rows) for made in loose]
        again, new_again = repeated(said, ordered, [made.kept for made in folded], new)
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
                places = _arrays(batch, own, self._folder.read(batch.file, [name]))[0][self._kept(batch)]
                found |= {codes[place] for place in np.unique(places) if place >= 0}
            else:
                found |= {*codes}
        return found


def _stretches(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Batches that make one part, in the order in which they were begun: a new one changes the last part."""
    stretch: list[Batch] = []
    for batch in batches:
        if stretch and sum(each.rows for each in stretch) + batch.rows > PART_ROWS:
            yield stretch
            stretch = []
        stretch.append(batch)
    if stretch:
        yield stretch


def _union(batches: Sequence[Batch], field: Field) -> tuple[str, ...]:
    return tuple(sorted({code for batch in batches for code in batch.about.codes[key(field)]}))


def _stored(batch: Batch, fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield from replace(field, codes=batch.about.codes.get(key(field), ())).stored


def _arrays(batch: Batch, field: Field, table: pa.Table) -> list[Any]:
    if not batch.about.has(field):
        return nothing(field, batch.rows)
    codes = batch.about.codes.get(key(field), ())
    columns = [table.column(name) for name in replace(field, codes=codes).stored]
    return READ[field.kind](field, columns, codes)


def _joined(field: Field, found: Sequence[list[Any]]) -> list[Series]:
    if field.kind == "wordings":
        starts = np.cumsum([0, *(int(rows) for _, _, (rows,) in found)])
        pairs = ((rows + start, said) for (rows, said, _), start in zip(found, starts[:-1], strict=True))
        joined = [np.concatenate(parts) for parts in zip(*pairs, strict=True)]
    else:
        joined = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    columns = FINISH[field.kind](field, joined)
    for column in columns:
        if isinstance(column, np.ndarray):
            column.flags.writeable = False
    return columns


def _from_frame(field: Field, frame: pd.DataFrame) -> list[Any]:
    match field.kind:
        case "bits":
            return list(pack([frame[f"{field.name}/{code}"].to_numpy() for code in field.codes]))
        case "open" if field.name != "_region":
            return [pd.Categorical(frame[field.name].astype(object))]
        case "wordings":
            said = Said.of(frame[field.name].tolist())
            return [said.rows, said.wordings]
        case "value":
            return [frame[field.name].to_numpy(dtype=object)]
        case _:
            return [frame[name].array for name in field.stored]


def _first(made: Made, field: Field) -> tuple[Any, Any]:
    rows, said = made.columns[key(field)]
    return rows, said


def _settled(field: Field, made: Sequence[Made]) -> list[Series]:
    """Worked-out values, as numbers where all of all parts are, else as words."""
    each: list[Any] = [part.of(field)[0] for part in made]
    every = settle([value for values in each for value in values])
    ends = np.cumsum([0, *map(len, each)])
    return [every[start:end] for start, end in pairwise(ends)]


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
