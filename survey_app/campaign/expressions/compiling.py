"""A tree made one Python function, once, so that an answer does not have to walk through the tree.

What comes out is what OPERATORS, SCOPED and FUNCTIONS say. As none of them changes anything or raises, what cannot
alter the result (the rest of an `or` that holds, the other side of an `if`) is not worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from survey_app.campaign.expressions.conversions import Value, to_text, to_value, truth
from survey_app.campaign.expressions.evaluation import OPERATORS, SCOPED, Scope
from survey_app.campaign.expressions.functions import FUNCTIONS
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Node, Own

Formula: TypeAlias = Callable[[Scope], Value]


def compiled(tree: Node) -> Formula:
    """The function from a scope to what `tree` comes to there."""
    match tree:
        case Constant(value):
            return lambda scope: value
        case Answer(question, None):
            return _answer(question)
        case Answer(question, row):
            return lambda scope: to_value(_row(scope.answer(question), str(row)))
        case Own():
            return lambda scope: to_value(scope.own())
        case Call(function, arguments):
            return SHORT.get(function, _call)(function, arguments)


def _answer(question: str) -> Formula:
    def read(scope: Scope) -> Value:
        answer = scope.answer(question)
        return answer if answer.__class__ is str else to_value(answer)

    return read


def _row(answer: object, row: str) -> object:
    if isinstance(answer, Mapping):
        return answer.get(row, "")
    if isinstance(answer, (list, tuple)):
        return [entry.get(row, "") if isinstance(entry, Mapping) else "" for entry in answer]
    return ""


def _call(function: str, arguments: tuple[Node, ...]) -> Formula:
    parts = [compiled(argument) for argument in arguments]
    if function in SCOPED:
        scoped = SCOPED[function]
        return lambda scope: scoped(scope, *[part(scope) for part in parts])
    called = OPERATORS.get(function) or FUNCTIONS[function]
    if len(parts) == 1:
        (only,) = parts
        return lambda scope: called(only(scope))
    if len(parts) == 2:
        left, right = parts
        return lambda scope: called(left(scope), right(scope))
    return lambda scope: called(*[part(scope) for part in parts])


def _any(_function: str, arguments: tuple[Node, ...]) -> Formula:
    parts = [compiled(argument) for argument in arguments]

    return lambda scope: any(truth(part(scope)) for part in parts)


def _all(_function: str, arguments: tuple[Node, ...]) -> Formula:
    parts = [compiled(argument) for argument in arguments]

    return lambda scope: all(truth(part(scope)) for part in parts)


def _if(_function: str, arguments: tuple[Node, ...]) -> Formula:
    condition, then, otherwise = map(compiled, arguments)
    return lambda scope: then(scope) if truth(condition(scope)) else otherwise(scope)


def _compared(function: str, arguments: tuple[Node, ...]) -> Formula:
    """Most comparisons are of an answer with a text: two texts are equal where they are the same."""
    for asked, constant in (arguments, arguments[::-1]):
        if isinstance(constant, Constant) and isinstance(constant.value, str):
            return _compared_with_text(function, compiled(asked), constant.value)
    return _call(function, arguments)


def _compared_with_text(function: str, read: Formula, text: str) -> Formula:
    compare, wanted = OPERATORS[function], function == "="

    def holds(scope: Scope) -> Value:
        value = read(scope)
        return (value == text) is wanted if value.__class__ is str else compare(value, text)

    return holds


def _selected(function: str, arguments: tuple[Node, ...]) -> Formula:
    """A code that stands among the answer's codes is selected; where it does not, they are looked at."""
    slow = _call(function, arguments)
    asked, constant = arguments
    code = to_text(constant.value).strip() if isinstance(constant, Constant) else ""
    if not code or not isinstance(asked, Answer) or asked.row is not None:
        return slow
    question = asked.question

    def holds(scope: Scope) -> Value:
        answer = scope.answer(question)
        return True if answer.__class__ is list and code in answer else slow(scope)

    return holds


SHORT: dict[str, Callable[[str, tuple[Node, ...]], Formula]] = {
    "or": _any,
    "and": _all,
    "if": _if,
    "=": _compared,
    "!=": _compared,
    "selected": _selected,
}
"""Calls for which there is a shorter way to the same result."""
