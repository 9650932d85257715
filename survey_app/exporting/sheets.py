"""A sheet of a workbook read again as it was written: some thousand rows at a time, however many it has.

The reader of workbooks has a whole sheet in memory. It is given one workbook after another, each with the next rows
of the sheet between the head and the tail of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

PIECE_BYTES = 8_000_000
"""Of a sheet's XML at a time: about 2,000 responses of 60 columns."""
HEAD_END, ROW_END, TAIL = b"<sheetData>", b"</row>", b"</sheetData></worksheet>"
SHEETS = "xl/worksheets/"


def rows_of(path: Path, tab: str) -> Iterator[Sequence[Any]]:
    """The rows of one sheet from its first on, empty cells as "" and none behind the last that is filled.

    The workbook is one of XlsxWriter's, whose sheets stand in files that are numbered in the order of their tabs.
    """
    row = 0
    for sheet in _pieces_of(path, tab):
        if sheet.start is None:
            continue
        first, column = sheet.start
        yield from repeat((), first - row)
        margin = [""] * column
        for cells in sheet.to_python(skip_empty_area=True):
            yield margin + cells
        row = first + sheet.height


def _pieces_of(path: Path, tab: str) -> Iterator[Any]:
    """The sheet as several, each of which knows where it begins."""
    with ZipFile(path) as packed:
        rest = {name: packed.read(name) for name in packed.namelist() if not name.startswith(SHEETS)}
        number = _workbook(rest).sheet_names.index(tab) + 1
        name = f"{SHEETS}sheet{number}.xml"
        with packed.open(name) as sheet:
            for piece in _pieces(sheet):
                yield _workbook(rest | {name: piece}).get_sheet_by_name(tab)


def _pieces(sheet: IO[bytes]) -> Iterator[bytes]:
    """The sheet's XML cut behind rows; "<" stands in no text."""
    begin = sheet.read(PIECE_BYTES)
    while HEAD_END not in begin and (more := sheet.read(PIECE_BYTES)):
        begin += more
    head, opened, rest = begin.partition(HEAD_END)
    while more := sheet.read(PIECE_BYTES):
        rows, ended, begun = rest.rpartition(ROW_END)
        if ended:
            yield head + opened + rows + ended + TAIL
        rest = begun + more
    yield head + opened + rest


def _workbook(files: Mapping[str, bytes]) -> CalamineWorkbook:
    """The workbook of these files."""
    packed = BytesIO()
    with ZipFile(packed, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    packed.seek(0)
    return CalamineWorkbook.from_filelike(packed)
