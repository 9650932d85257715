"""Workbooks for Excel, LibreOffice and WPS: texts stay texts, numbers numbers, and nothing is a formula."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from survey_app.errors import SurveyError
from survey_app.exporting.cells import XLSX, Fitting, Note, Place
from survey_app.exporting.layout import FieldKind, Part, of_texts
from survey_app.exporting.readback import Cell, Print, compare, reading_back, written
from survey_app.exporting.rows import chunks, header_of
from survey_app.exporting.sheets import rows_of
from survey_app.exporting.tabs import header_lines, header_width, lines_of, tab_names, widths_of
from survey_app.exporting.words import SHEETS, say

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
FIRST_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; days before it are written as text."""
TEXTS_KEPT = 4_096
"""Different texts that are escaped once a sheet: codes, states and labels come again in each row."""
FITS_PAGE = 20
"""Columns that are still legible when a page holds them side by side."""
LINE_HEIGHT = 15
NARROWEST, WIDEST, WIDEST_PROSE = 8, 50, 100
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS: dict[FieldKind, str] = {
    "flag": "0",
    "place": "0",
    "integer": "0",
    "decimal": "General",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "time": "hh:mm",
}
"""Number formats; every other kind is text (@), so that a code edited in Excel stays what it is."""


@dataclass(frozen=True)
class Sheet:
    """A part on its sheet, whose tab is called `tab` (empty: as the part), with lines of words above and below it.

    `prose`: long cells wrap, to be read.
    """

    part: Part
    tab: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    prose: bool = False


_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
Front = Callable[[Sequence[tuple[str, str]], int], Part]
"""Makes the front sheet from the other tabs, each with what it holds, and the number of cells that were changed."""


def write_workbook(
    path: Path,
    sheets: Sequence[Sheet],
    language: str,
    front: Front | None = None,
    earlier: Sequence[Note] = (),
) -> list[Note]:
    """Write the sheets in order to `path`, read them back, and give what had to be changed.

    `earlier` are the notes of files written before, which the sheet of notes lists too.
    Raises SurveyError where a part has more rows or columns than a sheet.
    """
    for sheet in sheets:
        _fits(sheet)
    with tempfile.TemporaryDirectory(prefix="sheets-", dir=path.parent) as scratch:
        filling = _Filling(
            Workbook(path, OPTIONS | {"tmpdir": scratch}), Fitting(XLSX, language, [*earlier]), language
        )
        try:
            filling.fill(sheets, front)
            filling.book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            filling.abandon()
    with reading_back(path):
        _read_back(path, filling.meant)
    return filling.fitting.notes


def _fits(sheet: Sheet) -> None:
    rows = len(sheet.part) + 1 + len(sheet.above) + len(sheet.below)
    columns = len(sheet.part.fields)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise SurveyError(
            f"'{sheet.part.name}' has {rows:,} rows and {columns:,} columns, and a sheet of a workbook holds "
            f"{MOST_ROWS:,} and {MOST_COLUMNS:,}: export csv or parquet instead, or fewer responses"
        )


class _Page(Worksheet):  # type: ignore[misc]  # XlsxWriter brings no types
    """A sheet that escapes each underscore of what looks like an escape, as Excel does.

    XlsxWriter passes over the second of two that share an underscore, so `_x005F_x0041_` would read back as another
    text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[int, str] = {}
        self._texts = lru_cache(maxsize=TEXTS_KEPT)(self._inline)

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return _LIKE_AN_ESCAPE.sub("_x005F_", data)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """The same cell as XlsxWriter's own, to the byte; made of pieces that are worked out once."""
        kind = type(cell).__name__
        if cell.format is None or kind not in ("String", "Number"):
            super()._write_cell(row, col, cell)
            return
        style = self._styles.get(id(cell.format))
        if style is None:
            style = self._styles[id(cell.format)] = f' s="{cell.format._get_xf_index()}"'
        content = self._texts(cell.string) if kind == "String" else f"><v>{cell.number:.16G}</v></c>"
        self.fh.write(f'<c r="{_letters(col)}{row + 1}"{style}{content}')

    def _inline(self, text: str) -> str:
        """What stands in a cell behind its style."""
        kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
        escaped = self._escape_data(self._escape_control_characters(text))
        return f' t="inlineStr"><is><t{kept}>{escaped}</t></is></c>'


_letters = lru_cache(maxsize=MOST_COLUMNS)(xl_col_to_name)


class _Filling:
    """One workbook while it is being written. XlsxWriter keeps one row in memory, so rows come in order."""

    def __init__(self, book: Any, fitting: Fitting, language: str) -> None:
        self.book = book
        self.fitting = fitting
        self.language = language
        self.meant: dict[str, tuple[int, Print]] = {}
        self.heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"}
        )
        self.words = book.add_format({"num_format": "@"})
        self.prose = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}

    def fill(self, sheets: Sequence[Sheet], front: Front | None) -> None:
        """All sheets; the front sheet, which tells of the others, is the first tab and is written last."""
        first = ["about"] if front else []
        tabs = tab_names([*first, *(sheet.tab or sheet.part.name for sheet in sheets)])
        pages = [self.book.add_worksheet(tab, _Page) for tab in tabs]
        for page, sheet in zip(pages[len(first) :], sheets, strict=True):
            self._sheet(page, sheet)
        more = [Sheet(part) for part in _more(self.fitting, self.language)]
        for sheet in more:
            tabs.append(tab_names([*tabs, sheet.part.name])[-1])
            self._sheet(self.book.add_worksheet(tabs[-1], _Page), sheet)
        if front:
            titles = [sheet.part.title for sheet in (*sheets, *more)]
            about = front(list(zip(tabs[1:], titles, strict=True)), len(set(self.fitting.notes)))
            self._sheet(pages[0], Sheet(about, prose=True))

    def abandon(self) -> None:
        """Let go of the rows' temporary files when the book was not closed."""
        for page in self.book.worksheets():
            page._opt_close()

    def _sheet(self, page: Any, sheet: Sheet) -> None:
        part, top = sheet.part, len(sheet.above)
        for row, line in enumerate(sheet.above):
            page.write_string(row, 0, self._line(part, line), self.title if row == 0 else None)
        meant = Print(header_of(part, self.fitting))
        page.set_row(top, LINE_HEIGHT * max(header_lines(name, WIDEST) for name in meant.header))
        for column, name in enumerate(meant.header):
            page.write_string(top, column, name, self.heading)
        row = self._rows(page, sheet, top + 1, meant)
        for place, line in enumerate(sheet.below):
            page.write_string(row + 1 + place, 0, self._line(part, line))
        page.freeze_panes(top + 1, 1)
        page.autofilter(top, 0, max(row - 1, top), max(len(meant.header) - 1, 0))
        _for_paper(page, top, len(meant.header))
        self.meant[page.get_name()] = (top, meant)

    def _line(self, part: Part, line: str) -> str:
        return self.fitting.text(line, Place(part.name, ""))

    def _rows(self, page: Any, sheet: Sheet, row: int, meant: Print) -> int:
        """Write the rows from `row` on; gives the first row after them."""
        words, widest = (self.prose, WIDEST_PROSE) if sheet.prose else (self.words, WIDEST)
        writers = [
            self._writer(page, place, field.kind, words) for place, field in enumerate(sheet.part.fields)
        ]
        widths = [header_width(name) for name in meant.header]
        for rows in chunks(sheet.part, self.fitting):
            for cells in rows:
                if sheet.prose:
                    page.set_row(row, LINE_HEIGHT * max(lines_of(written(cell), widest) for cell in cells))
                meant.add([[write(row, cell) for write, cell in zip(writers, cells, strict=True)]])
                row += 1
            widths = [max(pair) for pair in zip(widths, widths_of(rows), strict=True)]
        for column, wide in enumerate(widths):
            page.set_column(column, column, min(max(wide + 2, NARROWEST), widest))
        return row

    def _writer(self, page: Any, column: int, kind: FieldKind, words: Any) -> Callable[[int, Cell], str]:
        """Writes a cell of one column into a row, and gives it as it should read back."""
        form, parse = self.formats.get(kind, words), PARSERS.get(kind)

        def write(row: int, cell: Cell) -> str:
            if cell is None or cell == "":
                return ""
            if isinstance(cell, str):
                value = parse(cell) if parse else None
                if value is None:
                    page.write_string(row, column, cell, words)
                    return cell
                page.write_datetime(row, column, value, form)
                return value.isoformat()
            is_base = kind == "percent" and isinstance(cell, int)
            page.write_number(row, column, cell, self.formats["integer"] if is_base else form)
            return written(cell)

        return write


def _for_paper(page: Any, header: int, columns: int) -> None:
    """A4, the header on every page; what a page can hold is not torn into several columns of pages."""
    page.set_paper(9)
    page.set_landscape()
    page.repeat_rows(header)
    if columns <= FITS_PAGE:
        page.fit_to_pages(1, 0)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


PARSERS: dict[FieldKind, Callable[[str], date | time | None]] = {"date": _day, "time": _time}
"""How a text becomes what Excel calculates with; None: it stays text."""


def _more(fitting: Fitting, language: str) -> Iterator[Part]:
    """The rest of long answers, and the list of changed cells."""
    if fitting.pieces:
        header = {"table": "table", "_id": "_id", "column": "column", "piece": "piece", "text": "text"}
        lines = [
            (p.place.part, p.place.response or "", p.place.column, str(p.number), p.text)
            for p in dict.fromkeys(fitting.pieces)
        ]
        yield of_texts("long answers", header, lines, say(SHEETS["long answers"], language))
    if fitting.notes:
        header = {"table": "table", "_id": "_id", "column": "column", "words": "words"}
        changes = [
            (n.place.part, n.place.response or "", n.place.column, n.words)
            for n in dict.fromkeys(fitting.notes)
        ]
        yield of_texts("notes", header, changes, say(SHEETS["notes"], language))


def _read_back(path: Path, meant: dict[str, tuple[int, Print]]) -> None:
    for tab, (top, expected) in meant.items():
        rows = islice(rows_of(path, tab), top, None)
        wide = len(expected.header)
        found = Print([_read(cell) for cell in next(rows)[:wide]])
        for row in islice(rows, expected.rows):
            found.add([[_read(cell) for cell in row[:wide]] + [""] * (wide - len(row))])
        compare(path, expected, found)


def _read(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else written(cell)
