"""A connection that each thread keeps, for looks of one statement: taking one anew costs more than such a look."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Kept:
    """Connections of `engine`, one for each thread that looks. Only for a database that is a file, which does not go
    away; nothing may be written over them, and no transaction begun, so that every look sees what is there by now.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = threading.local()
        self._all: set[Connection] = set()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """This thread's connection; one with which something went wrong is not used again."""
        connection = getattr(self._own, "connection", None)
        if connection is None or connection.closed:
            connection = self._own.connection = self._engine.connect()
            self._all.add(connection)
        try:
            yield connection
        except BaseException:
            self._all.discard(connection)
            connection.close()
            raise

    def close(self) -> None:
        """Let go of all of them."""
        while self._all:
            self._all.pop().close()
