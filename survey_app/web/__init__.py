"""What all pages need, those for respondents and those for researchers: bodies read strictly, a token in every form,
the interface's languages, error pages, the headers of every response, and its packing for the way.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect

from survey_app.web import bodies, headers, languages, packing, trouble
from survey_app.web.cookie import SessionCookie


def install(app: Flask) -> None:
    """Put it on `app`, before its pages."""
    app.session_interface = SessionCookie()
    # A token lives as long as the browser's session: a person may rest for hours over a page. The policy is
    # no-referrer, so there is no referrer to check on https.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # pages are UTF-8, and half as long so
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    bodies.install(app)
    CSRFProtect(app)
    packing.install(app)  # first here, so that it comes last: it packs what the others have made
    languages.install(app, Path(__file__).with_name("translations"))
    headers.install(app)
    trouble.install(app)
