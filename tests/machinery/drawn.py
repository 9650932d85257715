"""Small campaigns drawn in a test, without files: what the rooms below the pages need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from survey_app.campaign.answers import check
from survey_app.campaign.campaign import Campaign, CampaignFile
from survey_app.campaign.issues import Issues
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.regions import Region, Regions
from survey_app.campaign.texts import Text
from survey_app.storage import NewResponse, StoredResponse

SECRET = b"a secret that only the tests have"
DAY = date(2021, 5, 18)


def choices(*names: str, **more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Choices of those names; `more` gives a choice further keys."""
    return [{"name": name, "label": name} for name in names] + [
        {"name": name, "label": name, **keys} for name, keys in more.items()
    ]


def question(kind: str, name: str, **keys: Any) -> dict[str, Any]:
    """A question of that kind, labelled with its name."""
    return {"type": kind, "name": name, "label": name, **keys}


def questionnaire(*questions: Mapping[str, Any], name: str = "tiny", **keys: Any) -> Questionnaire:
    """A questionnaire of one page."""
    page = {"name": "page", "label": "page", "questions": list(questions)}
    return Questionnaire.model_validate(
        {"name": name, "title": name, "audience": ["driver"], "pages": [page], **keys}
    )


def campaign(
    *questionnaires: Questionnaire,
    regions: Mapping[str, str | None] | None = None,
    issues: Sequence[str] = (),
    identity: pyrage.x25519.Identity | None = None,
) -> Campaign:
    """A campaign of those questionnaires; `regions` maps code to parent; `identity` opens what is sealed."""
    about = {
        "name": "drawn",
        "title": "drawn",
        "organisation": "drawn",
        "languages": {"zh": "中文", "en": "English"},
        "privacy": "privacy",
        "consent": "consent",
        "recipients": [str(identity.to_public())] if identity else [],
    }
    tree = {
        code: Region(code, Text(code), "county" if parent else "prefecture", parent)
        for code, parent in (regions or {}).items()
    }
    return Campaign(
        Path("drawn"),
        CampaignFile.model_validate(about),
        regions=Regions(("prefecture", "county"), tree),
        issues=Issues.model_validate({"issues": [{"name": code, "label": code} for code in issues]}),
        questionnaires={each.name: each for each in questionnaires},
    )


def response(
    campaign: Campaign, questionnaire: Questionnaire, answers: Mapping[str, Any] | None = None, **keys: Any
) -> NewResponse:
    """The response that a person makes who types `answers`; the answers must have no problem."""
    checked = check(questionnaire, answers or {}, campaign)
    assert not checked.problems, checked.problems
    where = {"channel": "web", "language": "zh", "date": DAY} | keys
    return NewResponse.of(campaign, questionnaire, checked.answers, checked.asked, **where)


def stored(
    questionnaire: Questionnaire, answers: Mapping[str, Any], asked: Sequence[str] | None = None, **keys: Any
) -> StoredResponse:
    """A response as storage gives it back, whatever its answers; all questions were asked if nothing else is said."""
    every = [placed.question.name for placed in questionnaire.placed if placed.repeat is None]
    values = {
        "id": "0",
        "questionnaire": questionnaire.name,
        "version": questionnaire.version,
        "audience": "driver",
        "region": None,
        "channel": "web",
        "language": "zh",
        "date": DAY,
        "status": "received",
        "answers": dict(answers),
        "asked": tuple(every if asked is None else asked),
    }
    return StoredResponse(**(values | keys))
