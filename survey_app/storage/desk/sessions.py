"""Who is signed in, on which device. The device has a random token, the database a digest of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from survey_app.storage.desk.audit import Audit
from survey_app.storage.desk.clock import now
from survey_app.storage.desk.person import Person, of_row
from survey_app.storage.desk.tables import PersonRow, SessionRow
from survey_app.storage.receipts import Digests

if TYPE_CHECKING:
    from survey_app.storage.fence import Glance, Transaction

IDLE = timedelta(minutes=30)
"""Without a request for so long, the person has gone away."""
LONGEST = timedelta(hours=12)
"""After which everybody signs in anew."""
STILL_SEEN = timedelta(minutes=1)
"""A request is written down when the last one is older: reading pages does not write with each of them."""

Stage = Literal["known", "whole"]
"""`known`: the password was right, a code has to come; `whole`: all was right."""


@dataclass(frozen=True)
class Session:
    """A person signed in on a device, as far as `stage` says."""

    person: Person
    stage: Stage


class Sessions:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Glance, digests: Digests, audit: Audit) -> None:
        self._writing = writing
        self._reading = reading
        self._digests = digests
        self._audit = audit

    def begin(self, name: str, stage: Stage, earlier: str | None = None) -> str:
        """A session of that person; gives its token, a new one always. The one of the token `earlier` ends."""
        token = secrets.token_urlsafe(32)
        with self._writing() as connection:
            if earlier is not None:
                self._drop(connection, SessionRow.digest == self._digests.session(earlier))
            values = {"digest": self._digests.session(token), "begun": now(), "seen": now()}
            connection.execute(insert(SessionRow).values(**values, person=name, stage=stage))
            if stage == "whole":
                self._audit.append(connection, name, "signed in", name, {})
        return token

    def find(self, token: str) -> Session | None:
        """Whose token it is; None where the session is over, or the person may not sign in any more."""
        digest = self._digests.session(token)
        with self._reading() as connection:
            row = connection.execute(_of(digest)).one_or_none()
        if row is None or _is_over(row):
            return None
        if now() - row.seen >= STILL_SEEN:
            with self._writing() as connection:
                mine = update(SessionRow).where(SessionRow.digest == digest, SessionRow.seen < now())
                connection.execute(mine.values(seen=now()))
        return Session(of_row(row), cast(Stage, row.stage))

    def end(self, token: str, name: str) -> None:
        """Sign out on one device."""
        with self._writing() as connection:
            if self._drop(connection, SessionRow.digest == self._digests.session(token)):
                self._audit.append(connection, name, "signed out", name, {})

    def forget_old(self) -> None:
        """Delete the sessions that are over."""
        over = or_(SessionRow.seen <= now() - IDLE, SessionRow.begun <= now() - LONGEST)
        with self._writing() as connection:
            self._drop(connection, over)

    def _drop(self, connection: Connection, which: ColumnElement[bool]) -> int:
        return connection.execute(delete(SessionRow).where(which)).rowcount


def _of(digest: str) -> Any:
    columns = (SessionRow.stage, SessionRow.begun, SessionRow.seen, *PersonRow.__table__.columns)
    joined = select(*columns).join(PersonRow, PersonRow.name == SessionRow.person)
    return joined.where(SessionRow.digest == digest, PersonRow.active)


def _is_over(row: Row[Any]) -> bool:
    present = now()
    return bool(present - row.seen >= IDLE or present - row.begun >= LONGEST)
