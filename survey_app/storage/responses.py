"""Answers sent: written once, exactly once, and read back in any order but that of their arrival."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, select

from survey_app.errors import StorageError
from survey_app.storage import drafts, evidence
from survey_app.storage.bulk import insert_all
from survey_app.storage.newresponse import RECEIVED, NewResponse
from survey_app.storage.receipts import Digests
from survey_app.storage.sealing import seal
from survey_app.storage.tables import DialogueRow, ResponseRow, SealedRow

CHUNK = 1000
"""Rows of one INSERT and of one fetch."""


class StoredResponse(NamedTuple):
    """A response as it is kept. `asked` and `sealed` are paths of questions: relevant ones, sealed ones; `flags` are
    codes of what looks wrong.
    """

    id: str
    questionnaire: str
    version: str
    audience: str
    region: str | None
    channel: str
    language: str
    date: date
    status: str
    answers: dict[str, Any]
    asked: tuple[str, ...]
    flags: tuple[str, ...] = ()
    sealed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """Which responses: those that fit every field that is not None. `first` and `last` are days, both included."""

    questionnaires: Sequence[str] | None = None
    versions: Sequence[str] | None = None
    regions: Sequence[str] | None = None
    channels: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    statuses: Sequence[str] | None = (RECEIVED,)
    first: date | None = None
    last: date | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The same in SQL."""
        columns = {
            "questionnaires": ResponseRow.questionnaire,
            "versions": ResponseRow.version,
            "regions": ResponseRow.region,
            "channels": ResponseRow.channel,
            "languages": ResponseRow.language,
            "statuses": ResponseRow.status,
        }
        for name, column in columns.items():
            if (values := getattr(self, name)) is not None:
                yield column.in_(values)
        if self.first is not None:
            yield ResponseRow.date >= self.first
        if self.last is not None:
            yield ResponseRow.date <= self.last


def send(connection: Connection, digests: Digests, token: str, response: NewResponse) -> str:
    """Write the response of a draft, once, and erase the draft's answers; gives the receipt.

    The same token again, whatever it brings, finds the first response and its receipt. Raises NotFound where there is
    neither a response nor a draft of that token, SurveyError where a file is not the draft's.
    """
    key = digests.response(token)
    for receipt in digests.receipts(token):
        row = _row(response, key, digests.receipt_digest(receipt))
        if _insert(connection, [row], [response]):
            drafts.erase(connection, digests, token)
            evidence.claim(connection, digests.draft(token), row["id"], response.files)
            return receipt
        known = receipt_of(connection, digests, token)
        if known:
            return known
    raise StorageError("No free receipt number was found. Nothing was changed; try again.")


def receipt_of(connection: Connection, digests: Digests, token: str) -> str | None:
    """The receipt of the response that `token` sent, worked out again; None where it sent none."""
    found = connection.execute(drafts.RECEIPT, {"key": digests.response(token)}).scalar_one_or_none()
    return digests.receipt(token, found)


def add(connection: Connection, digests: Digests, responses: Iterable[NewResponse]) -> int:
    """Write many responses, a chunk at a time; those whose key is already there are passed over. Gives how many."""
    added = 0
    waiting = iter(responses)
    while chunk := list(islice(waiting, CHUNK)):
        keys = [digests.response(response.key or uuid4().hex) for response in chunk]
        rows = [_row(response, key, None) for response, key in zip(chunk, keys, strict=True)]
        added += _insert(connection, rows, chunk)
    return added


def known(connection: Connection, digests: Digests, keys: Iterable[str]) -> set[str]:
    """Those of `keys` under which a response was added before."""
    found: set[str] = set()
    waiting = iter(keys)
    while chunk := list(islice(waiting, CHUNK)):
        digest = {digests.response(key): key for key in chunk}
        query = select(ResponseRow.key).where(ResponseRow.key.in_(list(digest)))
        found.update(digest[kept] for kept in connection.execute(query).scalars())
    return found


def present(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those of `ids` that a response has, whatever became of it."""
    return set(connection.execute(select(ResponseRow.id).where(ResponseRow.id.in_(list(ids)))).scalars())


def _row(response: NewResponse, key: str, digest: str | None) -> dict[str, Any]:
    copied = {name: getattr(response, name) for name in COPIED}
    return {"id": response.id or uuid4().hex, "key": key, "receipt_digest": digest} | copied


COPIED = [
    field.name
    for field in fields(NewResponse)
    if field.name in ResponseRow.__table__.c and field.name not in ("id", "key")
]


def _insert(connection: Connection, rows: list[dict[str, Any]], responses: Sequence[NewResponse]) -> int:
    """Insert `rows`, those of `responses` in order, passing over what a unique key refuses; gives how many went in."""
    added = insert_all(connection, rows)
    if not any(response.sealed for response in responses):
        return added
    ids = {row["id"] for row in rows}
    here = ids if added == len(ids) else present(connection, ids)
    sealed = [
        {"id": uuid4().hex, "response_id": row["id"], "question": question, "ciphertext": closed}
        for row, response in zip(rows, responses, strict=True)
        if row["id"] in here
        for question, closed in seal(response.sealed, response.recipients).items()
    ]
    if sealed:
        connection.execute(insert(SealedRow), sealed)
    return added


def read(connection: Connection, wanted: Wanted, *narrower: ColumnElement[bool]) -> Iterator[StoredResponse]:
    """The wanted responses that fit `narrower` too, in order of their random ids, fetched a chunk at a time."""
    columns = [ResponseRow.__table__.c[name] for name in STORED]
    query = select(*columns).where(*wanted.conditions(), *narrower).order_by(ResponseRow.id)
    result = connection.execute(query, execution_options={"yield_per": CHUNK})
    for chunk in result.partitions():
        sealed = sealed_paths(connection, [row.id for row in chunk], dense=not narrower)
        yield from (StoredResponse._make((*row, sealed.get(row.id, NOTHING))) for row in chunk)


NOTHING: frozenset[str] = frozenset()
STORED = [name for name in StoredResponse._fields if name != "sealed"]


def sealed_paths(
    connection: Connection, ids: Sequence[str], *, dense: bool = False
) -> dict[str, frozenset[str]]:
    """By response id, the paths of its sealed answers; one without any is not in it.

    `dense`: most responses between the first and the last of `ids` are among them, so that a range is read faster than
    as many single ones.
    """
    owner = SealedRow.response_id
    which = owner.between(ids[0], ids[-1]) if dense else owner.in_(ids)
    query = select(owner, SealedRow.question).where(which)
    paths: dict[str, set[str]] = {}
    for response_id, question in connection.execute(query):
        paths.setdefault(response_id, set()).add(question)
    return {response_id: frozenset(found) for response_id, found in paths.items()}


def by_receipt(
    connection: Connection, digests: Digests, receipt: str
) -> Row[str, date, str, date | None, int] | None:
    """Questionnaire, date, status, day of withdrawing and number of questions without an answer of the response that
    has `receipt`; None where none has.
    """
    return connection.execute(LOOKED_UP, {"digest": digests.receipt_digest(receipt)}).one_or_none()


_WAITING = (
    select(func.count())
    .select_from(DialogueRow)
    .where((DialogueRow.response_id == ResponseRow.id) & DialogueRow.answer.is_(None))
    .scalar_subquery()
)
LOOKED_UP = select(
    ResponseRow.questionnaire, ResponseRow.date, ResponseRow.status, ResponseRow.withdrawn, _WAITING
).where(ResponseRow.receipt_digest == bindparam("digest"))


def is_there(connection: Connection, wanted: Wanted) -> bool:
    """Whether a response fits."""
    query = select(ResponseRow.id).where(*wanted.conditions()).limit(1)
    return connection.execute(query).first() is not None


def counts(connection: Connection, statuses: Sequence[str]) -> dict[str, int]:
    """How many responses of those statuses each questionnaire has; one without any is not in it."""
    query = select(ResponseRow.questionnaire, func.count()).where(ResponseRow.status.in_(statuses))
    rows = connection.execute(query.group_by(ResponseRow.questionnaire))
    return {row[0]: row[1] for row in rows}


def forget_sealed(connection: Connection, questionnaires: Sequence[str], before: date) -> int:
    """Delete the sealed answers of responses to `questionnaires` dated earlier than `before`; gives how many."""
    old = select(ResponseRow.id).where(
        ResponseRow.questionnaire.in_(questionnaires), ResponseRow.date < before
    )
    return connection.execute(delete(SealedRow).where(SealedRow.response_id.in_(old))).rowcount


def sealed(connection: Connection, questionnaires: Sequence[str]) -> Iterator[tuple[str, str, str, bytes]]:
    """Response id, questionnaire, path of the question, and what was sealed of it, of received responses.

    They come in order of random ids.
    """
    mine = ResponseRow.questionnaire.in_(questionnaires) & (ResponseRow.status == RECEIVED)
    query = (
        select(SealedRow.response_id, ResponseRow.questionnaire, SealedRow.question, SealedRow.ciphertext)
        .join(ResponseRow, ResponseRow.id == SealedRow.response_id)
        .where(mine)
        .order_by(SealedRow.response_id, SealedRow.question)
    )
    for row in connection.execute(query):
        yield row.response_id, row.questionnaire, row.question, row.ciphertext
