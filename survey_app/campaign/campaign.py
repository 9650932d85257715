"""A campaign: everything in its folder, read and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from survey_app.campaign.channels import Channel, of_places
from survey_app.campaign.issues import Issues
from survey_app.campaign.models import Code, Formula, Model, Name, Questionnaire, Slug
from survey_app.campaign.regions import Regions
from survey_app.campaign.targets import Target
from survey_app.campaign.texts import Text

Period = Literal["day", "week", "month"]
Percent = Literal["row", "column", "total"]
ABOUT_RESPONSES = ("questionnaire", "audience", "channel", "language", "version", "date")
"""What is known of every response, without a question."""
ABOUT_SIDES = (*ABOUT_RESPONSES, "channel_kind")
"""Sides of a table that are made of that; `channel_kind`: the channel, all posters of places and units as one."""
EVERYONE = "all"
"""The side of a table that does not divide."""
COUNTS = ("respondents", "mentions", "share")
OF_A_SCALE = ("mean", "satisfied")
"""Measures: counts stand alone, the others may name their scale behind a colon, as in mean:B12."""


class Level(Model):
    """A level of the region tree, from the top down."""

    name: Name
    label: Text


class Hotline(Model):
    """A number to call instead."""

    number: str
    label: Text


class Retention(Model):
    """How long things are kept, in days."""

    draft_days: int = Field(30, ge=1, le=366)
    contact_days: int = Field(180, ge=1)


class Disclosure(Model):
    """What may leave the house: no cell under `least` respondents, counts rounded to `base`."""

    least: int = Field(10, ge=5)
    base: int = Field(5, ge=1)


class TableWish(Model):
    """A table that the campaign wants, to be asked for by `name`."""

    name: Slug
    label: Text
    rows: str
    columns: str
    questionnaires: tuple[Slug, ...] = ()
    level: Name | None = None
    scheme: Name | None = None
    period: Period | None = Field(None, description="Where a side is `date`.")
    measure: str = "respondents"
    percent: Percent | None = None
    where: Formula | None = None
    weights: str | None = Field(
        None, description="A question that takes a number: how much each response counts."
    )
    without_flagged: bool = Field(False, description="Leave out responses about which something looks wrong.")
    public: bool = Field(False, description="May be shown to whoever sees released figures only, rounded.")


class Milestone(Model):
    """Something that each place is to reach, as in: plan issued. `levels`: those whose places are counted."""

    name: Name
    label: Text
    levels: tuple[Name, ...] = Field(
        min_length=1, description="Whose places reach it: levels of the regions."
    )


class CampaignFile(Model):
    """campaign.yaml."""

    name: Slug
    title: Text
    organisation: Text
    listed: bool = Field(True, description="Shown on the first page; false for an example.")
    languages: dict[str, str] = Field(min_length=1, description="Code: what the language calls itself.")
    audiences: dict[Name, Text] = Field(default_factory=dict, description="What each audience is called.")
    levels: tuple[Level, ...] = ()
    hotlines: tuple[Hotline, ...] = ()
    quick_exit: str | None = Field(
        None, pattern=r"^https?://", description="A harmless page elsewhere, for whoever must leave quickly."
    )
    purpose: Text | None = None
    privacy: Text
    consent: Text
    opens: date | None = None
    closes: date | None = None
    time_zone: str = Field(
        "UTC", description="By whose clock days begin and the desk shows times, as in Asia/Shanghai."
    )
    retention: Retention = Retention()
    disclosure: Disclosure = Disclosure()
    recipients: tuple[str, ...] = Field(
        (), description="age public keys to which sensitive answers are sealed."
    )
    groups_are_example: bool = Field(False, description="The research groups are made up.")
    targets_are_example: bool = Field(False, description="The targets in targets.csv are made up.")
    milestones: tuple[Milestone, ...] = Field(
        (), description="What each place is to reach; ticked on the desk."
    )
    tables: tuple[TableWish, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone '{name}': write one as Asia/Shanghai, or UTC") from error
        return name


REST = "other"
"""The kind of what is no unit."""


class Unit(Model):
    """An enforcement unit; it may belong to no region."""

    name: Code
    label: Text
    kind: str
    parent: Code | None = None
    region: Code | None = None

    @property
    def is_rest(self) -> bool:
        """Whether it is no unit but the choice for those that are not in the list: its kind is `other`."""
        return self.kind == REST


class Tile(Model):
    """A region's place on the tile grid, counted from 0 at the top left."""

    code: Code
    column: int = Field(ge=0)
    row: int = Field(ge=0)


@dataclass(frozen=True)
class Campaign:
    """A folder: questionnaires, regions, issues, groups, tables."""

    path: Path
    about: CampaignFile
    regions: Regions = field(default_factory=Regions)
    issues: Issues = field(default_factory=Issues)
    units: tuple[Unit, ...] = ()
    channels: tuple[Channel, ...] = ()
    tiles: tuple[Tile, ...] = ()
    targets: tuple[Target, ...] = ()
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name, as in `sichuan-2021`."""
        return self.about.name

    @property
    def default_language(self) -> str:
        """The first of its languages."""
        return next(iter(self.about.languages))

    @cached_property
    def every_channel(self) -> Mapping[str, Channel]:
        """By code in small letters, the channels of channels.csv, then those of units and regions."""
        found: dict[str, Channel] = {}
        for channel in (*self.channels, *of_places(self)):
            found.setdefault(channel.code.casefold(), channel)
        return found

    @property
    def public(self) -> tuple[Questionnaire, ...]:
        """The questionnaires that are not for staff."""
        return tuple(
            questionnaire for questionnaire in self.questionnaires.values() if not questionnaire.staff
        )

    def languages_of(self, questionnaire: Questionnaire) -> tuple[str, ...]:
        """The language codes that `questionnaire` is offered in."""
        return questionnaire.languages or tuple(self.about.languages)

    def audience_label(self, audience: str) -> Text:
        """What an audience is called; its own name where campaign.yaml does not say."""
        return self.about.audiences.get(audience) or Text.plain(audience)

    @property
    def asked_audiences(self) -> tuple[str, ...]:
        """The audiences of the questionnaires that are not for staff, as responses have them, in order."""
        return tuple(dict.fromkeys(each.audience[0] for each in self.public))

    def opening(self, questionnaire: Questionnaire) -> tuple[date | None, date | None]:
        """First and last day on which it takes answers; None: no limit."""
        return (questionnaire.opens or self.about.opens, questionnaire.closes or self.about.closes)

    def is_open(self, questionnaire: Questionnaire, today: date) -> bool:
        """Whether it takes answers on `today`, both days included."""
        opens, closes = self.opening(questionnaire)
        return (opens is None or opens <= today) and (closes is None or today <= closes)
