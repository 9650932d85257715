"""Batches: responses in files that tables are counted from, and which of them no longer count as they stand there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Whoever changes a response, by whatever way: its batch no longer speaks for it. Only a fold changes `batch` itself.
SQLITE = (
    """
    CREATE TRIGGER masked_by_update AFTER UPDATE ON responses WHEN OLD.batch IS NOT NULL AND NEW.batch = OLD.batch BEGIN
        INSERT OR IGNORE INTO masked (batch, response_id) VALUES (OLD.batch, OLD.id);
        UPDATE responses SET batch = NULL WHERE id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER masked_by_delete AFTER DELETE ON responses WHEN OLD.batch IS NOT NULL BEGIN
        INSERT OR IGNORE INTO masked (batch, response_id) VALUES (OLD.batch, OLD.id);
    END
    """,
    """
    CREATE TRIGGER masked_by_forgetting AFTER DELETE ON sealed BEGIN
        INSERT OR IGNORE INTO masked (batch, response_id)
            SELECT batch, id FROM responses WHERE id = OLD.response_id AND batch IS NOT NULL;
        UPDATE responses SET batch = NULL WHERE id = OLD.response_id AND batch IS NOT NULL;
    END
    """,
)
SQLITE_BACK = tuple(
    f"DROP TRIGGER {name}" for name in ("masked_by_forgetting", "masked_by_delete", "masked_by_update")
)
POSTGRESQL = (
    """
    CREATE FUNCTION mask_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO masked (batch, response_id) VALUES (OLD.batch, OLD.id) ON CONFLICT DO NOTHING;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        NEW.batch := NULL;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION mask_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO masked (batch, response_id)
            SELECT batch, id FROM responses WHERE id = OLD.response_id AND batch IS NOT NULL ON CONFLICT DO NOTHING;
        UPDATE responses SET batch = NULL WHERE id = OLD.response_id AND batch IS NOT NULL;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER masked_by_update BEFORE UPDATE ON responses FOR EACH ROW
        WHEN (NEW.batch = OLD.batch) EXECUTE FUNCTION mask_response()
    """,
    """
    CREATE TRIGGER masked_by_delete BEFORE DELETE ON responses FOR EACH ROW
        WHEN (OLD.batch IS NOT NULL) EXECUTE FUNCTION mask_response()
    """,
    """
    CREATE TRIGGER masked_by_forgetting AFTER DELETE ON sealed FOR EACH ROW EXECUTE FUNCTION mask_sealed()
    """,
)
POSTGRESQL_BACK = (
    "DROP TRIGGER masked_by_forgetting ON sealed",
    "DROP TRIGGER masked_by_delete ON responses",
    "DROP TRIGGER masked_by_update ON responses",
    "DROP FUNCTION mask_sealed()",
    "DROP FUNCTION mask_response()",
)
TRIGGERS = {"sqlite": (SQLITE, SQLITE_BACK), "postgresql": (POSTGRESQL, POSTGRESQL_BACK)}
INDEX = "ix_responses_questionnaire_batch_status"


def upgrade() -> None:
    """Make the tables, the column and the triggers; what is there already is in no batch yet."""
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("questionnaire", sa.String, nullable=False),
        sa.Column("file", sa.String(32), nullable=True),
        sa.Column("layout", sa.String(64), nullable=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_batches"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batches_questionnaire", "batches", ["questionnaire"])
    op.create_table(
        "masked",
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("batch", "response_id", name="pk_masked"),
        sqlite_with_rowid=False,
    )
    op.add_column("responses", sa.Column("batch", sa.Integer, nullable=True))
    op.create_index(INDEX, "responses", ["questionnaire", "batch", "status"])
    for statement in TRIGGERS[op.get_bind().dialect.name][0]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. The files stay behind in their folder, and nothing reads them."""
    for statement in TRIGGERS[op.get_bind().dialect.name][1]:
        op.execute(statement)
    op.drop_index(INDEX, "responses")
    op.drop_column("responses", "batch")
    for table in ("masked", "batches"):
        op.drop_table(table)
