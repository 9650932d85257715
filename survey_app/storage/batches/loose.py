"""What is read from the database because no file holds it: which responses, their rows, the codes they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, select

from survey_app.storage import responses
from survey_app.storage.batches.folding import chunks
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.tables import ResponseRow

SHORT = ("version", "audience", "channel", "language")
Conditions: TypeAlias = tuple[ColumnElement[bool], ...]
"""Of some of the responses; all of them have to hold."""


def rows_of(
    connection: Connection, ids: Sequence[str], statuses: Sequence[str] = (RECEIVED,)
) -> Iterator[StoredResponse]:
    """Those of the responses of these ids that have one of `statuses` still."""
    for some in chunks(ids):
        yield from responses.read(connection, Wanted(statuses=statuses), ResponseRow.id.in_(some))


def ids_of(connection: Connection, loose: Sequence[Conditions]) -> list[str]:
    """Which responses they are."""
    queries = (select(ResponseRow.id).where(*conditions) for conditions in loose)
    return [each for query in queries for each in connection.execute(query).scalars()]


def short_codes(connection: Connection, loose: Sequence[Conditions]) -> dict[str, set[Any]]:
    """The codes that occur in the short columns of these responses."""
    found: dict[str, set[Any]] = {f"_{name}": set() for name in SHORT}
    columns = [getattr(ResponseRow, name) for name in SHORT]
    for conditions in loose:
        for codes in connection.execute(select(*columns).where(*conditions).distinct()):
            for name, code in zip(found, codes, strict=True):
                found[name].add(code)
    return found
