"""The tables, as typed models. What is not a column here is not known: no address, no user agent, no time of day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from typing import Any, ClassVar, NewType

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    cast,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""SQLite keeps such a table in the order of its random key; a rowid would number the rows as they arrive."""
Day = date
"""The type of a day in tables that have a column `date`, whose name would hide it."""
NO_FLAGS = "[]"
DIGEST = 64
"""Hexadecimal digits of an HMAC-SHA256."""
INSERTS: dict[str, Callable[[Any], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Paths(TypeDecorator[tuple[str, ...]]):
    """Paths of questions, or codes, as a JSON list. Few lists differ, so each is read once."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """The list as JSON."""
        return json.dumps(list(value), separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """The paths of a JSON list; none where an outer join found no row."""
        return () if value is None else _read_paths(value)


class AskedPaths(Paths):
    """Paths, in PostgreSQL as JSONB, so that its own queries can ask for one; read as text all the same."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB in PostgreSQL."""
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The list: JSONB writes it itself."""
        return list(value) if dialect.name == "postgresql" else super().process_bind_param(value, dialect)

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """As text: few lists differ, so that text is read once and JSON each time."""
        return type_coerce(cast(column, String), self)


@lru_cache(maxsize=10_000)
def _read_paths(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


Answers = NewType("Answers", dict[str, Any])
"""The answers of a response: JSONB in PostgreSQL."""


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
        Answers: JSON().with_variant(postgresql.JSONB(), "postgresql"),
        tuple[str, ...]: Paths,
        str: String,
        bytes: LargeBinary,
    }


class QuestionnaireRow(Base):
    """One version of a questionnaire. Versions are few and public, so they may be numbered as they come."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("name", "version"),)

    sequence: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    definition: Mapped[dict[str, Any]]
    first_seen: Mapped[date]


class DraftRow(Base):
    """Answers not yet sent. `answers` is locked with a key that only the respondent's cookie gives.

    `code` is a digest of the resume code, once the person asked for one, and `token` what is in the cookie, locked
    with a key that only the code gives; both are gone once the draft is sent. `flags`: see ResponseRow.
    """

    __tablename__ = "drafts"
    __table_args__ = (WITHOUT_ROWID,)

    id: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    questionnaire: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
    answers: Mapped[bytes | None]
    consented: Mapped[bool]
    expires: Mapped[date] = mapped_column(index=True)
    sent: Mapped[bool]
    code: Mapped[str | None] = mapped_column(String(DIGEST), index=True, unique=True)
    token: Mapped[bytes | None]
    flags: Mapped[tuple[str, ...]] = mapped_column(server_default=NO_FLAGS)


class ResponseRow(Base):
    """Answers sent, written once. `asked` holds the paths of the questions that were relevant.

    `withdrawn`: the day on which the person took the answers back; nothing is left of them then. `flags`: what looks as
    if no person had answered, in codes. `batch`: that of its last fold; None where it is to be read from here.
    """

    __tablename__ = "responses"
    __table_args__ = (
        Index(None, "questionnaire", "batch", "status"),
        Index(None, "questionnaire", "status", "id"),
        Index(None, "questionnaire", "date"),
        # holds all that the coverage board counts, so that no answers are read for it
        Index(None, "questionnaire", "status", "region", "audience", "date", "channel"),
        WITHOUT_ROWID,
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    receipt_digest: Mapped[str | None] = mapped_column(String(DIGEST), unique=True)
    questionnaire: Mapped[str]
    version: Mapped[str]
    audience: Mapped[str]
    region: Mapped[str | None]
    channel: Mapped[str]
    language: Mapped[str]
    date: Mapped[date] = mapped_column(Date)
    status: Mapped[str]
    answers: Mapped[Answers]
    asked: Mapped[tuple[str, ...]] = mapped_column(AskedPaths)
    withdrawn: Mapped[Day | None] = mapped_column(Date)
    flags: Mapped[tuple[str, ...]] = mapped_column(server_default=NO_FLAGS)
    batch: Mapped[int | None]


class BatchRow(Base):
    """Responses folded into a file that tables are counted from. The rows of `responses` stay the truth.

    `number` stands in their column `batch`, and stays when the file is written anew. `file` is named at random; `rows`
    and `digest` (SHA-256) are those of the file, `layout` the fingerprint of its columns. Without a file, the batch is
    being filled.
    """

    __tablename__ = "batches"
    __table_args__ = (WITHOUT_ROWID,)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questionnaire: Mapped[str] = mapped_column(index=True)
    file: Mapped[str | None] = mapped_column(String(32))
    layout: Mapped[str | None] = mapped_column(String(DIGEST))
    rows: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(DIGEST))


class MaskedRow(Base):
    """A response that no longer counts as its batch's file has it: withdrawn, excluded, changed or deleted since.

    Triggers write it, whoever changes a response, and take the response out of the batch.
    """

    __tablename__ = "masked"
    __table_args__ = (WITHOUT_ROWID,)

    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class SealedRow(Base):
    """One sensitive answer, sealed with age to the campaign's recipients; nobody here can open it."""

    __tablename__ = "sealed"
    __table_args__ = (WITHOUT_ROWID,)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    response_id: Mapped[str] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"), index=True)
    question: Mapped[str]
    ciphertext: Mapped[bytes]


class EvidenceRow(Base):
    """One file that a respondent added; its content is sealed and stands in a folder, not here.

    It belongs to a draft (`draft`: its id) until the draft is sent, then to the response; nothing leads from the one to
    the other. `fingerprint` finds the same file sent twice; only the draft's own token makes it.
    """

    __tablename__ = "evidence"
    __table_args__ = (WITHOUT_ROWID,)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str | None] = mapped_column(String(DIGEST))
    response_id: Mapped[str | None] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str]
    number: Mapped[int]
    type: Mapped[str]
    size: Mapped[int]
    date: Mapped[date] = mapped_column(Date)


class AdditionRow(Base):
    """Words that a person added to answers already sent: beside them, never over them."""

    __tablename__ = "additions"
    __table_args__ = (WITHOUT_ROWID,)

    response_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str]
    date: Mapped[date] = mapped_column(Date)


class DialogueRow(Base):
    """A question of the research group to whoever holds a response's receipt, and the answer."""

    __tablename__ = "dialogue"
    __table_args__ = (WITHOUT_ROWID,)

    response_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str]
    asked: Mapped[date] = mapped_column(Date)
    answer: Mapped[str | None]
    answered: Mapped[date | None] = mapped_column(Date)


class PauseRow(Base):
    """A questionnaire that takes no answers before the day `until`; `words` say why, by language."""

    __tablename__ = "pauses"
    __table_args__ = (WITHOUT_ROWID,)

    questionnaire: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[date | None] = mapped_column(Date)
    words: Mapped[dict[str, Any]]


def insert_or_pass(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that passes over a row whose unique key is there already, in the words of this database."""
    return _passing(connection.dialect.name, table)


@cache
def _passing(dialect: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    return INSERTS[dialect](table).on_conflict_do_nothing()
