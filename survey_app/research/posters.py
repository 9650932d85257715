"""Posters and stickers for the places, units and channels of whoever asks; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response as AnyResponse

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import Channel
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.scopes import Scope
from survey_app.errors import NotFound, Said, SurveyError
from survey_app.exporting import SIZES, Paper, channels_for, paper, stylesheet
from survey_app.research import access, seen
from survey_app.research.access import page
from survey_app.research.tables.refused import status_of, words_of
from survey_app.roles import Role
from survey_app.web import languages

ROLES: tuple[Role, ...] = ("coordinator", "researcher")
HERE, UNITS, CHANNELS, LEVEL = "place", "units", "channels", "level:"
SIZE_LABELS = {"A4": _("Posters, A4"), "sticker": _("Stickers, eight on a sheet")}
KINDS = {
    HERE: _("The one place that is chosen"),
    UNITS: _("Each unit (station, company)"),
    CHANNELS: _("Each line of channels.csv"),
}
LONGEST = 200
NAMED = 12
"""How many of them the page names."""


@dataclass(frozen=True)
class Asked:
    """What posters are asked for. `what`: one of HERE, UNITS, CHANNELS, or LEVEL and a level's name."""

    campaign: Campaign
    scope: Scope
    questionnaire: str
    what: str
    place: str
    size: str
    first: str
    also: tuple[str, ...]
    address: str

    @classmethod
    def read(cls) -> Asked:
        """Out of the address. Raises NoPage for a questionnaire that there is not."""
        campaign, args = seen.campaign(), request.args
        name = args.get("questionnaire") or next((each.name for each in campaign.public), "")
        if name not in {each.name for each in campaign.public}:
            raise NoPage
        offered = campaign.languages_of(campaign.questionnaires[name])
        first = args.get("first", "") or offered[0]
        also = args.getlist("also") if "first" in args else offered
        return cls(
            campaign,
            access.scope(campaign),
            name,
            args.get("what", ""),
            args.get("place", ""),
            args.get("size", "") or SIZES[0],
            first,
            tuple(each for each in dict.fromkeys(also) if each != first),
            (args.get("address", "") or request.url_root).strip(),
        )

    @property
    def asked_of(self) -> Questionnaire:
        """The questionnaire to which they lead."""
        return self.campaign.questionnaires[self.questionnaire]

    @property
    def is_of_this_machine(self) -> bool:
        """Whether the address is one that no phone can open."""
        try:
            return urlsplit(self.address).hostname in ("localhost", "127.0.0.1", "::1")
        except ValueError:
            return False

    @property
    def query(self) -> str:
        """The address that asks for the same again."""
        fields = ("questionnaire", "what", "place", "size", "first", "address")
        pairs = [("campaign", self.campaign.name), *((each, getattr(self, each)) for each in fields)]
        return urlencode(
            [(name, text) for name, text in pairs if text] + [("also", each) for each in self.also]
        )

    @property
    def told(self) -> Mapping[str, Any]:
        """What the log says of it."""
        is_level = self.what.startswith(LEVEL)
        return {
            "campaign": self.campaign.name,
            "level" if is_level else "what": self.what.removeprefix(LEVEL),
            "place": self.place,
            "size": self.size,
            "languages": [self.first, *self.also],
            "address": self.address,
        }

    def paper(self) -> Paper:
        """The posters, not yet drawn. Raises SurveyError or NotFound with words."""
        self._refuse_unreadable()
        return paper(
            self.campaign,
            self.asked_of,
            self._channels(),
            self.address,
            size=self.size,
            languages=(self.first, *self.also),
        )

    def _refuse_unreadable(self) -> None:
        for text in (self.what, self.place, self.size, self.address, self.first, *self.also):
            if len(text) > LONGEST or not text.isprintable():
                raise SurveyError(Said("what was asked for cannot be read: choose from the lists again"))
        if self.place and not self._covers(self.place):
            raise NotFound(
                Said("there is no place '%(place)s' among yours: choose one of the list", place=self.place)
            )

    def _channels(self) -> list[Channel]:
        found = channels_for(self.campaign, self.asked_of, **self._which())
        own = [each for each in found if self._covers(each.region) and self._within(each.region)]
        if not own:
            raise SurveyError(
                Said("none of these lies in your places: choose another place, or other posters")
            )
        return own

    def _which(self) -> dict[str, Any]:
        place = self.place or None
        if self.what.startswith(LEVEL):
            return {"level": self.what.removeprefix(LEVEL), "region": place}
        if self.what == UNITS:
            return {"units": True, "region": place}
        if self.what == CHANNELS:
            return {"listed_ones": True}
        if self.what == HERE and place:
            return {"region": place}
        raise SurveyError(Said("choose what the posters are for, and of one place which one"))

    def _covers(self, region: str | None) -> bool:
        """Whether it is the person's to print: what belongs to no place is so for those who see everything."""
        return self.scope.covers(region) and (region is None or region in self.campaign.regions)

    def _within(self, region: str | None) -> bool:
        if not self.place:
            return True
        return region is not None and self.campaign.regions.is_within(region, self.place)

    def kinds(self) -> Iterator[tuple[str, str]]:
        """What posters can be made for, with its label."""
        language, regions = languages.current(), self.campaign.regions
        there = {region.level for region in regions if self._covers(region.code)}
        for level in reversed(self.campaign.about.levels):
            if level.name in there:
                yield f"{LEVEL}{level.name}", str(_("Each of: %(level)s", level=level.label.in_(language)))
        there_too = {HERE: True, UNITS: self.campaign.units, CHANNELS: self.campaign.channels}
        yield from ((code, str(label)) for code, label in KINDS.items() if there_too[code])

    def spoken(self) -> Mapping[str, str]:
        """The languages that the questionnaire has, by code."""
        names = self.campaign.about.languages
        return {code: names.get(code, code) for code in self.campaign.languages_of(self.asked_of)}


@page("/posters", *ROLES, nav=_("Posters"), place=60)
def posters() -> tuple[str, int] | str:
    """What can be printed, and how many sheets that would be."""
    asked = Asked.read()
    made, wrong, status = _made(asked) if "what" in request.args else (None, "", 200)
    body = render_template(
        "desk/posters.html",
        **seen.words(asked.campaign),
        asked=asked,
        made=made,
        wrong=wrong,
        regions=list(seen.regions_in(asked.campaign, asked.scope)),
        sizes=SIZE_LABELS,
        named=NAMED,
    )
    return (body, status) if wrong else body


@page("/posters.html", *ROLES)
def posters_to_print() -> AnyResponse:
    """The sheets, drawn one by one while they go out; that they were made is written down first.

    With `taken` it is a file that needs nothing beside it; else a page with a stylesheet of its own.
    """
    if "what" not in request.args:
        return redirect(url_for("research.posters"), 303)
    asked = Asked.read()
    made, wrong, status = _made(asked)
    if made is None:
        return Response(f"{wrong}\n", status, content_type="text/plain; charset=utf-8")
    access.audit("posters made", asked.questionnaire, **asked.told, sheets=made.sheets)
    taken = "taken" in request.args
    sheet_address = "" if taken else url_for("research.posters_stylesheet")
    response = Response(made.pieces(sheet_address), content_type="text/html; charset=utf-8")
    if taken:
        name = f"{asked.campaign.name}_{asked.questionnaire}_{asked.size}_{date.today().isoformat()}.html"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@page("/posters.css", *ROLES)
def posters_stylesheet() -> Response:
    """How sheets look that are opened in the browser, where no page may hold a stylesheet itself."""
    return Response(stylesheet(), content_type="text/css; charset=utf-8")


def _made(asked: Asked) -> tuple[Paper | None, str, int]:
    """The posters, or words for what cannot be made and their status."""
    try:
        return asked.paper(), "", 200
    except SurveyError as error:
        return None, words_of(error), status_of(error)
