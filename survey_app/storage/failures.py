"""What goes wrong in a database, in words for a person. Nothing half-done stays: what was there before still is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnection

from survey_app.errors import StorageError, SurveyError

FULL = "The disk of the database is full. Nothing was changed; make room there, then try again."
READ_ONLY = (
    "The database may not be written to. Nothing was changed; check its rights and its disk, then try again."
)
BUSY = "The database is too busy to take this. Nothing was changed; try again in a moment."
AWAY = "The database does not answer. Nothing was changed; check that it runs, then try again."
BROKEN = "The database could not keep or give this. Nothing was changed; its log says why."
UNFIT = "This text holds characters that cannot be kept. Type it again without them."

BY_SQLITE_CODE = {13: FULL, 8: READ_ONLY, 5: BUSY, 6: BUSY, 14: AWAY}
"""SQLITE_FULL, READONLY, BUSY, LOCKED, CANTOPEN (https://www.sqlite.org/rescode.html)."""
BY_SQLSTATE = {"53100": FULL, "25006": READ_ONLY, "53300": BUSY, "55P03": BUSY, "40001": BUSY, "40P01": BUSY}
"""disk_full, read_only_sql_transaction, too_many_connections, lock_not_available, serialization_failure,
deadlock_detected (PostgreSQL manual, appendix A)."""


@contextmanager
def in_words() -> Iterator[None]:
    """Turn a database's errors into StorageError (503), and values that no database can hold into SurveyError (400)."""
    try:
        yield
    except DataError as error:
        raise SurveyError(UNFIT) from error
    except DBAPIError as error:
        raise StorageError(_words(error)) from error
    except NoConnection as error:
        raise StorageError(BUSY) from error
    except (StatementError, UnicodeEncodeError) as error:
        raise SurveyError(UNFIT) from error


def _words(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return BY_SQLITE_CODE.get(code & 0xFF, BROKEN)
    state = getattr(error.orig, "sqlstate", None)
    if state is None or state.startswith(("08", "57P")):
        return AWAY
    return BY_SQLSTATE.get(state, BROKEN)
