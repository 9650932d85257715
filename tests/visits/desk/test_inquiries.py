"""Questions to respondents on a page of their own: those that wait and those answered, of one's own regions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from survey_app.campaign.scopes import EVERYWHERE
from survey_app.storage import NewResponse
from survey_app.storage.desk import inquiries
from tests.machinery.behind import acts, campaign_of, links
from tests.visits.conftest import kept
from tests.visits.desk.conftest import ON_EITHER_DATABASE, SignedInAs

pytestmark = ON_EITHER_DATABASE


def sends(app: Flask, region: str) -> str:
    """Somebody sends from a region, with a receipt; the response's id."""
    campaign, storage = campaign_of(app), kept(app)
    poll = campaign.questionnaires["poll"]
    draft = storage.start_draft("poll", poll.version, "web", "zh", consented=True).id
    new = NewResponse.of(
        campaign, poll, {"place": region, "how": "good"}, ["place", "how"], channel="web", language="zh",
        date=date(2021, 6, 1),
    )  # fmt: skip
    return str(storage.dialogue.find(storage.send(draft, new)))


@pytest.fixture
def asked(desk: Flask) -> dict[str, str]:
    """By what becomes of the question, a response from the east that was asked something, and one from the west."""
    dialogue = kept(desk).dialogue
    found = {name: sends(desk, "P1a") for name in ("waits", "waits longer", "answered", "excluded")}
    found["theirs"] = sends(desk, "P2a")
    for number, (name, which) in enumerate(found.items()):
        day = date(2021, 7, 9) if name == "waits" else date(2021, 7, 1)
        dialogue.ask(which, f"{name}？打13800138000", day)
        if name == "answered":
            dialogue.answer(which, 1, "上周三<b>，电话13800138000", date(2021, 7, 2 + number))
    kept(desk).reviews.change(EVERYWHERE, found["excluded"], "excluded", "wang", "重复")
    return found


def test_those_that_wait_and_those_answered_stand_apart_each_with_its_response_and_masked(
    desk: Flask, signed_in_as: SignedInAs, asked: dict[str, str]
):
    person = signed_in_as(desk, "researcher", "east").opens("/research/questions")
    assert links(person) == [asked["waits longer"], asked["waits"]]
    assert "等待回答 (2)" in person.text
    assert "已回答 (1)" in person.text
    assert "waits？打●●●●" in person.text
    person.opens("/research/questions?state=answered")
    assert links(person) == [asked["answered"]]
    assert "上周三&lt;b&gt;，电话●●●●" in person.text
    assert "13800138000" not in person.text
    assert "theirs" not in person.text
    assert "theirs" in signed_in_as(desk, "coordinator").opens("/research/questions").text


def test_home_says_how_many_wait_and_leads_there(
    desk: Flask, signed_in_as: SignedInAs, asked: dict[str, str]
):
    person = signed_in_as(desk, "researcher", "east").opens("/research/")
    assert person.sees.ids["answered"] == "1"
    assert "2" in person.sees.ids["waiting"]
    assert {
        "/research/questions?campaign=two-groups",
        "/research/questions?campaign=two-groups&state=answered",
    } <= set(person.sees.links)


def test_each_look_is_written_down_and_odd_addresses_break_nothing(
    desk: Flask, signed_in_as: SignedInAs, asked: dict[str, str]
):
    person = signed_in_as(desk, "researcher", "east").opens("/research/questions")
    assert acts(desk)[-1] == ("researcher-east", "questions looked at", "two-groups")
    for query in (
        "skip=-1",
        "skip=x",
        f"skip={'9' * 30}",
        "skip=1000000",
        "state=nothing",
        "campaign=two-groups",
    ):
        assert person.opens(f"/research/questions?{query}").status == 200, query
    assert person.opens("/research/questions?campaign=other").status == 404


def test_many_are_shown_page_by_page(
    desk: Flask, signed_in_as: SignedInAs, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for module in (inquiries, __import__("survey_app.research.inquiries", fromlist=["PAGE"])):
        monkeypatch.setattr(module, "PAGE", 1)
    person = signed_in_as(desk, "researcher", "east").opens("/research/questions")
    found = links(person)
    (further,) = [link for link in person.sees.links if "skip=1" in link and "language" not in link]
    found += links(person.opens(further))
    assert found == [asked["waits longer"], asked["waits"]]
    assert not [link for link in person.sees.links if "skip=2" in link and "language" not in link]


def test_where_nothing_was_asked_the_page_says_how_to(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "west").opens("/research/questions")
    assert "还没有提过问题" in person.text
    assert "还没有提问得到回答" in person.opens("/research/questions?state=answered").text


@pytest.mark.parametrize("role", ["observer", "auditor"])
def test_others_have_no_such_page(desk: Flask, signed_in_as: SignedInAs, role: Any):
    assert signed_in_as(desk, role).opens("/research/questions").status == 404
