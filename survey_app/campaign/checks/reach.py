"""Questions that no path can reach.

All answers that matter are tried: the conditions of a question and of everything around it are taken apart at `and`;
for the questions they name, and those that these depend on in turn, every value is tried that could make a
difference, in the questionnaire's order, so that a question which is not asked has no answer. Whatever cannot be
tried to the end (free text in a function, today(), entries of a repeat, too many values) is taken as possible. So a
question is reported only when it is certain that it is never asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from survey_app.campaign.answers import canonical
from survey_app.campaign.checks.domains import Domains
from survey_app.campaign.checks.form import Form, Spot
from survey_app.campaign.checks.references import flawed
from survey_app.campaign.expressions import Expression
from survey_app.campaign.expressions.conversions import truth
from survey_app.campaign.expressions.evaluation import evaluate
from survey_app.campaign.expressions.nodes import Call, Node
from survey_app.campaign.models import Calculate, Page
from survey_app.campaign.reports import Mistake

MOST_TRIES = 20_000  # for one question
MOST_TRIES_IN_ALL = 60_000  # for one questionnaire, about two seconds
MOST_QUESTIONS = 60  # that one question depends on

_NOT_CERTAIN = frozenset({"today", "now", "once", "position", "jr:choice-name"})


class _TooMany(Exception):
    """There are more combinations than may be tried."""


def unreachable(form: Form) -> Iterator[Mistake]:
    """Each page, group or question that can never be shown; not what stands inside one that is reported."""
    search = _Search(form)
    lost_pages: set[str] = set()
    for page, node in form.pages:
        if page.relevant is not None and search.is_impossible(_conjuncts(page.relevant), None):
            lost_pages.add(page.name)
            words = f'page {page.name} can never be shown: no answers make its "relevant" true'
            yield form.mistake_at(node.at("relevant"), words, "mend the condition, or one that it depends on")
    lost: set[int] = set()
    for spot in form.spots:
        question = spot.placed.question
        if (
            question.relevant is None
            or spot.placed.page.name in lost_pages
            or spot.number in lost
            or spot.name in form.doubtful
        ):
            continue
        if search.is_impossible(conditions(spot), spot.repeat):
            lost.update(range(spot.number, spot.last + 1))
            words = 'can never be asked: no answers make its "relevant" true, with what is asked before'
            yield form.mistake(spot, "relevant", words, "mend the condition, or one that it depends on")


def conditions(spot: Spot) -> list[Expression]:
    """All that must hold for a question to be asked, taken apart at `and`."""
    placed = spot.placed
    around: list[Page | object] = [placed.page, *placed.groups, placed.repeat, placed.question]
    written = [getattr(part, "relevant", None) for part in around]
    return [each for expression in written if expression is not None for each in _conjuncts(expression)]


def _conjuncts(expression: Expression) -> list[Expression]:
    parts: list[Node] = []
    waiting = [expression.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.function == "and":
            waiting.extend(node.arguments)
        else:
            parts.append(node)
    return [Expression.of(expression.source, part) for part in parts]


@dataclass
class _Scope:
    """What is assumed to be answered."""

    answers: dict[str, object] = field(default_factory=dict)
    today: date = date(2000, 1, 1)
    now: datetime = datetime(2000, 1, 1)

    def answer(self, name: str) -> object:
        return self.answers.get(name, "")

    def own(self) -> object:
        return ""

    def position(self) -> int:
        return 1

    def choice_label(self, question: str, code: str) -> str:
        return code


@dataclass(frozen=True)
class _Step:
    """A question to try: when it is asked (`certain`: these are all of its conditions), what can be judged after it."""

    spot: Spot
    asked: list[Expression]
    certain: bool
    judged: list[Expression]


class _Search:
    """Tries answers for one questionnaire, with a limit on all tries together."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.domains = Domains(form)
        self.flawed = flawed(form)
        self.left = MOST_TRIES_IN_ALL
        self.tries = 0
        self.repeat: str | None = None
        self.known: dict[tuple[str, str | None], bool] = {}

    def is_impossible(self, wanted: list[Expression], repeat: str | None) -> bool:
        """Whether it is certain that the conditions never hold together, seen from `repeat` (None: from no entry)."""
        self.repeat = repeat
        tried = [each for each in wanted if self._can_be_tried(each)]
        plan = self._plan(tried)
        if not tried or len(plan) > MOST_QUESTIONS:
            return False
        self.tries = allowed = min(MOST_TRIES, self.left)
        scope = _Scope()
        try:
            constants = [each for each in tried if not each.names]
            return not (_hold(constants, scope) and self._try(plan, 0, scope))
        except _TooMany:
            return False
        finally:
            self.left -= allowed - max(self.tries, 0)

    def _can_be_tried(self, expression: Expression) -> bool:
        uncertain = (
            expression.functions & _NOT_CERTAIN or expression.uses_self or expression.source in self.flawed
        )
        return not uncertain and all(self._is_known(name) for name in expression.names)

    def _is_known(self, name: str) -> bool:
        """Whether all values of a question that matter can be listed or worked out."""
        key = (name, self.repeat)
        if key not in self.known:
            spot = self.form.by_name.get(name)
            visible = (
                spot is not None and spot.repeat in (None, self.repeat) and name not in self.form.doubtful
            )
            self.known[key] = visible and spot is not None and self._has_values(spot)
        return self.known[key]

    def _has_values(self, spot: Spot) -> bool:
        question = spot.placed.question
        if isinstance(question, Calculate):
            return self._looks_back(spot, question.calculation)
        return self.domains.of(spot.name) is not None

    def _looks_back(self, spot: Spot, expression: Expression) -> bool:
        """Whether an expression of a question can be tried and names earlier ones only."""
        numbers = [self.form.by_name[name].number for name in expression.names if name in self.form.by_name]
        return all(number < spot.number for number in numbers) and self._can_be_tried(expression)

    def _plan(self, wanted: list[Expression]) -> list[_Step]:
        """The questions whose answers decide, in order."""
        asked: dict[int, list[Expression]] = {}
        waiting = [name for expression in wanted for name in expression.names]
        while waiting:
            spot = self.form.by_name[waiting.pop()]
            if spot.number in asked:
                continue
            asked[spot.number] = [each for each in conditions(spot) if self._looks_back(spot, each)]
            needed = [*asked[spot.number]]
            if isinstance(spot.placed.question, Calculate):
                needed.append(spot.placed.question.calculation)
            waiting.extend(name for expression in needed for name in expression.names)
        numbers = sorted(asked)
        return [self._step(number, asked[number], wanted) for number in numbers]

    def _step(self, number: int, asked: list[Expression], wanted: list[Expression]) -> _Step:
        spot = self.form.spots[number]
        last = {
            id(each): max((self.form.by_name[name].number for name in each.names), default=-1)
            for each in wanted
        }
        judged = [each for each in wanted if last[id(each)] == number]
        return _Step(spot, asked, len(asked) == len(conditions(spot)), judged)

    def _try(self, plan: list[_Step], place: int, scope: _Scope) -> bool:
        """Whether some values for the questions from `place` on make all that is wanted true."""
        if place == len(plan):
            return True
        step = plan[place]
        for value in self._values(step, scope):
            self.tries -= 1
            if self.tries < 0:
                raise _TooMany
            scope.answers[step.spot.name] = value
            if _hold(step.judged, scope) and self._try(plan, place + 1, scope):
                return True
        scope.answers.pop(step.spot.name, None)
        return False

    def _values(self, step: _Step, scope: _Scope) -> Iterator[object]:
        """The values that a question can have after those assumed; "" where it is not asked or not answered."""
        question = step.spot.placed.question
        if not _hold(step.asked, scope):
            yield ""
        elif isinstance(question, Calculate):
            value = canonical(evaluate(question.calculation, scope))
            yield "" if value is None else value
            if not step.certain:
                yield ""
        else:
            yield from self.domains.of(step.spot.name) or ()
            yield ""


def _hold(expressions: list[Expression], scope: _Scope) -> bool:
    return all(truth(evaluate(each, scope)) for each in expressions)
