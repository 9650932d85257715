"""The answer about files: random names, counted in tables and exports, asked only where somebody holds the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyrage
import pytest

from survey_app.campaign.answers import check
from survey_app.campaign.checking import check_path
from survey_app.exporting import export
from survey_app.importing.headers import is_calculated
from tests.conftest import WriteCampaign
from tests.machinery.drawn import campaign, question, questionnaire, stored
from tests.machinery.left import column, read_csv, source

KEY = pyrage.x25519.Identity.generate()
A, B, C = ("a" * 32, "b" * 32, "0123456789abcdef" * 2)
TINY = questionnaire(
    question("image", "photo", max_files=2, required=True),
    question("file", "paper"),
    question("repeat", "visits", questions=[question("text", "place"), question("file", "paper_there")]),
)
SEALING, OPEN = campaign(TINY, identity=KEY), campaign(TINY)


def codes(raw: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in check(TINY, raw, SEALING).problems]


def test_names_of_files_are_taken_in_their_order_and_stay_as_they_are():
    checked = check(TINY, {"photo": [B, A], "paper": C}, SEALING)
    assert checked.problems == ()
    assert checked.answers == {"photo": [B, A], "paper": [C]}
    assert check(TINY, checked.answers, SEALING).answers == checked.answers


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({}, ("photo", "required")),
        ({"photo": []}, ("photo", "required")),
        ({"photo": ["../../etc/passwd"]}, ("photo", "type")),
        ({"photo": ["notice.jpg"]}, ("photo", "type")),
        ({"photo": [A.upper()]}, ("photo", "type")),
        ({"photo": [{"name": A}]}, ("photo", "type")),
        ({"photo": 7}, ("photo", "type")),
        ({"photo": [A, B, C]}, ("photo", "most")),
        ({"photo": A, "paper": [A, B]}, ("paper", "most")),
    ],
)
def test_what_is_no_name_of_a_file_and_one_file_too_many_are_problems(
    raw: dict[str, Any], problem: tuple[str, str]
):
    assert problem in codes(raw)


def test_without_a_recipient_and_in_an_entry_no_file_is_asked_for():
    asked = check(TINY, {"visits": [{"place": "广元"}]}, OPEN)
    assert asked.problems == ()
    assert not {"photo", "paper"} & asked.relevant
    sealing = check(TINY, {"photo": A, "visits": [{"place": "广元"}]}, SEALING)
    assert {"photo", "paper", "visits/0/place"} <= sealing.relevant
    assert "visits/0/paper_there" not in sealing.relevant


FILES = """
    name: tiny
    title: {zh: 罚款}
    audience: [driver]
    pages:
      - name: page
        label: {zh: 页}
        questions:
          - {name: photo, type: image, label: {zh: 照片}}
          - name: visits
            type: repeat
            label: {zh: 多次}
            questions:
              - {name: paper, type: file, label: {zh: 材料}}
"""
ABOUT = """
    name: tiny
    title: {zh: 小调查}
    organisation: {zh: 试验办公室}
    languages: {zh: 中文}
    privacy: {zh: 匿名填写。}
    consent: {zh: 我自愿填写}
"""


def test_the_author_is_told_which_files_will_not_be_asked_for(write_campaign: WriteCampaign):
    folder = write_campaign({"campaign.yaml": ABOUT, "tiny.yaml": FILES})
    told = [str(mistake) for mistake in check_path(folder).mistakes]
    assert [("photo" in each or "paper" in each) and "warning" in each for each in told] == [True] * 3
    assert sum("files are sealed" in each for each in told) == 2
    assert any("stands inside the repeat visits (move it out of the repeat)" in each for each in told)


def test_our_own_export_comes_back_without_its_counts_of_files():
    assert is_calculated("photo", TINY)
    assert is_calculated("photo:state", TINY)
    assert not is_calculated("words", questionnaire(question("text", "words")))


def test_tables_and_exports_have_the_number_of_files(tmp_path: Path):
    answers = [{"photo": [A, B]}, {"photo": [C]}, {}]
    given = source([TINY], [stored(TINY, each, id=f"r{n}") for n, each in enumerate(answers)], SEALING)
    (frame,) = given.responses.read()
    assert frame["photo"].tolist() == [2, 1, pd.NA]
    assert frame["photo:state"].tolist() == ["_answered", "_answered", "_not_answered"]
    assert "paper_there" not in given.entries["visits"].empty
    path = tmp_path / "tiny.csv"
    export(given, "csv", path, language="zh", labels=False, joined=False)
    assert column(read_csv(path), "photo") == ["2", "1", ""]
    assert A not in path.read_text("utf-8")
