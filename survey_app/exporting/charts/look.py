"""How charts look: fonts, colours, the words around them."""

from __future__ import annotations

from typing import Any

import altair as alt

from survey_app.campaign.texts import Text
from survey_app.exporting.cells import visible
from survey_app.exporting.charts.points import NUMBERED, Points
from survey_app.tabulation import Table
from survey_app.tabulation.intervals import SMALL, is_small
from survey_app.tabulation.text import wrapped
from survey_app.tabulation.words import BASE_LINE, ONLY_WHERE, SCORED_LINE, SMALL_SAMPLE, phrase

FONT = (
    "Noto Sans CJK SC, Source Han Sans SC, Noto Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, "
    "Droid Sans Fallback, sans-serif"
)
"""A font with Chinese letters first: looking each letter up in all fonts of a system takes ten times as long."""
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
SHADES = ["#f2f6fb", "#cfe0f0", "#93bbdc", "#3f7fb6", "#0f4476"]
DARK = 0.64
"""The share of the highest figure from which words on a shade are white."""
SHOWN = f"split(slice(datum.label, {NUMBERED}), '\\n')"
"""Labels without their numbers, line by line."""
LINE_HEIGHT = 15
RAISED = f"(length(split(datum.label, '\\n')) - 1) * {LINE_HEIGHT}"
"""By how much a label of several lines has to be lifted so that it ends where one of one line does."""
TITLE, SUBTITLE, NOTE, LABEL = 15, 12, 10.5, 12
LEAST_WIDTH = 460


def framed(body: Any, points: Points, source: str, width: int) -> Any:
    """The chart with its title, what its figures are, its base and its source around it."""
    table, language = points.table, points.language
    width = max(width, LEAST_WIDTH)
    title = alt.TitleParams(
        _lines(table.title.in_(language), width, TITLE),
        subtitle=_lines(table.figure_label.in_(language), width, SUBTITLE),
        anchor="start",
        offset=16,
    )
    words = (*_notes(table), Text.plain(source))
    foot = alt.TitleParams(
        [line for each in words for line in _lines(each.in_(language), width, NOTE)],
        orient="bottom",
        anchor="start",
        fontSize=NOTE,
        fontWeight="normal",
        color=QUIET,
        lineHeight=15,
        offset=16,
    )
    inner = alt.vconcat(body).properties(title=foot)
    return alt.vconcat(inner).properties(title=title, padding=14, background=PAPER).configure(**_config())


def _notes(table: Table) -> list[Text]:
    """What whoever sees the chart alone must know."""
    notes = [phrase(ONLY_WHERE, where=table.where)] if table.where else []
    if table.base is not None and table.people is not None:
        pattern = BASE_LINE if table.measure.scale is None else SCORED_LINE
        notes.append(phrase(pattern, base=table.base, people=table.people))
    if is_small(table.row_base).any() or is_small(table.column_base).any():
        notes.append(phrase(SMALL_SAMPLE, least=SMALL))
    return [*notes, *table.notes[-1 if table.least is None else -2 :]]


def _lines(words: str, width: int, size: float) -> list[str]:
    """The words in lines that fit; a letter is about half as wide as it is high, a Chinese one as wide."""
    return wrapped(visible(words), int(width / size * 1.9)) if words else []


def _config() -> dict[str, Any]:
    words = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "font": FONT,
            "fontSize": TITLE,
            "lineHeight": 21,
            "color": INK,
            "subtitleFont": FONT,
            "subtitleFontSize": SUBTITLE,
            "subtitleColor": QUIET,
            "subtitleLineHeight": 17,
            "subtitlePadding": 5,
        },
        "axis": words
        | {
            "labelFontSize": LABEL,
            "titleFontSize": LABEL,
            "titleFontWeight": "normal",
            "labelLimit": 0,
            "titleLimit": 0,
            "labelLineHeight": LINE_HEIGHT,
            "domainColor": QUIET,
            "tickColor": RULE,
            "gridColor": RULE,
        },
        "legend": words
        | {
            "labelFontSize": LABEL,
            "titleFontSize": LABEL,
            "titleFontWeight": "normal",
            "labelLimit": 0,
            "titleLimit": 0,
            "symbolType": "square",
            "titlePadding": 7,
        },
        "text": {"font": NUMBERS, "fontSize": 11, "color": INK},
    }
