"""A questionnaire is paused while people are at it: nothing typed is lost, and the page says until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from survey_app.storage import Pause
from tests.machinery.everykind import at_the_check, at_the_second_page
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.test_resume import asks_for_a_code, types

TODAY = date.today()
TOMORROW = TODAY + timedelta(days=1)


def pauses(app: Flask, until: date | None = None, **words: str) -> None:
    kept(app).pauses.begin("every-kind", Pause(until, words))


def reopens(app: Flask) -> None:
    assert kept(app).pauses.end("every-kind")


def in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def test_the_start_says_politely_that_it_is_paused_until_when_and_why(every_kind: Flask):
    pauses(every_kind, TOMORROW, zh="系统维护，<b>敬请谅解</b>。", en="Maintenance.")
    person = Person(every_kind).opens("/q/every-kind")
    assert person.status == 403
    assert "本问卷暂停填写。" in person.text
    assert in_chinese(TOMORROW) in person.text
    assert "系统维护，&lt;b&gt;敬请谅解&lt;/b&gt;。" in person.text
    assert "12328" in person.text
    assert "answers" not in person.sees.actions
    english = Person(every_kind, "en").opens("/q/every-kind")
    assert "Maintenance." in english.text
    assert "This questionnaire is paused." in english.text


def test_without_a_day_the_page_says_that_none_is_known(every_kind: Flask):
    pauses(every_kind)
    english = Person(every_kind, "en").opens("/q/every-kind")
    assert "The day on which it takes answers again is not known yet." in english.text


def test_words_in_one_language_are_marked_in_another(every_kind: Flask):
    pauses(every_kind, zh="系统维护。")
    assert '<p lang="zh-Hans">系统维护。</p>' in Person(every_kind, "en").opens("/q/every-kind").text


def test_the_list_says_so_and_leads_to_why(every_kind: Flask):
    pauses(every_kind)
    person = Person(every_kind).opens("/")
    assert "/q/every-kind" in person.sees.links and "暂停中" in person.text
    pauses(every_kind, TOMORROW)
    assert "暂停中，" in person.opens("/").text and "起恢复" in person.text
    assert "/receipt" in person.opens("/q/every-kind").sees.links
    reopens(every_kind)
    assert "暂停中" not in person.opens("/").text


def test_nobody_can_begin_on_a_page_that_was_open_before(every_kind: Flask):
    person = Person(every_kind).opens("/q/every-kind")
    pauses(every_kind)
    person.answers()
    assert person.status == 403
    assert "draft-every-kind" not in "".join(person.page.headers.getlist("Set-Cookie"))


def test_what_was_typed_when_the_pause_began_is_there_afterwards(every_kind: Flask):
    person = at_the_second_page(Person(every_kind))
    pauses(every_kind, TOMORROW)
    person.answers(age="12", line="打到一半")
    assert person.status == 403
    assert in_chinese(TODAY + timedelta(days=7)) in person.text  # until when it is kept
    reopens(every_kind)
    person.opens("/q/every-kind")
    assert "您之前填过" in person.text or "已保存" in person.text
    person.opens("/q/every-kind/typed")
    assert (person.holds("age"), person.holds("line")) == ("12", "打到一半")
    assert person.answers().answers(place="P1a").answers().answers().receipt


def test_what_the_script_saves_in_a_pause_is_kept(every_kind: Flask):
    person = at_the_second_page(Person(every_kind))
    pauses(every_kind)
    person.answers("keep", age="13")
    assert person.status == 403
    reopens(every_kind)
    assert person.opens("/q/every-kind/typed").holds("age") == "13"


def test_nothing_is_sent_in_a_pause_and_once_after_it(every_kind: Flask):
    person = at_the_check(Person(every_kind))
    form, action = person.form(), person.sees.actions["answers"]
    pauses(every_kind)
    assert person.posts(action, form).status == 403
    assert kept(every_kind).counts() == {}
    reopens(every_kind)
    assert person.posts(action, form).receipt
    assert kept(every_kind).counts() == {"every-kind": 1}


@pytest.mark.parametrize("address", ["", "/chosen", "/typed", "/check"])
def test_every_page_of_it_is_closed(every_kind: Flask, address: str):
    person = at_the_second_page(Person(every_kind))
    pauses(every_kind)
    person.opens(f"/q/every-kind{address}")
    assert person.status == 403
    assert "本问卷暂停填写。" in person.text


def test_a_receipt_is_shown_in_a_pause_too(every_kind: Flask):
    person = at_the_check(Person(every_kind)).answers()
    receipt = person.receipt
    pauses(every_kind)
    assert person.opens("/q/every-kind").receipt == receipt
    assert person.opens("/q/every-kind/sent").receipt == receipt


def test_a_code_of_answers_begun_opens_the_closed_door_and_the_answers_after_it(every_kind: Flask):
    code = asks_for_a_code(at_the_second_page(Person(every_kind)), age="12")
    pauses(every_kind, TOMORROW)
    other = types(Person(every_kind), code)
    assert other.status == 403
    assert in_chinese(TOMORROW) in other.text
    reopens(every_kind)
    assert other.opens("/q/every-kind/typed").holds("age") == "12"


def test_a_pause_ends_by_itself_on_its_day(every_kind: Flask):
    pauses(every_kind, TOMORROW)
    assert Person(every_kind).opens("/q/every-kind").status == 403
    pauses(every_kind, TODAY)  # as one that was begun yesterday until tomorrow
    assert Person(every_kind).opens("/q/every-kind").status == 200
    assert "/q/every-kind" in Person(every_kind).opens("/").sees.links


def test_another_questionnaire_goes_on(real: Flask):
    kept(real).pauses.begin("driver", Pause())
    assert Person(real).opens("/q/driver").status == 403
    assert Person(real).opens("/q/counterpart").status == 200
