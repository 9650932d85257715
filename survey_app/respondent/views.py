"""The addresses of the public pages: the list, the start, one page per section, the check, the receipt.

What was typed is kept on the server after each page; whether it is right is decided by campaign.answers.check, at
every step anew. Every page works without a script.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException

from survey_app.campaign.answers import OTHER_LENGTH
from survey_app.campaign.models import Page
from survey_app.errors import Closed, NotFound, StorageError, SurveyError
from survey_app.respondent import (
    addresses,
    channels,
    guards,
    leaving,
    live,
    once,
    pages,
    places,
    receipts,
    resume,
    show,
    steps,
    uploads,
    visits,
    waiting,
    ways,
)
from survey_app.respondent.posted import Posted
from survey_app.respondent.visits import Visit
from survey_app.respondent.ways import Answer, Raw
from survey_app.web import languages, trouble
from survey_app.web.assets import Assets
from survey_app.web.bodies import UNREADABLE
from survey_app.web.said import typed

blueprint = Blueprint("respondent", __name__, template_folder="templates")
ASSETS = Assets(Path(__file__).with_name("static"), blueprint)
addresses.install(blueprint)
channels.install(blueprint)
guards.install(blueprint)
uploads.install(blueprint)
leaving.install(blueprint)
places.install(blueprint)
receipts.install(blueprint)
resume.install(blueprint)


STALE = _("This page had been open for too long. Your answers are still here: please press the button again.")
STALE_PAGE = _(
    "This page had been open for too long. What you typed on it is still here: please press the button again."
)
STALE_START = _("This page had been open for too long. Please press the button again.")
NO_COOKIES = _(
    "Your browser keeps no cookies, and without them nothing can be saved. Your answers are still here: "
    "please allow cookies and press the button again."
)
NOT_KEPT = _(
    "The page could not be saved just now. Your answers are still here: please press the button again."
)
NOT_SENT = _("Sending did not work just now. Your answers are still here: please send them again.")
CHANGED = _(
    "Your answers have changed since this page was opened. Please look at them once more, then send them."
)
BEGIN = _("Please begin here.")
BEGIN_AGAIN = _(
    "Your earlier answers are no longer kept here, so this starts again. "
    "What you typed on the last page has been kept."
)


@blueprint.app_context_processor
def template_words() -> dict[str, Any]:
    """What every template may use."""
    language = languages.current()
    return {
        "asset": ASSETS.address,
        "language": language,
        "page_lang": languages.tag(languages.interface_of(language)),
        "tag": languages.tag,
        "words": lambda text: languages.marked(text, language),
        "paragraphs": lambda text, kind="": languages.paragraphs(text, language, kind),
        "borrowed": languages.borrowed,
        "say": lambda problem: pages.say(problem, language),
        "place": pages.place,
        "typed": typed,
        "other_length": OTHER_LENGTH,
        "via": channels.via,
        "same": once.parts(),
    }


@blueprint.get("/")
def front() -> str:
    """The questionnaires that take answers today, and those that are paused."""
    shown = [campaign for campaign in visits.campaigns().values() if campaign.about.listed]
    offered = languages.offered(shown)
    languages.offer(list(offered) or languages.INTERFACE)
    listed = [(campaign, visits.listed_today(campaign)) for campaign in shown]
    return render_template("front.html", listed=listed, languages=offered)


@blueprint.get("/q/<name>")
def start(name: str) -> Answer:
    """What it is about, what happens to the answers, and the way in."""
    visit = visits.open_visit(name)
    if visit.receipt and visits.LEFT not in request.cookies:
        return ways.to("sent", visit)
    notice = visits.lost_words(visit) if visit.lost else ""
    return show.start(visit, notice) if visit.is_open(date.today()) else show.closed(visit)


@blueprint.post("/q/<name>")
def begin(name: str) -> Answer:
    """Consent: a draft begins, or one whose answers were kept goes on."""
    visit = visits.open_visit(name)
    if visit.receipt:
        return ways.to("sent", visit)
    if not visit.is_open(date.today()):
        return show.closed(visit)
    if not visit.is_under_way and (held := waiting.hold(visit)) is not None:
        return held
    draft = visit.draft
    if draft is None:
        channel = channels.kept(visit.campaign)
        draft = visits.start(visit, consented=True, channel=channel, flags=waiting.begins())
    elif not draft.consented:
        visits.save(draft, visit.raw, consented=True)
    return visits.remember(ways.to_page(visit, steps.resume(visit)), draft)


@blueprint.post("/q/<name>/afresh")
def afresh(name: str) -> Answer:
    """Forget this person's answers or receipt on this device, so that the questionnaire can be answered anew."""
    visit = visits.open_visit(name)
    if visit.draft and not visit.receipt:
        visits.save(visit.draft, {}, consented=False)
        visits.storage().evidence.remove(visit.draft.id)
    by = channels.code_of(visit.draft.channel) if visit.draft else None
    return visits.forget(ways.to("start", visit, via=by), visit)


@blueprint.get("/q/<name>/<page:page_name>")
def show_page(name: str, page_name: str) -> Answer:
    """One page, with what was typed so far."""
    visit = visits.open_visit(name)
    page = visit.page(page_name)
    if (elsewhere := _elsewhere(visit)) is not None:
        return elsewhere
    checked = visit.judged(visit.raw)
    if page.name not in checked.pages:
        return ways.to_page(visit, steps.after(visit.questionnaire, page, checked))
    return show.page(visit, page, visit.raw)


@blueprint.post("/q/<name>/<page:page_name>")
def take_page(name: str, page_name: str) -> Answer:
    """Keep what was typed on a page; then on, back, or the page again with what is still to do."""
    try:
        visit = visits.open_visit(name)
    except StorageError as error:
        return _page_again(visits.stranger(name), NOT_KEPT), trouble.tell(error)
    page = visit.page(page_name)
    if visit.receipt:
        return ways.to("sent", visit)
    if not visit.is_open(date.today()):
        return _closed(visit, page)
    raw = pages.rearranged(page, _typed(visit, page), request.form.get("go", ""))
    if any(problem.code in steps.FORGED for problem in visit.judged(raw).on(page.name)):
        raise BadRequest(UNREADABLE)
    if visit.draft is None or not visit.draft.consented:
        return _keep_for_a_new_start(visit, raw)
    try:
        visits.save(visit.draft, raw, flags=guards.suspicions(visit, page, raw))
    except StorageError as error:
        return show.page(visit, page, raw, notice=NOT_KEPT), trouble.tell(error)
    except (Closed, NotFound):
        return ways.to("start", visit)
    return ways.go(visit, page, raw)


@blueprint.get("/q/<name>/check")
def check(name: str) -> Answer:
    """All answers once more, each with the way back to its page."""
    visit = visits.open_visit(name)
    elsewhere = _elsewhere(visit)
    return show.check(visit) if elsewhere is None else elsewhere


@blueprint.post("/q/<name>/check")
def send(name: str) -> Answer:
    """Send. The second time finds what the first one did."""
    visit = visits.open_visit(name)
    if (elsewhere := _elsewhere(visit)) is not None:
        return elsewhere
    if chosen := request.form.get("language"):
        return ways.in_language(ways.to("check", visit), chosen, visit)
    checked = visit.judged(visit.raw)
    if checked.problems:
        return show.check(visit, judged=True), ways.INVALID
    if request.form.get("shown") not in (None, visit.mark):
        return show.check(visit, CHANGED), ways.INVALID
    try:
        visits.send(visit, checked)
    except StorageError as error:
        return show.check(visit, NOT_SENT), trouble.tell(error)
    except NotFound:
        return ways.to("start", visit)
    return ways.to("sent", visit)


@blueprint.get("/q/<name>/sent")
def sent(name: str) -> Answer:
    """The receipt, for as long as the browser keeps the cookie."""
    visit = visits.open_visit(name)
    return show.sent(visit) if visit.receipt else ways.to("start", visit)


@blueprint.errorhandler(CSRFError)
def stale(error: CSRFError) -> Any:
    """A form that is too old, or another site's: the page again with what was typed, and nothing kept."""
    try:
        return STALE_FORMS.get(request.endpoint or "", _stale)(error)
    except (HTTPException, SurveyError) as other:
        return trouble.page(other)


@blueprint.errorhandler(guards.TooMany)
def too_many(error: guards.TooMany) -> Any:
    """More than is taken at once: the page again with what was typed, and when to send it."""
    of_files = request.endpoint == uploads.ENDPOINT
    try:
        page = (uploads.again if of_files else _said_again)(error.words, error.status)
        response = make_response(page)
    except (HTTPException, SurveyError) as other:
        response = make_response(trouble.page(other))
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _said_again(notice: Any, status: int) -> Any:
    return _again(lambda _visit: notice, status)


def _stale(error: CSRFError) -> Any:
    return _again(_stale_words, error.code or 400)


def _again(words: Callable[[Visit], Any], status: int) -> Any:
    name = (request.view_args or {})["name"]
    try:
        visit = visits.open_visit(name)
    except StorageError:
        if request.endpoint != "respondent.take_page":
            raise
        visit = visits.stranger(name)
    if visit.receipt:
        return show.sent(visit, words(visit)), status
    if not visit.is_open(date.today()):
        return show.closed(visit)
    again = AGAIN.get(request.endpoint or "", show.start)
    return again(visit, words(visit)), status


def _stale_words(visit: Visit) -> Any:
    """Why the button did nothing, and what of the answers is still here."""
    if not request.cookies:
        return NO_COOKIES
    if visit.draft:
        return STALE
    return STALE_PAGE if request.endpoint == "respondent.take_page" else STALE_START


def _page_again(visit: Visit, notice: Any) -> str:
    page = visit.page((request.view_args or {})["page_name"])
    return show.page(visit, page, _typed(visit, page), notice=notice)


def _check_again(visit: Visit, notice: Any) -> str:
    return show.check(visit, notice) if visit.is_under_way else show.start(visit, visits.lost_words(visit))


AGAIN: dict[str, Callable[[Visit, Any], str]] = {
    "respondent.take_page": _page_again,
    "respondent.send": _check_again,
}
"""What is shown again, by address, where a form was stale; elsewhere the start."""
STALE_FORMS: dict[str, Callable[[CSRFError], Any]] = {
    uploads.ENDPOINT: uploads.stale,
    **dict.fromkeys(receipts.ENDPOINTS, receipts.stale),
    **dict.fromkeys(resume.ENDPOINTS, resume.stale),
}
"""What answers a stale form, by address; elsewhere `_again`."""


def _typed(visit: Visit, page: Page) -> Raw:
    """The answers with what this request typed. Raises BadRequest for fields that the page does not have."""
    posted = Posted(request.form)
    ready = steps.ready(page, visit.raw)
    was = live.as_shown(visit, ready, page, ready) if visit.draft else frozenset()
    raw = pages.read(page, posted, visit.raw, was, visit.asking)
    if posted.strangers() or request.files:
        raise BadRequest(UNREADABLE)
    return raw


def _elsewhere(visit: Visit) -> Answer | None:
    """Where a visit belongs that is not under way: to its receipt, to the closed door, to the start."""
    if visit.receipt:
        return ways.to("sent", visit)
    if not visit.is_open(date.today()):
        return show.closed(visit)
    if visit.is_under_way:
        return None
    if not visit.lost:  # of lost answers the start page tells by itself
        flash(str(BEGIN))
    return ways.to("start", visit)


def _closed(visit: Visit, page: Page) -> Answer:
    """The closed door; what was typed when a pause began is kept for the time after it."""
    if visit.pause and visit.draft and visit.draft.consented:
        visits.save(visit.draft, _typed(visit, page))
    return show.closed(visit)


def _keep_for_a_new_start(visit: Visit, raw: Raw) -> Answer:
    """The draft is gone: what this page brought goes into a new one, for which the person is asked again."""
    draft = visit.draft or visits.start(visit, consented=False, flags=waiting.begins_unheld())
    try:
        visits.save(draft, raw)
    except (Closed, NotFound):
        return ways.to("start", visit)
    flash(str(BEGIN_AGAIN))
    return visits.remember(ways.to("start", visit), draft)
