"""Milestones that places have reached, as the coordinator ticks them; who ticked what stays in the audit log."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select

from survey_app.storage.desk.audit import Audit
from survey_app.storage.desk.tables import MilestoneRow
from survey_app.storage.tables import insert_or_pass

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction


class Reached(NamedTuple):
    """`day`: on which the place reached it; `person`: who ticked it."""

    day: date
    person: str


class Milestones:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Transaction, audit: Audit) -> None:
        self._writing = writing
        self._reading = reading
        self._audit = audit

    def reached(self, campaign: str) -> dict[tuple[str, str], Reached]:
        """By milestone and region, those of a campaign that are ticked."""
        row = MilestoneRow
        query = select(row.milestone, row.region, row.reached, row.person).where(row.campaign == campaign)
        with self._reading() as connection:
            return {(name, region): Reached(day, who) for name, region, day, who in connection.execute(query)}

    def tick(self, campaign: str, milestone: str, region: str, day: date, person: str) -> bool:
        """The place reached it on that day, says that person; gives whether that is new.

        What was ticked before keeps its day and person, and nothing is written down twice.
        """
        values = {"campaign": campaign, "milestone": milestone, "region": region}
        with self._writing() as connection:
            insert = insert_or_pass(connection, MilestoneRow).values(**values, reached=day, person=person)
            new = connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount > 0
            if new:
                of = {"milestone": milestone, "region": region, "day": day.isoformat()}
                self._audit.append(connection, person, "milestone ticked", campaign, of)
        return new

    def untick(self, campaign: str, milestone: str, region: str, person: str) -> bool:
        """The place has not reached it after all, says that person; gives whether it was ticked."""
        row = MilestoneRow
        mine = (row.campaign == campaign) & (row.milestone == milestone) & (row.region == region)
        with self._writing() as connection:
            was = connection.execute(
                select(row.reached, row.person).where(mine).with_for_update()
            ).one_or_none()
            if was is not None:
                connection.execute(delete(row).where(mine))
                of = {
                    "milestone": milestone,
                    "region": region,
                    "day": was[0].isoformat(),
                    "ticked by": was[1],
                }
                self._audit.append(connection, person, "milestone unticked", campaign, of)
        return was is not None
