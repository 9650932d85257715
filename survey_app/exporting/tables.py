"""Tables as files: csv and xlsx as a sheet shows them, json as the contract of `survey tabulate` has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from survey_app.exporting.cells import Note
from survey_app.exporting.csv_file import write_csv
from survey_app.exporting.files import not_read_back, put_in_place, target
from survey_app.exporting.layout import Field, FieldKind, Part
from survey_app.exporting.words import SHEETS, say
from survey_app.exporting.workbook import Sheet, write_workbook
from survey_app.tabulation import Table, as_frame, as_text


def table_sheet(name: str, table: Table, language: str) -> Sheet:
    """The table on a sheet called `name`: its title above, its notes below."""
    notes = tuple(note.in_(language) for note in table.notes)
    return Sheet(_part(name, table, language), above=(table.title.in_(language),), below=notes)


def _part(name: str, table: Table, language: str) -> Part:
    """Shares are floats and bases are int, in the same column too: that tells the workbook their formats."""
    frame = as_frame(table, language)
    kinds = _kinds(table, len(frame.columns))
    fields = tuple(
        Field(str(number), kind, str(header))
        for number, (header, kind) in enumerate(zip(frame.columns, kinds, strict=True))
    )
    cells = {field.name: _column(frame, number, field.kind) for number, field in enumerate(fields)}
    title = say(SHEETS["table"], language, label=table.title.in_(language))
    return Part.whole(name, fields, pd.DataFrame(cells, index=frame.index, dtype=object), title)


def _kinds(table: Table, count: int) -> list[FieldKind]:
    """Code and label, the figures, then total and base."""
    figures: FieldKind = "percent" if table.is_share else "decimal"
    return ["text", "text", *([figures] * (count - 4)), "decimal", "decimal"]


def _column(frame: pd.DataFrame, number: int, kind: FieldKind) -> pd.Series:
    cells = frame.iloc[:, number].tolist()
    if kind == "percent":
        cells = [float(cell) if isinstance(cell, int) else cell for cell in cells[:-1]] + cells[-1:]
    return pd.Series(cells, dtype=object)


def _csv(table: Table, path: Path, language: str) -> list[Note]:
    return write_csv(_part("table", table, language), path, language)


def _xlsx(table: Table, path: Path, language: str) -> list[Note]:
    return write_workbook(path, [table_sheet("table", table, language)], language)


def _json(table: Table, path: Path, language: str) -> list[Note]:
    text = json.dumps(table.to_json_dict(language), ensure_ascii=True, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    if path.read_text(encoding="utf-8") != text + "\n":
        raise not_read_back(path)
    return []


def _txt(table: Table, path: Path, language: str) -> list[Note]:
    text = f"{as_text(table, language)}\n".encode(
        errors="replace"
    )  # as the screen shows half a surrogate pair
    path.write_bytes(text)
    if path.read_bytes() != text:
        raise not_read_back(path)
    return []


TABLE_FORMATS: dict[str, Callable[[Table, Path, str], list[Note]]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
    "txt": _txt,
}
"""Extension to writer."""


def write_table(table: Table, extension: str, path: Path, language: str) -> list[Note]:
    """Write one table to `path`; gives what had to be changed. Raises SurveyError with words; then nothing changed."""
    target(path, extension, TABLE_FORMATS)
    with put_in_place(path.parent) as scratch:
        return TABLE_FORMATS[extension](table, scratch / path.name, language)
