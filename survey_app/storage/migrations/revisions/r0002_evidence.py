"""Files that respondents added: whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; its rows stand in the order of random names on SQLite."""
    op.create_table(
        "evidence",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("draft", sa.String(64), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("response_id", sa.String(32), nullable=True),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_evidence"),
        sa.ForeignKeyConstraint(
            ["draft"], ["drafts.id"], name="fk_evidence_draft_drafts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name="fk_evidence_response_id_responses", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    for column in ("draft", "response_id"):
        op.create_index(f"ix_evidence_{column}", "evidence", [column])


def downgrade() -> None:
    """Drop the table; without it no file can be opened, since nothing says whose it is."""
    op.drop_table("evidence")
