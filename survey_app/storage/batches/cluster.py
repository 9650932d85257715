"""Counting on other machines: some of the parts that batches make are a task of Dask's, whose worker reads the files.

A warm part is counted in milliseconds, and a task costs a few before it begins: so each thread has one of many parts.

Imported only where there is a cluster. What goes over the wire is pickled: whoever can reach the scheduler or a worker
can run any program there.
"""

from __future__ import annotations

import asyncio
import hashlib
import platform
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from distributed import CancelledError, Client, Future, KilledWorker, get_worker, rpc
from distributed.protocol.pickle import dumps, loads

from survey_app.errors import StorageError
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.memory import Memory
from survey_app.storage.batches.reading import Batch
from survey_app.storage.batches.stretch import Reader, Stretch

R = TypeVar("R")
PATIENCE_SECONDS = 10
"""For the scheduler, and for a worker where there is none."""


class Piece(NamedTuple):
    """A batch as the worker is told of it: what its file says of itself, it reads there."""

    file: str
    rows: int
    gone: frozenset[str]


class Cluster:
    """The cluster whose scheduler is at `address`, such as tcp://10.0.0.5:8786. Safe to share between threads."""

    def __init__(self, address: str, folder: Folder) -> None:
        self._address = address
        self._folder = folder
        self._client: Client | None = None
        self._lock = threading.Lock()

    def count(self, count: Callable[[pd.DataFrame], R], stretches: Sequence[Stretch]) -> Iterator[R]:
        """What `count` gives for each part, in any order; begins at once.

        Raises StorageError where the scheduler cannot be reached, or workers cannot count here.
        """
        if not stretches:
            return iter(())
        with self._in_words():
            client = self._connected()
            path = str(self._folder.path.absolute())
            futures = [
                client.submit(
                    counted_there,
                    program(),
                    path,
                    _told(count, some),
                    workers=[worker],
                    allow_other_workers=True,
                    pure=False,
                )
                for worker, some in _shared_out(stretches, self._workers(client))
            ]
        return self._gathered(client, futures)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _connected(self) -> Client:
        with self._lock:
            if self._client is not None and self._client.status != "running":
                self._client.close()
                self._client = None
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Client:
        try:
            asyncio.run(_greet(self._address))  # a client that fails to connect cannot be closed either
            return Client(self._address, timeout=PATIENCE_SECONDS, set_as_default=False)
        except ValueError as error:
            raise StorageError(
                f"{self._address} (SURVEY_DASK_SCHEDULER) is no address. Write it like tcp://10.0.0.5:8786."
            ) from error

    def _workers(self, client: Client) -> dict[str, int]:
        """How many threads each address has. Waits a moment for the first one."""
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        known = client.scheduler_info(n_workers=-1)["workers"]
        return {address: about["nthreads"] for address, about in known.items()}

    def _gathered(self, client: Client, futures: Sequence[Future[list[R]]]) -> Iterator[R]:
        """The results one after the other. A task whose worker died is given to another one, by the scheduler."""
        for future in futures:
            with self._in_words():
                found = self._result(client, future)
            yield from found

    def _result(self, client: Client, future: Future[list[R]]) -> list[R]:
        """However long it takes, while there are workers."""
        while True:
            try:
                return future.result(timeout=PATIENCE_SECONDS)
            except TimeoutError:
                self._workers(client)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        named = f"the cluster {self._address} (SURVEY_DASK_SCHEDULER)"
        try:
            yield
        except TimeoutError as error:
            raise StorageError(
                f"There is no answer, or no worker, at {named}. See that `dask scheduler` runs there and at least one "
                "`dask worker` is connected to it, or leave the setting out to count in this process."
            ) from error
        except (OSError, CancelledError) as error:
            raise StorageError(
                f"There is no connection to {named}. See that `dask scheduler` runs at that address, or leave the "
                "setting out to count in this process."
            ) from error
        except ImportError as error:
            raise StorageError(
                f"A worker or the scheduler of {named} lacks a part of this program ({error.name}). Install the same "
                "release there, and restart them."
            ) from error
        except KilledWorker as error:
            raise StorageError(
                f"Workers of {named} ended again and again over the same part of the table. See their logs; they may "
                "have too little memory."
            ) from error


async def _greet(address: str) -> None:
    """Raises OSError where no scheduler answers, ValueError for what is no address."""
    async with rpc(address, timeout=PATIENCE_SECONDS) as scheduler:
        await scheduler.identity()


def _shared_out(
    stretches: Sequence[Stretch], workers: Mapping[str, int]
) -> Iterator[tuple[str, Sequence[Stretch]]]:
    """Who counts which: of each thread a share, always the same ones, which are in that worker's memory then."""
    threads = sorted(address for address, count in workers.items() for _ in range(count))
    for place, address in enumerate(threads[: len(stretches)]):
        yield address, stretches[place :: len(threads)]


def _told(count: Callable[[pd.DataFrame], R], stretches: Sequence[Stretch]) -> bytes:
    pieces = [[Piece(batch.file, batch.rows, batch.gone) for batch in each.batches] for each in stretches]
    return bytes(dumps((dumps(count), [replace(each, batches=()) for each in stretches], pieces)))


def counted_there(theirs: str, path: str, task: bytes) -> list[Any]:
    """Run by a worker: what the function in `task` gives for each of the parts that are told there.

    Raises StorageError where this is another version of the program, or the folder at `path` is not to be seen.
    """
    if program() != theirs:
        raise StorageError(
            f"The worker {_here()} runs another version than the program that counts: {program()} there, {theirs} "
            "here. Install the same on both, and restart the worker."
        )
    reader = _reader(path)
    if not Path(path).is_dir():
        raise StorageError(
            f"The worker {_here()} does not see the folder {path}. Mount it there under the same path, readable for "
            "the user that runs the worker."
        )
    written, stretches, pieces = loads(task)
    count = loads(written)
    return [
        count(replace(each, batches=tuple(_batch(reader.folder, piece) for piece in some)).part(reader))
        for each, some in zip(stretches, pieces, strict=True)
    ]


def _batch(folder: Folder, piece: Piece) -> Batch:
    about = folder.about(piece.file)
    if about is None:
        raise StorageError(
            f"The worker {_here()} cannot read {folder.place(piece.file)}. See that its folder is the one that the "
            "server writes to, and that the worker runs as the same user."
        )
    return Batch(0, piece.file, piece.rows, about, piece.gone)


@lru_cache(maxsize=4)
def _reader(path: str) -> Reader:
    """Of a worker; it has as many threads as its cores, so that one of them reads one file at a time."""
    return Reader(Folder(Path(path)), Memory(), threads=1)


def _here() -> str:
    return str(get_worker().address)


@lru_cache(maxsize=1)
def program() -> str:
    """What must be the same on both sides: Python, the libraries of tables, and every line of this package."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(f"{file.relative_to(package).as_posix()}\n".encode() + file.read_bytes())
    libraries = f"pandas {pd.__version__}, numpy {np.__version__}, pyarrow {pa.__version__}"
    return f"survey {digest.hexdigest()[:12]} (Python {platform.python_version()}, {libraries})"
