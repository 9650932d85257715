"""A folder of questionnaires becomes live web surveys, safe answers, tables and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.config import Settings

BODY_BYTES = 256 * 1024
"""The largest request taken: three times the longest questionnaire with every text full."""
FORM_PARTS = 1000
"""The most parts of a multipart form; the largest page has under 200."""


def create_app(settings: Settings, *, processes: int = 1) -> Flask:
    """The application; the only place where the rooms meet.

    `processes`: how many of them serve it.
    Raises SurveyError with words where the campaigns have mistakes or the database cannot be opened.
    """
    # imported here, so that a command that needs no pages does not wait for them
    from flask import Flask

    from survey_app import research, respondent, web
    from survey_app.survey import open_survey

    survey = open_survey(settings)
    app = Flask("survey_app", static_folder=None)
    app.config.update(
        SECRET_KEY=survey.settings.secret_key,
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PROCESSES=processes,
    )
    app.extensions["survey"] = survey
    web.install(app)
    if survey.settings.has_public:
        respondent.install(app)
    if survey.settings.has_research:
        research.install(app)

    @app.get("/healthz")
    def healthz() -> tuple[str, dict[str, str]]:
        survey.storage.ping()
        return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}

    return app
