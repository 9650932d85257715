"""Excel workbooks are looked over, then read as a person sees them; what is no table gets words."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from survey_app.errors import SurveyError
from tests.machinery.incoming import Desk


def rows(*lines: list[Any]) -> Any:
    def fill(workbook: Any, sheet: Any) -> None:
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)

    return fill


def test_numbers_that_excel_keeps_as_fractions_are_whole(desk: Desk) -> None:
    path = desk.xlsx(rows(["how", "age", "said"], ["good", 30, 7], ["bad", 41.0, 2.5]))
    assert {(a["age"], a["said"]) for a in desk.answers(path)} == {(30, "7"), (41, "2.5")}


def test_days_and_times_are_read_from_cells_of_any_shape(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day, moment = (
            workbook.add_format({"num_format": "d.m.yy"}),
            workbook.add_format({"num_format": "h:mm"}),
        )
        sheet.write_row(0, 0, ["how", "day", "at"])
        sheet.write(1, 0, "good")
        sheet.write_datetime(1, 1, datetime(2021, 5, 18), day)
        sheet.write_datetime(1, 2, time(8, 30), moment)
        sheet.write_row(2, 0, ["bad", 44334, 0.75])
        sheet.write_row(3, 0, ["bad", "2021年5月20日", "21:05"])

    found = {(a["day"], a["at"]) for a in desk.answers(desk.xlsx(fill))}
    assert found == {("2021-05-18", "08:30"), ("2021-05-18", "18:00"), ("2021-05-20", "21:05")}


def test_a_moment_of_sending_becomes_the_day_of_the_response(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        stamp = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["how", "提交时间"])
        sheet.write(1, 0, "good")
        sheet.write_datetime(1, 1, datetime(2021, 5, 18, 9, 3, 7), stamp)
        sheet.write_row(2, 0, ["bad", "2021/5/19 21:03:12"])

    desk.take(desk.xlsx(fill), "date: {column: 提交时间}")
    days = {response.date for response in desk.storage.responses("poll")}
    assert days == {date(2021, 5, 18), date(2021, 5, 19)}


def test_percent_is_read_from_a_format_and_from_text(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        percent = workbook.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["how", "share"])
        sheet.write(1, 0, "good")
        sheet.write(1, 1, 0.3, percent)
        sheet.write_row(2, 0, ["good", "45%"])
        sheet.write_row(3, 0, ["good", 60])
        sheet.write(4, 0, "good")
        sheet.write(4, 1, 1, percent)

    found = desk.answers(desk.xlsx(fill), "questions: {share: {percent: true}}")
    assert sorted(a["share"] for a in found) == [30, 45, 60, 100]


def test_true_and_false_are_choices(desk: Desk) -> None:
    path = desk.xlsx(rows(["how", "which/pay", "which/ask", "checks/quick"], ["good", True, False, True]))
    rule = 'questions: {checks: {columns: {quick: checks/quick}, values: {"TRUE": "yes", "FALSE": "no"}}}'
    assert desk.answers(path, rule) == [{"how": "good", "which": ["pay"], "checks": {"quick": "yes"}}]


def test_formulas_count_by_the_result_stored_with_them(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["how", "age", "said"])
        sheet.write(1, 0, "good")
        sheet.write_formula(1, 1, "=20+1", None, 21)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    report = desk.take(desk.xlsx(fill))
    assert desk.kept() == [{"how": "good", "age": 21}]
    assert "2 cells hold formulas; the results stored with them were read." in report.notes
    assert "1 cells show an error such as #DIV/0! and read as blank." in report.notes


def test_formulas_without_a_result_are_told(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["how", "age"])
        sheet.write(1, 0, "good")
        sheet.write_formula(1, 1, "=20+1", None, 21)

    path = desk.xlsx(fill)
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>21</v>", b""))
    assert "1 formulas have no stored result and read as blank" in desk.take(path).text()


def test_columns_under_a_merged_header_can_be_named_by_number(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write(0, 0, "how")
        sheet.merge_range(0, 1, 0, 2, "办了哪些事")
        sheet.write_row(1, 0, ["good", 1, 1])

    report = desk.take(desk.xlsx(fill), "questions: {which: {columns: {pay: 2, ask: 3}}}")
    assert desk.kept() == [{"how": "good", "which": ["pay", "ask"]}]
    assert any("merged cells" in note for note in report.notes)


def test_a_title_above_and_an_empty_column_before_the_table_are_no_trouble(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write(2, 1, "Answers of May")
        sheet.write_row(4, 1, ["how", "age"])
        sheet.write_row(5, 1, ["good", 30])
        sheet.write_row(6, 1, ["wrong", 31])

    report = desk.take(desk.xlsx(fill), "header_row: 5")
    assert desk.kept() == [{"how": "good", "age": 30}]
    assert str(report.complaints[0]).startswith("row 7, column B “how”: “wrong” is none of the answers")


def test_filled_cells_without_a_header_are_told(desk: Desk) -> None:
    report = desk.take(desk.xlsx(rows(["how", "", "age"], ["good", "lost", 30], ["bad", "", 31])))
    assert report.added == 2
    assert "column B has no header: 1 filled cell is left out" in report.text()


def test_the_mapping_names_the_sheet(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Read me")
        other = workbook.add_worksheet("Mai 2021")
        other.write_row(0, 0, ["how"])
        other.write_row(1, 0, ["good"])

    path = desk.xlsx(fill)
    with pytest.raises(
        SurveyError, match=r"map.yaml:1: there is no sheet Mai 2012 \(did you mean Mai 2021\?\)"
    ):
        desk.take(path, "sheet: Mai 2012")
    with pytest.raises(SurveyError, match="there is no sheet number 3"):
        desk.take(path, "sheet: 3")
    assert desk.answers(path, "sheet: 2") == [{"how": "good"}]


def test_an_empty_sheet_gets_words(desk: Desk) -> None:
    with pytest.raises(SurveyError, match="The file is empty"):
        desk.take(desk.xlsx(rows()))


def _rewrite(path: Path, member: str, change: Any) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def test_a_workbook_that_unpacks_to_far_more_is_not_opened(desk: Desk) -> None:
    path = desk.xlsx(rows(["how"], ["good"]))
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 50_000_000)
    with pytest.raises(SurveyError, match=r"unpacks to 50 MB in .* parts, more than an honest table needs"):
        desk.take(path)


def test_a_cell_far_out_is_told_before_every_cell_before_it_is_made(desk: Desk) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["how"])
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(SurveyError, match="reaches over 1048576 rows and 16384 columns"):
        desk.take(desk.xlsx(fill))


def test_a_workbook_with_a_document_type_is_not_read(desk: Desk) -> None:
    path = desk.xlsx(rows(["how"], ["good"]))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"?>", b"?>" + bomb, 1))
    with pytest.raises(SurveyError, match="is broken or no Excel workbook"):
        desk.take(path)


@pytest.mark.parametrize("keep", [4, 100, 2000, -30])
def test_half_a_workbook_gets_words(desk: Desk, keep: int) -> None:
    path = desk.xlsx(rows(["how"], ["good"]))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(SurveyError, match=r"answers.xlsx is broken or no Excel workbook\. Open it in Excel"):
        desk.take(path)


def test_a_packed_file_that_is_no_workbook_gets_words(desk: Desk) -> None:
    path = desk.folder / "answers.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<document/>")
    with pytest.raises(SurveyError, match=r"is a packed file but no \.xlsx workbook"):
        desk.take(path)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_workbook_with_a_password_gets_words(desk: Desk) -> None:
    path = desk.text(OLE + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le"), "answers.xlsx")
    with pytest.raises(
        SurveyError, match=r"answers.xlsx is protected with a password\. Open it, take the password off"
    ):
        desk.take(path)


def test_a_broken_old_workbook_gets_words(desk: Desk) -> None:
    header = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 4000
    with pytest.raises(SurveyError, match=r"answers.xls is broken or no Excel workbook"):
        desk.take(desk.text(header, "answers.xls"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.csv",
            b"PK\x03\x04...",
            r"a.csv is named .csv but is an Excel workbook \(.xlsx\). Rename it to a.xlsx",
        ),
        ("a.xls", b"PK\x03\x04...", r"a.xls is named .xls but is an Excel workbook \(.xlsx\)"),
        ("a.csv", OLE, r"a.csv is named .csv but is an old Excel workbook \(.xls\). Rename it to a.xls"),
        ("a.xlsx", b"how,said\ngood,x\n", r"a.xlsx is named .xlsx but is text \(.csv\). Rename it to a.csv"),
        ("a.xls", b"<html><table><tr><td>how", "a.xls is a web page. Open or unpack it and save its table"),
        ("a.csv", b"%PDF-1.7 ...", "a.csv is a PDF document"),
        ("a.csv", b"\x89PNG\r\n", "a.csv is a picture"),
        ("a.gz", b"\x1f\x8b\x08", r"a.gz is a packed file \(.gz\)"),
    ],
)
def test_a_file_that_is_something_else_gets_words(desk: Desk, name: str, content: bytes, words: str) -> None:
    with pytest.raises(SurveyError, match=words):
        desk.take(desk.text(content, name))


def test_a_file_that_is_not_there_gets_words(desk: Desk) -> None:
    with pytest.raises(SurveyError, match="There is no file"):
        desk.take(desk.folder / "nothing.csv")
    with pytest.raises(SurveyError, match=r"is a folder. Name one file in it"):
        desk.take(desk.folder)


def test_a_file_that_is_too_large_gets_words(desk: Desk) -> None:
    path = desk.folder / "large.csv"
    with path.open("wb") as file:
        file.truncate(301_000_000)
    with pytest.raises(SurveyError, match=r"has 301 MB; at most 300 MB are imported in one go. Split it"):
        desk.take(path)
