"""What the pages tell their script, and what they take from it. What the script does is tried in tests/browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app.respondent.following import Following
from tests.machinery.drawn import choices, question, questionnaire
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept

CHOSEN = {"one": "green", "rows__first": "did", "rows__second": "did"}


def told(person: Person) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="live">(.*?)</script>', person.text, re.DOTALL)
    assert found
    return json.loads(found[1])


def saves(person: Person, page: str, **answers: str) -> Person:
    """What the script sends while the person goes on typing."""
    form = {**person.form(**answers), "go": "keep"}
    return person.posts(f"/q/every-kind/{page}", form, follow=False)


def test_a_save_keeps_without_judging_and_shows_nothing(person: Person):
    saves(person.begins("every-kind"), "chosen", one="other", one_other="长" * 300)
    assert (person.status, person.text) == (204, "")
    assert person.opens("/q/every-kind/chosen").holds("one_other") == "长" * 300
    assert person.errors == ""


def test_a_save_without_a_token_or_with_a_forged_answer_keeps_nothing(person: Person):
    person.begins("every-kind")
    form = person.form(one="green") | {"go": "keep"}
    person.posts("/q/every-kind/chosen", form | {"csrf_token": "x"})
    assert person.status == 400
    person.posts("/q/every-kind/chosen", form | {"q-one": "purple"})
    assert person.status == 400
    assert person.opens("/q/every-kind/chosen").holds("one") == []


def test_a_save_after_sending_changes_nothing(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").answers(**CHOSEN).answers().answers(age="12")
    form = person.opens("/q/every-kind/typed").form(age="50") | {"go": "keep"}
    person.opens("/q/every-kind/places").answers(place="P3").answers().answers()
    person.posts("/q/every-kind/typed", form, follow=False)
    assert person.status == 303
    (response,) = kept(every_kind).responses()
    assert response.answers["age"] == 12


def test_what_the_script_had_taken_away_keeps_what_was_typed_before(person: Person):
    person.begins("every-kind").answers("back", one="red", why="好看").opens("/q/every-kind/chosen")
    form = {name: value for name, value in person.form(one="green").items() if name != "q-why"}
    person.posts("/q/every-kind/chosen", form | {"go": "keep", "shown": "ask-one ask-rows"}, follow=False)
    person.opens("/q/every-kind/chosen").answers("back", one="red").opens("/q/every-kind/chosen")
    assert person.holds("why") == "好看"


def test_what_the_script_had_shown_and_was_left_empty_is_empty_and_no_news(person: Person):
    person.begins("every-kind")
    shown = " ".join(
        f"ask-{name}" for name in ("welcome", "one", "why", "listed", "many", "liked", "rows", "order")
    )
    form = person.form(**CHOSEN | {"one": "red"}) | {"go": "on", "shown": shown}
    person.posts("/q/every-kind/chosen", form)
    assert person.at == "typed"


def test_a_page_tells_the_earlier_answers_that_it_needs_and_no_others(open_survey: OpenSurvey):
    real = Path(__file__).resolve().parents[2] / "questionnaires"
    person = Person(open_survey(real)).begins("driver")
    person.answers("back", B01="taxi", B03="y1").opens("/q/driver/problems")
    about = told(person)
    assert set(about["answers"]) <= {"B01", "B06", "B08", "B10"}
    assert "B03" not in about["answers"]
    assert "draft-driver" not in person.text


def test_a_person_without_a_script_neither_sees_nor_sends_what_is_not_asked(person: Person):
    person.begins("every-kind")
    assert "later-ask-why" in person.text
    assert not person.shows("why")
    assert "q-why" not in person.form()


def test_the_words_of_the_script_are_in_the_readers_language(every_kind: Flask):
    assert told(Person(every_kind, "en").begins("every-kind"))["words"]["saved"] == "Saved."
    assert told(Person(every_kind).begins("every-kind"))["words"]["saved"] == "已保存。"


def test_places_are_kept_for_a_year_under_their_hash_alone(person: Person):
    person.begins("every-kind").answers(**CHOSEN).opens("/q/every-kind/places")
    address = next(each["places"] for each in told(person)["questions"] if each["name"] == "place")
    answer = person.client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ["P1a", "P1", "county", "东市甲县", ""] in answer.json["places"]
    old = re.sub(r"/places/\w+", "/places/000000000000", address)
    assert person.client.get(old).headers["Cache-Control"] == "no-store"
    for wrong in (
        address.replace("county", "street"),
        address.replace("every-kind", "nowhere"),
        f"{address}x",
    ):
        assert person.client.get(wrong).status_code == 404


def hanging(relevant: str, *before: dict[str, Any]) -> frozenset[str]:
    """What of a page a script may bring up, where the last question is asked when `relevant` holds."""
    first = question("select_one", "first", choices=choices("a", "b"))
    asked = questionnaire(first, *before, question("text", "last", relevant=relevant))
    return Following(asked, asked.pages[0], can_seal=False).later


@pytest.mark.parametrize(
    ("relevant", "before"),
    [
        ("${first} = 'a' and today() > '2021-06-01'", ()),
        ("round(${n}, 1) > 2", (question("decimal", "n"),)),
        ("${n} = 2", (question("calculate", "n", calculation="count-selected(${first}) + 1"),)),
    ],
)
def test_a_script_decides_where_it_comes_to_the_same(relevant: str, before: tuple[dict[str, Any], ...]):
    assert "last" in hanging(relevant, *before)


@pytest.mark.parametrize(
    ("relevant", "before"),
    [
        ("concat(${first}, 'x') = 'ax'", ()),
        ("regex(${first}, '\\s*a')", ()),
        ("${n} = '08:30'", (question("time", "n"),)),
        ("${n} = 2", (question("calculate", "n", calculation="number(concat(${first}, '2'))"),)),
        ("${n} = 2", (question("integer", "n", relevant="join('', ${first}) = 'a'"),)),
        ("${n} = 2", (question("integer", "n", constraint="substr(., 0, 1) = '2'"),)),
        ("count(${n}) = 2", (question("repeat", "n", questions=[question("text", "inner")]),)),
    ],
)
def test_a_script_leaves_to_the_server_what_it_could_not_be_sure_of(
    relevant: str, before: tuple[dict[str, Any], ...]
):
    assert "last" not in hanging(relevant, *before)


@pytest.mark.parametrize(
    ("kind", "keys"), [("text", {"sensitive": True}), ("text", {"role": "contact"}), ("image", {})]
)
def test_what_cannot_be_sealed_is_not_even_in_a_template(kind: str, keys: dict[str, Any]):
    asked = questionnaire(
        question("select_one", "first", choices=choices("a", "b")),
        question(kind, "secret", relevant="${first} = 'a'", **keys),
    )
    assert "secret" not in Following(asked, asked.pages[0], can_seal=False).later
    assert "secret" in Following(asked, asked.pages[0], can_seal=True).later
