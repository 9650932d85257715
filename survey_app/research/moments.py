"""Moments as people at the desk read them: on the clock of the campaign, with the zone said. Kept are they in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import get_locale

from survey_app.research import access

UTC_KEYS = ("UTC", "Etc/UTC")


def zone() -> ZoneInfo:
    """The zone of the first campaign; UTC where there is none."""
    return ZoneInfo(next((each.about.time_zone for each in access.campaigns()), "UTC"))


def local(moment: datetime) -> datetime:
    """A moment that was kept, with the zone's offset."""
    return moment.replace(tzinfo=UTC).astimezone(zone())


def shown(moment: datetime) -> str:
    """A moment that was kept, to the second, as that zone's clock showed it."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def zone_name() -> str:
    """What the zone is called in the page's language; UTC, which lies nowhere, by that name."""
    if zone().key in UTC_KEYS:
        return "UTC"
    return get_timezone_name(zone(), locale=get_locale() or "en")
