"""The tables, as typed models. What is not a column here is not known: no address, no user agent, no time of day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""SQLite keeps such a table in the order of its random key; a rowid would number the rows as they arrive."""
DIGEST = 64
"""Hexadecimal digits of an HMAC-SHA256."""
INSERTS: dict[str, Callable[[Any], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Paths(TypeDecorator[tuple[str, ...]]):
    """Paths of questions, as a JSON list. Few lists differ, so each is read once."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """The list as JSON."""
        return json.dumps(list(value), separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """The paths of a JSON list."""
        return _read_paths(value)


@lru_cache(maxsize=10_000)
def _read_paths(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
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
    """Answers not yet sent. `answers` is locked with a key that only the respondent's cookie gives."""

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


class ResponseRow(Base):
    """Answers sent, written once. `asked` holds the paths of the questions that were relevant."""

    __tablename__ = "responses"
    __table_args__ = (WITHOUT_ROWID,)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    receipt_digest: Mapped[str | None] = mapped_column(String(DIGEST), unique=True)
    questionnaire: Mapped[str] = mapped_column(index=True)
    version: Mapped[str] = mapped_column(index=True)
    audience: Mapped[str]
    region: Mapped[str | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(index=True)
    date: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(index=True)
    answers: Mapped[dict[str, Any]]
    asked: Mapped[tuple[str, ...]]


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


def insert_or_pass(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that passes over a row whose unique key is there already, in the words of this database."""
    return INSERTS[connection.dialect.name](table).on_conflict_do_nothing()
