"""A file is believed when it was read back: same header, same number of rows, same cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.errors import SurveyError
from survey_app.exporting.files import not_read_back

Cell = str | int | float | None


def written(cell: Cell) -> str:
    """A cell in the one form in which what was meant and what was read are compared."""
    if cell is None:
        return ""
    return repr(float(cell)) if isinstance(cell, int | float) else cell


@dataclass
class Print:
    """The fingerprint of a table: its header, how many rows, and a digest of every cell in order."""

    header: Sequence[str]
    rows: int = 0
    _digest: hashlib.blake2b = field(default_factory=hashlib.blake2b)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Take in the next rows, each cell as `written` gives it."""
        for row in rows:
            self.rows += 1
            self._digest.update("\x1f".join(row).encode("utf-8", "surrogatepass") + b"\x1e")

    def difference(self, other: Print) -> str | None:
        """What `other` has that this has not, in words; None when they are the same."""
        if list(self.header) != list(other.header):
            return f"its header has {len(other.header)} columns that read differently from the {len(self.header)} meant"
        if self.rows != other.rows:
            return f"it has {other.rows} rows instead of {self.rows}"
        return (
            None if self._digest.digest() == other._digest.digest() else "some of its cells read differently"
        )


@contextmanager
def reading_back(path: Path) -> Iterator[None]:
    """Whatever a reader says of a broken file becomes NotWritten; each library has errors of its own."""
    try:
        yield
    except (OSError, SurveyError):
        raise
    except Exception as error:
        raise not_read_back(path, str(error)) from error


def compare(path: Path, meant: Print, found: Print) -> None:
    """Raise NotWritten when the file at `path` does not hold what was meant."""
    difference = meant.difference(found)
    if difference:
        raise not_read_back(path, difference)
