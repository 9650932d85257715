"""What of the responses is seen at the desk: which ones, in whose words, and what is called how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from flask import current_app, g, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from survey_app.campaign.answers import Checked
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.freewords import free_questions, hidden
from survey_app.campaign.models import Page, Questionnaire
from survey_app.campaign.regions import Region
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.campaign.texts import Text
from survey_app.research import access
from survey_app.storage import Sent
from survey_app.storage.desk.madeup import DEMO
from survey_app.storage.desk.reviews import Review, State, state_of
from survey_app.storage.desk.searching import Beside
from survey_app.storage.evidence import EvidenceFile
from survey_app.storage.newresponse import EXCLUDED, RECEIVED
from survey_app.storage.wordings import REPEATED
from survey_app.tabulation.channels import labels as channel_labels
from survey_app.tabulation.parts import Parts, Within
from survey_app.web import languages
from survey_app.web.said import Line, Teller

STATES: dict[str, Any] = {
    "new": _("new"),
    "valid": _("valid"),
    "excluded": _("excluded"),
    "restored": _("restored"),
}
"""What states are called."""

FLAGS: dict[str, tuple[Any, Any]] = {
    "honeypot": (_("hidden field"), _("A field that no person sees was filled in.")),
    "fast": (_("too fast"), _("It came faster than people answer.")),
    "untimed": (_("no time"), _("A page came without the time at which it was shown, or with a forged one.")),
    "burst": (
        _("burst"),
        _("It was begun while unusually many began, by a browser that did not solve the task."),
    ),
    DEMO: (_("made up"), _("Nobody sent it: `survey demo` made it up.")),
    REPEATED: (_("same words"), _("A long text in it stands in another response too.")),
}
"""What flags are called, and why a response has them."""

BESIDE: dict[Beside, Any] = {
    "addition": _("added later"),
    "question": _("asked by us"),
    "answer": _("answered"),
    "comment": _("comment"),
}
"""What words beside the answers are called."""


@dataclass(frozen=True)
class Seen:
    """One response as the person may see it. `questionnaire` is None where its version is no longer known here."""

    campaign: Campaign
    questionnaire: Questionnaire | None
    scope: Scope
    sent: Sent
    reviews: tuple[Review, ...]
    files: tuple[EvidenceFile, ...]
    has_receipt: bool

    @property
    def id(self) -> str:
        """The response's id."""
        return self.sent.response.id

    @property
    def state(self) -> State:
        """Whether it counts, as people decided."""
        return state_of(self.sent.response.status, self.reviews)

    def pages(self) -> Iterator[tuple[Page, tuple[Line, ...]]]:
        """Page by page all questions of its version, with what was answered, numbers masked."""
        response = self.sent.response
        as_sent = Checked(response.answers, (), frozenset(response.asked), response.asked, ())
        teller = Teller(
            self.campaign, as_sent, languages.current(), response.sealed, everything=True, own=hidden
        )
        for page in self.questionnaire.pages if self.questionnaire else ():
            if lines := teller.lines(page):
                yield page, lines


def find(response_id: str) -> Seen:
    """The response of that id. Raises NotFound alike where there is none, where it was withdrawn, and where it lies
    outside the person's scope in the campaign that asked.
    """
    storage = access.survey().storage
    campaign, scope, sent = _sent(response_id)
    asked = sent.response
    return Seen(
        campaign,
        _version(campaign.questionnaires[asked.questionnaire], asked.version),
        scope,
        sent,
        storage.reviews.of(response_id, scope),
        storage.looking.files(response_id, scope),
        storage.looking.has_receipt(response_id, scope),
    )


def _sent(response_id: str) -> tuple[Campaign, Scope, Sent]:
    """The response, with the campaign that asked and what the person may see of it. Raises NotFound."""
    for campaign in access.campaigns():
        scope = access.scope(campaign)
        sent = access.survey().storage.dialogue.sent(response_id, scope)
        if sent and sent.withdrawn is None and sent.response.questionnaire in campaign.questionnaires:
            return campaign, scope, sent
    raise NotFound


def _version(current: Questionnaire, version: str) -> Questionnaire | None:
    """The version that a response answers; None where it is not known here."""
    if current.version == version:
        return current
    earlier = access.survey().storage.versions(current.name)
    return next((each for each in earlier if each.version == version), None)


def campaign() -> Campaign:
    """The campaign that the address names, else the first one that has responses, else the first.

    Raises NotFound for one that there is not.
    """
    known = access.campaigns()
    if named := request.args.get("campaign"):
        found = next((each for each in known if each.name == named), None)
    else:
        counts = access.survey().storage.counts()
        answered = (each for each in known if any(counts.get(name) for name in each.questionnaires))
        found = next(answered, known[0] if known else None)
    if found is None:
        raise NotFound
    return found


def parts(campaign: Campaign, name: str, scope: Scope, *, excluded: bool = False) -> Parts:
    """The responses to one questionnaire in scope; `excluded`: those too that do not count."""
    found = access.survey().storage.parts(campaign, [name], scope, excluded=excluded)
    return found if scope.regions is None else Within(found, scope.regions)


def repeated(campaign: Campaign, names: Sequence[str]) -> frozenset[str]:
    """The ids of responses, wherever they lie, that say in the same words what another one says.

    Looked for anew when a questionnaire has more or fewer responses than the last time.
    """
    kept: dict[str, tuple[tuple[int, ...], frozenset[str]]] = current_app.extensions.setdefault(
        "repeated", {}
    )
    sizes = access.survey().storage.looking.sizes(names)
    found: frozenset[str] = frozenset()
    for name in names:
        size = tuple(sizes.get((name, status), 0) for status in (RECEIVED, EXCLUDED))
        if name not in kept or kept[name][0] != size:
            ids = parts(campaign, name, EVERYWHERE, excluded=True).map(_repeating, {"_id", "_flags"})
            kept[name] = (size, frozenset(each for some in ids for each in some))
        found |= kept[name][1]
    return found


def _repeating(part: pd.DataFrame) -> list[str]:
    flags = part["_flags"]
    codes = flags.cat.categories if isinstance(flags.dtype, pd.CategoricalDtype) else flags.unique()
    having = [code for code in codes if isinstance(code, str) and REPEATED in code.split()]
    found: list[str] = part.loc[flags.isin(having), "_id"].tolist() if having else []
    return found


def free(campaign: Campaign, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By questionnaire, the questions that were answered in free words."""
    storage = access.survey().storage
    return {name: free_questions([campaign.questionnaires[name], *storage.versions(name)]) for name in names}


def regions_in(campaign: Campaign, scope: Scope) -> Iterator[tuple[int, Region]]:
    """The regions in scope from the top down, each with how deep it lies."""
    for region in campaign.regions.under(None):
        if scope.covers(region.code):
            yield len(campaign.regions.path(region.code)) - 1, region


def place(campaign: Campaign, code: str | None) -> str:
    """What a response's region is called, with those it lies in; a dash where it has none."""
    path = campaign.regions.path(code or "")
    below = path[1:] if len(path) > 1 and len(campaign.regions.roots) == 1 else path
    language = languages.current()
    return " ".join(region.label.in_(language) for region in below) or code or "–"


def channel(campaign: Campaign, code: str) -> str:
    """What a channel is called."""
    known: dict[str, dict[str, Text]] = g.setdefault("channel_labels", {})
    if campaign.name not in known:
        known[campaign.name] = channel_labels(campaign)
    return _in_words(known[campaign.name], code)


def title(campaign: Campaign, name: str) -> str:
    """What a questionnaire is called."""
    return _in_words({each.name: each.title for each in campaign.questionnaires.values()}, name)


def _in_words(labels: dict[str, Text], code: str) -> str:
    return labels[code].in_(languages.current()) if code in labels else code


def words(campaign: Campaign) -> dict[str, Any]:
    """What the templates about responses need: what is called how."""
    return {
        "campaign": campaign,
        "campaigns": access.campaigns(),
        "states": STATES,
        "flags": FLAGS,
        "beside_names": BESIDE,
        "place": partial(place, campaign),
        "channel_label": partial(channel, campaign),
        "title_of": partial(title, campaign),
        "hidden": hidden,
    }
