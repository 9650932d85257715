"""JSON Lines: one object per row, with the export's columns as keys; no answer is null."""

from __future__ import annotations

import json
from pathlib import Path

from survey_app.exporting.cells import EXACT, Fitting, Note
from survey_app.exporting.layout import Part
from survey_app.exporting.readback import Print, compare, reading_back
from survey_app.exporting.rows import chunks, header_of


def write_jsonl(part: Part, path: Path, language: str) -> list[Note]:
    """Write `part` to `path` and read it back; gives what had to be changed."""
    fitting = Fitting(EXACT, language)
    meant = Print(header_of(part, fitting))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for rows in chunks(part, fitting):
            lines = [_line(dict(zip(meant.header, row, strict=True))) for row in rows]
            file.writelines(f"{line}\n" for line in lines)
            meant.add([line] for line in lines)
    with reading_back(path):
        compare(path, meant, _read(path, meant))
    return fitting.notes


def _line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _read(path: Path, meant: Print) -> Print:
    """An empty file has no header to read; else it is the keys of the first line."""
    found = Print(meant.header)
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file):
            row = json.loads(line)
            if number == 0:
                found.header = list(row)
            found.add([[_line(row)]])
    return found
