"""Comma-separated values: UTF-8 with a byte order mark, so that Excel reads Chinese; texts quoted, numbers not."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from survey_app.exporting.cells import CSV, Fitting, Note
from survey_app.exporting.layout import Part
from survey_app.exporting.readback import Cell, Print, compare, reading_back
from survey_app.exporting.rows import chunks, header_of

# Every text is quoted: a program that also splits at semicolons would else find a formula inside an answer.
_QUOTING: Final = csv.QUOTE_NONNUMERIC


def write_csv(part: Part, path: Path, language: str) -> list[Note]:
    """Write `part` to `path` and read it back; gives what had to be changed."""
    fitting = Fitting(CSV, language)
    meant = Print(header_of(part, fitting))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=_QUOTING)
        writer.writerow(meant.header)
        for rows in chunks(part, fitting):
            writer.writerows(rows)
            meant.add(_texts(rows))
    with reading_back(path):
        compare(path, meant, _read(path))
    return fitting.notes


def _texts(rows: Iterable[tuple[Cell, ...]]) -> Iterable[list[str]]:
    return (["" if cell is None else str(cell) for cell in row] for row in rows)


def _read(path: Path) -> Print:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        found = Print(next(lines, []))
        found.add(lines)
    return found
