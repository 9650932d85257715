"""Excel workbooks, .xlsx and .xls: looked over before they are opened, then read row by row."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from survey_app import apart
from survey_app.campaign.reports import listed, suggestion
from survey_app.errors import SurveyError
from survey_app.formulas import arm
from survey_app.importing.cells import Cell, Record, shown
from survey_app.importing.mapping import Mapping
from survey_app.importing.sheet import Sheet

MEMBERS = 5_000
UNPACKED = 1_000_000_000
"""Bytes that all parts of a workbook may have together."""
RATIO = 300
"""How many times larger than packed a part of more than a megabyte may be; tables of few words reach 60."""
CELLS = 30_000_000
"""Cells of the rectangle that a sheet fills: a lone cell far out makes every cell before it."""
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LOCKED = "is protected with a password. Open it, take the password off, save it and import it again."
BROKEN = "is broken or no Excel workbook. Open it in Excel, save it as .xlsx and import it again."
BLOCK = 1 << 20
UNPACKING = Path(__file__).with_name("unpacking.py")
MEMORY = 3_000_000_000
"""Bytes that unpacking may take, several times what the largest table that is let in needs."""
SECONDS = 120
"""Of work on one workbook."""


@dataclass
class _Extent:
    """How far a sheet reaches, and cells whose value is not what a person sees."""

    rows: int = 0
    columns: int = 0
    formulas: int = 0
    unstored: int = 0
    errors: int = 0
    open_formula: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._leave_cell()
            self._reach(attributes.get("r", ""))
            self.errors += attributes.get("t") == "e"
        elif tag == "f":
            self.formulas += 1
            self.open_formula = True
        elif tag == "v":
            self.open_formula = False
        elif tag == "row":
            self._leave_cell()
            self.rows = max(self.rows + 1, int(attributes.get("r", "0") or 0))

    def _leave_cell(self) -> None:
        self.unstored += self.open_formula
        self.open_formula = False

    def _reach(self, place: str) -> None:
        found = _PLACE.fullmatch(place)
        if not found:
            self.columns += 1
            return
        column = 0
        for sign in found[1]:
            column = column * 26 + ord(sign) - ord("A") + 1
        self.columns, self.rows = max(self.columns, column), max(self.rows, int(found[2]))

    def notes(self) -> Iterator[str]:
        """What a person should know of formulas."""
        if self.formulas - self.unstored:
            count = self.formulas - self.unstored
            yield f"{count} cells hold formulas; the results stored with them were read."
        if self.unstored:
            yield (
                f"{self.unstored} formulas have no stored result and read as blank: open the file in Excel, "
                "save it and import it again."
            )
        if self.errors:
            yield f"{self.errors} cells show an error such as #DIV/0! and read as blank."


@dataclass
class _Look:
    """What a look at an .xlsx before opening it finds."""

    path: Path
    extents: list[_Extent] = field(default_factory=list)

    def over(self) -> None:
        """Raise SurveyError for what must not be opened."""
        try:
            with zipfile.ZipFile(self.path) as packed:
                self._directory(packed.infolist())
                for member in packed.infolist():
                    if member.filename.lower().endswith(".xml"):
                        self._sheet(packed, member)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            encrypted = "encrypted" in str(error)
            raise SurveyError(f"{self.path.name} {LOCKED if encrypted else BROKEN}") from error
        except (expat.ExpatError, ValueError) as error:
            raise SurveyError(f"{self.path.name} {BROKEN}") from error

    def _directory(self, members: list[zipfile.ZipInfo]) -> None:
        names = {member.filename for member in members}
        if "xl/workbook.xml" not in names:
            raise SurveyError(
                f"{self.path.name} is a packed file but no .xlsx workbook. Save it as .xlsx and import it again."
            )
        unpacked = sum(member.file_size for member in members)
        swollen = [m for m in members if m.file_size > BLOCK and m.file_size > RATIO * m.compress_size]
        if len(members) > MEMBERS or unpacked > UNPACKED or swollen:
            raise SurveyError(
                f"{self.path.name} unpacks to {unpacked // 1_000_000} MB in {len(members)} parts, more than an "
                "honest table needs. Copy its answers into a new workbook, or save them as CSV."
            )

    def _sheet(self, packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        extent = _Extent()
        parser = expat.ParserCreate()
        parser.StartElementHandler = extent.start
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with packed.open(member) as part:
            while block := part.read(BLOCK):
                parser.Parse(block)
                if extent.rows * extent.columns > CELLS:
                    raise SurveyError(
                        f"A sheet of {self.path.name} reaches over {extent.rows} rows and {extent.columns} columns, "
                        f"more than {CELLS:,} cells. Delete what stands far out, or save the answers as CSV."
                    )
        self.extents.append(extent)

    def notes(self) -> tuple[str, ...]:
        """What a person should know, for all sheets together."""
        total = _Extent()
        for extent in self.extents:
            total.formulas += extent.formulas
            total.unstored += extent.unstored + extent.open_formula
            total.errors += extent.errors
        return tuple(total.notes())


def _refuse_doctype(*_: Any) -> None:
    raise ValueError("a document type has no place in a workbook")


def read_xlsx(path: Path, mapping: Mapping) -> Sheet:
    """The wanted sheet of an .xlsx workbook. Raises SurveyError with words where it cannot or must not be opened."""
    look = _Look(path)
    look.over()
    return _read(path, mapping, "Excel workbook (.xlsx)", look.notes())


def read_xls(path: Path, mapping: Mapping) -> Sheet:
    """The wanted sheet of an .xls workbook. Raises SurveyError with words where it cannot be opened."""
    return _read(path, mapping, "Excel workbook of before 2007 (.xls)", ())


def _read(path: Path, mapping: Mapping, kind: str, notes: tuple[str, ...]) -> Sheet:
    lines = _unpacked(path, mapping.rules.sheet)
    try:
        return _sheet_of(lines, path, mapping, kind, notes)
    except BaseException:
        lines.close()
        raise


def _sheet_of(
    lines: Generator[str], path: Path, mapping: Mapping, kind: str, notes: tuple[str, ...]
) -> Sheet:
    about = json.loads(next(lines, "") or "{}")
    if "names" not in about:
        raise SurveyError(f"{path.name} {LOCKED if about.get('error') == 'locked' else BROKEN}")
    if "sheet" not in about:
        _no_sheet(mapping, about["names"])
    header = mapping.rules.header_row - 1
    if any(top <= header <= bottom and right > left for (top, left), (bottom, right) in about["merged"]):
        notes += (
            "The header has merged cells: only the first column of each has its words. Name the others by number.",
        )
    found = f"{kind}, sheet {shown(about['sheet'])}"
    return Sheet.of(_records(lines, about["left"]), mapping, found, about["height"], notes)


def _no_sheet(mapping: Mapping, names: list[str]) -> None:
    sheet = mapping.rules.sheet
    cure = f"sheets: {listed(names) or 'none'}"
    if isinstance(sheet, str):
        mapping.mistake(("sheet",), f"there is no sheet {sheet}", suggestion(sheet, names, cure))
    else:
        mapping.mistake(("sheet",), f"there is no sheet number {sheet or 1}", cure)
    mapping.stop_at_mistakes()


def _unpacked(path: Path, sheet: str | int | None) -> Generator[str]:
    """The lines that unpacking.py writes, from a process of its own; none, or too few, where it came to its end.

    Raises SurveyError where that end was no good one.
    """
    with apart.start(UNPACKING, str(path), json.dumps(sheet), memory=MEMORY, seconds=SECONDS) as process:
        try:
            yield from (line.decode("ascii") for line in process.stdout or ())
            if process.wait() != 0:
                raise SurveyError(f"{path.name} {BROKEN}")
        finally:
            process.kill()


_CELLS: dict[str, Callable[[Any], Cell]] = {
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def _cell(found: dict[str, Any]) -> Cell:
    name, value = next(iter(found.items()))
    return _CELLS[name](value)


def _records(lines: Generator[str], left: int) -> Generator[Record]:
    """Every row from the first of the sheet, blank ones and `left` blank columns included."""
    blank: list[Cell] = [""] * left
    read = json.JSONDecoder(object_hook=_cell).decode
    with closing(lines):
        for number, line in enumerate(lines, start=1):
            cells = read(line.rstrip())
            yield Record(number, blank + [arm(cell) if isinstance(cell, str) else cell for cell in cells])
