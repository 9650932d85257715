"""Responses at the desk: a list with filters and a search, and what is decided and said about each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.freewords import hidden
from survey_app.campaign.kinds import clean
from survey_app.campaign.scopes import Scope
from survey_app.errors import Closed, SurveyError
from survey_app.research import access, moments, seen
from survey_app.research.access import page, signed_in, survey
from survey_app.research.grouping import Grouped
from survey_app.research.seen import Seen
from survey_app.storage import LONGEST
from survey_app.storage.desk.looking import ANY, LONGEST_SEARCH, Listing, Sought
from survey_app.storage.desk.reviews import CHANGES, Change, State
from survey_app.web import languages

Answer = str | Response

LONGEST_ID = 32
INVALID = 422
SIMPLE = (
    "questionnaire",
    "region",
    "first",
    "last",
    "channel",
    "answered_in",
    "state",
    "flag",
    "words",
    "question",
)
"""The filters, as the address names them; `by` and `group` come with a link from the recurring words."""
FILTERS = ("campaign", *SIMPLE, "by", "group")


@dataclass(frozen=True)
class Fault:
    """What is wrong with what somebody typed; `place` is the form's."""

    place: str
    words: str
    typed: str


@page("/responses", "coordinator", "researcher", nav=lazy_gettext("Responses"), place=40)
def responses() -> str:
    """The responses in scope that fit the filters, a page at a time."""
    campaign = seen.campaign()
    scope = access.scope(campaign)
    asked = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    names = _questionnaires(campaign, asked)
    again = seen.repeated(campaign, names)
    sought = _sought(campaign, asked, names, again)
    if sought.words:
        access.audit("texts searched", campaign.name, words=hidden(sought.words), filters=_told(asked))
    listing = survey().storage.looking.page(sought, request.args.get("after", "")[:LONGEST_ID])
    return render_template(
        "desk/responses.html",
        **seen.words(campaign),
        asked=asked,
        listing=listing,
        flags_of=lambda row: (*row.flags, *(["repeated"] if row.id in again else [])),
        tally=None if sought.words else survey().storage.looking.tally(sought),
        **_choices(campaign, scope),
        regions=list(seen.regions_in(campaign, scope)),
        answered=bool(listing.rows) or _answered(campaign, scope),
        is_first=not request.args.get("after"),
        next_page=_address(asked, listing),
        longest_search=LONGEST_SEARCH,
        any_flag=ANY,
        group_name=_group_name(campaign, asked, names),
    )


def _choices(campaign: Campaign, scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the filters, where that is not the same for everybody: code and label."""
    channels = survey().storage.looking.channels(scope, list(campaign.questionnaires))
    return {
        "questionnaires": [(name, seen.title(campaign, name)) for name in campaign.questionnaires],
        "channels": [(code, seen.channel(campaign, code)) for code in channels],
        "tongues": list(campaign.about.languages.items()),
    }


def _questionnaires(campaign: Campaign, asked: dict[str, str]) -> tuple[str, ...]:
    wanted = asked.get("questionnaire")
    return tuple(name for name in campaign.questionnaires if wanted in (None, name))


def _sought(
    campaign: Campaign, asked: dict[str, str], names: tuple[str, ...], again: frozenset[str]
) -> Sought:
    """What the address asks for. Raises BadRequest for a day or a state that is none."""
    scope = access.scope(campaign)
    region = asked.get("region")
    inside = {region, *(each.code for each in campaign.regions.under(region))} if region else None
    state = asked.get("state")
    if state is not None and state not in get_args(State):
        raise BadRequest
    free = seen.free(campaign, names) if asked.get("words") else {}
    if question := asked.get("question"):
        free = {name: tuple(each for each in found if each == question) for name, found in free.items()}
    return Sought(
        scope,
        names,
        regions=frozenset(inside) if inside else None,
        first=_day(asked.get("first")),
        last=_day(asked.get("last")),
        channel=asked.get("channel"),
        language=asked.get("answered_in"),
        state=state,  # type: ignore[arg-type]  # looked at above
        flag=asked.get("flag"),
        repeated=again,
        among=_grouped(campaign, asked, names),
        words=clean(asked.get("words", ""))[:LONGEST_SEARCH],
        free=free,
    )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise BadRequest from error


def _grouped(campaign: Campaign, asked: dict[str, str], names: tuple[str, ...]) -> frozenset[str] | None:
    """The ids of the responses of the group that the address names; None where it names none."""
    if not asked.get("by") or not asked.get("group"):
        return None
    grouped = Grouped.of(campaign, names, asked["by"])
    return grouped.ids(access.scope(campaign), asked["group"])


def _group_name(campaign: Campaign, asked: dict[str, str], names: tuple[str, ...]) -> str:
    if not asked.get("by") or not asked.get("group"):
        return ""
    label = Grouped.of(campaign, names, asked["by"]).labels.get(asked["group"])
    return label.in_(languages.current()) if label else asked["group"]


def _told(asked: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name != "words"}


def _answered(campaign: Campaign, scope: Scope) -> bool:
    """Whether there is any response in scope, so that an empty list is one for its filters' sake."""
    return bool(survey().storage.looking.page(Sought(scope, tuple(campaign.questionnaires)), size=1).rows)


def _address(asked: dict[str, str], listing: Listing) -> str | None:
    filters: dict[str, Any] = asked
    return url_for("research.responses", **filters, after=listing.after) if listing.after else None


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
    return render_template("desk/evidence.html", **seen.words(found.campaign), seen=found, kept=_filters())


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

    return _take(found, "state", f"response {change}", reason, keep, may_be_empty=True)


@page("/responses/<response_id>/comments", "coordinator", "researcher", methods=["POST"])
def comment(response_id: str) -> Answer:
    """Keep a comment under a response, for whoever at the desk may see it."""
    found = seen.find(response_id)

    def keep(words: str) -> None:
        survey().storage.reviews.comment(found.scope, found.id, signed_in().name, words)

    return _take(found, "comment", "response commented on", clean(request.form.get("words", "")), keep)


@page("/responses/<response_id>/questions", "coordinator", "researcher", methods=["POST"])
def ask(response_id: str) -> Answer:
    """Ask whoever holds the receipt; they may answer, or not."""
    found = seen.find(response_id)
    if not found.has_receipt:
        raise NotFound

    def keep(words: str) -> None:
        survey().storage.dialogue.ask(found.id, words)

    return _take(found, "question", "respondent asked", clean(request.form.get("words", "")), keep)


def _take(
    found: Seen, place: str, act: str, words: str, keep: Callable[[str], None], *, may_be_empty: bool = False
) -> Answer:
    """Keep words that somebody typed, after it was written down that it is done, or show what is wrong with them."""
    if not words and not may_be_empty:
        return _again(found, Fault(place, _("Please write something first."), ""))
    if len(words) > LONGEST:
        told = _("Write at most %(most)s characters; these are %(length)s.", most=LONGEST, length=len(words))
        return _again(found, Fault(place, told, words))
    access.audit(act, found.id, questionnaire=found.sent.response.questionnaire)
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
        kept=_filters(),
        moment=moments.shown,
        zone=moments.zone_name(),
    )


def _again(found: Seen, fault: Fault) -> Response:
    return make_response(_show(found, fault), INVALID)


def _to(found: Seen) -> Response:
    return redirect(url_for("research.response", response_id=found.id, **_filters()), 303)


def _filters() -> dict[str, Any]:
    """Those of the list from which the person came, so that there is a way back."""
    return {name: value for name in (*FILTERS, "after") if (value := request.args.get(name))}
