"""The one judge of answers: relevance, required, type, constraint and unknown keys, for every door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isnan
from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.expressions import Expression
from survey_app.campaign.expressions.conversions import to_text, truth
from survey_app.campaign.expressions.evaluation import evaluate
from survey_app.campaign.kinds import READERS, WANTED, Refusal, clean, is_blank
from survey_app.campaign.models import (
    Calculate,
    Checklist,
    FileQuestion,
    Group,
    Page,
    Questionnaire,
    Repeat,
    all_choices,
)
from survey_app.campaign.texts import Text, in_language

OTHER_LENGTH = 200
"""The most characters of the words beside "other: please say"."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer.

    `path` names the place: `B06`, `B09/id` (row of a checklist), `C09/0/unit` (entry of a repeat, from 0).
    `words` is an English sentence with %(name)s places, and the message id by which pages translate it;
    `text` is the author's own message where there is one.
    """

    question: str
    path: str
    code: str
    words: str
    page: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    text: Text | None = None

    def say(self, language: str, translate: Callable[[str], str] = str) -> str:
        """The sentence in `language`."""
        if self.text is not None:
            return self.text.in_(language)
        return translate(self.words) % in_language(self.values, language)


@dataclass(frozen=True)
class Checked:
    """What `check` found.

    `answers`: canonical answers to the relevant questions, in questionnaire order. `problems`: what is wrong, in
    that order. `relevant`: paths of all relevant questions, groups and entries. `asked`: paths of the relevant ones
    that have an answer to give or a value. `pages`: names of the relevant pages.
    """

    answers: dict[str, Any]
    problems: tuple[Problem, ...]
    relevant: frozenset[str]
    asked: tuple[str, ...]
    pages: tuple[str, ...]

    def on(self, page: str) -> tuple[Problem, ...]:
        """The problems of one page."""
        return tuple(problem for problem in self.problems if problem.page == page)


def check(
    questionnaire: Questionnaire,
    raw: Mapping[str, Any],
    campaign: Campaign,
    *,
    now: datetime | None = None,
    language: str = "",
) -> Checked:
    """Judge `raw`: question name to raw value, as typed or canonical.

    Never raises, whatever `raw` holds. Answers to questions that are not relevant are dropped without a problem; an
    answer with a problem is left out, so later relevance sees it as not given. Checking its own answers again gives
    the same answers. Sensitive questions and files are asked only where the campaign names recipients to seal them to;
    files inside a repeat are not asked.
    """
    visit = _Visit(questionnaire, campaign, now or datetime.now(), language or campaign.default_language)
    given = raw if isinstance(raw, Mapping) else {}
    for page in questionnaire.pages:
        visit.walk_page(page, given)
    visit.refuse_strangers(given, None, "")
    return Checked(
        answers=visit.answers,
        problems=tuple(visit.problems),
        relevant=frozenset(visit.relevant),
        asked=tuple(visit.asked),
        pages=tuple(visit.pages),
    )


@dataclass
class _Scope:
    """What an expression sees from one place."""

    visit: _Visit
    entry: dict[str, Any] | None = None
    repeat: Repeat | None = None
    number: int = 1
    value: Any = None

    def answer(self, name: str) -> Any:
        home = self.visit.questionnaire.homes.get(name)
        if home is None:
            return self.visit.answers.get(name, "")
        if self.repeat is not None and home == self.repeat.name and self.entry is not None:
            return self.entry.get(name, "")
        return [entry[name] for entry in self.visit.answers.get(home, []) if name in entry]

    def own(self) -> Any:
        return "" if self.value is None else self.value

    def position(self) -> int:
        return self.number

    def choice_label(self, question: str, code: str) -> str:
        return self.visit.choice_label(question, code)

    @property
    def now(self) -> datetime:
        return self.visit.now

    @property
    def today(self) -> date:
        return self.visit.now.date()


class _Visit:
    """One pass over a questionnaire, in its order: relevance looks back only, so one pass is enough."""

    def __init__(
        self, questionnaire: Questionnaire, campaign: Campaign, now: datetime, language: str
    ) -> None:
        self.questionnaire = questionnaire
        self.campaign = campaign
        self.now = now
        self.language = language
        self.answers: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.relevant: set[str] = set()
        self.asked: list[str] = []
        self.pages: list[str] = []
        self.page = ""

    def walk_page(self, page: Page, raw: Mapping[str, Any]) -> None:
        self.page = page.name
        if not self.holds(page.relevant, _Scope(self)):
            return
        before = len(self.relevant)
        self.walk(page.questions, raw, self.answers, _Scope(self), "")
        if len(self.relevant) > before:
            self.pages.append(page.name)

    def walk(
        self, questions: Any, raw: Mapping[str, Any], answers: dict[str, Any], scope: _Scope, prefix: str
    ) -> None:
        for question in questions:
            if not self.holds(question.relevant, scope) or self.is_unsealable(question, scope):
                continue
            path = prefix + question.name
            self.relevant.add(path)
            if question.type in READERS:
                self.asked.append(path)
                self.read(question, raw, answers, scope, prefix)
            elif isinstance(question, Group):
                self.walk(question.questions, raw, answers, scope, prefix)
            elif isinstance(question, Repeat):
                self.walk_entries(question, raw.get(question.name))
            elif isinstance(question, Calculate):
                self.work_out(question, raw.get(question.name), answers, scope, prefix)
            elif not is_blank(raw.get(question.name)):
                words = "This question takes no answer here."
                self.refuse(question.name, path, Refusal("unknown", words))

    def walk_entries(self, repeat: Repeat, raw: Any) -> None:
        entries = raw if isinstance(raw, list | tuple) else []
        if raw is not None and not isinstance(raw, list | tuple):
            self.refuse(repeat.name, repeat.name, Refusal("type", "This answer cannot be read."))
        if len(entries) > repeat.max_entries:
            self.refuse(
                repeat.name,
                repeat.name,
                Refusal("most", "At most %(most)s entries.", most=repeat.max_entries),
            )
        kept: list[dict[str, Any]] = []
        self.asked.append(repeat.name)
        for number, entry in enumerate(entries[: repeat.max_entries]):
            self.walk_entry(repeat, number, entry, kept)
        if kept:
            self.answers[repeat.name] = kept
        if len(kept) < repeat.min_entries:
            words = "Add at least %(fewest)s."
            self.refuse(repeat.name, repeat.name, Refusal("fewest", words, fewest=repeat.min_entries))

    def walk_entry(self, repeat: Repeat, number: int, raw: Any, kept: list[dict[str, Any]]) -> None:
        """One entry; a blank one is passed over, with its problems, but its questions can be drawn."""
        prefix = f"{repeat.name}/{number}/"
        given = raw if isinstance(raw, Mapping) else {}
        blank = is_blank(given) and is_blank(raw)
        found, asked = len(self.problems), len(self.asked)
        answers: dict[str, Any] = {}
        self.walk(repeat.questions, given, answers, _Scope(self, answers, repeat, len(kept) + 1), prefix)
        if blank:
            del self.problems[found:], self.asked[asked:]
            return
        if not isinstance(raw, Mapping):
            self.refuse(repeat.name, prefix.rstrip("/"), Refusal("type", "This answer cannot be read."))
        self.refuse_strangers(given, repeat.name, prefix)
        if not answers:
            del self.asked[asked:]
            return
        # problems name the entry as it was sent; what was asked is kept beside the answers, so it counts as they do
        place = f"{repeat.name}/{len(kept)}/"
        self.asked[asked:] = [place + path.removeprefix(prefix) for path in self.asked[asked:]]
        kept.append(answers)

    def work_out(
        self, question: Calculate, raw: Any, answers: dict[str, Any], scope: _Scope, prefix: str
    ) -> None:
        self.asked.append(prefix + question.name)
        scope.value = raw if isinstance(raw, str | int | float) else None
        value = canonical(evaluate(question.calculation, scope))
        if question.role is not None and value is not None:  # a code, though it may look like a number
            value = str(value)
        scope.value = None
        if value is not None:
            answers[question.name] = value

    def read(
        self, question: Any, raw: Mapping[str, Any], answers: dict[str, Any], scope: _Scope, prefix: str
    ) -> None:
        path = prefix + question.name
        given = raw.get(question.name)
        try:
            reader = READERS[question.type]
            value = None if is_blank(given) else reader(question, given, self.campaign.regions)
        except Refusal as refusal:
            self.refuse(question.name, f"{path}/{refusal.row}" if refusal.row else path, refusal)
            return
        if value is not None:
            if question.constraint is not None and not self.fits(question, value, scope, path):
                return
            answers[question.name] = value
            if question.wordy:
                self.read_other(question, value, raw, answers, prefix)
        if question.required is not False:
            self.want(question, value, scope, path)

    def want(self, question: Any, value: Any, scope: _Scope, path: str) -> None:
        """Refuse what is missing of a required answer; of a checklist every row is wanted."""
        required = question.required
        if not (self.holds(required, scope) if isinstance(required, Expression) else required):
            return
        words = WANTED[question.type]
        if isinstance(question, Checklist):
            for row in question.rows:
                if row.name not in (value or {}):
                    self.refuse(
                        question.name, f"{path}/{row.name}", Refusal("required", words, row_label=row.label)
                    )
        elif value is None:
            self.refuse(question.name, path, Refusal("required", words))

    def fits(self, question: Any, value: Any, scope: _Scope, path: str) -> bool:
        scope.value = value
        holds = self.holds(question.constraint, scope)
        scope.value = None
        if not holds:
            refusal = Refusal("constraint", "This answer does not fit. Please check it.")
            self.refuse(question.name, path, refusal, question.constraint_message)
        return holds

    def read_other(
        self, question: Any, value: Any, raw: Mapping[str, Any], answers: dict[str, Any], prefix: str
    ) -> None:
        """The words beside a choice that asks for them, kept only while that choice is made."""
        name = f"{question.name}_other"
        given = raw.get(name)
        codes = value if isinstance(value, list) else [value]
        if is_blank(given) or not any(code in codes for code in question.wordy):
            return
        words = clean(given) if isinstance(given, str) else None
        if words is None:
            self.refuse(question.name, prefix + name, Refusal("type", "This answer cannot be read."))
        elif len(words) > OTHER_LENGTH:
            sentence = "At most %(most)s characters; you wrote %(length)s. Please shorten it."
            refusal = Refusal("too_long", sentence, most=OTHER_LENGTH, length=len(words))
            self.refuse(question.name, prefix + name, refusal)
        else:
            answers[name] = words

    def holds(self, expression: Expression | None, scope: _Scope) -> bool:
        return expression is None or truth(expression.formula(scope))

    def is_unsealable(self, question: Any, scope: _Scope) -> bool:
        """Whether the answer could not be sealed: there is nobody to seal it to; a file in an entry has no place."""
        if question.name not in self.questionnaire.secrets:
            return False
        is_file = isinstance(question, FileQuestion)
        return not self.campaign.about.recipients or (is_file and scope.repeat is not None)

    def refuse(self, question: str, path: str, refusal: Refusal, text: Text | None = None) -> None:
        self.problems.append(
            Problem(question, path, refusal.code, refusal.words, self.page, refusal.values, text)
        )

    def refuse_strangers(self, raw: Mapping[str, Any], repeat: str | None, prefix: str) -> None:
        """A key that does not belong here is a mistake of whoever sent it, told once a key."""
        for key in raw:
            if self.questionnaire.homes.get(key, "") != repeat:
                name = clean(str(key))[:60]
                refusal = Refusal("unknown", "There is no question “%(given)s”.", given=name)
                self.refuse(name, prefix + name, refusal)

    def choice_label(self, question: str, code: str) -> str:
        for choice in all_choices(self.questionnaire.questions.get(question)):
            if choice.name == code:
                return choice.label.in_(self.language)
        region = self.campaign.regions.by_code.get(code)
        return region.label.in_(self.language) if region else code


def canonical(value: Any) -> str | int | float | bool | None:
    """A worked-out value as JSON can hold it; nothing for an empty one or one that is not a number."""
    if isinstance(value, date | tuple):
        return to_text(value) or None
    if isinstance(value, float):
        if isnan(value) or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value if value not in ("", None) else None
