"""Against trying out receipts and resume codes: how often a wrong one is taken.

Only wrong ones count. Thousands of drivers share one address of a mobile network, and behind a web server everybody has
the server's address, so an address may be wrong often; all addresses together may not be wrong so often that anybody
could hope to hit one of a million receipts within a lifetime. Whoever types by hand waits longer with each try.

The counts are in memory, for PERIOD_MINUTES, and nowhere else: no address is ever written down. Each of several
processes counts for itself, and takes its share of what is taken of everybody.
"""

from __future__ import annotations

import math
import time

from flask import Flask, current_app, request, session
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

PERIOD_MINUTES = 10
AN_ADDRESS = RateLimitItemPerMinute(300, PERIOD_MINUTES)
EVERYBODY = 1000
"""Wrong ones of all addresses together in PERIOD_MINUTES."""
FREE = 3
"""Tries of one browser before it has to wait."""
LONGEST_WAIT = 60
"""Seconds between two tries of one browser, at most."""
TRIES = "tries"
"""In the session: how many tries, and until when (seconds since 1970) the next one has to wait."""


class Guesses:
    """What was guessed wrong lately, in this process."""

    def __init__(self, limiter: FixedWindowRateLimiter) -> None:
        self._limiter = limiter

    def wait(self) -> int:
        """For how many seconds this browser has to wait; 0: it may try now."""
        _, until = session.get(TRIES, (0, 0))
        now = time.time()
        ends = [until] + [
            self._limiter.get_window_stats(limit, *whose).reset_time
            for limit, whose in _limits(right=False)
            if not self._limiter.test(limit, *whose)
        ]
        return max(0, math.ceil(float(max(ends)) - now))

    def tried(self, *, right: bool) -> None:
        """Count a try. A right one is counted apart, where nobody looks, so that it takes as long as a wrong one."""
        tries, _ = session.get(TRIES, (0, 0))
        delay = min(2 ** (tries + 1 - FREE), LONGEST_WAIT) if tries + 1 > FREE else 0
        session[TRIES] = (tries + 1, time.time() + delay)
        for limit, whose in _limits(right=right):
            self._limiter.hit(limit, *whose)

    def right(self) -> None:
        """Forget this browser's tries: it has what it looked for."""
        session.pop(TRIES, None)


def _limits(*, right: bool) -> tuple[tuple[RateLimitItemPerMinute, tuple[str, ...]], ...]:
    kind = "right" if right else "wrong"
    everybody = RateLimitItemPerMinute(EVERYBODY // current_app.config["PROCESSES"], PERIOD_MINUTES)
    return ((AN_ADDRESS, (kind, "from", request.remote_addr or "")), (everybody, (kind,)))


def install(app: Flask) -> None:
    """Give `app` its count, beside those of guards.py."""
    app.extensions["guesses"] = Guesses(app.extensions["limiter"])


def guesses() -> Guesses:
    """The count of this program."""
    found: Guesses = current_app.extensions["guesses"]
    return found
