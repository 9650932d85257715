"""Whatever comes to whichever address gets an answer with words, and nothing is kept but whole answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from survey_app.campaign.answers import check
from tests.machinery.forging import METHODS, Forger
from tests.machinery.person import Person
from tests.visits.conftest import kept

Door = tuple[str, str]

REQUESTS = 600
PAGES = ("chosen", "typed", "places", "entries", "last")
WHOLE = {"one": "red", "rows__first": "did", "rows__second": "did_not"}
PLACE = {"place": "P3"}


def names() -> dict[str, tuple[str, ...]]:
    """What is known in each place of an address."""
    return {
        "name": ("every-kind",),
        "page_name": PAGES,
        "question": ("photo", "one"),
        "digest": ("0",),
        "language": ("zh", "en"),
        "level": ("county", "prefecture"),
        "within": ("-", "P1"),
    }


def visitors(app: Flask, forger: Forger) -> Iterator[Person]:
    """People at every stage of a visit, each for some requests, since what they send changes where they are."""
    while True:
        person = Person(app, forger.one("zh-CN", "en-US", "bo"))
        if forger.rarely():  # a stranger
            yield from [person.opens("/")] * 5
            continue
        person.begins("every-kind")
        for answers in ({}, WHOLE, {}, {}, PLACE, {}):
            if forger.chance.random() < 0.2:
                break
            person.answers(**answers)
        yield from [person] * 15


def doors(app: Flask) -> list[Door]:
    """Every public address with every method that it takes; those at which most is decided stand there more often."""
    public = [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/research")]
    found = [(rule.rule, method) for rule in public for method in sorted(rule.methods or ())]
    often = [door for door in found if door[1] == "POST"] * 3
    return found + often + [door for door in often if "page_name" in door[0] or door[0].endswith("/check")]


def attack(person: Person, forger: Forger, door: Door) -> int:
    """One hostile request; gives its status."""
    address, method = forger.address(door[0]), door[1] if not forger.rarely() else forger.one(*METHODS)
    if method == "POST" and not forger.rarely():
        address = person.opens(address).place  # where a redirect leads, there is a form
    content, kind = forger.body(forger.fields(person.sees.controls)) if method == "POST" else (b"", "")
    headers = person.headers | forger.headers()
    sent = {"data": content, "content_type": kind} if method == "POST" else {}
    words = f"{method} {address!r} {headers} {kind!r} {content[:2000]!r}"
    try:
        answer = person.client.open(address, method=method, headers=headers, **sent)
    except Exception as error:
        raise AssertionError(words) from error
    assert answer.status_code < 500, words
    assert b"Traceback" not in answer.data, words
    silent = method in ("HEAD", "OPTIONS") or answer.status_code in (204, 304)
    assert answer.data or silent, words
    return answer.status_code


@pytest.mark.parametrize("seed", (20210604, 7))
def test_hostile_requests_get_words_and_leave_nothing_but_whole_answers(every_kind: Flask, seed: int):
    forger = Forger(random.Random(seed), names())
    met: Counter[int] = Counter()
    people = visitors(every_kind, forger)
    known = doors(every_kind)
    for _ in range(REQUESTS):
        met[attack(next(people), forger, forger.one(*known))] += 1
    assert {200, 303, 400, 404, 405, 422} <= met.keys(), met
    campaign = every_kind.extensions["survey"].campaigns["every-kind"]
    stored = list(kept(every_kind).responses())
    assert stored, "nobody got through: the requests are too hostile to reach what is behind the doors"
    for response in stored:
        judged = check(campaign.questionnaires["every-kind"], response.answers, campaign)
        assert not judged.problems
        assert judged.answers == response.answers
