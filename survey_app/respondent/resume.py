"""Going on later or on another phone, with a code: 20 signs, or their QR.

The QR leads to /resume#CODE. What stands behind the # never leaves the phone, so that the code is in no log and no
header; a small script moves it from the address into the form. Without a script it is typed. A code in the path or
the query would be kept by every box on the way.

A code is not the token of the cookie: it opens a draft until that is sent, and then nothing, so that whoever finds a
code later finds no receipt and no answers.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError

from survey_app.respondent import opened, qr, receipts, show, steps, visits, ways
from survey_app.respondent.guesses import guesses
from survey_app.respondent.visits import Visit
from survey_app.respondent.ways import Answer
from survey_app.storage import CODE_LENGTH, CODE_SIGNS, Draft

ENDPOINTS = frozenset({"respondent.resume", "respondent.resume_here"})

WRONG = _("No answers are waiting under this code. It ends when the answers are sent or their time is over.")


def install(blueprint: Blueprint) -> None:
    """Put the addresses on `blueprint`."""
    blueprint.add_url_rule("/q/<name>/later", "later", later)
    blueprint.add_url_rule("/resume", "resume_form", form)
    blueprint.add_url_rule("/resume", "resume", resume, methods=["POST"])
    blueprint.add_url_rule("/q/<name>/resume", "resume_here", resume_here, methods=["POST"])


def later(name: str) -> Answer:
    """The code of answers under way, once it was asked for on a page."""
    visit = visits.open_visit(name)
    if not visit.is_under_way:
        return ways.to("start", visit)
    here = ways.to_page(visit, steps.resume(visit))
    if visit.kept.code is None:
        return here
    address = url_for("respondent.resume_form", _external=True)
    return show.later(
        visit,
        groups=opened.fours(visit.kept.code),
        address=address.partition("://")[2],
        drawn=qr.drawn(f"{address}#{visit.kept.code}"),
        here=here.location,
    )


def form() -> Answer:
    """A place to type in a code."""
    return _form()


def resume() -> Answer:
    """To the questionnaire of the code, which then looks at what this device has of it already."""
    found = _look_up()
    if not isinstance(found, Draft):
        return found
    # 307: the browser sends the same form on, so that the code stands in no address
    return redirect(url_for("respondent.resume_here", name=found.questionnaire), 307)


def resume_here(name: str) -> Answer:
    """Go on with the answers of the code; ask first where others were begun on this device."""
    here = visits.open_visit(name)
    found = _look_up()
    if not isinstance(found, Draft):
        return found
    if found.questionnaire != name:
        return _form(WRONG), ways.INVALID
    if _would_hide_others(here, found) and "replace" not in request.form:
        return show.two_begun(here, found.code or "")
    visit = visits.visit_of(name, found)
    return visits.remember(ways.to_page(visit, steps.resume(visit)), found)


def stale(error: CSRFError) -> Answer:
    """A form that is too old: the form again with the code."""
    words: Any = receipts.STALE if request.cookies else receipts.NO_COOKIES
    return _form(notice=words), error.code or ways.INVALID


def _look_up() -> Draft | Answer:
    """The draft of the code in the form, or the form again with words."""
    typed = unicodedata.normalize("NFKC", request.form.get("code", "")).upper()
    code = "".join(sign for sign in typed if sign.isalnum())
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_SIGNS):
        return _form(_not_a_code()), ways.INVALID
    if seconds := guesses().wait():
        return receipts.wait(_form(receipts.wait_words(seconds)), seconds)
    draft = visits.storage().resume(code)
    guesses().tried(right=draft is not None)
    if draft is None:
        return make_response(_form(WRONG), ways.INVALID)
    guesses().right()
    return draft


def _not_a_code() -> str:
    words: str = gettext(
        "A code has %(count)s signs, of these only: %(signs)s. Please look at it again.",
        count=CODE_LENGTH,
        signs=CODE_SIGNS,
    )
    return words


def _would_hide_others(here: Visit, found: Draft) -> bool:
    return here.is_under_way and here.kept.id != found.id and bool(here.raw)


def _form(problem: Any = "", *, notice: Any = "") -> str:
    offered = opened.offered(visits.campaigns().values())
    typed = request.form.get("code", "")
    return render_template("resume.html", languages=offered, problem=problem, notice=notice, code=typed)
