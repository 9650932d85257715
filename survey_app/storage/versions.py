"""Every version of every questionnaire that ever took answers: later tables need what was asked, and how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import ValidationError
from sqlalchemy import Connection, select

from survey_app.campaign.models import Questionnaire
from survey_app.errors import StorageError
from survey_app.storage.tables import QuestionnaireRow, insert_or_pass


def register(connection: Connection, questionnaire: Questionnaire, today: date) -> None:
    """Keep the definition of a version, once; `today` is the day it was first seen."""
    statement = insert_or_pass(connection, QuestionnaireRow)
    row = {
        "name": questionnaire.name,
        "version": questionnaire.version,
        "definition": questionnaire.definition(),
        "first_seen": today,
    }
    connection.execute(statement, row)


def is_registered(connection: Connection, questionnaire: Questionnaire) -> bool:
    """Whether this version is kept already."""
    row = QuestionnaireRow
    here = (row.name == questionnaire.name) & (row.version == questionnaire.version)
    return connection.execute(select(row.sequence).where(here)).first() is not None


def versions(connection: Connection, name: str) -> list[Questionnaire]:
    """The versions of questionnaire `name`, oldest first. Raises StorageError where one can no longer be read."""
    row = QuestionnaireRow
    query = select(row.version, row.definition).where(row.name == name).order_by(row.sequence)
    return [_read(name, version, definition) for version, definition in connection.execute(query)]


def version_names(connection: Connection, names: Sequence[str]) -> list[tuple[str, str]]:
    """Name and version of all that are kept of these questionnaires, oldest first."""
    row = QuestionnaireRow
    query = select(row.name, row.version).where(row.name.in_(names)).order_by(row.sequence)
    return [(name, version) for name, version in connection.execute(query)]


def _read(name: str, version: str, definition: dict[str, object]) -> Questionnaire:
    try:
        return Questionnaire.model_validate(definition)
    except ValidationError as error:
        raise StorageError(
            f"Version {version} of questionnaire {name}, as kept in the database, cannot be read by this release: "
            f"{error.errors()[0]['msg']}. Use the release that wrote it, or report this."
        ) from error
