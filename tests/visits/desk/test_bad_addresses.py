"""Addresses and forms of people, log and sign-in that nobody would write by hand end with words, never with a 500."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import ON_EITHER_DATABASE, SignedInAs, token_of

HOSTILE = (
    "\0",
    "%00",
    "' OR 1=1 --",
    "{{7*7}}",
    "\N{SNOWMAN}" * 300,
    "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200,
    "9" * 30,
    "-1",
    "../../etc/passwd",
    "<script>",
)


pytestmark = ON_EITHER_DATABASE  # what one refuses the other may take


@pytest.fixture
def chief(empty_desk: Flask, signed_in_as: SignedInAs) -> Person:
    return signed_in_as(empty_desk, "coordinator")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_pages_take_any_query_and_any_place(chief: Person, hostile: str):
    query = dict.fromkeys(("person", "act", "day", "before", "next", "language", "campaign"), hostile)
    addresses = [
        f"/research/{page}?{urlencode(query)}"
        for page in ("audit", "audit.csv", "people", "sign-in", "account")
    ]
    addresses += [f"/research/audit?{urlencode({name: hostile})}" for name in query]
    addresses += [f"/research/people/{quote(hostile, safe='')}"]
    for address in addresses:
        assert chief.client.get(address).status_code < 500, address


ASKED = {
    "responses": "questionnaire region first last channel answered_in state flag words question by group after",
    "responses.csv": "region first last channel answered_in state flag words question by group",
    "questions": "campaign state skip",
    "words": "campaign questionnaire question by group",
    "board": "campaign at level sort",
    "milestones/plan": "campaign level",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_pages_about_responses_take_any_query(chief: Person, hostile: str):
    for page, names in ASKED.items():
        for name in names.split():
            more = {"questionnaire": "poll"} if page == "responses.csv" else {}
            address = f"/research/{page}?{urlencode(more | {name: hostile})}"
            assert chief.client.get(address).status_code < 500, address


@pytest.mark.parametrize("hostile", HOSTILE)
def test_forms_about_responses_take_anything(desk: Flask, chief: Person, hostile: str):
    which, *_ = [each.id for each in kept(desk).responses()]
    token = token_of(chief)
    sent = dict.fromkeys(("change", "words", "response", "level", "act", "day", "place", "under"), hostile)
    for address in (f"{which}/state", f"{which}/comments", f"{which}/questions", "valid"):
        for more in ({}, {"change": "excluded"}, {"words": "看过"}):
            chief.posts(f"/research/responses/{address}", sent | more | {"csrf_token": token}, follow=False)
            assert chief.status < 500, address


@pytest.mark.parametrize("hostile", HOSTILE)
def test_forms_take_anything(empty_desk: Flask, chief: Person, hostile: str):
    token = token_of(chief)
    fields = ("name", "password", "role", "group", "code", "new", "again", "active", "next")
    sent = dict.fromkeys(fields, hostile) | {"csrf_token": token}
    for address in ("people", "people/coordinator", "password", "account/codes", "codes", "code", "sign-in"):
        assert chief.posts(f"/research/{address}", sent, follow=False).status < 500, address
    stranger = Person(empty_desk).opens("/research/sign-in")
    stranger.posts("/research/sign-in", sent | {"csrf_token": stranger.token}, follow=False)
    assert stranger.status < 500
    stranger.client.set_cookie("desk", hostile.encode("ascii", "replace").decode() * 3, domain="localhost")
    assert stranger.opens("/research/account").at == "sign-in"
