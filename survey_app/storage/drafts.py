"""Answers not yet sent. Only the token in the respondent's cookie finds a draft, and only it opens the answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from survey_app.errors import Closed, NotFound
from survey_app.storage.receipts import Digests
from survey_app.storage.sealing import lock_answers, unlock_answers
from survey_app.storage.tables import DraftRow

EXPIRED = "The answers kept for this visit are no longer there. Please start over."
ALREADY_SENT = "These answers were already sent; they cannot be changed any more."


@dataclass(frozen=True)
class Draft:
    """A draft as the pages see it.

    `id` is the token; `answers` are raw, as typed; `sent` is the receipt once the draft was sent, and `answers` are
    empty from then on.
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


def start(connection: Connection, digests: Digests, draft: Draft) -> None:
    """Keep a new, empty draft under `draft.id`."""
    connection.execute(
        insert(DraftRow).values(
            id=digests.draft(draft.id),
            questionnaire=draft.questionnaire,
            version=draft.version,
            language=draft.language,
            channel=draft.channel,
            consented=draft.consented,
            expires=draft.expires,
            sent=False,
        )
    )


def new_token() -> str:
    """A token that nobody guesses: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def find(connection: Connection, digests: Digests, token: str, receipt: str | None) -> Draft | None:
    """The draft of `token`, or None; `receipt` is the one of its response, where it has one."""
    columns = DraftRow.__table__.c
    row = connection.execute(select(*columns).where(DraftRow.id == digests.draft(token))).one_or_none()
    if row is None:
        return None
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
    )


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
    open_draft = (DraftRow.id == place) & DraftRow.sent.is_(False)
    kept = connection.execute(update(DraftRow).where(open_draft).values(answers=locked, **changes))
    if kept.rowcount:
        return
    if connection.execute(select(DraftRow.id).where(DraftRow.id == place)).first():
        raise Closed(ALREADY_SENT)
    raise NotFound(EXPIRED)


def erase(connection: Connection, digests: Digests, token: str) -> None:
    """Mark a draft as sent and forget its answers. Raises NotFound where there is no such draft."""
    here = DraftRow.id == digests.draft(token)
    if not connection.execute(update(DraftRow).where(here).values(answers=None, sent=True)).rowcount:
        raise NotFound(EXPIRED)


def purge(connection: Connection, today: date) -> int:
    """Delete the drafts that expired before `today`, sent or not; gives how many."""
    return connection.execute(delete(DraftRow).where(DraftRow.expires < today)).rowcount
