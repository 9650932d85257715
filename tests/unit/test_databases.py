"""The machinery gives each test a database of its own; the other tests lean on that."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, text


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_an_empty_database_that_keeps_chinese(database_url: str, turn: str):
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            assert inspect(connection).get_table_names() == [], f"the {turn} test found another test's tables"
            connection.execute(text("CREATE TABLE kept (words VARCHAR(20))"))
            connection.execute(text("INSERT INTO kept VALUES ('执法领域突出问题')"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT words FROM kept")).scalars().all() == ["执法领域突出问题"]
    finally:
        engine.dispose()


def test_postgresql_answers_as_a_real_server(postgresql_url: str):
    engine = create_engine(postgresql_url)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SHOW server_encoding")).scalar() == "UTF8"
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    finally:
        engine.dispose()
