"""Tables as files: csv and xlsx as a sheet shows them, json as the contract of `survey tabulate` has it.

Each says whose answers it holds. In csv, which has no other place for it, that stands in rows of its own beneath the
table, whose code is _note: Excel shows them as lines below, and a program leaves them out with the other rows whose
code begins with _ (total, base, not answered). A file that went on alone would have lost a second file with notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_app.campaign.texts import Text
from survey_app.exporting.cells import Note
from survey_app.exporting.charts.points import Comparison
from survey_app.exporting.csv_file import write_csv
from survey_app.exporting.files import not_read_back, put_in_place, target
from survey_app.exporting.layout import Field, FieldKind, Part
from survey_app.exporting.words import SHEETS, TABS, say
from survey_app.exporting.workbook import Sheet, write_workbook
from survey_app.tabulation import Table, as_frame, as_text
from survey_app.tabulation.beside import BLOCK, beside, in_lines
from survey_app.tabulation.chance import differences
from survey_app.tabulation.wide import parts_of
from survey_app.tabulation.words import NOTE_CODE

Against = Comparison | None


def table_sheet(name: str, table: Table, language: str) -> Sheet:
    """The table on a sheet called `name`: its title above, its notes below."""
    notes = tuple(note.in_(language) for note in table.notes)
    part = _part(name, as_frame(table, language), _kinds(table), table.title, language)
    return Sheet(part, above=(table.title.in_(language),), below=notes)


def _part(name: str, frame: pd.DataFrame, kinds: list[FieldKind], title: Text, language: str) -> Part:
    fields = tuple(
        Field(str(number), kind, str(header))
        for number, (header, kind) in enumerate(zip(frame.columns, kinds, strict=True))
    )
    cells = {
        field.name: _column(frame.iloc[:, number].tolist(), field.kind) for number, field in enumerate(fields)
    }
    said = say(SHEETS["table"], language, label=title.in_(language))
    return Part.whole(name, fields, pd.DataFrame(cells, index=frame.index, dtype=object), said)


def _kinds(table: Table) -> list[FieldKind]:
    """Code and label, the figures with what stands beside them, then total and base."""
    figure = _figure_kind(table)
    each: list[FieldKind] = ["decimal" if part in ("n", "base") else figure for part in parts_of(table)]
    return ["text", "text", *each * len(table.columns), "decimal", "decimal"]


def _kinds_beside(table: Table) -> list[FieldKind]:
    """For each column the other figure, the difference, its ends and both marks; then the base."""
    block: list[FieldKind] = [*[_figure_kind(table)] * (BLOCK - 2), "text", "text"]
    return [*block * len(table.columns), "decimal"]


def _figure_kind(table: Table) -> FieldKind:
    return "percent" if table.is_share else "decimal"


def _column(cells: list[Any], kind: FieldKind) -> pd.Series:
    """Shares are floats and bases (the last cell) are int, in the same column too: that tells the workbook their
    formats."""
    if kind == "percent":
        cells = [float(cell) if isinstance(cell, int) else cell for cell in cells[:-1]] + cells[-1:]
    return pd.Series(cells, dtype=object)


def _csv(table: Table, path: Path, language: str, against: Against) -> list[Note]:
    frame, kinds = as_frame(table, language), _kinds(table)
    if against is not None:
        more = beside(table, against.table, against.names[1], language)
        frame = pd.concat([frame, more], axis=1)
        kinds = [*kinds, *_kinds_beside(table)]
    part = _part("table", _with_notes(frame, table, language), kinds, table.title, language)
    return write_csv(part, path, language)


def _with_notes(frame: pd.DataFrame, table: Table, language: str) -> pd.DataFrame:
    """The rows, and beneath them one for each note; labels may come twice, so nothing goes by them."""
    heads = list(frame.columns)
    blank = [None] * (len(heads) - 2)
    notes = [[NOTE_CODE, note.in_(language), *blank] for note in table.notes]
    return pd.DataFrame([*frame.to_numpy(dtype=object).tolist(), *notes], columns=heads, dtype=object)


def _xlsx(table: Table, path: Path, language: str, against: Against) -> list[Note]:
    tabs = {name: say(TABS[name], language) for name in ("table", "compared", "differences")}
    sheets = [table_sheet(tabs["table"], table, language)]
    if against is not None:
        sheets.append(table_sheet(tabs["compared"], against.table, language))
        sheets.append(_differences_sheet(tabs["differences"], table, against, language))
    return write_workbook(path, sheets, language)


def _differences_sheet(name: str, table: Table, against: Comparison, language: str) -> Sheet:
    frame = pd.concat(
        [as_frame(table, language).iloc[:, :2], beside(table, against.table, against.names[1], language)],
        axis=1,
    )
    kinds: list[FieldKind] = ["text", "text", *_kinds_beside(table)]
    title = " – ".join(each.in_(language) for each in against.names)
    return Sheet(_part(name, frame, kinds, table.title, language), above=(table.title.in_(language), title))


def _json(table: Table, path: Path, language: str, against: Against) -> list[Note]:
    held = table.to_json_dict(language) | ({} if against is None else _compared(table, against, language))
    text = json.dumps(held, ensure_ascii=True, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    if path.read_text(encoding="utf-8") != text + "\n":
        raise not_read_back(path)
    return []


def _compared(table: Table, against: Comparison, language: str) -> dict[str, Any]:
    """The other table, and cell by cell by how much the first differs from it (null: that cannot be said);
    `small` and `own_small`: whether the other figure stands on a small base, and the table's own."""
    found = differences(table, against.table)
    arrays = {"values": found.values, "low": found.low, "high": found.high}
    told: dict[str, Any] = {
        key: [[None if np.isnan(cell) else round(cell, 6) for cell in row] for row in array.tolist()]
        for key, array in arrays.items()
    }
    return {
        "names": [name.in_(language) for name in against.names],
        "compared": against.table.to_json_dict(language),
        "differences": told
        | {name: getattr(found, name).tolist() for name in ("beyond", "small", "own_small")},
    }


def _txt(table: Table, path: Path, language: str, against: Against) -> list[Note]:
    blocks = [as_text(table, language)]
    if against is not None:
        own, other = (name.in_(language) for name in against.names)
        blocks += [f"{other}\n\n{as_text(against.table, language)}"]
        blocks += [f"{own} – {other}\n\n{in_lines(table, against.table, language)}\n"]
    text = ("\n\n".join(blocks) + "\n").encode(errors="replace")  # as the screen shows half a surrogate pair
    path.write_bytes(text)
    if path.read_bytes() != text:
        raise not_read_back(path)
    return []


TABLE_FORMATS: dict[str, Callable[[Table, Path, str, Against], list[Note]]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
    "txt": _txt,
}
"""Extension to writer."""


def write_table(
    table: Table, extension: str, path: Path, language: str, against: Against = None
) -> list[Note]:
    """Write one table to `path`, with what it is compared with; gives what had to be changed.

    Raises SurveyError with words; then nothing changed.
    """
    target(path, extension, TABLE_FORMATS)
    with put_in_place(path.parent) as scratch:
        return TABLE_FORMATS[extension](table, scratch / path.name, language, against)
