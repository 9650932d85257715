"""Questionnaires that take no answers for a while, by hand; the days of campaign.yaml stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, select

from survey_app.storage.dialogue import Transaction
from survey_app.storage.tables import PauseRow


@dataclass(frozen=True)
class Pause:
    """`until`: the day on which answers are taken again, None: not known yet; `words`: why, by language code."""

    until: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


class Pauses:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Transaction) -> None:
        self._writing = writing
        self._reading = reading

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
        lasts = PauseRow.until.is_(None) | (PauseRow.until > day)
        query = select(PauseRow.questionnaire, PauseRow.until, PauseRow.words).where(lasts)
        with self._reading() as connection:
            return {row.questionnaire: Pause(row.until, row.words) for row in connection.execute(query)}
