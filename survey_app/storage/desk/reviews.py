"""What people at the desk say of a response: whether it counts, and comments. The answers themselves never change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, insert, select, update

from survey_app.campaign.kinds import clean
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.errors import Closed, NotFound, SurveyError
from survey_app.storage.desk.audit import Audit
from survey_app.storage.desk.clock import now
from survey_app.storage.desk.tables import ReviewRow
from survey_app.storage.fence import Transaction
from survey_app.storage.newresponse import EXCLUDED, RECEIVED, WITHDRAWN
from survey_app.storage.tables import ResponseRow

State = Literal["new", "valid", "excluded", "restored"]
Change = Literal["valid", "excluded", "restored"]

NEW: State = "new"
CHANGES: dict[Change, tuple[frozenset[State], str]] = {
    "valid": (frozenset({"new", "restored"}), RECEIVED),
    "excluded": (frozenset({"new", "valid", "restored"}), EXCLUDED),
    "restored": (frozenset({"excluded"}), RECEIVED),
}
"""To what a state can be changed: from which ones, and the status that the response then has."""
COMMENT = "comment"
MOST = 200
"""Reviews of one response: more than any case needs, too few to fill a disk."""
LONGEST = 500
"""Characters of a reason or a comment."""

NOBODY = "There is no such response."
GONE = "These answers were withdrawn; there is nothing to review any more."
NO_REASON = "Write why this response shall not count."
NO_WORDS = "Write something first."
LONG = f"Write at most {LONGEST} characters; these are {{length}}."
FULL = f"{MOST} notes stand under this response already; more are not taken."
NOT_FROM_HERE = "This response is {state}, from which it cannot become {change}. Look at it again."


class Review(NamedTuple):
    """What `person` did at a moment (UTC): a change of the state, with its reason, or a comment; `number` from 1."""

    number: int
    at: datetime
    person: str
    act: str
    words: str


class Reviews:
    """Every method is one transaction, and raises StorageError as those of Storage do.

    Those that write raise NotFound for a response that there is not, or not in `scope`, Closed for one that was
    withdrawn, SurveyError for words that are missing or too long. The second time the same is done changes
    nothing. What is changed is in the audit log with it.
    """

    def __init__(self, writing: Transaction, reading: Transaction, audit: Audit) -> None:
        self._writing = writing
        self._reading = reading
        self._audit = audit

    def change(
        self,
        scope: Scope,
        response_id: str,
        change: Change,
        person: str,
        words: str = "",
    ) -> bool:
        """Change whether the response counts; gives whether anything was changed. Excluding needs a reason.

        Raises Closed where the response has a state meanwhile that cannot become this one.
        """
        words = _cleaned(words)
        before, status = CHANGES[change]
        with self._writing(scope) as connection:
            found = state_of(_owned(connection, scope, response_id), _all(connection, response_id))
            if found == change:
                return False
            if change == "excluded" and not words:
                raise SurveyError(NO_REASON)
            if found not in before:
                raise Closed(NOT_FROM_HERE.format(state=found, change=change))
            _put(connection, response_id, person, change, words)
            self._write_down(connection, f"response {change}", response_id, person)
            mine = update(ResponseRow).where(ResponseRow.id == response_id, ResponseRow.status != status)
            connection.execute(mine.values(status=status))
        return True

    def mark_valid(
        self, scope: Scope, questionnaires: Collection[str], response_ids: Iterable[str], person: str
    ) -> int:
        """Mark those of the responses as valid that can be, all or none; gives how many were marked.

        Each is written down. Those that are valid already, excluded or withdrawn stay as they are.
        """
        # not behind the database's own fence: what was withdrawn meanwhile has no region any more
        with self._writing() as connection:
            able = []
            for each in sorted(
                set(response_ids)
            ):  # in one order, so that two people never wait for each other
                row = _row(connection, scope, each)
                if row.questionnaire not in questionnaires:
                    raise NotFound(NOBODY)
                state = state_of(row.status, _all(connection, each))
                if row.status == RECEIVED and state in CHANGES["valid"][0]:
                    able.append((each, row.questionnaire))
            for each, name in able:
                _put(connection, each, person, "valid", "")
                told = {"questionnaire": name, "together": len(able)}
                self._audit.append(connection, person, "response valid", each, told)
        return len(able)

    def comment(self, scope: Scope, response_id: str, person: str, words: str) -> bool:
        """Keep a comment; gives whether it is new."""
        words = _cleaned(words)
        if not words:
            raise SurveyError(NO_WORDS)
        with self._writing(scope) as connection:
            _owned(connection, scope, response_id)
            said = _all(connection, response_id)
            if any((each.person, each.act, each.words) == (person, COMMENT, words) for each in said):
                return False
            _put(connection, response_id, person, COMMENT, words)
            self._write_down(connection, "response commented on", response_id, person)
        return True

    def _write_down(self, connection: Connection, act: str, response_id: str, person: str) -> None:
        """The line in the audit log of what is done in the same transaction."""
        name = select(ResponseRow.questionnaire).where(ResponseRow.id == response_id)
        told = {"questionnaire": connection.execute(name).scalar_one()}
        self._audit.append(connection, person, act, response_id, told)

    def of(self, response_id: str, scope: Scope = EVERYWHERE) -> tuple[Review, ...]:
        """All that was done with a response in scope, in order."""
        with self._reading(scope) as connection:
            return _all(connection, response_id)


def state_of(status: str, reviews: tuple[Review, ...]) -> State:
    """The state of a response of that status, of which this was said."""
    if status == EXCLUDED:
        return "excluded"
    last = next((each.act for each in reversed(reviews) if each.act in CHANGES), None)
    return "valid" if last == "valid" else "restored" if last == "restored" else NEW


def _owned(connection: Connection, scope: Scope, response_id: str) -> str:
    """The response's status. Raises Closed where it was withdrawn."""
    row = _row(connection, scope, response_id)
    if row.status == WITHDRAWN:
        raise Closed(GONE)
    return str(row.status)


def _row(connection: Connection, scope: Scope, response_id: str) -> Any:
    """The response, locked, so that of two clicks at once the second one sees the first."""
    columns = (ResponseRow.status, ResponseRow.region, ResponseRow.questionnaire)
    query = select(*columns).where(ResponseRow.id == response_id)
    row: Any = connection.execute(query.with_for_update()).one_or_none()
    if row is None or not (scope.covers(row.region) or row.status == WITHDRAWN):
        raise NotFound(NOBODY)
    return row


def _all(connection: Connection, response_id: str) -> tuple[Review, ...]:
    columns = [ReviewRow.__table__.c[name] for name in Review._fields]
    query = select(*columns).where(ReviewRow.response_id == response_id).order_by(ReviewRow.number)
    return tuple(Review(*row) for row in connection.execute(query))


def _put(connection: Connection, response_id: str, person: str, act: str, words: str) -> None:
    last = select(ReviewRow.number).where(ReviewRow.response_id == response_id)
    number = (connection.execute(last.order_by(ReviewRow.number.desc()).limit(1)).scalar() or 0) + 1
    if number > MOST:
        raise SurveyError(FULL)
    values = {"response_id": response_id, "number": number, "at": now(), "person": person, "act": act}
    connection.execute(insert(ReviewRow).values(values | {"words": words}))


def _cleaned(words: str) -> str:
    words = clean(words)
    if len(words) > LONGEST:
        raise SurveyError(LONG.format(length=len(words)))
    return words
