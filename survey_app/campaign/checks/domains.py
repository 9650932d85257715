"""The values of a question that can make a difference to the conditions that name it.

A question whose answers are only compared with constants needs one value for each constant and one for "something
else"; of several choices only those asked for with selected() matter. None: the values that matter cannot be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product
from math import ceil, floor

from survey_app.campaign.checks.form import Form
from survey_app.campaign.expressions.nodes import Answer, Call, Constant, Node
from survey_app.campaign.models import (
    Checklist,
    Decimal,
    Integer,
    Question,
    Range,
    Rank,
    RegionQuestion,
    Scale,
    SelectMultiple,
    SelectOne,
    TextQuestion,
    all_choices,
)

MOST = 4096  # values of one question

Values = tuple[object, ...]

_ORDER = frozenset({"=", "!=", "<", "<=", ">", ">="})
_EQUALITY = frozenset({"=", "!="})


class Domains:
    """The values of each question of a form, worked out when asked for."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.uses = _all_uses(form)
        self.found: dict[str, Values | None] = {}

    def of(self, name: str) -> Values | None:
        """The answers that `name` can have, as far as they matter; None if they cannot be listed."""
        if name not in self.found:
            self.found[name] = self._list(name)
        return self.found[name]

    def _list(self, name: str) -> Values | None:
        spot = self.form.by_name[name]
        lister = next((lister for kind, lister in _LISTERS if isinstance(spot.placed.question, kind)), None)
        return lister(spot.placed.question, self.uses.get(name, [])) if lister else None


Uses = list[tuple[Answer, Node | None]]
"""Each place where a question is named, with the function or operator right around it."""


def _all_uses(form: Form) -> dict[str, Uses]:
    uses: dict[str, Uses] = {}
    for use in form.uses:
        for answer, parent in _answers(use.expression.tree, None):
            uses.setdefault(answer.question, []).append((answer, parent))
    return uses


def _answers(node: Node, parent: Node | None) -> Iterator[tuple[Answer, Node | None]]:
    if isinstance(node, Answer):
        yield node, parent
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _answers(argument, node)


def _one(question: Question, uses: Uses) -> Values | None:
    return tuple(choice.name for choice in all_choices(question))


def _several(question: Question, uses: Uses) -> Values | None:
    """Every set of choices; where all uses are selected(), those asked for and one of the others are enough."""
    codes = [choice.name for choice in all_choices(question)]
    asked = _selected_literals(uses)
    if asked is not None:
        others = [code for code in codes if code not in asked]
        codes = [code for code in codes if code in asked] + others[:1]
    if 2 ** len(codes) > MOST or (asked is None and isinstance(question, Rank)):
        return None
    return tuple(list(chosen) for size in range(1, len(codes) + 1) for chosen in combinations(codes, size))


def _selected_literals(uses: Uses) -> set[str] | None:
    found: set[str] = set()
    for answer, parent in uses:
        match parent:
            case Call("selected", (first, Constant(str(literal)))) if first is answer:
                found.add(literal)
            case _:
                return None
    return found


def _rows(question: Question, uses: Uses) -> Values | None:
    """Every way to answer the rows that are named."""
    if not isinstance(question, Checklist) or any(answer.row is None for answer, _ in uses):
        return None
    named = {answer.row for answer, _ in uses}
    rows = [row.name for row in question.rows if row.name in named]
    codes = ["", *(choice.name for choice in question.choices)]
    if len(codes) ** len(rows) > MOST:
        return None
    return tuple(
        {row: code for row, code in zip(rows, chosen, strict=True) if code}
        for chosen in product(codes, repeat=len(rows))
    )


def _numbers(question: Question, uses: Uses) -> Values | None:
    """The numbers that it is compared with, those between them, and those beyond; within the question's limits."""
    constants = _compared(uses, _ORDER)
    if constants is None or not all(isinstance(each, float) or each == "" for each in constants):
        return None
    least, most = _limits(question)
    known = {float(each) for each in constants if isinstance(each, float)} | {
        limit for limit in (least, most) if limit is not None
    }
    marks = sorted(known) or [0.0]
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    tried = [floor(marks[0]) - 1, *marks, *between, ceil(marks[-1]) + 1]
    if isinstance(question, Integer):
        tried = sorted({whole for number in tried for whole in (floor(number), ceil(number))})
    return tuple(n for n in tried if (least is None or n >= least) and (most is None or n <= most))


def _limits(question: Question) -> tuple[float | None, float | None]:
    if isinstance(question, Range):
        return question.start, question.end
    return getattr(question, "min", None), getattr(question, "max", None)


def _words(question: Question, uses: Uses) -> Values | None:
    """The texts or codes that it is compared with, and one that is none of them."""
    constants = _compared(uses, _EQUALITY)
    if constants is None or not all(isinstance(each, str) for each in constants):
        return None
    texts = [str(each) for each in constants if each != ""]
    return (*texts, "".join(texts) + "…")


def _compared(uses: Uses, operators: frozenset[str]) -> set[str | float] | None:
    """The constants that a question is compared with; None where it is used in any other way."""
    found: set[str | float] = set()
    for _, parent in uses:
        match parent:
            case Call(operator, (Constant(value), _) | (_, Constant(value))) if operator in operators:
                found.add(value)
            case _:
                return None
    return found


_LISTERS: tuple[tuple[type | tuple[type, ...], Callable[[Question, Uses], Values | None]], ...] = (
    ((SelectOne, Scale), _one),
    ((SelectMultiple, Rank), _several),
    (Checklist, _rows),
    ((Integer, Decimal, Range), _numbers),
    ((TextQuestion, RegionQuestion), _words),
)
