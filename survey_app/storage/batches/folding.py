"""Folding: responses are claimed for a batch, written into its file, and only then counted from there.

Whatever ends the process in between, the responses are where they were: a batch whose file is not there yet, or is not
readable, is read from the database like the responses that are in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, text, update

from survey_app.campaign.campaign import Campaign
from survey_app.progress import Progress, in_silence
from survey_app.storage import frames, responses
from survey_app.storage.batches.coding import WRITE
from survey_app.storage.batches.fields import OPEN, ROLE, About, Field, fields, fingerprint
from survey_app.storage.batches.folder import Folder
from survey_app.storage.failures import in_words
from survey_app.storage.fence import Transaction
from survey_app.storage.frames import Layout
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.roles import Roles
from survey_app.storage.tables import BatchRow, MaskedRow, ResponseRow

BATCH_ROWS = 20_000
"""Responses in a full batch."""
LEAST_ROWS = 1_000
"""Fewer are not folded: they are read from the database quickly enough."""
CLAIMED_AT_ONCE = 1_000
"""Rows of one transaction while a batch is filled, so that whoever sends meanwhile waits for milliseconds only."""
FOLDING = 7_361_529_005
"""The number of PostgreSQL's advisory lock of whoever folds."""


@dataclass(frozen=True)
class Stack:
    """A questionnaire's batches, as they would be written today."""

    name: str
    layout: Layout
    fields: tuple[Field, ...]
    fingerprint: str

    @classmethod
    def of(cls, connection: Connection, campaign: Campaign, name: str, key: bytes) -> Stack:
        """That of the questionnaire's versions of today."""
        layout = Layout.of(frames.known_versions(connection, campaign, name), campaign, key)
        found = fields(layout)
        return cls(name, layout, found, fingerprint(found))

    def sharing(self, roles: Roles) -> Stack:
        """The same with the columns that questionnaires share only, those of `roles`."""
        layout = replace(self.layout, roles=roles)
        shared = (f for f in fields(layout) if not f.source or f.source.startswith(ROLE))
        return replace(self, layout=layout, fields=tuple(shared))


@contextmanager
def alone(engine: Engine, folder: Folder, *, wait: bool) -> Iterator[bool]:
    """Whether no other process folds; on PostgreSQL also none on another machine. What ends the process lets go."""
    with folder.folding(wait=wait) as here:
        if not here or engine.dialect.name != "postgresql":
            yield here
            return
        with in_words(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            lock = "SELECT pg_advisory_lock(:n) IS NOT NULL" if wait else "SELECT pg_try_advisory_lock(:n)"
            got = bool(connection.execute(text(lock), {"n": FOLDING}).scalar())
            try:
                yield got
            finally:
                if got:
                    connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": FOLDING})


def unfolded(
    name: str, before: date | None = None, statuses: Sequence[str] = (RECEIVED,)
) -> tuple[ColumnElement[bool], ...]:
    """The responses to a questionnaire that count and are in no batch, dated earlier than `before` where given."""
    row = ResponseRow
    found = (row.questionnaire == name, row.batch.is_(None), row.status.in_(statuses))
    return found if before is None else (*found, row.date < before)


def inside(name: str, number: int) -> tuple[ColumnElement[bool], ...]:
    """The responses of a batch."""
    row = ResponseRow
    return (row.questionnaire == name, row.batch == number, row.status == RECEIVED)


def counted(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> int:
    """How many responses fit."""
    return connection.execute(select(func.count()).select_from(ResponseRow).where(*conditions)).scalar_one()


@dataclass(frozen=True)
class Fold:
    """One fold of one questionnaire, by whoever has the lock."""

    writing: Transaction
    reading: Transaction
    folder: Folder
    stack: Stack
    rows: int = BATCH_ROWS
    least: int = LEAST_ROWS
    progress: Progress = in_silence

    def take_in(self, today: date) -> int:
        """Fill batches from the responses that are in none; gives how many were taken.

        Either so many that a batch tells nothing of who came when, or those of days that are over: their day is known.
        """
        taken = 0
        while True:
            with self.reading() as connection:
                waiting = counted(connection, unfolded(self.stack.name))
                before = None if waiting >= self.rows else today
                if counted(connection, unfolded(self.stack.name, before)) < self.least:
                    return taken
            number, room = self._opened()
            total = taken + waiting
            taken += self._claim(number, room, before)
            self.write(number)
            self.progress(f"{self.stack.name}: responses", taken, total)

    def mend(self, *, thorough: bool = False, everything: bool = False) -> int:
        """Write anew the files that are missing, or laid out for earlier versions; gives how many.

        `thorough`: those too that hold responses which no longer count; `everything`: every one.
        """
        row = BatchRow
        mine = select(row.number, row.file, row.layout).where(row.questionnaire == self.stack.name)
        with self.reading() as connection:
            masked = set(connection.execute(select(MaskedRow.batch).distinct()).scalars())
            found = connection.execute(mine.order_by(row.number)).all()
        due = [
            number
            for number, file, layout in found
            if everything
            or layout != self.stack.fingerprint
            or file is None
            or self.folder.about(file) is None
            or (thorough and number in masked)
        ]
        for done, number in enumerate(due, start=1):
            self.write(number)
            self.progress(f"{self.stack.name}: files", done, len(due))
        return len(due)

    def write(self, number: int) -> None:
        """Write a batch's file from the database, and count from it from then on; one that is empty goes."""
        with self.writing() as connection:
            # Of a batch without a file nothing is masked; what is from here on came after the rows were claimed.
            filling = select(BatchRow.number).where(BatchRow.number == number, BatchRow.file.is_(None))
            connection.execute(delete(MaskedRow).where(MaskedRow.batch.in_(filling)))
        with self.reading() as connection:
            masked = connection.execute(
                select(MaskedRow.response_id).where(MaskedRow.batch == number)
            ).scalars()
            gone = list(masked)
            rows = responses.read(connection, Wanted(statuses=None), *inside(self.stack.name, number))
            table, about = written(rows, self.stack)
        if not len(table):
            self._remove(number)
            return
        file, digest = self.folder.write(table, about)
        made = {"file": file, "digest": digest, "rows": len(table), "layout": self.stack.fingerprint}
        with self.writing() as connection:
            replaced = connection.execute(select(BatchRow.file).where(BatchRow.number == number)).scalar()
            connection.execute(update(BatchRow).where(BatchRow.number == number).values(made))
            for some in chunks(gone):
                old = (MaskedRow.batch == number) & MaskedRow.response_id.in_(some)
                connection.execute(delete(MaskedRow).where(old))
        if replaced:
            self.folder.retire(replaced)

    def _remove(self, number: int) -> None:
        with self.writing() as connection:
            replaced = connection.execute(select(BatchRow.file).where(BatchRow.number == number)).scalar()
            connection.execute(delete(MaskedRow).where(MaskedRow.batch == number))
            connection.execute(delete(BatchRow).where(BatchRow.number == number))
        if replaced:
            self.folder.retire(replaced)

    def _opened(self) -> tuple[int, int]:
        """The number of a batch without a file, and how many responses it has room for: one not full, or a new one."""
        row = BatchRow
        gone = (
            select(func.count()).select_from(MaskedRow).where(MaskedRow.batch == row.number).scalar_subquery()
        )
        mine = select(row.number, row.file, row.rows - gone).where(row.questionnaire == self.stack.name)
        with self.writing() as connection:
            for number, file, held in connection.execute(mine.order_by(row.number)):
                if held <= self.rows - self.least:
                    if file:
                        self.folder.retire(file)
                    emptied = {"file": None, "digest": None, "layout": None}
                    connection.execute(update(row).where(row.number == number).values(emptied))
                    return number, self.rows - held
            number = connection.execute(select(func.coalesce(func.max(row.number), 0) + 1)).scalar_one()
            values = {"number": number, "questionnaire": self.stack.name, "rows": 0}
            connection.execute(insert(row).values(values))
            return number, self.rows

    def _claim(self, number: int, room: int, before: date | None) -> int:
        """Mark the responses that the batch takes, in order of their random ids; gives how many."""
        free = unfolded(self.stack.name, before)
        with self.reading() as connection:
            ids = list(
                connection.execute(
                    select(ResponseRow.id).where(*free).order_by(ResponseRow.id).limit(room)
                ).scalars()
            )
        taken = 0
        for some in chunks(ids):
            marking = update(ResponseRow).where(ResponseRow.id.in_(some), *free).values(batch=number)
            with self.writing() as connection:
                taken += connection.execute(marking).rowcount
        return taken


def written(rows: Iterable[StoredResponse], stack: Stack) -> tuple[pa.Table, About]:
    """What the file of these responses holds."""
    names: set[str] = set()
    seen: set[Any] = set()

    def noticed() -> Iterator[StoredResponse]:
        for response in rows:
            names.update(response.answers)
            seen.update((response.asked, response.sealed))
            yield response

    frame = frames.piece_by_piece(noticed(), lambda chunk: frames.part(chunk, stack.layout))
    names |= {path.partition("/")[0] for paths in seen for path in paths}
    codes = {name: _codes(frame[name]) for name in OPEN}
    columns: dict[str, Any] = {}
    for field in stack.fields:
        own = replace(field, codes=codes[field.name]) if field.kind == "open" else field
        columns |= zip(own.stored, WRITE[own.kind](own, frame), strict=True)
    return pa.table(columns), About.of(stack.fields, codes, names, stack.layout.known)


def _codes(values: pd.Series[Any]) -> tuple[str, ...]:
    return tuple(sorted(values.dropna().unique()))


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many ids as one statement and one transaction take."""
    return (ids[first : first + CLAIMED_AT_ONCE] for first in range(0, len(ids), CLAIMED_AT_ONCE))
