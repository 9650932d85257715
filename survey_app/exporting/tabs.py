"""How tabs of a workbook are called, and how much room their cells want."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from survey_app.exporting.cells import units
from survey_app.exporting.readback import Cell, written
from survey_app.formulas import disarm

LONGEST_TAB = 31
ONE_LINE = 24
"""Width up to which the name of a column stands on one line."""


def tab_names(names: Sequence[str]) -> list[str]:
    """Names that tabs can have, in order: no []:*?/\\ or controls, at most 31 UTF-16 units, no two alike."""
    taken: list[str] = []
    for name in names:
        clean = re.sub(r"[\[\]:*?/\\\0-\x1f\ud800-\udfff\ufffe\uffff]", "_", name).strip("' ")
        clean = disarm(clean).replace("'", "_", 1) if disarm(clean) != clean else clean
        taken.append(_unlike(clean or "sheet", [*taken, "history"]))
    return taken


def _unlike(name: str, taken: Sequence[str]) -> str:
    known = {other.casefold() for other in taken}
    number, tried = 1, _shortened(name, "")
    while tried.casefold() in known:
        number += 1
        tried = _shortened(name, f"~{number}")
    return tried


def _shortened(name: str, ending: str) -> str:
    while units(name + ending) > LONGEST_TAB:
        name = name[:-1]
    return name.rstrip("' ") + ending


def width(text: str) -> int:
    """Its longest line in columns of the screen: Chinese characters take two."""
    return max(cell_len(line) for line in text.split("\n"))


def header_width(name: str) -> float:
    """A short name in full; a long one wraps in its high cell."""
    wide = width(name) + 2
    return wide if wide <= ONE_LINE else max(ONE_LINE, wide / 2)


def header_lines(name: str, widest: int) -> int:
    """How many lines it takes in a column of its width, or of the widest; at most four are shown."""
    return min(max(lines_of(name, int(min(header_width(name), widest)) - 2), 1), 4)


def lines_of(text: str, wide: int) -> int:
    """How many lines it takes when wrapped at `wide`."""
    return sum(1 + (width(line) - 1) // wide for line in text.split("\n"))


def widths_of(rows: Sequence[tuple[Cell, ...]]) -> list[int]:
    """The widest of the first rows' cells, column by column."""
    return [max(width(written(cell)) for cell in column) for column in zip(*rows[:50], strict=True)]
