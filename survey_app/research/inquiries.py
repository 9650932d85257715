"""Questions to respondents: those that wait for an answer, and those that have one, each with its response."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import lazy_gettext as _

from survey_app.research import access, seen
from survey_app.research.access import page, survey
from survey_app.storage.desk.inquiries import PAGE

MOST = 1_000_000
"""Questions that can be passed over: more there never are."""


@page("/questions", "coordinator", "researcher", nav=_("Follow-ups"), place=42)
def questions() -> str:
    """Those about responses in scope, a page at a time; that they were looked at is written down first."""
    campaign = seen.campaign()
    scope, names = access.scope(campaign), list(campaign.questionnaires)
    answered = request.args.get("state") == "answered"
    skip = request.args.get("skip", 0, type=int)
    skip = skip if 0 < skip <= MOST else 0
    access.audit("questions looked at", campaign.name, answered=answered)
    asked = survey().storage.inquiries
    many = asked.counts(names, scope)
    found = asked.page(names, scope, answered=answered, skip=skip)
    return render_template(
        "desk/questions.html",
        **seen.words(campaign),
        found=found,
        answered=answered,
        counts={"answered": many[0], "waiting": many[1]},
        skip=skip,
        further=skip + PAGE if skip + len(found) < many[not answered] and found else None,
    )
