"""The application over HTTP without a server, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from survey_app import create_app
from survey_app.config import Settings
from survey_app.storage import Storage
from tests.machinery.person import Person

CAMPAIGNS = Path(__file__).resolve().parents[1] / "campaigns"
REAL = Path(__file__).resolve().parents[2] / "questionnaires"

OpenSurvey = Callable[[Path], Flask]


class Compiled(BytecodeCache):
    """Templates compiled once for all the applications that the tests open, each of which would compile its own."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Compiled()})
        yield


@pytest.fixture
def open_survey(tmp_path: Path, database_url: str) -> Iterator[OpenSurvey]:
    """Opens the application on a campaign folder; a second call finds the same database."""
    opened: list[Flask] = []

    def open_one(campaigns: Path) -> Flask:
        instance = tmp_path / "instance"
        settings = Settings(campaigns, instance, tmp_path / "exports", database_url, "s" * 64)
        opened.append(create_app(settings))
        return opened[-1]

    yield open_one
    for app in opened:
        kept(app).close()


@pytest.fixture
def every_kind(open_survey: OpenSurvey) -> Flask:
    """The questionnaire `every-kind`, with a question of every kind."""
    return open_survey(CAMPAIGNS / "every-kind")


@pytest.fixture
def real(open_survey: OpenSurvey) -> Flask:
    """The campaigns of the repository."""
    return open_survey(REAL)


@pytest.fixture
def person(every_kind: Flask) -> Person:
    """Somebody who reads Chinese, at `every-kind`."""
    return Person(every_kind)


def kept(app: Flask) -> Storage:
    """The storage behind the pages."""
    storage: Storage = app.extensions["survey"].storage
    return storage
