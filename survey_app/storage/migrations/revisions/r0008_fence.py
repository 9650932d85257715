"""In PostgreSQL, responses and what hangs on them are seen only within the regions that a transaction names.

A transaction that names none is the program's own: respondents' pages, folding, commands. Of what hangs on a response
all is fenced that says something of the person: words added, questions and answers, what the desk wrote, and which
questions were answered under seal or with files. Drafts are locked with keys that the database has not; batches and
ids that no longer count say nothing.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FENCED = ("responses", "additions", "dialogue", "reviews", "sealed", "evidence")

# A scalar subquery is worked out once for a statement and not for each row. Of "<>" PostgreSQL supposes that it holds
# for nearly all rows, as it does for the program itself, whose plans stay as they were; of "is null", the contrary.
_SETTING = "current_setting('survey.regions', true)"
_NAMES_NONE = f"(SELECT left(coalesce({_SETTING}, ''), 1)) <> '{{'"
_OWN = f"{_NAMES_NONE} OR region = ANY ((SELECT NULLIF({_SETTING}, ''))::text[])"
# Whether the response itself is seen, its own policy decides.
_OF_RESPONSE = f"{_NAMES_NONE} OR EXISTS (SELECT 1 FROM responses WHERE responses.id = %s.response_id)"  # noqa: S608


def upgrade() -> None:
    """Fence them, also from their owner; superusers pass by."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in FENCED:
        condition = _OWN if table == "responses" else _OF_RESPONSE % table
        op.execute(f"CREATE POLICY within_regions ON {table} USING ({condition})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Whoever reads, reads all."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in FENCED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY within_regions ON {table}")
