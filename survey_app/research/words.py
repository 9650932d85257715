"""Words that recur in what people wrote freely, by region or by issue, each leading to where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from flask import render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.research import access, seen
from survey_app.research.access import page
from survey_app.research.grouping import Grouped, first_way, ways
from survey_app.tabulation.recurring import LEAST, LEAST_G2, Word, WordCounts
from survey_app.tabulation.words import OTHER
from survey_app.web import languages

FEW = 8
"""Words of each group on the page of all groups."""


class Group(NamedTuple):
    """A group, how many responses of it hold free words, and its most typical words."""

    code: str
    label: str
    size: int
    words: tuple[Word, ...]


@page("/words", "coordinator", "researcher", nav=lazy_gettext("Distinctive words"), place=45)
def recurring_words() -> str:
    """The words that tell each group from the others; with `group`, all of one group."""
    campaign = seen.campaign()
    asking = {name: found for name, found in _asking(campaign).items() if found}
    name = request.args.get("questionnaire") or _most_said(campaign, asking)
    question = request.args.get("question") or ""
    by = request.args.get("by") or first_way(campaign, access.scope(campaign))
    chosen = request.args.get("group") or ""
    if asking and (name not in asking or (question and question not in asking[name])):
        raise NotFound
    grouped = Grouped.of(campaign, [name], by) if name and by else None
    said = (
        _said(campaign, grouped, {name: [question] if question else list(asking[name])})
        if grouped
        else WordCounts()
    )
    found = _groups(grouped, said) if grouped else []
    group = next((each for each in found if each.code == chosen), None)
    return render_template(
        "desk/words.html",
        **seen.words(campaign),
        asking=asking,
        ways=ways(campaign),
        name=name,
        question=question,
        by=by,
        found=found,
        group=group,
        ranked=said.ranked(chosen) if group else (),
        said=said,
        few=FEW,
        least=LEAST,
        least_g2=LEAST_G2,
        leading=partial(
            _leading, {"campaign": campaign.name, "questionnaire": name, "question": question}, by
        ),
    )


def _most_said(campaign: Campaign, asking: Mapping[str, Mapping[str, str]]) -> str:
    """The questionnaire in which most responses in scope hold free words, a public one where there is any."""
    scope = access.scope(campaign)
    public = [each.name for each in campaign.public if each.name in asking]
    found = {
        name: sum(seen.parts(campaign, name, scope).map(partial(_saying, list(asking[name])), asking[name]))
        for name in (public or asking)
    }
    return max(found, key=lambda name: found[name], default="")


def _saying(questions: Sequence[str], part: pd.DataFrame) -> int:
    """How many responses of a part hold words in answer to any of the questions."""
    there = [name for name in questions if name in part.columns]
    return int(part[there].notna().any(axis=1).sum())


def _asking(campaign: Campaign) -> dict[str, dict[str, str]]:
    """By questionnaire, the free questions that tables can read, each with what it is called."""
    return {
        name: {
            each: _called(campaign.questionnaires[name], each)
            for each in questions
            if _is_plain(campaign, name, each)
        }
        for name, questions in seen.free(campaign, list(campaign.questionnaires)).items()
    }


def _is_plain(campaign: Campaign, name: str, question: str) -> bool:
    """Whether the question stands in no repeat, whose entries are in frames of their own."""
    return campaign.questionnaires[name].homes.get(question) is None


def _called(questionnaire: Questionnaire, name: str) -> str:
    asked = questionnaire.questions.get(name.removesuffix("_other")) or questionnaire.questions.get(name)
    label = asked.label.in_(languages.current()) if asked and asked.label else ""
    if label and name not in questionnaire.questions:
        label = OTHER.in_(languages.current()).format(label=label)
    return f"{name} {label}".strip()


def _said(campaign: Campaign, grouped: Grouped, questions: dict[str, list[str]]) -> WordCounts:
    access.audit("words counted", campaign.name, questions=questions, by=grouped.by)
    return grouped.said(access.scope(campaign), questions)


def _groups(grouped: Grouped, said: WordCounts) -> list[Group]:
    language = languages.current()
    return [
        Group(code, label.in_(language), said.sizes[code], _typical(said, code))
        for code, label in grouped.labels.items()
        if said.sizes[code]
    ]


def _typical(said: WordCounts, code: str) -> tuple[Word, ...]:
    return tuple(word for word in said.ranked(code) if word.g2 > 0)


def _leading(asked: Mapping[str, str], by: str, word: str, group: str) -> str:
    """The address of the list of those responses of a group that hold the word; a group of '' is everybody."""
    filters: dict[str, Any] = {name: value for name, value in asked.items() if value}
    filters |= {"by": by, "group": group} if group else {}
    return url_for("research.responses", **filters, words=word)
