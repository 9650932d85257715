"""Choices: lists that are used, numbers of choices that can be met, scores, issues, defaults."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.campaign.checks.form import Form, Spot
from survey_app.campaign.kinds import READERS, Refusal
from survey_app.campaign.models import (
    AnswerModel,
    Checklist,
    Rank,
    RegionQuestion,
    Scale,
    SelectMultiple,
    all_choices,
    asks_words,
)
from survey_app.campaign.reading.folder import ISSUES
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.regions import Regions
from survey_app.campaign.reports import Mistake, counted, listed, shown, suggestion
from survey_app.campaign.texts import in_language


def lists_used(form: Form) -> Iterator[Mistake]:
    """A list that no question names is left over, or a name is written wrong."""
    if form.doubtful:
        return
    used = {spot.node.text("choices") for spot in form.spots}
    for name, node in form.root.entries_of("choice_lists").items():
        if name not in used:
            yield form.mistake_at(
                node, f"choice list {name} is not used", "take it out, or name it in choices", "warning"
            )


def numbers_of_choices(form: Form) -> Iterator[Mistake]:
    """The least and the most can be met with the choices there are."""
    for spot in _certain(form):
        question = spot.placed.question
        if not isinstance(question, (SelectMultiple, Rank)):
            continue
        number = len(question.choices)
        most, least = question.max_choices, getattr(question, "min_choices", None)
        together = sum(not choice.exclusive for choice in question.choices)
        if most is not None and most > number:
            yield form.mistake(
                spot,
                "max_choices",
                f'"max_choices" is {most}, but the list has {counted(number, "choice")}',
                "lower or remove it",
            )
        if least is not None and most is not None and least > most:
            words = f'"min_choices" {least} is more than "max_choices" {most}'
            yield form.mistake(spot, "min_choices", words, "swap them")
        if least is not None and least > together:
            words = f'"min_choices" is {least}, but only {counted(together, "choice")} can stand together'
            yield form.mistake(spot, "min_choices", words, "lower it")


def exclusive(form: Form) -> Iterator[Mistake]:
    """An exclusive choice needs others beside which it could wrongly stand."""
    for spot in _certain(form):
        question = spot.placed.question
        alone = [choice.name for choice in all_choices(question) if choice.exclusive]
        if alone and isinstance(question, SelectMultiple) and len(alone) == len(question.choices) > 1:
            words = "every choice is exclusive, so only one can be chosen"
            yield form.mistake(spot, "choices", words, "write type: select_one", "warning")


def specify(form: Form) -> Iterator[Mistake]:
    """Rows of a checklist have no place for words."""
    for spot in _certain(form):
        question = spot.placed.question
        if isinstance(question, Checklist) and asks_words(question):
            words = '"specify" asks nothing in a checklist'
            yield form.mistake(
                spot, "choices", words, "take it out, and ask for the words in a text question", "warning"
            )


def scores(form: Form) -> Iterator[Mistake]:
    """A scale counts in scores."""
    for spot in _certain(form):
        question = spot.placed.question
        if not isinstance(question, Scale):
            continue
        given = [choice.score for choice in question.choices if choice.score is not None]
        if not given:
            words = "no choice of this scale has a score, so it has no mean"
            yield form.mistake(spot, "choices", words, "write score: 1, 2, … at its choices")
        elif question.satisfied is not None and question.satisfied > max(given):
            words = f'"satisfied" is {question.satisfied:g}, above the highest score {max(given):g}'
            yield form.mistake(spot, "satisfied", words, "lower it")


def issues(form: Form) -> Iterator[Mistake]:
    """Issues that choices and rows stand for are in issues.yaml, and not retired."""
    campaign = form.folder.campaign
    if campaign is None or ISSUES in form.folder.broken:
        return
    known = [issue.name for issue in campaign.issues.issues]
    retired = {issue.name for issue in campaign.issues.issues if issue.retired}
    for node, question in _with_issue(form):
        code = node.text("issue") or ""
        line, file = node.at("issue").line, form.reading.source.file
        if code not in known:
            cure = suggestion(code, known, f"add it to {ISSUES}")
            yield Mistake(file, line, f"issue {code} does not exist", cure, question)
        elif code in retired:
            yield Mistake(
                file, line, f"issue {code} is retired", "take it out, or unretire it", question, "warning"
            )


def _with_issue(form: Form) -> Iterator[tuple[Node, str | None]]:
    for node in form.root.entries_of("choice_lists").values():
        yield from ((choice, None) for choice in node.items or () if choice.text("issue"))
    for spot in form.spots:
        for key in ("choices", "extra_choices", "rows"):
            written = spot.node.items_of(key)
            yield from ((each, spot.name) for each in written if each.text("issue"))


def defaults(form: Form) -> Iterator[Mistake]:
    """What stands there before the person answers is an answer that the question takes."""
    regions = form.folder.campaign.regions if form.folder.campaign else Regions()
    for spot in _certain(form):
        question = spot.placed.question
        if not isinstance(question, AnswerModel) or question.default is None or question.type not in READERS:
            continue
        if isinstance(question, RegionQuestion) and not len(regions):
            continue
        try:
            READERS[question.type](question, question.default, regions)
        except Refusal as refusal:
            words = f'"default" {shown(question.default)} is no answer to this question'
            cure = refusal.words % in_language(refusal.values, "en")
            yield form.mistake(spot, "default", words, cure.rstrip("."))


def codes_beside_regions(form: Form) -> Iterator[Mistake]:
    """Choices beside the regions have codes of their own."""
    regions = form.folder.campaign.regions if form.folder.campaign else Regions()
    for spot in _certain(form):
        question = spot.placed.question
        if isinstance(question, RegionQuestion):
            taken = [choice.name for choice in question.extra_choices if choice.name in regions]
            if taken:
                words = f'"extra_choices" has {listed(taken)}, which is the code of a region'
                yield form.mistake(spot, "extra_choices", words, "give the choice another name")


def _certain(form: Form) -> Iterator[Spot]:
    """The questions that have no mistake of reading."""
    return (spot for spot in form.spots if spot.name not in form.doubtful)
