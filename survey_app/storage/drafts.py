"""Answers not yet sent. Only the token in the respondent's cookie finds a draft, and only it opens the answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Date,
    Row,
    Update,
    bindparam,
    delete,
    insert,
    literal,
    select,
    update,
)

from survey_app.errors import Closed, NotFound
from survey_app.storage.pauses import Pause, lasts
from survey_app.storage.receipts import Digests
from survey_app.storage.sealing import lock_answers, unlock_answers
from survey_app.storage.tables import DraftRow, PauseRow, ResponseRow

EXPIRED = "The answers kept for this visit are no longer there. Please start over."
ALREADY_SENT = "These answers were already sent; they cannot be changed any more."


@dataclass(frozen=True)
class Draft:
    """A draft as the pages see it.

    `id` is the token; `answers` are raw, as typed; `sent` is the receipt once the draft was sent, and `answers` are
    empty from then on. `code` is the resume code, where the person asked for one; `flags`: what looks wrong.
    """

    id: str
    questionnaire: str
    version: str
    language: str
    channel: str
    answers: dict[str, Any]
    consented: bool
    expires: date
    sent: str | None = None
    code: str | None = None
    flags: tuple[str, ...] = ()


def start(connection: Connection, digests: Digests, draft: Draft) -> None:
    """Keep a new, empty draft under `draft.id`."""
    row = {
        "id": digests.draft(draft.id),
        "questionnaire": draft.questionnaire,
        "version": draft.version,
        "language": draft.language,
        "channel": draft.channel,
        "consented": draft.consented,
        "expires": draft.expires,
        "sent": False,
        "flags": draft.flags,
    }
    connection.execute(STARTED, row)


def new_token() -> str:
    """A token that nobody guesses: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def find(connection: Connection, digests: Digests, token: str, receipt: str | None) -> Draft | None:
    """The draft of `token`, or None; `receipt` is the one of its response, where it has one."""
    row = connection.execute(FOUND, {"place": digests.draft(token)}).one_or_none()
    return None if row is None else _opened(row, digests, token, receipt)


def arrive(
    connection: Connection, digests: Digests, token: str, questionnaire: str, day: date
) -> tuple[Draft | None, str | None, Pause | None]:
    """In one look: the draft of `token`, the receipt of its response, and the pause of `questionnaire` on `day`."""
    given = {"place": digests.draft(token), "key": digests.response(token), "name": questionnaire, "day": day}
    row = connection.execute(ARRIVED, given).one()
    receipt = digests.receipt(token, row.receipt_digest)
    pause = None if row.paused is None else Pause(row.until, row.words)
    return (None if row.id is None else _opened(row, digests, token, receipt)), receipt, pause


def _opened(row: Row[Any], digests: Digests, token: str, receipt: str | None) -> Draft:
    return Draft(
        id=token,
        questionnaire=row.questionnaire,
        version=row.version,
        language=row.language,
        channel=row.channel,
        answers=unlock_answers(row.answers, digests.lock(token), row.id),
        consented=row.consented,
        expires=row.expires,
        sent=receipt if row.sent else None,
        code=digests.code(token) if row.code else None,
        flags=row.flags,
    )


HERE = DraftRow.id == bindparam("place")
STARTED = insert(DraftRow)
FOUND = select(*DraftRow.__table__.c).where(HERE)
RECEIPT = select(ResponseRow.receipt_digest).where(ResponseRow.key == bindparam("key"))
_PAUSED = (PauseRow.questionnaire == bindparam("name")) & lasts(bindparam("day", type_=Date))
ARRIVED = (
    select(
        RECEIPT.scalar_subquery().label("receipt_digest"),
        PauseRow.questionnaire.label("paused"),
        PauseRow.until,
        PauseRow.words,
        *DraftRow.__table__.c,
    )
    .select_from(select(literal(1)).subquery("visit"))
    .outerjoin(PauseRow, _PAUSED)
    .outerjoin(DraftRow, HERE)
)
"""What a page needs to know of its visit. Statements are made once: making one costs more than asking it."""
ERASED = update(DraftRow).where(HERE).values(answers=None, sent=True, code=None, token=None)


def save(
    connection: Connection,
    digests: Digests,
    token: str,
    answers: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> None:
    """Replace a draft's answers, and the columns in `changes`.

    Raises NotFound where there is no such draft, Closed where it was sent.
    """
    place = digests.draft(token)
    locked = lock_answers(answers, digests.lock(token), place)
    new = {"answers": locked, **changes}
    given = {"place": place} | {f"new_{name}": value for name, value in new.items()}
    kept = connection.execute(_saving(*new), given)
    if kept.rowcount:
        return
    if connection.execute(select(DraftRow.id).where(DraftRow.id == place)).first():
        raise Closed(ALREADY_SENT)
    raise NotFound(EXPIRED)


@cache
def _saving(*columns: str) -> Update:
    """The statement that saves these columns of an unsent draft: the few there are, made once each."""
    values: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in columns}
    return update(DraftRow).where(HERE, DraftRow.sent.is_(False)).values(values)


def give_code(connection: Connection, digests: Digests, token: str) -> str:
    """Let an unsent draft be opened with its resume code too; gives the code. Raises NotFound where there is none."""
    code = digests.code(token)
    place = digests.code_digest(code)
    values = {"code": place, "token": lock_answers({"token": token}, digests.code_lock(code), place)}
    mine = (DraftRow.id == digests.draft(token)) & DraftRow.sent.is_(False)
    if not connection.execute(update(DraftRow).where(mine).values(values)).rowcount:
        raise NotFound(EXPIRED)
    return code


def token_of(connection: Connection, digests: Digests, code: str) -> str | None:
    """The token of the unsent draft that `code` opens; None where it opens none."""
    place = digests.code_digest(code)
    locked = connection.execute(select(DraftRow.token).where(DraftRow.code == place)).scalar_one_or_none()
    return None if locked is None else str(unlock_answers(locked, digests.code_lock(code), place)["token"])


def erase(connection: Connection, digests: Digests, token: str) -> None:
    """Mark a draft as sent and forget its answers. Raises NotFound where there is no such draft."""
    if not connection.execute(ERASED, {"place": digests.draft(token)}).rowcount:
        raise NotFound(EXPIRED)


def purge(connection: Connection, today: date) -> int:
    """Delete the drafts that expired before `today`, sent or not; gives how many."""
    return connection.execute(delete(DraftRow).where(DraftRow.expires < today)).rowcount
