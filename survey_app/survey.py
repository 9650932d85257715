"""An open survey: the settings, the campaigns and the storage that belong together, for pages and commands alike."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaigns
from survey_app.config import Settings
from survey_app.storage import Storage, open_storage


@dataclass(frozen=True)
class Survey:
    """What the pages and the commands work on."""

    settings: Settings
    campaigns: dict[str, Campaign]
    storage: Storage


def open_survey(settings: Settings) -> Survey:
    """Read the campaigns, open the database, bring it up to date and keep the questionnaires' versions.

    Raises CampaignError or StorageError with words.
    """
    campaigns = load_campaigns(settings.campaigns)
    storage = open_storage(settings.database_url, secret=settings.secret_key.encode())
    storage.migrate()
    for campaign in campaigns.values():
        for questionnaire in campaign.questionnaires.values():
            storage.register(questionnaire)
    return Survey(settings, campaigns, storage)
