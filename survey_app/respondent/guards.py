"""Against spam, without hurting people: how much is taken at once, and what looks as if no person had answered.

Thousands of drivers share one address, and behind a web server everybody has the server's, so nobody is refused for an
address alone: whoever sends is counted by draft, and strictly; all together are counted so that a flood fills no disk.
What looks wrong is flagged with a code and kept; people decide later what to make of it.

All counts are in memory, for a minute, and nowhere else: no address and no time is ever written down. Where several
processes serve, each counts what it takes itself; a limit is then that of one process.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, request
from flask_babel import ngettext
from itsdangerous import BadSignature, Signer
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from survey_app.campaign.models import Page
from survey_app.errors import SurveyError
from survey_app.respondent import visits
from survey_app.respondent.visits import Visit

LIMITED = frozenset(
    f"respondent.{name}" for name in ("begin", "afresh", "take_page", "send", "add_file", "resume_here")
)
A_DRAFT = RateLimitItemPerMinute(150)
"""A script saves at most every 1.5 seconds, and nobody taps faster than that for a whole minute."""
EVERYBODY = RateLimitItemPerMinute(30_000)
"""500 a second are more than one process takes (`make bench` tells how many); it guards against a flood alone."""

SWEEP_SECONDS = 60
TRAP = "homepage"
"""A field that no person sees, and that programs fill in."""
SINCE = "since"
"""A field that holds, signed, when the page was drawn."""
SECONDS_A_QUESTION = 0.5
"""Nobody reads and answers faster."""
HONEYPOT, FAST, UNTIMED, BURST = "honeypot", "fast", "untimed", "burst"
"""Flags: the field that nobody sees was filled in; answers came faster than anybody answers; they came without a time,
or with a forged one; they were begun while far more people began than usual."""


class TooMany(SurveyError):
    """More was sent than is taken at once; `seconds` later it will be."""

    status = 429

    def __init__(self, seconds: int) -> None:
        words = ngettext(
            "Very much is coming in at this moment. What you typed is still here: please wait one second and press "
            "the button again.",
            "Very much is coming in at this moment. What you typed is still here: please wait %(num)s seconds and "
            "press the button again.",
            seconds,
        )
        super().__init__(words)
        self.seconds = seconds


class Counts(MemoryStorage):
    """Counts in memory. The library's own start a thread at a hit to forget the old ones; here a hit a minute does."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._swept = time.time()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, for `expiry` seconds from the first time on; gives the count."""
        now = time.time()
        with self._lock:
            if now - self._swept > SWEEP_SECONDS:
                self._swept = now
                for old in [each for each, ends in self.expirations.items() if ends <= now]:
                    self._forget(old)
            if self.expirations.get(key, now) <= now:
                self._forget(key)
                self.expirations[key] = now + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _forget(self, key: str) -> None:
        self.storage.pop(key, None)
        self.expirations.pop(key, None)


def prepare(app: Flask) -> None:
    """Give `app` its counts."""
    app.extensions["limiter"] = FixedWindowRateLimiter(Counts())


def install(blueprint: Blueprint) -> None:
    """Count what is sent to the addresses of `blueprint` that write."""
    blueprint.before_request(count)
    blueprint.app_template_global("since")(since)


def limiter() -> FixedWindowRateLimiter:
    """The counts of this program."""
    found: FixedWindowRateLimiter = current_app.extensions["limiter"]
    return found


def count() -> None:
    """Count this request where it writes. Raises TooMany."""
    if request.endpoint not in LIMITED:
        return
    name = (request.view_args or {})["name"]
    counted: list[tuple[RateLimitItem, tuple[str, ...]]] = [(EVERYBODY, ("all",))]
    if token := request.cookies.get(visits.cookie_name(name)):
        counted.insert(0, (A_DRAFT, ("draft", token[:64])))
    for limit, whose in counted:
        if not limiter().hit(limit, *whose):
            raise TooMany(_wait(limit, whose))


def _wait(limit: RateLimitItem, whose: tuple[str, ...]) -> int:
    ends = limiter().get_window_stats(limit, *whose).reset_time
    return max(1, math.ceil(ends - time.time()))


def since(visit: Visit, page: Page) -> str:
    """Now, in milliseconds, signed for this draft and page."""
    return _signer(visit, page).sign(str(round(time.time() * 1000))).decode() if visit.draft else ""


def suspicions(visit: Visit, page: Page, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What looks wrong about the request that brought `raw`, in codes."""
    return tuple(_suspicions(visit, page, raw))


def _suspicions(visit: Visit, page: Page, raw: Mapping[str, Any]) -> Iterator[str]:
    if request.form.get(TRAP):
        yield HONEYPOT
    earlier = visit.raw
    answered = sum(1 for name, value in raw.items() if value and value != earlier.get(name))
    if not answered:
        return
    drawn = _drawn(visit, page)
    if drawn is None:
        yield UNTIMED
    elif time.time() - drawn < SECONDS_A_QUESTION * answered:
        yield FAST


def _drawn(visit: Visit, page: Page) -> float | None:
    """When the page that was sent had been drawn, in seconds since 1970; None where it does not truly say."""
    try:
        return int(_signer(visit, page).unsign(request.form.get(SINCE, ""))) / 1000
    except (BadSignature, ValueError):
        return None


def _signer(visit: Visit, page: Page) -> Signer:
    return Signer(current_app.secret_key or "", salt=f"since {visit.kept.id} {page.name}")
