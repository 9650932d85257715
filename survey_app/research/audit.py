"""The log of what people do at the desk, for those who watch over it."""

from __future__ import annotations

import json
from datetime import date

from flask import Response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest

from survey_app.exporting import log_csv
from survey_app.research import access, labels
from survey_app.research.access import page, survey
from survey_app.storage import COMMAND_LINE, Act, Sought

ON_A_PAGE = 100
LARGEST = 2**31 - 1
"""The largest number that either database compares acts with."""
COLUMNS = ("number", "time_utc", "person", "act", "subject", "details", "digest")


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
        told=_told,
    )


@page("/audit.csv", "coordinator", "auditor")
def audit_csv() -> Response:
    """All acts that fit the filter, in order, as a file; that somebody took it is written down first."""
    sought = _sought()
    access.audit(
        "log exported", "audit", **{name: str(value) for name, value in vars(sought).items() if value}
    )
    rows = (
        (str(each.number), each.at.isoformat(), each.person, each.act, each.subject, _told(each), each.digest)
        for each in survey().storage.audit.each(sought)
    )
    response = Response(log_csv(COLUMNS, rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return response


def _sought() -> Sought:
    """What the address asks for. Raises BadRequest for a day that is none."""
    asked = request.args
    try:
        day = date.fromisoformat(asked["day"]) if asked.get("day") else None
    except ValueError as error:
        raise BadRequest from error
    return Sought(asked.get("person") or None, asked.get("act") or None, day)


def _before() -> int | None:
    """The number under which the page begins; None for what is no number of an act."""
    number = request.args.get("before", 0, type=int)
    return number if 0 < number <= LARGEST else None


def _told(act: Act) -> str:
    """The details of an act in a line."""
    return "; ".join(f"{name}: {_plain(value)}" for name, value in sorted(act.details.items()))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
