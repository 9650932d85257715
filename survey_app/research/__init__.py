"""The research desk, at which the answers are read, counted and compared by those whose right it is."""

from __future__ import annotations

from flask import Flask

from survey_app.research import (
    access,
    account,
    audit,
    board,
    home,
    inquiries,
    look,
    milestones,
    people,
    posters,
    response,
    responses,
    signing,
    taking,
    waits,
    words,
)
from survey_app.research.tables import pages, public, reading, taken
from survey_app.web import trouble

TABLES = (pages, taken, reading, public)
PAGES = (
    home,
    board,
    milestones,
    *TABLES,
    signing,
    account,
    people,
    posters,
    audit,
    responses,
    response,
    taking,
    waits,
    inquiries,
    words,
)
"""The modules whose pages make the desk: each adds its own through access.page."""

NO_FENCE = (
    "The database's user is a superuser or has BYPASSRLS, so PostgreSQL itself (row-level security) does not keep "
    "people at the desk to their regions; the desk's own rules do. docs/operator.md says how to make a plain user."
)


def install(app: Flask) -> None:
    """Put the desk on `app`, which has the open survey in `app.extensions["survey"]`, after what all pages need."""
    if app.extensions["survey"].storage.passes_fence():
        app.logger.warning(NO_FENCE)
    look.install(app)
    app.register_blueprint(access.blueprint)
    trouble.dress(app, access.PREFIX, "desk/trouble.html")
