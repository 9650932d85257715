"""Which columns an export has, and what stands in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from survey_app.campaign.loading import load_campaigns
from survey_app.campaign.regions import Region, Regions
from survey_app.campaign.texts import Text
from survey_app.exporting import Source, export
from survey_app.exporting.layout import Wish
from tests.machinery.drawn import campaign, choices, question, questionnaire, stored
from tests.machinery.left import column, frame_of, main_part, read_csv, read_sheet, source

META = [
    "_id",
    "_questionnaire",
    "_version",
    "_audience",
    "_channel",
    "_language",
    "_status",
    "_date",
    "_region",
    "_flags",
]
REFUSE = {"missing": "refused", "label": {"zh": "不想说", "en": "rather not"}}
ONE = question("select_one", "kind", choices=choices("truck", "bus", secret=REFUSE))
MANY = question("select_multiple", "met", choices=choices("fine", "fee", none={"exclusive": True}))
ROWS = [{"name": "id", "label": "出示证件"}, {"name": "two", "label": "两人"}]

REAL = {
    f"{given.name}/{form.name}": (given, form)
    for given in load_campaigns(Path(__file__).parents[2] / "questionnaires").values()
    for form in given.questionnaires.values()
}


def names(source: Source, **wish: object) -> list[str]:
    """The header in codes, without the columns that are not questions."""
    return main_part(source, **wish).header[len(META) :]


def test_every_kind_has_its_columns_before_anyone_has_answered() -> None:
    form = questionnaire(
        ONE,
        MANY,
        question("checklist", "check", rows=ROWS, choices=choices("yes", "no")),
        question("rank", "first", choices=choices("a", "b")),
        question("integer", "trips"),
        question("decimal", "hours"),
        question("range", "share", start=0, end=10),
        question("text", "words"),
        question("date", "day"),
        question("time", "hour"),
        question("region", "where", level="county"),
        question("calculate", "sum", calculation="1 + 1"),
        question("note", "read"),
    )
    made = source([form], [])
    assert main_part(made).header[: len(META)] == META
    assert names(made) == [
        "kind",
        "met:state",
        *("met/fine", "met/fee", "met/none"),
        *("check/id", "check/two"),
        *("first:state", "first/a/rank", "first/b/rank"),
        *("trips", "trips:state"),
        *("hours", "hours:state"),
        *("share", "share:state"),
        *("words", "words:state"),
        *("day", "day:state"),
        *("hour", "hour:state"),
        "where",
        *("sum", "sum:state"),
    ]


def test_three_versions_of_a_form_share_one_set_of_columns() -> None:
    first = questionnaire(question("select_multiple", "met", choices=choices("fine", "gone")), ONE)
    second = questionnaire(
        question("text", "new"), ONE, question("select_multiple", "met", choices=choices("fee", "fine"))
    )
    third = questionnaire(
        question("select_multiple", "met", choices=choices("fee", "fine")), question("text", "new")
    )
    made = source(
        [first, second, third],
        [
            stored(first, {"met": ["gone"], "kind": "bus"}, id="r1"),
            stored(second, {"met": ["fee"], "new": "新"}, id="r2"),
            stored(third, {}, id="r3"),
        ],
    )
    # The last version's order; `kind`, which it dropped, stands behind what it followed in the version before.
    assert names(made) == ["met:state", "met/fee", "met/fine", "met/gone", "new", "new:state", "kind"]
    cells = frame_of(main_part(made))
    assert cells["met/gone"].tolist()[:2] == [1, 0]
    assert cells["new:state"].tolist() == ["_not_asked", "_answered", "_not_answered"]
    assert cells["kind"].tolist() == ["bus", "_not_answered", "_not_asked"]


def test_the_codebook_names_the_versions_of_each_column_and_choice(tmp_path: Path) -> None:
    first = questionnaire(question("select_one", "kind", choices=choices("truck", "gone")))
    second = questionnaire(
        question("select_one", "kind", choices=choices("truck", "bus")), question("text", "new")
    )
    export(source([first, second], []), "csv", tmp_path / "x.csv")
    rows = read_csv(tmp_path / "x-codebook.csv")
    found = {
        (a, b): v
        for a, b, v in zip(
            column(rows, "column"), column(rows, "choice"), column(rows, "versions"), strict=True
        )
    }
    both = f"{first.version} {second.version}"
    assert found[("kind", "")] == both
    assert found[("kind", "truck")] == both
    assert found[("kind", "gone")] == first.version
    assert found[("kind", "bus")] == second.version
    assert found[("new", "")] == second.version


def test_the_codebook_has_a_line_for_every_column_and_for_every_code_in_the_cells(tmp_path: Path) -> None:
    form = questionnaire(
        ONE,
        MANY,
        question("integer", "trips"),
        question("checklist", "check", rows=ROWS, choices=choices("yes", "no")),
    )
    made = source([form], [{"kind": "secret", "met": ["fine"]}, {"kind": "bus", "trips": 3}, {"kind": "old"}])
    export(made, "csv", tmp_path / "x.csv")
    book, rows = read_csv(tmp_path / "x-codebook.csv"), read_csv(tmp_path / "x.csv")
    assert list(dict.fromkeys(column(book, "column"))) == rows[0]
    known = set(zip(column(book, "column"), column(book, "choice"), strict=True))
    holds = dict(zip(column(book, "column"), column(book, "holds"), strict=True))
    for name in rows[0][len(META) :]:
        if holds[name] in ("code", "state"):
            assert {(name, code) for code in column(rows, name)} <= known


def test_a_refusal_stands_in_the_cells_as_one_and_the_codebook_says_which_choice_it_was(
    tmp_path: Path,
) -> None:
    export(source([questionnaire(ONE)], [{"kind": "secret"}]), "csv", tmp_path / "x.csv")
    assert column(read_csv(tmp_path / "x.csv"), "kind") == ["_refused"]
    book = read_csv(tmp_path / "x-codebook.csv")
    line = dict(zip(book[0], next(row for row in book if "secret" in row), strict=True))
    assert line["missing"] == "_refused"
    assert (line["choice_label:zh"], line["choice_label:en"]) == ("不想说", "rather not")


def test_not_asked_and_not_answered_are_told_apart_in_every_kind() -> None:
    form = questionnaire(ONE, MANY, question("integer", "trips"), question("text", "words"))
    made = source([form], [stored(form, {}, asked=[], id="r1"), stored(form, {}, id="r2")])
    cells = frame_of(main_part(made))
    for name in ("kind", "met:state", "trips:state", "words:state"):
        assert cells[name].tolist() == ["_not_asked", "_not_answered"], name
    for name in ("met/fine", "trips", "words"):
        assert cells[name].isna().all(), name


def test_who_chose_something_declined_the_rest_and_who_chose_nothing_did_not() -> None:
    cells = frame_of(main_part(source([questionnaire(MANY)], [{"met": ["fee"]}, {}])))
    assert cells["met/fine"].tolist() == [0, pd.NA]
    assert cells["met/fee"].tolist() == [1, pd.NA]
    assert cells["met/none"].tolist() == [0, pd.NA]


def test_a_rank_is_one_place_per_choice() -> None:
    form = questionnaire(question("rank", "first", choices=choices("a", "b", "c")))
    cells = frame_of(main_part(source([form], [{"first": ["c", "a"]}])))
    assert cells[["first/a/rank", "first/b/rank", "first/c/rank"]].iloc[0].tolist() == [2, pd.NA, 1]


def test_multiple_answers_stand_in_one_column_too_on_wish() -> None:
    form = questionnaire(MANY, question("rank", "first", choices=choices("a", "b", "c")))
    made = source([form], [{"met": ["fine", "fee"], "first": ["c", "a"]}, {}])
    assert frame_of(main_part(made, joined=True))["met"].tolist() == ["fine fee", None]
    assert frame_of(main_part(made, joined=True))["first"].tolist() == ["c a", None]
    assert frame_of(main_part(made, joined=True, labels=True))["met"].tolist() == ["fine┋fee", None]
    assert "met" not in names(made)


def test_please_say_stands_beside_its_question() -> None:
    other = question("select_one", "kind", choices=choices("bus", other={"specify": True}))
    made = source([questionnaire(other)], [{"kind": "other", "kind_other": "三轮车"}])
    assert names(made) == ["kind", "kind_other", "kind_other:state"]
    assert frame_of(main_part(made))["kind_other"].tolist() == ["三轮车"]
    assert main_part(made, labels=True).header[-2].endswith("（请说明）")


def test_labels_are_words_and_two_choices_with_the_same_words_stay_apart(tmp_path: Path) -> None:
    same = [
        {"name": "a", "label": "市中区"},
        {"name": "b", "label": "市中区"},
        {"name": "c", "label": "郊区"},
    ]
    form = questionnaire({"type": "select_one", "name": "q", "label": "在\n哪里？", "choices": same})
    export(source([form], [{"q": "a"}, {"q": "b"}, {"q": "c"}, {}]), "csv", tmp_path / "x.csv", labels=True)
    assert column(read_csv(tmp_path / "x.csv"), "q 在 哪里？") == [
        "市中区 [a]",
        "市中区 [b]",
        "郊区",
        "未作答",
    ]


def test_labels_come_in_the_language_asked_for(tmp_path: Path) -> None:
    label = {"label": {"zh": "您拉什么？", "en": "What do you carry?"}}
    form = questionnaire(ONE | label)
    export(source([form], [{}]), "csv", tmp_path / "x.csv", labels=True, language="en")
    assert column(read_csv(tmp_path / "x.csv"), "kind What do you carry?") == ["Not answered"]


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl", "parquet"])
def test_sealed_questions_are_in_no_file(tmp_path: Path, extension: str) -> None:
    open_first = questionnaire(ONE, question("text", "plate"))
    sealed = questionnaire(
        ONE,
        question("text", "plate", sensitive=True),
        question("text", "phone", role="contact", sensitive=True),
        question("select_one", "who", sensitive=True, choices=choices("me", other={"specify": True})),
    )
    made = source([open_first, sealed], [stored(open_first, {"plate": "川A12345", "kind": "bus"}, id="r1")])
    assert names(made, joined=True) == ["kind"]
    export(made, extension, tmp_path / f"x.{extension}")
    for path in tmp_path.iterdir():
        assert "川A12345".encode() not in path.read_bytes()
    if extension == "csv":
        assert "who" not in {
            name.partition(":")[0] for name in column(read_csv(tmp_path / "x-codebook.csv"), "column")
        }


def test_a_repeat_is_a_second_table_with_the_ids_of_the_first(tmp_path: Path) -> None:
    repeat = question("repeat", "issues", questions=[question("text", "what"), MANY])
    made = source(
        [questionnaire(ONE, repeat)],
        [{"kind": "bus", "issues": [{"what": "甲"}, {"what": "乙", "met": ["fee"]}]}, {}],
    )
    export(made, "csv", tmp_path / "x.csv")
    rows = read_csv(tmp_path / "x.issues.csv")
    assert rows[0] == [
        "_id",
        "_position",
        "what",
        "what:state",
        "met:state",
        "met/fine",
        "met/fee",
        "met/none",
    ]
    assert list(zip(*(column(rows, name) for name in ("_id", "_position", "what")), strict=True)) == [
        ("r1", "1", "甲"),
        ("r1", "2", "乙"),
    ]
    assert "what" not in read_csv(tmp_path / "x.csv")[0]


def test_the_frame_is_left_as_it_was() -> None:
    made = source([questionnaire(ONE, MANY)], [{"kind": "bus", "met": ["fee"]}])
    before = made.responses.frame.copy(deep=True)
    made.parts(Wish("zh", labels=True, joined=True))
    pd.testing.assert_frame_equal(made.responses.frame, before)


def test_a_number_with_decimals_in_a_column_of_whole_ones_is_not_rounded() -> None:
    first, second = questionnaire(question("decimal", "n")), questionnaire(question("integer", "n"))
    made = source([first, second], [stored(first, {"n": 1.5}, id="r1"), stored(second, {"n": 2}, id="r2")])
    assert frame_of(main_part(made))["n"].tolist() == [1.5, 2.0]


def test_the_region_of_a_response_is_a_code_and_in_labels_its_name(tmp_path: Path) -> None:
    form = questionnaire(ONE)
    tree = Regions(("city",), {"5101": Region("5101", Text({"zh": "成都市", "en": "Chengdu"}), "city")})
    rows = [stored(form, {}, region="5101", id="r1"), stored(form, {}, id="r2")]
    made = source([form], rows, replace(campaign(form), regions=tree))
    export(made, "csv", tmp_path / "codes.csv")
    export(made, "csv", tmp_path / "words.csv", labels=True)
    assert column(read_csv(tmp_path / "codes.csv"), "_region") == ["5101", ""]
    assert column(read_csv(tmp_path / "words.csv"), "_region 地区") == ["成都市", ""]


@pytest.mark.parametrize("name", sorted(REAL))
def test_every_questionnaire_of_the_house_can_be_exported_before_anyone_answers(
    tmp_path: Path, name: str
) -> None:
    given, form = REAL[name]
    report = export(source([form], [], given), "xlsx", tmp_path / "x.xlsx")
    rows = read_sheet(tmp_path / "x.xlsx", "responses")
    assert len(rows) == 1
    assert len(rows[0]) == report.columns
    assert set(rows[0]) <= set(column(read_csv(tmp_path / "x-codebook.csv"), "column"))
