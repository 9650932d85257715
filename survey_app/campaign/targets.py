"""How many responses are wanted, and from where: the lines of targets.csv."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from survey_app.campaign.models import Code, Model, Name, Slug


class Target(Model):
    """So many responses from one region and what lies in it, between two days, both included.

    Without a region: from the whole campaign. They may be wanted of one audience, or to one questionnaire; without
    either, all responses count. Days that are left out are those of the questionnaires.
    """

    region: Code | None = None
    audience: Name | None = None
    questionnaire: Slug | None = None
    target: int = Field(ge=1, le=100_000_000)
    opens: date | None = None
    closes: date | None = None

    @property
    def place(self) -> tuple[str | None, str | None, str | None]:
        """What it is wanted of; one line each."""
        return (self.region, self.audience, self.questionnaire)
