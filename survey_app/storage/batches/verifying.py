"""Whether a batch holds what the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from survey_app.storage import responses
from survey_app.storage.batches.fields import key
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.folding import Stack, inside, written
from survey_app.storage.responses import Wanted
from survey_app.storage.tables import BatchRow, MaskedRow


class Difference(NamedTuple):
    """What is wrong with a batch of a questionnaire."""

    questionnaire: str
    batch: int
    words: str


def differences(connection: Connection, folder: Folder, stack: Stack, number: int) -> Iterator[Difference]:
    """What differs; nothing of a batch that is being filled, which nobody counts from."""
    batch = connection.execute(select(BatchRow).where(BatchRow.number == number)).one_or_none()
    if batch is None or batch.file is None:
        return

    def said(words: str) -> Difference:
        return Difference(stack.name, number, words)

    digest = folder.digest(batch.file)
    if digest is None:
        yield said(f"its file {batch.file} is not there or cannot be read")
        return
    if digest != batch.digest:
        yield said(f"its file {batch.file} is not the one that was written")
        return
    gone = connection.execute(select(MaskedRow.response_id).where(MaskedRow.batch == number)).scalars().all()
    rows = responses.read(connection, Wanted(statuses=None), *inside(stack.name, number))
    table, about = written(rows, stack)
    if batch.rows - len(gone) != len(table):
        yield said(f"the file counts {batch.rows - len(gone)} responses, the database {len(table)}")
    elif batch.layout == stack.fingerprint:
        there = folder.about(batch.file)
        ids = pa.array([each.encode() for each in gone], pa.binary())
        held = folder.read(batch.file, table.column_names)
        held = held.filter(pc.invert(pc.is_in(held.column("_id"), ids)))
        names = [
            name
            for field in stack.fields
            for name in field.stored
            if there and there.codes.get(key(field)) == about.codes.get(key(field))
        ]
        wrong = [name for name in names if not held.column(name).equals(table.column(name))]
        if wrong:
            yield said(f"the answers in it are not those in the database: {', '.join(wrong[:5])}")
