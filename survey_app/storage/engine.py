"""Engines: SQLite set up so that what is acknowledged is on the disk, PostgreSQL as it comes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from survey_app.campaign.reports import article
from survey_app.errors import StorageError, SurveyError
from survey_app.storage.failures import UNFIT

FIXED_SQLITE = (3, 51, 3)
"""The first release without the bug that can corrupt a database in WAL mode when two connections meet at its reset
(https://www.sqlite.org/wal.html, "The WAL-Reset Bug")."""
BUSY_SECONDS = 20.0
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
)
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": -1}
"""A file takes as many connections as there are threads, each of which may keep one."""
SERVER_POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": BUSY_SECONDS}
"""A PostgreSQL takes 100 connections unless told otherwise: six programs with as many threads as `survey serve` has."""
PATIENCE = {"statement_timeout": "120s", "idle_in_transaction_session_timeout": "600s"}
"""After which a statement, or a transaction that does nothing, is ended by the server: by then nobody waits for it."""
LINE = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 20_000}
"""Seconds (the last: milliseconds) after which a server that went silent counts as away."""
WRITE = (
    "Write it as in sqlite:////srv/survey/survey.sqlite3 or postgresql+psycopg://survey:PASSWORD@localhost/survey, or "
    "leave it out."
)
UNFIT_SIGNS = re.compile("[\0\ud800-\udfff]")
ALONE = "alone"
"""An execution option: one statement only is read, which needs no transaction to see one state of the database."""


def to_json(value: Any) -> str:
    """JSON in ASCII: a NUL or half a surrogate pair, escaped, is text that either database takes.

    Raises SurveyError where JSON has no way to write it ('not a number', say).
    """
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise SurveyError(UNFIT) from error


def to_jsonb(value: Any) -> str:
    """JSON that PostgreSQL takes as JSONB, which has no NUL and no half of a pair: both become the sign for what cannot
    be read, as in r0006. Answers that were checked have neither.
    """
    text = to_json(value)
    return to_json(fit(value)) if "\\u0000" in text or "\\ud" in text else text


def fit(value: Any) -> Any:
    """The value with the sign for what cannot be read in the place of NUL and of halves of a pair."""
    if isinstance(value, str):
        return UNFIT_SIGNS.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {fit(name): fit(each) for name, each in value.items()}
    return [fit(each) for each in value] if isinstance(value, list | tuple) else value


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`.

    A write waits at most `busy_seconds` for another one. Raises StorageError for a URL that is neither, for a SQLite
    database in memory, and for a SQLite library with the WAL-reset bug.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StorageError(f"SURVEY_DATABASE_URL is no address of a database. {WRITE}") from error
    kind = address.get_backend_name()
    if kind not in MAKERS:
        raise StorageError(f"SURVEY_DATABASE_URL names {article(kind)} database. {WRITE}")
    return MAKERS[kind](address, busy_seconds)


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    if not url.database or ":memory:" in url.database:
        raise StorageError(
            f"SURVEY_DATABASE_URL names no file, and a database in memory forgets every answer. {WRITE}"
        )
    library = _sqlite_library()
    refuse_old_library(library.sqlite_version_info)
    _make_private(Path(url.database))
    arguments = {"timeout": busy_seconds, "isolation_level": None}
    engine = create_engine(
        url.set(drivername="sqlite"), module=library, connect_args=arguments, json_serializer=to_json, **POOL
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL, busy_seconds: float) -> Engine:
    settings = {"lock_timeout": f"{round(busy_seconds * 1000)}", **PATIENCE}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": options, **LINE},
        json_serializer=to_jsonb,
        pool_pre_ping=True,  # a server may have gone away meanwhile; a file does not
        **SERVER_POOL,
    )


MAKERS = {"sqlite": _sqlite, "postgresql": _postgresql}


def _sqlite_library() -> ModuleType:
    """The library that the pysqlite3 package brings; Python's own where that package is not installed."""
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def refuse_old_library(version: tuple[int, ...]) -> None:
    """Raise StorageError for a SQLite library that may corrupt a database in WAL mode."""
    if version < FIXED_SQLITE:
        have, want = (".".join(map(str, numbers)) for numbers in (version, FIXED_SQLITE))
        raise StorageError(
            f"The SQLite library is {have}; releases before {want} can corrupt a database in WAL mode. "
            "Install the package pysqlite3, or set SURVEY_DATABASE_URL to a PostgreSQL database."
        )


def _make_private(path: Path) -> None:
    """Make the file, and the folder it stands in, for its owner alone; SQLite gives its journal the same rights."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise StorageError(
            f"The database {path} cannot be opened ({error.strerror}). Check the folder's rights and free space."
        ) from error


def _set_up(connection: Any, _record: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Take the write lock first: a transaction that reads and then writes can be refused halfway."""
    options = connection.get_execution_options()
    if not options.get(ALONE):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
