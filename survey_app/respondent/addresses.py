"""Addresses typed by hand with a slash too many or a large Q: they lead where they were meant to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response


def install(blueprint: Blueprint) -> None:
    """Put them on `blueprint`."""
    blueprint.add_url_rule("/receipt/", "receipt_slash", lambda: _to("receipt"))
    blueprint.add_url_rule("/resume/", "resume_slash", lambda: _to("resume_form"))
    blueprint.add_url_rule("/s/<code>/", "short_slash", lambda code: _to("short_link", code=code))
    for rule, endpoint in (
        ("/q/<name>/", "start_slash"),
        ("/Q/<name>", "start_large"),
        ("/Q/<name>/", "start_both"),
    ):
        blueprint.add_url_rule(rule, endpoint, lambda name: _to("start", name=name))


def _to(endpoint: str, **parts: Any) -> Response:
    """Of what stands behind the question mark only the code of a poster goes along."""
    if via := request.args.get("via"):
        parts["via"] = via
    return redirect(url_for(f"respondent.{endpoint}", **parts), 303)
