"""What expressions name: questions that are there, and come before; rows and choices that the question has."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from survey_app.campaign.checks.form import Form, Spot, Use, is_repeat
from survey_app.campaign.expressions import comparisons, rows
from survey_app.campaign.expressions.nodes import Answer, Call, Node
from survey_app.campaign.models import (
    Checklist,
    Rank,
    RegionQuestion,
    SelectMultiple,
    all_choices,
    asks_words,
)
from survey_app.campaign.reports import Mistake, article, listed, suggestion

OVER_ENTRIES = frozenset({"sum", "count", "count-non-empty", "min", "max", "join"})
"""Functions that take the answers of all entries of a repeat."""
MOST_CIRCLES = 20  # that are looked for; further needs of later questions are told as just that
_WITHOUT_ANSWER = ("note", "group", "file", "image")


def names_exist(form: Form) -> Iterator[Mistake]:
    """Every `${name}` is a question that has an answer."""
    for use in form.uses:
        for name in sorted(use.expression.names):
            found = _why_not(form, name)
            if found:
                yield form.mistake_of(use, *found)


def _why_not(form: Form, name: str) -> tuple[str, str] | None:
    if name in form.doubtful or _companion_of(form, name) is not None:
        return None
    spot = form.by_name.get(name)
    if spot is None:
        known = [spot.name for spot in form.spots if spot.placed.question.type not in _WITHOUT_ANSWER]
        return f"names {name}, which does not exist", suggestion(name, known, f"there are {listed(known)}")
    kind = spot.placed.question.type
    if kind in _WITHOUT_ANSWER:
        return f"names {name}, {article(kind)}, which has no answer", "name a question that is answered"
    return None


def _companion_of(form: Form, name: str) -> Spot | None:
    """The question whose "please say" words have this name."""
    spot = form.by_name.get(name.removesuffix("_other")) if name.endswith("_other") else None
    return spot if spot and asks_words(spot.placed.question) and name not in form.by_name else None


def looks_back(form: Form) -> Iterator[Mistake]:
    """An expression sees what was answered before it; needs that go round in a circle are told once, by their names."""
    told: set[frozenset[str]] = set()
    needs = _needs(form)
    for use in form.uses:
        for name in sorted(use.expression.names):
            spot = form.by_name.get(name) or _companion_of(form, name)
            if spot is None or _is_before(spot, use):
                continue
            can_turn = use.key in ("relevant", "calculation") and len(told) < MOST_CIRCLES
            circle = _way(needs, name, use.owner) if can_turn else None
            if name == use.owner and use.spot is not None:
                yield form.mistake_of(use, f"names {name} itself", _own_cure(use))
            elif circle is None or len(circle) < 2:
                yield form.mistake_of(use, f"names {name}, which comes later", _later_cure(use))
            elif frozenset(circle) not in told:
                told.add(frozenset(circle))
                steps = " needs ".join([use.owner, *circle])
                yield form.mistake_of(
                    use, f"goes round in a circle: {steps}", "take out one of these conditions"
                )


def _is_before(spot: Spot, use: Use) -> bool:
    inside_same = spot.repeat is not None and spot.repeat == use.repeat
    if is_repeat(spot) or (spot.repeat and not inside_same):
        return spot.last < use.number and spot.name != use.repeat
    return spot.number < use.number


def _own_cure(use: Use) -> str:
    return "write . for the own answer" if use.key == "constraint" else "name an earlier question"


def _later_cure(use: Use) -> str:
    moved = "this page" if use.spot is None else "this question"
    return f"move {moved} behind it, or name an earlier question"


def _needs(form: Form) -> dict[str, set[str]]:
    """What each question (and page) needs to be decided: the names in its own conditions and in those around it."""
    needs: dict[str, set[str]] = {}
    for page, _ in form.pages:
        needs.setdefault(page.name, set()).update(page.relevant.names if page.relevant else ())
    for spot in form.spots:
        placed, question = spot.placed, spot.placed.question
        around = (placed.page, *placed.groups, *([placed.repeat] if placed.repeat else []), question)
        named = needs.setdefault(spot.name, set())
        for part in around:
            named.update(part.relevant.names if part.relevant else ())
        calculation = getattr(question, "calculation", None)
        named.update(calculation.names if calculation else ())
    return needs


def _way(needs: dict[str, set[str]], start: str, end: str) -> list[str] | None:
    """The shortest way of needs from one name to another; None if there is none."""
    came_from: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        if name == end:
            way = [name]
            while (before := came_from[way[-1]]) is not None:
                way.append(before)
            return way[::-1]
        for needed in sorted(needs.get(name, ())):
            if needed not in came_from:
                came_from[needed] = name
                waiting.append(needed)
    return None


def own_answer(form: Form) -> Iterator[Mistake]:
    """`.` is the answer that a constraint judges; elsewhere there is none yet."""
    for use in form.uses:
        if use.expression.uses_self and use.key != "constraint":
            words = 'uses ".", which stands for the own answer in a constraint only'
            yield form.mistake_of(use, words, "name the question as ${…}")
        if "position" in use.expression.functions and use.repeat is None:
            words = "uses position(..), the number of an entry, outside of a repeat"
            yield form.mistake_of(use, words, "take it out")


def entries(form: Form) -> Iterator[Mistake]:
    """From outside, a repeat's question has many answers: only a function over all entries can take them."""
    for use in form.uses:
        for name in dict.fromkeys(_bare_names(use.expression.tree, covered=False)):
            spot = form.by_name.get(name)
            if spot is None or spot.name in form.doubtful:
                continue
            if is_repeat(spot):
                words = f"names the repeat {name} outside of count()"
                yield form.mistake_of(use, words, f"write count(${{{name}}}), or name a question")
            elif spot.repeat is not None and spot.repeat != use.repeat:
                words = f"names {name}, which has an answer in every entry of the repeat {spot.repeat}"
                yield form.mistake_of(use, words, f"take all entries: {', '.join(sorted(OVER_ENTRIES))}")


def _bare_names(node: Node, covered: bool) -> Iterator[str]:
    """The names that stand under no function over entries."""
    if isinstance(node, Answer) and not covered:
        yield node.question
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _bare_names(argument, covered or node.function in OVER_ENTRIES)


def rows_exist(form: Form) -> Iterator[Mistake]:
    """Every `${checklist/row}` is a row of a checklist."""
    for use in form.uses:
        for name, row in dict.fromkeys(rows(use.expression)):
            spot = form.by_name.get(name)
            if spot is None or name in form.doubtful:
                continue
            question = spot.placed.question
            if not isinstance(question, Checklist):
                words = f"names the row {row} of {name}, which is {article(question.type)}"
                yield form.mistake_of(use, words, f"write ${{{name}}}")
                continue
            known = [each.name for each in question.rows]
            if row not in known:
                words = f"names the row {row}, which {name} does not have"
                yield form.mistake_of(use, words, suggestion(row, known, f"its rows: {listed(known)}"))


def codes_exist(form: Form) -> Iterator[Mistake]:
    """A code with which an answer is compared is one that the question has."""
    for use in form.uses:
        own = use.spot.name if use.spot and use.key == "constraint" else None
        for name, literal in dict.fromkeys(comparisons(use.expression, own)):
            known = _codes(form, name)
            if known is None:
                continue
            for code in _parts(form, name, literal):
                if code not in known:
                    words = f'compares {name} with "{code}", which is not one of its choices'
                    yield form.mistake_of(
                        use, words, suggestion(code, known, f"its choices: {listed(known)}")
                    )


def _codes(form: Form, name: str) -> list[str] | None:
    """The codes that a question can take; None for one whose answers are no codes."""
    spot = form.by_name.get(name)
    if spot is None or name in form.doubtful:
        return None
    question = spot.placed.question
    if isinstance(question, RegionQuestion):
        regions = form.folder.campaign.regions if form.folder.campaign else None
        known = [*(regions.by_code if regions else ()), *(choice.name for choice in question.extra_choices)]
        return known if regions else None
    return [choice.name for choice in all_choices(question)] or None


def _parts(form: Form, name: str, literal: str) -> list[str]:
    """Several codes are compared as a text with spaces between them."""
    several = isinstance(form.by_name[name].placed.question, (SelectMultiple, Rank))
    return literal.split() if several else [literal]


CHECKS = (names_exist, looks_back, own_answer, entries, rows_exist, codes_exist)


def flawed(form: Form) -> set[str]:
    """The expressions, as written, in which one of these checks finds a mistake."""
    lines = {mistake.line for check in CHECKS for mistake in check(form)}
    return {use.expression.source for use in form.uses if use.node.at(use.key).line in lines}
