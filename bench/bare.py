"""The floor under the pages: a bare Flask view that stores one JSON row durably, on the same web server."""

from __future__ import annotations

import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, request
from pysqlite3 import dbapi2

MADE = "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, content TEXT NOT NULL)"


def bare(database: Path) -> Flask:
    """The view, at `/`; what is acknowledged is on the disk."""
    app, own = Flask("bare"), threading.local()

    def connection() -> Any:
        if not hasattr(own, "connection"):
            own.connection = dbapi2.connect(str(database), isolation_level=None, timeout=20)
            for each in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", MADE):
                own.connection.execute(each).close()
        return own.connection

    @app.post("/")
    def keep() -> str:
        content = json.dumps(request.form.to_dict(flat=False))
        connection().execute("INSERT INTO kept (content) VALUES (?)", (content,))
        return "ok\n"

    return app


if __name__ == "__main__":
    port, folder, threads = sys.argv[1:]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(
        bare(Path(folder) / "bare.sqlite3"), host="127.0.0.1", port=int(port), threads=int(threads)
    )
