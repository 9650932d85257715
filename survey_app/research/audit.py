"""The log of what people do at the desk, for those who watch over it."""

from __future__ import annotations

from datetime import date

from flask import Response, render_template, request, stream_with_context
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest

from survey_app.exporting import log_csv
from survey_app.research import access, labels, moments, told
from survey_app.research.access import page, survey
from survey_app.storage import COMMAND_LINE, Act, Sought
from survey_app.storage.engine import to_json

ON_A_PAGE = 100
LARGEST = 2**31 - 1
"""The largest number that either database compares acts with."""
COLUMNS = (
    "number",
    "time_utc",
    "time_local",
    "person",
    "act",
    "subject",
    "details",
    "act_in_words",
    "subject_in_words",
    "details_in_words",
    "digest",
)


@page("/audit", "coordinator", "auditor", nav=_("Log"), place=90)
def audit_log() -> str:
    """The latest acts that fit the filter, a page at a time."""
    sought, before = _sought(), _before()
    acts = survey().storage.audit.page(sought, before, ON_A_PAGE + 1)
    people = [*(each.name for each in survey().storage.people.everybody()), COMMAND_LINE]
    return render_template(
        "desk/audit.html",
        acts=acts[:ON_A_PAGE],
        earlier=acts[ON_A_PAGE - 1].number if len(acts) > ON_A_PAGE else None,
        before=before,
        count=survey().storage.audit.count(sought),
        sought=sought,
        people=people,
        kinds=list(labels.ACTS),
        told=told,
        moment=moments.shown,
        zone=moments.zone_name(),
    )


@page("/audit.csv", "coordinator", "auditor")
def audit_csv() -> Response:
    """All acts that fit the filter, in order, as a file; that somebody took it is written down first."""
    sought = _sought()
    asked = {"person": sought.person, "act": sought.act, "day": sought.day and str(sought.day)}
    access.audit("log exported", "audit", **{name: value for name, value in asked.items() if value})
    rows = map(_cells, survey().storage.audit.each(sought))
    response = Response(stream_with_context(log_csv(COLUMNS, rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return response


def _sought() -> Sought:
    """What the address asks for. Raises BadRequest for a day that is none."""
    asked = request.args
    try:
        day = date.fromisoformat(asked["day"]) if asked.get("day") else None
        sought = Sought(asked.get("person") or None, asked.get("act") or None, day, moments.zone())
        sought.bounds()
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("The day is none that the calendar has. Write it as 2021-06-30.")) from error
    return sought


def _cells(act: Act) -> tuple[str, ...]:
    """An act as a line of the file: as the log has it, and in words."""
    return (
        str(act.number),
        act.at.isoformat(),
        moments.local(act.at).isoformat(),
        act.person,
        act.act,
        act.subject,
        to_json(dict(act.details)) if act.details else "",
        labels.act_label(act.act),
        told.subject(act),
        told.details(act),
        act.digest,
    )


def _before() -> int | None:
    """The number under which the page begins; None for what is no number of an act."""
    number = request.args.get("before", 0, type=int)
    return number if 0 < number <= LARGEST else None
