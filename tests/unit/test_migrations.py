"""A database goes up and down the steps with its rows, and ends as the models say."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from survey_app.errors import StorageError
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.engine import make_engine
from survey_app.storage.migrations import config, downgrade, migrate
from survey_app.storage.receipts import Digests
from survey_app.storage.tables import Base
from tests.machinery.drawn import DAY, SECRET, question, questionnaire

TINY = questionnaire(question("text", "words"))
NEW = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"words": "罚款"}, ["words"])
STEPS = [step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    made = make_engine(empty_database_url)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_steps_end_where_the_models_are(engine: Engine):
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_models_and_the_steps_agree_on_what_sqlite_says_beside_the_columns(tmp_path):
    def written(engine: Engine) -> dict[str, bool]:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        engine.dispose()
        return {name: "WITHOUT ROWID" in sql for name, sql in rows if name != "alembic_version"}

    by_steps, by_models = (make_engine(f"sqlite:///{tmp_path / name}") for name in ("steps", "models"))
    migrate(by_steps)
    Base.metadata.create_all(by_models)
    assert written(by_steps) == written(by_models)


def test_up_again_changes_nothing_and_keeps_what_is_there(empty_database_url: str):
    storage = open_storage(empty_database_url, secret=SECRET)
    storage.register(TINY, DAY)
    draft = storage.start_draft("tiny", TINY.version, "web", "zh", today=DAY).id
    receipt = storage.send(draft, NEW)
    storage.migrate()
    storage.close()
    again = open_storage(empty_database_url, secret=SECRET)
    assert (again.receipt_of(draft), again.counts(), len(again.versions("tiny"))) == (receipt, {"tiny": 1}, 1)
    again.close()


@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_each_step_can_be_taken_back_and_taken_again_with_rows_in_the_tables(engine: Engine, step: int):
    migrate(engine)
    storage = Storage(engine, Digests(SECRET))
    storage.register(TINY, DAY)
    storage.send(storage.start_draft("tiny", TINY.version, "web", "zh", today=DAY).id, NEW)
    downgrade(engine, STEPS[step - 1] if step else "base")
    if step == 0:
        assert tables(engine) == {"alembic_version"}
    migrate(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}
    storage.send(storage.start_draft("tiny", TINY.version, "web", "zh", today=DAY).id, NEW)


def test_two_programs_that_start_at_once_take_the_steps_once(empty_database_url: str):
    engines = [make_engine(empty_database_url) for _ in range(8)]
    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(migrate, engines))
    assert tables(engines[0]) == {*Base.metadata.tables, "alembic_version"}
    for engine in engines:
        engine.dispose()


def test_a_database_of_a_newer_release_is_left_alone(empty_database_url: str, engine: Engine):
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer release"):
        open_storage(empty_database_url, secret=SECRET)


def test_a_step_that_breaks_leaves_nothing_half_done(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sealed (x INTEGER)"))
    with pytest.raises(Exception, match="sealed"):
        migrate(engine)
    assert tables(engine) == {"sealed"}
