"""What an expression is read into: four kinds of node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text written in the expression."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Answer:
    """`${question}`, or `${question/row}` for one row of a checklist."""

    question: str
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """`.`, the answer that is being constrained."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator over its arguments; the minus before one operand is called "negate"."""

    function: str
    arguments: tuple[Node, ...] = ()


Node: TypeAlias = Constant | Answer | Own | Call
