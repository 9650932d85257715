"""How far a script can follow a page: which questions it can show and hide by itself, and what it needs for that.

A script that came to something else than the server would show a question and lose its answer, or hide one that is
wanted. So it decides only where both are known to agree (tests/browser/test_agreement.py): not where an expression
calls one of ASKS_SERVER, or looks at an answer of a kind that is not in READ, or at a repeat of the same page. What
stands inside a repeat is left to the server too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from survey_app.campaign.expressions import Expression, to_json
from survey_app.campaign.models import Calculate, FileQuestion, Page, Placed, Questionnaire, Repeat, is_sealed

ASKS_SERVER = frozenset(
    {
        "boolean-from-string",
        "concat",
        "date-time",
        "decimal-date-time",
        "format-date",
        "format-date-time",
        "join",
        "jr:choice-name",
        "normalize-space",
        "now",
        "once",
        "position",
        "substr",
    }
)
"""Functions that the script does not have: they make texts and times of day more than they decide anything."""

READ = frozenset(
    {
        "calculate",
        "checklist",
        "date",
        "decimal",
        "integer",
        "region",
        "scale",
        "select_multiple",
        "select_one",
        "text",
    }
)
"""Kinds whose answers the script reads as the server does."""


class Following:
    """One page, seen with the eyes of its script.

    `needed`: questions of this page whose answers the script reads; `earlier`: those of earlier pages that it is told.
    """

    def __init__(self, questionnaire: Questionnaire, page: Page, can_seal: bool) -> None:
        self._here = {placed.question.name: placed for placed in questionnaire.placed if placed.page is page}
        self._names = set(questionnaire.homes)
        self._can_seal = can_seal
        self._known: dict[str, bool] = {}

    def follows(self, name: str) -> bool:
        """Whether the script can tell when the question of this page is asked."""
        placed = self._here[name]
        above = [*placed.groups, placed.question]
        return placed.repeat is None and all(self._runs(each.relevant) for each in above)

    def can_run(self, expression: Expression) -> bool:
        """Whether the script comes to the same as the server."""
        plain = not expression.functions & ASKS_SERVER and not _has_spaces(to_json(expression))
        return plain and all(self._can_read(name) for name in expression.names)

    @cached_property
    def later(self) -> frozenset[str]:
        """The questions that may stand in a template until they are asked."""
        return frozenset(name for name in self._here if self.follows(name) and self._can_be_drawn(name))

    @cached_property
    def needed(self) -> frozenset[str]:
        """The questions of this page whose answers another expression of it looks at."""
        return frozenset(name for name in self._looked_at if name in self._here)

    @cached_property
    def earlier(self) -> frozenset[str]:
        """The questions of earlier pages that expressions of this page look at."""
        known = self._looked_at & self._names
        return frozenset(name for name in known if _owner(name, self._here) not in self._here)

    @cached_property
    def _looked_at(self) -> set[str]:
        found: set[str] = set()
        waiting = [each for name in self._here if self.follows(name) for each in self._of(name)]
        while waiting:
            fresh = {name for name in waiting.pop().names if name not in found}
            found |= fresh
            owners = {_owner(name, self._here) for name in fresh} & self._here.keys()
            found |= owners
            waiting += [each for owner in owners for each in self._judging(owner)]
        return found

    def _of(self, name: str) -> Iterator[Expression]:
        """What decides about the question itself, and what it works out."""
        question = self._here[name].question
        if question.relevant is not None:
            yield question.relevant
        if isinstance(question, Calculate) and self.can_run(question.calculation):
            yield question.calculation

    def _judging(self, name: str) -> Iterator[Expression]:
        """What decides whether the question's answer counts."""
        constraint = getattr(self._here[name].question, "constraint", None)
        if constraint is not None:
            yield constraint

    def _runs(self, expression: Expression | None) -> bool:
        return expression is None or self.can_run(expression)

    def _can_read(self, name: str) -> bool:
        owner = _owner(name, self._here)
        if owner not in self._here:
            return True
        if owner not in self._known:
            self._known[owner] = False  # while it is looked at: what hangs on itself is left to the server
            self._known[owner] = self._reads(self._here[owner])
        return self._known[owner]

    def _reads(self, placed: Placed) -> bool:
        question: Any = placed.question
        judging = [getattr(question, "calculation", None), *self._judging(question.name)]
        return (
            question.type in READ
            and self.follows(question.name)
            and all(self._runs(each) for each in judging)
        )

    def _can_be_drawn(self, name: str) -> bool:
        question = self._here[name].question
        is_secret = is_sealed(question) or isinstance(question, FileQuestion)
        return (self._can_seal or not is_secret) and not isinstance(question, Repeat)


def _owner(name: str, known: Iterable[str]) -> str:
    """The question whose answer is called so: `B01` also for the words beside it, `B01_other`."""
    return name if name in known else name.removesuffix("_other")


def _has_spaces(tree: Any) -> bool:
    """Whether a pattern has a class of spaces, which are more in a browser than here."""
    if not isinstance(tree, list):
        return False
    own = tree[0] == "regex" and ("\\s" in tree[2] or "\\S" in tree[2])
    return own or any(_has_spaces(part) for part in tree)
