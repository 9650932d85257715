"""Many responses at once: each key enters once, by whatever way the database takes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pyrage
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from survey_app.errors import StorageError
from survey_app.storage import NewResponse, Storage, Wanted, open_storage
from survey_app.storage.engine import make_engine
from survey_app.storage.failures import in_words
from survey_app.storage.migrations import downgrade, migrate
from tests.machinery.drawn import DAY, SECRET, question, questionnaire

TINY = questionnaire(question("text", "words"))
ROW = NewResponse("tiny", TINY.version, "driver", "import", "zh", DAY, {"words": "罚款"}, ["words"])


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET)
    opened.register(TINY, DAY)
    yield opened
    opened.close()


def some(number: int, begin: int = 0, **more: object) -> list[NewResponse]:
    return [
        replace(ROW, key=f"row {n}", answers={"words": f"第{n}\\t行\n", "n": n, "x": 1.5}, **more)
        for n in range(begin, begin + number)
    ]


@pytest.mark.parametrize("number", [4, 300])
def test_rows_that_are_there_already_are_passed_over_and_the_others_come_in(storage: Storage, number: int):
    assert storage.add(some(number)) == number
    assert storage.add([*some(number, begin=number // 2), *some(number)]) == number // 2
    kept = sorted((one.answers for one in storage.responses()), key=lambda answers: answers["n"])
    assert kept == [one.answers for one in some(number + number // 2)]
    assert {one.asked for one in storage.responses()} == {("words",)}


def test_a_key_twice_in_one_go_enters_once(storage: Storage):
    assert storage.add(some(100) + some(100)) == 100


def test_only_rows_that_came_in_leave_something_sealed(storage: Storage):
    key = pyrage.x25519.Identity.generate()
    with_phone = {"sealed": {"phone": "13900000000"}, "recipients": (str(key.to_public()),)}
    storage.add(some(30))
    assert storage.add(some(60, **with_phone)) == 30
    assert len(storage.sealed(["tiny"])) == 30
    assert sum("phone" in one.sealed for one in storage.responses()) == 30


def test_a_row_takes_the_id_that_it_was_given(storage: Storage):
    ids = [uuid4().hex for _ in range(50)]
    storage.add([replace(one, id=wanted) for one, wanted in zip(some(50), ids, strict=True)])
    assert [one.id for one in storage.responses()] == sorted(ids)


def test_responses_are_read_as_they_are_asked_for_while_others_come_in(storage: Storage):
    """A reader holds a chunk, no more, and sees what was there when it began."""
    storage.add(some(2500))
    reader = storage.responses("tiny")
    first = next(reader)
    storage.add(some(10, begin=5000))
    assert len([first, *reader]) == 2500
    assert storage.counts() == {"tiny": 2510}


def plan(storage: Storage, statement: str) -> str:
    asked = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[storage.engine.dialect.name]
    with storage.engine.begin() as connection:
        if storage.engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE responses"))
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(str(row) for row in connection.execute(text(asked + statement)))


def test_a_questionnaire_is_read_in_order_of_ids_without_sorting(storage: Storage):
    storage.add(some(500))
    found = plan(
        storage,
        "SELECT id, answers FROM responses WHERE questionnaire IN ('tiny') AND status IN ('received') ORDER BY id",
    )
    assert "sort" not in found.lower()
    assert "temp b-tree" not in found.lower()


def test_answers_are_jsonb_in_postgresql_and_can_be_asked_for_there(postgresql_url: str):
    storage = open_storage(postgresql_url, secret=SECRET)
    storage.add(some(30))
    with storage.engine.begin() as connection:
        asked = "SELECT count(*) FROM responses WHERE answers @> '{\"n\": 7}' AND asked ? 'words'"
        assert connection.execute(text(asked)).scalar() == 1
    storage.close()


def test_signs_that_jsonb_has_not_do_not_stop_the_step_to_it(empty_postgresql_url: str):
    engine = make_engine(empty_postgresql_url)
    migrate(engine, "0005")
    words = {
        "nul": "a\0b",
        "half": "x\ud83dy",
        "other half": "\ude00z",
        "pair": "😀",
        "path": "C:\\u0000\\ud83d",
        "n": 1,
    }
    values = {"answers": json.dumps(words), "asked": '["nul"]', "day": DAY - timedelta(days=1)}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO responses (id, key, questionnaire, version, audience, channel, language, date, status, "
                "answers, asked) "
                "VALUES ('1', '1', 'tiny', 'v', 'driver', 'web', 'zh', :day, 'received', :answers, :asked)"
            ),
            values,
        )
    migrate(engine)
    storage = open_storage(empty_postgresql_url, secret=SECRET)
    (kept,) = storage.responses(Wanted())
    storage.close()
    wanted = words | {"nul": "a\ufffdb", "half": "x\ufffdy", "other half": "\ufffdz"}
    assert (kept.answers, kept.asked) == (wanted, ("nul",))
    downgrade(engine, "0005")
    migrate(engine)
    engine.dispose()


def test_a_database_that_does_not_exist_is_told_with_its_cure(postgresql_url: str):
    address = make_url(postgresql_url).set(database="nowhere")
    with pytest.raises(StorageError, match=r"no such database.*createdb"):
        open_storage(address.render_as_string(hide_password=False), secret=SECRET)


def test_a_user_who_is_refused_is_told_where_to_look(postgresql_url: str):
    address = make_url(postgresql_url).set(username="nobody_known")
    with pytest.raises(StorageError, match=r"refuses this user or password.*SURVEY_DATABASE_URL"):
        open_storage(address.render_as_string(hide_password=False), secret=SECRET)


def test_a_table_that_somebody_else_has_locked_is_waited_for_and_then_called_busy(postgresql_url: str):
    open_storage(postgresql_url, secret=SECRET).close()
    other = make_engine(postgresql_url)
    storage = open_storage(postgresql_url, secret=SECRET, busy_seconds=0.2)
    with other.begin() as connection:
        connection.execute(text("LOCK TABLE responses"))
        with pytest.raises(StorageError, match="too busy"):
            storage.counts()
    assert storage.counts() == {}
    storage.close()
    other.dispose()


def test_no_statement_runs_for_ever_but_the_steps_take_their_time(postgresql_url: str):
    storage = open_storage(postgresql_url, secret=SECRET)
    with storage.engine.begin() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "2min"
        connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        with pytest.raises(StorageError, match="too busy"), in_words():
            connection.execute(text("SELECT pg_sleep(2)"))
    storage.forget_order()
    storage.close()
