"""Campaign folders as campaigns, whole and right, or words for everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.checking import read_all
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import listed, suggestion
from survey_app.errors import CampaignError, NotFound


def load_campaign(folder: Path) -> Campaign:
    """The campaign in `folder`; raises CampaignError, one line per mistake, when it has an error (not a warning)."""
    return next(iter(load_campaigns(folder).values()))


def load_campaigns(path: Path) -> dict[str, Campaign]:
    """The campaigns by name, in the order of their folders; `path` is one campaign folder or a folder of them.

    Raises CampaignError with a line for each mistake in any of them, and where two questionnaires have one name.
    """
    folders, report = read_all(Path(path), thorough=False)
    if report.errors:
        raise CampaignError(report.error_text())
    return {folder.campaign.name: folder.campaign for folder in folders if folder.campaign is not None}


def find_questionnaire(campaigns: Mapping[str, Campaign], name: str) -> tuple[Campaign, Questionnaire]:
    """The questionnaire of that name, and its campaign; raises NotFound with the name that was probably meant."""
    for campaign in campaigns.values():
        if name in campaign.questionnaires:
            return campaign, campaign.questionnaires[name]
    known = [known for campaign in campaigns.values() for known in campaign.questionnaires]
    cure = suggestion(name, known, f"there are {listed(known)}" if known else "no campaign has one")
    raise NotFound(f"there is no questionnaire '{name}': {cure}")
