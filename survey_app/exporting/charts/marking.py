"""What a drawn chart carries beside its looks: at each mark its place in the table, and its words.

The library that draws can write but one text at a mark, its aria-label. A key goes in there, and comes out as
attributes that a script and a screen reader can use. What the library says of itself, in English, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

WITHIN = re.compile(
    r'<text aria-label="([wv])(\d+,\d+)" role="graphics-symbol" aria-roledescription="[^"]*"([^>]*?) font-size="0px"'
)
"""Words that are drawn of no size: they stand within a cell, so nothing depends on how wide they are, and to measure
each of them would take longer than all else."""
SIZES = {"w": 11, "v": 9.5}
KEYED = re.compile(
    r'<(\w+) aria-label="([mobpl])(\d+)(?:,(\d+))?" role="graphics-symbol" aria-roledescription="[^"]*"'
)
OF_THE_LIBRARY = re.compile(
    r'(<\w+(?: class="[^"]*")?) role="graphics-\w+" aria-roledescription="[^"]*"(?: aria-label="[^"]*")?'
)
LINE_END = "&#10;"

Telling = Callable[[int, int, int], list[str]]
"""Of row, column and pair, the lines that a mark says."""


def marked(drawn: str, told: Telling) -> str:
    """The SVG with `class`, `data-row` and `data-column` at each mark and beside it, and words at each mark."""

    def attributes(found: re.Match[str]) -> str:
        tag, kind, first, second = found.groups()
        if kind == "l":
            return f'<{tag} class="line" data-column="{first}"'
        place = f'data-row="{first}" data-column="{second}"'
        if kind in "bp":
            return f'<{tag} class="by" aria-hidden="true" {place} data-pair="{"bp".index(kind)}"'
        pair = "mo".index(kind)
        words = LINE_END.join(escape(line) for line in told(int(first), int(second), pair))
        return f'<{tag} class="mark" {place} data-pair="{pair}" role="img" aria-label="{words}"'

    return OF_THE_LIBRARY.sub(r"\1", KEYED.sub(attributes, WITHIN.sub(_sized, drawn)))


def _sized(found: re.Match[str]) -> str:
    """Words within a cell, as large as they are to be: those of the cell beside its mark, those of the other a mark."""
    kind, place, rest = found.groups()
    key = f"{'bo'['wv'.index(kind)]}{place}"
    shown = 'role="graphics-symbol" aria-roledescription="text"'
    return f'<text aria-label="{key}" {shown}{rest} font-size="{SIZES[kind]}px"'
