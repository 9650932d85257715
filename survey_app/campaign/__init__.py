"""What is asked: campaign folders as frozen models, their check, and the one judge of answers."""

from survey_app.campaign.checking import check_folder, check_path
from survey_app.campaign.loading import find_questionnaire, load_campaign, load_campaigns

__all__ = ["check_folder", "check_path", "find_questionnaire", "load_campaign", "load_campaigns"]
