"""Reading one raw answer of each kind: one named function a kind, and the table that lists them.

A reader is given the question, the raw value (never blank) and the campaign's regions. It returns the canonical
answer or raises `Refusal`. Raw values come from forms and files (strings, lists of strings) or are canonical already.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Set
from datetime import date, time
from typing import Any, TypeVar

from survey_app.campaign.models import (
    Checklist,
    DateQuestion,
    Decimal,
    FileQuestion,
    Integer,
    Range,
    Rank,
    RegionQuestion,
    Scale,
    SelectMultiple,
    SelectOne,
    TextQuestion,
    TimeQuestion,
)
from survey_app.campaign.regions import Regions

LARGEST = 10**15
"""Numbers beyond this lose digits in spreadsheets and browsers."""

WHOLE = re.compile(r"[+-]?\d{1,16}(\.0+)?")
NUMBER = re.compile(r"[+-]?(\d{1,16}(\.\d{0,12})?|\.\d{1,12})")
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00(?:\.0+)?)?)?")
MOMENT = re.compile(r"(\d{1,2})\s*[:.点时]\s*(\d{1,2})\s*分?(?::\d{1,2}(?:\.\d+)?)?")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FILE_NAME = re.compile(r"[0-9a-f]{32}")
SURROGATE = re.compile(r"[\ud800-\udfff]")


Bound = TypeVar("Bound", int, float, date)


class Refusal(Exception):
    """The raw value cannot be this question's answer. `words` is an English sentence and a message id."""

    def __init__(self, code: str, words: str, *, row: str | None = None, **values: Any) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.row = row
        self.values = values


def is_blank(raw: Any) -> bool:
    """Whether nothing was answered: nothing, spaces, or a list or mapping of nothing."""
    if isinstance(raw, str):
        return not raw or raw.isspace()
    if raw is None:
        return True
    if isinstance(raw, Mapping):
        return all(is_blank(value) for value in raw.values())
    if isinstance(raw, list | tuple):
        return all(is_blank(value) for value in raw)
    return False


def clean(text: str) -> str:
    """Text that every database and file format can hold: newlines as \\n, no control characters, no half characters."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", UNREADABLE.sub("", text)).strip()


def _one(raw: Any) -> str:
    """The one value in `raw`, as text without spaces around it; a list may hold one that is not blank."""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, list | tuple):
        filled = [value for value in raw if not is_blank(value)]
        if len(filled) != 1:
            raise Refusal("several", "Give one answer only.")
        raw = filled[0]
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise Refusal("type", "This answer cannot be read.")
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= LARGEST:
        raw = int(raw)
    return clean(str(raw))


def _many(raw: Any) -> list[str]:
    values = raw if isinstance(raw, list | tuple) else [raw]
    return list(dict.fromkeys(_one(value) for value in values if not is_blank(value)))


def _plain(raw: Any) -> str:
    """As typed on any keyboard: full-width digits and signs become plain ones."""
    text = _one(raw)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _chosen(code: str, codes: Set[str]) -> str:
    if code not in codes:
        raise Refusal("choice", "Choose one of the answers offered.", given=code[:60])
    return code


def select_one(question: SelectOne | Scale, raw: Any, regions: Regions) -> str:
    """A code of the list."""
    return _chosen(_one(raw), question.codes)


def select_multiple(question: SelectMultiple, raw: Any, regions: Regions) -> list[str]:
    """Codes of the list, each once, in the order of the list; an exclusive one stands alone."""
    given = {_chosen(code, question.codes) for code in _many(raw)}
    chosen = [choice for choice in question.choices if choice.name in given]
    alone = next((choice for choice in chosen if choice.exclusive), None)
    if alone and len(chosen) > 1:
        raise Refusal(
            "exclusive", "“%(choice)s” cannot be chosen together with other answers.", choice=alone.label
        )
    if question.max_choices and len(chosen) > question.max_choices:
        raise Refusal("most", "Choose at most %(most)s.", most=question.max_choices)
    if question.min_choices and not alone and len(chosen) < question.min_choices:
        raise Refusal("fewest", "Choose at least %(fewest)s.", fewest=question.min_choices)
    return [choice.name for choice in chosen]


def rank(question: Rank, raw: Any, regions: Regions) -> list[str]:
    """Codes in order, the most important first: a list of codes, or a place (1, 2, …) for each code."""
    codes = _by_place(raw) if isinstance(raw, Mapping) else _many(raw)
    for code in codes:
        _chosen(code, question.codes)
    wanted = question.max_choices or len(question.choices)
    if len(codes) > wanted:
        raise Refusal("most", "Choose at most %(most)s.", most=wanted)
    if question.max_choices is None and len(codes) < wanted:
        raise Refusal("rank_all", "Give every line a place.")
    return codes


def _by_place(raw: Mapping[Any, Any]) -> list[str]:
    places: dict[int, str] = {}
    for code, place in raw.items():
        if is_blank(place):
            continue
        number = _whole(place)
        if number in places:
            raise Refusal("rank_tie", "Two lines have the same place. Give each its own.")
        places[number] = str(code)
    return [places[number] for number in sorted(places)]


def _whole(raw: Any) -> int:
    text = _plain(raw)
    if not WHOLE.fullmatch(text):
        raise Refusal("integer", "Enter a whole number, as in 12.")
    number = int(float(text)) if "." in text else int(text)
    if abs(number) > LARGEST:
        raise Refusal("integer", "This number is too large.")
    return number


def _number(raw: Any) -> float:
    text = _plain(raw)
    if not NUMBER.fullmatch(text):
        raise Refusal("decimal", "Enter a number, as in 3.5.")
    number = float(text)
    if abs(number) > LARGEST:
        raise Refusal("decimal", "This number is too large.")
    return number


def _within(value: Bound, least: Bound | None, most: Bound | None) -> Bound:
    is_day = isinstance(value, date)
    if least is not None and value < least:
        words = "The day must be %(least)s or later." if is_day else "It must be %(least)s or more."
        raise Refusal("least", words, least=_as_typed(least))
    if most is not None and value > most:
        words = "The day must be %(most)s or earlier." if is_day else "It must be %(most)s or less."
        raise Refusal("most", words, most=_as_typed(most))
    return value


def _as_typed(bound: Bound) -> Bound | str:
    """A bound as a person would write it: 0, not 0.0."""
    return f"{bound:.12g}" if isinstance(bound, float) else bound


def integer(question: Integer, raw: Any, regions: Regions) -> int:
    """A whole number within min and max."""
    return _within(_whole(raw), question.min, question.max)


def decimal(question: Decimal, raw: Any, regions: Regions) -> float:
    """A number within min and max."""
    return _within(_number(raw), question.min, question.max)


def range_(question: Range, raw: Any, regions: Regions) -> int | float:
    """A number from start to end that is a whole count of steps away from start."""
    number = _within(_number(raw), question.start, question.end)
    steps = (number - question.start) / question.step
    if not math.isclose(steps, round(steps), abs_tol=1e-6):
        raise Refusal(
            "step",
            "Choose one of the steps from %(start)g by %(step)g.",
            start=question.start,
            step=question.step,
        )
    return int(number) if number.is_integer() else number


def text(question: TextQuestion, raw: Any, regions: Regions) -> str:
    """Words, at most `max_length` characters."""
    words = _one(raw) if question.multiline else _one(raw).replace("\n", " ")
    if len(words) > question.max_length:
        raise Refusal(
            "too_long",
            "At most %(most)s characters; you wrote %(length)s. Please shorten it.",
            most=question.max_length,
            length=len(words),
        )
    return words


def day(question: DateQuestion, raw: Any, regions: Regions) -> str:
    """A day as YYYY-MM-DD; written 2021-6-4, 2021/6/4 or 2021年6月4日, or in three parts year, month, day."""
    if isinstance(raw, date):
        raw = raw.isoformat()
    if isinstance(raw, Mapping):
        raw = "-".join(_plain(raw.get(part) or "") for part in ("year", "month", "day"))
    found = DAY.fullmatch(_plain(raw))
    try:
        value = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        value = None
    if value is None:
        raise Refusal("date", "Enter a real day as year-month-day, as in 2021-06-04.")
    return _within(value, question.min, question.max).isoformat()


def moment(question: TimeQuestion, raw: Any, regions: Regions) -> str:
    """A time of day as HH:MM."""
    if isinstance(raw, time):
        raw = raw.isoformat("minutes")
    found = MOMENT.fullmatch(_plain(raw))
    hour, minute = (int(part) for part in found.groups()) if found else (99, 99)
    if hour > 23 or minute > 59:
        raise Refusal("time", "Enter a time as hours:minutes, as in 08:30.")
    return f"{hour:02}:{minute:02}"


def checklist(question: Checklist, raw: Any, regions: Regions) -> dict[str, str]:
    """A code for each row that was answered, in the order of the rows."""
    if not isinstance(raw, Mapping):
        raise Refusal("type", "This answer cannot be read.")
    rows = {row.name for row in question.rows}
    stranger = next((str(row) for row in raw if row not in rows), None)
    if stranger is not None:
        raise Refusal("unknown", "There is no row “%(given)s”.", given=stranger[:60])
    answered: dict[str, str] = {}
    for row in question.rows:
        if not is_blank(raw.get(row.name)):
            try:
                answered[row.name] = _chosen(_one(raw[row.name]), question.codes)
            except Refusal as refusal:
                refusal.row = row.name
                raise
    return answered


def region(question: RegionQuestion, raw: Any, regions: Regions) -> str:
    """A region's code at the wanted level (or the deepest there is), or the code of an extra choice."""
    filled = [value for value in raw if not is_blank(value)] if isinstance(raw, list | tuple) else [raw]
    code = _one(filled[-1])
    if code in question.codes:
        return code
    if code not in regions or (question.within and not regions.is_within(code, question.within)):
        raise Refusal("region", "Choose a place from the list.", given=code[:60])
    if is_above(code, question, regions):
        raise Refusal("region_deeper", "Choose the place within %(region)s too.", region=regions[code].label)
    return code


def is_above(code: str, question: RegionQuestion, regions: Regions) -> bool:
    """Whether `code` is a region above the wanted level that has regions in it to choose from."""
    if question.level not in regions.levels or regions[code].level not in regions.levels:
        return False
    depth = regions.levels.index
    return depth(regions[code].level) < depth(question.level) and bool(regions.children(code))


def files(question: FileQuestion, raw: Any, regions: Regions) -> list[str]:
    """The names under which files are kept, at most `max_files`; whether they are there is not known here."""
    names = _many(raw)
    if not all(FILE_NAME.fullmatch(name) for name in names):
        raise Refusal("type", "This answer cannot be read.")
    if len(names) > question.max_files:
        raise Refusal("most", "At most %(most)s files. Please remove one.", most=question.max_files)
    return names


READERS: dict[str, Callable[[Any, Any, Regions], Any]] = {
    "select_one": select_one,
    "scale": select_one,
    "select_multiple": select_multiple,
    "rank": rank,
    "integer": integer,
    "decimal": decimal,
    "range": range_,
    "text": text,
    "date": day,
    "time": moment,
    "checklist": checklist,
    "region": region,
    "file": files,
    "image": files,
}
"""Kind to reader. A kind that is not here takes no answer."""

WANTED: dict[str, str] = {
    "select_one": "Choose an answer.",
    "scale": "Choose an answer.",
    "select_multiple": "Choose at least one answer.",
    "rank": "Give every line a place.",
    "integer": "Enter a whole number, as in 12.",
    "decimal": "Enter a number, as in 3.5.",
    "range": "Choose a number.",
    "text": "Please write an answer.",
    "date": "Enter a real day as year-month-day, as in 2021-06-04.",
    "time": "Enter a time as hours:minutes, as in 08:30.",
    "checklist": "Choose an answer for “%(row_label)s”.",
    "region": "Choose a place from the list.",
    "file": "Please add a file.",
    "image": "Please add a photo.",
}
"""What to do where a required answer is missing."""
