"""The quick way out, beside one's boss."""

from __future__ import annotations

from flask import Flask

from tests.machinery.everykind import at_the_check, at_the_second_page
from tests.machinery.person import Person


def leaves(person: Person) -> Person:
    link = next(link for link in person.sees.links if link.endswith("/leave"))
    return person.opens(link)


def test_leaving_shows_a_page_that_tells_nothing(person: Person):
    leaves(at_the_second_page(person))
    assert person.status == 200
    for word in ("问卷", "调查", "题型", "答案", "survey"):
        assert word not in person.text
    assert person.page.headers["Clear-Site-Data"] == '"cache"'
    assert person.page.headers["Cache-Control"] == "no-store"


def test_the_back_button_finds_the_start_page_and_nothing_is_lost(person: Person):
    at_the_second_page(person).answers(age="12")
    leaves(person)
    assert person.opens("/q/every-kind/typed").at == "every-kind"
    assert person.opens("/q/every-kind/check").at == "every-kind"
    person.answers()
    assert person.at == "places"
    assert person.opens("/q/every-kind/typed").holds("age") == "12"


def test_a_receipt_is_out_of_sight_after_leaving_until_the_person_is_back(person: Person):
    receipt = at_the_check(person).answers().receipt
    leaves(person)
    assert person.opens("/q/every-kind/sent").at == "every-kind"
    assert receipt[:4] not in person.text
    assert person.answers().receipt == receipt


def test_a_campaign_may_lead_to_a_harmless_page_elsewhere(real: Flask):
    person = Person(real).begins("driver")
    link = next(link for link in person.sees.links if link.endswith("/leave"))
    answer = person.client.get(link)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://www.weather.com.cn/"
