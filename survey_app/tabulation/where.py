"""Which respondents a table is of: an expression read into a condition over columns.

The language is that of questionnaires, as far as it makes sense over columns: `and`, `or`, `not()`, `true()`,
`false()`, `selected(${list}, 'code')`, and = != < <= > >= between an answer and a value. An answer is a question,
`${checklist/row}`, a role or a meta column (`${date} >= '2021-06-01'`). As in a questionnaire, an answer that is not
there is '' and its number is no number. A region stands for itself and all that lies in it:
`${region} = '510100'` is everyone anywhere in 510100. The special codes of tables can be asked for by name:
`${region} = '_not_answered'`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan

import pandas as pd

from survey_app.campaign.campaign import ABOUT_RESPONSES
from survey_app.campaign.columns import ANSWERED, NOT_ANSWERED, NOT_ASKED, REFUSED, SEVERAL_ROLES, SPECIAL
from survey_app.campaign.expressions import Expression
from survey_app.campaign.expressions.conversions import to_number
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Node
from survey_app.campaign.identifying import found_in
from survey_app.campaign.regions import Regions
from survey_app.campaign.reports import several
from survey_app.errors import Said, SurveyError
from survey_app.tabulation.catalogue import Catalogue
from survey_app.tabulation.conditions import (
    COMPARISONS,
    TURNED,
    Always,
    Compared,
    Condition,
    Joined,
    OfCode,
    Opposite,
    Ticked,
    days,
    found,
    numbers,
    numbers_among_words,
    words,
)
from survey_app.tabulation.refusals import no_choice, no_number, no_order
from survey_app.tabulation.several import Ticks
from survey_app.tabulation.variables import categorical, names_of

_UNANSWERED = (NOT_ANSWERED, NOT_ASKED)


@dataclass(frozen=True)
class Where:
    """An expression and the catalogue that its names are looked up in."""

    expression: Expression
    catalogue: Catalogue

    @property
    def source(self) -> str:
        """The expression as written."""
        return self.expression.source

    def over(self, empty: pd.DataFrame) -> Condition:
        """What it comes to over frames whose columns and categories are those of `empty`, or fewer.

        Raises SurveyError for what cannot be asked of a whole frame.
        """
        return _Reading(empty, self.catalogue).of(self.expression.tree)


@dataclass(frozen=True)
class _Codes:
    """An answer of one code; `refused`: the questionnaire's own codes that are kept as a refusal.

    `declared`: whether the frame's categories are all codes there can be, not only those that occur.
    """

    name: str
    column: str
    regions: Regions
    refused: frozenset[str] = frozenset()
    declared: bool = True

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        known = names_of(categorical(empty, self.column))
        if sign in ("=", "!=") and isinstance(value, str):
            self._refuse_stranger(value, known)
        else:
            self._refuse_number(known)
        holds = {code: self._holds(code, sign, value) for code in known}
        return OfCode(self.column, holds, self._holds(NOT_ANSWERED, sign, value))

    def _refuse_stranger(self, code: str, known: Sequence[str]) -> None:
        """A slip of the pen must not look like a place where nobody is."""
        if self.declared and code and code not in {*known, *self.refused, *self.regions.by_code}:
            there = [name for name in known if name not in SPECIAL]
            raise no_choice(self.name, code, there)

    def _refuse_number(self, known: Sequence[str]) -> None:
        """Codes that are no numbers are neither more nor less than any."""
        there = [name for name in known if name not in SPECIAL]
        if there and all(isnan(to_number(code)) for code in there):
            raise no_number(self.name, there)

    def _holds(self, code: str, sign: str, value: str | float) -> bool:
        if sign not in ("=", "!="):
            return bool(COMPARISONS[sign](to_number(code), to_number(value)))
        return self._is(code, value) == (sign == "=")

    def _is(self, code: str, value: str | float) -> bool:
        if isinstance(value, float):
            return to_number(code) == value
        if not value:
            return code in _UNANSWERED
        if value in self.refused:
            return code == REFUSED
        return code == value or (value in self.regions and self.regions.is_within(code, value))

    def selected(self, empty: pd.DataFrame, code: str) -> Condition:
        return self.compared(empty, "=", code)


@dataclass(frozen=True)
class _Ticks:
    """An answer of several codes."""

    name: str
    ticks: Ticks

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        if value == "" and sign in ("=", "!="):
            unanswered = OfCode(self.ticks.name, dict.fromkeys(_UNANSWERED, True), absent=True)
            return unanswered if sign == "=" else Opposite(unanswered)
        raise SurveyError(
            Said(
                "${%(name)s} takes several answers: write selected(${%(name)s}, '%(value)s')",
                name=self.name,
                value=value,
            )
        )

    def selected(self, empty: pd.DataFrame, code: str) -> Condition:
        if code in self.ticks.codes:
            return Ticked(self.ticks, code)
        if code.startswith("_") and code != ANSWERED:
            return OfCode(self.ticks.name, {code: True}, absent=False)
        raise no_choice(self.name, code, self.ticks.codes)


@dataclass(frozen=True)
class _Numbers:
    """A number."""

    column: str

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        return Compared(self.column, numbers, sign, None if value == "" else to_number(value))


@dataclass(frozen=True)
class _Worked:
    """A value worked out: words where it is held against words, else a number."""

    column: str

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        if value == "":
            return Compared(self.column, found, sign, None)
        number = to_number(value)
        if isnan(number):
            return _Words(self.column).compared(empty, sign, value)
        return Compared(self.column, numbers_among_words, sign, number)


@dataclass(frozen=True)
class _Words:
    """Free words: whether they are these, or any. By an order, or a number, one could read what is masked elsewhere."""

    column: str

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        if sign not in ("=", "!=") or found_in(str(value)):
            raise no_order(self.column)
        return Compared(self.column, words, sign, str(value))


@dataclass(frozen=True)
class _Times:
    """A time of day; before and after are those of the signs."""

    column: str

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        return Compared(self.column, words, sign, str(value))


@dataclass(frozen=True)
class _Days:
    """A date."""

    column: str

    def compared(self, empty: pd.DataFrame, sign: str, value: str | float) -> Condition:
        return Compared(self.column, days, sign, None if value == "" else pd.Timestamp(_day(value)))


def _day(value: str | float) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise SurveyError(Said("'%(day)s' is no day: write it as in 2021-06-04", day=value)) from error


_Operand = _Codes | _Ticks | _Numbers | _Worked | _Words | _Times | _Days

_BY_TYPE: dict[str, Callable[[str], _Operand]] = {
    "integer": _Numbers,
    "decimal": _Numbers,
    "value": _Worked,
    "text": _Words,
    "time": _Times,
    "date": _Days,
}


@dataclass(frozen=True)
class _Reading:
    empty: pd.DataFrame
    catalogue: Catalogue

    def of(self, node: Node) -> Condition:
        if not isinstance(node, Call):
            raise SurveyError(
                Said("a condition compares: write ${question} = 'code', not an answer or a value alone")
            )
        made = _CALLS.get(node.function)
        if made is None:
            raise SurveyError(
                Said(
                    "%(function)s cannot be asked of a whole table; there are %(known)s, "
                    "each with an answer on one side and a value on the other",
                    function=node.function,
                    known=several(_CALLS, 20),
                )
            )
        return made(self, node)

    def combined(self, call: Call) -> Condition:
        return Joined(tuple(self.of(argument) for argument in call.arguments), call.function == "and")

    def opposite(self, call: Call) -> Condition:
        return Opposite(self.of(call.arguments[0]))

    def constant(self, call: Call) -> Condition:
        return Always(call.function == "true")

    def compared(self, call: Call) -> Condition:
        left, right = call.arguments
        if isinstance(right, Answer):
            return self._operand(right).compared(
                self.empty, TURNED.get(call.function, call.function), _value(left)
            )
        if not isinstance(left, Answer):
            raise SurveyError(Said("a comparison needs an answer on one side, as in ${question} = 'code'"))
        return self._operand(left).compared(self.empty, call.function, _value(right))

    def selected(self, call: Call) -> Condition:
        asked, code = call.arguments
        operand = self._operand(asked) if isinstance(asked, Answer) else None
        if not isinstance(operand, _Codes | _Ticks) or not isinstance(code, Constant):
            raise SurveyError(
                Said("selected() takes a question with choices and one of them: selected(${list}, 'code')")
            )
        return operand.selected(self.empty, str(_value(code)))

    def _operand(self, asked: Answer) -> _Operand:
        """What an answer is. A role or meta name comes before a question's, as for the sides of a table."""
        name = asked.question if asked.row is None else f"{asked.question}/{asked.row}"
        if name in ABOUT_RESPONSES:
            return _Days("_date") if name == "date" else _Codes(name, f"_{name}", Regions(), declared=False)
        if name in self.catalogue.roles:
            return self._role(name)
        column = self.catalogue.column(name)
        if column.type in ("multiple", "rank"):
            return _Ticks(name, Ticks(name, tuple(column.codes)))
        if column.type == "choice":
            regions = self.catalogue.campaign.regions if column.kind == "region" else Regions()
            return _Codes(name, name, regions, column.refused)
        return _BY_TYPE[column.type](name)

    def _role(self, role: str) -> _Operand:
        if role not in SEVERAL_ROLES:
            refused = frozenset(code for column in self.catalogue.roles[role] for code in column.refused)
            return _Codes(role, f"role:{role}", self.catalogue.campaign.regions, refused)
        return _Ticks(role, self.catalogue.ticks(role))


def _value(node: Node) -> str | float:
    match node:
        case Constant(value):
            return value
        case Call("date", (Constant(str(value)),)):
            return value
        case Call("negate", (Constant(float(value)),)):
            return -value
    raise SurveyError(
        Said("a comparison needs a value written out on the other side, as in ${question} = 'code'")
    )


_CALLS: dict[str, Callable[[_Reading, Call], Condition]] = {
    "and": _Reading.combined,
    "or": _Reading.combined,
    "not": _Reading.opposite,
    "true": _Reading.constant,
    "false": _Reading.constant,
    "selected": _Reading.selected,
    **dict.fromkeys(COMPARISONS, _Reading.compared),
}
