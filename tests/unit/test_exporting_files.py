"""Files that leave: whatever people typed, they open, hold nothing that runs, and lose nothing."""

from __future__ import annotations

import errno
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.campaign.texts import Text
from survey_app.errors import SurveyError
from survey_app.exporting import (
    FORMATS,
    NotAPlace,
    NotWritten,
    Source,
    csv_file,
    export,
    file_name,
    files,
    jsonl_file,
    parquet_file,
    workbook,
)
from survey_app.exporting.words import CAUTIONS
from survey_app.formulas import arm
from tests.machinery.drawn import campaign, choices, question, questionnaire
from tests.machinery.hostile import HOSTILE
from tests.machinery.left import column, read_csv, read_jsonl, read_sheet, source

WORDS = questionnaire(question("text", "words", max_length=20_000), question("integer", "n"))
ANY_TEXT = st.text(st.characters(codec=None), min_size=1, max_size=60)
EVERY = sorted(FORMATS)
FULL = questionnaire(
    question("select_one", "kind", choices=choices("truck", "bus")),
    question("select_multiple", "met", choices=choices("fine", "fee")),
    question("integer", "n"),
    question("decimal", "hours"),
    question("date", "day"),
    question("time", "hour"),
    question("text", "words"),
)
ANSWERS = {
    "kind": "bus",
    "met": ["fee"],
    "n": 7,
    "hours": 1.25,
    "day": "2021-05-18",
    "hour": "08:30",
    "words": "好\n的",
}


def answered(texts: list[str]) -> Source:
    """One response per text."""
    return source([WORDS], [{"words": text, "n": -number} for number, text in enumerate(texts)])


def spreadsheet(text: str) -> str:
    """What a spreadsheet can hold of it: one kind of line end, control characters visible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character < " " and character not in "\t\n":
        return chr(0x2400 + ord(character))
    return "\ufffd" if "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff" else character


def exact(text: str) -> str:
    """What UTF-8 can hold of it."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def formulas(path: Path) -> list[Any]:
    """Every cell of a workbook that is a formula or a link."""
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    return [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def leftovers(folder: Path) -> list[Path]:
    """What a failed or finished export should not leave behind."""
    return [path for path in folder.iterdir() if path.name.startswith(".export-")]


def test_hostile_answers_come_back_from_csv_as_they_were(tmp_path: Path) -> None:
    report = export(answered(HOSTILE), "csv", tmp_path / "x.csv")
    cells = column(read_csv(tmp_path / "x.csv"), "words")
    assert [arm(cell) for cell in cells] == [spreadsheet(text) for text in HOSTILE]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r\n＝＋－＠" and cell]
    changed = {note.place.response for note in report.notes}
    assert changed == {
        f"r{n}"
        for n, t in enumerate(HOSTILE, 1)
        if spreadsheet(t) != t.replace("\r\n", "\n").replace("\r", "\n")
    }


def test_hostile_answers_come_back_from_a_workbook_and_nothing_in_it_runs(tmp_path: Path) -> None:
    export(answered(HOSTILE), "xlsx", tmp_path / "x.xlsx")
    for sheet, name in (("responses", "words"), ("labels", "words words")):
        cells = column(read_sheet(tmp_path / "x.xlsx", sheet), name)
        assert [arm(cell) for cell in cells] == [spreadsheet(text) for text in HOSTILE]
    assert formulas(tmp_path / "x.xlsx") == []


@pytest.mark.parametrize("extension", ["jsonl", "parquet"])
def test_hostile_answers_need_no_apostrophe_where_nothing_runs(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x.{extension}"
    export(answered(HOSTILE), extension, path)
    read = read_jsonl(path) if extension == "jsonl" else pq.read_table(path).to_pylist()
    assert [row["words"] for row in read] == [exact(text) for text in HOSTILE]
    assert [row["n"] for row in read] == [-number for number in range(len(HOSTILE))]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_whatever_is_typed_every_format_gives_it_back(tmp_path: Path, texts: list[str]) -> None:
    made = answered(texts)
    for extension in EVERY:
        export(made, extension, tmp_path / f"x.{extension}")
    meant = [spreadsheet(text) for text in texts]
    assert [arm(cell) for cell in column(read_csv(tmp_path / "x.csv"), "words")] == meant
    assert [arm(cell) for cell in column(read_sheet(tmp_path / "x.xlsx", "responses"), "words")] == meant
    assert [row["words"] for row in read_jsonl(tmp_path / "x.jsonl")] == [exact(text) for text in texts]
    assert formulas(tmp_path / "x.xlsx") == []


@pytest.mark.parametrize("start", range(0, len(HOSTILE), 12))
def test_hostile_labels_do_no_harm_in_headers_cells_and_codebooks(tmp_path: Path, start: int) -> None:
    """As labels of questions, of choices and of the questionnaire; a label can hold even half a surrogate pair."""
    texts = HOSTILE[start : start + 12]
    options = [{"name": f"c{n}", "label": "x"} for n, _ in enumerate(texts)]
    form = questionnaire(*(question("select_one", f"q{n}", choices=options) for n, _ in enumerate(texts)))
    form = form.model_copy(update={"title": Text.model_construct(root={"zh": texts[0]})})
    form.__dict__["version"] = "0123456789ab"  # whose hash cannot be taken of such labels
    asked = [p.question for p in form.placed]
    for one, text in zip(asked, texts, strict=True):
        object.__setattr__(one, "label", Text.model_construct(root={"zh": text}))
        for choice, words in zip(one.choices, texts, strict=True):
            object.__setattr__(choice, "label", Text.model_construct(root={"zh": words}))
    made = source([form], [{f"q{n}": f"c{n}" for n, _ in enumerate(texts)}])
    for extension in EVERY:
        report = export(made, extension, tmp_path / f"x.{extension}", labels=True)
        assert report.columns == 10 + len(texts)
    header = read_csv(tmp_path / "x.csv")[0]
    assert [name.split()[0] for name in header[10:]] == [f"q{n}" for n, _ in enumerate(texts)]
    assert formulas(tmp_path / "x.xlsx") == []
    assert formulas(tmp_path / "x-codebook.xlsx") == []
    for line in read_csv(tmp_path / "x-codebook.csv") + read_csv(tmp_path / "x.csv"):
        assert not [cell for cell in line if cell.lstrip()[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("extension", EVERY)
def test_one_poisoned_answer_is_named_and_spoils_no_other(tmp_path: Path, extension: str) -> None:
    report = export(answered(["好", "坏\0\ud800", "好"]), extension, tmp_path / f"x.{extension}")
    assert report.rows == 3
    assert {(note.place.response, note.place.column) for note in report.notes} == {("r2", "words")}
    assert "r2" in str(report.notes[0])


def test_an_answer_of_40000_characters_is_whole_in_every_format(tmp_path: Path) -> None:
    long = "长" * 39_990 + "=1+1 end 😀"
    for extension in EVERY:
        export(answered(["短", long]), extension, tmp_path / f"x.{extension}")
    assert column(read_csv(tmp_path / "x.csv"), "words")[1] == long
    assert read_jsonl(tmp_path / "x.jsonl")[1]["words"] == long
    assert pq.read_table(tmp_path / "x.parquet")["words"].to_pylist()[1] == long
    cell = column(read_sheet(tmp_path / "x.xlsx", "responses"), "words")[1]
    rest = read_sheet(tmp_path / "x.xlsx", "long answers")
    assert [row[:4] for row in rest[1:]] == [["responses", "r2", "words", "1"]]
    assert cell.removesuffix("……〔余下见 long answers〕") + arm(rest[1][4]) == long
    notes = read_sheet(tmp_path / "x.xlsx", "notes")
    assert [row[:3] for row in notes[1:]] == [["responses", "r2", "words"]]


def test_numbers_days_and_times_are_typed_in_a_workbook(tmp_path: Path) -> None:
    export(source([FULL], [ANSWERS, {"n": -7, "day": "1899-12-31"}]), "xlsx", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["responses"]
    rows = [dict(zip([c.value for c in sheet[1]], row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert (rows[0]["n"].value, rows[1]["n"].value, rows[0]["hours"].value) == (7, -7, 1.25)
    assert rows[0]["day"].value.date() == date(2021, 5, 18)
    assert rows[0]["day"].number_format == "yyyy-mm-dd"
    assert rows[0]["hour"].value.strftime("%H:%M") == "08:30"
    assert rows[1]["day"].value == "1899-12-31"
    assert rows[0]["met/fee"].value == 1
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert rows[0]["kind"].number_format == "@"
    assert sheet["A1"].font.bold


def test_a_number_of_sixteen_digits_keeps_its_last_one_in_a_workbook(tmp_path: Path) -> None:
    report = export(source([FULL], [{"n": 1234567890123456789}]), "xlsx", tmp_path / "x.xlsx")
    assert column(read_sheet(tmp_path / "x.xlsx", "responses"), "n") == ["1234567890123456789"]
    assert {(note.place.response, note.place.column) for note in report.notes} == {("r1", "n")}


def test_parquet_is_typed_for_pandas_and_keeps_codes_nobody_chose(tmp_path: Path) -> None:
    export(source([FULL], [ANSWERS, {}]), "parquet", tmp_path / "x.parquet")
    frame = pd.read_parquet(tmp_path / "x.parquet")
    assert frame["kind"].cat.categories.tolist()[:2] == ["truck", "bus"]
    assert frame["kind"].tolist() == ["bus", "_not_answered"]
    assert frame["met/fee"].dtype == "Int8"
    assert frame["n"].tolist() == [7, pd.NA]
    assert frame["day"].tolist() == [pd.Timestamp("2021-05-18"), pd.NaT]
    assert frame["_date"].dtype.kind == "M"


def test_what_is_no_day_is_empty_in_parquet_and_noted(tmp_path: Path) -> None:
    report = export(source([FULL], [{"day": "2021-02-30"}]), "parquet", tmp_path / "x.parquet")
    assert pd.read_parquet(tmp_path / "x.parquet")["day"].isna().all()
    assert [note.place.response for note in report.notes] == ["r1"]
    assert "2021-02-30" in str(report.notes[0])


def test_csv_opens_in_pandas_with_codes_and_numbers(tmp_path: Path) -> None:
    export(source([FULL], [ANSWERS, {}]), "csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(tmp_path / "x.csv", parse_dates=["day"])
    assert frame["n"].tolist()[0] == 7
    assert frame["met/fee"].tolist()[0] == 1
    assert frame["words"].tolist()[0] == "好\n的"
    assert frame["kind"].tolist() == ["bus", "_not_answered"]
    assert frame["day"].tolist()[0] == pd.Timestamp("2021-05-18")


def test_a_program_that_splits_at_semicolons_too_finds_no_formula(tmp_path: Path) -> None:
    export(answered(["a;=1+1"]), "csv", tmp_path / "x.csv")
    assert '"a;=1+1"' in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("extension", EVERY)
def test_an_export_without_responses_has_all_its_columns(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x.{extension}"
    report = export(source([FULL], []), extension, path)
    assert (report.rows, report.columns) == (0, 10 + 1 + 3 + 10)
    if extension == "csv":
        assert len(read_csv(path)) == 1
        assert len(read_csv(path)[0]) == report.columns
    if extension == "parquet":
        assert pd.read_parquet(path).shape == (0, report.columns)
    if extension == "xlsx":
        assert len(read_sheet(path, "responses")[0]) == report.columns
        assert CAUTIONS["no_responses"].in_("zh") in column(read_sheet(path, "about"), "内容")
    if extension == "jsonl":
        assert path.read_text() == ""


def test_every_export_has_a_codebook_beside_it(tmp_path: Path) -> None:
    for extension in EVERY:
        report = export(source([FULL], [ANSWERS]), extension, tmp_path / f"{extension}.{extension}")
        assert tmp_path / f"{extension}-codebook.csv" in report.files
        assert all(file.is_file() for file in report.files)
        assert report.path in report.files
    assert "codebook" in openpyxl.load_workbook(tmp_path / "xlsx.xlsx").sheetnames
    assert openpyxl.load_workbook(tmp_path / "csv-codebook.xlsx").sheetnames == ["about", "codebook"]
    assert leftovers(tmp_path) == []


def test_the_front_sheet_says_what_a_researcher_must_know(tmp_path: Path) -> None:
    export(source([FULL], [ANSWERS], made=date(2021, 6, 30)), "xlsx", tmp_path / "x.xlsx")
    lines = dict(row[:2] for row in read_sheet(tmp_path / "x.xlsx", "about"))
    assert lines["导出日期"] == "2021-06-30"
    assert lines["答卷数"] == "1"
    assert lines[f"版本 {FULL.version}"] == "1 份答卷"
    assert lines["提交日期范围"] == "2021-05-18 – 2021-05-18"
    words = column(read_sheet(tmp_path / "x.xlsx", "about"), "内容")
    assert CAUTIONS["self_selected"].in_("zh") in words
    export(source([FULL], [ANSWERS]), "xlsx", tmp_path / "x.xlsx", language="en")
    assert CAUTIONS["self_selected"].in_("en") in column(read_sheet(tmp_path / "x.xlsx", "about"), "Words")


def test_a_repeat_may_be_called_like_a_sheet_or_a_codebook(tmp_path: Path) -> None:
    repeats = [
        question("repeat", name, questions=[question("text", f"{name}_x")])
        for name in ("labels", "codebook", "notes")
    ]
    made = source(
        [questionnaire(*repeats)], [{"labels": [{"labels_x": "甲\0"}], "codebook": [{"codebook_x": "乙"}]}]
    )
    export(made, "xlsx", tmp_path / "x.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames
    assert len({name.casefold() for name in sheets}) == len(sheets)
    report = export(made, "csv", tmp_path / "x.csv")
    assert len(set(report.files)) == 6


def test_more_rows_than_a_sheet_holds_gets_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    made = answered(["a", "b", "c"])
    with pytest.raises(SurveyError, match="csv or parquet"):
        export(made, "xlsx", tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_places_where_no_file_can_be_get_words(tmp_path: Path) -> None:
    made = answered(["a"])
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "y-codebook.csv").mkdir()
    for path, words in [
        (tmp_path / "folder.csv", "is a folder"),
        (tmp_path / "none" / "x.csv", "there is no folder"),
        (tmp_path / "x.xlsx", "ends like a xlsx file"),
        (tmp_path / "y.csv", "is a folder"),
        (tmp_path / "\ud800.csv", "no name for a file"),
        (tmp_path / "\0.csv", "no name for a file"),
    ]:
        with pytest.raises(NotAPlace, match=words):
            export(made, "csv", path)
    with pytest.raises(NotAPlace, match="choose one of csv, xlsx"):
        export(made, "sav", tmp_path / "x.sav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "y-codebook.csv"]


@contextmanager
def room(bytes_: int) -> Iterator[None]:
    """No file of this process can grow beyond `bytes_`: the operating system refuses, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("extension", EVERY)
def test_when_there_is_no_room_the_old_file_stays_and_nothing_is_left_over(
    tmp_path: Path, extension: str
) -> None:
    path = tmp_path / f"x.{extension}"
    export(answered(["旧"]), extension, path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with room(4_000), pytest.raises(NotWritten, match=r"could not be written.*Nothing was changed"):
        export(answered(HOSTILE * 30), extension, path)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("number", "cure"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "not allowed")],
)
def test_trouble_with_the_disk_gets_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, "words of the system")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(NotWritten, match=cure):
        export(answered(["a"]), "csv", tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", EVERY)
@pytest.mark.parametrize("keep", [0.4, 0.9, 0.99])
def test_a_file_that_does_not_read_back_is_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, keep: float
) -> None:
    """The disk keeps only the beginning of the file, and says nothing."""
    real = workbook.reading_back

    def torn(path: Path) -> Any:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])
        return real(path)

    for module in (csv_file, jsonl_file, parquet_file, workbook):
        monkeypatch.setattr(module, "reading_back", torn)
    with pytest.raises(NotWritten, match="did not read back"):
        export(answered(["好"] * 30), extension, tmp_path / f"x.{extension}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("extension", "was"), [("csv", "好人"), ("jsonl", "好人")])
def test_one_changed_character_is_found_in_reading_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, was: str
) -> None:
    real = workbook.reading_back

    def changed(path: Path) -> Any:
        path.write_bytes(path.read_bytes().replace(was.encode(), "好入".encode()))
        return real(path)

    for module in (csv_file, jsonl_file):
        monkeypatch.setattr(module, "reading_back", changed)
    with pytest.raises(NotWritten, match="read differently"):
        export(answered(["甲", was, "乙"]), extension, tmp_path / f"x.{extension}")


def test_an_export_again_replaces_the_files_whole(tmp_path: Path) -> None:
    export(answered(["旧"] * 50), "csv", tmp_path / "x.csv")
    export(answered(["新"]), "csv", tmp_path / "x.csv")
    assert column(read_csv(tmp_path / "x.csv"), "words") == ["新"]


def test_file_names_are_plain_ascii() -> None:
    given = campaign(WORDS)
    assert file_name(given, "tiny", "xlsx", date(2021, 6, 30)) == "drawn_tiny_2021-06-30.xlsx"


@pytest.mark.parametrize(
    "name",
    ["带空格 的.csv", "=1+1.csv", "-x.csv", "'.csv", "a;b.csv", "😀.csv", "x", ".csv", "a" * 200 + ".csv"],
)
def test_any_name_that_a_person_gives_the_file_works(tmp_path: Path, name: str) -> None:
    report = export(answered(["好"]), "csv", tmp_path / name)
    assert report.path == tmp_path / name
    assert column(read_csv(tmp_path / name), "words") == ["好"]
    assert leftovers(tmp_path) == []


def test_a_name_too_long_for_the_disk_gets_words(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="name is too long"):
        export(answered(["好"]), "csv", tmp_path / ("长" * 100 + ".csv"))
    assert list(tmp_path.iterdir()) == []


def test_libreoffice_reads_the_same_from_the_workbook_as_we_wrote_to_csv(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("NO LIBREOFFICE: install libreoffice-calc-nogui to prove that workbooks open in it")
    texts = [text for text in HOSTILE if text.strip()]
    export(answered(texts), "xlsx", tmp_path / "x.xlsx")
    export(answered(texts), "csv", tmp_path / "ours.csv")
    # Separator comma, quote ", UTF-8, from line 1, quote all text, cells as they are, sheet 2.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,2"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    arguments = [
        office,
        profile,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(tmp_path / "lo"),
        str(tmp_path / "x.xlsx"),
    ]
    subprocess.run(arguments, check=True, capture_output=True, timeout=180)
    (made,) = (tmp_path / "lo").iterdir()
    assert read_csv(made) == read_csv(tmp_path / "ours.csv")
