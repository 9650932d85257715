"""The public pages, on which respondents answer."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from survey_app.respondent import guards, guesses, once, uploads, views, visits, waiting
from survey_app.web import trouble


class PageName(BaseConverter):
    """A page of a questionnaire, as opposed to the addresses that every questionnaire has."""

    regex = r"(?!(?:check|sent|afresh|leave|later|resume)$)[A-Za-z][A-Za-z0-9_]*"


def install(app: Flask) -> None:
    """Put the public pages on `app`, which has the open survey in `app.extensions["survey"]`, after what all pages
    need.
    """
    app.url_map.converters["page"] = PageName
    uploads.make_room(app)
    once.prepare(app)
    visits.prepare(app)
    guards.prepare(app)
    waiting.prepare(app)
    guesses.install(app)
    app.register_blueprint(views.blueprint)
    trouble.dress(app, "/", "trouble.html")
