"""What a receipt opens: the proof that answers came, the answers, adding to them, a quiet dialogue, taking all back.

The digits come in the body of a form and stand in no address, no cookie and no title. What comes back to a form with a
number is the same whether there is such a receipt or not: only the next page, which the browser fetches by itself,
tells the two apart, and of a wrong one it tells nothing more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from survey_app.campaign.kinds import clean
from survey_app.errors import StorageError, SurveyError
from survey_app.respondent import caution, opened, visits, ways
from survey_app.respondent.guesses import guesses
from survey_app.respondent.opened import Opened
from survey_app.respondent.ways import Answer
from survey_app.storage import LONGEST, RECEIPT_DIGITS
from survey_app.web.faults import Fault

ENDPOINTS = frozenset(
    f"respondent.{name}"
    for name in ("open_receipt", "open_own", "add_words", "answer_inquiry", "withdraw", "close_receipt")
)
REFUSED = 429

WRONG = _("Nothing was found under this number. Please compare it with your receipt, digit by digit.")
CLOSED = _("This page closes after 30 minutes without use. Please type in your receipt again.")
STALE = _(
    "This page had been open for too long. What you typed is still here: please press the button again."
)
NO_COOKIES = _(
    "Your browser keeps no cookies, and without them this does not work. "
    "Please allow cookies and press the button again."
)
NOT_KEPT = _("This could not be kept just now. What you typed is still here: please press the button again.")
NOTHING = _("Please write something first.")
ADDED = _("Your words were added.")
ANSWERED = _("Your answer has arrived.")


def install(blueprint: Blueprint) -> None:
    """Put the addresses on `blueprint`."""
    blueprint.add_url_rule("/receipt", "receipt", look)
    blueprint.add_url_rule("/receipt", "open_receipt", open_receipt, methods=["POST"])
    blueprint.add_url_rule("/receipt/add", "add_words", add_words, methods=["POST"])
    rule = "/receipt/questions/<int(max=99):number>"
    blueprint.add_url_rule(rule, "answer_inquiry", answer_inquiry, methods=["POST"])
    blueprint.add_url_rule("/receipt/withdraw", "sure", sure)
    blueprint.add_url_rule("/receipt/withdraw", "withdraw", withdraw, methods=["POST"])
    blueprint.add_url_rule("/receipt/close", "close_receipt", close, methods=["POST"])
    blueprint.add_url_rule("/q/<name>/sent", "open_own", open_own, methods=["POST"])


def look() -> Answer:
    """The response that was opened, or the place to type in a receipt."""
    response_id = opened.who()
    found = opened.find(response_id) if response_id else None
    if response_id and found:
        guesses().right()
        return opened.remember(make_response(_page(found)), response_id)
    if response_id:
        return opened.forget(make_response(_form(problem=WRONG)))
    notice = CLOSED if opened.COOKIE in request.cookies else ""
    return opened.forget(make_response(_form(notice)))


def open_receipt() -> Answer:
    """Look a receipt up. The answer to this request is the same for every number of 16 digits."""
    typed = request.form.get("number", "")
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isdecimal())
    if len(digits) != RECEIPT_DIGITS:
        return _form(problem=_digits(len(digits)), typed=typed), ways.INVALID
    if seconds := guesses().wait():
        return wait(_form(problem=wait_words(seconds), typed=typed), seconds)
    response_id = visits.storage().dialogue.find(digits)
    guesses().tried(right=response_id is not None)
    return opened.remember(redirect(url_for("respondent.receipt"), 303), response_id or uuid4().hex)


def open_own(name: str) -> Answer:
    """Open what was sent from this device, without typing the receipt."""
    visit = visits.open_visit(name)
    response_id = (
        visits.storage().dialogue.find_own(visit.draft.id) if visit.receipt and visit.draft else None
    )
    if response_id is None:
        return ways.to("start", visit)
    return opened.remember(redirect(url_for("respondent.receipt"), 303), response_id)


def add_words() -> Answer:
    """Keep words beside the answers."""
    return _take("add", ADDED, visits.storage().dialogue.add)


def answer_inquiry(number: int) -> Answer:
    """Keep the answer to a question of the research group."""

    def keep(response_id: str, words: str) -> None:
        visits.storage().dialogue.answer(response_id, number, words)

    return _take(str(number), ANSWERED, keep)


def _take(place: str, done: Any, keep: Callable[[str, str], None]) -> Answer:
    typed = clean(request.form.get("words", ""))
    response_id = opened.who()
    found = opened.find(response_id) if response_id else None
    if response_id is None or found is None:
        return _form(CLOSED, words=typed), 403
    if problem := _refusal(typed):
        return _page(found, Fault(place, problem, typed)), ways.INVALID
    if warning := caution.about(typed):
        return _page(found, Fault(place, warning, typed))
    try:
        keep(response_id, typed)
        flash(str(done), "message")
    except StorageError as error:
        return _page(found, Fault(place, NOT_KEPT, typed)), error.status
    except SurveyError:
        return _to_receipt()  # answered or withdrawn in another tab meanwhile: the page shows what is there
    return opened.remember(_to_receipt(), response_id)


def sure() -> Answer:
    """Ask once more before the answers are taken back."""
    found = _found()
    return _sure(found) if found and found.sent.withdrawn is None else _to_receipt()


def withdraw() -> Answer:
    """Take the answers back."""
    if (response_id := opened.who()) is None or (found := _found()) is None:
        return _to_receipt()
    try:
        visits.storage().dialogue.withdraw(response_id)
    except StorageError as error:
        return _sure(found, NOT_KEPT), error.status
    return opened.remember(_to_receipt(), response_id)


def close() -> Answer:
    """Look no more."""
    return opened.forget(_to_receipt())


def stale(error: CSRFError) -> Answer:
    """A form that is too old, or another site's: the page again with what was typed, and nothing done."""
    words: Any = STALE if request.cookies else NO_COOKIES
    typed = clean(request.form.get("words", ""))
    status = error.code or ways.INVALID
    if request.endpoint == "respondent.open_own":
        return ways.to("sent", visits.open_visit((request.view_args or {})["name"]))
    if (found := _found()) is None:
        return _form(words, typed=request.form.get("number", ""), words=typed), status
    if request.endpoint == "respondent.withdraw":
        return _sure(found, words), status
    place = str((request.view_args or {}).get("number", "add"))
    return _page(found, Fault(place, words, typed) if typed else None), status


def wait(page: str, seconds: int) -> Response:
    """The page, with the status and the header that say when to try again."""
    response = make_response(page, REFUSED)
    response.headers["Retry-After"] = str(seconds)
    return response


def wait_words(seconds: int) -> str:
    """How long to wait."""
    words: str = ngettext(
        "There were many wrong tries. Please wait one second and press the button again.",
        "There were many wrong tries. Please wait %(num)s seconds and press the button again.",
        seconds,
    )
    return words


def _found() -> Opened | None:
    response_id = opened.who()
    return opened.find(response_id) if response_id else None


def _digits(count: int) -> str:
    words: str = gettext(
        "A receipt has %(all)s digits; here are %(num)s. Please look at it again.",
        all=RECEIPT_DIGITS,
        num=count,
    )
    return words


def _refusal(words: str) -> Any:
    if not words:
        return NOTHING
    if len(words) > LONGEST:
        return gettext(
            "Write at most %(most)s characters; these are %(length)s.", most=LONGEST, length=len(words)
        )
    return ""


def _to_receipt() -> Response:
    return redirect(url_for("respondent.receipt"), 303)


def _form(notice: Any = "", *, problem: Any = "", typed: str = "", words: str = "") -> str:
    offered = opened.offered(visits.campaigns().values())
    more = {"notice": notice, "problem": problem, "number": typed, "words_typed": words}
    return render_template("receipt.html", languages=offered, **more)


def _page(found: Opened, fault: Fault | None = None) -> str:
    return _render("opened.html", found, fault=fault, parts=list(found.parts()), most=LONGEST)


def _sure(found: Opened, notice: Any = "") -> str:
    return _render("withdraw.html", found, notice=notice)


def _render(template: str, found: Opened, **more: Any) -> str:
    codes = found.campaign.languages_of(found.questionnaire) if found.campaign and found.questionnaire else ()
    names = found.campaign.about.languages if found.campaign else {}
    told = {"key": "receipt", "draft": "", "over": True, "words": {}}
    languages = {code: names.get(code, code) for code in codes}
    return render_template(template, opened=found, languages=languages, live=told, **more)
