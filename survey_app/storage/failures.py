"""What goes wrong in a database, in words for a person. Nothing half-done stays: what was there before still is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnection

from survey_app.errors import StorageError, SurveyError

NOT_KEPT = "What was being written is not kept"
"""True in every case: of a long work in steps, what came before this one stays."""
FULL = f"The disk of the database is full. {NOT_KEPT}: make room there, then try again."
READ_ONLY = f"The database may not be written to. {NOT_KEPT}: check its rights and its disk, then try again."
BUSY = f"The database is too busy to take this. {NOT_KEPT}: try again in a moment."
AWAY = f"The database does not answer. {NOT_KEPT}: check that it runs, then try again."
REFUSED = (
    "The database refuses this user or password. Check SURVEY_DATABASE_URL, in which signs such as @ : / are written "
    "as %40 %3A %2F."
)
MISSING = "There is no such database. Make it (createdb), or check SURVEY_DATABASE_URL."
FORBIDDEN = f"The database's user may not do this. {NOT_KEPT}: the user has to own the database."
BROKEN = f"The database could not keep or give this. {NOT_KEPT}."
LOGGED = f"{BROKEN} Its log says why."
"""PostgreSQL keeps a log; a file has none."""
SICK_DISK = f"The disk of the database reports an error. {NOT_KEPT}: look at the disk, then try again."
DAMAGED = (
    "The file {file} is damaged, or is no database. Stop the program, put the file aside, and restore the backup: "
    "docs/operator.md#backup says how."
)
UNFIT = "This text holds characters that cannot be kept. Type it again without them."

BY_SQLITE_CODE = {
    13: FULL,
    8: READ_ONLY,
    5: BUSY,
    6: BUSY,
    14: AWAY,
    10: SICK_DISK,
    11: DAMAGED,
    26: DAMAGED,
}
"""SQLITE_FULL, READONLY, BUSY, LOCKED, CANTOPEN, IOERR, CORRUPT, NOTADB (https://www.sqlite.org/rescode.html)."""
BY_SQLSTATE = {
    "53100": FULL,
    "53200": BUSY,
    "53300": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "40001": BUSY,
    "40P01": BUSY,
    "25006": READ_ONLY,
    "28000": REFUSED,
    "28P01": REFUSED,
    "3D000": MISSING,
    "42501": FORBIDDEN,
}
"""disk_full, out_of_memory, too_many_connections, lock_not_available, query_canceled, serialization_failure,
deadlock_detected, read_only_sql_transaction, invalid_authorization, invalid_password, invalid_catalog_name,
insufficient_privilege (PostgreSQL manual, appendix A)."""
BY_WORDS = (
    (re.compile(r"password authentication failed|no password supplied|role \S+ does not exist"), REFUSED),
    (re.compile(r"database \S+ does not exist"), MISSING),
    (re.compile(r"too many clients|remaining connection slots|too many connections"), BUSY),
)
"""A connection that was not made has words only: libpq keeps the code to itself."""


@contextmanager
def in_words(file: str | None = None) -> Iterator[None]:
    """Turn a database's errors into StorageError (503), and values that no database can hold into SurveyError (400).

    `file`: in which the database is, where it is one.
    """
    try:
        yield
    except DataError as error:
        raise SurveyError(UNFIT) from error
    except DBAPIError as error:
        raise StorageError(_words(error, file)) from error
    except NoConnection as error:
        raise StorageError(BUSY) from error
    except (StatementError, UnicodeEncodeError) as error:
        raise SurveyError(UNFIT) from error


def _words(error: DBAPIError, file: str | None) -> str:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return BY_SQLITE_CODE.get(code & 0xFF, BROKEN).format(file=file or "of the database")
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        said = str(error.orig)
        return next((words for pattern, words in BY_WORDS if pattern.search(said)), AWAY)
    if state.startswith(("08", "57P", "25P03")):
        return AWAY
    return BY_SQLSTATE.get(state, LOGGED)
