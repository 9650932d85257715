"""The research desk: people, recovery codes, sessions, the audit log, reviews, saved tables, milestones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID, DIGEST, NAME = sa.String(32), sa.String(64), sa.String(64)
COVERAGE = "ix_responses_questionnaire_status_region_audience_date_channel"
TABLES = (
    "people",
    "attempts",
    "recovery_codes",
    "sessions",
    "audit",
    "audit_head",
    "reviews",
    "saved_tables",
    "milestones",
)

ONLY_ADDED = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{act} BEFORE {act} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        for act in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$",
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ],
}
"""No mistake in the program can change what the audit log says. Who owns the database can: the digests tell of it."""


def upgrade() -> None:
    """Make the tables; nobody may sign in yet."""
    _people()
    _audit()
    _kept()
    counted = ["questionnaire", "status", "region", "audience", "date", "channel"]
    op.create_index(COVERAGE, "responses", counted)


def _people() -> None:
    op.create_table(
        "attempts",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_attempts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("name", NAME, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("research_group", sa.String, nullable=True),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("fresh", sa.Boolean, nullable=False),
        sa.Column("totp", sa.LargeBinary, nullable=True),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_people"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("person", NAME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
        _of_person("recovery_codes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recovery_codes_person", "recovery_codes", ["person"])
    op.create_table(
        "sessions",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("person", NAME, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("begun", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        _of_person("sessions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sqlite_with_rowid=False,
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("acts", sa.Integer, nullable=False),
        sa.Column("last", DIGEST, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(head, [{"id": 1, "acts": 0, "last": "", "digest": ""}])
    for statement in ONLY_ADDED[op.get_bind().dialect.name]:
        op.execute(statement)


def _kept() -> None:
    op.create_table(
        "reviews",
        sa.Column("response_id", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("response_id", "number", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name="fk_reviews_response_id_responses", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "saved_tables",
        sa.Column("person", NAME, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.String, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("saved", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name="pk_saved_tables"),
        _of_person("saved_tables"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "milestones",
        sa.Column("campaign", sa.String, nullable=False),
        sa.Column("milestone", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("reached", sa.Date, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "milestone", "region", name="pk_milestones"),
        sqlite_with_rowid=False,
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_person_people"
    return sa.ForeignKeyConstraint(["person"], ["people.name"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Drop them: with them go everybody's rights, the audit log and what was said of responses."""
    op.drop_index(COVERAGE, "responses")
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
