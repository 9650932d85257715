"""Files appear whole or not at all: written beside their place, read back, then renamed into it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from survey_app.campaign.campaign import Campaign
from survey_app.errors import SurveyError


class NotWritten(SurveyError):
    """No file was made; a file of that name that was there before is unchanged."""

    status = 503


class NotAPlace(SurveyError):
    """No file can be made at this path; another path is the cure."""


def not_read_back(path: Path, difference: str = "its content differs") -> NotWritten:
    """The error of a file that does not hold what was written."""
    return NotWritten(
        f"{path.name} was written but did not read back: {difference}. Nothing was changed; try again, "
        "and if it stays so, check the disk."
    )


CURES = {
    errno.ENOSPC: "the disk is full: make room, or write to another disk",
    errno.EDQUOT: "your quota on this disk is used up: make room, or write to another disk",
    errno.EROFS: "the disk is read-only: write to another one",
    errno.EACCES: "writing there is not allowed: choose another folder, or ask for the right",
    errno.EPERM: "writing there is not allowed: choose another folder, or ask for the right",
    errno.ENAMETOOLONG: "the file's name is too long: choose a shorter one",
    errno.EIO: "the disk reports an error: write to another one",
    errno.EFBIG: "the file would be larger than this disk allows: write to another one",
}
"""What to do, by the number of the operating system's error."""


def file_name(campaign: Campaign, questionnaire: str, extension: str, day: date) -> str:
    """The name of an export, in ASCII, as in `sichuan-2021_driver_2021-06-30.xlsx`."""
    return f"{campaign.name}_{questionnaire}_{day.isoformat()}.{extension}"


def target(path: Path, extension: str, extensions: Collection[str]) -> Path:
    """`path` where a file of `extension` can be made; raises NotAPlace with words where it cannot."""
    if extension not in extensions:
        raise NotAPlace(f"there is no format '{extension}': choose one of {', '.join(extensions)}")
    if not path.name or not _can_be_named(path):
        raise NotAPlace(f"{str(path)!r} is no name for a file")
    if _is_folder(path):
        raise NotAPlace(f"{path} is a folder: name a file in it, as in {path / f'export.{extension}'}")
    written = path.suffix[1:].lower()
    if written != extension and written in extensions:
        raise NotAPlace(
            f"{path} ends like a {written} file, but {extension} was asked for: change one of them"
        )
    if not path.parent.is_dir():
        raise NotAPlace(f"there is no folder {path.parent}: make it, or choose another one")
    return path


def _can_be_named(path: Path) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise NotWritten(_words(path.parent, error)) from error


@contextmanager
def put_in_place(folder: Path) -> Iterator[Path]:
    """A new folder inside `folder`; what is in it at the end moves up into `folder`, and it goes.

    When anything fails, nothing has moved. An error of the operating system becomes NotWritten with a cure.
    """
    try:
        with _scratch(folder) as scratch:
            yield scratch
            made = sorted(scratch.iterdir())
            for path in made:
                if (folder / path.name).is_dir():
                    raise NotAPlace(
                        f"{folder / path.name} is a folder, and a file of that name is to be written"
                    )
                _flush(path)
            for path in made:
                path.replace(folder / path.name)
            _flush(folder)
    except OSError as error:
        raise NotWritten(_words(folder, error)) from error


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _flush(path: Path) -> None:
    """Wait until the disk has it: a rename must not arrive before the content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _words(folder: Path, error: OSError) -> str:
    cure = CURES.get(error.errno or 0, f"{error.strerror or error}: write to another folder")
    return f"the export could not be written to {folder}: {cure}. Nothing was changed."
