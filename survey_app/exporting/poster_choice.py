"""Which posters to make: the channels that are named, or those of places, units and channels.csv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import Channel, known, of_places
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import meant, there_are
from survey_app.errors import NotFound, Said, SurveyError


def chosen(campaign: Campaign, questionnaire: Questionnaire, **which: Any) -> list[Channel]:
    """As `channels_for`. Raises SurveyError where none is left, NotFound or SurveyError for what is not there."""
    found = channels_for(campaign, questionnaire, **which)
    if not found:
        raise SurveyError(
            "there is no poster to make: name a --channel, --all of channels.csv, --units, or a --region or --level"
        )
    return found


def channels_for(
    campaign: Campaign,
    questionnaire: Questionnaire,
    *,
    codes: Sequence[str] = (),
    listed_ones: bool = False,
    units: bool = False,
    region: str | None = None,
    level: str | None = None,
) -> list[Channel]:
    """The channels of `codes`; of channels.csv; of units; of the regions of `level` that are `region` or lie in it.

    Of a questionnaire that belongs to a region, those in it. Each once, in that order. Raises NotFound or SurveyError
    with words where something is not there or lies outside.
    """
    found = [_named(campaign, questionnaire, code) for code in codes]
    if listed_ones:
        listed_here = [c for c in campaign.channels if c.questionnaire in (None, questionnaire.name)]
        found += [c for c in listed_here if c.region is None or _asks_in(campaign, questionnaire, c.region)]
    _refuse_unknown(campaign, region, level)
    if region is not None and level is None and not units:
        _refuse_outside(campaign, questionnaire, region)
    for channel in of_places(campaign):
        here = channel.region or ""
        within = region is None or campaign.regions.is_within(here, region)
        wanted = units if channel.unit else _is_of_level(campaign, channel, region, level)
        if wanted and within and _asks_in(campaign, questionnaire, here):
            found.append(channel)
    return list({channel.code: channel for channel in found}.values())


def _refuse_unknown(campaign: Campaign, region: str | None, level: str | None) -> None:
    """Raise NotFound, with a cure, for a region or a level that the campaign does not have."""
    if region is not None and region not in campaign.regions:
        raise NotFound(
            Said(
                "there is no region '%(region)s' in campaign %(campaign)s: %(cure)s",
                region=region,
                campaign=campaign.name,
                cure=meant(region, campaign.regions.by_code, Said("see the codes in regions.csv")),
            )
        )
    levels = campaign.regions.levels
    if level is not None and level not in levels:
        raise NotFound(
            Said(
                "there is no level '%(level)s' in campaign %(campaign)s: %(cure)s",
                level=level,
                campaign=campaign.name,
                cure=meant(level, levels, there_are(levels) if levels else Said("there are none")),
            )
        )


def _named(campaign: Campaign, questionnaire: Questionnaire, code: str) -> Channel:
    channel = known(campaign, code)
    if channel is None:
        codes = [each.code for each in campaign.every_channel.values()]
        cure = meant(code, codes, Said("a line in channels.csv, a region's code or a unit's is one"))
        raise NotFound(
            Said(
                "there is no channel '%(code)s' in campaign %(campaign)s: %(cure)s",
                code=code,
                campaign=campaign.name,
                cure=cure,
            )
        )
    if channel.questionnaire not in (None, questionnaire.name):
        raise SurveyError(
            Said(
                "channel %(code)s leads to %(other)s: ask with --questionnaire %(other)s",
                code=code,
                other=channel.questionnaire,
            )
        )
    if channel.region is not None:
        _refuse_outside(campaign, questionnaire, channel.region)
    return channel


def _asks_in(campaign: Campaign, questionnaire: Questionnaire, region: str) -> bool:
    """Whether answers to the questionnaire are wanted from there."""
    own = questionnaire.region
    return own is None or campaign.regions.is_within(region, own)


def _refuse_outside(campaign: Campaign, questionnaire: Questionnaire, region: str) -> None:
    if not _asks_in(campaign, questionnaire, region):
        own = questionnaire.region or ""
        name = campaign.regions.labels[own].in_(campaign.default_language)
        raise SurveyError(
            Said(
                "%(questionnaire)s belongs to %(name)s (%(own)s), and %(region)s is not in it: "
                "name a place that is, or another --questionnaire",
                questionnaire=questionnaire.name,
                name=name,
                own=own,
                region=region,
            )
        )


def _is_of_level(campaign: Campaign, channel: Channel, region: str | None, level: str | None) -> bool:
    here = campaign.regions[channel.code]
    return here.level == level if level else here.code == region
