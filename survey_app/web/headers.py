"""The headers that every response carries, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # browsers older than frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


NOT_KEPT = ("Cache-Control", "no-store")
LOWER = [(name.lower(), (name, value)) for name, value in (*HEADERS.items(), NOT_KEPT)]


def install(app: Flask) -> None:
    """Put the headers on every response of `app`; what does not say how long it may be kept is not kept at all."""
    made = app.wsgi_app

    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in headers}
            return start_response(
                status, headers + [each for name, each in LOWER if name not in there], *rest
            )

        return made(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]  # the place that the framework names for this
