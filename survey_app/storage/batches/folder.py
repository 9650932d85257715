"""The folder of batches: files written whole or not at all, one fold at a time, none taken away from a reader."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BufferedRandom, BytesIO
from pathlib import Path
from typing import IO
from uuid import uuid4
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq

from survey_app.errors import StorageError
from survey_app.storage.batches.fields import About
from survey_app.storage.sealedfiles import settle, words

ENDING = ".parquet"
UNFINISHED = ".part"
FOLDING = "folding.lock"
READING = "reading.lock"
ABOUT = b"survey"
"""Under which a file has what it says of itself."""
PATIENCE_SECONDS = 3600
"""A file without a row goes as soon as nobody reads; after so long also where somebody seems to."""
UNREADABLE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError)


class Damaged(StorageError):
    """A file is not as it was written. `file`: its name."""

    def __init__(self, words: str, file: str) -> None:
        super().__init__(words)
        self.file = file


class Folder:
    """The files of batches in `path`, which is made when the first one comes; readable for this user alone.

    Without a path there are none. A file that turned out damaged is passed over, until a fold has written it anew.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._damaged: set[str] = set()

    @property
    def is_there(self) -> bool:
        """Whether there is a place for files at all."""
        return self._path is not None

    @property
    def path(self) -> Path:
        """The folder. Raises StorageError where there is none."""
        if self._path is None:
            raise StorageError("This database was opened without a folder for batches, so there are none.")
        return self._path

    def place(self, name: str) -> Path:
        """Where the file of that name is."""
        return self.path / f"{name}{ENDING}"

    def write(self, table: pa.Table, about: About) -> tuple[str, str]:
        """Keep a file; gives its random name and its SHA-256. When this returns, it is on the disk."""
        name = uuid4().hex
        unfinished = self.place(name).with_suffix(UNFINISHED)
        try:
            self._make()
            with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                digest = _write(file, table, about)
            unfinished.replace(self.place(name))
            settle(self.path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise StorageError(words(error)) from error
        return name, digest

    def about(self, name: str) -> About | None:
        """What the file says of itself; None where it is not there, cannot be read or is damaged."""
        if name in self._damaged:
            return None
        try:
            return _known(self.place(name))[1] if self.place(name).exists() else None
        except UNREADABLE:
            return None

    def read(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Those columns of a file. Raises Damaged where they are not as they were written, or are gone."""
        try:
            metadata, _ = _known(self.place(name))
            with pq.ParquetFile(
                self.place(name), metadata=metadata, memory_map=True, page_checksum_verification=True
            ) as file:
                return _selected(file, columns)
        except UNREADABLE as error:
            raise Damaged(
                f"{self.place(name)} cannot be read. Ask again; if it stays so, run `survey frames rebuild`.",
                name,
            ) from error

    def pass_over(self, name: str) -> None:
        """Read nothing from that file any more."""
        self._damaged.add(name)

    def digest(self, name: str) -> str | None:
        """The file's SHA-256; None where it cannot be read."""
        try:
            with self.place(name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None

    @contextmanager
    def folding(self, *, wait: bool) -> Iterator[bool]:
        """Alone among the processes that fold here, until they end, however they end; False where another one is, or
        where there is no folder.
        """
        if not self.is_there:
            yield False
            return
        self._make()
        with os.fdopen(self._lockable(FOLDING), "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def stay(self, reader: object) -> None:
        """Take no file away that is there now, while `reader` lives."""
        if not self.is_there or not self.path.is_dir():
            return
        file = self._lockable(READING)
        weakref.finalize(reader, os.close, file)
        fcntl.flock(file, fcntl.LOCK_SH)

    def retire(self, name: str) -> None:
        """Note that another file stands for this one from now on."""
        with contextlib.suppress(OSError):  # it may be what is being mended that it is not there
            os.utime(self.place(name))

    def sweep(self, known: Collection[str]) -> int:
        """Remove the files that are not among `known`: half-written ones, and those that newer ones replaced."""
        self._make()
        removed = 0
        with os.fdopen(self._lockable(READING), "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                before = float("inf")
            except BlockingIOError:
                before = time.time() - PATIENCE_SECONDS
            for place in (*self.path.glob(f"*{ENDING}"), *self.path.glob(f"*{UNFINISHED}")):
                if place.stem not in known and place.stat().st_mtime < before:
                    place.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _lockable(self, name: str) -> int:
        """A descriptor of a file that processes lock. Raises StorageError where it cannot be written."""
        try:
            return os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageError(
                f"{self.path / name} cannot be opened for writing ({error.strerror}). Who reads files in this folder "
                f"locks them: run the command as a user who may write to {self.path}, on a disk that can be written to."
            ) from error

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {self.path} cannot be made ({error.strerror}). See that its place can be written to."
            ) from error


def packed(table: pa.Table) -> bytes:
    """The table as it would stand in a file."""
    file = BytesIO()
    _pack(table, file)
    return file.getvalue()


def read_packed(content: bytes, columns: Sequence[str]) -> pa.Table:
    """Those columns of a packed table."""
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        return _selected(file, columns)


def _selected(file: pq.ParquetFile, columns: Sequence[str]) -> pa.Table:
    found = file.read([_written(each) for each in columns], use_threads=False)
    return found.select([_written(each) for each in columns]).rename_columns(list(columns))


def _write(file: BufferedRandom, table: pa.Table, about: About) -> str:
    """Onto the disk; gives the SHA-256."""
    _pack(table, file, {ABOUT: _with_sum(about.to_json().encode())})
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(table: pa.Table, file: IO[bytes], about: Mapping[bytes, bytes] | None = None) -> None:
    described = table.rename_columns(list(map(_written, table.column_names))).replace_schema_metadata(about)
    rows = max(len(table), 1)
    pq.write_table(
        described,
        file,
        compression="zstd",
        row_group_size=rows,
        write_statistics=False,
        write_page_checksum=True,
    )


def _written(name: str) -> str:
    """A column's name in the file, where a dot would lead into it."""
    return name.replace("%", "%25").replace(".", "%2E")


@lru_cache(maxsize=4096)
def _known(place: Path) -> tuple[pq.FileMetaData, About]:
    """Where its columns are, and what it says of itself: files never change, so each is asked once.

    Raises one of UNREADABLE.
    """
    metadata = pq.read_metadata(place)
    return metadata, About.read(_without_sum(metadata.metadata[ABOUT]))


def _with_sum(content: bytes) -> bytes:
    """With a checksum before it: pages have one of their own, what stands beside them has none."""
    return b"%08x" % crc32(content) + content


def _without_sum(content: bytes) -> bytes:
    """The content again; raises ValueError where it is another one."""
    if content != _with_sum(content[8:]):
        raise ValueError("not as it was written")
    return content[8:]
