"""One person's visit to one questionnaire: which version, which draft, and what the cookie has to do with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.answers import Checked, check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import WEB
from survey_app.campaign.models import FileQuestion, Page, Questionnaire
from survey_app.errors import NotFound as Expired
from survey_app.errors import StorageError
from survey_app.respondent.controls import Asking
from survey_app.respondent.once import once
from survey_app.storage import Arrival, Draft, EvidenceFile, NewResponse, Pause, Storage
from survey_app.web import languages

LEFT = "left"
"""A cookie of this browser session: whoever left in a hurry does not come back to an open page."""


@dataclass(frozen=True)
class Visit:
    """A person at a questionnaire; `draft` is None before the start and after it expired.

    `lost`: the cookie names a draft that is no longer there. `files` are those that the person added. `pause`: the
    questionnaire takes no answers for a while.
    """

    campaign: Campaign
    questionnaire: Questionnaire
    draft: Draft | None
    lost: bool = False
    files: tuple[EvidenceFile, ...] = ()
    pause: Pause | None = None
    _judged: list[tuple[dict[str, Any], Checked]] = field(default_factory=list, compare=False, repr=False)

    @property
    def what(self) -> tuple[str, str]:
        """Which version of which questionnaire it is."""
        return self.questionnaire.name, self.questionnaire.version

    @property
    def asking(self) -> Asking:
        """For whom pages are drawn."""
        return Asking(self.campaign, languages.current(), self.draft.id if self.draft else "")

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The answers typed so far, without those to questions that this version does not have, and the files."""
        asked = self.questionnaire.questions
        answers = self.draft.answers if self.draft else {}
        taking = {question.name for question in takes_files(self.questionnaire)}
        typed = {
            name: value
            for name, value in answers.items()
            if (name in asked or name.removesuffix("_other") in asked) and name not in taking
        }
        # what was kept says which files there are: another tab may have added one since a page was saved
        return typed | {
            name: [file.name for file in self.files_of(name)] for name in taking if self.files_of(name)
        }

    @property
    def mark(self) -> str:
        """By which these answers are told from what another tab, or a page gone back to, shows of earlier ones."""
        return blake2b(json.dumps(self.raw, sort_keys=True).encode(), digest_size=8).hexdigest()

    def files_of(self, question: str) -> tuple[EvidenceFile, ...]:
        """The files added to one question, in the order of their numbers."""
        return tuple(file for file in self.files if file.question == question)

    @property
    def receipt(self) -> str | None:
        """The receipt, once the answers were sent."""
        return self.draft.sent if self.draft else None

    @property
    def kept(self) -> Draft:
        """The draft. Raises NotFound, with words, where there is none."""
        if self.draft is None:
            raise Expired(lost_words(self))
        return self.draft

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the questionnaire is offered in."""
        return self.campaign.languages_of(self.questionnaire)

    def is_open(self, day: date) -> bool:
        """Whether answers are taken on `day`."""
        return self.pause is None and self.campaign.is_open(self.questionnaire, day)

    @property
    def is_under_way(self) -> bool:
        """Whether the person consented and has not sent yet."""
        return self.draft is not None and self.draft.consented and not self.draft.sent

    def judged(self, raw: Mapping[str, Any]) -> Checked:
        """What `raw` comes to; the same answers are judged once in a request."""
        for known, checked in self._judged:
            if known == raw:
                return checked
        checked = check(self.questionnaire, raw, self.campaign, language=languages.current())
        self._judged.append((dict(raw), checked))
        return checked

    def page(self, name: str) -> Page:
        """The page of that name. Raises NotFound."""
        page = self.questionnaire.page(name)
        if page is None:
            raise NotFound
        return page


def lost_words(visit: Visit) -> str:
    """Why the answers of an earlier visit are not there any more."""
    days = visit.campaign.about.retention.draft_days
    words: str = gettext(
        "The answers you began with are no longer kept here: they are deleted after %(days)s days. Please begin again.",
        days=days,
    )
    return words


def open_today(campaign: Campaign) -> list[Questionnaire]:
    """The questionnaires of a campaign that anyone may answer today."""
    return [each for each, pause in listed_today(campaign) if pause is None]


def listed_today(campaign: Campaign) -> list[tuple[Questionnaire, Pause | None]]:
    """Those that are open by their days, each with its pause, where there is one."""
    return [
        (each, pauses().get(each.name)) for each in campaign.public if campaign.is_open(each, date.today())
    ]


def pauses() -> Mapping[str, Pause]:
    """Today's pauses, by questionnaire. While the database is away none is known, and nobody can begin either."""
    if "pauses" not in g:
        try:
            g.pauses = storage().pauses.on(date.today())
        except StorageError:
            g.pauses = {}
    found: Mapping[str, Pause] = g.pauses
    return found


def campaigns() -> Mapping[str, Campaign]:
    """The campaigns of this program."""
    found: Mapping[str, Campaign] = current_app.extensions["survey"].campaigns
    return found


def storage() -> Storage:
    """Where answers are kept."""
    kept: Storage = current_app.extensions["survey"].storage
    return kept


def find(name: str) -> tuple[Campaign, Questionnaire]:
    """The public questionnaire of that name. Raises NotFound, also for one that only staff fill in."""
    for campaign in campaigns().values():
        questionnaire = campaign.questionnaires.get(name)
        if questionnaire is not None and not questionnaire.staff:
            languages.offer(campaign.languages_of(questionnaire))
            return campaign, questionnaire
    raise NotFound


def open_visit(name: str) -> Visit:
    """The visit of whoever sent this request to questionnaire `name`. Raises NotFound, StorageError."""
    campaign, questionnaire = find(name)
    token = request.cookies.get(cookie_name(name), "")
    if not token:
        return Visit(campaign, questionnaire, None, pause=pauses().get(name))
    came = storage().arrive(token, name, date.today())
    draft = _draft(token, questionnaire, came)
    if draft is not None:
        return _visit(campaign, questionnaire, draft, came.pause)
    return Visit(campaign, questionnaire, None, lost=True, pause=came.pause)


def visit_of(name: str, draft: Draft) -> Visit:
    """The visit to which `draft` belongs. Raises NotFound, StorageError."""
    return _visit(*find(name), draft, pauses().get(name))


def _visit(campaign: Campaign, current: Questionnaire, draft: Draft, pause: Pause | None) -> Visit:
    questionnaire = version_of(current, draft.version)
    files: tuple[EvidenceFile, ...] = ()
    if not draft.sent and takes_files(questionnaire):
        files = storage().evidence.of_draft(draft.id)
    return Visit(campaign, questionnaire, draft, files=files, pause=pause)


def takes_files(questionnaire: Questionnaire) -> list[FileQuestion]:
    """The questions to which files can be added."""

    def found() -> list[FileQuestion]:
        return [each for each in questionnaire.questions.values() if isinstance(each, FileQuestion)]

    return once(("takes files", questionnaire.name, questionnaire.version), found)


def stranger(name: str) -> Visit:
    """The visit as it looks while the database is away: nothing is known of a draft. Raises NotFound."""
    return Visit(*find(name), None)


def _draft(token: str, questionnaire: Questionnaire, came: Arrival) -> Draft | None:
    """The draft of this questionnaire under `token`; after a sent one was cleared away, what is left: its receipt."""
    draft, receipt = came.draft, came.receipt
    if draft is None and receipt:
        return Draft(
            token, questionnaire.name, questionnaire.version, "", WEB, {}, True, date.today(), receipt
        )
    return draft if draft and draft.questionnaire == questionnaire.name else None


def version_of(current: Questionnaire, version: str) -> Questionnaire:
    """The version that the person began with, so that no question changes under his hands; its days are today's.

    Each is read once in the life of this program; one that another program has kept since is read when it is met.
    """
    if version == current.version:
        return current
    known: dict[tuple[str, str], Questionnaire] = current_app.extensions["versions"]
    if (current.name, version) not in known:
        days = {"opens": current.opens, "closes": current.closes}
        for kept in storage().versions(current.name):
            known.setdefault((kept.name, kept.version), kept.model_copy(update=days))
    return known.get((current.name, version), current)


def start(visit: Visit, *, consented: bool, channel: str = WEB, flags: Sequence[str] = ()) -> Draft:
    """A new, empty draft. Raises StorageError."""
    return storage().start_draft(
        visit.questionnaire.name,
        visit.questionnaire.version,
        channel,
        languages.current(),
        consented=consented,
        flags=flags,
        days=visit.campaign.about.retention.draft_days,
    )


def save(
    draft: Draft, raw: Mapping[str, Any], *, consented: bool | None = None, flags: Sequence[str] = ()
) -> None:
    """Keep what was typed so far, and `flags` beside those that are known.

    Raises StorageError, Closed where it was sent, NotFound where it expired.
    """
    every = tuple(sorted({*draft.flags, *flags}))
    storage().save_draft(draft.id, raw, language=languages.current(), consented=consented, flags=every)


def send(visit: Visit, checked: Checked) -> str:
    """Send the answers, once; gives the receipt. Raises StorageError, NotFound where the draft expired."""
    response = NewResponse.of(
        visit.campaign,
        visit.questionnaire,
        checked.answers,
        checked.asked,
        channel=visit.kept.channel,
        language=languages.current(),
        date=date.today(),
        flags=visit.kept.flags,
    )
    return storage().send(visit.kept.id, response)


def prepare(app: Flask) -> None:
    """Give `app` its place for earlier versions."""
    app.extensions["versions"] = {}


def cookie_name(questionnaire: str) -> str:
    """One cookie a questionnaire, so that two of them in two tabs do not mix."""
    return f"draft-{questionnaire}"


def remember(response: Response, draft: Draft) -> Response:
    """Give the draft's token to the person's browser, and to nobody else."""
    response.set_cookie(
        cookie_name(draft.questionnaire),
        draft.id,
        max_age=draft.expires - date.today(),
        path=url_for("respondent.start", name=draft.questionnaire),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def forget(response: Response, visit: Visit) -> Response:
    """Take the draft's token away from the browser."""
    name = visit.questionnaire.name
    response.delete_cookie(cookie_name(name), path=url_for("respondent.start", name=name))
    return response
