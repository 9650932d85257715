"""Expressions and answers drawn by lot, the same for the same seed: what two evaluators are compared on.

Every function and operator occurs, over answers as questionnaires give them, and over those that only a broken
questionnaire would give.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.campaign.expressions.evaluation import OPERATORS
from survey_app.campaign.expressions.signatures import ARITIES

PATTERNS = (
    "[a-z]+",
    "(a|b)*",
    ".",
    "",
    "[0-9]{6}",
    "\\w+",
    "\\d.*",
    "[川渝][A-Z]\\w{5}",
    "1[3-9]\\d{9}",
    "a\\-b",
    "[^a]*",
)
LITERALS = (
    "''", "'a'", "'a b'", "'yes'", "'true'", "'1e3'", "' 12.50 '", "'１２'", "'😀川'", "'2021-06-01'", "'2021-02-30'",
    "'9999-12-31'", "'0001-01-01'", "'2021-06-01T09:30:15.5+08:00'", "'08:30'", "'24:00'", "'-.5'", "'川A12345'",
    "'a-b'",
)  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "0.5",
    "2.5",
    "2.675",
    "1000000000000000000000000",
    "0.0000001",
    "18779",
    "9007199254740993",
)
ANSWERS: tuple[Any, ...] = (
    None, "", "a", "yes", "a b", "  x\ty\xa0z ", "2021-06-01", "1970-01-01", "23:59", "12", "-0", "😀", "川A12345",
    "true",
    "first\u2028second", 0, 1, 2, -3, 41, 0.1, 2.5, -2.5, 1e21, 1.5e-7, 123456.789, True, False,
    [], ["a"], ["a", "b"], ["b", "a"], [1, "", 2.5], ["2021-06-01"], {"r": "a", "s": "b"}, {"r": ""}, {},
    [{"r": "a"}, {}, {"r": 3}], [[["a"]], "b"],
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An expression as written, and the answers that it sees: of questions `a`, `b` and `c`, and its own."""

    source: str
    answers: Mapping[str, Any]
    own: Any


def cases(seed: int, count: int, without: Iterable[str] = ()) -> Iterator[Case]:
    """`count` cases; functions named in `without` do not occur."""
    lot = random.Random(seed)  # nothing here is secret
    left_out = {*without, "regex", "jr:choice-name", "position", "format-date", "format-date-time"}
    known = sorted(set(ARITIES) - left_out)
    for _ in range(count):
        drawn = _source(lot, known, lot.choice((1, 2, 2, 3, 3, 4)))
        yield Case(drawn, {name: _answer(lot) for name in "abc"}, _answer(lot))


def _answer(lot: random.Random) -> Any:
    if lot.random() < 0.7:
        return lot.choice(ANSWERS)
    if lot.random() < 0.5:
        return lot.randint(-(10**6), 10**6) / lot.choice((1, 10, 100, 1000, 7))
    return lot.random() * 10.0 ** lot.randint(-20, 25)


def _leaf(lot: random.Random) -> str:
    kinds = [
        lambda: lot.choice(("${a}", "${b}", "${c}", "${a/r}", "${b/s}", ".")),
        lambda: lot.choice(LITERALS),
        lambda: lot.choice(NUMBERS),
        lambda: f"{lot.random() * 1000:.{lot.randint(0, 17)}f}",
    ]
    return lot.choices(kinds, (5, 3, 2, 1))[0]()


def _source(lot: random.Random, known: list[str], depth: int) -> str:
    if depth == 0:
        return _leaf(lot)
    draw = lot.random()
    if draw < 0.5:
        operator = lot.choice(sorted(set(OPERATORS) - {"negate"}))
        return f"({_source(lot, known, depth - 1)} {operator} {_source(lot, known, lot.randrange(depth))})"
    if draw < 0.55:
        return f"(-{_source(lot, known, depth - 1)})"
    if draw < 0.6:
        return f"regex({_source(lot, known, depth - 1)}, '{lot.choice(PATTERNS)}')"
    name = lot.choice(known)
    fewest, most = ARITIES[name]
    number = lot.randint(fewest, int(min(most, fewest + 2, math.inf)))
    return f"{name}({', '.join(_source(lot, known, lot.randrange(depth)) for _ in range(number))})"
