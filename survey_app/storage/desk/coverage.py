"""How many responses came, from where, when and by which way: counted in the database, none of them read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, func, select

from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.tables import ResponseRow

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction


class FromPlace(NamedTuple):
    """`responses` to a questionnaire from a region (None: from no known one), the last of them on the day `last`."""

    questionnaire: str
    audience: str
    region: str | None
    responses: int
    last: date


class OnDay(NamedTuple):
    """`responses` to a questionnaire that came by a channel on a day."""

    questionnaire: str
    channel: str
    day: date
    responses: int


class Coverage:
    """Received responses, counted. Every method is one statement over one index that holds all it needs."""

    def __init__(self, reading: Transaction) -> None:
        self._reading = reading

    def places(self, questionnaires: Sequence[str], scope: Scope = EVERYWHERE) -> list[FromPlace]:
        """By questionnaire, audience and region, those in `scope`."""
        row = ResponseRow
        sides = (row.questionnaire, row.audience, row.region)
        query = select(*sides, func.count(), func.max(row.date)).where(*counting(questionnaires, scope))
        with self._reading(scope) as connection:
            return [FromPlace._make(found) for found in connection.execute(query.group_by(*sides))]

    def days(self, questionnaires: Sequence[str], scope: Scope = EVERYWHERE) -> list[OnDay]:
        """By questionnaire, channel and day, those in `scope`, in order of the days."""
        row = ResponseRow
        sides = (row.questionnaire, row.channel, row.date)
        query = select(*sides, func.count()).where(*counting(questionnaires, scope)).group_by(*sides)
        with self._reading(scope) as connection:
            found = [OnDay._make(each) for each in connection.execute(query)]
        return sorted(found, key=lambda each: (each.day, each.questionnaire, each.channel))


def counting(questionnaires: Sequence[str], scope: Scope) -> Iterator[ColumnElement[bool]]:
    """That a response is to one of these questionnaires, counts, and lies in scope."""
    yield ResponseRow.questionnaire.in_(questionnaires)
    yield ResponseRow.status == RECEIVED
    if scope.regions is not None:
        yield ResponseRow.region.in_(sorted(scope.regions))
