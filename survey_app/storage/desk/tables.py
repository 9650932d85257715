"""The desk's tables. People who work here are known by name and their acts by time; respondents never are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.tables import DIGEST, WITHOUT_ROWID, Base


class PersonRow(Base):
    """Somebody who may sign in. `password`: an Argon2id hash; `fresh`: somebody else chose it, and it is to be changed;
    `totp`: the secret of the codes, locked with a key that is not in the database; `step`: the last code's half-minute,
    so that no code is taken twice.
    """

    __tablename__ = "people"
    __table_args__ = (WITHOUT_ROWID,)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str]
    research_group: Mapped[str | None]
    password: Mapped[str]
    fresh: Mapped[bool]
    totp: Mapped[bytes | None]
    step: Mapped[int]
    active: Mapped[bool]


class AttemptRow(Base):
    """Wrong passwords and codes in a row for a name, known or not, as a digest; `last`: when the latest one came."""

    __tablename__ = "attempts"
    __table_args__ = (WITHOUT_ROWID,)

    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    failures: Mapped[int]
    last: Mapped[datetime] = mapped_column(DateTime)


class RecoveryCodeRow(Base):
    """One recovery code that was not used yet, as a digest."""

    __tablename__ = "recovery_codes"
    __table_args__ = (WITHOUT_ROWID,)

    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.name", ondelete="CASCADE"), index=True)


class SessionRow(Base):
    """A person signed in on a device; the cookie's token is kept as a digest. `stage`: how far signing in has come."""

    __tablename__ = "sessions"
    __table_args__ = (WITHOUT_ROWID,)

    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.name", ondelete="CASCADE"), index=True)
    stage: Mapped[str]
    begun: Mapped[datetime] = mapped_column(DateTime)
    seen: Mapped[datetime] = mapped_column(DateTime)


class AuditRow(Base):
    """One act, never changed. `digest` is made of all that stands here and of the digest before it."""

    __tablename__ = "audit"
    __table_args__ = (WITHOUT_ROWID,)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime)
    person: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(DIGEST))


class AuditHeadRow(Base):
    """How many acts there are, and a digest of that and of the last one's digest: the only row. By it, acts cut
    off at the end are missed.
    """

    __tablename__ = "audit_head"
    __table_args__ = (WITHOUT_ROWID,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    acts: Mapped[int]
    last: Mapped[str] = mapped_column(String(DIGEST))
    digest: Mapped[str] = mapped_column(String(DIGEST))


class ReviewRow(Base):
    """A change of a response's state, or a comment on it, by a person, in order."""

    __tablename__ = "reviews"
    __table_args__ = (WITHOUT_ROWID,)

    response_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime)
    person: Mapped[str]
    act: Mapped[str]
    words: Mapped[str]


class SavedTableRow(Base):
    """A table under a name: the query of its address. It is its person's own until it is shared with the group."""

    __tablename__ = "saved_tables"
    __table_args__ = (WITHOUT_ROWID,)

    person: Mapped[str] = mapped_column(ForeignKey("people.name", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    query: Mapped[str]
    shared: Mapped[bool]
    saved: Mapped[date] = mapped_column(Date)


class MilestoneRow(Base):
    """A milestone of a campaign that a place has reached."""

    __tablename__ = "milestones"
    __table_args__ = (WITHOUT_ROWID,)

    campaign: Mapped[str] = mapped_column(primary_key=True)
    milestone: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    reached: Mapped[date] = mapped_column(Date)
    person: Mapped[str]
