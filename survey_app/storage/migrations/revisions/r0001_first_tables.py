"""The first tables: questionnaires, drafts, responses, sealed answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RESPONSE_INDEXES = ("questionnaire", "version", "region", "channel", "language", "date", "status")


def upgrade() -> None:
    """Make the tables; those about people stand in the order of random keys on SQLite."""
    _questionnaires()
    _drafts()
    _responses()
    _sealed()


def downgrade() -> None:
    """Drop the tables, and with them all that was kept."""
    for table in ("sealed", "responses", "drafts", "questionnaires"):
        op.drop_table(table)


def _questionnaires() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("first_seen", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_questionnaires"),
        sa.UniqueConstraint("name", "version", name="uq_questionnaires_name_version"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("questionnaire", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=True),
        sa.Column("consented", sa.Boolean, nullable=False),
        sa.Column("expires", sa.Date, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_drafts_expires", "drafts", ["expires"])


def _responses() -> None:
    op.create_table(
        "responses",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("receipt_digest", sa.String(64), nullable=True),
        sa.Column("questionnaire", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("asked", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.UniqueConstraint("key", name="uq_responses_key"),
        sa.UniqueConstraint("receipt_digest", name="uq_responses_receipt_digest"),
        sqlite_with_rowid=False,
    )
    for column in RESPONSE_INDEXES:
        op.create_index(f"ix_responses_{column}", "responses", [column])


def _sealed() -> None:
    op.create_table(
        "sealed",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealed"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name="fk_sealed_response_id_responses", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_response_id", "sealed", ["response_id"])
