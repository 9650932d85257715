"""The way through a questionnaire: which page follows, what a page gained, what still has to be put right on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.campaign.answers import Checked, Problem
from survey_app.campaign.kinds import is_blank
from survey_app.campaign.models import Calculate, Page, Questionnaire
from survey_app.respondent import pages
from survey_app.respondent.visits import Visit

CHECK = "check"
"""Stands for the page after the last one, on which all answers are read once more."""

FORGED = frozenset({"choice", "region", "several", "type", "unknown"})
"""Problems that nobody can have who fills in the page as it is drawn."""

DEEPER = "region_deeper"


@dataclass(frozen=True)
class Outcome:
    """What came of a page.

    `gained` are the paths of questions that its answers brought up, `problems` what is wrong.
    """

    gained: tuple[str, ...]
    problems: tuple[Problem, ...]


def ready(page: Page, raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` as the page is filled with it: with defaults, and with an empty entry to fill in."""
    return pages.with_blank_entries(page, pages.with_defaults(page, raw))


def after(questionnaire: Questionnaire, page: Page, checked: Checked) -> str:
    """The name of the next relevant page, or CHECK."""
    names = [each.name for each in questionnaire.pages]
    following = names[names.index(page.name) + 1 :]
    return next((name for name in following if name in checked.pages), CHECK)


def before(questionnaire: Questionnaire, page: Page, checked: Checked) -> str | None:
    """The name of the relevant page before this one; None on the first."""
    names = [each.name for each in questionnaire.pages]
    earlier = names[: names.index(page.name)]
    return next((name for name in reversed(earlier) if name in checked.pages), None)


def resume(visit: Visit) -> str:
    """Where a person goes on: the first page with something to do, or CHECK."""
    checked = visit.judged(visit.raw)
    seen = [page.name for page in visit.questionnaire.pages if page.name in checked.pages]
    unfinished = {problem.page for problem in checked.problems}
    if not visit.raw:
        return seen[0] if seen else CHECK
    return next((name for name in seen if name in unfinished), CHECK)


def outcome(
    page: Page, earlier: Mapping[str, Any], now: Mapping[str, Any], was: frozenset[str], is_: Checked
) -> Outcome:
    """What the answers `now` on `page` changed, seen from those it was drawn with (`earlier`).

    `was` are the paths of the questions that were before the person.
    """
    gained = tuple(_gained(page, earlier, now, was, is_))
    problems = tuple(problem for problem in is_.on(page.name) if not _is_new(problem, gained))
    return Outcome(gained, problems)


def _is_new(problem: Problem, gained: tuple[str, ...]) -> bool:
    """Whether the problem is only that a question which just came up has no answer yet."""
    owner = next(
        (path for path in gained if problem.path == path or problem.path.startswith(f"{path}/")), None
    )
    return owner is not None and problem.code in ("required", "fewest", DEEPER)


def _gained(
    page: Page, earlier: Mapping[str, Any], now: Mapping[str, Any], was: frozenset[str], is_: Checked
) -> Iterator[str]:
    deeper = {problem.path for problem in is_.on(page.name) if problem.code == DEEPER}
    for path, question in paths(page, now):
        if path in deeper and _at(now, path) != _at(earlier, path):
            yield path
            continue
        is_new = path in is_.relevant and path not in was and _was_drawn(path, was)
        if is_new and not isinstance(question, Calculate) and is_blank(_at(now, path)):
            yield path


def _was_drawn(path: str, was: frozenset[str]) -> bool:
    """Whether the place for this question was on the page at all: an entry that is itself new brings nothing up."""
    entry, _, _ = path.rpartition("/")
    return not entry or any(known.startswith(f"{entry}/") for known in was)


def paths(page: Page, raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every question of the page that is no group, those of each entry of `raw` too, with its path."""
    for question in pages.answerable(page.questions):
        if question.type != "repeat":
            yield question.name, question
            continue
        for number in range(len(raw.get(question.name, []))):
            for inner in pages.answerable(question.questions):
                yield f"{question.name}/{number}/{inner.name}", inner


def _at(raw: Mapping[str, Any], path: str) -> Any:
    """The raw answer at `path`; None where there is none."""
    here: Any = raw
    for part in path.split("/"):
        entries = dict(enumerate(here)) if isinstance(here, list) else here or {}
        here = entries.get(int(part) if isinstance(here, list) else part)
    return here
