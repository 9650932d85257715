"""Against spam: what is flagged, what is never flagged, and how much is taken at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app.errors import StorageError
from survey_app.respondent import guards
from survey_app.storage import Storage
from tests.conftest import WriteCampaign
from tests.machinery.clock import Clock
from tests.machinery.everykind import CHOSEN
from tests.machinery.hands import CHENGDU, GUANGYUAN, JINNIU, ZHAOHUA
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.test_driver import rows

TYPED = {"line": "山路", "words": "检查站不开票", "load": "12", "day": "2021-05-01", "hour": "08:30"}
PREFILLED = {
    "campaign.yaml": """
        name: tiny
        title: {zh: 小, en: Tiny}
        organisation: {zh: 某局, en: An office}
        languages: {zh: 中文, en: English}
        privacy: {zh: 匿名, en: Anonymous}
        consent: {zh: 我自愿, en: I agree}
        """,
    "tiny.yaml": "name: tiny\ntitle: {zh: 小, en: Tiny}\naudience: [driver]\npages:\n"
    "  - name: one\n    label: {zh: 一, en: One}\n    questions:\n"
    + "".join(
        f"      - {{name: n{number}, type: integer, label: {{zh: 几次, en: How often}}, default: {number}}}\n"
        for number in range(12)
    ),
}


def flags(person: Person, questionnaire: str = "every-kind") -> tuple[str, ...]:
    """What looks wrong about the draft before this person."""
    cookie = person.client.get_cookie(f"draft-{questionnaire}", path=f"/q/{questionnaire}")
    draft = kept(person.client.application).draft(cookie.value)
    return draft.flags


def keeps(person: Person, **answers: Any) -> int:
    """What the script does while the person goes on typing; gives the status."""
    form = person.form(**answers) | {"go": "keep"}
    return person.client.post(person.place, data=form, headers=person.headers).status_code


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough: the guards know none."""
    return f"sqlite:///{tmp_path / 'survey.sqlite3'}"


@pytest.fixture
def typing(person: Person, clock: Clock) -> Person:
    """Somebody at the page on which one types, without haste so far."""
    person.begins("every-kind")
    clock.later(5)
    person.answers(**CHOSEN)
    clock.later(5)
    person.answers()
    assert person.at == "typed"
    return person


# What is flagged.


def test_answers_that_come_faster_than_anybody_answers_are_flagged_and_taken(person: Person):
    person.begins("every-kind").answers(**CHOSEN).answers().answers(age="12").answers(place="P1a")
    person.answers().answers()
    assert len(person.receipt) == 16
    (response,) = kept(person.client.application).responses()
    assert response.flags == ("fast",)


@pytest.mark.parametrize(
    "since", [None, "", "1700000000000", "1700000000000.Zm9yZ2Vk", "another page", "another draft"]
)
def test_answers_without_a_time_of_their_page_and_draft_are_flagged_and_kept(
    typing: Person, every_kind: Flask, clock: Clock, since: str | None
):
    other = Person(every_kind).begins("every-kind") if since == "another draft" else typing.twin()
    strange = other.opens("/q/every-kind/chosen" if since == "another page" else "/q/every-kind/typed")
    given = strange.sees.controls["since"][0] if since and "another" in since else since
    clock.later(60)
    sent = {name: value for name, value in typing.form(line="山路").items() if name != "since"}
    typing.posts("/q/every-kind/typed", sent | ({} if given is None else {"since": given}))
    assert typing.at == "places"
    assert flags(typing) == ("untimed",)
    assert typing.opens("/q/every-kind/typed").holds("line") == "山路"


def test_the_field_that_nobody_sees_is_out_of_everybodys_way_and_flags_who_fills_it_in(
    typing: Person, clock: Clock
):
    trap = re.search(r'<div class="unseen" aria-hidden="true">.*?</div>', typing.text)[0]
    assert "请" in trap
    assert 'tabindex="-1"' in trap
    clock.later(60)
    typing.posts("/q/every-kind/typed", typing.form(line="山路") | {"homepage": "http://example.org"})
    assert flags(typing) == ("honeypot",)


# Whom nothing is flagged of.


def test_a_driver_who_takes_a_second_for_each_tap_is_not_flagged(real: Flask, clock: Clock):
    person = Person(real).begins("driver")

    def answers(**given: str | list[str]) -> None:
        clock.later(sum(len(each) if isinstance(each, list) else 1 for each in given.values()))
        person.answers(**given)

    answers(B01="truck_own", B03="y4_10", B04=CHENGDU, B05="local")
    answers(B02="semi")
    answers(B06="c3_5", B10="f1")
    answers(B07__prefecture=CHENGDU, B08="toll", **rows(person, "B11", "did_not"))
    answers(B07=JINNIU, **rows(person, "B09", "did"))
    answers(B12="s2", B13="t4")
    answers(B14="CASH", B15="none", B16=["UNEVEN", "DETAIN"], B17="none", B18="refuse")
    answers(B19__prefecture=GUANGYUAN)
    answers(B19=ZHAOHUA)
    answers(B20="silent", B21=["P1", "P5"], B23="少一点重复检查")
    person.answers()
    (response,) = kept(real).responses("driver")
    assert response.flags == ()


@pytest.mark.parametrize("why", ["busy", "stale", "disk", "database"])
def test_a_page_that_comes_back_may_be_sent_again_at_once(
    typing: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch, why: str
):
    clock.later(30)
    form = typing.form(**TYPED)
    with monkeypatch.context() as trouble:
        if why == "busy":
            trouble.setattr(guards, "A_DRAFT", 0)
        if why == "stale":
            form["csrf_token"] = "old"
        if why in ("disk", "database"):
            trouble.setattr(Storage, "save_draft" if why == "disk" else "arrive", _fails)
        typing.posts("/q/every-kind/typed", form)
    assert typing.status in (400, 429, 503)
    assert typing.holds("line") == "山路"
    typing.answers()
    assert typing.at == "places"
    assert flags(typing) == ()


def _fails(*_args: Any, **_more: Any) -> None:
    raise StorageError("The database is away.")


def test_what_stood_there_before_is_no_answer_that_came_fast(
    open_survey: OpenSurvey, write_campaign: WriteCampaign, clock: Clock
):
    person = Person(open_survey(write_campaign(PREFILLED))).begins("tiny")
    clock.later(1)
    person.answers()
    assert person.at == "check"
    assert flags(person, "tiny") == ()


def test_answers_saved_one_at_a_time_are_each_given_their_time(typing: Person, clock: Clock):
    for name, value in TYPED.items():
        clock.later(1.5)
        keeps(typing, **{name: value})
    typing.answers(**TYPED)
    assert flags(typing) == ()


def test_what_a_phone_held_while_there_was_no_network_keeps_the_time_of_its_page(
    typing: Person, clock: Clock
):
    held = typing.form(**TYPED)
    clock.later(30)
    typing.opens("/q/every-kind/typed")
    fresh = typing.token
    typing.posts("/q/every-kind/typed", held | {"csrf_token": fresh, "go": "keep"})
    assert flags(typing) == ()
    assert typing.opens("/q/every-kind/typed").holds("line") == "山路"


def test_a_page_left_open_for_a_day_and_a_server_started_again_change_nothing(
    typing: Person, open_survey: OpenSurvey, clock: Clock
):
    clock.later(86_400)
    again = open_survey(typing.client.application.extensions["survey"].settings.campaigns)
    typing.client.application = again
    typing.answers(**TYPED)
    assert flags(typing) == ()


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_set_flags_nobody(typing: Person, clock: Clock, seconds: float):
    clock.later(10)
    clock.is_set(seconds)
    typing.answers(**TYPED)
    if (
        typing.status == 400
    ):  # the cookie of the session comes from the future: the page asks for the button once more
        typing.answers()
    assert typing.at == "places"
    assert flags(typing) == ()


def test_another_language_the_way_back_and_a_second_tap_are_not_flagged(typing: Person, clock: Clock):
    clock.later(10)
    form = typing.form(**TYPED)
    typing.posts("/q/every-kind/typed", form | {"language": "en"})
    typing.posts("/q/every-kind/typed", form | {"go": "back"})  # the old page, out of the browser's memory
    typing.posts("/q/every-kind/typed", form)
    typing.posts("/q/every-kind/typed", form)
    assert flags(typing) == ()


def test_a_page_sent_after_the_answers_expired_is_not_flagged(typing: Person, clock: Clock):
    clock.later(10)
    name = "draft-every-kind"
    typing.client.set_cookie(name, "0" * 32, path="/q/every-kind")
    typing.answers(**TYPED)
    typing.answers()
    assert flags(typing) == ()
    assert typing.opens("/q/every-kind/typed").holds("line") == "山路"


# How much is taken at once.


def test_too_much_from_one_draft_is_asked_to_wait_and_loses_nothing_and_its_neighbour_goes_on(
    typing: Person, every_kind: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    neighbour = Person(every_kind).begins("every-kind")
    monkeypatch.setattr(guards, "A_DRAFT", 6)
    for _ in range(4):
        keeps(typing, line="山路")
    clock.later(10)
    typing.answers(line="山路十八弯")
    assert typing.status == 429
    assert 0 < int(typing.page.headers["Retry-After"]) <= 60
    assert "您填的内容还在" in typing.text
    assert typing.holds("line") == "山路十八弯"
    assert neighbour.answers(**CHOSEN).status == 200
    clock.later(int(typing.page.headers["Retry-After"]))
    assert typing.answers().at == "places"
    assert typing.opens("/q/every-kind/typed").holds("line") == "山路十八弯"


def test_sending_in_such_a_minute_waits_too_and_counts_once(
    typing: Person, every_kind: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    typing.answers(age="12").answers(place="P1a").answers()
    with monkeypatch.context() as busy:
        busy.setattr(guards, "A_DRAFT", 0)
        typing.answers()
    assert typing.status == 429
    assert "请核对" in typing.text
    typing.answers()
    assert typing.at == "sent"
    assert len(list(kept(every_kind).responses())) == 1


def test_a_flood_of_new_drafts_stops_nobody_who_has_begun(
    typing: Person, every_kind: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guards, "NEW_DRAFTS", 3)
    late = Person(every_kind).opens("/q/every-kind")
    while Person(every_kind).begins("every-kind").status != 429:
        pass
    late.answers()
    assert late.status == 429
    assert int(late.page.headers["Retry-After"]) <= 60
    assert "我自愿填写" in late.text
    assert "现在提交的内容太多。请等" in late.text
    assert "您填的内容还在" not in late.text
    assert typing.answers(**TYPED).at == "places"
    clock.later(60)
    assert late.answers().at == "chosen"


def test_a_script_that_saves_as_often_as_it_can_is_never_asked_to_wait(typing: Person, clock: Clock):
    statuses = set()
    for number in range(40):
        statuses.add(keeps(typing, line=f"山路{number}"))
        clock.later(1.5)
    assert statuses == {204}
