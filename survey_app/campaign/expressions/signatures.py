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

_INSTEAD = {
    "pulldata": "put the values into the questionnaire, as choices or with if() in a calculate question",
    "search": "put the choices into the questionnaire",
    "instance": "put the values into the questionnaire, as choices or with if() in a calculate question",
    "indexed-repeat": "use sum, count, min, max or join over the repeat's question",
    "random": "the same answers must give the same result; a question shuffles its choices itself",
    "uuid": "every response gets a random key by itself",
    "last": "use count(${repeat})",
    "current": "write ${question}",
    "substring": "use substr(text, start, end), which counts from 0",
    "len": "use string-length(text)",
    "length": "use string-length(text)",
    "isblank": "write ${question} = ''",
    "concatenate": "use concat(a, b, …)",
    "average": "use sum(${q}) div count-non-empty(${q})",
    "avg": "use sum(${q}) div count-non-empty(${q})",
    "mean": "use sum(${q}) div count-non-empty(${q})",
    "and": '"and" stands between two conditions',
    "or": '"or" stands between two conditions',
    "div": '"div" stands between two numbers',
    "mod": '"mod" stands between two numbers',
}

_QUESTION_PATH = re.compile(r"\$\{\s*([^\W\d][\w.\-]*)\s*\}")


def why_refused(name: str, arguments: tuple[Node, ...]) -> str | None:
    """Words for a call that cannot be: unknown function, too few or too many arguments, bad pattern."""
    if name not in ARITIES:
        return _of_unknown(name)
    if name == "position":
        return "write position(..), the number of the repeat's entry"
    fewest, most = ARITIES[name]
    if not fewest <= len(arguments) <= most:
        return _of_arity(name, len(arguments))
    check = _CHECKS.get(name)
    words = check(arguments[1]) if check else None
    return f"{name}() {words}" if words else None


def kept(name: str, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    """The arguments as the tree keeps them: of the quoted path in jr:choice-name only the name."""
    match arguments:
        case (code, Constant(str(path))) if name == "jr:choice-name":
            return (code, Constant(_QUESTION_PATH.sub(r"\1", path)))
    return arguments


def _of_unknown(name: str) -> str:
    if name in _INSTEAD:
        return f"there is no function {name}(): {_INSTEAD[name]}"
    near = nearest(name, ARITIES)
    cure = f"did you mean {near}()?" if near else f"known are {', '.join(ARITIES)}"
    return f"there is no function {name}(): {cure}"


def _of_arity(name: str, given: int) -> str:
    fewest, most = ARITIES[name]
    if fewest == most:
        wanted = f"{fewest or 'no'}"
    else:
        wanted = f"{fewest} or more" if math.isinf(most) else f"{fewest} to {most:.0f}"
    return f"{name}() takes {wanted} argument{'s' * (wanted != '1')}, not {given}"


def _pattern(argument: Node) -> str | None:
    """Judged once, when it is read: a pattern made of answers would let a respondent write it."""
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        return "needs its pattern written out between quotes"
    refusal = patterns.why_refused(argument.value)
    return f"cannot use the pattern {shown(argument.value)}: it {refusal}" if refusal else None


def _question(argument: Node) -> str | None:
    if isinstance(argument, Constant) and _QUESTION_PATH.fullmatch(str(argument.value)):
        return None
    return "needs the question between quotes: jr:choice-name(${q}, '${q}')"


def _date_format(argument: Node) -> str | None:
    if not isinstance(argument, Constant):
        return None
    for letter in re.findall("%(.?)", str(argument.value), re.DOTALL):
        if letter not in DATE_LETTERS:
            return f"does not know %{letter}: known are %{', %'.join(DATE_LETTERS)}"
    return None


_CHECKS: dict[str, Callable[[Node], str | None]] = {
    "regex": _pattern,
    "jr:choice-name": _question,
    "format-date": _date_format,
    "format-date-time": _date_format,
}
"""Functions whose second argument is judged; the words go on after the function's name."""
