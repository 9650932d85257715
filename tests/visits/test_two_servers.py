"""Two servers over one PostgreSQL database: a respondent who is sent from one to the other does not notice."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from survey_app.storage import open_storage
from tests.machinery.drivers import Driver, Fields, Offer, Stuck
from tests.machinery.live_server import LiveServer, StartServer

KEY = "one key that both of the servers know"


@dataclass
class Wanderer(Driver):
    """Each page that is sent goes to the other server; `last` is what was sent last, and to where."""

    ports: tuple[int, int] = (0, 0)
    seen: set[int] = field(default_factory=set)
    last: tuple[str, Fields] = ("", {})

    def sends(self, address: str, fields: Fields) -> Offer:
        self.port = self.other
        self.seen.add(self.port)
        self.last = (address, fields)
        return super().sends(address, fields)

    @property
    def other(self) -> int:
        return self.ports[self.port == self.ports[0]]

    def sends_again(self) -> Offer:
        address, fields = self.last
        return self._follow(self._ask("POST", address, urlencode(fields, doseq=True).encode()))


@pytest.fixture
def two(start_server: StartServer, postgresql_url: str, tmp_path: Path) -> tuple[LiveServer, LiveServer]:
    """They share the database, the key and the folder of sealed files; nothing else."""
    shared = {"SURVEY_DATABASE_URL": postgresql_url, "SURVEY_SECRET_KEY": KEY}
    first, second = (start_server(folder=tmp_path / name, **shared) for name in ("first", "second"))
    return first, second


def wanderer(two: tuple[LiveServer, LiveServer], seed: int) -> Wanderer:
    ports = (two[0].port, two[1].port)
    return Wanderer(seed, ports[0], random.Random(seed), double_taps=0.3, ports=ports)


def test_answers_begun_on_one_server_go_on_and_are_sent_on_the_other(
    two: tuple[LiveServer, LiveServer], postgresql_url: str
):
    people = [wanderer(two, seed) for seed in range(3)]
    for person in people:
        person.visit()
        assert person.seen == set(person.ports), "both servers took pages"
        for port in person.ports:  # the page with the receipt, reloaded on either
            person.port = port
            person.receipts.add(person.opens("/q/driver/sent").receipt)
            person.receipts.add(person.sends_again().receipt)
        assert len(person.receipts) == 1, (
            "the same answers sent again give the same receipt, wherever they arrive"
        )
    storage = open_storage(postgresql_url, secret=KEY.encode())
    try:
        assert storage.counts() == {"driver": 3}
        kept = [response.answers for response in storage.responses("driver")]
        assert {words for answers in kept for words in answers.values() if isinstance(words, str)} >= {
            person.words for person in people
        }
    finally:
        storage.close()


def test_a_server_with_another_key_does_not_know_what_was_begun(
    start_server: StartServer, postgresql_url: str, tmp_path: Path
):
    """Why docs/operator.md says that the key is shared: the draft's cookie opens nothing elsewhere."""
    shared = {"SURVEY_DATABASE_URL": postgresql_url}
    first, second = (
        start_server(folder=tmp_path / name, SURVEY_SECRET_KEY=f"{KEY}: {name}", **shared)
        for name in ("first", "second")
    )
    with pytest.raises(Stuck):
        wanderer((first, second), 1).visit()
