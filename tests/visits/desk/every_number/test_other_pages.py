"""The pages that count no answers: questions to respondents, lines of the log, and pages without any figure."""

from __future__ import annotations

import pytest

from tests.visits.conftest import kept
from tests.visits.desk.every_number.conftest import Office, Viewer

RULES = ("12",)
"""Characters that a password has at least."""


@pytest.mark.parametrize(
    "address", ["account", "password", "people", "people/researcher", "posters", "tables"]
)
def test_there_are_no_figures_elsewhere(office: Office, address: str):
    sheet = office.sheet(office.viewers["coordinator"], f"/research/{address}")
    assert sheet.left(RULES) == []


def test_every_number_of_the_questions_to_respondents(office: Office, viewer: Viewer):
    asked = kept(office.app).dialogue.inquiries(list(office.campaign.questionnaires))
    mine = [each for name in office.seen_by(viewer).all["_id"] for each in asked.get(name, ())]
    assert mine
    for state, answered in (("waiting", False), ("answered", True)):
        sheet = office.sheet(viewer, f"/research/questions?state={state}")
        counts = [sum(bool(each.answer) is wanted for each in mine) for wanted in (False, True)]
        ways = sheet.take(sheet.main.one("nav"))
        assert sheet.numbers(ways.text) == [str(count) for count in counts]
        rows = sheet.rows(sheet.main.one("table"))[1:]
        assert len(rows) == counts[answered]
        assert sheet.left() == []


def test_every_number_of_the_log(office: Office):
    sheet = office.sheet(office.viewers["coordinator"], "/research/audit")
    rows = sheet.rows(sheet.main.one("table"))[1:]
    lines = [int(row[0].text) for row in rows]
    assert lines == list(range(lines[0], lines[0] - len(rows), -1))
    assert {str(lines[0])} == {number for text in sheet.left() for number in sheet.numbers(text)}
