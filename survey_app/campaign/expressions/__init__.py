"""Expressions of a questionnaire (relevance, constraint, calculation) in XLSForm's language, made a tree.

The language is the part of XPath 1.0 that ODK uses (https://docs.getodk.org/form-operators-functions), with
one thing more: `${checklist/row}` is the answer of one row of a checklist. What a tree comes to stands in
compiling.py and evaluation.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from survey_app.campaign.expressions import mistakes, signatures
from survey_app.campaign.expressions.compiling import Formula, compiled
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Node, Own
from survey_app.errors import Said, SurveyError, Translate

LONGEST = 4000  # characters of one expression
DEEPEST = 100  # calls inside one another; evaluation recurses, so this keeps the stack small


class ExpressionError(SurveyError):
    """An expression that cannot be read. `column` is where, in characters from 1; `words` begin with it."""

    def __init__(self, words: Said, column: int) -> None:
        super().__init__(Said("column %(column)d: %(words)s", column=column, words=words))
        self.words = _readable(self.words)
        self.column = column

    def in_(self, translate: Translate, said: Said | None = None) -> str:
        """The words as `translate` has them."""
        return _readable(super().in_(translate, said))


def _readable(words: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)


@dataclass(frozen=True)
class Expression:
    """An expression as written and as read.

    `names`: the questions it names (also inside jr:choice-name); `functions`: the functions it calls, without
    operators; `uses_self`: whether `.` occurs (`once` reads the own answer too, but is not counted here).
    """

    source: str
    tree: Node
    names: frozenset[str]
    functions: frozenset[str]
    uses_self: bool

    @classmethod
    def of(cls, source: str, tree: Node) -> Expression:
        """The expression of a tree, or of a part of one."""
        nodes = list(_walk(tree))
        called = {node.function for node in nodes if isinstance(node, Call)}
        return cls(
            source=source,
            tree=tree,
            names=frozenset(name for node in nodes for name in _named(node)),
            functions=frozenset(called & signatures.ARITIES.keys()),
            uses_self=any(isinstance(node, Own) for node in nodes),
        )

    @cached_property
    def formula(self) -> Formula:
        """What it comes to in a scope, as a function; `evaluation.evaluate` makes whole numbers int."""
        return compiled(self.tree)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs; functions cannot go there, it makes its own."""
        return {name: value for name, value in vars(self).items() if name != "formula"}


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read an expression; raise ExpressionError, with column, what was found and a cure, for a mistake."""
    if len(source) > LONGEST:
        raise ExpressionError(
            Said(
                "the expression is longer than %(most)d characters: put parts of it into calculate questions",
                most=LONGEST,
            ),
            LONGEST + 1,
        )
    if not source.strip():
        raise ExpressionError(Said("the expression is empty: write one, or leave the key out"), 1)
    tree = _read(source)
    _refuse_deep(tree)
    return Expression.of(source, tree)


def to_json(expression: Expression) -> Any:
    """The tree as nested lists, as in ["and", ["selected", ["q", "B01"], "x"], ["<", ["self"], 5]].

    A constant is itself (an expression that is only a constant gives no list); `${q}` is ["q", name],
    `${q/row}` is ["q", name, row], `.` is ["self"]; everything else is [function or operator, argument, …].
    """
    return _node_to_json(expression.tree)


def comparisons(expression: Expression, own: str | None = None) -> Iterator[tuple[str, str]]:
    """Each (question, literal) of `${q} = 'literal'`, `!=` and `selected(${q}, 'literal')`, in either order.

    Such a literal is meant to be a choice of the question (for `${checklist/row}`, of the checklist). `''`,
    which asks whether a question is unanswered, is left out. With `own`, `.` counts as the question of that
    name.
    """
    for node in _walk(expression.tree):
        if isinstance(node, Call) and node.function in ("=", "!=", "selected"):
            left, right = node.arguments
            pairs = [(left, right)] if node.function == "selected" else [(left, right), (right, left)]
            for asked, literal in pairs:
                name = own if isinstance(asked, Own) else getattr(asked, "question", None)
                if (
                    name
                    and isinstance(literal, Constant)
                    and isinstance(literal.value, str)
                    and literal.value
                ):
                    yield name, literal.value


def rows(expression: Expression) -> Iterator[tuple[str, str]]:
    """Each (checklist, row) that is named as `${checklist/row}`."""
    for node in _walk(expression.tree):
        if isinstance(node, Answer) and node.row is not None:
            yield node.question, node.row


@cache
def _grammar() -> Lark:
    # Nodes are built while reading, without recursion: Python's stack does not depend on the source.
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", transformer=_Builder())


def _read(source: str) -> Node:
    try:
        tree: Node = _grammar().parse(source)  # type: ignore[assignment]  # a transformer makes it a node
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        place = len(source) if ended else error.pos_in_stream or 0
        place, words = mistakes.of_syntax(source, place, signatures.ARITIES)
        raise ExpressionError(words, place + 1) from None
    return tree


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Makes nodes of what the grammar found; each method is named for a rule there."""

    def number(self, token: Token) -> Node:
        value = float(token)
        if math.isinf(value):
            raise ExpressionError(Said("the number is too large"), _column(token))
        return Constant(value)

    def text(self, token: Token) -> Node:
        return Constant(str(token[1:-1]))

    def answer(self, token: Token) -> Node:
        question, _, row = token[2:-1].strip().partition("/")
        return Answer(question, row or None)

    def own(self, _token: Token) -> Node:
        return Own()

    def either(self, *conditions: Node) -> Node:
        return Call("or", conditions)

    def both(self, *conditions: Node) -> Node:
        return Call("and", conditions)

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return Call(str(operator), (left, right))

    def negative(self, _minus: Token, operand: Node) -> Node:
        return Call("negate", (operand,))

    def call(self, name: Token, *arguments: Node) -> Node:
        refusal = signatures.why_refused(str(name), arguments)
        if refusal:
            raise ExpressionError(refusal, _column(name))
        return Call(str(name), signatures.kept(str(name), arguments))

    def entry_call(self, name: Token, _entry: Token) -> Node:
        if name != "position":
            words = Said('".." stands only in position(..), not in %(name)s()', name=str(name))
            raise ExpressionError(words, _column(name))
        return Call("position")


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _walk(tree: Node) -> Iterator[Node]:
    """All nodes, the outer before the inner, from left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Call):
            waiting.extend(reversed(node.arguments))


def _refuse_deep(tree: Node) -> None:
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise ExpressionError(
                Said(
                    "the expression nests deeper than %(most)d: write long additions as sum(a, b, …), "
                    "or put parts into calculate questions",
                    most=DEEPEST,
                ),
                1,
            )
        if isinstance(node, Call):
            waiting.extend((argument, depth + 1) for argument in node.arguments)


def _named(node: Node) -> Iterator[str]:
    match node:
        case Answer(question):
            yield question
        case Call("jr:choice-name", (_, Constant(str(question)))):
            yield question


def _node_to_json(node: Node) -> Any:
    match node:
        case Constant(value):
            return int(value) if isinstance(value, float) and value.is_integer() and value < 2**53 else value
        case Answer(question, None):
            return ["q", question]
        case Answer(question, row):
            return ["q", question, row]
        case Own():
            return ["self"]
        case Call(function, arguments):
            return [function, *map(_node_to_json, arguments)]
