"""Responses as the desk lists them: found by what is kept beside the answers, or by words, always within a scope.

They come in the order of their random ids, which tells nothing of who answered when, a page after the other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.storage.desk.reviews import CHANGES, NEW, State
from survey_app.storage.desk.searching import Beside, read
from survey_app.storage.desk.tables import ReviewRow
from survey_app.storage.evidence import EvidenceFile, sent
from survey_app.storage.fence import Transaction
from survey_app.storage.newresponse import EXCLUDED, RECEIVED
from survey_app.storage.tables import NO_FLAGS, ResponseRow
from survey_app.storage.wordings import REPEATED

PAGE = 50
"""Responses of one page."""
MOST_READ = 2_000
"""Responses whose words are read for one page; after them the search has to be continued."""
LONGEST_SEARCH = 50
ANY = "any"
"""Stands for every flag."""


@dataclass(frozen=True)
class Sought:
    """Which responses: those in `scope` that fit every field that is given; withdrawn ones never do.

    `regions`: codes; `first` and `last` are days, both included; `flag`: a code, or ANY; `repeated`: the ids of those
    that have the flag `repeated`, which no row knows of itself; `among`: these ids only. `words` must stand in an
    answer to one of the questions that `free` names for the response's questionnaire, or, with `beside`, in what was
    written beside the answers later; numbers by which somebody can be found left out.
    """

    scope: Scope
    questionnaires: tuple[str, ...]
    regions: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None
    channel: str | None = None
    language: str | None = None
    state: State | None = None
    flag: str | None = None
    repeated: Collection[str] = ()
    among: Collection[str] | None = None
    words: str = ""
    beside: bool = False
    free: Mapping[str, Collection[str]] = field(default_factory=dict)


class Listed(NamedTuple):
    """A response in a list. `said`: those of its free words in which the words that were sought stand, masked;
    `beside`: those written later, each with what it is.
    """

    id: str
    questionnaire: str
    region: str | None
    channel: str
    language: str
    date: date
    flags: tuple[str, ...]
    state: State
    said: tuple[str, ...] = ()
    beside: tuple[tuple[Beside, str], ...] = ()


class Listing(NamedTuple):
    """A page of a list. `after`: what the next page begins behind; None where this is the last.

    `is_cut`: so many responses were read that the page ends here, whether it is full or not.
    """

    rows: tuple[Listed, ...]
    after: str | None
    is_cut: bool = False


class Tally(NamedTuple):
    """How many responses count, and how many were excluded."""

    received: int
    excluded: int


class Looking:
    """Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(self, reading: Transaction) -> None:
        self._reading = reading

    def page(self, sought: Sought, after: str = "", size: int = PAGE) -> Listing:
        """So many of the sought responses, those behind the id `after`."""
        with self._reading(sought.scope) as connection:
            query = _listed(sought, connection.dialect.name).where(ResponseRow.id > after)
            if sought.words:
                return _searched(connection, query, sought, size)
            rows = [_row(row) for row in connection.execute(query.limit(size + 1))]
        return Listing(tuple(rows[:size]), rows[size - 1].id if len(rows) > size else None)

    def ids(self, sought: Sought) -> list[str]:
        """The ids of all of them that count, in order."""
        with self._reading(sought.scope) as connection:
            query = _listed(sought, connection.dialect.name).where(ResponseRow.status == RECEIVED)
            if sought.words:
                return [each.row.id for each in read(connection, query, sought) if each.fits]
            return list(connection.execute(query.with_only_columns(ResponseRow.id)).scalars())

    def tally(self, sought: Sought) -> Tally:
        """How many there are of them; what words they hold is not looked at."""
        with self._reading(sought.scope) as connection:
            conditions = _conditions(sought, connection.dialect.name)
            query = select(ResponseRow.status, func.count()).where(*conditions).group_by(ResponseRow.status)
            found = {row[0]: row[1] for row in connection.execute(query)}
        return Tally(found.get(RECEIVED, 0), found.get(EXCLUDED, 0))

    def sizes(self, questionnaires: Collection[str]) -> dict[tuple[str, str], int]:
        """How many responses each of these questionnaires has, by status."""
        row = ResponseRow
        query = select(row.questionnaire, row.status, func.count()).where(
            *_within(EVERYWHERE, questionnaires)
        )
        with self._reading() as connection:
            rows = connection.execute(query.group_by(row.questionnaire, row.status))
            return {(row[0], row[1]): row[2] for row in rows}

    def channels(self, scope: Scope, questionnaires: Collection[str]) -> list[str]:
        """The channels that occur in scope, in order."""
        query = select(ResponseRow.channel).where(*_within(scope, questionnaires)).distinct()
        with self._reading(scope) as connection:
            return sorted(connection.execute(query).scalars())

    def has_receipt(self, response_id: str, scope: Scope = EVERYWHERE) -> bool:
        """Whether somebody holds a receipt of the response in scope, so that a question would be seen."""
        query = select(ResponseRow.receipt_digest).where(ResponseRow.id == response_id)
        with self._reading(scope) as connection:
            return connection.execute(query).scalar_one_or_none() is not None

    def files(self, response_id: str, scope: Scope = EVERYWHERE) -> tuple[EvidenceFile, ...]:
        """What is known of the files that came with the response in scope."""
        with self._reading(scope) as connection:
            return tuple(each.file for each in sent(connection, (RECEIVED, EXCLUDED), response_id))


def _within(scope: Scope, questionnaires: Collection[str]) -> Iterator[ColumnElement[bool]]:
    row = ResponseRow
    yield row.questionnaire.in_(list(questionnaires))
    yield row.status.in_((RECEIVED, EXCLUDED))
    if scope.regions is not None:
        yield row.region.in_(sorted(scope.regions))


def _conditions(sought: Sought, dialect: str) -> Iterator[ColumnElement[bool]]:
    row = ResponseRow
    yield from _within(sought.scope, sought.questionnaires)
    if sought.regions is not None:
        yield row.region.in_(sorted(sought.regions))
    if sought.first is not None:
        yield row.date >= sought.first
    if sought.last is not None:
        yield row.date <= sought.last
    if sought.channel is not None:
        yield row.channel == sought.channel
    if sought.language is not None:
        yield row.language == sought.language
    if sought.state is not None:
        yield _has_state(sought.state)
    if sought.flag is not None:
        yield _has_flag(sought.flag, _one_of(sought.repeated, dialect))
    if sought.among is not None:
        yield _one_of(sought.among, dialect)


LATEST = (
    select(ReviewRow.act)
    .where(ReviewRow.response_id == ResponseRow.id, ReviewRow.act.in_(CHANGES))
    .order_by(ReviewRow.number.desc())
    .limit(1)
    .correlate(ResponseRow)
    .scalar_subquery()
)
"""The last change of a response's state; null where there was none."""


def _has_state(state: State) -> ColumnElement[bool]:
    if state == "excluded":
        return ResponseRow.status == EXCLUDED
    latest = LATEST.is_(None) if state == NEW else LATEST.is_not_distinct_from(state)
    return (ResponseRow.status == RECEIVED) & latest


def _has_flag(flag: str, repeated: ColumnElement[bool]) -> ColumnElement[bool]:
    if flag == REPEATED:
        return repeated
    written = type_coerce(ResponseRow.flags, String)
    if flag == ANY:
        return or_(written != NO_FLAGS, repeated)
    return written.contains(json.dumps(flag), autoescape=True)


def _one_of(ids: Collection[str], dialect: str) -> ColumnElement[bool]:
    """Of responses with one of these ids, which may be many thousands: they go as one value, not as one each."""
    listed = sorted(ids)
    elements = (
        func.json_each(json.dumps(listed))
        if dialect == "sqlite"
        else func.jsonb_array_elements_text(cast(listed, JSONB))
    )
    return ResponseRow.id.in_(select(elements.table_valued("value").c.value))


COLUMNS = ("id", "questionnaire", "region", "channel", "language", "date", "flags")


def _listed(sought: Sought, dialect: str) -> Select[Any]:
    columns = [ResponseRow.__table__.c[name] for name in COLUMNS]
    query = select(*columns, ResponseRow.status, LATEST.label("latest"))
    return query.where(*_conditions(sought, dialect)).order_by(ResponseRow.id)


def _row(row: Any, said: tuple[str, ...] = (), beside: tuple[tuple[Beside, str], ...] = ()) -> Listed:
    state = (
        "excluded" if row.status == EXCLUDED else row.latest if row.latest in ("valid", "restored") else NEW
    )
    return Listed._make((*row[: len(COLUMNS)], state, said, beside))


def _searched(connection: Connection, query: Select[Any], sought: Sought, size: int) -> Listing:
    """A page of those in which the words stand, as far as MOST_READ responses tell."""
    found: list[Listed] = []
    last = ""
    for number, each in enumerate(read(connection, query, sought, MOST_READ + 1)):
        if len(found) == size or number == MOST_READ:
            return Listing(tuple(found), last, number == MOST_READ)
        last = each.row.id
        if each.fits:
            found.append(_row(*each))
    return Listing(tuple(found), None)
