"""Responses that `survey demo` made up: told by a flag in each row, and found by how their ids begin."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, exists, func, select

from survey_app.storage.newresponse import EXCLUDED, RECEIVED, WITHDRAWN
from survey_app.storage.tables import ResponseRow

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction

DEMO = "demo"
"""The flag of such a response, and the beginning of its id, which random ids (hexadecimal digits) cannot have."""
_AFTER = "demp"
AT_ONCE = 2000


class MadeUp:
    """Every method raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Transaction) -> None:
        self._writing = writing
        self._reading = reading

    def is_there(self, questionnaires: Collection[str] | None = None) -> bool:
        """Whether any response is made up; with `questionnaires`, any to these."""
        found = _made_up()
        if questionnaires is not None:
            # states are named, so that an index leads there however many were made up for others
            found &= ResponseRow.questionnaire.in_(questionnaires) & ResponseRow.status.in_(
                (RECEIVED, EXCLUDED, WITHDRAWN)
            )
        with self._reading() as connection:
            return bool(connection.execute(select(exists().where(found))).scalar())

    def beside(self) -> int:
        """How many responses are not made up."""
        query = select(func.count()).select_from(ResponseRow).where(~_made_up())
        with self._reading() as connection:
            return connection.execute(query).scalar_one()

    def remove(self) -> int:
        """Delete all that are made up, some thousand in each transaction; gives how many."""
        removed = 0
        while ids := self._some():
            with self._writing() as connection:
                removed += connection.execute(delete(ResponseRow).where(ResponseRow.id.in_(ids))).rowcount
        return removed

    def _some(self) -> list[str]:
        with self._reading() as connection:
            return list(connection.execute(select(ResponseRow.id).where(_made_up()).limit(AT_ONCE)).scalars())


def _made_up() -> ColumnElement[bool]:
    return (ResponseRow.id >= DEMO) & (ResponseRow.id < _AFTER)
