"""Words sought in responses: in their free answers, and in what was written beside these later.

The database passes over those that hold the words nowhere; whether they stand in free words, with numbers by which
somebody can be found masked, is decided here, so that no search tells a number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, String, cast, literal, or_, select, union_all

from survey_app.campaign.freewords import hidden, texts
from survey_app.storage.desk.tables import ReviewRow
from survey_app.storage.engine import to_json
from survey_app.storage.tables import AdditionRow, DialogueRow, ResponseRow

if TYPE_CHECKING:
    from survey_app.storage.desk.looking import Sought

Beside = Literal["addition", "question", "answer", "comment"]
"""What is written beside answers: by the person, to the person, by them again, and by those at the desk."""
CHUNK = 200
"""Responses for which one statement reads what stands beside them."""

PLACES = (
    (AdditionRow, AdditionRow.words, "addition"),
    (DialogueRow, DialogueRow.words, "question"),
    (DialogueRow, DialogueRow.answer, "answer"),
    (ReviewRow, ReviewRow.words, "comment"),
)


class Read(NamedTuple):
    """A response that was read, and where the words stand in it, masked; both empty where they do not."""

    row: Row[Any]
    said: tuple[str, ...]
    beside: tuple[tuple[Beside, str], ...]

    @property
    def fits(self) -> bool:
        """Whether the words stand in it."""
        return bool(self.said or self.beside)


def read(
    connection: Connection, query: Select[Any], sought: Sought, most: int | None = None
) -> Iterator[Read]:
    """Those of the query's responses in which the words may stand, at most `most` of them, in its order."""
    answers = ResponseRow.answers
    kept = _as_kept(sought.words, connection.dialect.name)
    likely: ColumnElement[bool] = cast(answers, String).icontains(kept, autoescape=True)
    if sought.beside:
        written = _written(sought.words).subquery()
        likely = or_(likely, ResponseRow.id.in_(select(written.c.response_id)))
    rows = connection.execute(query.add_columns(answers).where(likely).limit(most))
    while some := list(islice(rows, CHUNK)):
        beside = _beside(connection, some, sought.words) if sought.beside else {}
        for row in some:
            said = matching(row.answers, sought.words, sought.free.get(row.questionnaire, ()))
            yield Read(row, said, tuple(beside.get(row.id, ())))


def matching(answers: Mapping[str, Any], words: str, names: Collection[str]) -> tuple[str, ...]:
    """Those of the free words that hold `words`, numbers by which somebody can be found masked before."""
    found = (_masked(text, words) for _, text in texts(answers, names))
    return tuple(text for text in found if text)


def _masked(text: str, words: str) -> str:
    """The text as it may be shown; nothing where `words` do not stand in that."""
    sought = words.lower()
    if sought not in text.lower():
        return ""
    shown = hidden(text)
    return shown if sought in shown.lower() else ""


def _written(words: str) -> Any:
    """Which responses have such words beside their answers: response_id, kind and words of each."""
    return union_all(
        *(
            select(table.response_id, literal(kind).label("kind"), column.label("words")).where(
                column.icontains(words, autoescape=True)
            )
            for table, column, kind in PLACES
        )
    )


def _beside(
    connection: Connection, rows: Sequence[Row[Any]], words: str
) -> dict[str, list[tuple[Beside, str]]]:
    written = _written(words).subquery()
    query = select(written).where(written.c.response_id.in_([row.id for row in rows]))
    found: dict[str, list[tuple[Beside, str]]] = {}
    for owner, kind, text in connection.execute(query):
        if shown := _masked(text, words):
            found.setdefault(owner, []).append((kind, shown))
    return found


def _as_kept(words: str, dialect: str) -> str:
    """As the words stand in the JSON of the answers: SQLite's is ASCII, PostgreSQL writes its own."""
    return (to_json(words) if dialect == "sqlite" else json.dumps(words, ensure_ascii=False))[1:-1]
