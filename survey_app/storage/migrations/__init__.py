"""The steps by which a database of an earlier release becomes one of this release, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from survey_app.errors import StorageError

ONE_AT_A_TIME = 7_361_529_004
"""The number of PostgreSQL's advisory lock under which tables are changed; any number, always the same."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the steps in this package, to be run on `connection`."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("version_locations", str(Path(__file__).parent / "revisions").replace("%", "%%"))
    settings.set_main_option("path_separator", "newline")
    settings.attributes["connection"] = connection
    return settings


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`, all steps in one transaction, one process at a time.

    A database that is there already is only read. Raises StorageError where it was written by a newer release.
    """
    head = ScriptDirectory.from_config(config()).get_current_head()
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    if revision == "head" and current == (head,):
        return
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_AT_A_TIME})
        try:
            command.upgrade(config(connection), revision)
        except CommandError as error:
            raise StorageError(
                f"The database was written by a newer release of this program: its step {', '.join(current)} is not "
                "known here. Install that release, or name another database in SURVEY_DATABASE_URL."
            ) from error


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` (`base`: no tables at all), in one transaction."""
    with engine.execution_options(writes=True).begin() as connection:
        command.downgrade(config(connection), revision)
