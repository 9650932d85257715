"""The rows that could not be imported, in a file beside their source, to be mended and imported again."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from survey_app.formulas import disarm
from survey_app.importing.cells import Cell, Record, text_of
from survey_app.importing.mapping import Mapping, Skip
from survey_app.importing.plan import BAD_ROW, WHY

_NUMBER = re.compile(r"[+-]?[\d.,]+%?")
_ENDING = re.compile(r"\.bad(?:-\d+)?$")
NAMES = 1000


class BadRows:
    """Collects bad rows, out of memory; `place` puts them where a person finds them.

    Every original cell stands where it stood. Text that a spreadsheet could run has an apostrophe before it, which
    is taken off again when the file is imported. Two columns more say why, and which row of the source it is.
    """

    def __init__(self, header: Sequence[str]) -> None:
        self.kept = [index for index, words in enumerate(header) if words not in (WHY, BAD_ROW)]
        self.width = len(header)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed when this object is left)
        self.text = io.TextIOWrapper(self.file, "utf-8-sig", errors="replace", newline="", write_through=True)
        self.writer = csv.writer(self.text)
        self.writer.writerow([*(disarm(header[index]) for index in self.kept), WHY, BAD_ROW])
        self.count = 0

    def __enter__(self) -> BadRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.text.close()

    def add(self, record: Record, why: Sequence[str], name: str) -> None:
        """Keep a row, the reasons why it is bad, and the name by which it is known when it comes back."""
        cells = record.cells
        own = [_cell(cells[index]) if index < len(cells) else "" for index in self.kept]
        beyond = [_cell(cell) for cell in cells[self.width :]]
        self.writer.writerow([*own, disarm("; ".join(why)), name, *beyond])
        self.count += 1

    def place(self, source: Path) -> Path:
        """Write the file beside `source` under a name that is free, or that holds the very same rows already.

        Raises OSError where it cannot be written.
        """
        stem = _ENDING.sub("", source.stem)
        for number in range(1, NAMES):
            target = source.with_name(f"{stem}.bad{'' if number == 1 else f'-{number}'}.csv")
            self.file.seek(0)
            if not target.exists():
                with target.open("xb") as written:
                    shutil.copyfileobj(self.file, written)
                return target
            if not target.samefile(source) and target.read_bytes() == self.file.read():
                return target
        raise FileExistsError(f"{NAMES} files of bad rows are there already")


def _cell(cell: Cell) -> str:
    text = text_of(cell)
    return text if _NUMBER.fullmatch(text) else disarm(text)


def as_written(path: Path, mapping: Mapping) -> Mapping:
    """The mapping for a file of bad rows: its columns are the source's, but it is always written in one way."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            first = file.readline(1_000_000)
    except (OSError, ValueError):
        return mapping
    if BAD_ROW not in first:
        return mapping
    plainly = {
        "encoding": None,
        "delimiter": None,
        "sheet": None,
        "header_row": 1,
        "skip": Skip(where=mapping.rules.skip.where),
    }
    return replace(mapping, rules=mapping.rules.model_copy(update=plainly))
