"""What an expression comes to, given the answers: XPath 1.0 as ODK uses it. A browser has to follow the same rules:

- an unanswered question is ''; several codes are a list, `${checklist/row}` is that row's choice (seen from outside a
  repeat, the list of them), a checklist alone is the list of its choices;
- `=` compares numbers when one side is a number, days when one side is a date, truths when both are conditions or
  one is a condition and the other a list; anything else as texts, a list with spaces between. A condition and a text
  compare as 'true' and 'false' read, which is kinder than XPath. `!=` is the opposite of `=`;
- `<`, `<=`, `>`, `>=` compare numbers, a text in ISO 8601 counting as its date; none holds against NaN;
- date - date is days; date + number, number + date and date - number are dates;
- `jr:choice-name` of several codes joins the labels with ", ".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from survey_app.campaign.expressions.conversions import (
    NAN,
    Value,
    later,
    to_moment,
    to_number,
    to_text,
    to_value,
    truth,
)
from survey_app.campaign.expressions.functions import flat

if TYPE_CHECKING:
    from survey_app.campaign.expressions import Expression


class Scope(Protocol):
    """Where an expression stands: which answers it sees, and when."""

    @property
    def today(self) -> date:
        """The day that today() gives."""

    @property
    def now(self) -> datetime:
        """The moment that now() gives, by the wall clock."""

    def answer(self, name: str) -> object:
        """The canonical answer; "" or None when not answered; a list for a repeat seen from outside."""

    def own(self) -> object:
        """The answer of the question that the expression belongs to."""

    def position(self) -> int:
        """The number of the repeat's entry, from 1."""

    def choice_label(self, question: str, code: str) -> str:
        """The label of the question's choice; what to show for an unknown code is the scope's to say."""


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression; a whole number is an int. Nothing in the answers makes it raise.

    A mismatch of types gives NaN, '' or False, a division by zero NaN or an infinity: a caller that stores
    numbers has to look for those (math.isfinite).
    """
    value = expression.formula(scope)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        with_text = isinstance(left, str) or isinstance(right, str)
        return to_text(left) == to_text(right) if with_text else truth(left) == truth(right)
    if isinstance(left, (int, float, date)) or isinstance(right, (int, float, date)):
        return to_number(left) == to_number(right)
    return to_text(left) == to_text(right)


def _add(left: Value, right: Value) -> Value:
    moment, other = to_moment(left), to_moment(right)
    if moment is not None and other is None:
        return _shifted(moment, to_number(right))
    if other is not None and moment is None:
        return _shifted(other, to_number(left))
    return to_number(left) + to_number(right)


def _subtract(left: Value, right: Value) -> Value:
    moment = to_moment(left)
    if moment is not None and to_moment(right) is None:
        return _shifted(moment, -to_number(right))
    return to_number(left) - to_number(right)


def _shifted(moment: date | datetime, days: float) -> Value:
    moved = later(moment, days)
    return NAN if moved is None else moved


def _divide(left: Value, right: Value) -> Value:
    number, divisor = to_number(left), to_number(right)
    if divisor != 0:
        return number / divisor
    if number == 0 or math.isnan(number):
        return NAN
    return math.copysign(math.inf, number) * math.copysign(1.0, divisor)


def _modulo(left: Value, right: Value) -> Value:
    """The remainder with the sign of the left side, as XPath has it."""
    try:
        return math.fmod(to_number(left), to_number(right))
    except ValueError:  # an infinity, or a division by zero
        return NAN


def _once(scope: Scope, value: Value) -> Value:
    kept = to_value(scope.own())
    return value if kept in ("", ()) else kept


def _choice_name(scope: Scope, codes: Value, question: Value) -> Value:
    asked = [to_text(code) for code in flat(codes)]
    return ", ".join(scope.choice_label(to_text(question), code) for code in asked if code)


OPERATORS: dict[str, Callable[..., Value]] = {
    "or": lambda *conditions: any(map(truth, conditions)),
    "and": lambda *conditions: all(map(truth, conditions)),
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": lambda left, right: to_number(left) < to_number(right),
    "<=": lambda left, right: to_number(left) <= to_number(right),
    ">": lambda left, right: to_number(left) > to_number(right),
    ">=": lambda left, right: to_number(left) >= to_number(right),
    "+": _add,
    "-": _subtract,
    "*": lambda left, right: to_number(left) * to_number(right),
    "div": _divide,
    "mod": _modulo,
    "negate": lambda value: -to_number(value),
}

SCOPED: dict[str, Callable[..., Value]] = {
    "jr:choice-name": _choice_name,
    "now": lambda scope: scope.now.replace(tzinfo=None),
    "once": _once,
    "position": lambda scope: float(scope.position()),
    "today": lambda scope: scope.today,
}
