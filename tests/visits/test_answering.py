"""From the list to the receipt: pages that keep what was typed, gain questions, go back, and send once."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from flask import Flask

from tests.machinery.everykind import CHOSEN, at_the_check, at_the_second_page
from tests.machinery.person import Person
from tests.visits.conftest import kept


def test_the_list_leads_to_the_start_and_the_start_says_what_happens(person: Person):
    assert "/q/every-kind" in person.opens("/").sees.links
    assert "各种题型" in person.text
    person.opens("/q/every-kind")
    for words in ("试一试每种题型", "只是试验", "匿名填写", "12328", "我自愿填写", "7天"):
        assert words in person.text, words


def test_a_whole_visit_ends_with_a_receipt_and_one_response(every_kind: Flask):
    person = Person(every_kind)
    at_the_check(person).answers()
    assert person.at == "sent"
    assert len(person.receipt) == 16
    assert person.receipt.isdecimal()
    assert "谢谢试用" in person.text
    assert str(date.today().year) in person.text
    (response,) = kept(every_kind).responses()
    assert response.answers == {
        "one": "green",
        "rows": {"first": "did", "second": "did_not"},
        "age": 12,
        "double": 24,
        "place": "P1a",
        "total": 0,
    }
    assert (response.channel, response.language, response.region) == ("web", "zh", "P1a")
    assert "why" not in response.asked


def test_the_receipt_stays_after_a_reload_and_stands_in_no_address(person: Person):
    at_the_check(person).answers()
    receipt = person.receipt
    assert person.opens("/q/every-kind/sent").receipt == receipt
    for address in ("/q/every-kind", "/q/every-kind/chosen", "/q/every-kind/check"):
        assert person.opens(address).receipt == receipt
    assert receipt not in person.place


def test_sending_twice_gives_the_same_receipt_and_one_response(every_kind: Flask):
    person = Person(every_kind)
    at_the_check(person)
    form = person.form()
    first = person.posts("/q/every-kind/check", form).receipt
    assert person.posts("/q/every-kind/check", form).receipt == first
    assert person.posts("/q/every-kind/chosen", form | {"q-one": "red"}).receipt == first
    assert kept(every_kind).counts() == {"every-kind": 1}


def test_new_answers_begin_afresh_after_a_warning(every_kind: Flask):
    person = Person(every_kind)
    first = at_the_check(person).answers().receipt
    assert "每人填写一次" in person.text
    token = person.opens("/q/every-kind/sent").text.split('name="csrf_token" value="')[1].split('"')[0]
    person.posts(person.sees.actions[""], {"csrf_token": token})
    assert person.at == "every-kind"
    at_the_check(person).answers()
    assert person.receipt != first
    assert kept(every_kind).counts() == {"every-kind": 2}


def test_a_page_that_gains_a_question_shows_it_before_going_on_and_not_as_an_error(person: Person):
    person.begins("every-kind").answers(one="red", rows__first="did", rows__second="did")
    assert person.status == 200
    assert person.at == "chosen"
    assert urlsplit(person.place).fragment == "ask-why"
    assert person.shows("why")
    assert "还有1个问题" in person.text
    assert person.errors == ""
    assert person.answers(why="好看").at == "typed"


def test_a_gained_question_that_is_left_empty_when_optional_does_not_hold_anyone(person: Person):
    person.begins("every-kind").answers(one="red", rows__first="did", rows__second="did").answers()
    assert person.at == "typed"


def test_a_question_answered_together_with_the_one_it_hangs_on_is_not_asked_again(person: Person):
    person.begins("every-kind")
    person.answers(one="red", why="好看", rows__first="did", rows__second="did")
    assert person.at == "typed"


def test_a_note_that_an_answer_brings_up_is_shown_before_going_on(person: Person):
    person.begins("every-kind")
    assert "ask-advice" not in person.sees.ids
    person.answers(**CHOSEN)
    assert person.at == "chosen"
    assert "绿色很好" in person.sees.ids["ask-advice"]
    assert person.answers().at == "typed"


def test_what_is_missing_is_listed_with_links_to_the_fields_and_nothing_typed_is_lost(person: Person):
    person.begins("every-kind").answers(many=["red", "blue"], rows__second="did")
    assert person.status == 422
    page = person.sees
    assert "选一种颜色" in person.errors
    assert "第一项" in person.errors
    anchors = [link.removeprefix("#") for link in page.links if link.startswith("#q-")]
    assert anchors == ["q-one", "q-rows-first"]
    assert all(anchor in page.ids for anchor in anchors)
    assert sorted(person.holds("many")) == ["blue", "red"]
    assert person.holds("rows-second") == "did"
    assert page.titles[0].startswith("请检查")
    assert person.opens("/q/every-kind/chosen").holds("rows-second") == "did"


def test_back_keeps_what_was_typed_without_judging_it(person: Person):
    at_the_second_page(person).answers("back", age="many", line="先写一点")
    assert person.status == 200
    assert person.at == "chosen"
    assert person.holds("one") == "green"
    person.opens("/q/every-kind/typed")
    assert person.holds("age") == "many"
    assert person.holds("line") == "先写一点"
    assert person.answers().status == 422


def test_back_on_the_first_page_leads_to_the_start_and_on_again_to_where_one_was(person: Person):
    at_the_second_page(person).opens("/q/every-kind/chosen").answers("back")
    assert person.at == "every-kind"
    assert "已填的答案都还在" in person.text
    assert person.answers().at == "places"  # the first page with something to do


def test_beginning_again_deletes_what_was_typed(person: Person):
    at_the_second_page(person).opens("/q/every-kind")
    person.posts("/q/every-kind/afresh", {"csrf_token": person.token})
    assert person.at == "every-kind"
    assert person.answers().holds("one") == []


def test_the_first_button_of_every_form_goes_on(person: Person):
    person.begins("every-kind").answers(**CHOSEN)
    for page in ("chosen", "typed", "places", "entries"):
        person.opens(f"/q/every-kind/{page}")
        assert person.sees.buttons[0] == ("go", "on")
        assert ("go", "back") in person.sees.buttons


def test_a_page_that_is_not_asked_is_passed_over_in_both_directions(person: Person):
    at_the_check(person)
    assert person.opens("/q/every-kind/last").at == "check"
    person.opens("/q/every-kind/chosen").answers(one="red", why="好看").opens(
        "/q/every-kind/entries"
    ).answers()
    assert person.at == "last"


def test_progress_is_told_in_words(person: Person):
    at_the_second_page(person)
    assert "第2部分，共4部分" in person.text


def test_the_check_shows_every_answer_in_words_and_leads_back_to_change_one(person: Person):
    person.begins("every-kind").answers(
        **CHOSEN, many=["red", "else"], many_other="淡黄", order__blue="1", order__red="2", order__green="3"
    ).answers()
    person.answers(day="2021-06-04", words="第一行\r\n第二行", load="1.50", speed="60")
    person.answers(place="P1b").answers()
    assert person.at == "check"
    for words in (
        "绿",
        "您的说明：淡黄",
        "第一项：有",
        "1. 蓝",
        "2021年6月4日",
        "第一行\n第二行",
        "1.5 吨",
        "60 公里",
        "驾龄的两倍",
        "东市 东市乙县",
        "未回答",
    ):
        assert words in person.text, words
    change = next(link for link in person.sees.links if "/typed?then=check" in link)
    person.opens(change)
    assert person.answers(age="30").at == "check"
    assert "60" in person.text


def test_a_change_that_brings_up_a_page_is_noticed_at_the_check(person: Person):
    at_the_check(person)
    person.opens("/q/every-kind/entries?then=check").answers("add-events", events__0__what="red")
    person.answers()
    assert person.at == "entries"  # the shade came up
    assert person.answers().status == 422
    person.answers(events__0__shade="深红", events__1__what="blue")
    assert person.at == "check"


def test_what_is_not_complete_is_not_sent(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").opens("/q/every-kind/check")
    assert person.status == 200
    person.answers()
    assert person.status == 422
    assert "选一种颜色" in person.errors
    assert any("/q/every-kind/chosen?then=check#ask-one" in link for link in person.sees.links)
    assert kept(every_kind).counts() == {}


def test_two_questionnaires_in_two_tabs_do_not_mix(real: Flask):
    person = Person(real)
    person.begins("driver").answers("back", B01="taxi")
    person.begins("counterpart")
    person.opens("/q/driver/about")
    assert person.holds("B01") == "taxi"


def test_the_cookies_are_closed_to_scripts_and_other_sites_and_secure_on_https(every_kind: Flask):
    for https in (False, True):
        person = Person(every_kind, https=https).opens("/q/every-kind")
        session = person.page.headers["Set-Cookie"]
        person.answers(follow=False)
        given = person.page.headers.getlist("Set-Cookie")
        draft = next(cookie for cookie in given if cookie.startswith("draft-every-kind="))
        assert "Path=/q/every-kind" in draft
        for cookie in (draft, session):
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert ("Secure" in cookie) is https


def test_a_shuffled_list_is_another_for_each_person_and_the_same_for_one(every_kind: Flask):
    def order(person: Person) -> list[str]:
        part = person.text.split('name="q-many"')[1:]
        return [piece.split('value="')[1].split('"')[0] for piece in part]

    people = [Person(every_kind).begins("every-kind") for _ in range(12)]
    orders = [order(person) for person in people]
    assert len({tuple(each) for each in orders}) > 1
    assert all(each[-2:] == ["none", "else"] for each in orders)  # what stands alone and "else" stay last
    assert order(people[0].opens("/q/every-kind/chosen")) == orders[0]


def test_a_sensitive_answer_is_sealed_and_not_among_the_answers(every_kind: Flask):
    person = Person(every_kind)
    at_the_second_page(person).answers(age="1", phone="13800000000").answers(place="P3").answers().answers()
    (response,) = kept(every_kind).responses()
    assert "13800000000" not in str(response)
    assert response.sealed == {"phone"}


def test_what_another_tab_changed_is_shown_before_it_is_sent(every_kind: Flask):
    person = at_the_check(Person(every_kind))
    other = person.twin()
    other.opens("/q/every-kind/chosen").answers(**CHOSEN | {"one": "red"})
    person.answers()
    assert (person.status, person.at) == (422, "check")
    assert "答案又有改动" in person.text
    assert "红" in person.text
    assert person.answers().receipt
