"""Which functions the expression language has, and what each takes: judged when an expression is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from survey_app.campaign.expressions import patterns
from survey_app.campaign.expressions.functions import DATE_LETTERS
from survey_app.campaign.expressions.mistakes import shown
from survey_app.campaign.expressions.nodes import Constant, Node
from survey_app.campaign.reports import nearest
from survey_app.errors import Said

ARITIES: dict[str, tuple[int, float]] = {
    "abs": (1, 1),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "ceiling": (1, 1),
    "coalesce": (2, math.inf),
    "concat": (1, math.inf),
    "contains": (2, 2),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "count-selected": (1, 1),
    "date": (1, 1),
    "date-time": (1, 1),
    "decimal-date-time": (1, 1),
    "ends-with": (2, 2),
    "false": (0, 0),
    "floor": (1, 1),
    "format-date": (2, 2),
    "format-date-time": (2, 2),
    "if": (3, 3),
    "int": (1, 1),
    "join": (2, math.inf),
    "jr:choice-name": (2, 2),
    "max": (1, math.inf),
    "min": (1, math.inf),
    "normalize-space": (1, 1),
    "not": (1, 1),
    "now": (0, 0),
    "number": (1, 1),
    "once": (1, 1),
    "position": (0, 0),
    "pow": (2, 2),
    "regex": (2, 2),
    "round": (1, 2),
    "selected": (2, 2),
    "selected-at": (2, 2),
    "starts-with": (2, 2),
    "string": (1, 1),
    "string-length": (1, 1),
    "substr": (2, 3),
    "sum": (1, math.inf),
    "today": (0, 0),
    "true": (0, 0),
}
"""The functions, each with its fewest and most arguments. `position(..)` keeps no argument in the tree."""

_VALUES = Said("put the values into the questionnaire, as choices or with if() in a calculate question")
_MEAN = Said("use sum(${q}) div count-non-empty(${q})")
_LENGTH = Said("use string-length(text)")


def _between(name: str) -> Said:
    return Said('"%(name)s" stands between two conditions', name=name)


def _between_numbers(name: str) -> Said:
    return Said('"%(name)s" stands between two numbers', name=name)


_INSTEAD = {
    "pulldata": _VALUES,
    "search": Said("put the choices into the questionnaire"),
    "instance": _VALUES,
    "indexed-repeat": Said("use sum, count, min, max or join over the repeat's question"),
    "random": Said("the same answers must give the same result; a question shuffles its choices itself"),
    "uuid": Said("every response gets a random key by itself"),
    "last": Said("use count(${repeat})"),
    "current": Said("write ${question}"),
    "substring": Said("use substr(text, start, end), which counts from 0"),
    "len": _LENGTH,
    "length": _LENGTH,
    "isblank": Said("write ${question} = ''"),
    "concatenate": Said("use concat(a, b, …)"),
    "average": _MEAN,
    "avg": _MEAN,
    "mean": _MEAN,
    "and": _between("and"),
    "or": _between("or"),
    "div": _between_numbers("div"),
    "mod": _between_numbers("mod"),
}

_QUESTION_PATH = re.compile(r"\$\{\s*([^\W\d][\w.\-]*)\s*\}")


def why_refused(name: str, arguments: tuple[Node, ...]) -> Said | None:
    """Words for a call that cannot be: unknown function, too few or too many arguments, bad pattern."""
    if name not in ARITIES:
        return _of_unknown(name)
    if name == "position":
        return Said("write position(..), the number of the repeat's entry")
    fewest, most = ARITIES[name]
    if not fewest <= len(arguments) <= most:
        return _of_arity(name, len(arguments))
    check = _CHECKS.get(name)
    return check(name, arguments[1]) if check else None


def kept(name: str, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    """The arguments as the tree keeps them: of the quoted path in jr:choice-name only the name."""
    match arguments:
        case (code, Constant(str(path))) if name == "jr:choice-name":
            return (code, Constant(_QUESTION_PATH.sub(r"\1", path)))
    return arguments


def _of_unknown(name: str) -> Said:
    near = nearest(name, ARITIES)
    if name in _INSTEAD:
        cure = _INSTEAD[name]
    elif near:
        cure = Said("did you mean %(name)s?", name=f"{near}()")
    else:
        cure = Said("known are %(names)s", names=", ".join(ARITIES))
    return Said("there is no function %(name)s(): %(cure)s", name=name, cure=cure)


def _of_arity(name: str, given: int) -> Said:
    fewest, most = ARITIES[name]
    values = {"name": name, "fewest": fewest, "given": given}
    if not most:
        return Said("%(name)s() takes no arguments, not %(given)d", name=name, given=given)
    if fewest == most == 1:
        return Said("%(name)s() takes 1 argument, not %(given)d", name=name, given=given)
    if fewest == most:
        return Said("%(name)s() takes %(fewest)d arguments, not %(given)d", **values)
    if math.isinf(most):
        return Said("%(name)s() takes %(fewest)d or more arguments, not %(given)d", **values)
    return Said("%(name)s() takes %(fewest)d to %(most)d arguments, not %(given)d", **values, most=int(most))


def _pattern(name: str, argument: Node) -> Said | None:
    """Judged once, when it is read: a pattern made of answers would let a respondent write it."""
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        return Said("%(name)s() needs its pattern written out between quotes", name=name)
    why = patterns.why_refused(argument.value)
    words = {"name": name, "text": shown(argument.value)}
    return Said("%(name)s() cannot use the pattern %(text)s: it %(why)s", **words, why=why) if why else None


def _question(name: str, argument: Node) -> Said | None:
    if isinstance(argument, Constant) and _QUESTION_PATH.fullmatch(str(argument.value)):
        return None
    return Said("%(name)s() needs the question between quotes: jr:choice-name(${q}, '${q}')", name=name)


def _date_format(name: str, argument: Node) -> Said | None:
    if not isinstance(argument, Constant):
        return None
    known = ", ".join(f"%{letter}" for letter in DATE_LETTERS)
    for letter in re.findall("%(.?)", str(argument.value), re.DOTALL):
        if letter not in DATE_LETTERS:
            return Said(
                "%(name)s() does not know %(letter)s: known are %(known)s",
                name=name,
                letter=f"%{letter}",
                known=known,
            )
    return None


_CHECKS: dict[str, Callable[[str, Node], Said | None]] = {
    "regex": _pattern,
    "jr:choice-name": _question,
    "format-date": _date_format,
    "format-date-time": _date_format,
}
"""Functions whose second argument is judged."""
