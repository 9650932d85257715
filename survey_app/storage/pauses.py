"""Questionnaires that take no answers for a while, by hand; the days of campaign.yaml stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Date, bindparam, delete, insert, select

from survey_app.storage.tables import PauseRow

if TYPE_CHECKING:
    from survey_app.storage.fence import Glance, Transaction


@dataclass(frozen=True)
class Pause:
    """`until`: the day on which answers are taken again, None: not known yet; `words`: why, by language code."""

    until: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def lasts(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a pause lasts on that day, a date or a place for one."""
    return PauseRow.until.is_(None) | (PauseRow.until > day)


class Pauses:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, glancing: Glance) -> None:
        self._writing = writing
        self._glancing = glancing

    def begin(self, questionnaire: str, pause: Pause) -> None:
        """Pause a questionnaire, or change its pause."""
        values = {"questionnaire": questionnaire, "until": pause.until, "words": dict(pause.words)}
        with self._writing() as connection:
            connection.execute(delete(PauseRow).where(PauseRow.questionnaire == questionnaire))
            connection.execute(insert(PauseRow).values(values))

    def end(self, questionnaire: str) -> bool:
        """Take answers again; gives whether there was a pause."""
        with self._writing() as connection:
            mine = PauseRow.questionnaire == questionnaire
            return connection.execute(delete(PauseRow).where(mine)).rowcount > 0

    def on(self, day: date) -> dict[str, Pause]:
        """The pauses of that day, by questionnaire; one that ends on it is over."""
        with self._glancing() as connection:
            rows = connection.execute(LASTING, {"day": day})
            return {row.questionnaire: Pause(row.until, row.words) for row in rows}


LASTING = select(PauseRow.questionnaire, PauseRow.until, PauseRow.words).where(
    lasts(bindparam("day", type_=Date))
)
