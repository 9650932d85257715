"""The next version of a questionnaire, where answers to the one before are there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from survey_app.campaign.succession import lost
from survey_app.errors import CampaignError
from tests.conftest import WriteCampaign
from tests.machinery.drawn import choices, question, questionnaire
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.test_bad_input import TINY

WAS = "{name: well, type: text, label: {zh: 好吗？, en: How is it?}}"


def edited(to: str) -> dict[str, str]:
    return TINY | {"tiny.yaml": TINY["tiny.yaml"].replace(WAS, to)}


@pytest.mark.parametrize("are_there", [True, False])
def test_a_question_with_answers_does_not_become_one_of_another_kind(
    open_survey: OpenSurvey, write_campaign: WriteCampaign, are_there: bool
):
    person = Person(open_survey(write_campaign(TINY))).begins("tiny").answers(well="好")
    if are_there:
        assert person.answers().receipt
    number = edited("{name: well, type: integer, label: {zh: 几个？, en: How many?}}")
    if not are_there:
        assert open_survey(write_campaign(number))
        return
    with pytest.raises(CampaignError) as caught:
        open_survey(write_campaign(number))
    assert caught.value.words == (
        "tiny/tiny question well: was a text when answers came, and is an integer now: no table could count them "
        "(give the question another name; the answers to the old one stay in tables and exports)"
    )
    named = edited("{name: many, type: integer, label: {zh: 几个？, en: How many?}}")
    again = kept(open_survey(write_campaign(named)))
    assert [each.name for each in again.versions("tiny")] == ["tiny", "tiny"]


A, B = (
    question("select_one", "a", choices=choices("x")),
    question("select_multiple", "a", choices=choices("x")),
)
ROWS = {"rows": choices("r"), "choices": choices("x")}


@pytest.mark.parametrize(
    ("was", "now", "names"),
    [
        (A, B, []),
        (B, A, ["a"]),
        (question("integer", "a"), question("decimal", "a"), []),
        (question("integer", "a"), question("text", "a"), []),
        (question("text", "a"), question("date", "a"), ["a"]),
        (A, question("checklist", "a", **ROWS), ["a"]),
        (A, {"type": "repeat", "name": "many", "label": "many", "questions": [A]}, ["a"]),
        (A, question("note", "a"), []),
        (A, question("text", "b"), []),
    ],
)
def test_what_can_still_be_counted_may_change(was: dict, now: dict, names: Sequence[str]):
    found = lost("f", [questionnaire(was)], questionnaire(now))
    assert [each.question for each in found] == names
