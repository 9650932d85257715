"""What goes with every answer: who may frame it, where its parts come from, how long it may be kept."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from survey_app.web.headers import HEADERS
from tests.machinery.person import Person

ADDRESSES = [
    "/",
    "/q/every-kind",
    "/q/every-kind/check",
    "/q/nobody",
    "/healthz",
    "/assets/x/style.css",
    "/assets/x/none",
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: headers do not come from it."""
    return sqlite_url


@pytest.mark.parametrize("method", ["get", "post", "head", "options", "put"])
def test_every_answer_carries_the_headers(every_kind: Flask, method: str):
    client = Person(every_kind).client
    for address in ADDRESSES:
        answer = getattr(client, method)(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_comes_from_another_place_and_nothing_is_inline(every_kind: Flask):
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    person = Person(every_kind).begins("every-kind")
    for address in ("/", "/q/every-kind", "/q/every-kind/chosen", "/q/every-kind/check"):
        page = person.opens(address).text
        told = re.sub(
            r'<script (src="/assets/\w+/live\.js" defer|type="application/json" id="live")>', "", page
        )
        assert not re.search(r"https?://|<script|<style|\sstyle=|\son\w+=", told)


def test_the_stylesheet_is_kept_for_a_year_under_the_hash_of_its_content(every_kind: Flask):
    person = Person(every_kind).opens("/")
    address = re.search(r'href="(/assets/[^"]+)"', person.text)[1]
    sheet = person.client.get(address)
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(gzip.compress(sheet.data)) <= 4_000


def test_titles_and_addresses_tell_nothing_of_the_answers(every_kind: Flask):
    person = (
        Person(every_kind)
        .begins("every-kind")
        .answers(one="red", why="秘密的原因", rows__first="did", rows__second="did")
    )
    for _ in range(5):
        assert "秘密" not in "".join(person.sees.titles)
        assert not re.search(r"red|did|%E7", person.place)
        person.answers(place="P3") if person.at == "places" else person.answers()
    assert person.at == "sent"
