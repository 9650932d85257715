"""The public pages, on which respondents answer."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import BaseConverter

from survey_app.respondent import (
    guards,
    guesses,
    headers,
    languages,
    once,
    packing,
    trouble,
    uploads,
    views,
    visits,
    waiting,
)
from survey_app.respondent.bodies import StrictRequest


class PageName(BaseConverter):
    """A page of a questionnaire, as opposed to the addresses that every questionnaire has."""

    regex = r"(?!(?:check|sent|afresh|leave|later|resume)$)[A-Za-z][A-Za-z0-9_]*"


class SessionCookie(SecureCookieSessionInterface):
    """Flask's session, whose cookie goes over https only where the page came over https."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs the cookie, made once: the key does not change while the program runs."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this response's cookie is marked as secure."""
        return request.is_secure


def install(app: Flask) -> None:
    """Put the public pages on `app`, which has the open survey in `app.extensions["survey"]`.

    With them come what all pages need: bodies read strictly, a token in every form, the interface's languages, error
    pages, the headers of every response, and its packing for the way.
    """
    app.request_class = StrictRequest
    app.session_interface = SessionCookie()
    app.url_map.converters["page"] = PageName
    # A token lives as long as the browser's session: a person may rest for hours over a page. The policy is
    # no-referrer, so there is no referrer to check on https.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # pages are UTF-8, and half as long so
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    uploads.make_room(app)
    CSRFProtect(app)
    packing.install(app)  # first here, so that it comes last: it packs what the others have made
    languages.install(app, str(Path(__file__).with_name("translations")))
    headers.install(app)
    trouble.install(app)
    once.prepare(app)
    visits.prepare(app)
    guards.prepare(app)
    waiting.prepare(app)
    guesses.install(app)
    app.register_blueprint(views.blueprint)
