"""Limits that contradict each other, days out of order, words that a refusal lacks, pages with nothing to see."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.campaign.checks.form import Form, Spot, is_repeat
from survey_app.campaign.models import Calculate, Range
from survey_app.campaign.reports import Mistake

_PAIRS = (("min", "max"), ("min_entries", "max_entries"))


def in_order(form: Form) -> Iterator[Mistake]:
    """The least is not above the most."""
    for spot in form.spots:
        for low, high in _PAIRS:
            least, most = getattr(spot.placed.question, low, None), getattr(spot.placed.question, high, None)
            if least is not None and most is not None and least > most:
                yield form.mistake(spot, low, f'"{low}" {least} is more than "{high}" {most}', "swap them")


def ranges(form: Form) -> Iterator[Mistake]:
    """A range goes up, in steps that fit into it."""
    for spot in form.spots:
        question = spot.placed.question
        if not isinstance(question, Range):
            continue
        if question.start >= question.end:
            words = f'"start" {question.start:g} is not below "end" {question.end:g}'
            yield form.mistake(spot, "start", words, "swap them")
        elif question.step > question.end - question.start:
            words = f'"step" {question.step:g} is larger than the whole range'
            yield form.mistake(spot, "step", words, "write a smaller step")


def constraints(form: Form) -> Iterator[Mistake]:
    """Who is refused is told why."""
    for spot in form.spots:
        question = spot.placed.question
        has = getattr(question, "constraint", None) is not None
        told = getattr(question, "constraint_message", None) is not None
        if has and not told:
            words = '"constraint" has no "constraint_message", so the person is not told what to mend'
            yield form.mistake(spot, "constraint", words, "write one", "warning")
        elif told and not has and spot.name not in form.doubtful:
            words = '"constraint_message" is never said, since there is no "constraint"'
            yield form.mistake(
                spot, "constraint_message", words, "write the constraint, or take it out", "warning"
            )


def opening(form: Form) -> Iterator[Mistake]:
    """It opens before it closes."""
    campaign = form.folder.campaign
    if campaign is None:
        return
    opens, closes = campaign.opening(form.questionnaire)
    own = form.questionnaire.opens is not None or form.questionnaire.closes is not None
    if own and opens and closes and opens > closes:
        key = "opens" if form.questionnaire.opens else "closes"
        words = f"it opens on {opens}, after it closes on {closes}"
        yield form.mistake_at(form.root.at(key), words, "change one of the two days")


def pages_seen(form: Form) -> Iterator[Mistake]:
    """A page has something that a person can see."""
    for page, node in form.pages:
        inside = [spot for spot in form.spots if spot.placed.page is page]
        if not any(_is_seen(spot) for spot in inside):
            words = f"page {page.name} has nothing that a person can see"
            yield form.mistake_at(
                node, words, "add a question or a note, or move its calculations to another page"
            )


def _is_seen(spot: Spot) -> bool:
    question = spot.placed.question
    if isinstance(question, Calculate):
        return question.label is not None
    return question.asks or is_repeat(spot) or question.type == "note"


def nesting(form: Form) -> Iterator[Mistake]:
    """A repeat stands in no repeat: its answers would have no table to go to."""
    for spot in form.spots:
        if is_repeat(spot) and spot.repeat is not None:
            words = f"a repeat stands inside the repeat {spot.repeat}"
            yield form.mistake(spot, "type", words, "make it a group, or move it out")
