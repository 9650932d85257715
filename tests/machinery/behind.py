"""What is behind the desk's pages, and what they lead to: responses, one that is sent, what is written down of acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Flask

from survey_app.campaign.campaign import Campaign
from survey_app.storage import NewResponse, Sought, Storage, StoredResponse
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import GROUPS

UNKNOWN = "0" * 32
"""The id of no response."""


def campaign_of(app: Flask) -> Campaign:
    """The one that it serves."""
    (campaign,) = app.extensions["survey"].campaigns.values()
    return campaign


def every(app: Flask) -> list[StoredResponse]:
    """All responses that it has."""
    return list(kept(app).responses())


def one_of(app: Flask, group: str, **fits: Any) -> StoredResponse:
    """The first response from a group's regions that fits."""
    regions = GROUPS.get(group, (None,))
    return next(
        each
        for each in every(app)
        if each.region in regions and all(getattr(each, name) == value for name, value in fits.items())
    )


def said(campaign: Campaign, region: str | None, **answers: Any) -> NewResponse:
    """An answer from a region."""
    return NewResponse.of(
        campaign,
        campaign.questionnaires["poll"],
        {"how": "bad"} | ({"place": region} if region else {}) | answers,
        ["place", "how", "issues", "why"],
        channel="web",
        language="zh",
        date=date(2021, 6, 1),
    )


def add(app: Flask, region: str | None = "P1a", **answers: Any) -> str:
    """Send an answer from a region; gives its id."""
    before = {each.id for each in every(app)}
    kept(app).add([said(campaign_of(app), region, **answers)])
    (found,) = {each.id for each in every(app)} - before
    return found


def links(person: Person) -> list[str]:
    """The ids of the responses that the page leads to."""
    return re.findall(r"/research/responses/([0-9a-f]{32})", person.text)


def all_ids(person: Person, address: str = "/research/responses") -> list[str]:
    """Those of all pages of a list, one after the other."""
    found: list[str] = []
    person.opens(address)
    while True:
        assert person.status == 200
        found += links(person)
        after = re.search(r'rel="next" href="([^"]+)"', person.text)
        if after is None:
            return found
        person.opens(after[1].replace("&amp;", "&"))


def acts(app: Flask) -> list[tuple[str, str, str]]:
    """Who did what to what, as written down."""
    return [(act.person, act.act, act.subject) for act in each_act(kept(app))]


def each_act(storage: Storage) -> Iterator[Any]:
    """All that is written down of what people did."""
    yield from storage.audit.each(Sought())
