"""What a value is worth as text, number, condition or date: XPath 1.0's conversions (section 4), and dates.

A date counts as days since 1970-01-01, a date with a time as days with a fraction, a time of day as a
fraction of a day. Times are the wall clock's: zones are dropped. Numbers are doubles, as in a browser.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = "str | float | bool | date | datetime | tuple[Value, ...]"
"""What an expression comes to. Several codes, a repeat's values and a checklist's choices are a tuple."""

NAN = float("nan")
DEEPEST_ANSWER = 4  # lists in lists: a repeat holds entries, they hold checklists or several codes
_EPOCH = date(1970, 1, 1)
_SECONDS = 86_400  # in a day
_LIST_TYPES = (list, tuple, set, frozenset)

_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
_DATE_TIME = re.compile(rf"{_DATE.pattern}T{_CLOCK}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")


def to_value(answer: object, depth: int = DEEPEST_ANSWER) -> Value:
    """An answer made a value: None becomes "", a list a tuple, a checklist the tuple of its choices.

    What no answer can be (bytes, or lists in lists without end) counts as unanswered.
    """
    if isinstance(answer, (str, bool)):
        return answer
    if isinstance(answer, (int, float, Decimal)):
        return _double(answer)
    if isinstance(answer, datetime):
        return answer.replace(tzinfo=None)
    if isinstance(answer, date):
        return answer
    if isinstance(answer, time):
        return answer.strftime("%H:%M")
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, _LIST_TYPES) and depth:
        return tuple(to_value(part, depth - 1) for part in answer)
    return ""


def to_text(value: Value) -> str:
    """A list is joined by spaces; a date is in ISO 8601; 1.0 is "1"; booleans are "true" and "false"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number_text(float(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(map(to_text, value))


def to_number(value: Value) -> float:
    """Days for a date, NaN for a text that is no number, date or time, and for an unanswered question."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    text_or_date = to_text(value) if isinstance(value, tuple) else value
    moment = to_moment(text_or_date)
    if moment is not None:
        return _days(moment)
    text = to_text(text_or_date)
    if _NUMBER.fullmatch(text):
        return float(text)
    return _part_of_day(text) if _TIME.fullmatch(text) else NAN


def truth(value: Value | None) -> bool:
    """Whether a condition holds: numbers but 0 and NaN, texts and lists that are not empty (also "false")."""
    if isinstance(value, (bool, int, float)):
        return bool(value) and not math.isnan(value)
    return value not in (None, "", ())


def to_moment(value: Value) -> date | datetime | None:
    """The date, or date with time, that a value is, or that it writes in ISO 8601; None for anything else."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
        if _DATE_TIME.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:  # the 31st of February
        return None
    return None


def later(moment: date | datetime, days: float) -> date | datetime | None:
    """The moment so many days later; whole days keep a date a date. None outside the years 1 to 9999."""
    try:
        if not isinstance(moment, datetime) and not float(days).is_integer():
            moment = datetime.combine(moment, time.min)
        return moment + timedelta(days=days)
    except (OverflowError, ValueError):
        return None


def moment_of_days(days: float) -> date | datetime | None:
    """The date, or with a fraction the date with time, that many days after 1970-01-01."""
    return later(_EPOCH, days)


def _double(number: int | float | Decimal) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    except ValueError:  # a signalling NaN
        return NAN


def _number_text(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    written = format(Decimal(repr(number)), "f")
    return written.removesuffix(".0")


def _days(moment: date | datetime) -> float:
    whole = float(moment.toordinal() - _EPOCH.toordinal())
    if isinstance(moment, datetime):
        return whole + (moment - datetime.combine(moment, time.min)).total_seconds() / _SECONDS
    return whole


def _part_of_day(text: str) -> float:
    clock = time.fromisoformat(text)
    return (clock.hour * 3600 + clock.minute * 60 + clock.second) / _SECONDS
