"""The shapes of the files in a campaign folder that are not models elsewhere."""

from __future__ import annotations

from pydantic import Field

from survey_app.campaign.campaign import Tile, Unit
from survey_app.campaign.channels import Channel
from survey_app.campaign.models import Code, Model, Name
from survey_app.campaign.targets import Target
from survey_app.campaign.texts import Text


class RegionRow(Model):
    """A line of regions.csv."""

    code: Code
    label: Text
    level: Name
    parent: Code | None = None
    short: Text | None = None
    pinyin: str = ""


class RegionsFile(Model):
    """regions.csv."""

    regions: tuple[RegionRow, ...] = Field(min_length=1)


class UnitsFile(Model):
    """units.csv."""

    units: tuple[Unit, ...] = ()


class ChannelsFile(Model):
    """channels.csv."""

    channels: tuple[Channel, ...] = ()


class TargetsFile(Model):
    """targets.csv."""

    targets: tuple[Target, ...] = ()


class GroupEntry(Model):
    """A research group and the regions it covers."""

    name: Code
    label: Text
    regions: tuple[Code, ...] = Field(min_length=1)


class GroupsFile(Model):
    """groups.yaml."""

    groups: tuple[GroupEntry, ...] = Field(min_length=1)


class TileGrid(Model):
    """tilegrid.json: where each region stands on the tile map."""

    tiles: tuple[Tile, ...] = Field(min_length=1)
