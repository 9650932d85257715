"""Many responses at once, by the quickest way that each database has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from survey_app.storage.tables import ResponseRow, insert_or_pass

FEW = 20
"""Rows up to which INSERT is quicker in PostgreSQL too: COPY needs a table to copy to."""
Row = Mapping[str, Any]


def insert_all(connection: Connection, rows: Sequence[Row]) -> int:
    """Insert `rows` into responses, passing over those that a unique key refuses; gives how many went in."""
    if len(rows) <= FEW:
        return _insert(connection, rows)
    return KINDS[connection.dialect.name](connection, sorted(rows, key=lambda row: row["id"]))


def _insert(connection: Connection, rows: Sequence[Row]) -> int:
    options = {"preserve_rowcount": True}
    return connection.execute(
        insert_or_pass(connection, ResponseRow), rows, execution_options=options
    ).rowcount


def _copy(connection: Connection, rows: Sequence[Row]) -> int:
    """COPY knows no ON CONFLICT: the rows come into a table of this transaction's own, and from there."""
    table = ResponseRow.__table__
    names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in rows[0])
    written = [_writer(connection, table.c[name].type) for name in rows[0]]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE responses) ON COMMIT DROP")
        cursor.execute("TRUNCATE incoming")
        with cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([write(value) for write, value in zip(written, row.values(), strict=True)])
        from_there = f"SELECT {names} FROM incoming ORDER BY id ON CONFLICT DO NOTHING"  # noqa: S608 (our own names)
        cursor.execute(f"INSERT INTO responses ({names}) {from_there}")
        return int(cursor.rowcount)


def _writer(connection: Connection, kind: Any) -> Callable[[Any], Any]:
    """How a value of that type is written, as SQLAlchemy writes it."""
    return kind.dialect_impl(connection.dialect).bind_processor(connection.dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


KINDS: dict[str, Callable[[Connection, Sequence[Row]], int]] = {"sqlite": _insert, "postgresql": _copy}
