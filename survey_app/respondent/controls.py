"""How each kind of question is drawn as controls and read back, and the table that lists the kinds.

A control is named `q-<question>`; parts of one question are named `q-<question>-<part>`, and the words beside
"other: please say" `q-<question>_other`. Reading gives raw answers, as typed: whether they are right is not decided
here but by campaign.answers.check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.widgets import CheckboxInput

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Checklist, Choice, Range, Rank, RegionQuestion, asks_words
from survey_app.campaign.texts import Text
from survey_app.respondent import cascades
from survey_app.respondent.posted import Posted
from survey_app.web import languages
from survey_app.web.said import typed

FEW_STEPS = 11
"""A range of so many steps is drawn as buttons, a longer one as a number to type."""


@dataclass(frozen=True)
class Asking:
    """For whom a page is drawn: the campaign, the language, and what makes this person's shuffled order his own."""

    campaign: Campaign
    language: str
    seed: str


@dataclass(frozen=True)
class Controls:
    """A question's controls by name, the macro that draws them, and the control that a problem links to.

    `more` names the level of the next place to choose, where there is one that is not drawn yet.
    """

    macro: str
    fields: dict[str, UnboundField] = field(default_factory=dict)
    focus: str = ""
    more: Text | None = None


Raw = Mapping[str, Any]
Draw = Callable[[Any, str, Raw, Asking], Controls]
Read = Callable[[Any, str, Posted, Asking], Any]


def draw(question: Any, name: str, raw: Raw, asking: Asking) -> Controls:
    """The controls of `question`, the first of them called `name`, filled with what `raw` holds."""
    drawn = DRAWN[question.type](question, name, raw, asking)
    if asks_words(question):
        drawn.fields[f"{name}_other"] = StringField(default=typed(raw.get(f"{question.name}_other")))
    return drawn


def read(question: Any, name: str, posted: Posted, asking: Asking) -> dict[str, Any]:
    """What was typed into the controls of `question`, under the names that raw answers have."""
    if question.type not in READ:
        return {}
    found = {question.name: READ[question.type](question, name, posted, asking)}
    if asks_words(question):
        found[f"{question.name}_other"] = posted.one(f"{name}_other")
    return found


def borrowed(text: Text, language: str) -> dict[str, str]:
    """The `lang` attribute for words that had to be taken from another language than the page's own."""
    spoken = languages.spoken(text, language)
    return {} if spoken == languages.tag(languages.interface()) else {"lang": spoken}


def _option(choice: Choice, asking: Asking, group: str | None = None) -> SelectChoice:
    marks = borrowed(choice.label, asking.language)
    if choice.exclusive:
        marks["data-alone"] = "yes"
    if choice.specify:
        marks["data-specify"] = "yes"
    return SelectChoice(choice.name, choice.label.in_(asking.language), render_kw=marks, optgroup=group)


def _ordered(question: Any, asking: Asking) -> Sequence[Choice]:
    """Exclusive choices last; where the order is shuffled, in one that stays the same for this person."""
    if not getattr(question, "shuffle", False):
        return sorted(question.choices, key=lambda choice: choice.exclusive)

    def place(choice: Choice) -> tuple[bool, bytes]:
        stays_last = choice.exclusive or choice.specify or choice.missing is not None
        mixed = f"{asking.seed}|{question.name}|{choice.name}".encode()
        return stays_last, b"" if stays_last else hashlib.sha256(mixed).digest()

    return sorted(question.choices, key=place)


def _options(choices: Iterable[Choice], asking: Asking) -> list[SelectChoice]:
    return [_option(choice, asking) for choice in choices]


def _please_choose() -> SelectChoice:
    return SelectChoice("", gettext("Please choose"))


def _one_of(question: Any, name: str, raw: Raw, asking: Asking) -> Controls:
    options, chosen = _options(_ordered(question, asking), asking), typed(raw.get(question.name))
    if question.appearance == "minimal":
        return Controls(
            "dropdown", {name: SelectField(choices=[_please_choose(), *options], default=chosen)}, name
        )
    return Controls("radios", {name: RadioField(choices=options, default=chosen)}, name)


def _any_of(question: Any, name: str, raw: Raw, asking: Asking) -> Controls:
    chosen = raw.get(question.name)
    boxes = SelectMultipleField(
        choices=_options(_ordered(question, asking), asking),
        default=chosen if isinstance(chosen, list) else [typed(chosen)],
        option_widget=CheckboxInput(),
    )
    return Controls("checkboxes", {name: boxes}, name)


def _entry(macro: str) -> Draw:
    def entry(question: Any, name: str, raw: Raw, asking: Asking) -> Controls:
        return Controls(macro, {name: StringField(default=typed(raw.get(question.name)))}, name)

    return entry


def _text(question: Any, name: str, raw: Raw, asking: Asking) -> Controls:
    if not question.multiline:
        return _entry("line")(question, name, raw, asking)
    return Controls("paragraph", {name: TextAreaField(default=typed(raw.get(question.name)))}, name)


def _range(question: Range, name: str, raw: Raw, asking: Asking) -> Controls:
    count = round((question.end - question.start) / question.step) + 1
    if count > FEW_STEPS:
        return _entry("number")(question, name, raw, asking)
    steps = [typed(float(question.start + number * question.step)) for number in range(count)]
    chosen = typed(raw.get(question.name))
    return Controls(
        "steps", {name: RadioField(choices=[SelectChoice(step) for step in steps], default=chosen)}, name
    )


def _checklist(question: Checklist, name: str, raw: Raw, asking: Asking) -> Controls:
    given = raw.get(question.name)
    chosen = given if isinstance(given, Mapping) else {}
    options = _options(question.choices, asking)
    rows = {
        f"{name}-{row.name}": RadioField(choices=options, default=typed(chosen.get(row.name)))
        for row in question.rows
    }
    return Controls("checklist", rows, f"{name}-{question.rows[0].name}")


def _rank(question: Rank, name: str, raw: Raw, asking: Asking) -> Controls:
    given = raw.get(question.name)
    if isinstance(given, list):
        given = {code: place for place, code in enumerate(given, 1)}
    chosen = given if isinstance(given, Mapping) else {}
    places = [
        SelectChoice(str(place)) for place in range(1, (question.max_choices or len(question.choices)) + 1)
    ]
    lines = {
        f"{name}-{choice.name}": SelectField(
            label=choice.label.in_(asking.language),
            render_kw=borrowed(choice.label, asking.language),
            choices=[SelectChoice("", gettext("No place")), *places],
            default=typed(chosen.get(choice.name)),
        )
        for choice in question.choices
    }
    return Controls("rank", lines, f"{name}-{question.choices[0].name}")


def _region(question: RegionQuestion, name: str, raw: Raw, asking: Asking) -> Controls:
    """One list per level, each with the places in the one chosen above it; extra choices end the first list."""
    steps = cascades.steps(question, typed(raw.get(question.name)), asking.campaign.regions)
    extras = [_option(choice, asking, gettext("Or")) for choice in question.extra_choices]
    levels = {level.name: level.label for level in asking.campaign.about.levels}
    lists: dict[str, UnboundField] = {}
    for step in steps:
        places = [
            SelectChoice(
                region.code, region.label.in_(asking.language), borrowed(region.label, asking.language)
            )
            for region in step.regions
        ]
        lists[cascades.control(name, question, step.level)] = SelectField(
            label=languages.marked(levels[step.level], asking.language) if step.level in levels else "",
            choices=[_please_choose(), *places, *extras],
            default=step.chosen,
        )
        extras = []
    more = levels.get(cascades.level_after(question, steps, asking.campaign.regions) or "")
    return Controls("cascade", lists, next(reversed(lists), name), more)


def _nothing(macro: str) -> Draw:
    return lambda question, name, raw, asking: Controls(macro, {}, name)


DRAWN: dict[str, Draw] = {
    "select_one": _one_of,
    "scale": _one_of,
    "select_multiple": _any_of,
    "integer": _entry("number"),
    "decimal": _entry("number"),
    "range": _range,
    "text": _text,
    "date": _entry("day"),
    "time": _entry("moment"),
    "checklist": _checklist,
    "rank": _rank,
    "region": _region,
    "note": _nothing("note"),
    "calculate": _nothing("calculated"),
    "file": _nothing("files"),
    "image": _nothing("files"),
}
"""Kind to drawing. Groups and repeats are drawn by what is in them (pages.py)."""


def _read_one(question: Any, name: str, posted: Posted, asking: Asking) -> Any:
    return posted.one(name)


def _read_many(question: Any, name: str, posted: Posted, asking: Asking) -> list[str]:
    return posted.many(name)


def _read_rows(question: Checklist, name: str, posted: Posted, asking: Asking) -> dict[str, Any]:
    return {row.name: posted.one(f"{name}-{row.name}") for row in question.rows}


def _read_places(question: Rank, name: str, posted: Posted, asking: Asking) -> dict[str, Any]:
    return {choice.name: posted.one(f"{name}-{choice.name}") for choice in question.choices}


def _read_region(question: RegionQuestion, name: str, posted: Posted, asking: Asking) -> Any:
    return cascades.read(question, name, posted, asking.campaign.regions)


READ: dict[str, Read] = {
    "select_one": _read_one,
    "scale": _read_one,
    "select_multiple": _read_many,
    "integer": _read_one,
    "decimal": _read_one,
    "range": _read_one,
    "text": _read_one,
    "date": _read_one,
    "time": _read_one,
    "checklist": _read_rows,
    "rank": _read_places,
    "region": _read_region,
}
"""Kind to reading. A kind that is not here takes no answer; files come by a way of their own (uploads.py)."""
