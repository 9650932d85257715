"""Run by Alembic: takes the steps on the connection that the caller opened, in the caller's transaction."""

from alembic import context

from survey_app.storage.desk import tables as _desk  # noqa: F401 - the desk's tables join those of the metadata
from survey_app.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
