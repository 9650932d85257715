"""A table is read the same by a program, a workbook and a person."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from survey_app.campaign.models import Questionnaire
from survey_app.tabulation import Catalogue, as_frame, as_text, ask
from survey_app.tabulation.text import wrapped
from tests.machinery.counted import CAMPAIGN, CATALOGUE, ROAD, frame_of, questionnaire, said

PEOPLE = [
    said(place="n1", sort="bus", met=["FINE"]),
    said(place="n1", sort="truck", met=["FINE", "FEE"]),
    said(place="s1", sort="no"),
    said(sort="bus"),
]


def test_json_is_the_contract():
    written = ask(frame_of(PEOPLE), CATALOGUE, "region", "sort", level="prefecture").to_json_dict("zh")
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["rows"] == [
        {"code": "north", "label": "north区"},
        {"code": "south", "label": "south区"},
        {"code": "road", "label": "选项road"},
        {"code": "_not_answered", "label": "未作答"},
    ]
    assert [column["code"] for column in written["columns"]] == ["truck", "bus", "_refused"]
    assert written["counts"] == [[1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert written["row_base"] == [2, 0, 0, 1]
    assert written["column_base"] == [1, 1, 1]
    assert written["base"] == 2
    assert written["people"] == 4
    assert written["measure"] == "respondents"
    assert written["questionnaires"] == {"road": ROAD.version}
    assert "1 人未答“发生地区”；不计入百分比的应答人数。" in written["notes"]
    assert "values" not in written


def test_json_of_shares_has_their_intervals_and_null_where_there_is_none():
    written = ask(
        frame_of(PEOPLE), CATALOGUE, "region", "sort", level="prefecture", percent="row"
    ).to_json_dict("en")
    assert written["values"] == [[0.5, 0.5, None], [None, None, None], [None, None, None], [0.0, 1.0, None]]
    assert written["low"][0] == [0.094531, 0.094531, None]
    assert written["high"][0] == [0.905469, 0.905469, None]
    assert written["percent"] == "row"


def test_a_hidden_cell_is_null_in_json_blank_in_sheets_and_marked_in_text():
    table = ask(frame_of(PEOPLE), CATALOGUE, "sort", "all")
    counts = table.figures.counts.copy()
    counts[0, 0] = np.nan
    hidden = replace(table, figures=replace(table.figures, counts=counts))
    assert hidden.to_json_dict()["counts"] == [[None], [2], [1]]
    assert as_frame(hidden, "en").iloc[0, 2] is None
    assert as_text(hidden, "en").splitlines()[5].split() == ["truck", "hidden", "1", "1*"]


def test_a_sheet_has_a_line_per_code_then_the_total_and_the_base():
    frame = as_frame(ask(frame_of(PEOPLE), CATALOGUE, "region", "sort", level="prefecture"), "en")
    assert list(frame.columns) == [
        "Code",
        "Region",
        "truck",
        "bus",
        "Preferred not to say",
        "Respondents",
        "Base",
    ]
    assert frame.values.tolist() == [
        ["north", "north", 1, 1, 0, 2, 2],
        ["south", "south", 0, 0, 1, 1, 0],
        ["road", "road", 0, 0, 0, 0, 0],
        ["_not_answered", "Not answered", 0, 1, 0, 1, 1],
        ["_total", "Total", 1, 2, 1, 4, 3],
        ["_base", "Base", 1, 1, 1, 3, 2],
    ]


def test_a_sheet_has_the_interval_and_the_people_beside_its_share():
    frame = as_frame(ask(frame_of(PEOPLE), CATALOGUE, "all", "sort", percent="row"), "en")
    parts = ["", " (low)", " (high)", " (n)"]
    assert list(frame.columns)[:10] == [
        "Code",
        "All",
        *(f"{name}{part}" for name in ("truck", "bus") for part in parts),
    ]
    assert list(frame.columns)[-2:] == ["Respondents", "Base"]
    assert frame.iloc[0, 2] == pytest.approx(1 / 3, abs=1e-6)
    assert frame.iloc[-1].tolist() == [
        "_base",
        "Base",
        *[1, None, None, None, 2, None, None, None, 1, None, None, None],
        4,
        3,
    ]


def test_columns_with_the_same_words_are_told_apart_by_their_code():
    twins = [{"name": "truck", "label": "Car"}, {"name": "bus", "label": "Car"}]
    alike = questionnaire(sort={"choices": twins})
    catalogue = Catalogue.of(CAMPAIGN, {"road": [alike]})
    frame = as_frame(ask(frame_of([said(sort="bus")], alike), catalogue, "all", "sort"), "en")
    assert list(frame.columns)[2:4] == ["Car (truck)", "Car (bus)"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("asked", [{}, {"percent": "row"}, {"measure": "mentions"}])
def test_every_line_of_the_text_ends_in_the_same_place(language: str, asked: dict[str, str]):
    """Chinese letters take two places each; columns still stand under one another."""
    text = as_text(ask(frame_of(PEOPLE), CATALOGUE, "region", "issue", level="prefecture", **asked), language)
    lines = text.split("\n\n")[1].splitlines()
    rule = next(line for line in lines if line.startswith("─"))
    numbers = [line for line in lines if (line and line[-1].isdigit()) or line.endswith("*")]
    assert len(numbers) == 6
    assert {cell_len(line) for line in [lines[0], *numbers]} == {cell_len(rule)}


def test_the_text_says_title_figures_bases_and_notes():
    text = as_text(ask(frame_of(PEOPLE), CATALOGUE, "all", "sort", percent="row"), "zh")
    assert text.startswith("全部 × sort\n人数，占本行百分比\n")
    assert "33.3% (6–79)" in text
    assert "应答人数：两项都作答的 3 人；表中共 4 人。" in text
    assert "样本偏少" in text
    assert "small sample" in as_text(ask(frame_of(PEOPLE), CATALOGUE, "all", "sort"), "en")
    assert "样本偏少" not in as_text(ask(frame_of(PEOPLE * 30), CATALOGUE, "all", "all"), "zh")


def test_only_what_is_compared_is_marked_as_a_small_sample():
    """Few who did not answer are no small sample of anything."""
    people = [said(place="n1", sort="bus")] * 30 + [said(sort="bus"), said(place="n1")]
    text = as_text(ask(frame_of(people), CATALOGUE, "region", "sort", level="prefecture"), "en")
    assert "*" not in text
    few = as_text(ask(frame_of(people[1:]), CATALOGUE, "region", "sort", level="prefecture"), "en")
    assert "29*" in few
    assert "* small sample" in few


def test_a_narrow_terminal_gets_blocks_and_loses_nothing():
    table = ask(frame_of(PEOPLE), CATALOGUE, "region", "issue", level="county", percent="row")
    narrow, wide = as_text(table, "en", 60), as_text(table, "en")
    assert max(cell_len(line) for line in narrow.splitlines()) <= 60
    assert narrow.count("Region\n") + narrow.count("Region  ") > 1
    assert set(wide.split()) - {line for line in wide.split() if line.startswith("─")} <= set(narrow.split())


def test_a_column_wider_than_the_terminal_still_has_its_block():
    text = as_text(ask(frame_of(PEOPLE), CATALOGUE, "sort", "all", percent="row"), "en", 10)
    assert text.count("Preferred not to say") == 3


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("short", 10, ["short"]),
        ("two words", 5, ["two", "words"]),
        ("执法为民宗旨不牢", 8, ["执法为民", "宗旨不牢"]),
        ("incomprehensibilities", 8, ["incompre", "hensibil", "ities"]),
        ("a  b\nc", 20, ["a b c"]),
        ("", 5, [""]),
        ("执行A12号", 6, ["执行", "A12号"]),
    ],
)
def test_words_are_wrapped_at_the_width_of_their_letters(words: str, width: int, lines: list[str]):
    assert wrapped(words, width) == lines


def test_the_published_figures_of_a_real_survey_come_out(samples: Path):
    """FiveThirtyEight, "41 percent of fliers think you're rude if you recline your seat" (2014): 352 of 854."""
    with (samples / "responses" / "R1_538_flying-etiquette.csv").open(encoding="latin-1") as file:
        answers = list(csv.DictReader(file))
    asked = {"rude": "Is itrude to recline your seat on a plane?", "place": "Location (Census Region)"}
    choices = {name: sorted({row[head] for row in answers if row[head]}) for name, head in asked.items()}
    flying = Questionnaire.model_validate(
        {
            "name": "flying",
            "title": "Flying",
            "audience": ["flier"],
            "pages": [
                {
                    "name": "only",
                    "label": "Only",
                    "questions": [
                        {
                            "type": "select_one",
                            "name": name,
                            "label": asked[name],
                            "choices": [
                                {"name": f"c{number}", "label": words}
                                for number, words in enumerate(choices[name])
                            ],
                        }
                        for name in asked
                    ],
                }
            ],
        }
    )
    people = [
        said(**{name: f"c{choices[name].index(row[head])}" for name, head in asked.items() if row[head]})
        for row in answers
    ]
    catalogue = Catalogue.of(CAMPAIGN, {"flying": [flying]})
    table = ask(
        frame_of([replace(person, asked=tuple(asked)) for person in people], flying),
        catalogue,
        "place",
        "rude",
        percent="row",
    )
    labels = [label.in_("en") for _, label in table.columns]
    rude = [place for place, label in enumerate(labels) if label.startswith("Yes")]
    assert len(rude) == 2
    assert table.row_bases[-1] == 854
    assert table.figures.counts[-1, rude].sum() == 352
    assert table.figures.values is not None
    assert round(100 * table.figures.values[-1, rude].sum()) == 41
    assert table.figures.counts[-2, -1] == 42, "those who gave no region have a row of their own"
    assert table.rows[-1][0] == "_not_answered"
    assert table.figures.counts[:-1, -1].sum() == len(answers) == 1040
