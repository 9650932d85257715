"""The small page for what cannot be done: an unknown address, a wrong method, a body too large, a database away."""

from __future__ import annotations

from time import monotonic

from flask import Flask, current_app, make_response, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError
from werkzeug.wrappers import Response

from survey_app.errors import StorageError, SurveyError

RETRY_SECONDS = "5"
QUIET_SECONDS = 60.0
"""How long the log is not told the same again: a log that grows with every request would fill a full disk."""

WORDS = {
    400: (_("This cannot be read"), _("Please go back and try again.")),
    403: (_("Not open"), _("This page is not open to you.")),
    404: (
        _("There is no page here"),
        _("The address may be incomplete, or the questionnaire may have ended. Please check the address."),
    ),
    405: (_("This address cannot be used that way"), _("Please go back and use the buttons on the page.")),
    413: (
        _("This is too large"),
        _("More was sent than a page can hold. Please go back, shorten what you wrote, and try again."),
    ),
    500: (
        _("Something went wrong here"),
        _("This is our mistake, not yours. Please try again in a few minutes."),
    ),
    503: (
        _("This does not work just now"),
        _("Nothing that was kept has been lost. Please try again in a few minutes."),
    ),
}
"""What a person reads, by status: what is the matter, and what to do."""


LOOKS = "trouble"


def install(app: Flask) -> None:
    """Show the page for every error of `app` that no view answers itself."""
    app.extensions[LOOKS] = {}
    app.register_error_handler(HTTPException, page)
    app.register_error_handler(BadHost, plain)
    app.register_error_handler(SurveyError, page)


def dress(app: Flask, prefix: str, template: str) -> None:
    """Show errors of `app` at addresses under `prefix` in `template`, which gets `title`, `advice` and `status`."""
    app.extensions[LOOKS][prefix] = template


def plain(error: BadHost) -> Response:
    """The same without a page around it: for a host that is none no address can be made, not even the stylesheet's."""
    title, cure = WORDS[400]
    return make_response(f"{title}\n{cure}\n", error.code, {"Content-Type": "text/plain; charset=utf-8"})


def tell(error: StorageError) -> int:
    """Put on the program's log what the operator has to mend, and nothing of whom it met; gives the status."""
    told: dict[str, float] = current_app.extensions.setdefault("told", {})
    now = monotonic()
    if now - told.get(error.words, -QUIET_SECONDS) >= QUIET_SECONDS:
        told[error.words] = now
        current_app.logger.error(error.words)
    return error.status


def page(error: HTTPException | SurveyError) -> Response:
    """What is the matter and what to do, with the error's status."""
    status = tell(error) if isinstance(error, StorageError) else _status(error)
    title, cure = WORDS.get(status, WORDS[400 if status < 500 else 500])
    own = getattr(error, "description", None)
    advice = str(own) if isinstance(own, LazyString) else str(cure)
    response = make_response(render_template(_look(), title=str(title), advice=advice, status=status), status)
    for name, value in _headers(error):
        response.headers[name] = value
    return response


def _look() -> str:
    """The template of the longest prefix; where this program has no page of the kind, that of the kind it has."""
    looks: dict[str, str] = current_app.extensions[LOOKS]
    fit = [prefix for prefix in looks if request.path.startswith(prefix)]
    return looks[max(fit, key=len, default=next(iter(looks)))]


def _status(error: HTTPException | SurveyError) -> int:
    if isinstance(error, HTTPException):
        return error.code or InternalServerError.code
    return error.status


def _headers(error: HTTPException | SurveyError) -> list[tuple[str, str]]:
    """What a status has to say to programs: the methods that are allowed, when to come again."""
    if isinstance(error, StorageError):
        return [("Retry-After", RETRY_SECONDS)]
    given = error.get_headers() if isinstance(error, HTTPException) else []
    return [(name, value) for name, value in given if name != "Content-Type"]
