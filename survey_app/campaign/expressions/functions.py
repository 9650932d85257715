"""The functions of the expression language that need nothing but their arguments, as ODK defines them
(https://docs.getodk.org/form-operators-functions). Decided here, where it is silent:

unanswered values of a repeat are left out of sum, min, max and join; characters are code points; `int` cuts
towards zero, `floor` goes down; `round` goes up at one half, on the decimal digits as written; names of
months and days are English.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import ROUND_FLOOR, Decimal

from survey_app.campaign.expressions.conversions import (
    NAN,
    Value,
    moment_of_days,
    to_moment,
    to_number,
    to_text,
    truth,
)
from survey_app.campaign.expressions.patterns import matches

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS_OF_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

DATE_LETTERS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: f"{moment.month}",
    "b": lambda moment: _MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: f"{moment.day}",
    "a": lambda moment: _DAYS_OF_WEEK[moment.weekday()],
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: f"{moment.hour}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "3": lambda moment: f"{moment.microsecond // 1000:03}",
    "%": lambda _moment: "%",
}


def flat(*values: Value) -> Iterator[Value]:
    """The values, those inside lists one by one."""
    for value in values:
        if isinstance(value, tuple):
            yield from flat(*value)
        else:
            yield value


def _answered(*values: Value) -> Iterator[Value]:
    return (value for value in flat(*values) if value != "")


def _codes(value: Value) -> list[str]:
    """The codes of a multiple answer, a list or, as XForms keeps it, a text with spaces between."""
    if isinstance(value, tuple):
        return [to_text(code) for code in _answered(value)]
    return to_text(value).split()


def _selected(value: Value, code: Value) -> Value:
    return to_text(code).strip() in _codes(value)


def _count_selected(value: Value) -> Value:
    return float(len(_codes(value)))


def _selected_at(value: Value, place: Value) -> Value:
    codes, number = _codes(value), to_number(place)
    return codes[int(number)] if 0 <= number < len(codes) else ""


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    return then if truth(condition) else otherwise


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if value not in ("", ())), "")


def _regex(value: Value, pattern: Value) -> Value:
    return matches(to_text(value), to_text(pattern))


def _substr(value: Value, start: Value, end: Value = math.inf) -> Value:
    """From start up to, without, end; both count from 0, negative ones from the end of the text."""
    text, first, last = to_text(value), to_number(start), to_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return text[_index(first, text) : _index(last, text)]


def _index(number: float, text: str) -> int:
    return int(max(-len(text), min(number, len(text))))


def _normalize_space(value: Value) -> Value:
    return re.sub("[ \t\r\n]+", " ", to_text(value)).strip(" ")


def _concat(*values: Value) -> Value:
    return "".join(map(to_text, flat(*values)))


def _join(separator: Value, *values: Value) -> Value:
    return to_text(separator).join(map(to_text, _answered(*values)))


def _boolean_from_string(value: Value) -> Value:
    return to_text(value) in ("true", "1")


def _moment(value: Value) -> date | datetime | None:
    if isinstance(value, float):
        return moment_of_days(value)
    return to_moment(value)


def _date(value: Value) -> Value:
    moment = _moment(value)
    return "" if moment is None else date(moment.year, moment.month, moment.day)


def _date_time(value: Value) -> Value:
    moment = _moment(value)
    return "" if moment is None else _with_time(moment)


def _with_time(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _decimal_date_time(value: Value) -> Value:
    moment = _moment(value)
    return NAN if moment is None else to_number(moment)


def _format_date(value: Value, written: Value) -> Value:
    moment = _moment(value)
    if moment is None:
        return ""
    whole = _with_time(moment)

    def shown(letter: re.Match[str]) -> str:
        known = DATE_LETTERS.get(letter[1])
        return known(whole) if known else letter[0]

    return re.sub(r"%(.)", shown, to_text(written), flags=re.DOTALL)


def _whole(rounded: Callable[[float], int]) -> Callable[[Value], Value]:
    """A function of one number that is made whole; NaN and the infinities stay."""

    def of(value: Value) -> Value:
        number = to_number(value)
        return float(rounded(number)) if math.isfinite(number) else number

    return of


def _round(value: Value, places: Value = 0.0) -> Value:
    number, digits = to_number(value), to_number(places)
    if math.isnan(digits) or not math.isfinite(number):
        return NAN if math.isnan(digits) else number
    shift = int(max(-400, min(digits, 400)))  # beyond the digits of any double
    shifted = Decimal(repr(number)).scaleb(shift)
    return float((shifted + Decimal("0.5")).to_integral_value(ROUND_FLOOR).scaleb(-shift))


def _pow(value: Value, exponent: Value) -> Value:
    number, power = to_number(value), to_number(exponent)
    if power != 0 and (math.isnan(number) or math.isnan(power) or (abs(number) == 1 and math.isinf(power))):
        return NAN
    try:
        return math.pow(number, power)
    except OverflowError:
        return -math.inf if number < 0 and math.fmod(power, 2) != 0 else math.inf
    except ValueError:  # 0 to a negative power, or a root of a negative number
        is_odd = abs(math.fmod(power, 2)) == 1
        return NAN if number != 0 else math.copysign(math.inf, number) if is_odd else math.inf


def _sum(*values: Value) -> Value:
    total = 0.0
    for value in _answered(*values):  # plain addition, as a browser adds; sum() compensates in later Pythons
        total += to_number(value)
    return total


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., Value]:
    def of(*values: Value) -> Value:
        numbers = [to_number(value) for value in _answered(*values)]
        return choose(numbers) if numbers and not any(map(math.isnan, numbers)) else NAN

    return of


def _count(value: Value) -> Value:
    """How many entries a repeat has; of one answer, whether there is one."""
    return float(len(value) if isinstance(value, tuple) else value != "")


def _count_non_empty(value: Value) -> Value:
    entries = value if isinstance(value, tuple) else (value,)
    return float(sum(entry not in ("", ()) for entry in entries))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": lambda value: abs(to_number(value)),
    "boolean": truth,
    "boolean-from-string": _boolean_from_string,
    "ceiling": _whole(math.ceil),
    "coalesce": _coalesce,
    "concat": _concat,
    "contains": lambda value, part: to_text(part) in to_text(value),
    "count": _count,
    "count-non-empty": _count_non_empty,
    "count-selected": _count_selected,
    "date": _date,
    "date-time": _date_time,
    "decimal-date-time": _decimal_date_time,
    "ends-with": lambda value, end: to_text(value).endswith(to_text(end)),
    "false": lambda: False,
    "floor": _whole(math.floor),
    "format-date": _format_date,
    "format-date-time": _format_date,
    "if": _if,
    "int": _whole(math.trunc),
    "join": _join,
    "max": _extreme(max),
    "min": _extreme(min),
    "normalize-space": _normalize_space,
    "not": lambda value: not truth(value),
    "number": to_number,
    "pow": _pow,
    "regex": _regex,
    "round": _round,
    "selected": _selected,
    "selected-at": _selected_at,
    "starts-with": lambda value, start: to_text(value).startswith(to_text(start)),
    "string": to_text,
    "string-length": lambda value: float(len(to_text(value))),
    "substr": _substr,
    "sum": _sum,
    "true": lambda: True,
}
