"""By which poster, sticker or link an answer came: the codes that a campaign knows.

Known are the lines of channels.csv, and besides every region and every unit by its code, so that each place can have a
poster of its own without a line. What anybody else writes into a link is no channel: all of it counts as UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from survey_app.campaign.models import Code, Model, Slug
from survey_app.campaign.texts import Text

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign

PATTERN = r"^[A-Za-z0-9-]{1,24}$"
"""A code that is typed by hand from a poster, and stands in an address."""
SHORT = r"^[A-Za-z0-9-]{1,90}$"
"""The code of a short link: a channel's, with a questionnaire's name before it where need be."""
UNKNOWN = "unknown"
QR = "qr:"
"""Begins the channel of an answer that came by a poster."""
WEB = "web"

ChannelCode = Annotated[str, StringConstraints(pattern=PATTERN)]


class Channel(Model):
    """One way to a questionnaire; without a questionnaire it leads to the list of them."""

    code: ChannelCode
    label: Text
    questionnaire: Slug | None = None
    region: Code | None = None
    unit: Code | None = None

    @property
    def kept(self) -> str:
        """What an answer carries that came this way."""
        return QR + self.code


def known(campaign: Campaign, typed: str) -> Channel | None:
    """The channel of that code, however its letters were typed; None where the campaign has none."""
    return campaign.every_channel.get(typed.strip().casefold())


def of_places(campaign: Campaign) -> Iterator[Channel]:
    """A channel for each unit and each region whose code can be one; none for the choice that is no unit."""
    for unit in campaign.units:
        if re.match(PATTERN, unit.name) and not unit.is_rest:
            yield Channel(code=unit.name, label=unit.label, region=unit.region, unit=unit.name)
    for region in campaign.regions:
        if re.match(PATTERN, region.code):
            yield Channel(code=region.code, label=campaign.regions.labels[region.code], region=region.code)


def kept_as(campaign: Campaign, typed: str) -> str:
    """What an answer carries whose link held `typed`: WEB where that was nothing."""
    if not typed:
        return WEB
    channel = known(campaign, typed)
    return channel.kept if channel else QR + UNKNOWN


def by_short_code(campaign: Campaign, code: str) -> tuple[str | None, Channel | None] | None:
    """Questionnaire and channel of the code behind a short link; None where this campaign knows neither.

    Such a code is a channel's, or a questionnaire's name and a channel's, as in `driver-510104`. The questionnaire is
    found also where its channel is not there any more, since paper lasts longer than a list of codes.
    """
    if (channel := known(campaign, code)) is not None:
        return channel.questionnaire, channel
    names = [name for name in campaign.questionnaires if f"{code.casefold()}-".startswith(f"{name}-")]
    if not names:
        return None
    name = max(names, key=len)
    return name, known(campaign, code[len(name) + 1 :])


def short_code(channel: Channel, questionnaire: str) -> str:
    """The code of the short link to that questionnaire by that channel."""
    return channel.code if channel.questionnaire == questionnaire else f"{questionnaire}-{channel.code}"
