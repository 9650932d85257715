"""Questions that were asked under receipts, and what was answered: those about responses in scope that count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.storage.desk.coverage import counting
from survey_app.storage.tables import DialogueRow, ResponseRow

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction

PAGE = 50


class Asked(NamedTuple):
    """A question about a response, and the answer, once there is one. Whoever shows the words masks them."""

    response_id: str
    questionnaire: str
    region: str | None
    words: str
    asked: date
    answer: str | None
    answered: date | None


class Inquiries:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, reading: Transaction) -> None:
        self._reading = reading

    def counts(self, questionnaires: Sequence[str], scope: Scope = EVERYWHERE) -> tuple[int, int]:
        """How many have an answer, and how many wait for one."""
        answered = DialogueRow.answer.is_not(None)
        query = (
            select(answered, func.count())
            .join(ResponseRow, ResponseRow.id == DialogueRow.response_id)
            .where(*counting(questionnaires, scope))
            .group_by(answered)
        )
        with self._reading(scope) as connection:
            found = {bool(row[0]): row[1] for row in connection.execute(query)}
        return found.get(True, 0), found.get(False, 0)

    def page(
        self, questionnaires: Sequence[str], scope: Scope, *, answered: bool, skip: int = 0
    ) -> list[Asked]:
        """So many of PAGE: those answered, the latest first; or those that wait, the longest waiting first."""
        row, dialogue = ResponseRow, DialogueRow
        latest = dialogue.answered.desc() if answered else dialogue.asked
        query = (
            select(
                row.id,
                row.questionnaire,
                row.region,
                dialogue.words,
                dialogue.asked,
                dialogue.answer,
                dialogue.answered,
            )
            .join(row, row.id == dialogue.response_id)
            .where(*counting(questionnaires, scope))
            .where(dialogue.answer.is_not(None) if answered else dialogue.answer.is_(None))
            .order_by(latest, row.id, dialogue.number)
        )
        with self._reading(scope) as connection:
            return [Asked._make(each) for each in connection.execute(query.offset(skip).limit(PAGE))]
