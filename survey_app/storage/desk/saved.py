"""Tables that people at the desk keep under a name: the query of an address, never a figure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, func, insert, or_, select

from survey_app.errors import SurveyError
from survey_app.storage.desk.tables import PersonRow, SavedTableRow

if TYPE_CHECKING:
    from survey_app.storage.desk.person import Person
    from survey_app.storage.fence import Transaction

NAME_LENGTH = 100
MOST = 200
"""Tables of one person: more is a slip, or a program."""


class TooMany(SurveyError):
    """One table more than a person can keep."""

    status = 409


class AnotherTable(SurveyError):
    """The person keeps another table under that name."""

    status = 409


class SavedTable(NamedTuple):
    """`query`: of the address; `shared`: others of the person's group may open it too, or, if it is a coordinator's,
    everybody who counts.
    """

    person: str
    name: str
    query: str
    shared: bool
    saved: date


class Saved:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, writing: Transaction, reading: Transaction) -> None:
        self._writing = writing
        self._reading = reading

    def keep(
        self,
        person: Person,
        name: str,
        query: str,
        *,
        shared: bool,
        instead: bool = False,
        today: date | None = None,
    ) -> None:
        """Keep a query under a name; `instead` of one that the person keeps under it, which stays shared as it is.

        The same again changes nothing but whether it is shared. Raises AnotherTable where it is not the same, TooMany.
        """
        row, day = SavedTableRow, today or date.today()
        mine = (row.person == person.name) & (row.name == name)
        with self._writing() as connection:
            before = connection.execute(select(row.query, row.shared).where(mine)).one_or_none()
            if before is not None and before.query != query:
                if not instead:
                    raise AnotherTable(f"You keep another table as “{name}”.")
                shared = before.shared
            connection.execute(delete(row).where(mine))
            count = connection.execute(select(func.count()).where(row.person == person.name)).scalar_one()
            if count >= MOST:
                raise TooMany(f"You keep {count} tables already. Delete one that you no longer need.")
            values = {"person": person.name, "name": name, "query": query, "shared": shared, "saved": day}
            connection.execute(insert(row).values(**values))

    def forget(self, person: Person, name: str) -> bool:
        """Delete the person's own table of that name; gives whether there was one."""
        row = SavedTableRow
        with self._writing() as connection:
            gone = connection.execute(delete(row).where(row.person == person.name, row.name == name))
            return gone.rowcount > 0

    def seen_by(self, person: Person) -> list[SavedTable]:
        """The person's own, then those that others of the same role and group share, and coordinators with all, each in
        order of the names.
        """
        row, owner = SavedTableRow, PersonRow
        same = and_(owner.role == person.role, owner.research_group.is_not_distinct_from(person.group))
        alike = and_(or_(same, owner.role == "coordinator"), owner.active)
        query = (
            select(row.person, row.name, row.query, row.shared, row.saved)
            .join(owner, owner.name == row.person)
            .where(or_(row.person == person.name, and_(row.shared, alike)))
            .order_by(row.person != person.name, row.name, row.person)
        )
        with self._reading() as connection:
            return [SavedTable(*found) for found in connection.execute(query)]
