"""The first page of the desk: what came in, what waits, and what looks as if somebody should see to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import render_template
from flask_babel import lazy_gettext as _

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import QR
from survey_app.campaign.scopes import Scope
from survey_app.research import access, board, seen
from survey_app.research.access import page, survey
from survey_app.storage import OnDay
from survey_app.storage.desk.looking import Sought
from survey_app.tabulation.arrivals import by_day, flow, flows
from survey_app.tabulation.bursts import BEFORE, MORE, RECENT_DAYS, TIMES, bursts
from survey_app.tabulation.coverage import SILENT_DAYS

SHOWN_DAYS = 60
PLACES = "places"
POSTERS = _("Posters of places and units")
SHOWN_PLACES = 12
"""Silent places that are named; the board has the others."""


@page("/", "coordinator", "researcher", nav=_("Overview"), place=10)
def home() -> str:
    """What came in since when and from whom, what waits for the person, and problems."""
    campaign = seen.campaign()
    scope, today = access.scope(campaign), date.today()
    names = list(campaign.questionnaires)
    found = survey().storage.coverage.days(names, scope)
    public = {each.name for each in campaign.public}
    places, ways = board.of(campaign, scope, today), _ways(campaign, found)
    return render_template(
        "desk/home.html",
        **seen.words(campaign),
        whole=scope.regions is None,
        today=today,
        total=flow("", found, today),
        by_questionnaire=flows(found, lambda each: each.questionnaire, today),
        by_channel=flows(found, lambda each: ways[each.channel], today),
        way_label=lambda way: seen.channel(campaign, way) if way != PLACES else str(POSTERS),
        days=by_day(found, today, SHOWN_DAYS),
        last=max((each.day for each in found), default=None),
        first=min((each.day for each in found), default=None),
        waiting=_waiting(campaign, scope),
        board=places,
        last_level=campaign.regions.levels[-1] if campaign.regions.levels else None,
        shown=SHOWN_PLACES,
        silent_days=SILENT_DAYS,
        bursts=bursts((each for each in found if each.questionnaire in public), today),
        rule={"times": TIMES, "more": MORE, "before": BEFORE, "recent": RECENT_DAYS},
    )


def _ways(campaign: Campaign, found: Iterable[OnDay]) -> dict[str, str]:
    """By channel itself, or PLACES where it is a poster that has no line in channels.csv, but a place or a unit has."""
    own = {each.kept for each in campaign.channels}
    ways = {}
    for channel in {each.channel for each in found}:
        code = channel.removeprefix(QR).casefold()
        of_place = channel.startswith(QR) and channel not in own and code in campaign.every_channel
        ways[channel] = PLACES if of_place else channel
    return ways


def _waiting(campaign: Campaign, scope: Scope) -> dict[str, int]:
    """What waits: responses that nobody looked over, answers to questions, questions without an answer."""
    storage, names = survey().storage, tuple(campaign.questionnaires)
    answered, asked = storage.inquiries.counts(names, scope)
    new = storage.looking.tally(Sought(scope, names, state="new")).received
    return {"new": new, "answered": answered, "asked": asked}
