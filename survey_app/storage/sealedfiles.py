"""A folder of sealed files under random names, readable for the program's own user alone."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from survey_app.errors import StorageError
from survey_app.storage import failures

NAME = re.compile(r"[0-9a-f]{32}")
ENDING = ".age"
UNFINISHED = ".part"
SETTLED_SECONDS = 3600
"""A file without a row that is older than this belongs to nobody; a younger one may be about to get its row."""
NO_TIME = (0, 0)
"""The times of a file whose time of coming was forgotten."""


class SealedFiles:
    """The files in `folder`, which is made when the first one comes; without a folder none is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder. Raises StorageError where there is none."""
        if self._folder is None:
            raise StorageError("This database was opened without a folder for files, so none can be kept.")
        return self._folder

    def place(self, name: str) -> Path:
        """Where the file of that name is. Raises ValueError for what is no name of a file here."""
        if not NAME.fullmatch(name):
            raise ValueError("a sealed file's name is 32 hexadecimal digits")
        return self.folder / f"{name}{ENDING}"

    def write(self, name: str, sealed: bytes) -> None:
        """Keep a file; when this returns, it is on the disk. Raises StorageError; then what was there still is."""
        place = self.place(name)
        unfinished = place.with_suffix(UNFINISHED)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(place)
            settle(self.folder)
        except OSError as error:
            _remove(unfinished)
            raise StorageError(words(error)) from error

    def read(self, name: str) -> bytes:
        """A file as it is kept, sealed. Raises StorageError where it cannot be read."""
        try:
            return self.place(name).read_bytes()
        except OSError as error:
            raise StorageError(
                f"{self.place(name)} cannot be read ({error.strerror}). Restore it from a backup."
            ) from error

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; what is not there, or cannot be removed now, is left to the next sweep."""
        for name in names if self._folder else ():
            for place in (self.place(name), self.place(name).with_suffix(UNFINISHED)):
                _remove(place)

    def sweep(self, known: Collection[str]) -> int:
        """Remove files that have no row, whose names are not in `known`; gives how many.

        Of the others it forgets when they came: each that is new since the last sweep is written anew, in order of the
        random names, and dated 1970.
        """
        removed = 0
        places = sorted(self.folder.glob("*")) if self._folder and self._folder.is_dir() else []
        for place in places:
            try:
                changed = place.stat().st_mtime
                if place.suffix == ENDING and place.stem in known:
                    if changed != NO_TIME[0]:
                        self._forget_time(place)
                elif changed < time.time() - SETTLED_SECONDS:
                    removed += _remove(place)
            except (
                OSError,
                StorageError,
            ):  # removed meanwhile, or not ours to read: the next sweep sees it again
                continue
        return removed

    def _forget_time(self, place: Path) -> None:
        self.write(place.stem, place.read_bytes())
        os.utime(place, NO_TIME)


def settle(folder: Path) -> None:
    """Make the folder's own entries safe against a loss of power, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(place: Path) -> bool:
    try:
        place.unlink()
    except OSError:
        return False
    return True


def words(error: OSError) -> str:
    """What a disk refused, for a person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return failures.FULL
    return f"The file could not be kept ({error.strerror}). See that its folder can be written to, then try again."
