"""Wrong passwords and codes, counted by the name that was typed, and how long the next attempt has to wait.

Every attempt counts as a wrong one until it proved right, so that many at once gain nothing. A name that nobody has is
counted like one that somebody has: the answer, its time and its delay are the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, update

from survey_app.errors import SurveyError
from survey_app.storage.desk.clock import now
from survey_app.storage.desk.tables import AttemptRow
from survey_app.storage.tables import INSERTS

FREE = 5
"""Wrong attempts in a row after which there is no waiting yet."""
LONGEST_HOLD = 900
"""Seconds: however many were wrong, whoever owns the account can try again after a quarter of an hour."""
FORGOTTEN = timedelta(days=1)
"""After which wrong attempts no longer count."""


class Held(SurveyError):
    """Too many wrong attempts for a name; in `seconds` the next one is looked at."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong attempts. Wait {seconds} seconds, then try again.")
        self.seconds = seconds


def begin(connection: Connection, digest: str) -> None:
    """Count an attempt as wrong, for the name of that digest. Raises Held where it may not be looked at yet."""
    row = connection.execute(_counted(connection, digest)).one()
    failures = row.failures if row.last >= now() - FORGOTTEN else 0
    if (seconds := _left(failures, row.last)) > 0:
        raise Held(seconds)
    mine = update(AttemptRow).where(AttemptRow.digest == digest)
    connection.execute(mine.values(failures=failures + 1, last=now()))


def take_back(connection: Connection, digest: str) -> None:
    """That attempt was right; those before it stay counted until the second factor is right as well."""
    mine = update(AttemptRow).where(AttemptRow.digest == digest, AttemptRow.failures > 0)
    connection.execute(mine.values(failures=AttemptRow.failures - 1))


def forget(connection: Connection, digest: str) -> None:
    """Begin to count anew."""
    connection.execute(delete(AttemptRow).where(AttemptRow.digest == digest))


def forget_old(connection: Connection) -> None:
    """Delete the counts that no longer count."""
    connection.execute(delete(AttemptRow).where(AttemptRow.last < now() - FORGOTTEN))


def _counted(connection: Connection, digest: str) -> Any:
    """The count, made where there is none yet, and held until this transaction ends."""
    first = INSERTS[connection.dialect.name](AttemptRow).values(digest=digest, failures=0, last=now())
    kept = first.on_conflict_do_update(index_elements=[AttemptRow.digest], set_={"digest": digest})
    return kept.returning(AttemptRow.failures, AttemptRow.last)


def _left(failures: int, last: datetime) -> int:
    """Seconds until the next attempt is looked at: doubled with each wrong one."""
    wait = min(2 ** (failures - FREE), LONGEST_HOLD) if failures >= FREE else 0
    passed = int((now() - last).total_seconds())
    return wait - max(passed, 0)  # less than none has passed where somebody has set the clock back
