"""All responses to a questionnaire in order of their random ids, a piece at a time, as they were at one moment.

Batches were filled one after the other, so their order would tell who came earlier: each piece is made of rows of all
of them. They are read once for every so many responses, of which only numbers and bytes are held.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice, pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.storage.batches.coding import FINISH, READ, kind_of, nothing, unpack, whole
from survey_app.storage.batches.fields import ROLE, Field, key
from survey_app.storage.batches.folder import Folder, packed, read_packed
from survey_app.storage.batches.folding import Stack, written
from survey_app.storage.batches.reading import Batch, arrays, counting, stored
from survey_app.storage.batches.repeats import Ordered, Pairs, repeated
from survey_app.storage.batches.stretch import constant
from survey_app.storage.cells import Series, settle, word_array
from survey_app.storage.frames import WORDINGS
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse
from survey_app.storage.wordings import REPEATED

PIECE_ROWS = 20_000
PASS_ROWS = 250_000
"""Responses for which all batches are read once."""
SAMPLED = 100
"""Of so many ids one is looked at to part them evenly."""
LARGE = pa.large_binary()
Bools: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Leaf:
    """Rows that are read together: those of a file, or some that were read from the database."""

    batch: Batch
    columns: Callable[[Sequence[str]], pa.Table]

    def table(self, fields: Iterable[Field]) -> pa.Table:
        """What there is of these fields, and the ids."""
        there = [field for field in fields if self.batch.about.has(field)]
        return self.columns(list(dict.fromkeys(["_id", *stored(self.batch, there)])))

    @cached_property
    def mask(self) -> Bools:
        """Which rows count."""
        if not self.batch.gone:
            return np.ones(self.batch.rows, dtype=np.bool_)
        return counting(self.batch, self.columns(["_id"]).column("_id"))

    @cached_property
    def kept(self) -> Places:
        """The places of the rows that count."""
        return np.flatnonzero(self.mask)

    def arrays(self, field: Field, table: pa.Table) -> list[Any]:
        """The field's plain arrays of all rows; of short columns the places in `codes`."""
        own = replace(field, codes=self.codes(field)) if field.kind == "open" else field
        return arrays(self.batch, own, table)

    def ids(self) -> list[str]:
        """The ids of the rows that count."""
        found = self.columns(["_id"]).column("_id").take(pa.array(self.kept)).to_pylist()
        return [each.decode() for each in found]

    def codes(self, field: Field) -> tuple[str, ...]:
        """The codes of a short column."""
        return self.batch.about.codes.get(key(field), ())


def of_files(batches: Iterable[Batch], folder: Folder) -> list[Leaf]:
    """A leaf for each batch."""
    return [Leaf(batch, partial(folder.read, batch.file)) for batch in batches]


def of_rows(rows: Iterable[StoredResponse], stack: Stack) -> Iterator[Leaf]:
    """Leaves as batches of these responses would be, held as the files are: a tenth of what their columns take."""
    waiting = iter(rows)
    for first in waiting:
        table, about = written(chain([first], islice(waiting, PIECE_ROWS - 1)), stack)
        yield Leaf(Batch(0, "", len(table), about, frozenset()), partial(read_packed, packed(table)))


def exported(stack: Stack) -> list[Field]:
    """The fields of a frame that is exported."""
    return [field for field in stack.fields if not field.source.startswith(ROLE)]


class Stream:
    """The responses in pieces; see exporting.streams. Files that it needs are left in their place while it lives."""

    def __init__(self, read: Callable[[], tuple[Stack, Sequence[Leaf]]], folder: Folder) -> None:
        folder.stay(self)
        self._stack, leaves = read()
        self._leaves = [leaf for leaf in leaves if len(leaf.kept)]
        self._facts = Facts(self._stack, self._leaves)

    def __len__(self) -> int:
        return sum(len(leaf.kept) for leaf in self._leaves)

    @property
    def empty(self) -> pd.DataFrame:
        """All columns, no rows."""
        return self._frame(self._fields(None), None, np.zeros(0, dtype=np.intp))

    def read(self, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
        """The pieces in order of the ids, with the columns asked for."""
        if not self._leaves:
            yield self.empty
            return
        for low, high in pairwise(self._bounds()):
            yield from self._between(low, high, self._fields(columns))

    def _fields(self, columns: Collection[str] | None) -> list[Field]:
        mine = (field for field in exported(self._stack) if field.name != WORDINGS)
        return [f for f in mine if columns is None or not {*f.gives}.isdisjoint(columns)]

    def _bounds(self) -> list[bytes | None]:
        """Ids between which there are about PASS_ROWS responses; None: no bound."""
        passes = -(-len(self) // PASS_ROWS)
        sample = (
            leaf.table([]).column("_id").take(pa.array(leaf.kept[::SAMPLED])).to_pylist()
            for leaf in self._leaves
            if passes > 1
        )
        ordered = sorted(each for some in sample for each in some)
        return [None, *(ordered[len(ordered) * number // passes] for number in range(1, passes)), None]

    def _between(
        self, low: bytes | None, high: bytes | None, fields: Sequence[Field]
    ) -> Iterator[pd.DataFrame]:
        """The pieces of the rows from `low` on and before `high`."""
        some = partial(self._some, low, high, fields)
        with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
            found = list(side_by_side.map(some, range(len(self._leaves))))
        order = pc.sort_indices(pa.chunked_array([ids for ids, _ in found], LARGE)).to_numpy()
        by_field = zip(*(columns for _, columns in found), strict=True)
        held = [[_joined(each) for each in zip(*parts, strict=True)] for parts in by_field]
        del found
        for start in range(0, len(order), PIECE_ROWS):
            yield self._frame(fields, held, order[start : start + PIECE_ROWS])

    def _some(
        self, low: bytes | None, high: bytes | None, fields: Sequence[Field], place: int
    ) -> tuple[pa.Array, list[list[Any]]]:
        """The ids and the fields' arrays of a leaf's rows from `low` on and before `high`."""
        leaf = self._leaves[place]
        table = leaf.table(field for field in fields if key(field) not in self._facts.told)
        ids = table.column("_id").combine_chunks().take(pa.array(leaf.kept))
        mine = np.ones(len(ids), dtype=np.bool_)
        if low is not None:
            mine &= pc.greater_equal(ids, low).to_numpy(zero_copy_only=False)
        if high is not None:
            mine &= pc.less(ids, high).to_numpy(zero_copy_only=False)
        found = []
        for field in fields:
            told = self._facts.told.get(key(field))
            if told is not None:
                found.append([each[mine] for each in told[place]])
            else:
                found.append(_rows(leaf, field, table, leaf.kept[mine]))
        return ids.filter(pa.array(mine)).cast(LARGE), found

    def _frame(self, fields: Sequence[Field], held: Sequence[list[Any]] | None, rows: Any) -> pd.DataFrame:
        """The frame of some rows of what is held; None: of nothing."""
        columns: dict[str, Series] = {}
        for place, field in enumerate(fields):
            all_ = held[place] if held is not None else self._facts.none(field)
            columns |= self._facts.finished(field, [each.take(rows) for each in all_])
        for name, code in (("_questionnaire", self._stack.name), ("_status", RECEIVED)):
            columns |= constant(name, [code] * bool(len(self)), len(rows))
        return pd.DataFrame(columns, index=range(len(rows)), copy=False)


def _rows(leaf: Leaf, field: Field, table: pa.Table, rows: Places) -> list[Any]:
    """The field's arrays of some rows; words stay as they are in the file."""
    if field.kind == "words":
        if not leaf.batch.about.has(field):
            return [pa.nulls(len(rows), LARGE)]
        return [table.column(field.name).combine_chunks().take(pa.array(rows)).cast(LARGE)]
    return [each[rows] for each in leaf.arrays(field, table)]


def _joined(parts: Sequence[Any]) -> Any:
    return pa.chunked_array(parts, LARGE) if isinstance(parts[0], pa.Array) else np.concatenate(parts)


class Facts:
    """What only all rows together tell: which short codes and flags occur, whether a column's numbers are whole, and
    whether worked-out values are numbers.
    """

    def __init__(self, stack: Stack, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._types = {column.name: column.type for column in stack.layout.columns}
        self._wordings = next(field for field in stack.fields if field.name == WORDINGS)
        self._fields = exported(stack)
        self._codes: dict[str, tuple[str, ...]] = {}

    @cached_property
    def told(self) -> dict[str, list[list[Any]]]:
        """By field and leaf the arrays of the rows that count, where all rows were needed to make them."""
        found: dict[str, list[list[Any]]] = {}
        for field in self._fields:
            if field.kind == "open":
                found[key(field)] = self._short(field)
            elif field.kind == "value":
                found[key(field)] = self._settled(
                    [self._read(leaf, field)[0].tolist() for leaf in self._leaves]
                )
            elif self._types.get(field.name) == "integer" and field.kind == "number":
                found[key(field)] = _whole([self._read(leaf, field) for leaf in self._leaves])
        return found

    def none(self, field: Field) -> list[Any]:
        """The arrays of no rows."""
        if self._leaves and key(field) in self.told:
            return [each[:0] for each in self.told[key(field)][0]]
        if field.kind == "words":
            return [pa.chunked_array([], LARGE)]
        return _plain(settle([])) if field.kind == "value" else nothing(field, 0)

    def finished(self, field: Field, arrays: list[Any]) -> dict[str, Series]:
        """The columns of the frame."""
        match field.kind:
            case "open" if field.name == "_flags":
                return {field.name: np.array([*self._codes_of(field), ""], dtype=object)[arrays[0]]}
            case "open":
                kind = kind_of(self._codes_of(field))
                return {field.name: pd.Categorical.from_codes(arrays[0], dtype=kind, validate=False)}
            case "bits":
                names = [f"{field.name}/{code}" for code in field.codes]
                return dict(zip(names, unpack(arrays, len(names)), strict=True))
            case "words":
                return {field.name: word_array(READ["words"](field, arrays, ())[0].tolist())}
            case "value" if len(arrays) == 1:
                return {field.name: word_array(arrays[0].tolist())}
            case "value" | "number":
                numbers, missing = arrays
                exact = numbers if self._types[field.name] != "decimal" else numbers.astype(np.float64)
                return {field.name: FINISH["number"](field, [exact, missing])[0]}
            case _:
                return dict(zip(field.stored, FINISH[field.kind](field, arrays), strict=True))

    def _read(self, leaf: Leaf, field: Field) -> list[Any]:
        return [each[leaf.kept] for each in leaf.arrays(field, leaf.table([field]))]

    def _codes_of(self, field: Field) -> tuple[str, ...]:
        return self._codes.get(field.name, ()) if self.told else ()

    def _short(self, field: Field) -> list[list[Any]]:
        """The places of each row's code among those that occur, in their order."""
        own = [self._read(leaf, field)[0] for leaf in self._leaves]
        names = [
            np.array([*leaf.codes(field), None], dtype=object)[places]
            for leaf, places in zip(self._leaves, own, strict=True)
        ]
        if field.name == "_flags":
            names = self._with_repeated(names)
        found = sorted({code for some in names for code in pd.unique(some) if code is not None})
        self._codes[field.name] = tuple(found)
        kind = whole(len(found))
        return [[pd.Index(found, dtype=object).get_indexer(some).astype(kind)] for some in names]

    def _with_repeated(self, flags: Sequence[Any]) -> list[Any]:
        """The flags with that of a wording that another response has too."""
        said = []
        for leaf in self._leaves:
            rows, words, _ = leaf.arrays(self._wordings, leaf.table([self._wordings]))
            said.append(Pairs(rows, words, leaf.batch.rows))
        kept = [leaf.mask for leaf in self._leaves]
        again, _ = repeated(said, Ordered.of(said), kept, [])
        found = []
        for own, leaf, mine in zip(flags, self._leaves, again, strict=True):
            more = own + np.where(own == "", REPEATED, f" {REPEATED}").astype(object)
            found.append(np.where(mine[leaf.kept], more, own))
        return found

    def _settled(self, values: Sequence[list[Any]]) -> list[list[Any]]:
        plain = _plain(settle([value for some in values for value in some]))
        ends = np.cumsum([0, *map(len, values)])
        return [[each[start:end] for each in plain] for start, end in pairwise(ends)]


def _plain(values: Any) -> list[Any]:
    """A nullable array of numbers as these and what is missing; one of words as these."""
    if isinstance(values.dtype, pd.StringDtype):
        return [np.array(values.astype(object), dtype=object)]
    missing = np.asarray(values.isna())
    kind = np.int64 if pd.api.types.is_integer_dtype(values.dtype) else np.float64
    return [values.to_numpy(dtype=kind, na_value=0), missing]


def _whole(found: Sequence[list[Any]]) -> list[list[Any]]:
    """Numbers and what is missing, as whole numbers where all are."""
    parts = [numbers for numbers, _ in found if numbers.dtype != np.int64]
    if all(bool(((part == np.floor(part)) & (np.abs(part) < 2**63)).all()) for part in parts):
        return [[numbers.astype(np.int64), missing] for numbers, missing in found]
    return [[numbers.astype(np.float64), missing] for numbers, missing in found]
