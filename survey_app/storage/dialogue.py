"""After sending: words that a person adds, questions of the research group and answers to them, and taking all back.

Whoever has the receipt has these rights; neither side knows who the other is. Days are kept, never a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from survey_app.campaign.kinds import clean
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.errors import Closed, NotFound, SurveyError
from survey_app.storage import evidence
from survey_app.storage.desk.tables import ReviewRow
from survey_app.storage.fence import Transaction
from survey_app.storage.newresponse import RECEIVED, WITHDRAWN
from survey_app.storage.receipts import Digests
from survey_app.storage.responses import STORED, StoredResponse, sealed_paths
from survey_app.storage.sealedfiles import SealedFiles
from survey_app.storage.tables import AdditionRow, DialogueRow, EvidenceRow, ResponseRow, SealedRow

MOST = 20
"""Additions to one response, and questions about one: enough for a conversation, too few to fill a disk."""
LONGEST = 500
"""Characters of an addition, a question or an answer."""
NOTHING = "There are no words in this. Write what you want to say."
LONG = f"This is {{length}} characters long. Shorten it to {LONGEST} or fewer."
NOBODY = "There is no response {id} here. `survey export csv` lists the ids."
GONE = "These answers were withdrawn; nothing can be added to them any more."
NO_RECEIPT = "Response {id} came without a receipt, so nobody would see the question."
FULL = f"There are {MOST} of these already; more are not taken."
NO_QUESTION = "There is no such question."
ANSWERED = (
    "This question was answered already. The answer cannot be changed; something can be added beside it."
)
NOTHING_LEFT: dict[str, Any] = {
    "answers": {},
    "asked": (),
    "region": None,
    "channel": "",
    "language": "",
    "flags": (),
}
"""What a withdrawn response says of the person."""

About = type[AdditionRow] | type[DialogueRow]


@dataclass(frozen=True)
class Addition:
    """Words added on a day; `number` from 1."""

    number: int
    words: str
    date: date


@dataclass(frozen=True)
class Inquiry:
    """A question of the research group, and the answer, once there is one; `number` from 1."""

    number: int
    words: str
    asked: date
    answer: str | None
    answered: date | None


@dataclass(frozen=True)
class Sent:
    """A response as whoever has its receipt sees it.

    `fingerprint`: 16 hexadecimal digits that change with any of the answers; those of two days can be compared.
    `withdrawn`: the day on which the answers were taken back.
    """

    response: StoredResponse
    fingerprint: str
    withdrawn: date | None
    additions: tuple[Addition, ...]
    inquiries: tuple[Inquiry, ...]

    @property
    def has_room(self) -> bool:
        """Whether something can still be added."""
        return self.withdrawn is None and len(self.additions) < MOST


class Dialogue:
    """Every method is one transaction, and raises StorageError as those of Storage do.

    Those that write raise NotFound where there is no such response, Closed where it was withdrawn, SurveyError where
    there are MOST already, or no words, or more than LONGEST characters. Words are cleaned as answers are. The same
    words again are kept once, so that a second tap adds nothing.
    """

    def __init__(
        self, writing: Transaction, reading: Transaction, digests: Digests, files: SealedFiles
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._digests = digests
        self._files = files

    def find(self, receipt: str) -> str | None:
        """The id of the response that has this receipt, written with or without spaces; None where none has."""
        return self._id(ResponseRow.receipt_digest == self._digests.receipt_digest(receipt))

    def find_own(self, draft_id: str) -> str | None:
        """The id of the response that was sent from that draft; None where nothing was."""
        return self._id(ResponseRow.key == self._digests.response(draft_id))

    def _id(self, here: Any) -> str | None:
        with self._reading() as connection:
            found: str | None = connection.execute(select(ResponseRow.id).where(here)).scalar_one_or_none()
            return found

    def sent(self, response_id: str, scope: Scope = EVERYWHERE) -> Sent | None:
        """The response of that id, with what came after; None where there is none, or none in `scope`."""
        columns = [ResponseRow.__table__.c[name] for name in STORED]
        query = select(*columns, ResponseRow.withdrawn).where(ResponseRow.id == response_id)
        with self._reading(scope) as connection:
            row = connection.execute(query).one_or_none()
            if row is None or not scope.covers(row.region):
                return None
            sealed = sealed_paths(connection, [response_id]).get(response_id, frozenset())
            response = StoredResponse._make((*row[:-1], sealed))
            additions = tuple(_additions(connection, [response_id]).get(response_id, ()))
            inquiries = tuple(_inquiries(connection, [response_id]).get(response_id, ()))
        return Sent(response, self._fingerprint(response), row.withdrawn, additions, inquiries)

    def _fingerprint(self, response: StoredResponse) -> str:
        sent = [
            response.id,
            response.questionnaire,
            response.version,
            str(response.date),
            response.answers,
        ]
        return self._digests.fingerprint(json.dumps(sent, sort_keys=True))

    def add(self, response_id: str, words: str, today: date | None = None) -> None:
        """Keep words beside the answers."""
        with self._writing() as connection:
            _owner(connection, response_id)
            _put(connection, AdditionRow, response_id, words, date=today or date.today())

    def ask(self, response_id: str, words: str, today: date | None = None, scope: Scope = EVERYWHERE) -> None:
        """Ask whoever has the receipt of a response in `scope`. Raises SurveyError where it has none."""
        with self._writing(scope) as connection:
            if _owner(connection, response_id, scope).receipt_digest is None:
                raise SurveyError(NO_RECEIPT.format(id=response_id))
            _put(connection, DialogueRow, response_id, words, asked=today or date.today())

    def answer(self, response_id: str, number: int, words: str, today: date | None = None) -> None:
        """Keep the answer to a question, once. Raises NotFound for no question, Closed for one answered otherwise."""
        here = (DialogueRow.response_id == response_id) & (DialogueRow.number == number)
        words = _cleaned(words)
        with self._writing() as connection:
            _owner(connection, response_id)
            row = connection.execute(select(DialogueRow.answer).where(here)).one_or_none()
            if row is None:
                raise NotFound(NO_QUESTION)
            if row.answer not in (None, words):
                raise Closed(ANSWERED)
            if row.answer is None:
                given = {"answer": words, "answered": today or date.today()}
                connection.execute(update(DialogueRow).where(here).values(given))

    def withdraw(self, response_id: str, today: date | None = None) -> None:
        """Take the answers back: they and all that came with them are erased. What is left is the receipt, the
        questionnaire and the days of sending and withdrawing. The second time changes nothing.
        """
        files: list[str] = []
        with self._writing() as connection:
            try:
                _owner(connection, response_id)
            except Closed:
                return
            for table in (SealedRow, AdditionRow, DialogueRow, ReviewRow):
                connection.execute(delete(table).where(table.response_id == response_id))
            files = evidence.drop(connection, EvidenceRow.response_id == response_id)
            values = NOTHING_LEFT | {"status": WITHDRAWN, "withdrawn": today or date.today()}
            connection.execute(update(ResponseRow).where(ResponseRow.id == response_id).values(values))
        self._files.remove(files)

    def additions(self, questionnaire: str) -> dict[str, list[Addition]]:
        """What was added to the received responses of a questionnaire, by response id."""
        with self._reading() as connection:
            return _additions(connection, _received([questionnaire]))

    def inquiries(self, questionnaires: Sequence[str]) -> dict[str, list[Inquiry]]:
        """The questions about received responses of these questionnaires, by response id."""
        with self._reading() as connection:
            return _inquiries(connection, _received(questionnaires))

    def withdrawals(self) -> dict[str, dict[date, int]]:
        """How many responses were withdrawn, by questionnaire and day of withdrawing."""
        row = ResponseRow
        query = (
            select(row.questionnaire, row.withdrawn, func.count())
            .where(row.status == WITHDRAWN, row.withdrawn.is_not(None))
            .group_by(row.questionnaire, row.withdrawn)
            .order_by(row.questionnaire, row.withdrawn)
        )
        found: dict[str, dict[Any, int]] = {}
        with self._reading() as connection:
            for questionnaire, day, count in connection.execute(query):
                found.setdefault(questionnaire, {})[day] = count
        return found


def _received(questionnaires: Sequence[str]) -> Any:
    return select(ResponseRow.id).where(
        ResponseRow.questionnaire.in_(questionnaires), ResponseRow.status == RECEIVED
    )


def _owner(
    connection: Connection, response_id: str, scope: Scope = EVERYWHERE
) -> Row[str, str | None, str | None]:
    """The response, locked, so that of two taps at once the second one sees the first. Raises NotFound, Closed."""
    columns = (ResponseRow.status, ResponseRow.receipt_digest, ResponseRow.region)
    query = select(*columns).where(ResponseRow.id == response_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None or not scope.covers(row.region):
        raise NotFound(NOBODY.format(id=response_id))
    if row.status == WITHDRAWN:
        raise Closed(GONE)
    return row


def _cleaned(words: str) -> str:
    words = clean(words)
    if not words:
        raise SurveyError(NOTHING)
    if len(words) > LONGEST:
        raise SurveyError(LONG.format(length=len(words)))
    return words


def _put(connection: Connection, table: About, response_id: str, words: str, **day: date) -> None:
    words = _cleaned(words)
    mine = select(table.number, table.words).where(table.response_id == response_id)
    there = connection.execute(mine).all()
    if any(row.words == words for row in there):
        return
    if len(there) >= MOST:
        raise SurveyError(FULL)
    values = {"response_id": response_id, "number": len(there) + 1, "words": words, **day}
    connection.execute(insert(table).values(values))


def _additions(connection: Connection, ids: Any) -> dict[str, list[Addition]]:
    names = ("number", "words", "date")
    return {
        owner: [Addition(*row) for row in rows] for owner, rows in _of(connection, AdditionRow, names, ids)
    }


def _inquiries(connection: Connection, ids: Any) -> dict[str, list[Inquiry]]:
    names = ("number", "words", "asked", "answer", "answered")
    return {
        owner: [Inquiry(*row) for row in rows] for owner, rows in _of(connection, DialogueRow, names, ids)
    }


def _of(
    connection: Connection, table: About, names: Sequence[str], ids: Any
) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The rows about each of the responses `ids` (a list, or a query), in order of their numbers."""
    columns = [table.__table__.c[name] for name in names]
    query = select(table.response_id, *columns).where(table.response_id.in_(ids))
    rows = connection.execute(query.order_by(table.response_id, table.number))
    for owner, group in groupby(rows, key=lambda row: row[0]):
        yield owner, [tuple(row[1:]) for row in group]
