"""A sheet read piece by piece is the sheet that a reader of the whole finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from survey_app.exporting import sheets, workbook
from survey_app.exporting.files import NotWritten
from survey_app.exporting.layout import of_texts
from survey_app.exporting.workbook import Sheet, write_workbook

PIECE_BYTES = 300
"""A few rows."""
CELLS = st.one_of(
    st.just(""),
    st.integers(-9, 9).map(float),
    st.text("a<>&好\n ", max_size=3),
    st.just("</row></sheetData>" * 20),
)
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=30)


def book_of(path: Path, *tabs: Sequence[Sequence[Any]]) -> Path:
    with Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        for number, rows in enumerate(tabs):
            page = book.add_worksheet(f"第{number}页")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    (page.write_string if isinstance(cell, str) else page.write_number)(row, column, cell)
    return path


def trimmed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Without the empty cells at the end of each row, and the empty rows at the end of all."""
    found: list[list[Any]] = []
    for row in rows:
        cells = list(row)
        while cells and cells[-1] == "":
            cells.pop()
        found.append(cells)
    while found and not found[-1]:
        found.pop()
    return found


@given(rows=ROWS)
def test_the_rows_are_those_of_the_whole_wherever_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
):
    path = book_of(tmp_path_factory.mktemp("books") / "x.xlsx", [["first"]], rows)
    whole = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("第1页").to_python(skip_empty_area=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "PIECE_BYTES", PIECE_BYTES)
        assert trimmed(list(sheets.rows_of(path, "第1页"))) == trimmed(whole) == trimmed(rows)


def test_rows_before_the_first_and_columns_left_of_it_are_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sheets, "PIECE_BYTES", PIECE_BYTES)
    rows = [*[["", "", "x" * 200]] * 3, *[[]] * 5, ["", 2.0]]
    assert trimmed(list(sheets.rows_of(book_of(tmp_path / "x.xlsx", rows), "第0页"))) == trimmed(rows)


def test_one_changed_character_is_found_in_whatever_piece_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sheets, "PIECE_BYTES", PIECE_BYTES)
    lines = [(str(number), f"第{number}人") for number in range(60)]
    meant = Sheet(of_texts("people", {"n": "n", "words": "words"}, lines, "People"))
    write_workbook(tmp_path / "right.xlsx", [meant], "zh")
    for number in (0, 30, 59):
        read = workbook.rows_of
        changed = f"第{number}人"
        monkeypatch.setattr(
            workbook,
            "rows_of",
            lambda *where, read=read, changed=changed: (
                ["人" if cell == changed else cell for cell in row] for row in read(*where)
            ),
        )
        with pytest.raises(NotWritten, match="read differently"):
            write_workbook(tmp_path / "wrong.xlsx", [meant], "zh")
        monkeypatch.setattr(workbook, "rows_of", read)


def test_no_piece_is_larger_than_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheets, "PIECE_BYTES", PIECE_BYTES)
    given: list[int] = []
    made = sheets._workbook

    def weighed(files: dict[str, bytes]) -> CalamineWorkbook:
        given.extend(len(content) for name, content in files.items() if name.startswith(sheets.SHEETS))
        return made(files)

    monkeypatch.setattr(sheets, "_workbook", weighed)
    path = book_of(tmp_path / "x.xlsx", [[f"{number}", "好"] for number in range(500)])
    assert len(list(sheets.rows_of(path, "第0页"))) == 500
    assert len(given) > 50
    assert max(given) < 2_000
