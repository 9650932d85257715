"""What goes over the wire is small, whole, and never packed where its length could tell something."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from flask import Flask

from tests.machinery.person import Person

UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: packing does not come from it."""
    return sqlite_url


@pytest.mark.parametrize(
    ("takes", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_page_comes_as_the_browser_takes_it_and_whole(every_kind: Flask, takes: str, coding: str | None):
    client = Person(every_kind).client
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": takes})
    assert packed.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in packed.headers["Vary"]
    unpacked = UNPACKED[coding](packed.data) if coding else packed.data
    assert unpacked == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)


def test_what_browsers_keep_for_a_year_is_as_small_as_can_be(every_kind: Flask):
    person = Person(every_kind).opens("/")
    addresses = re.findall(r'"(/assets/[^"]+)"', person.text)
    assert addresses
    for address in addresses:
        packed = person.client.get(address, headers={"Accept-Encoding": "gzip, br"})
        plain = person.client.get(address).data
        assert brotli.decompress(packed.data) == plain
        assert len(packed.data) <= len(brotli.compress(plain, quality=9))
        assert packed.headers["Cache-Control"].endswith("immutable")


def test_a_forged_form_comes_back_as_it_is_so_that_its_length_tells_nothing(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    person.headers["Accept-Encoding"] = "gzip, br"
    forged = {"csrf_token": "forged", "q-one": "red", "q-why": "guess " * 50}
    person.posts("/q/every-kind/chosen", forged)
    assert person.status == 400
    assert "guess" in person.text
    assert "Content-Encoding" not in person.page.headers


def test_a_short_answer_and_an_empty_one_stay_as_they_are(every_kind: Flask):
    client = Person(every_kind).client
    for answer in (
        client.get("/healthz", headers={"Accept-Encoding": "br"}),
        client.post("/q/every-kind", headers={"Accept-Encoding": "br"}),
    ):
        assert "Content-Encoding" not in answer.headers


def test_no_address_shows_what_its_query_says(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    for address in ("/", "/q/every-kind", "/q/every-kind/chosen", "/q/every-kind/check"):
        for name in ("then", "language", "via", "x"):
            assert "zqzqzq" not in person.opens(f"{address}?{name}=zqzqzq").text
