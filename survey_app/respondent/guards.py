"""Against spam, without hurting people: how much is taken at once, and what looks as if no person had answered.

Thousands of drivers share one address, and behind a web server everybody has the server's, so no address is looked at:
whoever answers is counted by draft, and new drafts are counted, so that a flood fills no disk. A flood of new drafts
stops nobody who has begun. What looks wrong is flagged with a code and kept; people decide later what to make of it.

All counts are in memory, for a minute, and nowhere else: no address and no time is ever written down. Where several
processes serve, each counts what it takes itself; a limit is then that of one process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, request
from flask_babel import ngettext
from itsdangerous import BadSignature, Signer

from survey_app.campaign.kinds import is_blank
from survey_app.campaign.models import Page
from survey_app.errors import SurveyError
from survey_app.respondent import steps, visits
from survey_app.respondent.counts import Counts
from survey_app.respondent.visits import Visit

LIMITED = frozenset(f"respondent.{name}" for name in ("begin", "afresh", "take_page", "send", "add_file"))
A_DRAFT = 150
"""Requests that write, a minute. A script saves at most every 1.5 seconds, and nobody taps faster than that."""
NEW_DRAFTS = 6000
"""A minute: those who solved a task before, and apart from them, so that they cannot be kept out, all others. A hundred
a second is about what one machine writes."""

TRAP = "homepage"
"""A field that no person sees, and that programs fill in."""
SINCE = "since"
"""A field that holds, signed, when the page was drawn."""
SECONDS_A_QUESTION = 0.5
"""Nobody reads and answers faster."""
HONEYPOT, FAST, UNTIMED, BURST = "honeypot", "fast", "untimed", "burst"
"""Flags: the field that nobody sees was filled in; answers came faster than anybody answers; they came without a time,
or with a forged one; they were begun, by who solved no task, while far more people began than usual."""


class TooMany(SurveyError):
    """More was sent than is taken at once; `seconds` later it will be."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(_nothing_typed(seconds) if request.endpoint in STARTS else _typed_is_here(seconds))
        self.seconds = seconds


STARTS = frozenset(("respondent.begin", "respondent.afresh"))
"""Where nothing is typed."""


def _nothing_typed(seconds: int) -> str:
    words: str = ngettext(
        "Very much is coming in at this moment. Please wait one second and press the button again.",
        "Very much is coming in at this moment. Please wait %(num)s seconds and press the button again.",
        seconds,
    )
    return words


def _typed_is_here(seconds: int) -> str:
    words: str = ngettext(
        "Very much is coming in at this moment. What you typed is still here: please wait one second and press "
        "the button again.",
        "Very much is coming in at this moment. What you typed is still here: please wait %(num)s seconds and "
        "press the button again.",
        seconds,
    )
    return words


def prepare(app: Flask) -> None:
    """Give `app` its counts of the present minute."""
    app.extensions["counts"] = Counts(60)


def install(blueprint: Blueprint) -> None:
    """Count what is sent to the addresses of `blueprint` that write."""
    blueprint.before_request(count)
    blueprint.app_template_global("since")(since)


def count() -> None:
    """Count this request where it writes, by the draft that it names. Raises TooMany."""
    if request.endpoint not in LIMITED:
        return
    name = (request.view_args or {})["name"]
    if token := request.cookies.get(visits.cookie_name(name)):
        _count(A_DRAFT, "draft", token[:64])


def count_start(*, worked: bool) -> None:
    """Count a draft that is about to begin. Raises TooMany."""
    _count(NEW_DRAFTS, "worked" if worked else "new")


def _count(most: int, *whose: str) -> None:
    counts: Counts = current_app.extensions["counts"]
    if counts.add(*whose) > most:
        raise TooMany(counts.left())


def since(visit: Visit, page: Page) -> str:
    """When the page was first drawn as it lies before the person, in milliseconds, signed for this draft and page.

    A page that comes back with what was typed on it keeps its time: all of that may be sent again within a second.
    """
    if request.method == "POST" and SINCE in request.form:
        return request.form[SINCE]
    return _signer(visit, page).sign(str(round(time.time() * 1000))).decode() if visit.draft else ""


def suspicions(visit: Visit, page: Page, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What looks wrong about the request that brought `raw`, in codes."""
    return tuple(_suspicions(visit, page, raw))


def _suspicions(visit: Visit, page: Page, raw: Mapping[str, Any]) -> Iterator[str]:
    if request.form.get(TRAP):
        yield HONEYPOT
    answered = _answered(steps.ready(page, visit.raw), raw)
    if not answered:
        return
    drawn = _drawn(visit, page)
    if drawn is None:
        yield UNTIMED
    elif 0 <= time.time() - drawn < SECONDS_A_QUESTION * answered:  # below 0 somebody has set the clock
        yield FAST


def _answered(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """How many questions got another answer than the page was drawn with; a default may be a number."""
    given = (name for name, value in now.items() if not is_blank(value))
    return sum(1 for name in given if str(now[name]) != str(earlier.get(name)))


def _drawn(visit: Visit, page: Page) -> float | None:
    """When the page that was sent had been drawn, in seconds since 1970; None where it does not truly say."""
    try:
        return int(_signer(visit, page).unsign(request.form.get(SINCE, ""))) / 1000
    except (BadSignature, ValueError):
        return None


def _signer(visit: Visit, page: Page) -> Signer:
    return Signer(current_app.secret_key or "", salt=f"since {visit.kept.id} {page.name}")
