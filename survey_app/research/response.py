"""One response at the desk: as its questionnaire shows it, and what is decided and said about it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.kinds import clean
from survey_app.errors import Closed, SurveyError
from survey_app.research import access, filters, moments, seen
from survey_app.research.access import page, signed_in, survey
from survey_app.research.responses import sought_by
from survey_app.research.seen import Seen
from survey_app.storage import LONGEST
from survey_app.storage.desk.reviews import CHANGES, Change
from survey_app.web.faults import Fault

Answer = str | Response
DECIDED: dict[Change, LazyString] = {
    "valid": lazy_gettext("Marked as valid."),
    "excluded": lazy_gettext("Excluded: it counts in no table any more."),
    "restored": lazy_gettext("Restored: it counts again."),
}
INVALID = 422


@page("/responses/<response_id>", "coordinator", "researcher")
def response(response_id: str) -> str:
    """One response as its questionnaire shows it; that it was looked at is written down first."""
    return _show(seen.find(response_id))


@page("/responses/<response_id>/evidence", "coordinator", "researcher")
def evidence(response_id: str) -> str:
    """Which files came with a response; what is in them nobody here can see."""
    found = seen.find(response_id)
    if not found.files:
        raise NotFound
    access.audit("files listed", found.id, questionnaire=found.sent.response.questionnaire)
    return render_template(
        "desk/evidence.html", **seen.words(found.campaign), seen=found, kept=filters.kept()
    )


@page("/responses/<response_id>/next", "coordinator", "researcher", endpoint="next_response")
def next_one(response_id: str) -> Response:
    """The response after this one in the list from which it was opened; the list itself where there is none."""
    found, asked = seen.find(response_id), filters.Asked.of_request()
    if not asked.faults:
        sought = sought_by(asked, seen.repeated(asked.campaign, asked.names))
        for listed in survey().storage.looking.page(sought, found.id, size=1).rows:
            return redirect(url_for("research.response", response_id=listed.id, **filters.kept()))
        flash(_("That was the last response of this list."), "message")
    return redirect(url_for("research.responses", **filters.kept()))


@page("/responses/<response_id>/state", "coordinator", "researcher", methods=["POST"])
def change_state(response_id: str) -> Answer:
    """Decide whether a response counts."""
    found = seen.find(response_id)
    change = request.form.get("change", "")
    if change not in CHANGES:
        raise BadRequest
    reason = clean(request.form.get("words", ""))
    if found.state == change:
        return _to(found)
    if change == "excluded" and not reason:
        return _again(found, Fault("state", _("Write why this response shall not count."), ""))

    def keep(words: str) -> None:
        wanted: Change = change
        survey().storage.reviews.change(found.scope, found.id, wanted, signed_in().name, words)
        flash(DECIDED[wanted], "message")

    return _take(found, "state", reason, keep, may_be_empty=True)


@page("/responses/<response_id>/comments", "coordinator", "researcher", methods=["POST"])
def comment(response_id: str) -> Answer:
    """Keep a comment under a response, for whoever at the desk may see it."""
    found = seen.find(response_id)

    def keep(words: str) -> None:
        survey().storage.reviews.comment(found.scope, found.id, signed_in().name, words)

    return _take(found, "comment", clean(request.form.get("words", "")), keep)


@page("/responses/<response_id>/questions", "coordinator", "researcher", methods=["POST"])
def ask(response_id: str) -> Answer:
    """Ask whoever holds the receipt; they may answer, or not."""
    found = seen.find(response_id)
    if not found.has_receipt:
        raise NotFound

    def keep(words: str) -> None:
        access.audit("respondent asked", found.id, questionnaire=found.sent.response.questionnaire)
        survey().storage.dialogue.ask(found.id, words, scope=found.scope)

    return _take(found, "question", clean(request.form.get("words", "")), keep)


def _take(
    found: Seen, place: str, words: str, keep: Callable[[str], None], *, may_be_empty: bool = False
) -> Answer:
    """Keep words that somebody typed, or show what is wrong with them."""
    if not words and not may_be_empty:
        return _again(found, Fault(place, _("Please write something first."), ""))
    if len(words) > LONGEST:
        told = _("Write at most %(most)s characters; these are %(length)s.", most=LONGEST, length=len(words))
        return _again(found, Fault(place, told, words))
    try:
        keep(words)
    except Closed:
        flash(_("Somebody changed this meanwhile. This is how it is now."), "message")
    except SurveyError as error:
        if error.status >= 500:
            raise
        return _again(found, Fault(place, _("No more of these are taken under this response."), words))
    return _to(found)


def _show(found: Seen, fault: Fault | None = None) -> str:
    access.audit("response looked at", found.id, questionnaire=found.sent.response.questionnaire)
    return render_template(
        "desk/response.html",
        **seen.words(found.campaign),
        seen=found,
        response=found.sent.response,
        pages=list(found.pages()),
        changes=[each for each, (before, _status) in CHANGES.items() if found.state in before],
        again=found.id in seen.repeated(found.campaign, [found.sent.response.questionnaire]),
        fault=fault,
        most=LONGEST,
        kept=filters.kept(),
        moment=moments.shown,
        zone=moments.zone_name(),
    )


def _again(found: Seen, fault: Fault) -> Response:
    return make_response(_show(found, fault), INVALID)


def _to(found: Seen) -> Response:
    return redirect(url_for("research.response", response_id=found.id, **filters.kept()), 303)
