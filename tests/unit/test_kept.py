"""A look of one statement uses its thread's connection again, and sees what is there by now."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from survey_app.storage.engine import ALONE, make_engine
from survey_app.storage.kept import Kept

COUNT, ADD = text("SELECT count(*) FROM kept"), text("INSERT INTO kept VALUES (1)")


@pytest.fixture
def engine(empty_sqlite_url: str) -> Iterator[Engine]:
    made = make_engine(empty_sqlite_url)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE kept (one INTEGER)"))
    yield made
    made.dispose()


@pytest.fixture
def looks(engine: Engine) -> Iterator[Kept]:
    kept = Kept(engine.execution_options(**{ALONE: True}))
    yield kept
    kept.close()


def used(looks: Kept) -> Connection:
    with looks.begin() as connection:
        return connection


def test_every_look_sees_what_others_wrote_meanwhile(engine: Engine, looks: Kept):
    for count in range(3):
        with looks.begin() as connection:
            assert connection.execute(COUNT).scalar_one() == count
        with engine.execution_options(writes=True).begin() as writing:
            writing.execute(ADD)


def test_a_thread_has_a_connection_of_its_own_and_keeps_it(looks: Kept):
    others: list[Connection] = []
    thread = threading.Thread(target=lambda: others.append(used(looks)))
    thread.start()
    thread.join()
    mine = used(looks)
    assert used(looks) is mine
    assert others[0] is not mine


def test_a_connection_with_which_something_went_wrong_is_not_used_again(looks: Kept):
    with pytest.raises(OperationalError), looks.begin() as connection:
        connection.execute(text("SELECT one FROM nowhere"))
    assert connection.closed
    assert used(looks) is not connection


def test_none_stays_open_after_the_end(looks: Kept):
    mine = used(looks)
    looks.close()
    assert mine.closed
