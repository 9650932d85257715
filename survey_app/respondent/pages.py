"""One page of a questionnaire: what of it is shown to this person, and what this person typed into it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import get_flashed_messages
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from survey_app.campaign.answers import Checked, Problem
from survey_app.campaign.kinds import is_blank
from survey_app.campaign.models import Group, Page, Question, Repeat
from survey_app.campaign.texts import Text
from survey_app.respondent import controls
from survey_app.respondent.controls import Asking
from survey_app.respondent.once import known
from survey_app.respondent.posted import PREFIX, Posted
from survey_app.web import languages
from survey_app.web.bodies import UNREADABLE
from survey_app.web.languages import marked

Fields = dict[str, UnboundField]

PERSONAL = frozenset({"calculate", "file", "image"})
"""Kinds that look different for everybody, also where nothing was typed."""


@dataclass(frozen=True)
class Item:
    """One question as the page shows it.

    `path` is its place among the answers (`C09/0/unit`), `name` its control's name, `controls` the names where there
    are several, `focus` the id of the control that a problem links to; `value` is its answer, `more` the label of the
    next level to choose; `items` are those of a group; `entries` those of a repeat, one tuple an entry; `later`: not
    asked as things stand, but drawn for a script to bring up. `key`: what all its look depends on, where that is the
    same for everybody; `html`: how it looks, where it was drawn before.
    """

    question: Question
    path: str
    name: str
    macro: str
    focus: str
    controls: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    value: Any = None
    more: Text | None = None
    items: tuple[Item, ...] = ()
    entries: tuple[tuple[Item, ...], ...] = ()
    later: bool = False
    key: Hashable = None
    html: Markup | None = None

    @property
    def has_button(self) -> bool:
        """Whether a button stands among the questions."""
        inner = (*self.items, *(item for entry in self.entries for item in entry))
        return (
            self.macro in ("repeat", "files")
            or self.more is not None
            or any(item.has_button for item in inner)
        )

    def problem(self, part: str = "") -> Problem | None:
        """The first problem of the question itself, or of its row `part`."""
        path = f"{self.path}/{part}" if part else self.path
        return next((problem for problem in self.problems if problem.path == path), None)


@dataclass(frozen=True)
class Complaint:
    """One line of the error summary: about which question, what is to be done, and where."""

    label: Text | None
    words: str
    anchor: str


@dataclass(frozen=True)
class Sheet:
    """A page as it is drawn: its items, the form that draws their controls, and the error summary's lines."""

    page: Page
    items: tuple[Item, ...]
    form: BaseForm
    complaints: tuple[Complaint, ...]

    @property
    def has_button(self) -> bool:
        """Whether a button stands among the questions, before the one that goes on."""
        return any(item.has_button for item in self.items)

    @property
    def is_known(self) -> bool:
        """Whether all of it was drawn before."""
        return all(item.html is not None for item in self.items)

    def keep(self, item: Item, html: Markup) -> Markup:
        """The question's look, kept for the next person where it is the same for everybody.

        A page says what it borrows from other languages, which only drawing tells: such a look is not kept.
        """
        if item.key is not None and languages.is_whole():
            known()[item.key] = replace(item, html=html)
        return html


def is_of_row(problem: Problem) -> bool:
    """Whether the sentence itself names what it is about: the row of a checklist."""
    return "row_label" in problem.values


def say(problem: Problem, language: str) -> str:
    """The problem's sentence, in the author's words or in the interface's."""
    return marked(problem.text, language) if problem.text is not None else problem.say(language, gettext)


def draw(
    page: Page,
    raw: Mapping[str, Any],
    checked: Checked,
    asking: Asking,
    problems: Iterable[Problem] = (),
    *,
    later: frozenset[str] = frozenset(),
    of: Hashable,
) -> Sheet:
    """The page filled with `raw`: what is relevant by `checked`, with `problems` at their places, and, marked as such,
    what a script may bring up (the questions named in `later`). `of` names the version of the questionnaire.
    """
    artist = _Artist(checked, asking, tuple(problems), later, of)
    items = tuple(artist.items(page.questions, raw, checked.answers, ""))
    form = BaseForm(artist.fields, meta=DefaultMeta())
    form.process()
    return Sheet(page, items, form, tuple(artist.complaints(items)))


class _Artist:
    """Collects the controls of one page while its items are made."""

    def __init__(
        self,
        checked: Checked,
        asking: Asking,
        problems: tuple[Problem, ...],
        later: frozenset[str],
        of: Hashable,
    ) -> None:
        self.checked = checked
        self.asking = asking
        self.problems = problems
        self.later = later
        self.of_version = of
        self.fields: Fields = {}
        self.flashed = {told[0] for told in get_flashed_messages(with_categories=True)}

    def items(
        self, questions: Iterable[Question], raw: Mapping[str, Any], answers: Mapping[str, Any], prefix: str
    ) -> Iterator[Item]:
        for question in questions:
            path = prefix + question.name
            later = path not in self.checked.relevant
            if later and question.name not in self.later:
                continue
            if isinstance(question, Group):
                inner = tuple(self.items(question.questions, raw, answers, prefix))
                yield Item(question, path, control_name(path), "group", "", items=inner, later=later)
            elif isinstance(question, Repeat):
                yield self.repeat(question, path, raw, answers)
            else:
                yield self.item(question, path, raw, answers)

    def item(self, question: Question, path: str, raw: Mapping[str, Any], answers: Mapping[str, Any]) -> Item:
        key = self.key(question, path, raw)
        if key is not None and key in known():
            found: Item = known()[key]
            return found
        name = control_name(path)
        drawn = controls.draw(question, name, raw, self.asking)
        self.fields.update(drawn.fields)
        return Item(
            question,
            path,
            name,
            drawn.macro,
            drawn.focus,
            controls=tuple(each for each in drawn.fields if each != f"{name}_other"),
            problems=tuple(self.of(path)),
            value=answers.get(question.name),
            more=drawn.more,
            later=path not in self.checked.relevant,
            key=key,
        )

    def key(self, question: Question, path: str, raw: Mapping[str, Any]) -> Hashable:
        """What the look of a question depends on that has no answer yet, or one of its choices; else None."""
        answer = raw.get(question.name)
        chosen = answer if isinstance(answer, str) and answer in _codes(question) else None
        is_own = question.type in PERSONAL or getattr(question, "shuffle", False) or path != question.name
        if is_own or (chosen is None and not is_blank(answer)) or not is_blank(raw.get(f"{path}_other")):
            return None
        if place(path) in self.flashed or any(self.of(path)):
            return None
        later = path not in self.checked.relevant
        return "drawn", self.of_version, self.asking.language, path, later, chosen

    def repeat(self, question: Repeat, path: str, raw: Mapping[str, Any], answers: Mapping[str, Any]) -> Item:
        given, judged = raw.get(question.name, []), iter(answers.get(question.name, []))
        entries = []
        for number, entry in enumerate(given):
            judged_entry: Mapping[str, Any] = {} if is_blank(entry) else next(judged, {})
            entries.append(tuple(self.items(question.questions, entry, judged_entry, f"{path}/{number}/")))
        own = tuple(problem for problem in self.problems if problem.path == path)
        name = control_name(path)
        return Item(
            question,
            path,
            name,
            "repeat",
            f"{name}-add",
            problems=own,
            entries=tuple(entries),
        )

    def of(self, path: str) -> Iterator[Problem]:
        """The problems of the question at `path`, of its rows and of the words beside it."""
        for problem in self.problems:
            if problem.path in (path, f"{path}_other") or problem.path.startswith(f"{path}/"):
                yield problem

    def complaints(self, items: Iterable[Item]) -> Iterator[Complaint]:
        for item in items:
            for problem in item.problems:
                anchor = item.focus if problem.path == item.path else control_name(problem.path)
                label = None if is_of_row(problem) else item.question.label
                yield Complaint(label, say(problem, self.asking.language), anchor)
            yield from self.complaints(item.items)
            for entry in item.entries:
                yield from self.complaints(entry)


def _codes(question: Question) -> Iterable[str]:
    """The codes of a question of which one can be chosen."""
    return [choice.name for choice in question.choices] if question.type in ("select_one", "scale") else ()


def place(path: str) -> str:
    """The id of the part of the page in which the question at `path` is asked."""
    return "ask-" + path.replace("/", "-")


def control_name(path: str) -> str:
    """The name of the control for the answer at `path`: `C09/0/unit` is asked in `q-C09-0-unit`."""
    return PREFIX + path.replace("/", "-")


def read(
    page: Page, posted: Posted, raw: Mapping[str, Any], shown: frozenset[str], asking: Asking
) -> dict[str, Any]:
    """`raw` with what was typed on this page.

    A question that was shown and of which nothing came is now empty; one that was not shown keeps what it had.
    """
    kept = dict(raw)
    for question in answerable(page.questions):
        name = control_name(question.name)
        here = posted.holds(name)
        if isinstance(question, Repeat):
            if here or question.name in shown:
                kept[question.name] = _read_entries(question, name, posted, asking)
        elif here or question.name in shown:
            kept.update(controls.read(question, name, posted, asking))
    return kept


def answerable(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions of one level of a page, those in groups too; a repeat is one."""
    for question in questions:
        if isinstance(question, Group):
            yield from answerable(question.questions)
        else:
            yield question


def _read_entries(repeat: Repeat, name: str, posted: Posted, asking: Asking) -> list[dict[str, Any]]:
    entries = []
    for number in posted.entries(name)[: repeat.max_entries]:
        posted.has(f"{name}-{number}")
        entry: dict[str, Any] = {}
        for question in answerable(repeat.questions):
            entry |= controls.read(question, f"{name}-{number}-{question.name}", posted, asking)
        entries.append(entry)
    return entries


def rearranged(page: Page, raw: dict[str, Any], button: str) -> dict[str, Any]:
    """`raw` with an entry more or less, where `button` says so: `add-<repeat>`, `remove-<repeat>-<n>`.

    Raises BadRequest for a repeat or an entry that is not there, and for one entry too many.
    """
    verb, _, rest = button.partition("-")
    if verb not in ("add", "remove"):
        return raw
    name, _, number = rest.partition("-")
    repeat = next((q for q in answerable(page.questions) if isinstance(q, Repeat) and q.name == name), None)
    entries = list(raw.get(name, []))
    if verb == "add":
        entries.append({})
    elif number.isdecimal() and int(number) < len(entries):
        del entries[int(number)]
    else:
        repeat = None
    if repeat is None or len(entries) > repeat.max_entries:
        raise BadRequest(UNREADABLE)
    return {**raw, name: entries}


def with_blank_entries(page: Page, raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` with an empty entry to fill in for each repeat that was not seen yet, and as many as a repeat needs."""
    filled = dict(raw)
    for question in answerable(page.questions):
        if isinstance(question, Repeat):
            given = list(raw.get(question.name, [{}]))
            filled[question.name] = given + [{}] * (question.min_entries - len(given))
    return filled


def with_defaults(page: Page, raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` with what stands in a question before the person saw it."""
    found = ((question.name, getattr(question, "default", None)) for question in answerable(page.questions))
    return {name: default for name, default in found if default is not None} | dict(raw)
