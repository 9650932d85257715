"""What is drawn once and handed to everybody holds nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from survey_app.respondent import visits
from survey_app.respondent.once import known
from tests.machinery.everykind import CHOSEN
from tests.machinery.person import Person

SECRET = "只有我写过的话"


def at_the_first_page(app: Flask, language: str = "zh-CN") -> Person:
    return Person(app, language).begins("every-kind")


def test_nobody_sees_what_another_person_answered(every_kind: Flask):
    before = at_the_first_page(every_kind)
    other = at_the_first_page(every_kind).answers(**CHOSEN).opens("/q/every-kind/chosen")
    assert other.holds("one") == "green"
    after = at_the_first_page(every_kind)
    assert after.holds("one") == before.holds("one")
    assert after.holds("rows-first") == []
    assert other.opens("/q/every-kind/chosen").holds("one") == "green"


def test_what_is_kept_for_everybody_holds_no_typed_words(every_kind: Flask):
    person = at_the_first_page(every_kind)
    person.answers(**CHOSEN | {"one": "other", "one_other": SECRET}).opens("/q/every-kind/chosen")
    assert SECRET in person.text
    with every_kind.app_context():
        assert known()
        assert SECRET not in repr(known())


def test_each_language_has_its_own_words(every_kind: Flask):
    chinese, english = at_the_first_page(every_kind), at_the_first_page(every_kind, "en")
    assert "请慢慢看。" in chinese.text
    assert "Take your time." in english.text
    assert "Take your time." not in at_the_first_page(every_kind).text


def test_a_mistake_is_told_to_who_made_it_and_to_nobody_else(every_kind: Flask):
    assert at_the_first_page(every_kind).answers().errors
    assert at_the_first_page(every_kind).errors == ""


def test_answers_are_judged_once_in_a_request(every_kind: Flask, monkeypatch: pytest.MonkeyPatch):
    judged: list[Any] = []
    check: Callable[..., Any] = visits.check

    def counted(*given: Any, **more: Any) -> Any:
        judged.append(given)
        return check(*given, **more)

    person = at_the_first_page(every_kind)
    form = {**person.form(**CHOSEN), "shown": "ask-one ask-rows"}
    monkeypatch.setattr(visits, "check", counted)
    person.posts(person.place, form, follow=False)
    assert person.status == 303
    assert len(judged) == 1, "with the script, which tells what was shown"
    person.opens(person.page.headers["Location"])
    assert len(judged) <= 3, (
        "the next page: once, and once more where it has answers of its own from the start"
    )
