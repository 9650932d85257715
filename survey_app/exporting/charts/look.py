"""How charts look: fonts, colours, the words around them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from survey_app.campaign.texts import Text
from survey_app.exporting.cells import visible
from survey_app.exporting.charts.picture import LINE_HEIGHT, Spec
from survey_app.exporting.charts.points import Points
from survey_app.tabulation.chance import on_small
from survey_app.tabulation.intervals import SMALL
from survey_app.tabulation.notes import of_periods
from survey_app.tabulation.text import star, wrapped
from survey_app.tabulation.words import (
    BASE_LINE,
    HOLLOW,
    SCORED_LINE,
    SELF_SELECTED,
    SELF_SELECTED_SHORT,
    SMALL_SAMPLE,
    both,
    phrase,
)

FONT = (
    "Noto Sans CJK SC, Source Han Sans SC, Noto Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, "
    "Droid Sans Fallback, sans-serif"
)
"""A font with Chinese letters first: looking each letter up in all fonts of a system takes ten times as long."""
MEASURED = f"Droid Sans Fallback, {FONT}"
"""What words are measured in, where the machine has it: its Chinese letters are as wide, and it takes half the time."""
NUMBERS = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
"""For figures: a small font is measured in half the time that a large one with Chinese letters takes."""
INK, QUIET, RULE, PAPER = "#1c2430", "#5b6675", "#d9dee5", "white"
COLOURS = (
    "#1f5f99",
    "#e08a1e",
    "#2a8f6d",
    "#b8435a",
    "#7b62a8",
    "#8a6a3b",
    "#5aa5c8",
    "#c7c04a",
    "#d987a8",
    "#6b7785",
    "#94b86a",
    "#3f3f6e",
)
"""Told apart also by those who see few colours, in this order."""
WORST_TO_BEST = ("#a8432f", "#e3a071", "#d8d3c4", "#86b3d6", "#1f5f99")
"""For the steps of a scale: the further from the middle, the darker; red and blue differ for all who see colours."""
NO_STEP = ("#7d8794", "#b3bac3", "#5a626d")
"""For answers beside the scale, such as “don't know”."""
SHADES = ("#f2f6fb", "#cfe0f0", "#93bbdc", "#3f7fb6", "#0f4476")
TITLE, SUBTITLE, NOTE, LABEL = 15, 12, 10.5, 12
LEAST_WIDTH = 460


MADE_UP = both(
    "虚构答卷，仅供试用，数字没有实际意义", "Made-up answers, for trying out: the figures mean nothing"
)
FULL_AND_FAINT = both("原色：{own}；淡色：{other}", "Full colour: {own}; faint: {other}")
LARGE_AND_SMALL = both("大字：{own}；下方小字：{other}", "Large: {own}; below, in small: {other}")
BOTH_SHOWN = {
    "line": both("实线：{own}；虚线：{other}", "Solid: {own}; dashed: {other}"),
    "bars": FULL_AND_FAINT,
    "stacked": FULL_AND_FAINT,
    "heat": LARGE_AND_SMALL,
    "tiles": LARGE_AND_SMALL,
}
"""By kind of chart, how the two figures of a comparison are told apart."""
WORDLESS = ("line", "stacked")
"""Kinds that write no figures, so that the name of what is compared with bears the star of a small base."""
STARRED = both("{label}{star}", "{label}{star}")


def colours_of(scores: Sequence[float | None]) -> list[str]:
    """A colour for each column: by its score where columns are steps of a scale, else those of COLOURS in order."""
    steps = sorted({score for score in scores if score is not None})
    if len(steps) < 2:
        return list(COLOURS[: len(scores)])
    by_step = {score: between(WORST_TO_BEST, place / (len(steps) - 1)) for place, score in enumerate(steps)}
    beside = itertools.cycle(NO_STEP)
    return [next(beside) if score is None else by_step[score] for score in scores]


def between(colours: Sequence[str], share: float) -> str:
    """The colour so far on the way from the first to the last."""
    place = share * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    ends = zip(*(bytes.fromhex(colours[low + up][1:]) for up in (0, 1)), strict=True)
    return "#" + "".join(f"{round(one + (place - low) * (other - one)):02x}" for one, other in ends)


def ink_on(colour: str) -> str:
    """Black or white, whichever is told better from a colour: one of both always has a contrast of 4.5 to 1."""
    return max(("black", "white"), key=lambda ink: contrast(INKS[ink], _luminance(colour)))


def contrast(one: float, other: float) -> float:
    """That of two luminances, from 1 to 21 (WCAG 2)."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """From 0 (black) to 1 (white), of sRGB (IEC 61966-2-1)."""
    parts = (part / 255 for part in bytes.fromhex(colour[1:]))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


INKS = {"black": 0.0, "white": 1.0}
"""What words on a shade are written in, with its luminance."""


def framed(body: Spec, points: Points, source: str, width: int, kind: str, *, made_up: bool) -> Spec:
    """The chart with its title, what its figures are, its base and its source around it."""
    table, language = points.table, points.language
    width = max(width, LEAST_WIDTH)
    title = {
        "text": _lines(table.title.in_(language), width, TITLE),
        "subtitle": [
            line
            for each in _about(points, kind, made_up=made_up)
            for line in _lines(each.in_(language), width, SUBTITLE)
        ],
        "anchor": "start",
        "offset": 16,
    }
    words = (*_notes(points, kind), Text.plain(source))
    foot = {
        "text": [line for each in words for line in _lines(each.in_(language), width, NOTE)],
        "orient": "bottom",
        "anchor": "start",
        "fontSize": NOTE,
        "fontWeight": "normal",
        "color": QUIET,
        "lineHeight": 15,
        "offset": 16,
    }
    return {
        "vconcat": [{"vconcat": [body], "title": foot}],
        "title": title,
        "padding": 14,
        "background": PAPER,
        # what the library would say of itself to those who hear a page, it would say in English
        "config": {"aria": False, **_config()},
    }


def _about(points: Points, kind: str, *, made_up: bool) -> Iterator[Text]:
    """What the figures are, which of two is which, and that they say nothing where the answers are made up."""
    label = points.table.figure_label
    starred = points.star or star(kind in WORDLESS and points.has_small_cells)
    yield phrase(STARRED, label=label, star=starred) if starred else label
    if points.against is not None and points.differences is not None:
        own, other = points.against.names
        if kind in WORDLESS and points.differences.small.any():
            other = phrase(STARRED, label=other, star="*")
        yield phrase(BOTH_SHOWN[kind], own=own, other=other)
    if made_up:
        yield MADE_UP


def _notes(points: Points, kind: str) -> list[Text]:
    """What whoever sees the chart alone must know; of intervals only where it shows them."""
    table = points.table
    notes = [*table.whom]
    if table.base is not None and table.people is not None:
        pattern = BASE_LINE if table.measure.scale is None else SCORED_LINE
        notes.append(phrase(pattern, base=table.base, people=table.people))
    for note in of_periods(table.partial):
        notes.append(phrase(HOLLOW, note=note) if kind == "line" else note)
    if points.has_stars:
        notes.append(phrase(SMALL_SAMPLE, least=SMALL))
    if points.differences is not None and (said := on_small(points.differences)) is not None:
        notes.append(said)
    notes += table.notes[-1 if table.least is None else -2 :]
    return [SELF_SELECTED_SHORT if each == SELF_SELECTED and kind != "bars" else each for each in notes]


def _lines(words: str, width: int, size: float) -> list[str]:
    """The words in lines that fit; a letter is about half as wide as it is high, a Chinese one as wide."""
    return wrapped(visible(words), int(width / size * 1.9)) if words else []


def _config() -> Spec:
    words = {
        "labelFont": MEASURED,
        "titleFont": MEASURED,
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": LABEL,
        "titleFontSize": LABEL,
        "titleFontWeight": "normal",
        "labelLimit": 0,
        "titleLimit": 0,
    }
    return {
        "font": MEASURED,
        "view": {"stroke": None},
        "title": {
            "font": MEASURED,
            "fontSize": TITLE,
            "lineHeight": 21,
            "color": INK,
            "subtitleFont": MEASURED,
            "subtitleFontSize": SUBTITLE,
            "subtitleColor": QUIET,
            "subtitleLineHeight": 17,
            "subtitlePadding": 5,
        },
        "axis": words
        | {
            "labelLineHeight": LINE_HEIGHT,
            "domainColor": QUIET,
            "tickColor": RULE,
            "gridColor": RULE,
        },
        "legend": words | {"symbolType": "square", "titlePadding": 7},
        "text": {"font": NUMBERS, "fontSize": 11, "color": INK},
    }
