"""The machinery gives each test a database of its own; the other tests lean on that."""

from __future__ import annotations

from datetime import date

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, inspect, select, text

from survey_app.storage.migrations import config
from survey_app.storage.tables import Base, QuestionnaireRow

SEEN = {"name": "tiny", "version": "1", "definition": {}}


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_an_empty_database_that_keeps_chinese(empty_database_url: str, turn: str):
    engine = create_engine(empty_database_url)
    try:
        with engine.begin() as connection:
            assert inspect(connection).get_table_names() == [], f"the {turn} test found another test's tables"
            connection.execute(text("CREATE TABLE kept (words VARCHAR(20))"))
            connection.execute(text("INSERT INTO kept VALUES ('执法领域突出问题')"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT words FROM kept")).scalars().all() == ["执法领域突出问题"]
    finally:
        engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_or_one_of_this_release_without_a_row(database_url: str, turn: str):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        head = ScriptDirectory.from_config(config()).get_current_head()
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [head]
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(select(func.count()).select_from(table)).scalar()
            of_the_steps = table.name == "audit_head"  # the log's head stands before the first act
            assert rows == of_the_steps, f"the {turn} test found another test's rows in {table.name}"
        connection.execute(QuestionnaireRow.__table__.insert(), {**SEEN, "first_seen": date.today()})
    engine.dispose()


def test_postgresql_answers_as_a_real_server(postgresql_url: str):
    engine = create_engine(postgresql_url)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SHOW server_encoding")).scalar() == "UTF8"
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    finally:
        engine.dispose()
