"""Pauses of questionnaires, and what looks wrong about answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FLAGGED = ("drafts", "responses")


def upgrade() -> None:
    """Make the table and the columns; of what is there already nothing is known to look wrong."""
    op.create_table(
        "pauses",
        sa.Column("questionnaire", sa.String, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("words", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("questionnaire", name="pk_pauses"),
        sqlite_with_rowid=False,
    )
    for table in FLAGGED:
        op.add_column(table, sa.Column("flags", sa.String, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop them: what is paused opens, and no response is flagged any more."""
    for table in FLAGGED:
        op.drop_column(table, "flags")
    op.drop_table("pauses")
