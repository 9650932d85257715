"""Before the start: nothing in calm, a short wait in a burst, and nobody turned away."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app.campaign.channels import UNKNOWN
from survey_app.respondent import guards, visits, waiting
from tests.machinery.clock import Clock
from tests.machinery.everykind import CHOSEN
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.test_guards import TYPED, flags

CALM = 5


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough: waiting knows none."""
    return f"sqlite:///{tmp_path / 'survey.sqlite3'}"


@pytest.fixture
def crowd(every_kind: Flask, clock: Clock) -> Flask:
    """The program in a minute in which twice as many have begun as are usual."""
    every_kind.extensions["starts"].calm = CALM
    every_minute_alike(every_kind)
    return every_kind


def task_of(person: Person) -> dict[str, Any]:
    """The task of the page on which this person waits."""
    task: dict[str, Any] = json.loads(unescape(re.search(r'data-task="([^"]*)"', person.text)[1]))
    return task


def works(person: Person) -> str:
    """What the script on the page before this person finds."""
    task = task_of(person)
    tried = range(task["maxNumber"] + 1)
    digest = hashlib.sha256
    found = next(n for n in tried if digest(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"])
    solved = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {
        "number": found
    }
    return base64.b64encode(json.dumps(solved).encode()).decode()


def presses(person: Person, **fields: str) -> Person:
    """The button of the page on which to wait."""
    return person.posts("/q/every-kind", person.form() | fields)


def begins_anyhow(app: Flask) -> int:
    """Somebody who presses the button once; gives the status of what comes."""
    with app.test_request_context("/q/every-kind", method="POST"):
        held = waiting.hold(visits.open_visit("every-kind"))
    return 200 if held is None else held.status_code


def test_in_calm_the_button_begins_at_once_and_nothing_is_asked(person: Person):
    person.begins("every-kind")
    assert person.at == "chosen"
    assert flags(person) == ()


def test_five_thousand_from_one_address_at_a_calm_rate_are_never_held(every_kind: Flask, clock: Clock):
    held = 0
    for _ in range(5000):
        held += begins_anyhow(every_kind) != 200
        clock.later(0.6)
    assert held == 0


def test_a_burst_is_held_and_what_stays_becomes_usual(every_kind: Flask, clock: Clock):
    every_kind.extensions["starts"].calm = CALM
    minutes = []
    for _ in range(20):
        minutes.append([begins_anyhow(every_kind) for _ in range(2 * CALM)])
        clock.later(60)
    assert minutes[0] == [200] * CALM + [429] * CALM
    assert minutes[-1] == [200] * 2 * CALM
    clock.later(3600)
    assert [begins_anyhow(every_kind) for _ in range(CALM + 1)] == [200] * CALM + [429]


def test_the_next_minute_after_a_burst_holds_nobody(crowd: Flask, clock: Clock):
    assert begins_anyhow(crowd) == 429
    clock.later(60)
    assert begins_anyhow(crowd) == 200


def test_whoever_waits_begins_and_the_flag_says_in_what_a_minute(crowd: Flask, clock: Clock):
    person = Person(crowd).begins("every-kind")
    assert person.status == 429
    assert int(person.page.headers["Retry-After"]) == waiting.WAIT_SECONDS
    assert "10秒" in person.text
    clock.later(4)
    assert presses(person).status == 429
    assert int(person.page.headers["Retry-After"]) == 6
    clock.later(6)
    assert presses(person).at == "chosen"
    assert flags(person) == ("burst",)


def test_whoever_works_begins_at_once_and_is_not_flagged(crowd: Flask):
    person = Person(crowd).begins("every-kind")
    presses(person, altcha=works(person))
    assert person.at == "chosen"
    assert flags(person) == ()


def test_the_channel_and_the_language_come_along(crowd: Flask):
    person = Person(crowd, language="en-GB").opens("/q/every-kind?via=nobody-knows").answers()
    assert "One moment" in person.text
    assert person.sees.controls["via"] == [UNKNOWN]
    presses(person, altcha=works(person))
    assert person.at == "chosen"
    assert person.sees.language.startswith("en")


def test_a_second_tap_begins_too(crowd: Flask):
    person = Person(crowd).begins("every-kind")
    solved = works(person)
    twin = person.twin()
    assert presses(person, altcha=solved).at == "chosen"
    assert presses(twin, altcha=solved).at == "chosen"


def test_work_done_once_does_not_begin_for_a_crowd(crowd: Flask):
    person = Person(crowd).begins("every-kind")
    solved = works(person)
    twins = [person.twin() for _ in range(waiting.TAPS + 1)]
    assert [presses(twin, altcha=solved).status for twin in twins] == [200] * waiting.TAPS + [429]


def test_a_ticket_that_is_used_up_is_counted_as_a_start_again(crowd: Flask, clock: Clock):
    person = Person(crowd).begins("every-kind")
    twins = [person.twin() for _ in range(waiting.TAPS + 2 * CALM)]
    clock.later(60)
    statuses = [presses(twin).status for twin in twins]
    assert statuses[: waiting.TAPS + CALM] == [200] * (waiting.TAPS + CALM)
    assert statuses[-1] == 429


@pytest.mark.parametrize("altcha", ["", "x", "e30=", "bnVsbA==", "W10=", "another's"])
def test_what_is_no_solution_of_this_task_waits_like_everybody(crowd: Flask, altcha: str):
    person = Person(crowd).begins("every-kind")
    given = works(Person(crowd).begins("every-kind")) if altcha == "another's" else altcha
    assert presses(person, altcha=given).status == 429


@pytest.mark.parametrize("ticket", ["", "x", "1700000000000-abc.Zm9yZ2Vk", "川" * 5000])
def test_a_made_up_ticket_is_none(crowd: Flask, ticket: str):
    person = Person(crowd).begins("every-kind")
    assert presses(person, ticket=ticket).status == 429
    assert int(person.page.headers["Retry-After"]) == waiting.WAIT_SECONDS


@pytest.mark.parametrize("seconds", [-86_400, -3, 300])
def test_a_clock_that_is_set_lets_nobody_wait_long(crowd: Flask, clock: Clock, seconds: float):
    person = Person(crowd).begins("every-kind")
    clock.is_set(seconds)
    for _ in range(4):
        if person.at != "chosen":
            asked = int(person.page.headers.get("Retry-After", 0))
            assert asked <= waiting.WAIT_SECONDS
            clock.later(asked)
            every_minute_alike(crowd)
            person.answers()
    assert person.at == "chosen"


def every_minute_alike(app: Flask) -> None:
    """The burst goes on."""
    for _ in range(2 * CALM):
        app.extensions["starts"].add()


def test_who_has_begun_is_never_held(every_kind: Flask, clock: Clock):
    person = Person(every_kind).begins("every-kind")
    every_kind.extensions["starts"].calm = 1
    every_minute_alike(every_kind)
    assert person.answers(**CHOSEN).status == 200
    assert person.opens("/q/every-kind").answers().status == 200


def test_words_typed_into_a_page_whose_draft_expired_are_kept_in_a_burst_too(crowd: Flask, clock: Clock):
    person = Person(crowd).begins("every-kind")
    presses(person, altcha=works(person)).answers(**CHOSEN).answers()
    assert person.at == "typed"
    person.client.set_cookie("draft-every-kind", "0" * 32, path="/q/every-kind")
    person.answers(**TYPED)
    assert person.at == "every-kind"
    person.answers()
    assert person.status == 429
    presses(person, altcha=works(person))
    assert person.opens("/q/every-kind/typed").holds("line") == "山路"


def test_those_who_do_not_work_cannot_keep_out_those_who_do(crowd: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guards, "NEW_DRAFTS", 0)
    idle, busy = (Person(crowd).begins("every-kind") for _ in range(2))
    monkeypatch.setattr(guards, "NEW_DRAFTS", 1)
    solved = works(busy)
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0)
    assert presses(Person(crowd).begins("every-kind")).status == 200
    assert presses(idle).status == 429
    assert presses(busy, altcha=solved).at == "chosen"


def test_the_task_gets_harder_with_the_load_up_to_a_bound(every_kind: Flask, clock: Clock):
    every_kind.extensions["starts"].calm = CALM
    hardest = []
    for _ in range(20 * CALM):
        person = Person(every_kind).begins("every-kind")
        if person.status == 429:
            hardest.append(task_of(person)["maxNumber"])
    assert hardest == sorted(hardest)
    assert hardest[0] < 1.5 * waiting.TASK
    assert hardest[-1] == waiting.TASK * waiting.HARDEST


def test_the_flag_is_kept_with_the_response(crowd: Flask, clock: Clock):
    person = Person(crowd).begins("every-kind")
    clock.later(waiting.WAIT_SECONDS)
    presses(person)
    for answers in (CHOSEN, {}, {"age": "12"}, {"place": "P1a"}, {}):
        clock.later(10)
        person.answers(**answers)
    clock.later(10)
    person.answers()
    (response,) = kept(crowd).responses()
    assert response.flags == ("burst",)
