"""What channels are called in tables and exports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import QR, UNKNOWN
from survey_app.campaign.texts import Text
from survey_app.tabulation.variables import OneAnswer
from survey_app.tabulation.words import BY_POSTERS, BY_QR, CHANNELS, UNKNOWN_QR, VARIABLES, phrase

POSTERS = "posters"
"""The code of all posters of places and units together."""


def labels(campaign: Campaign) -> dict[str, Text]:
    """By what is kept with a response, the label of every channel that the campaign knows."""
    named = {channel.kept: channel.label for channel in campaign.every_channel.values()}
    by_qr = {kept: phrase(BY_QR, label=label) for kept, label in named.items()}
    return {**CHANNELS, **by_qr, QR + UNKNOWN: UNKNOWN_QR}


def kinds(campaign: Campaign, questionnaires: Collection[str]) -> OneAnswer:
    """The same with all posters of places and units, which have no line in channels.csv, as one."""
    single = channels(campaign, questionnaires)
    places = {each.kept for each in campaign.every_channel.values()} - {
        each.kept for each in campaign.channels
    }
    return replace(
        single,
        name="channel_kind",
        label=VARIABLES["channel_kind"],
        strays={**single.strays, POSTERS: BY_POSTERS},
        targets=dict.fromkeys(places, POSTERS),
    )


def channels(campaign: Campaign, questionnaires: Collection[str]) -> OneAnswer:
    """The variable: the channels of channels.csv have their row, used or not; those of places one where they occur."""
    called = labels(campaign)
    own = [c.kept for c in campaign.channels if c.questionnaire in (None, *questionnaires)]
    codes = {kept: called[kept] for kept in (*CHANNELS, *own)}
    return OneAnswer("channel", VARIABLES["channel"], "_channel", codes, strays=called, open=True)
