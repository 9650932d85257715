"""A way back: what people add after sending, questions to them and their answers, taking back, and resume codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("additions", "dialogue")


def upgrade() -> None:
    """Make the tables, in the order of responses' random ids on SQLite, and the columns."""
    _about_a_response("additions", sa.Column("date", sa.Date, nullable=False))
    _about_a_response(
        "dialogue",
        sa.Column("asked", sa.Date, nullable=False),
        sa.Column("answer", sa.String, nullable=True),
        sa.Column("answered", sa.Date, nullable=True),
    )
    op.add_column("responses", sa.Column("withdrawn", sa.Date, nullable=True))
    op.add_column("drafts", sa.Column("code", sa.String(64), nullable=True))
    op.add_column("drafts", sa.Column("token", sa.LargeBinary, nullable=True))
    op.create_index("ix_drafts_code", "drafts", ["code"], unique=True)


def downgrade() -> None:
    """Drop them. What was withdrawn stays withdrawn and empty; only the day of it is lost."""
    op.drop_index("ix_drafts_code", "drafts")
    for column in ("token", "code"):
        op.drop_column("drafts", column)
    op.drop_column("responses", "withdrawn")
    for table in TABLES:
        op.drop_table(table)


def _about_a_response(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("response_id", "number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=f"fk_{table}_response_id_responses", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
