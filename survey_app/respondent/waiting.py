"""Before the start, while far more people begin than usual: a short wait, which a script shortens by working.

As long as nothing is unusual this costs nobody anything. In a burst, whoever begins gets a page that goes on by itself
as soon as a script has solved a small task (the protocol of ALTCHA), and by its button after WAIT_SECONDS without a
script. Nobody is turned away; who neither worked nor came in calm is flagged. What is unusual is set by the last hour.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import deque
from datetime import UTC, datetime, timedelta

from altcha.v1 import ChallengeOptions, Payload, create_challenge, verify_solution
from flask import Flask, current_app, make_response, request
from itsdangerous import BadSignature, Signer

from survey_app.respondent import guards, show
from survey_app.respondent.counts import Counts
from survey_app.respondent.visits import Visit
from survey_app.respondent.ways import Answer

WAIT_SECONDS = 10
"""Without a script. Longer than a script works even on an old phone, so that waiting is not the quicker way."""
TICKET_MINUTES = 10
TAPS = 3
"""How often one ticket lets in: a second tap comes before the browser has its cookie."""
MINUTES = 60
TIMES = 5
"""A minute with more starts than so many times the mean of the last hour is unusual."""
TASK = 20_000
"""Numbers to try at the most, half on average: about a second on an old phone."""
HARDEST = 5
"""How many times harder the task gets, at the most, as the starts become more."""


class Starts:
    """How many began in each of the last minutes, in this process. `calm`: so many in a minute are never unusual."""

    def __init__(self, calm: int) -> None:
        self.calm = calm
        self._counts: deque[int] = deque([0] * (MINUTES + 1), maxlen=MINUTES + 1)
        self._minute = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        """One more."""
        with self._lock:
            self._advance()
            self._counts[-1] += 1

    def load(self) -> float:
        """How many times as many have begun in this minute as are usual; above 1 is unusual."""
        with self._lock:
            self._advance()
            *earlier, now = self._counts
            return now / max(self.calm, TIMES * sum(earlier) / MINUTES)

    def _advance(self) -> None:
        minute = int(time.monotonic() // 60)  # a clock that nobody sets: the past cannot come again
        self._counts.extend([0] * min(minute - self._minute, MINUTES + 1))
        self._minute = minute


def prepare(app: Flask) -> None:
    """Give `app` its count of starts, and of the tickets that were used."""
    app.extensions["starts"] = Starts(app.extensions["survey"].settings.calm_starts)
    app.extensions["taps"] = Counts(TICKET_MINUTES * 60)


def starts() -> Starts:
    """The count of this program."""
    found: Starts = current_app.extensions["starts"]
    return found


def begins() -> tuple[str, ...]:
    """Count a draft that begins now; gives its flags. Raises TooMany."""
    has_worked = _has_worked(request.form.get("ticket", ""))
    guards.count_start(worked=has_worked)
    return (guards.BURST,) if starts().load() > 1 and not has_worked else ()


def begins_unheld() -> tuple[str, ...]:
    """The same for one that nobody holds, since something typed would be lost."""
    starts().add()
    return begins()


def hold(visit: Visit) -> Answer | None:
    """The page on which to wait; None where the person can begin."""
    ticket = request.form.get("ticket", "")
    issued = _issued(ticket)
    if issued is None:
        starts().add()
        ticket, left = _ticket(), float(WAIT_SECONDS)
    else:
        left = 0 if _has_worked(ticket) else WAIT_SECONDS - max(0, time.time() - issued)
    load = starts().load()
    if load <= 1 or left <= 0:
        _taps().add(ticket)
        return None
    seconds = math.ceil(left)
    response = make_response(show.wait(visit, ticket=ticket, seconds=seconds, task=_task(ticket, load)), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _taps() -> Counts:
    found: Counts = current_app.extensions["taps"]
    return found


def _ticket() -> str:
    """The time, in milliseconds, and a random number, signed."""
    return _signer().sign(f"{round(time.time() * 1000)}-{secrets.token_hex(12)}").decode()


def _issued(ticket: str) -> float | None:
    """When a ticket was made, in seconds since 1970; None for one that is none of ours, too old, or used up."""
    try:
        issued = int(_signer().unsign(ticket).decode().partition("-")[0]) / 1000
    except (BadSignature, ValueError):
        return None
    is_fresh = time.time() - issued < TICKET_MINUTES * 60 and _taps().of(ticket) < TAPS
    return issued if is_fresh else None


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="ticket")


def _task(ticket: str, load: float) -> dict[str, object]:
    """The task that belongs to a ticket; the harder, the more begin."""
    options = ChallengeOptions(
        algorithm="SHA-256",
        max_number=round(TASK * min(load, HARDEST)),
        hmac_key=_key(),
        salt=_salt(ticket),
        expires=datetime.now(UTC) + timedelta(minutes=TICKET_MINUTES),
    )
    return dict(create_challenge(options).to_dict())


def _has_worked(ticket: str) -> bool:
    """Whether the task of this ticket was solved."""
    try:
        solution = Payload.from_base64(request.form.get("altcha", ""))
        right, _ = verify_solution(solution, _key())
        return bool(right) and solution.salt.startswith(f"{_salt(ticket)}?")
    except (ValueError, TypeError, KeyError, AttributeError):  # whatever a stranger sends that is no solution
        return False


def _salt(ticket: str) -> str:
    return ticket.partition(".")[0]


def _key() -> str:
    return f"task {current_app.config['SECRET_KEY']}"
