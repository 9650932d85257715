"""Which question a header names, without a mapping: by name as our exports write it, or by label in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from survey_app.campaign.columns import FILES
from survey_app.campaign.models import Questionnaire, asks_words
from survey_app.campaign.reports import nearest
from survey_app.campaign.texts import Text
from survey_app.importing.cells import plain
from survey_app.importing.readers import PARTED, STATE, WHOLE

Target = tuple[str, str]
"""A question (or `<question>_other`), and the part of it that a column holds; "" for all of it."""
_NUMBERING = re.compile(r"^\s*[(（]?(?:[QqＱ第]\s*)?\d{1,3}\s*(?:题)?\s*[、.．:：)）]\s*")
_MARKS = re.compile(
    r"\s*(?:[\[【(（](?:必填|必答|单选题?|多选题?|填空题?|required)[\]】)）]|\*)\s*", re.IGNORECASE
)
_BETWEEN = ("/", "—", "-", ":", "：", "_", "")


def askable(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questions whose answers a table can hold, by name: those inside repeats have several per person."""
    return {
        placed.question.name: placed.question
        for placed in questionnaire.placed
        if placed.repeat is None and (placed.question.type in WHOLE or placed.question.type in PARTED)
    }


def companions(questionnaire: Questionnaire) -> dict[str, str]:
    """`<question>_other` → question, for those that ask for words beside a choice."""
    return {
        f"{name}_other": name for name, question in askable(questionnaire).items() if asks_words(question)
    }


def is_calculated(header: str, questionnaire: Questionnaire) -> bool:
    """Whether the column is one that our exports have and that is no answer: calculations, states, counts of files."""
    word = header.partition(" ")[0]
    name = word.removesuffix(STATE)
    question = questionnaire.questions.get(name)
    return question is not None and (name != word or question.type in ("calculate", *FILES))


class Headers:
    """What headers can say."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.names: dict[str, Target] = {}
        self.labels: dict[str, set[Target]] = {}
        self.words: dict[str, str] = {}
        self.questions = askable(questionnaire)
        for name, question in self.questions.items():
            self._name(name, question)
            self._label(name, question)
        for name in companions(questionnaire):
            self.names[name] = (name, "")

    def _name(self, name: str, question: Any) -> None:
        if question.type in WHOLE:
            self.names[name] = (name, "")
        for code, _ in _parts(question):
            self.names[f"{name}/{code}"] = (name, code)
            if question.type == "rank":
                self.names[f"{name}/{code}/rank"] = (name, code)
        if question.type in ("select_multiple", "rank"):
            self.names[name + STATE] = (name, STATE)

    def _label(self, name: str, question: Any) -> None:
        for words in question.label.root.values():
            if question.type in WHOLE:
                self._say(words, (name, ""))
            for code, label in _parts(question):
                for said in label.root.values():
                    for between in _BETWEEN:
                        self._say(f"{words}{between}{said}", (name, code))
                    self._say(f"{words}[{said}]", (name, code))

    def _say(self, words: str, target: Target) -> None:
        self.labels.setdefault(plain(words), set()).add(target)
        self.words.setdefault(plain(words), words)

    def target(self, header: str) -> Target | None:
        """The question and part that `header` names; None where it names none, or several."""
        if header in self.names:
            return self.names[header]
        name, _, words = header.partition(" ")
        if name in self.names and self._begins_with_label(name, words):
            return self.names[name]
        for wording in _wordings(header):
            found = self.labels.get(plain(wording), set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None

    def _begins_with_label(self, name: str, words: str) -> bool:
        """Whether `words` are what our exports write behind a name where labels are wished for."""
        question = self.questions.get(self.names[name][0].removesuffix("_other"))
        labels = question.label.root.values() if question is not None else ()
        return any(plain(words).startswith(plain(label)) for label in labels)

    def likely(self, header: str) -> str | None:
        """The question whose words come close to `header`."""
        near = nearest(plain(next(reversed(list(_wordings(header))))), self.words)
        if near is None:
            return None
        return min(self.labels[near])[0]


def _parts(question: Any) -> Iterator[tuple[str, Text]]:
    """The parts that can have a column of their own, with their labels; levels of regions only by the mapping."""
    if question.type in ("select_multiple", "rank"):
        yield from ((choice.name, choice.label) for choice in question.choices)
    elif question.type == "checklist":
        yield from ((row.name, row.label) for row in question.rows)


def _wordings(header: str) -> Iterator[str]:
    """The header as it is, without marks such as （必填）, and without the number before it."""
    yield header
    bare = _MARKS.sub("", header)
    yield bare
    yield _NUMBERING.sub("", bare)
