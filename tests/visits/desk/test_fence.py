"""The desk on PostgreSQL, with every condition of its own forgotten."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import make_url

from survey_app import create_app
from survey_app import survey as rooms
from survey_app.campaign.scopes import Scope
from survey_app.research import seen
from survey_app.storage.desk import looking
from survey_app.storage.tables import ResponseRow
from tests.machinery.postgres import SUPERUSER
from tests.visits.conftest import kept
from tests.visits.desk.conftest import GROUPS, OpenDesk, SignedInAs


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    return postgresql_url


def test_a_desk_that_forgets_whose_regions_are_whose_shows_only_ones_own_still(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    everywhere = {row.id: row.region for row in kept(desk).responses()}
    row = ResponseRow
    monkeypatch.setattr(Scope, "covers", lambda scope, region: True)
    monkeypatch.setattr(looking, "_within", lambda scope, names: iter([row.questionnaire.in_(list(names))]))
    for room in (rooms, seen):
        monkeypatch.setattr(room, "Within", lambda parts, regions: parts)
    person = signed_in_as(desk, "researcher", "east")
    for which, region in everywhere.items():
        page = person.opens(f"/research/responses/{which}")
        assert page.status == (200 if region in GROUPS["east"] else 404), region
    assert "canary-west" not in person.opens("/research/responses").text
    assert "canary-west" not in person.opens("/research/responses?words=canary").text
    table = person.opens("/research/tables.json?rows=region&columns=how")
    assert json.loads(table.text)["base"] == 12 * len(GROUPS["east"])


def test_a_user_that_passes_by_the_fence_is_warned_of_once_at_the_start(
    open_desk: OpenDesk, database_url: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        plain = open_desk()
    assert "row-level security" not in caplog.text
    with caplog.at_level(logging.WARNING):
        as_superuser = make_url(database_url).set(username=SUPERUSER).render_as_string()
        app = create_app(replace(plain.extensions["survey"].settings, database_url=as_superuser))
    kept(app).close()
    assert caplog.text.count("row-level security") == 1
