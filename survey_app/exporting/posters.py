"""Posters and stickers to print: a sheet a channel, with a QR and an address that can be typed by hand.

A file of HTML holds them all and needs nothing beside it; a browser prints one sheet of A4 for each channel, or makes a
PDF of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import Channel, short_code
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.texts import Text
from survey_app.errors import Said, SurveyError
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
A_POSTER = 50
"""Parts of a template that go out together: about those of one poster."""
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


@dataclass(frozen=True)
class Paper:
    """Posters before they are drawn: each channel has a sheet of A4."""

    questionnaire: Questionnaire
    channels: Sequence[Channel]
    base: str
    size: str
    languages: Sequence[str]
    said: Mapping[str, Any]

    @property
    def sheets(self) -> int:
        """How many sheets of A4 they print on."""
        return len(self.channels)

    def pieces(self, sheet_address: str = "") -> Iterator[str]:
        """The page, piece by piece: each poster is drawn when its turn comes.

        `sheet_address`: where its stylesheet is; without one it stands in the page, which then needs nothing beside it.
        """
        first = self.languages[0]
        page = _TEMPLATES.get_template("posters.html").stream(
            posters=(_poster(each, self.questionnaire, self.base, self.languages) for each in self.channels),
            copies=ON_A_SHEET[self.size],
            size=self.size,
            wide=WIDE,
            language=TAGS.get(first, first),
            heading=f"{self.questionnaire.title.in_(first)} · {say(WORDS['posters'], first)}",
            sheet_address=sheet_address,
            looks="" if sheet_address else Markup(stylesheet()),  # noqa: S704 - our own file
            **self.said,
        )
        page.enable_buffering(A_POSTER)
        yield from page


def paper(
    campaign: Campaign,
    questionnaire: Questionnaire,
    channels: Sequence[Channel],
    base_url: str,
    *,
    size: str = "A4",
    languages: Sequence[str] = (),
) -> Paper:
    """Posters to be drawn. `languages`: those on the paper, the first one large; default: the questionnaire's.

    Raises SurveyError with words.
    """
    if questionnaire.staff:
        raise SurveyError(
            Said("%(name)s is filled in by staff, and has no public page to lead to", name=questionnaire.name)
        )
    if size not in SIZES:
        raise SurveyError(Said("there is no size '%(size)s': choose A4 or sticker", size=size))
    spoken = _languages(campaign, questionnaire, languages)
    said = _said(campaign, questionnaire, spoken)
    return Paper(questionnaire, channels, _base(base_url), size, spoken, said)


def stylesheet() -> str:
    """How the paper looks."""
    return Path(__file__).with_name("templates").joinpath("posters.css").read_text(encoding="utf-8")


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

    For the rest see `paper`. Raises SurveyError, NotAPlace or NotWritten with words.
    """
    asked = paper(campaign, questionnaire, channels, base_url, size=size, languages=languages)
    _refuse_other_kinds(target(path, "html", ("html",)))
    with put_in_place(path.parent) as scratch, (scratch / path.name).open("w", encoding="utf-8") as file:
        file.writelines(asked.pieces())
    return asked.sheets


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
                Said(
                    "%(name)s is not offered in '%(language)s': its languages are %(offered)s",
                    name=questionnaire.name,
                    language=language,
                    offered=", ".join(offered),
                )
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
            Said(
                "'%(address)s' is no address of this survey: "
                "give the one people see, as in https://survey.example.org",
                address=base_url,
            )
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
