"""The list of responses at the desk, with filters and a search."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from survey_app.campaign.freewords import hidden
from survey_app.research import access, seen
from survey_app.research.access import page, survey
from survey_app.research.filters import LONGEST_ID, Asked
from survey_app.storage.desk.looking import ANY, LONGEST_SEARCH, Listing, Sought, Tally

WRONG_STATUS = 400
NOTHING = Listing((), None)


@page("/responses", "coordinator", "researcher", nav=lazy_gettext("Responses"), place=40)
def responses() -> str | Response:
    """The responses in scope that fit the filters, a page at a time."""
    asked = Asked.of_request()
    if asked.faults:
        return faulty(asked)
    again = seen.repeated(asked.campaign, asked.names)
    sought = asked.sought(again)
    if sought.words:
        access.audit("texts searched", asked.campaign.name, words=hidden(sought.words), filters=asked.told)
    listing = survey().storage.looking.page(sought, request.args.get("after", "")[:LONGEST_ID])
    tally = None if sought.words else survey().storage.looking.tally(sought)
    return _shown(asked, listing, again, tally)


def faulty(asked: Asked) -> Response:
    """The page with what is wrong with the filters, and no list."""
    return make_response(_shown(asked, NOTHING, frozenset(), None), WRONG_STATUS)


def _shown(asked: Asked, listing: Listing, again: frozenset[str], tally: Tally | None) -> str:
    given: dict[str, Any] = dict(asked.given)
    return render_template(
        "desk/responses.html",
        **seen.words(asked.campaign),
        asked=given,
        faults=asked.faults,
        listing=listing,
        flags_of=lambda row: (*row.flags, *(["repeated"] if row.id in again else [])),
        tally=tally,
        **_choices(asked),
        regions=list(seen.regions_in(asked.campaign, asked.scope)),
        answered=bool(listing.rows) or _answered(asked),
        is_first=not request.args.get("after"),
        next_page=url_for("research.responses", **given, after=listing.after) if listing.after else None,
        longest_search=LONGEST_SEARCH,
        any_flag=ANY,
        group_name="" if asked.faults else asked.group_name,
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
