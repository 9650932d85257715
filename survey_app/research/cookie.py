"""The cookie of who is signed in at the desk: nothing but a random token.

It is SameSite=Strict: no page elsewhere can have a request made with it, not even a plain visit. So a link to the desk
that was followed from elsewhere arrives without it, and is answered with the sign-in page, on which one press goes on.
Over https it is named with the prefix __Host-, which no other host and no page over http can set.
"""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

NAME = "desk"
LONGEST_TOKEN = 100


def name() -> str:
    """What the cookie of this request is called."""
    return f"__Host-{NAME}" if request.is_secure else NAME


def token() -> str | None:
    """The token that this request has."""
    found = request.cookies.get(name())
    return found if found and len(found) <= LONGEST_TOKEN else None


def give(response: Response, new: str) -> Response:
    """Let the browser have a token until it is closed."""
    response.set_cookie(name(), new, path="/", httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def take(response: Response) -> Response:
    """Let the browser forget it."""
    response.delete_cookie(name(), path="/", httponly=True, samesite="Strict", secure=request.is_secure)
    return response
