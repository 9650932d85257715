"""A response opened with its receipt: whose cookie may look at it, and what is shown of it.

The cookie holds the response's id, encrypted under the server's secret and for half an hour only: neither the receipt
nor anything else that can be read.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from survey_app.campaign.answers import Checked
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Page, Questionnaire
from survey_app.respondent import visits
from survey_app.storage import Sent
from survey_app.web import languages
from survey_app.web.said import Line, Teller

COOKIE = "receipt"
IDLE_SECONDS = 30 * 60


@dataclass(frozen=True)
class Opened:
    """What is known of a response; `campaign` and `questionnaire` are None once its campaign is no longer served."""

    sent: Sent
    campaign: Campaign | None = None
    questionnaire: Questionnaire | None = None

    @property
    def fingerprint(self) -> str:
        """The proof of the answers, in fours."""
        return " ".join(fours(self.sent.fingerprint))

    def parts(self) -> Iterator[tuple[Page, tuple[Line, ...]]]:
        """Page by page what was answered, in words."""
        if self.campaign is None or self.questionnaire is None:
            return
        response = self.sent.response
        as_sent = Checked(response.answers, (), frozenset(response.asked), response.asked, ())
        teller = Teller(self.campaign, as_sent, languages.current(), response.sealed)
        for page in self.questionnaire.pages:
            if lines := teller.lines(page):
                yield page, lines


def find(response_id: str) -> Opened | None:
    """The response of that id, in the words of the version that it answers; None where there is none."""
    sent = visits.storage().dialogue.sent(response_id)
    if sent is None:
        return None
    for campaign in visits.campaigns().values():
        current = campaign.questionnaires.get(sent.response.questionnaire)
        if current is not None:
            languages.offer(campaign.languages_of(current))
            return Opened(sent, campaign, visits.version_of(current, sent.response.version))
    return Opened(sent)


def who() -> str | None:
    """The response that this browser may look at; None where it may look at none, or not any more."""
    token = request.cookies.get(COOKIE, "").encode(errors="replace")
    try:
        return _lock().decrypt(token, ttl=IDLE_SECONDS).decode()
    except InvalidToken:
        return None


def remember(response: Response, response_id: str) -> Response:
    """Let this browser look at a response for the next half hour."""
    response.set_cookie(
        COOKIE,
        _lock().encrypt(response_id.encode()).decode(),
        path=url_for("respondent.receipt"),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response


def forget(response: Response) -> Response:
    """Let this browser look at nothing any more."""
    response.delete_cookie(COOKIE, path=url_for("respondent.receipt"))
    return response


def fours(signs: str) -> list[str]:
    """Digits and letters that people read out or type, four by four."""
    return [signs[start : start + 4] for start in range(0, len(signs), 4)]


def offered(campaigns: Iterable[Campaign]) -> dict[str, str]:
    """The languages in which a page can be read that belongs to no campaign alone."""
    found = languages.offered(campaigns)
    languages.offer(list(found) or languages.INTERFACE)
    return found


def _lock() -> Fernet:
    secret: Any = current_app.config["SECRET_KEY"]
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"opened receipt", "sha256")))
