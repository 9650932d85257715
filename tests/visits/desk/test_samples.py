"""Real answers that were taken in give the same tables on the desk as on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from survey_app import create_app
from survey_app.config import Settings
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import PASSWORD
from tests.visits.test_real_samples import FLYING, PHONES, Office, office

__all__ = ["office"]
SPOKEN = {"flying-etiquette": "en-US", "wenjuanxing": "zh-CN"}
TABLES = {
    ("flying-etiquette", FLYING, "flying-etiquette"): (
        {"rows": "region", "columns": "rude_recline", "level": "division"},
        {"rows": "travel_frequency", "columns": "rude_recline", "percent": "row"},
        {"rows": "travel_frequency", "columns": "all"},
    ),
    ("wenjuanxing", PHONES, "phones"): (
        {"rows": "phones", "columns": "gender", "percent": "row"},
        {"rows": "date", "columns": "age", "period": "week"},
    ),
}


@contextmanager
def opened(here: Office, language: str) -> Iterator[Person]:
    """A coordinator who is signed in at the desk of that office."""
    app = create_app(Settings.read(here.variables))
    kept(app).people.add("lin", "coordinator", None, PASSWORD, by="test")
    kept(app).people.set_password("lin", PASSWORD, by="lin")
    person = Person(app, language)
    person.client.set_cookie("desk", kept(app).sessions.begin("lin", "whole"), domain="localhost")
    try:
        yield person
    finally:
        kept(app).close()


@pytest.mark.parametrize("sample", TABLES, ids=[sample[0] for sample in TABLES])
def test_desk_and_command_line_say_the_same(
    office: Callable[[str, str], Office], sample: tuple[str, str, str]
):
    campaign, file, questionnaire = sample
    here = office(campaign, file)
    here.take(questionnaire)
    with opened(here, SPOKEN[campaign]) as person:
        for asked in TABLES[sample]:
            options = [
                f"--{name}={value}" for name, value in asked.items() if name not in ("rows", "columns")
            ]
            there = here.table(asked["rows"], asked["columns"], questionnaire, *options)
            query = urlencode({**asked, "questionnaire": questionnaire})
            answer = person.client.get(f"/research/tables.json?{query}", headers=person.headers)
            assert answer.status_code == 200, answer.text
            here_said = json.loads(answer.data)
            more, said = here_said.pop("notes"), there.pop("notes")
            assert here_said == there
            assert [note for note in more if note in said] == said
            assert there["base"] > 0
