"""The research desk over HTTP, with people who are signed in at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from survey_app import create_app
from survey_app.campaign.campaign import Campaign
from survey_app.config import Settings
from survey_app.roles import Role
from survey_app.storage import NewResponse
from survey_app.storage.desk import passwords
from tests.machinery.person import Person
from tests.visits.conftest import kept

CAMPAIGN = Path(__file__).resolve().parents[2] / "campaigns" / "two-groups"
DAY = date(2021, 6, 18)
PASSWORD = "four dull words here"
GROUPS = {"east": ("P1a", "P1b", "P1"), "west": ("P2a", "P2")}
"""The research groups of the campaign, and the regions from which responses come to each."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ON_EITHER_DATABASE = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

OpenDesk = Callable[..., Flask]
SignedInAs = Callable[..., Person]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """One database is enough where a test does not ask for both, by ON_EITHER_DATABASE."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is tested where it matters; here it would be most of the time."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture
def open_desk(tmp_path: Path, database_url: str) -> Iterator[OpenDesk]:
    """Opens the application on the campaign with two groups; `settings` are those to set otherwise."""
    opened: list[Flask] = []

    def open_one(campaigns: Path = CAMPAIGN, **settings: object) -> Flask:
        made = Settings(
            campaigns, tmp_path / "instance", tmp_path / "exports", database_url, "s" * 64, **settings
        )
        opened.append(create_app(made))
        return opened[-1]

    yield open_one
    for app in opened:
        kept(app).close()


@pytest.fixture
def empty_desk(open_desk: OpenDesk) -> Flask:
    """The desk before the first response."""
    return open_desk()


@pytest.fixture
def desk(empty_desk: Flask) -> Flask:
    """The desk with responses from both groups' regions and some from none; see `responses_of`."""
    (campaign,) = empty_desk.extensions["survey"].campaigns.values()
    kept(empty_desk).add(responses_of(campaign))
    return empty_desk


def responses_of(campaign: Campaign) -> Iterator[NewResponse]:
    """Twelve from each region of GROUPS and six without a region; each one's free text names its group's canary."""
    poll = campaign.questionnaires["poll"]
    asked = ["place", "how", "issues", "why"]
    for number, (group, region) in enumerate(
        [*((group, region) for group, regions in GROUPS.items() for region in regions for _ in range(12)),
         *[("nowhere", None)] * 6]
    ):  # fmt: skip
        bad = number % 3 == 0
        answers = {"how": "bad" if bad else "good", "issues": ["fine", "toll"][: 1 + number % 2]}
        answers |= {"place": region} if region else {}
        answers |= {"why": f"canary-{group} {number}"} if bad else {}
        yield NewResponse.of(
            campaign,
            poll,
            answers,
            asked,
            channel=["web", "qr:poster", "paper"][number % 3],
            language=["zh", "en"][number % 2],
            date=date(2021, 6, 1 + number % 28),
            key=f"response-{number}",
        )


@pytest.fixture
def signed_in_as() -> SignedInAs:
    """Gives somebody signed in at `app` with a role, and a group if a researcher, without the way through sign-in.

    `signed_in_as(desk, "researcher", "east")`; a second call with the same words is the same person on another device.
    """

    def sign_in(app: Flask, role: Role, group: str | None = None, **more: str) -> Person:
        name = f"{role}-{group}".lower() if group else role  # as names are kept
        people = kept(app).people
        if people.find(name) is None:
            people.add(name, role, group, PASSWORD, by="test")
            people.set_password(
                name, PASSWORD, by=name
            )  # chosen by the person, so nothing has to be changed first
        person = Person(app, **more)
        token = kept(app).sessions.begin(name, "whole")
        person.client.set_cookie("desk", token, domain="localhost")
        return person

    return sign_in


def token_of(person: Person) -> str:
    """A token for the person's next form, from a page that everybody has."""
    return person.opens("/research/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
