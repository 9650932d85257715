"""What is imported where, and a response that waits until the whole file is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.importing.mapping import Mapping
from survey_app.storage import NewResponse


@dataclass(frozen=True, slots=True)
class Ready:
    """A response as JSON can hold it until the whole file is read; `exported` is its id in our own export."""

    answers: dict[str, Any]
    asked: tuple[str, ...]
    channel: str
    language: str
    day: str
    key: str
    exported: str = ""

    def line(self) -> str:
        """One line of JSON."""
        parts = (self.answers, self.asked, self.channel, self.language, self.day, self.key, self.exported)
        return json.dumps(parts, separators=(",", ":")) + "\n"

    @classmethod
    def of(cls, line: str) -> Ready:
        """What `line` gave."""
        return cls(*json.loads(line))

    def response(self, campaign: Campaign, questionnaire: Questionnaire) -> NewResponse:
        """The response to keep."""
        return NewResponse.of(
            campaign,
            questionnaire,
            self.answers,
            self.asked,
            channel=self.channel,
            language=self.language,
            date=date.fromisoformat(self.day),
            key=self.key,
        )


@dataclass(frozen=True)
class Task:
    """What is imported into what, under which mapping, and on which day."""

    campaign: Campaign
    questionnaire: Questionnaire
    mapping: Mapping
    today: date
