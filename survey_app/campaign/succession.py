"""What a new version of a questionnaire may not change, once answers have come to an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey_app.campaign.columns import TYPES
from survey_app.campaign.models import Checklist, Placed, Questionnaire
from survey_app.campaign.reports import Mistake, article

_SEVERAL = frozenset({"choice", "multiple", "rank"})
_NUMBERS = frozenset({"integer", "decimal"})
_KEEPS = {"multiple": _SEVERAL, "rank": _SEVERAL, "integer": _NUMBERS, "decimal": _NUMBERS}
"""By the type of a column, those of which it can hold the answers; words hold any, the others their own only."""


def lost(file: str, answered: Iterable[Questionnaire], later: Questionnaire) -> Iterator[Mistake]:
    """A mistake for each question of `later` whose answers under one of `answered` no table could count any more."""
    there = {placed.question.name: placed for placed in later.placed if placed.question.type in TYPES}
    for earlier in answered:
        for was in earlier.placed:
            now = there.get(was.question.name)
            if now is None or was.question.type not in TYPES or _is_kept(was, now):
                continue
            yield Mistake(
                file,
                None,
                f"was {article(_told(was))} when answers came, and is {article(_told(now))} now: no table "
                "could count them",
                "give the question another name; the answers to the old one stay in tables and exports",
                was.question.name,
            )


def _is_kept(was: Placed, now: Placed) -> bool:
    if (was.repeat and was.repeat.name) != (now.repeat and now.repeat.name):
        return False
    if isinstance(was.question, Checklist) != isinstance(now.question, Checklist):
        return False
    old, new = TYPES[was.question.type], TYPES[now.question.type]
    return new in ("text", "value") or old in _KEEPS.get(new, {new})


def _told(placed: Placed) -> str:
    return placed.question.type + (f" in {placed.repeat.name}" if placed.repeat else "")
