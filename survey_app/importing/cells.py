"""Cells as they come, what they say as text, and columns as a person finds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | time | timedelta | None

EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets, so that day 61 is the 1st of March 1900 (ECMA-376 part 1, 18.17.4.1)."""
SERIAL_DAYS = range(20_000, 80_000)
"""Numbers taken for days where a day is wanted: 1954 to 2119."""
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file: its number as spreadsheets count (the first row is 1), its cells; `broken`: why it is none."""

    number: int
    cells: Sequence[Cell]
    broken: str = ""


def text_of(cell: Cell) -> str:
    """What the cell says. Whole numbers have no point, days are 2021-05-18, times of day 08:30."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, time):
        return cell.isoformat("minutes" if not cell.second else "seconds")
    return str(cell)


def plain(text: str) -> str:
    """The text for comparing: full width is half width, letter case, blanks and invisible signs do not count."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return "".join(text.casefold().split())


def is_blank(cell: Cell) -> bool:
    """Whether nothing, or nothing that can be seen, stands in the cell."""
    if not isinstance(cell, str):
        return cell is None
    return not cell.strip() or (not cell.isascii() and not cell.translate(INVISIBLE).strip())


def letter(index: int) -> str:
    """The letters that spreadsheets give the column of that index: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(text: str, longest: int = 60) -> str:
    """A text of unknown origin, fit for a terminal: on one line, not long, with control characters as codes."""
    line = " ".join(text[: longest * 4].split())
    visible = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in line)
    return f"“{visible[: longest - 1]}…”" if len(visible) > longest else f"“{visible}”"


_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY = re.compile(
    r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?"
    r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
)


def day_of(cell: Cell, order: str) -> date | None:
    """The day that a cell tells, its time left out; `order` says what follows what. None: it tells none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", text_of(cell)).strip()
    if _SERIAL.fullmatch(text):
        return EPOCH + timedelta(days=int(float(text))) if int(float(text)) in SERIAL_DAYS else None
    found = _DAY.fullmatch(text)
    return _real_day(found, order) if found else None


def _real_day(found: re.Match[str], order: str) -> date | None:
    """None for a day that no calendar has, and for a year of two digits, which could be any."""
    parts = dict(zip(order if len(found[1]) < 4 else "ymd", map(int, found.groups()), strict=True))
    try:
        day = date(parts["y"], parts["m"], parts["d"])
    except ValueError:
        return None
    return day if day.year >= 1000 else None
