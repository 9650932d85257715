"""Tables as files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from survey_app.campaign.texts import Text
from survey_app.exporting import TABLE_FORMATS, NotAPlace, Source, Whole, export, write_table
from survey_app.tabulation import Table, as_frame, ask
from tests.machinery.counted import CAMPAIGN, CATALOGUE, ROAD, frame_of, said
from tests.machinery.hostile import HOSTILE
from tests.machinery.left import read_csv, read_sheet

PEOPLE = [
    said(place="n1", sort="bus", met=["FINE"]),
    said(place="n2", sort="truck"),
    said(place="n1", sort="bus"),
]


def table(**keys: str) -> Table:
    """Counties by the sort of vehicle."""
    return ask(frame_of(PEOPLE), CATALOGUE, "region", "sort", **keys)


def test_a_table_in_csv_has_its_counts_totals_and_bases(tmp_path: Path) -> None:
    write_table(table(level="county"), "csv", tmp_path / "t.csv", "zh")
    rows = read_csv(tmp_path / "t.csv")
    frame = as_frame(table(level="county"), "zh")
    assert rows[0] == [str(name) for name in frame.columns]
    notes = table(level="county").notes
    assert [row[0] for row in rows[1:]] == [*frame.iloc[:, 0].tolist(), *["_note"] * len(notes)]
    assert [row[1] for row in rows[-len(notes) :]] == [note.in_("zh") for note in notes]
    assert dict(zip(rows[0], rows[1], strict=True)) == {
        "代码": "n1",
        "发生地区": "n1区",
        "选项truck": "0",
        "选项bus": "2",
        "人数": "2",
        "应答人数": "2",
    }


def test_a_table_in_json_is_the_contract_s(tmp_path: Path) -> None:
    write_table(table(level="county"), "json", tmp_path / "t.json", "zh")
    read = json.loads((tmp_path / "t.json").read_text())
    assert read == table(level="county").to_json_dict("zh")
    assert {"rows", "columns", "counts", "row_base", "column_base", "base", "measure", "notes"} <= set(read)


def test_a_workbook_shows_shares_as_percent_and_bases_as_numbers(tmp_path: Path) -> None:
    made = table(level="county", percent="row")
    write_table(made, "xlsx", tmp_path / "t.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["统计表"]
    assert sheet["A1"].value == made.title.in_("zh")
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=3)}
    place = [cell.value for cell in sheet[2]].index("选项bus")
    assert rows["n1"][place].value == 1
    assert rows["n1"][place].number_format == "0.0%"
    assert rows["_base"][place].value == 2
    assert rows["_base"][place].number_format == "0"
    written = [cell.value for row in sheet.iter_rows() for cell in row]
    assert all(note.in_("zh") in written for note in made.notes)


def test_the_campaign_s_tables_are_sheets_of_the_workbook(tmp_path: Path) -> None:
    source = Source(
        CAMPAIGN, [ROAD], Whole(frame_of(PEOPLE)), tables=lambda: {"by-county": table(level="county")}
    )
    export(source, "xlsx", tmp_path / "x.xlsx")
    assert read_sheet(tmp_path / "x.xlsx", "by-county")[0][0] == table(level="county").title.in_("zh")
    about = [row[0] for row in read_sheet(tmp_path / "x.xlsx", "about")]
    assert "工作表 by-county" in about


@pytest.mark.parametrize("extension", sorted(TABLE_FORMATS))
def test_hostile_words_in_a_table_do_no_harm(tmp_path: Path, extension: str) -> None:
    made = table(level="county")
    rows = tuple(
        (code, Text.model_construct(root={"zh": words}))
        for (code, _), words in zip(made.rows * 40, HOSTILE, strict=False)
    )
    words = Text.model_construct(root={"zh": "=1+1\ud800"})
    for start in range(0, len(rows) - len(made.rows), len(made.rows)):
        some = replace(made, rows=rows[start : start + len(made.rows)], title=words, notes=(words,))
        path = tmp_path / f"t.{extension}"
        notes = write_table(some, extension, path, "zh")
        if extension == "xlsx":
            cells = [cell for row in openpyxl.load_workbook(path)["统计表"].iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f"]
            assert notes


def test_a_table_has_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(NotAPlace, match="choose one of csv, json, xlsx"):
        write_table(table(level="county"), "parquet", tmp_path / "t.parquet", "zh")
