"""Answers by chance to a questionnaire, whole and without a mistake: what measures are taken on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from survey_app.campaign.answers import Checked, check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire

Answerer = Callable[[Any, Campaign, random.Random], Any]
ROUNDS = 8
WORDS = ("少一点重复检查", "希望各地标准一样", "态度好一些", "没有票据，罚了两百元")
NOW = datetime(2021, 6, 1, 9, 30)


def _one(question: Any, campaign: Campaign, lot: random.Random) -> str:
    return lot.choice([choice.name for choice in question.choices if not choice.specify])


def _several(question: Any, campaign: Campaign, lot: random.Random) -> list[str]:
    alone = [choice.name for choice in question.choices if choice.exclusive]
    rest = [choice.name for choice in question.choices if not choice.exclusive and not choice.specify]
    if alone and lot.random() < 0.5:
        return [alone[0]]
    return lot.sample(rest, min(len(rest), lot.randint(1, question.max_choices or 3)))


def _place(question: Any, campaign: Campaign, lot: random.Random) -> str:
    return lot.choice([one.code for one in campaign.regions.by_code.values() if one.level == question.level])


def _rows(question: Any, campaign: Campaign, lot: random.Random) -> dict[str, str]:
    return {row.name: _one(question, campaign, lot) for row in question.rows}


def _words(question: Any, campaign: Campaign, lot: random.Random) -> str:
    return lot.choice(WORDS)


ANSWERERS: dict[str, Answerer] = {
    "select_one": _one,
    "scale": _one,
    "select_multiple": _several,
    "region": _place,
    "checklist": _rows,
    "text": _words,
    "integer": lambda question, campaign, lot: lot.randrange(100),
}


def answers(questionnaire: Questionnaire, campaign: Campaign, lot: random.Random) -> dict[str, Any]:
    """What one person types; each round answers what the last one made relevant."""
    raw: dict[str, Any] = {}
    for _ in range(ROUNDS):
        checked = check(questionnaire, raw, campaign, now=NOW)
        new = [name for name in checked.relevant if name not in raw and name in questionnaire.questions]
        given = {
            name: ANSWERERS[questionnaire.questions[name].type](questionnaire.questions[name], campaign, lot)
            for name in sorted(new)
            if questionnaire.questions[name].type in ANSWERERS
        }
        if not given:
            break
        raw |= given
    return raw


def people(
    questionnaire: Questionnaire, campaign: Campaign, count: int, seed: int
) -> Iterator[tuple[dict[str, Any], Checked]]:
    """`count` persons: what each typed, and what it comes to."""
    lot = random.Random(seed)  # noqa: S311
    for _ in range(count):
        raw = answers(questionnaire, campaign, lot)
        checked = check(questionnaire, raw, campaign, now=NOW)
        if checked.problems:
            raise AssertionError(f"made-up answers have mistakes: {checked.problems[:3]}")
        yield raw, checked
