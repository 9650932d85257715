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

from survey_app.respondent.counts import Counts

PERIOD_MINUTES = 10
AN_ADDRESS = 300
EVERYBODY = 1000
"""Wrong ones in a period."""
FREE = 3
"""Tries of one browser before it has to wait."""
LONGEST_WAIT = 60
"""Seconds between two tries of one browser, at most."""
TRIES = "tries"
"""In the session: how many tries, and until when (seconds since 1970) the next one has to wait."""


class Guesses:
    """What was guessed wrong lately, in this process."""

    def __init__(self) -> None:
        self._counts = Counts(PERIOD_MINUTES * 60)

    def wait(self) -> int:
        """For how many seconds this browser has to wait; 0: it may try now."""
        _, until = session.get(TRIES, (0, 0))
        own = min(
            math.ceil(float(until) - time.time()), LONGEST_WAIT
        )  # more only where somebody set the clock
        is_over = any(self._counts.of(*whose) >= most for most, whose in _limits(right=False))
        return max(0, own, self._counts.left() if is_over else 0)

    def tried(self, *, right: bool) -> None:
        """Count a try. A right one is counted apart, where nobody looks, so that it takes as long as a wrong one."""
        tries, _ = session.get(TRIES, (0, 0))
        delay = min(2 ** (tries + 1 - FREE), LONGEST_WAIT) if tries + 1 > FREE else 0
        session[TRIES] = (tries + 1, time.time() + delay)
        for _most, whose in _limits(right=right):
            self._counts.add(*whose)

    def right(self) -> None:
        """Forget this browser's tries: it has what it looked for."""
        session.pop(TRIES, None)


def _limits(*, right: bool) -> tuple[tuple[int, tuple[str, ...]], ...]:
    kind = "right" if right else "wrong"
    everybody = EVERYBODY // current_app.config["PROCESSES"]
    return ((AN_ADDRESS, (kind, "from", request.remote_addr or "")), (everybody, (kind,)))


def install(app: Flask) -> None:
    """Give `app` its count."""
    app.extensions["guesses"] = Guesses()


def guesses() -> Guesses:
    """The count of this program."""
    found: Guesses = current_app.extensions["guesses"]
    return found
