"""Going on with the same answers on another phone: a code, its QR, and what it does not open."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from survey_app.storage import CODE_LENGTH, CODE_SIGNS
from tests.machinery.everykind import at_the_second_page
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.test_receipts import presses, token

WRONG = "3" * CODE_LENGTH


def asks_for_a_code(person: Person, **answers: str) -> str:
    person.answers("later", **answers)
    assert person.at == "later"
    return re.sub(r"\s", "", person.sees.ids["code"])


def types(person: Person, code: str) -> Person:
    person.opens("/resume")
    return presses(person, "/resume", code=code)


@pytest.fixture
def code(person: Person) -> str:
    """That of a person who stopped on the second page, with half an answer typed."""
    return asks_for_a_code(at_the_second_page(person), age="12", line="打到一半")


def test_the_code_is_short_to_type_and_shown_with_its_qr(person: Person, code: str):
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_SIGNS)
    assert '<svg viewBox="0 0 ' in person.text
    assert "谁有这个码" in person.text
    last = date.today() + timedelta(days=7)
    assert f"{last.year}年{last.month}月{last.day}日" in person.text
    assert code not in person.place
    assert code not in "".join(person.page.headers.getlist("Set-Cookie"))


def test_it_opens_the_same_answers_on_another_phone_where_the_person_was(every_kind: Flask, code: str):
    other = types(Person(every_kind), code)
    assert other.at == "places"  # the first page with something to do
    assert code not in other.place
    other.opens("/q/every-kind/typed")
    assert (other.holds("age"), other.holds("line")) == ("12", "打到一半")


@pytest.mark.parametrize("written", ["lower", "groups", "full"])
def test_it_may_be_typed_with_spaces_in_small_or_wide_letters(every_kind: Flask, code: str, written: str):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    groups = " ".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))
    typed = {"lower": code.lower(), "groups": groups, "full": wide}[written]
    assert types(Person(every_kind), typed).at == "places"


def test_the_code_stays_the_same_and_both_phones_go_on(every_kind: Flask, person: Person, code: str):
    other = types(Person(every_kind), code)
    other.answers(place="P1a")
    person.opens("/q/every-kind/typed")
    assert asks_for_a_code(person, age="13") == code
    person.opens("/q/every-kind/places")
    assert person.holds("place") == "P1a"
    other.opens("/q/every-kind/check").answers()
    receipt = other.receipt
    assert person.opens("/q/every-kind/check").receipt == receipt
    assert kept(every_kind).counts() == {"every-kind": 1}


def test_after_sending_the_code_opens_nothing_not_even_the_receipt(
    every_kind: Flask, person: Person, code: str
):
    person.opens("/q/every-kind/places").answers(place="P1a").answers().answers()
    assert person.at == "sent"
    other = types(Person(every_kind), code)
    assert other.status == 422
    assert "没有待填的答案" in other.errors
    assert person.receipt[:4] not in other.text


def test_wrong_expired_and_sent_codes_are_told_in_the_same_words(
    every_kind: Flask, person: Person, code: str
):
    assert types(Person(every_kind), WRONG).status == 422
    words = types(Person(every_kind), WRONG).errors
    kept(every_kind).purge_expired_drafts(date.today() + timedelta(days=8))
    expired = types(Person(every_kind), code)
    assert (expired.status, expired.errors) == (422, words)
    malformed = types(Person(every_kind), code[:-1] + "0")
    assert malformed.status == 422
    assert CODE_SIGNS in malformed.errors
    assert code[:-1] in malformed.text


def test_who_guesses_waits(every_kind: Flask):
    person = Person(every_kind)
    for _ in range(4):
        types(person, WRONG)
    assert types(person, WRONG).status == 429
    assert int(person.page.headers["Retry-After"]) <= 2
    person.opens("/q/every-kind")
    assert presses(person, "/q/every-kind/resume", code=WRONG).status == 429


def test_answers_begun_on_the_other_phone_are_not_lost_unasked(every_kind: Flask, code: str):
    other = Person(every_kind).begins("every-kind").answers("back", one="red")
    types(other, code)
    assert "这部手机上也有一份没填完" in other.text
    assert other.opens("/q/every-kind/chosen").holds("one") == "red"
    types(other, code)
    presses(other, "/q/every-kind/resume", code=code, replace="1")
    assert other.opens("/q/every-kind/chosen").holds("one") == "green"


def test_there_is_no_code_until_it_is_asked_for_and_none_for_nobody(every_kind: Flask):
    person = Person(every_kind)
    assert person.opens("/q/every-kind/later").at == "every-kind"
    person.begins("every-kind")
    assert person.opens("/q/every-kind/later").at == "chosen"
    asks_for_a_code(person)
    person.opens("/q/every-kind/leave")
    assert person.opens("/q/every-kind/later").at == "every-kind"


def test_a_code_of_another_questionnaire_is_none_here(real: Flask):
    code = asks_for_a_code(Person(real).begins("driver"), B01="taxi")
    other = Person(real).opens("/q/counterpart")
    assert presses(other, "/q/counterpart/resume", code=code).status == 422
    assert types(Person(real), code).at == "about"


def test_a_stale_form_keeps_the_code(every_kind: Flask, code: str):
    person = Person(every_kind).opens("/resume")
    assert person.posts("/resume", {"csrf_token": "old", "code": code}).status == 400
    assert person.posts("/resume", {"csrf_token": token(person), "code": code}).at == "places"
    stale = person.posts("/q/every-kind/resume", {"csrf_token": "old", "code": code})
    assert stale.status == 400
    assert code in stale.text


def test_the_database_alone_opens_nothing(every_kind: Flask, person: Person, code: str):
    draft = next(c.value for c in person.client._cookies.values() if c.key == "draft-every-kind")
    with kept(every_kind).engine.connect() as connection:
        held = repr(connection.exec_driver_sql("SELECT * FROM drafts").all())
    assert code not in held
    assert draft not in held
