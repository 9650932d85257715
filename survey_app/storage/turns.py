"""Whose turn it is to write, where a database has one writer at a time."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from survey_app.errors import StorageError
from survey_app.storage.failures import BUSY


class Turn(AbstractContextManager[None]):
    """The turn to write among the threads of this process; one waits for it at most so many seconds (StorageError).

    SQLite has one writer at a time, and lets the others try again after longer and longer whiles, so that an unlucky
    one waits for seconds while others come and go. Here each is let in as soon as the one before is done.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self.seconds):
            raise StorageError(BUSY)

    def __exit__(self, *_: object) -> None:
        self._lock.release()
