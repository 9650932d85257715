"""The list of responses at the desk, with filters and a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from survey_app.campaign.freewords import hidden
from survey_app.research import access, filters, seen
from survey_app.research.access import page, survey
from survey_app.research.filters import LONGEST_ID, Asked, Fault
from survey_app.storage.desk.looking import ANY, LONGEST_SEARCH, PAGE, Listing, Sought, Tally
from survey_app.storage.desk.reviews import CHANGES

WRONG_STATUS = 400
NOTHING = Listing((), None)


@page("/responses", "coordinator", "researcher", nav=lazy_gettext("Responses"), place=40)
def responses() -> str | Response:
    """The responses in scope that fit the filters, a page at a time."""
    asked = Asked.of_request()
    if asked.faults:
        return faulty(asked)
    again = seen.repeated(asked.campaign, asked.names)
    sought = sought_by(asked, again)
    listing = survey().storage.looking.page(sought, request.args.get("after", "")[:LONGEST_ID])
    tally = None if sought.words else survey().storage.looking.tally(sought)
    return _shown(asked, listing, again, tally)


def sought_by(asked: Asked, again: frozenset[str]) -> Sought:
    """Which responses are asked for; that words are looked for is written down first."""
    sought = asked.sought(again)
    if sought.words:
        access.audit("texts searched", asked.campaign.name, words=hidden(sought.words), filters=asked.told)
    return sought


def faulty(asked: Asked, faults: Sequence[Fault] = ()) -> Response:
    """The page with what is wrong with the filters, and no list."""
    shown = _shown(asked, NOTHING, frozenset(), None, faults or asked.faults)
    return make_response(shown, WRONG_STATUS)


def _shown(
    asked: Asked,
    listing: Listing,
    again: frozenset[str],
    tally: Tally | None,
    faults: Sequence[Fault] = (),
) -> str:
    given: dict[str, Any] = dict(asked.given)
    return render_template(
        "desk/responses.html",
        **seen.words(asked.campaign),
        asked=given,
        faults=faults,
        listing=listing,
        flags_of=lambda row: (*row.flags, *(["repeated"] if row.id in again else [])),
        tally=tally,
        **_choices(asked),
        regions=list(seen.regions_in(asked.campaign, asked.scope)),
        whole=asked.scope.regions is None,
        answered=bool(listing.rows) or _answered(asked),
        is_first=not request.args.get("after"),
        next_page=url_for("research.responses", **given, after=listing.after) if listing.after else None,
        longest_search=LONGEST_SEARCH,
        any_flag=ANY,
        kept=filters.kept(),
        markable=CHANGES["valid"][0],
        group_name="" if faults else asked.group_name,
    )


def _choices(asked: Asked) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the filters, where that is not the same for everybody: code and label."""
    campaign = asked.campaign
    return {
        "questionnaires": [(name, seen.title(campaign, name)) for name in campaign.questionnaires],
        "channels": [(code, seen.channel(campaign, code)) for code in asked.channels],
        "tongues": list(campaign.about.languages.items()),
    }


def _answered(asked: Asked) -> bool:
    """Whether there is any response in scope, so that an empty list is one for its filters' sake."""
    everything = Sought(asked.scope, tuple(asked.campaign.questionnaires))
    return bool(survey().storage.looking.page(everything, size=1).rows)


@page("/responses/valid", "coordinator", "researcher", methods=["POST"])
def mark_valid() -> Response:
    """Mark the chosen ones as valid, all or none; each is written down."""
    campaign, chosen = seen.campaign(), request.form.getlist("response")
    if len(chosen) > PAGE:
        raise BadRequest
    storage, scope = survey().storage.reviews, access.scope(campaign)
    done = storage.mark_valid(scope, campaign.questionnaires.keys(), chosen, access.signed_in().name)
    flash(_marked(len(set(chosen)), done), "message")
    return redirect(url_for("research.responses", **filters.kept()), 303)


def _marked(chosen: int, done: int) -> str:
    if not chosen:
        return str(
            gettext("Nothing was chosen. Tick the responses that you looked at, then press the button.")
        )
    told = str(ngettext("One response was marked as valid.", "%(num)s responses were marked as valid.", done))
    if done < chosen:
        left = ngettext(
            "One stays as it is: it was valid already, excluded, or withdrawn.",
            "%(num)s stay as they are: they were valid already, excluded, or withdrawn.",
            chosen - done,
        )
        told = f"{told} {left}" if done else str(left)
    return told
