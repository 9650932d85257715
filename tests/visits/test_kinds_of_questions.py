"""Each kind of question as a person meets it: drawn, typed into, shown again as typed."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_app.campaign.models import Question
from survey_app.respondent import controls, pages
from survey_app.web import said
from tests.machinery.everykind import CHOSEN
from tests.machinery.person import Person
from tests.visits.conftest import kept

KINDS = {model.model_fields["type"].annotation.__args__[0] for model in Question.__origin__.__args__}
KINDS |= {"image"}


def at(person: Person, page: str, **chosen: str) -> Person:
    person.begins("every-kind").answers(**(chosen or CHOSEN))
    return person.opens(f"/q/every-kind/{page}")


def test_every_kind_has_a_drawing_and_every_answer_its_words():
    assert set(controls.DRAWN) == KINDS - {"group", "repeat"}
    assert set(controls.READ) == set(said.SAID) - {"calculate", "file", "image"}


def test_every_control_of_every_page_is_named_after_its_question(person: Person):
    person.begins("every-kind")
    assert person.shows(
        "one", "one_other", "listed", "many", "many_other", "liked", "rows-first", "order-red"
    )
    at(person, "typed")
    assert person.shows("line", "words", "age", "load", "mark", "speed", "day", "hour", "phone")
    person.opens("/q/every-kind/places")
    assert person.shows("place-prefecture", "near")
    assert not person.shows("place")
    person.opens("/q/every-kind/entries")
    assert person.shows("events-0-what", "events-0-where")


def test_a_single_choice_keeps_its_words_beside_other(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    person.answers("back", one="other", one_other="紫").opens("/q/every-kind/chosen")
    assert person.holds("one") == "other"
    assert person.holds("one_other") == "紫"
    person.answers(one_other="长" * 201, rows__first="did", rows__second="did")
    assert person.status == 422
    assert person.sees.links.count("#q-one_other") == 1
    assert "q-one_other" in person.sees.ids


def test_a_list_that_stands_alone_comes_last_after_an_or(person: Person):
    person.begins("every-kind")
    before, after = person.text.split('class="or"')
    assert 'value="none"' in after
    assert 'value="white"' in before
    assert "最多选2项" in person.text


def test_too_many_and_an_exclusive_choice_with_another_are_told(person: Person):
    person.begins("every-kind").answers(**CHOSEN, many=["red", "green", "blue"])
    assert "最多选2项" in person.errors
    person.answers(many=["none", "red"])
    assert "“都不选”不能和其他选项同时选" in person.errors
    assert sorted(person.holds("many")) == ["none", "red"]


def test_no_box_ticked_any_more_is_an_answer_taken_back(person: Person):
    person.begins("every-kind").answers("back", many=["red"]).opens("/q/every-kind/chosen")
    form = {name: value for name, value in person.form().items() if name != "q-many"}
    person.posts("/q/every-kind/chosen", form | {"go": "back"}).opens("/q/every-kind/chosen")
    assert person.holds("many") == []


def test_places_of_a_ranking_are_kept_and_two_of_the_same_are_told(person: Person):
    person.begins("every-kind").answers(**CHOSEN, order__red="1", order__green="1", order__blue="2")
    assert "名次相同" in person.errors
    assert person.holds("order-green") == "1"


def test_a_short_range_is_buttons_and_a_long_one_a_number(person: Person):
    at(person, "typed")
    assert person.text.count('type="radio"') == 11
    person.answers(mark="7", speed="62")
    assert "递增" in person.errors
    assert person.holds("mark") == "7"
    assert person.holds("speed") == "62"


def test_a_default_stands_there_until_the_person_takes_it_away(person: Person):
    at(person, "typed")
    assert person.holds("age") == "5"
    person.answers("back", age="").opens("/q/every-kind/typed")
    assert person.holds("age") == ""


@pytest.mark.parametrize("written", ["2021/6/4", "2021年6月4日", "2021-06-04"])
def test_a_day_is_read_as_people_write_it(every_kind: Flask, written: str):
    person = at(Person(every_kind), "typed").answers(day=written, hour="８：30")
    person.answers(place="P3").answers().answers()
    (response,) = kept(every_kind).responses()
    assert response.answers["day"] == "2021-06-04"
    assert response.answers["hour"] == "08:30"


def test_a_worked_out_value_is_shown_and_files_have_a_page_of_their_own(person: Person):
    at(person, "typed").answers("back", age="9").opens("/q/every-kind/typed")
    assert "<strong>18</strong>" in person.text
    assert 'value="files-photo"' in person.text


def test_the_place_is_chosen_level_by_level_without_a_script(every_kind: Flask):
    person = at(Person(every_kind), "places")
    assert "甲县" not in person.text.split('id="ask-near"')[0]
    person.answers(place__prefecture="P1")
    assert (person.status, person.at, person.errors) == (200, "places", "")
    assert person.shows("place-prefecture", "place")
    assert person.holds("place-prefecture") == "P1"
    assert "西市甲县" not in person.text
    person.answers()
    assert person.status == 422
    assert "请在东市内再选下一级地点" in person.errors
    assert "#q-place" in person.sees.links
    person.answers(place="P1b").answers().answers()
    (response,) = kept(every_kind).responses()
    assert response.answers["place"] == "P1b"


def test_a_button_beside_the_list_opens_the_next_level(person: Person):
    at(person, "places")
    assert "下一步：选择县" in person.text
    person.answers("deeper-place", place__prefecture="P2")
    assert person.shows("place")
    assert "西市甲县" in person.text


def test_another_prefecture_makes_the_old_county_no_answer(person: Person):
    at(person, "places").answers(place__prefecture="P1").answers(place="P1a")
    person.opens("/q/every-kind/places").answers(place__prefecture="P2")
    assert person.status == 200
    assert person.holds("place-prefecture") == "P2"
    assert person.holds("place") == ""


def test_a_prefecture_without_counties_and_an_extra_choice_are_whole_answers(every_kind: Flask):
    for code, region in (("P3", "P3"), ("abroad", None)):
        person = at(Person(every_kind), "places").answers(place__prefecture=code)
        assert person.at == "entries"
        person.opens("/q/every-kind/places")
        assert person.holds("place-prefecture") == code
        assert not person.shows("place")
        person.opens("/q/every-kind/check").answers()
        assert person.at == "sent"
        assert region in {response.region for response in kept(every_kind).responses()}


def test_a_place_within_a_region_is_chosen_only_there(person: Person):
    at(person, "places")
    near = person.text.split('id="ask-near"')[1]
    assert "东市乙县" in near
    assert "西市" not in near


def test_entries_are_added_filled_and_removed_without_a_script(every_kind: Flask):
    person = at(Person(every_kind), "entries")
    person.answers("add-events", events__0__what="green", events__0__where="P1")
    assert person.holds("events-0-what") == "green"
    assert person.shows("events-1-what")
    person.answers("add-events", events__1__what="blue")
    assert not person.shows("events-3-what")
    person.answers("remove-events-0")
    assert person.holds("events-0-what") == "blue"
    person.opens("/q/every-kind/places").answers(place="P3").answers()
    assert "共几条" in person.text
    person.answers()
    (response,) = kept(every_kind).responses()
    assert response.answers["events"] == [{"what": "blue"}]
    assert response.answers["total"] == 1


def test_no_more_entries_than_the_questionnaire_takes(person: Person):
    at(person, "entries").answers("add-events", events__0__what="green").answers("add-events")
    assert ("go", "add-events") not in person.sees.buttons
    person.posts("/q/every-kind/entries", person.form() | {"go": "add-events"})
    assert person.status == 400


def test_a_question_within_an_entry_comes_up_in_that_entry_alone(person: Person):
    at(person, "entries").answers("add-events", events__0__what="green")
    person.answers(events__1__what="red")
    assert person.status == 200
    assert person.shows("events-1-shade")
    assert not person.shows("events-0-shade")
    person.answers()
    assert person.status == 422
    assert person.sees.links.count("#q-events-1-shade") == 1
    assert "q-events-1-shade" in person.sees.ids


def test_groups_and_hints_are_drawn_with_what_is_in_them(person: Person):
    at(person, "entries")
    assert "遇到的事" in person.text
    person.opens("/q/every-kind/chosen")
    assert "最近一次" in person.text
    assert "请慢慢看" in person.text


def test_a_control_name_follows_the_path_of_its_answer():
    assert pages.control_name("C09/0/unit") == "q-C09-0-unit"


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} {% raw %}",
    "%(words)s %s",
    "=1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_stays_words_wherever_it_is_shown_again(person: Person, payload: str):
    person.begins("every-kind").answers("back", one="other", one_other=payload, order__red=payload)
    person.opens("/q/every-kind/chosen")
    assert person.holds("one_other") == payload
    assert person.answers().status == 422
    person.answers(rows__first="did", rows__second="did", order__red="", order__blue="")
    person.opens("/q/every-kind/typed").answers(words=payload, age=payload)
    assert person.status == 422
    assert person.holds("words") == payload
    assert person.holds("age") == payload
    person.answers(age="1").opens("/q/every-kind/check")
    assert f"您的说明：{payload}" in person.sees.ids["main"]
    assert "<script>" not in person.text
    assert "<img" not in person.text


def test_a_bound_is_told_as_a_person_would_say_it(person: Person):
    person.begins("every-kind").answers(**CHOSEN).answers()
    person.answers(load="-1", day="2020-12-31")
    assert "不能小于0。" in person.errors
    assert "日期不能早于2021-01-01。" in person.errors
