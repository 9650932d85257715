"""Answers as JSONB in PostgreSQL, and the indexes that are asked for: those that are not make every answer slower."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNUSED = ("questionnaire", "version", "region", "channel", "language", "date", "status")
"""Columns of few values: a query that names one reads most of the table, for which an index is the longer way."""
WANTED = (("questionnaire", "status", "id"), ("questionnaire", "date"))
"""Reading a questionnaire in order of ids, and forgetting what is old."""
# JSONB has no NUL and no half of a pair; both become the sign for what cannot be read. An even number of backslashes
# before it means that the backslash is its own.
UNFIT = (
    r"(?<!\\)((?:\\\\)*)\\u0000",
    r"(?<!\\)((?:\\\\)*)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])",
    r"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?<!\\)((?:\\\\)*)\\u[dD][c-fC-F][0-9a-fA-F]{2}",
)


def upgrade() -> None:
    """Change the types, where the database has them, and the indexes."""
    if op.get_bind().dialect.name == "postgresql":
        fit = "answers::text"
        for pattern in UNFIT:
            fit = f"regexp_replace({fit}, '{pattern}', '\\1\\\\ufffd', 'g')"
        _retype("answers", postgresql.JSONB(), f"({fit})::jsonb")
        _retype("asked", postgresql.JSONB(), "asked::jsonb")
    for column in UNUSED:
        op.drop_index(f"ix_responses_{column}", "responses")
    for columns in WANTED:
        op.create_index(f"ix_responses_{'_'.join(columns)}", "responses", list(columns))


def downgrade() -> None:
    """Back to JSON as it was written, and to an index on each column."""
    for columns in WANTED:
        op.drop_index(f"ix_responses_{'_'.join(columns)}", "responses")
    for column in UNUSED:
        op.create_index(f"ix_responses_{column}", "responses", [column])
    if op.get_bind().dialect.name == "postgresql":
        _retype("answers", sa.JSON(), "answers::text::json")
        _retype("asked", sa.String(), "asked::text")


def _retype(column: str, kind: sa.types.TypeEngine[Any], using: str) -> None:
    op.alter_column("responses", column, type_=kind, existing_nullable=False, postgresql_using=using)
