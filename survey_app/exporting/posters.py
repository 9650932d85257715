"""Posters and stickers to print: a sheet a channel, with a QR and an address that can be typed by hand.

A file of HTML holds them all and needs nothing beside it; a browser prints one sheet of A4 for each channel, or makes a
PDF of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import Channel, known, of_places, short_code
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import listed, suggestion
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.files import put_in_place, target
from survey_app.exporting.words import say

Size = Literal["A4", "sticker"]
SIZES: tuple[str, ...] = get_args(Size)
ON_A_SHEET: dict[str, int] = {"A4": 1, "sticker": 8}
"""How many of a size stand on one sheet of A4."""
LONG, LONGER = 120, 320
"""Widths of the words in one language, in Chinese characters, from which on they are set smaller, and smaller still."""
TAGS = {"zh": "zh-Hans"}

WORDS: dict[str, Text] = {
    "scan": Text({"zh": "微信扫一扫，填写问卷", "en": "Scan to answer"}),
    "typed": Text({"zh": "或在浏览器中输入", "en": "Or type into a browser"}),
    "minutes": Text({"zh": "约{minutes}分钟", "en": "About {minutes} minutes"}),
    "no_sign_up": Text({"zh": "无需注册", "en": "No sign-up"}),
    "anonymous": Text({"zh": "匿名，可随时退出", "en": "Anonymous; stop at any time"}),
    "call": Text({"zh": "需要处理具体问题，请拨打", "en": "To have a case handled, call"}),
    "posters": Text({"zh": "海报", "en": "Posters"}),
}
"""The program's own sentences; a language without them gets Chinese."""


@dataclass(frozen=True)
class Poster:
    """What stands on a poster beside the words of the questionnaire. `typed` is the address as a hand types it."""

    channel: Channel
    drawn: Markup
    typed: str


def chosen(
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

    Each once, in that order. Raises NotFound or SurveyError with words where something is not there, or none is left.
    """
    found = [_named(campaign, questionnaire, code) for code in codes]
    if listed_ones:
        found += [c for c in campaign.channels if c.questionnaire in (None, questionnaire.name)]
    if region is not None and region not in campaign.regions:
        cure = suggestion(region, campaign.regions.by_code, "see the codes in regions.csv")
        raise NotFound(f"there is no region '{region}' in campaign {campaign.name}: {cure}")
    if level is not None and level not in campaign.regions.levels:
        there = f"there are {listed(campaign.regions.levels) or 'none'}"
        raise NotFound(
            f"there is no level '{level}' in campaign {campaign.name}: "
            f"{suggestion(level, campaign.regions.levels, there)}"
        )
    for channel in of_places(campaign):
        within = region is None or campaign.regions.is_within(channel.region or "", region)
        wanted = units if channel.unit else _is_of_level(campaign, channel, region, level)
        if wanted and within:
            found.append(channel)
    if not found:
        raise SurveyError(
            "there is no poster to make: name a --channel, --all of channels.csv, --units, or a --region or --level"
        )
    return list({channel.name: channel for channel in reversed(found)}.values())[::-1]


def _named(campaign: Campaign, questionnaire: Questionnaire, code: str) -> Channel:
    channel = known(campaign, code)
    if channel is None:
        names = [each.name for each in campaign.every_channel.values()]
        cure = suggestion(code, names, "a line in channels.csv, a region's code or a unit's is one")
        raise NotFound(f"there is no channel '{code}' in campaign {campaign.name}: {cure}")
    if channel.questionnaire not in (None, questionnaire.name):
        raise SurveyError(
            f"channel {code} leads to {channel.questionnaire}: ask with --questionnaire {channel.questionnaire}"
        )
    return channel


def _is_of_level(campaign: Campaign, channel: Channel, region: str | None, level: str | None) -> bool:
    here = campaign.regions[channel.name]
    return here.level == level if level else here.code == region


def write_posters(
    campaign: Campaign,
    questionnaire: Questionnaire,
    channels: Sequence[Channel],
    base_url: str,
    path: Path,
    *,
    size: str = "A4",
    languages: Sequence[str] = (),
) -> int:
    """Write the posters as one file of HTML; gives how many sheets they print on.

    `languages`: those on the paper, the first one large; default: the questionnaire's. Raises SurveyError, NotAPlace or
    NotWritten with words.
    """
    if questionnaire.staff:
        raise SurveyError(f"{questionnaire.name} is filled in by staff, and has no public page to lead to")
    target(path, "html", ("html",))
    spoken = _languages(campaign, questionnaire, languages)
    made = [_poster(channel, questionnaire, _base(base_url)) for channel in channels]
    page = _TEMPLATES.get_template("posters.html").render(
        posters=made,
        copies=ON_A_SHEET[size],
        size=size,
        said=list(_said(campaign, questionnaire, spoken)),
        language=spoken[0],
        tag=lambda language: TAGS.get(language, language),
        texts=WORDS,
        title=f"{questionnaire.title.in_(spoken[0])} · {say(WORDS['posters'], spoken[0])}",
    )
    with put_in_place(path.parent) as scratch:
        (scratch / path.name).write_text(page, encoding="utf-8")
    return len(made)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Said:
    """The words of a poster in one language; `fit` says how large they can be set."""

    language: str
    organisation: Text
    title: Text
    purpose: Text | None
    facts: tuple[Text, ...]
    hotlines: tuple[tuple[str, Text], ...]
    fit: str


def _said(campaign: Campaign, questionnaire: Questionnaire, languages: Sequence[str]) -> Iterator[Said]:
    about, purpose = campaign.about, questionnaire.purpose or campaign.about.purpose
    for language in languages:
        width = sum(_width(text.in_(language)) for text in (questionnaire.title, purpose) if text)
        yield Said(
            language,
            about.organisation,
            questionnaire.title,
            purpose,
            tuple(_facts(questionnaire)),
            tuple((hotline.number, hotline.label) for hotline in about.hotlines),
            "longer" if width > LONGER else "long" if width > LONG else "short",
        )


def _facts(questionnaire: Questionnaire) -> Iterator[Text]:
    if questionnaire.minutes:
        wordings = WORDS["minutes"].root.items()
        yield Text({code: words.format(minutes=questionnaire.minutes) for code, words in wordings})
    yield WORDS["no_sign_up"]
    if not any(_must_be_named(placed.question) for placed in questionnaire.placed):
        yield WORDS["anonymous"]


def _must_be_named(question: object) -> bool:
    """Whether nobody can answer without saying who he is."""
    tells = getattr(question, "sensitive", False) or getattr(question, "role", None) == "contact"
    return bool(tells) and getattr(question, "required", False) is not False


def _width(words: str) -> float:
    return sum(0.5 if sign.isascii() else 1 for sign in words)


def _languages(campaign: Campaign, questionnaire: Questionnaire, wanted: Sequence[str]) -> list[str]:
    """The languages of the paper; beside the first one only those in which the title is there."""
    offered = campaign.languages_of(questionnaire)
    for language in wanted:
        if language not in offered:
            raise SurveyError(
                f"{questionnaire.name} is not offered in '{language}': its languages are {', '.join(offered)}"
            )
    first, *others = wanted or offered
    return [first, *(language for language in others if questionnaire.title.has(language))]


def _base(base_url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", base_url):
        raise SurveyError(
            f"'{base_url}' is no address of this survey: give the one people see, as in https://survey.example.org"
        )
    return base_url.rstrip("/")


def _poster(channel: Channel, questionnaire: Questionnaire, base: str) -> Poster:
    address = f"{base}/s/{short_code(channel, questionnaire.name)}"
    # error correction q: a quarter of the signs may be lost to dirt and rain
    svg = segno.make(address, micro=False, error="q").svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    # numbers and fixed names: the address itself is not in it
    return Poster(channel, Markup(svg), address.partition("://")[2])  # noqa: S704
