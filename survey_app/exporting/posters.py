"""Posters and stickers to print: a sheet a channel, with a QR and an address that can be typed by hand.

A file of HTML holds them all and needs nothing beside it; a browser prints one sheet of A4 for each channel, or makes a
PDF of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import Channel, known, of_places, short_code
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import listed, suggestion
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.files import NotAPlace, put_in_place, target
from survey_app.exporting.words import say

Size = Literal["A4", "sticker"]
SIZES: tuple[str, ...] = get_args(Size)
ON_A_SHEET: dict[str, int] = {"A4": 1, "sticker": 8}
"""How many of a size stand on one sheet of A4."""
LONG = {"longer": (80, 400), "long": (45, 230), "short": (0, 0)}
"""Widths, in Chinese characters, from which on words are set smaller: of the longest title, and of the title and the
purpose in all languages together."""
TIGHT = 60
"""Width of the titles together from which on a sticker has room for nothing else."""
WIDE = 42
"""Signs of an address that fit on one line of a poster."""
TAGS = {"zh": "zh-Hans"}

WORDS: dict[str, Text] = {
    "scan": Text({"zh": "微信扫一扫，填写问卷", "en": "Scan to answer"}),
    "typed": Text({"zh": "或在浏览器中输入", "en": "Or type into a browser"}),
    "minute": Text({"zh": "约1分钟", "en": "About 1 minute"}),
    "minutes": Text({"zh": "约{minutes}分钟", "en": "About {minutes} minutes"}),
    "no_sign_up": Text({"zh": "无需注册", "en": "No sign-up"}),
    "anonymous": Text({"zh": "匿名，可随时退出", "en": "Anonymous; stop at any time"}),
    "call": Text({"zh": "需要处理具体问题，请拨打", "en": "To have a case handled, call"}),
    "posters": Text({"zh": "海报", "en": "Posters"}),
}
"""The program's own sentences; on paper whose first language has none of them, they are in Chinese."""


@dataclass(frozen=True)
class Line:
    """Words, and the tag of the language they are in."""

    tag: str
    words: str

    @property
    def phrases(self) -> list[str]:
        """The words in parts that are better kept on one line: what is in parentheses is one."""
        return [part for part in re.split(r"\s*(?=[（(])", self.words) if part]


Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Poster:
    """What stands on one poster alone. `typed` is the address as a hand types it."""

    place: Lines
    code: str
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

    Of a questionnaire that belongs to a region, those in it. Each once, in that order. Raises NotFound or SurveyError
    with words where something is not there or lies outside, or none is left.
    """
    found = [_named(campaign, questionnaire, code) for code in codes]
    if listed_ones:
        listed_here = [c for c in campaign.channels if c.questionnaire in (None, questionnaire.name)]
        found += [c for c in listed_here if c.region is None or _asks_in(campaign, questionnaire, c.region)]
    if region is not None and region not in campaign.regions:
        cure = suggestion(region, campaign.regions.by_code, "see the codes in regions.csv")
        raise NotFound(f"there is no region '{region}' in campaign {campaign.name}: {cure}")
    if region is not None and level is None and not units:
        _refuse_outside(campaign, questionnaire, region)
    if level is not None and level not in campaign.regions.levels:
        there = f"there are {listed(campaign.regions.levels) or 'none'}"
        raise NotFound(
            f"there is no level '{level}' in campaign {campaign.name}: "
            f"{suggestion(level, campaign.regions.levels, there)}"
        )
    for channel in of_places(campaign):
        here = channel.region or ""
        within = region is None or campaign.regions.is_within(here, region)
        wanted = units if channel.unit else _is_of_level(campaign, channel, region, level)
        if wanted and within and _asks_in(campaign, questionnaire, here):
            found.append(channel)
    if not found:
        raise SurveyError(
            "there is no poster to make: name a --channel, --all of channels.csv, --units, or a --region or --level"
        )
    once: dict[str, Channel] = {}
    for channel in found:
        once.setdefault(channel.code, channel)
    return list(once.values())


def _named(campaign: Campaign, questionnaire: Questionnaire, code: str) -> Channel:
    channel = known(campaign, code)
    if channel is None:
        codes = [each.code for each in campaign.every_channel.values()]
        cure = suggestion(code, codes, "a line in channels.csv, a region's code or a unit's is one")
        raise NotFound(f"there is no channel '{code}' in campaign {campaign.name}: {cure}")
    if channel.questionnaire not in (None, questionnaire.name):
        raise SurveyError(
            f"channel {code} leads to {channel.questionnaire}: ask with --questionnaire {channel.questionnaire}"
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
            f"{questionnaire.name} belongs to {name} ({own}), and {region} is not in it: name a place that is, or "
            "another --questionnaire"
        )


def _is_of_level(campaign: Campaign, channel: Channel, region: str | None, level: str | None) -> bool:
    here = campaign.regions[channel.code]
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
    _refuse_other_kinds(target(path, "html", ("html",)))
    spoken, base = _languages(campaign, questionnaire, languages), _base(base_url)
    made = [_poster(channel, questionnaire, base, spoken) for channel in channels]
    page = _TEMPLATES.get_template("posters.html").render(
        posters=made,
        copies=ON_A_SHEET[size],
        size=size,
        wide=WIDE,
        language=TAGS.get(spoken[0], spoken[0]),
        heading=f"{questionnaire.title.in_(spoken[0])} · {say(WORDS['posters'], spoken[0])}",
        **_said(campaign, questionnaire, spoken),
    )
    with put_in_place(path.parent) as scratch:
        (scratch / path.name).write_text(page, encoding="utf-8")
    return len(made)


def _refuse_other_kinds(path: Path) -> None:
    if path.suffix.lower() not in (".html", ".htm"):
        raise NotAPlace(
            f"{path.name} does not end in .html: posters are written as HTML, and the browser that prints them "
            f"makes the PDF. Name it {path.with_suffix('.html').name}"
        )


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _lines(text: Text | None, languages: Sequence[str]) -> Lines:
    """The text in the first language, borrowed where it has none; in the others only where it has words of its own."""
    lines: dict[str, Line] = {}
    if text is None:
        return ()
    for language in languages:
        if not lines or text.has(language):
            code, words = text.language_of(language), text.in_(language)
            lines.setdefault(words, Line(TAGS.get(code, code), words))
    return tuple(lines.values())


def _said(campaign: Campaign, questionnaire: Questionnaire, languages: Sequence[str]) -> dict[str, Any]:
    """What all the posters say; `fit` and `tight` tell how large the title and the purpose can be set."""
    about = campaign.about
    title = _lines(questionnaire.title, languages)
    purpose = _lines(questionnaire.purpose or about.purpose, languages)
    titles = [_width(line.words) for line in title]
    whole = sum(titles) + sum(_width(line.words) for line in purpose)
    return {
        "house": _lines(about.organisation, languages[:1]),
        "title": title,
        "purpose": purpose,
        "scan": _lines(WORDS["scan"], languages),
        "by_hand": _lines(WORDS["typed"], languages),
        "facts": [_lines(fact, languages) for fact in _facts(questionnaire)],
        "call": _lines(WORDS["call"], languages),
        "hotlines": [(hotline.number, _lines(hotline.label, languages)) for hotline in about.hotlines],
        "fit": next(fit for fit, (one, all_) in LONG.items() if max(titles) >= one or whole >= all_),
        "tight": sum(titles) > TIGHT,
    }


def _facts(questionnaire: Questionnaire) -> Iterator[Text]:
    if questionnaire.minutes:
        wordings = WORDS["minute" if questionnaire.minutes == 1 else "minutes"].root.items()
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
    """The address before which nothing and after which `/s/…` comes, as people write it."""
    try:
        parts = urlsplit(base_url.strip())
        right = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        right = right and (parts.port or 1) and not parts.query and not parts.fragment
        _in_ascii(base_url.strip())
    except ValueError:
        right = False
    if not right or re.search(r"[\s\\<>\"]", base_url.strip()):
        raise SurveyError(
            f"'{base_url}' is no address of this survey: give the one people see, as in https://survey.example.org"
        )
    return base_url.strip().rstrip("/")


def _in_ascii(address: str) -> str:
    """The address as programs pass it on: a host in Chinese is written as IDNA says. Raises ValueError."""
    parts = urlsplit(address)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return f"{parts.scheme}://{host}{quote(parts.path, safe='/%~')}"


def _poster(channel: Channel, questionnaire: Questionnaire, base: str, languages: Sequence[str]) -> Poster:
    address = f"{base}/s/{short_code(channel, questionnaire.name)}"
    # error correction q: a quarter of the signs may be lost to dirt and rain
    made = segno.make(_in_ascii(address), micro=False, error="q")
    # numbers and fixed names: the address itself is not in it
    drawn = Markup(made.svg_inline(omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704
    return Poster(_lines(channel.label, languages), channel.code, drawn, address.partition("://")[2])
