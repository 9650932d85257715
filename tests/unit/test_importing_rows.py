"""A bad row never stops the good ones, counts add up, and the same answers enter once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_app.errors import StorageError
from survey_app.exporting import Source, Whole, export
from survey_app.importing import import_file
from survey_app.storage import NewResponse
from tests.machinery.incoming import TODAY, Desk, set_up

ROWS = [
    ["how", "age", "said", "IP"],
    ["good", "30", "one", "10.0.0.1"],
    ["gut", "31", "=two", "10.0.0.2"],
    ["bad", "three", "a, b", "10.0.0.3"],
    ["bad", "33", "four", "10.0.0.4"],
]


def bad_rows(path: Path | None) -> list[list[str]]:
    assert path is not None
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_good_rows_come_in_and_bad_ones_are_told_with_row_column_value_and_cure(desk: Desk) -> None:
    report = desk.take(desk.csv(ROWS))
    assert (report.read, report.added, report.bad) == (4, 2, 2)
    first, second = report.complaints
    assert (first.row, first.column, first.value, first.kind) == (3, "column A “how”", "gut", "label")
    assert str(second) == "row 4, column B “age”: “three” does not fit age (Enter a whole number, as in 12)"
    assert "  2 added\n  0 were there already\n  0 skipped\n  2 bad, written to" in report.text()


def test_bad_rows_are_written_beside_the_file_with_their_cells_as_they_were(desk: Desk) -> None:
    path = desk.csv(ROWS)
    before = path.read_bytes()
    report = desk.take(path)
    assert report.bad_file == desk.folder / "answers.bad.csv"
    header, *lines = bad_rows(report.bad_file)
    assert header == ["how", "age", "said", "IP", "_why", "_bad_row"]
    assert [line[:4] for line in lines] == [["gut", "31", "'=two", "10.0.0.2"], ROWS[3]]
    assert lines[0][4].startswith("column A “how”: “gut” is none of the answers")
    assert path.read_bytes() == before


def test_reasons_in_the_file_of_bad_rows_cannot_be_run(desk: Desk) -> None:
    report = desk.take(desk.csv([["=cmd()", "how"], ["=1+1", "=HYPERLINK(1)"], ["+1", "good"]]))
    header, line = bad_rows(report.bad_file)
    assert header[0] == "'=cmd()"
    assert line[:2] == ["'=1+1", "'=HYPERLINK(1)"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)


def test_mended_bad_rows_come_in_and_nothing_twice(desk: Desk) -> None:
    report = desk.take(desk.csv(ROWS))
    lines = bad_rows(report.bad_file)
    lines[1][0] = "good"
    mended = desk.csv(lines, name="answers.bad.csv", encoding="utf-8-sig")
    again = desk.take(mended)
    assert (again.added, again.bad) == (1, 1)
    assert again.bad_file == desk.folder / "answers.bad-2.csv"
    assert {a.get("said") for a in desk.kept()} == {"one", "=two", "four"}
    assert desk.take(mended).added == 0
    assert desk.take(desk.csv(ROWS)).added == 0


def test_rows_mended_in_the_file_itself_come_in_alone(desk: Desk) -> None:
    desk.take(desk.csv(ROWS))
    mended = [ROWS[0], ROWS[1], ["good", *ROWS[2][1:]], ROWS[3], ROWS[4]]
    report = desk.take(desk.csv(mended))
    assert (report.added, report.already, report.bad) == (1, 2, 1)


def test_a_mended_row_that_equals_a_good_one_is_a_person_of_its_own(desk: Desk) -> None:
    report = desk.take(desk.csv([["how"], ["good"], ["goo"]]))
    lines = bad_rows(report.bad_file)
    lines[1][0] = "good"
    assert desk.take(desk.csv(lines, name="answers.bad.csv")).added == 1
    assert desk.kept() == [{"how": "good"}] * 2


def test_the_mapping_of_the_source_serves_its_bad_rows_too(desk: Desk) -> None:
    rule = "encoding: gb18030\ndelimiter: semicolon\nheader_row: 2\nskip: {first: 1}\nid: 2\n"
    rows = [["标题"], ["how", "号"], ["说明", ""], ["好吗", "7"], ["很好", "8"]]
    report = desk.take(desk.csv(rows, encoding="gb18030", sign=";"), rule)
    assert (report.added, report.skipped, report.bad) == (1, 1, 1)
    assert report.complaints[0].row == 4
    lines = bad_rows(report.bad_file)
    lines[1][0] = "很好"
    assert desk.take(desk.csv(lines, name="answers.bad.csv", encoding="utf-8-sig"), rule).added == 1


def test_a_file_of_bad_rows_that_somebody_is_mending_is_not_written_over(desk: Desk) -> None:
    path = desk.csv(ROWS)
    desk.take(path)
    mended = desk.text("half mended", name="answers.bad.csv")
    report = desk.take(path)
    assert mended.read_text() == "half mended"
    assert report.bad_file == desk.folder / "answers.bad-2.csv"
    assert desk.take(path).bad_file == report.bad_file


def test_bad_rows_that_cannot_be_written_are_a_note(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.csv(ROWS)
    opened = Path.open

    def refuse(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if "x" in mode:
            raise PermissionError(13, "Permission denied")
        return opened(self, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", refuse)
    report = desk.take(path)
    assert (report.added, report.bad, report.bad_file) == (2, 2, None)
    assert "could not be written beside the file (Permission denied)" in report.text()


def test_the_same_file_twice_adds_nothing(desk: Desk) -> None:
    path = desk.csv([["how", "age"], *[["good", "30"]] * 3, ["bad", "31"]])
    assert desk.take(path).added == 4
    again = desk.take(path)
    assert (again.added, again.already) == (0, 4)


def test_the_same_table_in_another_format_or_order_of_columns_adds_nothing(desk: Desk) -> None:
    rows = [["how", "said"], ["good", "好"], ["bad", "x"]]
    desk.take(desk.csv(rows))

    def fill(workbook: Any, sheet: Any) -> None:
        for number, line in enumerate(rows):
            sheet.write_row(number, 0, reversed(line))

    assert desk.take(desk.xlsx(fill)).already == 2
    assert desk.take(desk.csv(rows, name="b.csv", encoding="utf-16", sign="\t")).already == 2


def test_an_id_makes_a_row_enter_once_whatever_else_it_says(desk: Desk) -> None:
    desk.take(desk.csv([["how", "no"], ["good", "1"], ["good", "2"]]), "id: no")
    report = desk.take(desk.csv([["how", "no"], ["bad", "2"], ["bad", "3"]]), "id: no")
    assert (report.added, report.already) == (1, 1)


def test_an_id_that_stands_twice_or_is_missing_makes_the_row_bad(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "no"], ["good", "1"], ["bad", "1"], ["bad", ""]]), "id: no")
    assert (report.added, report.bad) == (1, 2)
    assert "row 3, column B “no”: the id “1” stands in row 2 already" in report.text()
    assert "row 4, column B “no”: the row has no id" in report.text()


def test_the_day_of_the_import_does_not_make_answers_new(desk: Desk) -> None:
    path = desk.csv([["how"], ["good"]])
    desk.take(path)
    later = import_file(desk.storage, desk.campaign, desk.questionnaire, path, today=TODAY.replace(day=1))
    assert (later.added, later.already) == (0, 1)
    assert "1 row has no date; 2021-06-01 was taken" in later.text()


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(desk: Desk) -> None:
    path = desk.csv(ROWS)
    before = sorted(desk.folder.iterdir())
    report = desk.take(path, dry_run=True)
    assert (report.added, report.bad, report.bad_file) == (2, 2, None)
    assert "2 would be added (dry run: nothing was kept)" in report.text()
    assert sorted(desk.folder.iterdir()) == before
    assert desk.kept() == []
    desk.take(path)
    assert desk.take(path, dry_run=True).already == 2


def some_thousand(desk: Desk, number: int = 3000) -> Path:
    return desk.csv([["how", "age"], *[["good", str(n % 100)] for n in range(number)]])


def interrupted(during: str) -> Callable[[str, int, int], None]:
    def progress(what: str, done: int, total: int) -> None:
        if what == during and done > 2000:
            raise KeyboardInterrupt

    return progress


def test_an_import_that_is_interrupted_while_reading_adds_nothing(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        desk.take(some_thousand(desk), progress=interrupted("reading"))
    assert desk.kept() == []


def test_an_import_that_breaks_off_says_how_far_it_came_and_the_next_one_adds_the_rest(desk: Desk) -> None:
    path = some_thousand(desk)
    with pytest.raises(
        StorageError, match=r"2500 rows of answers\.csv came in; .* was stopped\..* same file again"
    ):
        desk.take(path, progress=interrupted("keeping"))
    assert len(desk.kept()) == 2500
    report = desk.take(path)
    assert (report.added, report.already) == (500, 2500)
    assert sorted(answers["age"] for answers in desk.kept()) == sorted(n % 100 for n in range(3000))


def test_a_database_that_fails_in_the_middle_says_so_and_how_far_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, added = desk.storage.add, []

    def breaks(responses: list[NewResponse]) -> int:
        if len(added) == 2:
            raise StorageError("The disk of the database is full.")
        added.append(whole(responses))
        return added[-1]

    monkeypatch.setattr(desk.storage, "add", breaks)
    with pytest.raises(StorageError, match=r"1000 rows .* came in; .* The disk of the database is full\."):
        desk.take(some_thousand(desk))
    assert len(desk.kept()) == 1000


def test_a_database_that_fails_at_once_says_no_more_than_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(responses: list[NewResponse]) -> int:
        raise StorageError("The disk of the database is full.")

    monkeypatch.setattr(desk.storage, "add", breaks)
    with pytest.raises(StorageError, match=r"^The disk of the database is full\.$"):
        desk.take(some_thousand(desk, 10))


def test_progress_is_told_while_reading_and_keeping(desk: Desk) -> None:
    told: list[tuple[str, int, int]] = []
    path = desk.csv([["how", "age"], *[["good", str(n % 100)] for n in range(1200)]])
    desk.take(path, progress=lambda *what: told.append(what))
    assert told[:3] == [("reading", 500, 1200), ("reading", 1000, 1200), ("reading", 1200, 1200)]
    assert told[-1] == ("keeping", 1200, 1200)


def test_rows_that_are_no_answers_are_skipped_and_counted(desk: Desk) -> None:
    rows = [
        ["how", "age"],
        ["(text)", "(number)"],
        ["good", "3"],
        ["", ""],
        ["how", "age"],
        ["合计", "1"],
        ["good", "4"],
    ]
    report = desk.take(desk.csv(rows), "skip: {first: 1, where: {how: [合计, 总计]}}")
    assert (report.added, report.skipped) == (2, 4)
    assert "1 rows after the header, as the mapping says" in report.text()
    assert "1 headers that come again" in report.text()
    assert "1 with “合计”, as the mapping says" in report.text()


def test_required_answers_that_are_missing_count_as_not_answered(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "age"], ["", "30"], ["good", "31"]]))
    assert report.added == 2
    assert "1 required answer is missing, taken as not answered, most in how (1)" in report.text()
    assert list(desk.frame()["how"].sort_values()) == ["good", "_not_answered"]


def test_required_answers_that_are_missing_make_a_row_bad_where_the_mapping_says_so(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "age"], ["", "30"], ["good", "31"]]), "missing_required: refuse")
    assert (report.added, report.bad) == (1, 1)
    assert "row 2, column A “how”: “” does not fit how (Choose an answer)" in report.text()


def test_a_label_that_is_not_known_is_not_told_as_missing_too(desk: Desk) -> None:
    report = desk.take(desk.csv([["how"], ["gut"]]), "missing_required: refuse")
    assert [complaint.kind for complaint in report.complaints] == ["label"]


def test_answers_to_questions_that_were_not_asked_are_left_out_and_counted(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "why"], ["good", "because"], ["bad", "slow"]]))
    assert {a.get("why") for a in desk.kept()} == {None, "slow"}
    assert "why: 1 answer left out, since the question is not asked of these people" in report.text()


def test_many_complaints_of_one_kind_are_counted_not_listed(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "age"], *[["good", f"x{n}"] for n in range(42)]]))
    assert report.bad == 42
    assert report.text().count("does not fit age") == 5
    assert "and 37 more of the same kind" in report.text()
    assert len(bad_rows(report.bad_file)) == 43


def test_nothing_but_what_is_asked_is_kept(desk: Desk) -> None:
    desk.take(desk.csv(ROWS))
    kept = " ".join(str(response) for response in desk.storage.responses("poll"))
    assert "10.0.0" not in kept


def test_hostile_cells_cannot_write_on_the_terminal(desk: Desk) -> None:
    report = desk.take(desk.csv([["how"], ["\x1b]0;owned\x07\x1b[2Jgood\u2028\u202e\ud7ff"]]))
    assert "\\u001b]0;owned\\u0007\\u001b[2Jgood" in report.text()


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_our_own_export_comes_back_as_the_same_answers(
    desk: Desk, tmp_path: Path, joined: bool, labels: bool, extension: str
) -> None:
    rows = [
        [
            "place",
            "how",
            "why",
            "which",
            "which_other",
            "checks/polite",
            "first",
            "age",
            "share",
            "day",
            "at",
            "said",
        ],
        [
            "锦江区",
            "bad",
            "-slow",
            "pay┋else",
            "=1+1",
            "yes",
            "price┋time",
            "30",
            "2.5",
            "2021-05-18",
            "08:30",
            "a\nb",
        ],
        ["road", "silent", "", "nothing", "", "", "", "", "", "", "", "“好”, 'x'"],
        ["", "other", "", "", "", "", "", "0", "", "", "", ""],
        ["hide", "good", "", "", "", "", "", "", "", "", "", "未作答"],
        ["511102", "good", "", "", "", "", "", "", "", "", "", ""],
    ]
    desk.take(desk.csv(rows), "date: {otherwise: 2021-05-20}")
    kept = sorted(map(str, desk.kept()))
    exported = tmp_path / f"poll.{extension}"
    source = Source(desk.campaign, [desk.questionnaire], Whole(desk.frame()))
    export(source, extension, exported, joined=joined, labels=labels)
    (tmp_path / "second").mkdir()
    second = set_up(desk.campaign.path, tmp_path / "second")
    report = second.take(exported)
    assert (report.added, report.bad) == (5, 0), report.text()
    assert sorted(map(str, second.kept())) == kept
    assert {r.date.isoformat() for r in second.storage.responses("poll")} == {"2021-05-20"}
    assert second.take(exported).already == 5
    back = desk.take(exported)
    assert (back.added, back.already) == (0, 5)
    assert desk.take(exported, dry_run=True).already == 5
    second.storage.close()


def test_flags_come_back_with_our_own_export_but_for_what_is_found_anew(desk: Desk) -> None:
    rows = [
        ["_id", "_flags 可疑之处", "how"],
        ["a", "fast untimed", "good"],
        ["b", "repeated burst", "bad"],
        ["c", "", "bad"],
    ]
    desk.take(desk.csv(rows))
    assert sorted(response.flags for response in desk.storage.responses("poll")) == [
        (),
        ("burst",),
        ("fast", "untimed"),
    ]


def test_what_is_no_flag_is_told(desk: Desk) -> None:
    report = desk.take(desk.csv([["_flags", "how"], ["=1+1 fast", "good"]]))
    assert (report.added, report.bad) == (0, 1)
    assert "“=1+1” is no flag (write codes as our export does" in report.text()
