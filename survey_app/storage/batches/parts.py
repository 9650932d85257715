"""A frame in parts: the batches, then what is in none, as they were at one moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.storage import frames
from survey_app.storage.batches.coding import no_rows
from survey_app.storage.batches.fields import OPEN, ROLE, Field, by_name, key
from survey_app.storage.batches.folder import Damaged
from survey_app.storage.batches.folding import Stack
from survey_app.storage.batches.reading import (
    PART_ROWS,
    Batch,
    Made,
    arrays,
    fitting,
    from_frame,
    said,
    settled,
    stretches,
)
from survey_app.storage.batches.repeats import Ordered, repeated
from survey_app.storage.batches.stretch import Reader, Rows, Stretch, Told, constant, part_of
from survey_app.storage.cells import Series
from survey_app.storage.frames import WORDINGS
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse

R = TypeVar("R")
Counting: TypeAlias = Callable[[Callable[[pd.DataFrame], Any], list[Stretch]], Iterable[Any]]
"""Gives what a function gives for each part that batches make, in any order."""
ByIds: TypeAlias = Callable[[Sequence[str], Scope], Iterable[StoredResponse]]
Inside: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the ids of the responses to a questionnaire that are in the batch of that number."""


@dataclass(frozen=True)
class Share:
    """What one questionnaire brings: its batches, the ids of the responses to be read from the database, and the codes
    that occur in their short columns. `beyond`: ids of those that the fence kept out, as they lie outside the scope.
    """

    stack: Stack
    batches: tuple[Batch, ...]
    loose: tuple[str, ...]
    short: Mapping[str, Collection[str]]
    beyond: tuple[str, ...] = ()

    def without(self, batch: Batch, ids: Sequence[str]) -> Share:
        """The same, with these responses of a batch read from the database, and nothing from its file."""
        codes = {name: batch.about.codes[key(Field(name, "open"))] for name in OPEN}
        return replace(
            self,
            batches=tuple(each for each in self.batches if each is not batch),
            loose=(*self.loose, *ids),
            short={name: {*self.short.get(name, ()), *codes[name]} for name in OPEN},
        )

    def __len__(self) -> int:
        return len(self.loose) + sum(batch.rows - len(batch.gone) for batch in self.batches)

    @cached_property
    def named(self) -> dict[str, Field]:
        """Its fields by the names by which columns are asked for."""
        return by_name(self.stack.fields)


class BatchedParts:
    """The responses to some questionnaires, as they were when this was made; see tabulation.parts.

    Files that it needs are left in their place while it lives. `count` counts what batches make, here or elsewhere;
    `by_ids` reads what is in none, for somebody who may see `scope`; `inside` tells what is in one that is damaged.
    """

    def __init__(
        self,
        read: Callable[[], Sequence[Share]],
        reader: Reader,
        count: Counting,
        by_ids: ByIds,
        *,
        inside: Inside,
        scope: Scope,
    ) -> None:
        reader.folder.stay(self)
        shares = read()
        self._shares = [share for share in shares if len(share)] or list(shares[:1])
        self._reader = reader
        self._count = count
        self._by_ids = by_ids
        self._inside = inside
        self._scope = scope

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
        columns |= constant("_questionnaire", [s.stack.name for s in self._shares if len(s)], 0)
        columns |= constant("_status", [RECEIVED] * bool(len(self)), 0)
        return pd.DataFrame(columns)

    def map(self, count: Callable[[pd.DataFrame], R], columns: Collection[str]) -> Iterator[R]:
        """What `count` gives for each part, which holds those of `columns` that there are."""
        for place in range(len(self._shares)):
            yield from self._certain(place, columns, count)

    def _certain(
        self, place: int, columns: Collection[str], count: Callable[[pd.DataFrame], R]
    ) -> Sequence[R]:
        """All that one questionnaire brings; where a file turns out damaged, from the database in its place."""
        while True:
            share = self._shares[place]
            wanted = dict.fromkeys(share.named[name] for name in columns if name in share.named)
            try:
                return list(self._counted(share, tuple(wanted), count))
            except Damaged as damage:
                self._pass_over(place, damage)

    def _pass_over(self, place: int, damage: Damaged) -> None:
        share = self._shares[place]
        batch = next((each for each in share.batches if each.file == damage.file), None)
        if batch is None:
            raise damage
        self._reader.folder.pass_over(batch.file)
        self._shares[place] = share.without(batch, self._inside(share.stack.name, batch.number))

    def _counted(
        self, share: Share, wanted: tuple[Field, ...], count: Callable[[pd.DataFrame], R]
    ) -> Iterator[R]:
        """One part after the other; only what all of them together tell is read of all of them first."""
        name = share.stack.name
        early = [field for field in wanted if field.kind == "value"]
        early += [share.named[WORDINGS]] if any(field.name == "_flags" for field in wanted) else []
        needed = list(dict.fromkeys([*wanted, *early]))
        fit, others = fitting(share.batches, needed)
        groups = list(stretches(fit))
        ids = [*share.loose, *chain.from_iterable(map(self._reader.ids, others))]
        seen: set[str] = set()
        rows = self._by_ids(ids, self._scope)
        loose = list(_made(share, needed, rows if self._scope.regions is None else _noting(rows, seen)))
        beyond = self._beyond(share, early, [*share.beyond, *(each for each in ids if each not in seen)])
        told = self._told(early, [self._reader.made(group, early) for group in groups], [*loose, *beyond])
        pairs = zip(groups, told[: len(groups)], strict=True)
        folded = self._count(count, [Stretch(name, tuple(g), wanted, each) for g, each in pairs])
        for made, each in zip(loose, told[len(groups) :], strict=False):
            yield count(part_of(name, wanted, made, each))
        yield from folded

    def _told(self, early: Sequence[Field], folded: Sequence[Made], loose: Sequence[Made]) -> list[Told]:
        """What only all parts together tell of each, folded ones first."""
        every = [*folded, *loose]
        columns: list[dict[str, Series]] = [{} for _ in every]
        again = [np.array([], dtype=np.int32)] * len(every)
        for field in early:
            if field.kind == "value":
                for mine, column in zip(columns, settled(field, every), strict=True):
                    mine[key(field)] = column
            else:
                again = self._again(field, folded, loose)
        return list(map(Told, columns, again))

    def _again(self, field: Field, folded: Sequence[Made], loose: Sequence[Made]) -> list[Rows]:
        """Of each part the rows that say what another response says in the same words."""
        old = [said(made, field) for made in folded]
        files = tuple(made.files for made in folded)
        ordered = self._reader.memory.get((files, "ordered"), lambda: Ordered.of(old))
        new = [said(made, field) for made in loose]
        mine, theirs = repeated(old, ordered, [made.kept for made in folded], new)
        return [np.flatnonzero(rows).astype(np.int32) for rows in (*mine, *theirs)]

    def _beyond(self, share: Share, early: Sequence[Field], ids: Sequence[str]) -> list[Made]:
        """What only all responses together tell, of those that the fence kept out: they are compared, never counted."""
        if self._scope.regions is None or not early or not ids:
            return []
        return list(_made(share, early, self._by_ids(ids, EVERYWHERE)))

    def _occurring(self, share: Share, name: str) -> set[str]:
        """The codes of a short column that occur among the responses that count."""
        field = Field(name, "open")
        found = set(share.short.get(name, ()))
        for batch in share.batches:
            codes = batch.about.codes[key(field)]
            if batch.gone and codes:
                found |= self._kept_codes(batch, replace(field, codes=codes))
            else:
                found |= {*codes}
        return found

    def _kept_codes(self, batch: Batch, field: Field) -> set[str]:
        """The codes of a short column in the rows of a batch that count; all of the batch's where it is damaged."""
        try:
            table = self._reader.folder.read(batch.file, [field.name])
            places = arrays(batch, field, table)[0][self._reader.kept(batch)]
        except Damaged:
            return {*field.codes}
        return {field.codes[place] for place in np.unique(places) if place >= 0}


def _noting(responses: Iterable[StoredResponse], seen: set[str]) -> Iterator[StoredResponse]:
    """The same; their ids are in `seen` once they went by."""
    for response in responses:
        seen.add(response.id)
        yield response


def _made(share: Share, fields: Sequence[Field], responses: Iterable[StoredResponse]) -> Iterator[Made]:
    """Parts made of rows of the database, with the columns of these fields only."""
    sources = {field.source for field in fields}
    roles = [source.removeprefix(ROLE) for source in sources if source.startswith(ROLE)]
    layout = share.stack.layout.narrowed(sources, roles)
    rows = iter(responses)
    for first in rows:  # no more of them are held than become a piece of the frame
        some = chain([first], islice(rows, PART_ROWS - 1))
        frame = frames.piece_by_piece(some, lambda chunk: frames.part(chunk, layout))
        yield Made({key(field): from_frame(field, frame) for field in fields}, len(frame))
