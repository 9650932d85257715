"""A file is believed when it was read back: same header, same number of rows, same cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.errors import SurveyError
from survey_app.exporting.files import not_read_back

BETWEEN, END = "\x1f", "\x1e"
"""Between the cells of a row, and after it, where its digest is made."""
Cell = str | int | float | None


def written(cell: Cell) -> str:
    """A cell in the one form in which what was meant and what was read are compared."""
    if cell is None:
        return ""
    return repr(float(cell)) if isinstance(cell, int | float) else cell


def bytes_of(texts: pa.Array) -> memoryview:
    """What the large binaries of an array hold, one after the other."""
    _, offsets, content = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(content)[places[0] : places[-1]] if content is not None else memoryview(b"")


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
            self._digest.update(f"{BETWEEN.join(row)}{END}".encode("utf-8", "surrogatepass"))

    def add_bytes(self, rows: int, content: memoryview) -> None:
        """Take in the next rows, whose cells stand in `content` with BETWEEN between them and END after each row."""
        self.rows += rows
        self._digest.update(content)

    def add_columns(self, columns: Sequence[pa.Array]) -> None:
        """Take in the next rows, cells as large binaries column by column."""
        kind = pa.large_binary()
        if len(columns) and len(columns[0]):
            rows = pc.binary_join_element_wise(*columns, pa.scalar(BETWEEN.encode(), kind))
            ended = pc.binary_join_element_wise(rows, pa.scalar(b"", kind), pa.scalar(END.encode(), kind))
            self.add_bytes(len(rows), bytes_of(ended))

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
