"""The audit log: what people at the desk did, in order, to which rows are only ever added.

Each act has a digest made of all that it says, of its number and of the digest before it, under the server's secret.
Who can write to the database, but does not know the secret, cannot change, remove, add, swap or renumber acts without
that showing. Acts cut off at the end show too, because the number of acts and the last digest stand in a row of their
own under another digest. Two things do not show by themselves: an old copy of the whole database put in the place of
the newer one, and the work of somebody who has the secret. Against both, `head` is kept outside this machine, and
compared: then it must still be somewhere in the log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from survey_app.errors import StorageError
from survey_app.storage.desk.clock import now
from survey_app.storage.desk.tables import AuditHeadRow, AuditRow, PersonRow
from survey_app.storage.engine import fit, to_json
from survey_app.storage.receipts import Digests
from survey_app.storage.tables import DIGEST

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction

CHUNK = 2000
"""Acts that are in memory at once while all are read."""
COMMAND_LINE = "(command line)"
"""Who did what was done by a command: whoever may run commands on this machine."""
ONLY = 1
"""The id of the row that says how many acts there are."""


@dataclass(frozen=True)
class Act:
    """One act: who did what to what. `at` is UTC; `details` say more, by name."""

    number: int
    at: datetime
    person: str
    act: str
    subject: str
    details: Mapping[str, Any]
    digest: str = ""

    @property
    def content(self) -> str:
        """All that it says, always written the same way: JSON in ASCII, names in order, no spaces."""
        details = {name: self.details[name] for name in sorted(self.details)}
        return to_json([self.number, self.at.isoformat(), self.person, self.act, self.subject, details])


@dataclass(frozen=True)
class Head:
    """How many acts there are and the digest of the last one; written as in `120:3fa0…`."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"

    @classmethod
    def parse(cls, written: str) -> Head:
        """The head that `str` wrote. Raises StorageError with words for what is none."""
        count, _, digest = written.strip().partition(":")
        if not count.isdecimal() or len(digest) != (DIGEST if int(count) else 0):
            raise StorageError(
                f"'{written}' is no head of an audit log: give one as it was printed, as in 120:3fa0…"
            )
        return cls(int(count), digest)


@dataclass(frozen=True)
class Sought:
    """Which acts are wanted; None: all of them. `day`: on the calendar of `zone`."""

    person: str | None = None
    act: str | None = None
    day: date | None = None
    zone: tzinfo = UTC

    def bounds(self) -> tuple[datetime, datetime] | None:
        """The moment (UTC) at which the day begins, and that at which the next one does; None without a day.

        Raises OverflowError for days at the ends of the calendar.
        """
        if self.day is None:
            return None
        begin = datetime.combine(self.day, time.min, self.zone)
        end = datetime.combine(self.day + timedelta(days=1), time.min, self.zone)
        return begin.astimezone(UTC).replace(tzinfo=None), end.astimezone(UTC).replace(tzinfo=None)

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        found: list[ColumnElement[bool]] = []
        if self.person is not None:
            found.append(AuditRow.person == self.person)
        if self.act is not None:
            found.append(AuditRow.act == self.act)
        if bounds := self.bounds():
            found += [AuditRow.at >= bounds[0], AuditRow.at < bounds[1]]
        return found


class Audit:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Transaction, digests: Digests) -> None:
        self._writing = writing
        self._reading = reading
        self._digests = digests

    def add(self, person: str, act: str, subject: str, /, **details: Any) -> None:
        """Write down an act. `details` are JSON-able; no answer and no secret belongs there."""
        with self._writing() as connection:
            self.append(connection, person, act, subject, details)

    def append(
        self, connection: Connection, person: str, act: str, subject: str, details: Mapping[str, Any]
    ) -> None:
        """The same within a transaction, so that nothing is done that is not written down."""
        # whoever else wants to add waits here until this transaction ends
        head = connection.execute(
            select(AuditHeadRow.acts, AuditHeadRow.last).where(AuditHeadRow.id == ONLY).with_for_update()
        ).one()
        new = Act(head.acts + 1, now(), *json.loads(to_json(fit([person, act, subject, details]))))
        digest = self._digests.audit(head.last, new.content)
        values = {
            name: getattr(new, name) for name in ("number", "at", "person", "act", "subject", "details")
        }
        connection.execute(insert(AuditRow).values(**values, digest=digest))
        sealed = {"acts": new.number, "last": digest, "digest": self._digests.audit_head(new.number, digest)}
        connection.execute(update(AuditHeadRow).where(AuditHeadRow.id == ONLY).values(sealed))

    def head(self) -> Head:
        """How far the log goes, to be kept outside this machine."""
        with self._reading() as connection:
            row = connection.execute(select(AuditHeadRow.acts, AuditHeadRow.last)).one()
        return Head(row.acts, row.last)

    def page(self, sought: Sought, before: int | None, most: int) -> list[Act]:
        """The latest acts, latest first, at most `most`, with numbers under `before` where it is given."""
        query = select(*COLUMNS).where(*sought.conditions).order_by(AuditRow.number.desc()).limit(most)
        if before is not None:
            query = query.where(AuditRow.number < before)
        with self._reading() as connection:
            return [Act(*row) for row in connection.execute(query)]

    def each(self, sought: Sought) -> Iterator[Act]:
        """All acts that are wanted, in order."""
        query = select(*COLUMNS).where(*sought.conditions).order_by(AuditRow.number)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=CHUNK).execute(query):
                yield Act(*row)

    def count(self, sought: Sought) -> int:
        """How many acts are wanted."""
        with self._reading() as connection:
            return connection.execute(
                select(func.count()).select_from(AuditRow).where(*sought.conditions)
            ).scalar_one()

    def verify(self, kept: Head | None = None) -> list[str]:
        """What is wrong with the log, in words, at most one thing per place; nothing where all is as it was written.

        `kept`: a head that was kept elsewhere, which the log must still contain.
        """
        with self._reading() as connection:
            return list(self._faults(connection, kept))

    def _faults(self, connection: Connection, kept: Head | None) -> Iterator[str]:
        number, before, is_kept = 0, "", kept is None or kept.count == 0
        query = select(*COLUMNS).order_by(AuditRow.number)
        for row in connection.execution_options(yield_per=CHUNK).execute(query):
            act = Act(*row)
            if act.number != number + 1:
                yield f"After act {number} comes act {act.number}: what was between them is gone."
            elif not self._stands(before, act):
                yield f"Act {act.number} does not stand on the one before it: one of the two is not what was written."
            number, before = act.number, act.digest
            is_kept = is_kept or (kept is not None and kept == Head(number, before))
        yield from self._end_faults(connection, Head(number, before))
        if not is_kept:
            yield f"The head that was kept, {kept}, is not in the log: the log is another one, or ends before it."

    def _stands(self, before: str, act: Act) -> bool:
        """Whether an act is what was written after the one with the digest `before`."""
        return act.digest == self._digests.audit(before, act.content)

    def _end_faults(self, connection: Connection, found: Head) -> Iterator[str]:
        row = connection.execute(
            select(AuditHeadRow.acts, AuditHeadRow.last, AuditHeadRow.digest)
        ).one_or_none()
        if row is None:
            yield "The row that says how many acts there are is gone."
        elif (row.acts, row.last) != (found.count, found.digest):
            yield f"There were {row.acts} acts; the last one now is act {found.count}."
        elif row.digest != (self._digests.audit_head(row.acts, row.last) if row.acts else ""):
            yield f"That there are {row.acts} acts was not written by this program: acts after the last one are gone."
        people = connection.execute(select(func.count()).select_from(PersonRow)).scalar_one()
        if not found.count and people:
            yield "The log is empty, though there are people, which cannot be added without an act."


COLUMNS = (
    AuditRow.number,
    AuditRow.at,
    AuditRow.person,
    AuditRow.act,
    AuditRow.subject,
    AuditRow.details,
    AuditRow.digest,
)
