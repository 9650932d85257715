"""Whoever looks wherever: no token and no count of a region outside the person's scope.

Every response carries its group's token in its free text and in its channel, and each group has so many that its
count, and the sum of any two, is a token of its own. A crawler follows every link that each person is shown, asks every
address of the desk with the ids of others, and asks for tables by every pair of names with every filter.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from io import BytesIO
from itertools import combinations, product
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.campaign import scopes
from survey_app.campaign.campaign import Campaign
from survey_app.config import Settings
from survey_app.research import access
from survey_app.roles import Role
from survey_app.storage import NewResponse
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, PASSWORD

HOW_MANY = {"east": 3001, "west": 7013, "nowhere": 17}
WITH_RECEIPT = 4
"""Responses of each group whose people can be asked."""
PLACES = {"east": ("P1a", "P1b"), "west": ("P2a",), "nowhere": (None,)}
PEOPLE: tuple[tuple[Role, str | None], ...] = (
    ("researcher", "east"),
    ("researcher", "west"),
    ("researcher", "isles"),
    ("observer", None),
    ("auditor", None),
)
OWN = {("researcher", "east"): {"east"}, ("researcher", "west"): {"west"}}
SIDES = (
    "region",
    "issue",
    "how",
    "channel",
    "language",
    "date",
    "version",
    "audience",
    "questionnaire",
    "all",
)
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"level": "group"},
    {"level": "prefecture"},
    {"percent": "total"},
    {"measure": "mentions"},
    {"where": "${how} = 'bad'"},
    {"region": "P2a"},
    {"region": "P2"},
    {"channel": "qr:canary-west"},
    {"channel": "qr:canary-east"},
    {"language": "zh"},
    {"from": "2021-06-01", "to": "2021-06-30"},
    {"questionnaire": "poll"},
)
LINK = re.compile(r'(?:href|src|action)="(/research[^"]*)"')
SEEN_AT_MOST = 250
"""Pages that one person is led to by links; behind a list are as many as there are responses."""


def _counts(own: set[str]) -> set[str]:
    """Numbers that tell of others: every sum of groups that is not of one's own alone."""
    groups = [
        set(some)
        for size in range(1, len(HOW_MANY) + 1)
        for some in combinations(HOW_MANY, size)
        if set(some) - own
    ]
    sums = {sum(HOW_MANY[group] for group in some) for some in groups} - {HOW_MANY["nowhere"]}
    return {
        word for number in sums for word in (f">{number}<", f">{number:,}<", f" {number:,} ", f" {number} ")
    }


def _response(campaign: Campaign, group: str, number: int) -> NewResponse:
    place = PLACES[group][number % len(PLACES[group])]
    bad = number % 2 == 0
    answers: dict[str, Any] = {"how": "bad" if bad else "good", "issues": ["fine", "toll"][: 1 + number % 2]}
    answers |= {"place": place} if place else {}
    answers |= {"why": f"canary-{group}说{number % 40}"} if bad else {}
    return NewResponse.of(
        campaign,
        campaign.questionnaires["poll"],
        answers,
        ["place", "how", "issues", "why"],
        channel=f"qr:canary-{group}",
        language=("zh", "en")[number % 2],
        date=date(2021, 6, 1 + number % 28),
        key=f"{group}-{number}" if number >= WITH_RECEIPT else None,
    )


def _talk(app: Flask, campaign: Campaign, group: str, number: int) -> None:
    """Somebody of the group sends, and words come beside the answers: all that can be, each with the token."""
    storage, poll = kept(app), campaign.questionnaires["poll"]
    draft = storage.start_draft(poll.name, poll.version, "web", "zh", consented=True).id
    which = storage.dialogue.find(storage.send(draft, _response(campaign, group, number)))
    assert which is not None
    storage.dialogue.add(which, f"canary-{group}补{number}")
    storage.dialogue.ask(which, f"canary-{group}问{number}")
    if number % 2:
        storage.dialogue.answer(which, 1, f"canary-{group}答{number}")
    storage.reviews.comment(scopes.EVERYWHERE, which, "test", f"canary-{group}记{number}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The desk with all those responses, most of them in batches."""
    folder = tmp_path_factory.mktemp("town")
    url = f"sqlite:///{folder / 'town.sqlite3'}"
    app = create_app(Settings(CAMPAIGN, folder / "instance", folder / "exports", url, "s" * 64))
    (campaign,) = app.extensions["survey"].campaigns.values()
    for group, many in HOW_MANY.items():
        kept(app).add(_response(campaign, group, number) for number in range(WITH_RECEIPT, many))
    kept(app).batches.fold(campaign, date.max)
    for group in HOW_MANY:
        for number in range(WITH_RECEIPT):
            _talk(app, campaign, group, number)
    yield app
    kept(app).close()


def _signed_in(app: Flask, role: Role, group: str | None) -> Person:
    name = f"{role}-{group or 'all'}"
    people = kept(app).people
    if people.find(name) is None:
        people.add(name, role, group, PASSWORD, by="test")
        people.set_password(name, PASSWORD, by=name)
    person = Person(app)
    person.client.set_cookie("desk", kept(app).sessions.begin(name, "whole"), domain="localhost")
    return person


@dataclass
class Crawler:
    """One person who looks everywhere, and what was found that is not theirs."""

    app: Flask
    person: Person
    own: set[str]
    token: str = "canary-%s"
    seen: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def look(self, address: str) -> str:
        """The page at `address`, searched; its text."""
        answer = self.person.client.get(address, follow_redirects=False)
        self.statuses[address] = answer.status_code
        text = _unpacked(answer.data)
        others = HOW_MANY.keys() - self.own
        told = [token for group in others if (token := self.token % group) in text and token not in address]
        if answer.mimetype == "text/html":
            told += [number for number in _counts(self.own) if number in text]
        self.found += [f"{address}: {each}" for each in told]
        return text if answer.mimetype == "text/html" else ""

    def follow(self, start: str) -> None:
        """Every address that is reached by links, the nearest first."""
        waiting = [start]
        while waiting and len(self.seen) < SEEN_AT_MOST:
            address = waiting.pop(0)
            if address in self.seen or "sign-out" in address:
                continue
            self.seen.add(address)
            waiting += [unescape(each) for each in LINK.findall(self.look(address))]

    def ask_for_tables(self) -> None:
        """Every pair of sides, each with every filter in turn, on the page and as files."""
        for number, (rows, columns) in enumerate(product(SIDES, SIDES)):
            query = urlencode({"rows": rows, "columns": columns, **FILTERS[number % len(FILTERS)]})
            self.look(f"/research/tables?{query}")
            self.look(f"/research/tables.{('csv', 'xlsx', 'svg')[number % 3]}?{query}")

    def ask_for_others(self, ids: list[str]) -> None:
        """Every address that takes a value, with those of others."""
        for rule in self.app.url_map.iter_rules():
            if rule.rule.startswith(access.PREFIX) and "GET" in (rule.methods or ()) and rule.arguments:
                for id_ in ids:
                    with self.app.test_request_context():
                        values = dict.fromkeys(rule.arguments, id_)
                        self.look(rule.build(values, append_unknown=False)[1])  # type: ignore[index]
        for extra in FILTERS:
            for page in ("responses", "words", "board", ""):
                self.look(f"/research/{page}?{urlencode(extra)}")
        for what, place in product(("level:county", "place", "units", "channels"), ("", "P1a", "P2a")):
            for page in ("posters", "posters.html"):
                self.look(f"/research/{page}?{urlencode({'what': what, 'place': place})}")
        for word in ("canary", "canary-west", "canary-east", "说", "问", "补", "记"):
            self.look(f"/research/responses?{urlencode({'words': word})}")
        self.ask_for_files()

    def ask_for_files(self) -> None:
        """Responses as files, by every filter, and the questions that were asked under receipts."""
        chosen = [
            *FILTERS,
            {"words": "canary"},
            {"state": "new"},
            {"flag": "any"},
            {"by": "issue", "group": "toll"},
        ]
        for number, extra in enumerate(chosen):
            query = urlencode({"questionnaire": "poll", **extra})
            self.look(f"/research/responses.{('csv', 'xlsx')[number % 2]}?{query}")
        for query in ("", "?state=answered", "?skip=1", "?state=answered&skip=1"):
            self.look(f"/research/questions{query}")


def _unpacked(body: bytes) -> str:
    """The text of a page or of a file; of a workbook, that of all its parts."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return body.decode("utf-8", "replace")


def _foreign(app: Flask, own: set[str]) -> list[str]:
    ids = {group: [] for group in HOW_MANY}  # type: dict[str, list[str]]
    for response in kept(app).responses("poll"):
        ids[response.channel.removeprefix("qr:canary-")].append(response.id)
    return [id_ for group in HOW_MANY.keys() - own for id_ in ids[group][:3]]


def _crawled(app: Flask, role: Role, group: str | None, *, tables: bool = True) -> Crawler:
    own = OWN.get((role, group), set())
    # the log tells an auditor what others looked for, a channel by its code too; it tells no answer
    crawler = Crawler(
        app, _signed_in(app, role, group), own, "canary-%s说" if role == "auditor" else "canary-%s"
    )
    crawler.follow("/research/enter")
    crawler.follow("/research/account")
    crawler.ask_for_others(_foreign(app, own))
    if tables:
        crawler.ask_for_tables()
    return crawler


@pytest.mark.parametrize(("role", "group"), PEOPLE)
def test_nothing_of_others_is_shown_anywhere(town: Flask, role: Role, group: str | None):
    crawler = _crawled(town, role, group)
    assert crawler.found == []
    assert not [address for address, status in crawler.statuses.items() if status >= 500]
    looked_at = sum(status == 200 for status in crawler.statuses.values())
    assert looked_at > (200 if role == "researcher" else 3)


def test_one_s_own_are_shown_so_that_the_crawler_would_see_others(town: Flask):
    crawler = Crawler(town, _signed_in(town, "researcher", "east"), set())
    crawler.follow("/research/enter")
    crawler.ask_for_files()
    for page in (
        "/research/responses?",
        "/research/responses.csv",
        "/research/responses.xlsx",
        "/research/questions",
    ):
        assert any(each.startswith(page) and each.endswith("canary-east") for each in crawler.found), page


def test_a_desk_that_forgets_the_scope_in_one_place_is_caught(town: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scopes, "of_group", lambda campaign, group: scopes.EVERYWHERE)
    crawler = _crawled(town, "researcher", "east", tables=False)
    assert any("canary-west" in each for each in crawler.found)


def test_somebody_else_s_response_is_not_there_as_one_that_nobody_sent(town: Flask):
    person = _signed_in(town, "researcher", "east")
    (theirs, *_) = _foreign(town, {"east"})
    nobody = "0" * len(theirs)
    pages = [person.client.get(f"/research/responses/{id_}") for id_ in (theirs, nobody)]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].data.replace(theirs.encode(), b"") == pages[1].data.replace(nobody.encode(), b"")
    assert urlsplit(pages[0].request.url).path.endswith(theirs)
