"""What every response has, as a side of a table: its questionnaire, audience, channel, language, version and date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.texts import Text
from survey_app.tabulation.channels import channels, kinds
from survey_app.tabulation.periods import Dates, period_of
from survey_app.tabulation.variables import OneAnswer, Variable
from survey_app.tabulation.words import VARIABLES


def _questionnaire(campaign: Campaign, names: Collection[str], _period: str | None) -> Variable:
    known = campaign.questionnaires
    return _one(
        "questionnaire", {name: known[name].title if name in known else Text.plain(name) for name in names}
    )


def _audience(campaign: Campaign, names: Collection[str], _period: str | None) -> Variable:
    found = [campaign.questionnaires[name].audience[0] for name in names if name in campaign.questionnaires]
    return _one("audience", {audience: campaign.audience_label(audience) for audience in found})


def _language(campaign: Campaign, _names: Collection[str], _period: str | None) -> Variable:
    return _one("language", {code: Text.plain(name) for code, name in campaign.about.languages.items()})


def _one(name: str, codes: Mapping[str, Text]) -> OneAnswer:
    return OneAnswer(name, VARIABLES[name], f"_{name}", codes, open=True)


ABOUT: dict[str, Callable[[Campaign, Collection[str], str | None], Variable]] = {
    "questionnaire": _questionnaire,
    "audience": _audience,
    "channel": lambda campaign, names, _: channels(campaign, names),
    "channel_kind": lambda campaign, names, _: kinds(campaign, names),
    "language": _language,
    "version": lambda _campaign, _names, _period: _one("version", {}),
    "date": lambda _campaign, _names, period: Dates("date", VARIABLES["date"], "_date", period_of(period)),
}
"""By name, the variable of a campaign and the names of the questionnaires that are counted; a period is for dates."""
