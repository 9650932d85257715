"""An answer in words, as whoever gave it, or whose right it is, reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, gettext, ngettext
from markupsafe import Markup, escape

from survey_app.campaign.answers import Checked
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Calculate, Group, Page, Question, Repeat, all_choices
from survey_app.campaign.texts import Text
from survey_app.web.languages import marked

Answers = Mapping[str, Any]


def typed(value: Any) -> str:
    """A raw or canonical value of one control as a person types it."""
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None or isinstance(value, list | dict) else str(value)


@dataclass(frozen=True)
class Line:
    """One question with its answer in words (none: not answered); `entry` numbers the entry it stands in, from 1.

    `asked`: whether it was relevant, so that the person could answer.
    """

    question: Question
    path: str
    said: tuple[str, ...]
    entry: int | None = None
    changes: bool = True
    asked: bool = True


class Teller:
    """Tells the answers of one visit in one language.

    `everything`: what was not asked too; `own`: what is shown of the words that the person wrote freely.
    """

    def __init__(
        self,
        campaign: Campaign,
        checked: Checked,
        language: str,
        sealed: frozenset[str] = frozenset(),
        *,
        everything: bool = False,
        own: Callable[[str], str] = str,
    ) -> None:
        self.campaign = campaign
        self.checked = checked
        self.language = language
        self.sealed = sealed
        self.everything = everything
        self.own = own

    def lines(self, page: Page) -> tuple[Line, ...]:
        """What was answered on `page`, question by question."""
        return tuple(self._lines(page.questions, self.checked.answers, "", None))

    def _lines(
        self, questions: Sequence[Question], answers: Answers, prefix: str, entry: int | None
    ) -> Iterator[Line]:
        for question in questions:
            path = prefix + question.name
            if isinstance(question, Group):
                yield from self._lines(question.questions, answers, prefix, entry)
            elif path not in self.checked.relevant:
                if self.everything and question.type in (*SAID, "repeat") and question.label is not None:
                    yield Line(question, path, (), entry, changes=False, asked=False)
            elif isinstance(question, Repeat):
                yield from self._entries(question, path, answers)
            elif question.type in SAID and question.label is not None:
                changes = not isinstance(question, Calculate)
                said = (gettext("Sealed"),) if path in self.sealed else tuple(self.say(question, answers))
                yield Line(question, path, said, entry, changes)

    def _entries(self, repeat: Repeat, path: str, answers: Answers) -> Iterator[Line]:
        entries = answers.get(repeat.name, [])
        if not entries:
            yield Line(repeat, path, ())
        for number, entry in enumerate(entries):
            yield from self._lines(repeat.questions, entry, f"{path}/{number}/", number + 1)

    def say(self, question: Any, answers: Answers) -> Iterator[str]:
        """The answer in words, one line for each thing chosen."""
        answer = answers.get(question.name)
        if answer is not None:
            yield from SAID[question.type](self, question, answer)
        if other := answers.get(f"{question.name}_other"):
            yield gettext("In your words: %(words)s", words=self.own(other))

    def text(self, text: Text) -> Markup:
        """`text` in this language, marked where it had to be borrowed."""
        return marked(text, self.language)

    def choice(self, question: Any, code: str) -> str:
        """What the choice (or region) `code` says."""
        for choice in all_choices(question):
            if choice.name == code:
                return self.text(choice.label)
        return code


def _choice(teller: Teller, question: Any, answer: str) -> Iterator[str]:
    yield teller.choice(question, answer)


def _choices(teller: Teller, question: Any, answer: Sequence[str]) -> Iterator[str]:
    yield from (teller.choice(question, code) for code in answer)


def _ranked(teller: Teller, question: Any, answer: Sequence[str]) -> Iterator[str]:
    for place, code in enumerate(answer, 1):
        yield Markup("%s. %s") % (place, teller.choice(question, code))


def _rows(teller: Teller, question: Any, answer: Mapping[str, str]) -> Iterator[str]:
    for row in question.rows:
        if row.name in answer:
            label, choice = teller.text(row.label), teller.choice(question, answer[row.name])
            yield escape(gettext("%(row)s: %(answer)s")) % {"row": label, "answer": choice}


def _region(teller: Teller, question: Any, answer: str) -> Iterator[str]:
    path = teller.campaign.regions.path(answer)
    below = path[1:] if len(path) > 1 and len(teller.campaign.regions.roots) == 1 else path
    yield Markup(" ").join(teller.text(region.label) for region in below) or teller.choice(question, answer)


def _number(teller: Teller, question: Any, answer: float) -> Iterator[str]:
    number = typed(answer)
    yield Markup("%s %s") % (number, teller.text(question.unit)) if question.unit else number


def _day(teller: Teller, question: Any, answer: str) -> Iterator[str]:
    yield format_date(date.fromisoformat(answer), "long")


def _as_it_is(teller: Teller, question: Any, answer: Any) -> Iterator[str]:
    yield typed(answer)


def _own_words(teller: Teller, question: Any, answer: Any) -> Iterator[str]:
    yield teller.own(typed(answer))


def _files(teller: Teller, question: Any, answer: Sequence[str]) -> Iterator[str]:
    yield ngettext("One file", "%(num)s files", len(answer))


SAID: dict[str, Callable[[Teller, Any, Any], Iterator[str]]] = {
    "select_one": _choice,
    "scale": _choice,
    "select_multiple": _choices,
    "rank": _ranked,
    "checklist": _rows,
    "region": _region,
    "integer": _number,
    "decimal": _number,
    "range": _number,
    "date": _day,
    "time": _as_it_is,
    "text": _own_words,
    "calculate": _own_words,
    "file": _files,
    "image": _files,
}
"""Kind to words. A kind that is not here has no answer to tell."""
