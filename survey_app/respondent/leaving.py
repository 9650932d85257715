"""The quick way out: to a harmless page, and no way back to the answers but through the start page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.respondent import opened, visits
from survey_app.respondent.visits import LEFT

OPEN_PAGES = frozenset(f"respondent.{name}" for name in ("show_page", "check", "sent", "later"))


def install(blueprint: Blueprint) -> None:
    """Give the pages their way out."""
    blueprint.get("/q/<name>/leave")(leave)
    blueprint.before_request(keep_closed)
    blueprint.after_request(come_back)


def leave(name: str) -> AnyResponse:
    """Away. What was kept stays kept; this browser shows none of it until the person begins again."""
    campaign, _ = visits.find(name)
    address = campaign.about.quick_exit
    response = redirect(address, 303) if address else make_response(render_template("left.html"))
    response.set_cookie(LEFT, "1", httponly=True, samesite="Lax", secure=request.is_secure)
    response.headers["Clear-Site-Data"] = '"cache"'
    return opened.forget(response)


def keep_closed() -> AnyResponse | None:
    """The back button after a quick exit finds the start page."""
    if LEFT in request.cookies and request.method == "GET" and request.endpoint in OPEN_PAGES:
        return redirect(url_for("respondent.start", name=(request.view_args or {})["name"]), 303)
    return None


def come_back(response: Response) -> Response:
    """Whoever presses the button of the start page is back."""
    if LEFT in request.cookies and request.endpoint == "respondent.begin":
        response.delete_cookie(LEFT)
    return response
