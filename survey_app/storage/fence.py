"""The second fence: PostgreSQL itself gives a transaction that reads for somebody only what lies in their regions.

The first one are the conditions of the queries (`campaign/scopes.py` decides them). A query that forgot its own gives
nothing from outside here. SQLite has no such thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, text

from survey_app.campaign.scopes import EVERYWHERE, Scope

SETTING = "survey.regions"
"""The codes of the regions, as PostgreSQL writes an array: of none, `{}`. Empty: the program reads for itself."""
_SET = text(f"SELECT set_config('{SETTING}', CAST(CAST(:codes AS text[]) AS text), true)")
_LIFT = text(f"SELECT set_config('{SETTING}', '', true)")
_PASSED_BY = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


class Transaction(Protocol):
    """Opens a transaction for somebody who may see what is in `scope`."""

    def __call__(self, scope: Scope = EVERYWHERE) -> AbstractContextManager[Connection]: ...


Glance: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection for one statement about nobody's responses."""


def close(connection: Connection, scope: Scope) -> None:
    """Give this transaction what lies in `scope` only. When it ends, so does this."""
    if _is_closed(connection, scope):
        connection.execute(_SET, {"codes": sorted(scope.regions or ())})


@contextmanager
def lifted(connection: Connection, scope: Scope) -> Iterator[bool]:
    """For what the program has to know itself, amid a transaction that reads for somebody; gives whether there was a
    fence.
    """
    was_closed = _is_closed(connection, scope)
    if was_closed:
        connection.execute(_LIFT)
    yield was_closed
    close(connection, scope)


def _is_closed(connection: Connection, scope: Scope) -> bool:
    return scope.regions is not None and connection.dialect.name == "postgresql"


def is_passed_by(connection: Connection) -> bool:
    """Whether PostgreSQL lets this user pass by the fence, as it does superusers."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(_PASSED_BY).scalar_one())
