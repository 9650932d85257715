"""A response on its way in: canonical answers, with the sensitive ones taken out to be sealed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import REGION_ROLES
from survey_app.campaign.models import FileQuestion, Questionnaire

RECEIVED = "received"
"""The status of a response that counts."""
EXCLUDED = "excluded"
"""Of one that does not, for a reason that stands in its reviews."""
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class NewResponse:
    """What is kept of one response. Best made with `NewResponse.of`, which leaves nothing sensitive in `answers`.

    `answers` are canonical, `asked` the paths of relevant questions; `sealed` maps the path of a sensitive question to
    its answer in plain text, which is sealed to `recipients` (age public keys) on the way in; `files` are the names of
    the files among the answers; `flags` are codes of what looks wrong. `key` names a response that is added without a
    draft: the same key is added once; without one it is always new. `id` is random, and drawn where none is given.
    """

    questionnaire: str
    version: str
    audience: str
    channel: str
    language: str
    date: datetime.date
    answers: Mapping[str, Any]
    asked: Sequence[str]
    region: str | None = None
    status: str = RECEIVED
    sealed: Mapping[str, str] = field(default_factory=dict, repr=False)
    recipients: Sequence[str] = ()
    files: Sequence[str] = ()
    flags: Sequence[str] = ()
    key: str | None = None
    id: str | None = None

    @classmethod
    def of(
        cls,
        campaign: Campaign,
        questionnaire: Questionnaire,
        answers: Mapping[str, Any],
        asked: Sequence[str],
        *,
        channel: str,
        language: str,
        date: datetime.date,
        status: str = RECEIVED,
        flags: Sequence[str] = (),
        key: str | None = None,
        id: str | None = None,
    ) -> NewResponse:
        """The response that checked `answers` (as `campaign.answers.check` gives them) make."""
        kept, sealed = _parted(questionnaire, answers)
        return cls(
            questionnaire=questionnaire.name,
            version=questionnaire.version,
            audience=questionnaire.audience[0],
            channel=channel,
            language=language,
            date=date,
            answers=kept,
            asked=tuple(asked),
            region=region_of(campaign, questionnaire, kept),
            status=status,
            sealed=sealed,
            recipients=campaign.about.recipients,
            files=_files(questionnaire, kept),
            flags=tuple(flags),
            key=key,
            id=id,
        )


def region_of(campaign: Campaign, questionnaire: Questionnaire, answers: Mapping[str, Any]) -> str | None:
    """The code of the region a response belongs to: where the matter happened, else where the respondent works.

    None where no question with such a role was answered with a region.
    """
    for role in REGION_ROLES:
        for placed in questionnaire.with_role(role):
            answer = answers.get(placed.question.name) if placed.repeat is None else None
            if isinstance(answer, str) and answer in campaign.regions:
                return answer
    return None


def _files(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> tuple[str, ...]:
    asked = questionnaire.questions
    files = (name for name in questionnaire.secrets if isinstance(asked[name], FileQuestion))
    return tuple(file for name in files for file in answers.get(name, ()))


def _parted(
    questionnaire: Questionnaire, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that may be kept as they are, and the sensitive ones as text, by path."""
    # the answer about files is names that tell nothing; what is sealed is the files
    asked = questionnaire.questions
    names = {name for name in questionnaire.secrets if not isinstance(asked[name], FileQuestion)}
    if not names:
        return dict(answers), {}
    secret = names | {f"{name}_other" for name in names}
    sealed: dict[str, str] = {}

    def keep(entry: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        sealed.update({prefix + name: _text(answer) for name, answer in entry.items() if name in secret})
        return {name: answer for name, answer in entry.items() if name not in secret}

    kept = keep(answers, "")
    for repeat in questionnaire.repeats:
        if repeat.name in kept:
            entries = enumerate(kept[repeat.name])
            kept[repeat.name] = [keep(entry, f"{repeat.name}/{number}/") for number, entry in entries]
    return kept, sealed


def _text(answer: Any) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
