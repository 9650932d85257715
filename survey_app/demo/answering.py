"""Answers by chance to a questionnaire, whole and without a mistake: the one check of answers is the judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from survey_app.campaign.answers import Checked, check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire, Repeat
from survey_app.errors import SurveyError

ROUNDS, AFRESH = 40, 5
"""How often what has a problem is drawn anew, and after how many times all answers are."""
WORDS = ("少一点重复检查", "希望各地标准一样", "态度好一些", "没有票据，罚了两百元")
NOW = datetime(2021, 6, 1, 9, 30)
SKIPPED = 0.04
"""The share of answers that a person leaves out where nothing says that they are needed."""

T = TypeVar("T")


@dataclass
class Chance:
    """What answers are drawn with. `weights`: how often a region is named, by code; those that are not in it: never.

    Which choices are favoured is drawn once for each list, so that a table of many answers is not flat.
    """

    campaign: Campaign
    lot: random.Random
    weights: Mapping[str, float] | None = None
    now: datetime = NOW
    skipped: float = 0.0
    _leanings: dict[tuple[str, ...], list[float]] = field(default_factory=dict)
    _places: dict[tuple[str, str | None], tuple[list[str], list[float]]] = field(default_factory=dict)

    def one_of(self, codes: Sequence[str]) -> str:
        """One of several codes, some of which are favoured."""
        return self.lot.choices(codes, self._leaning(tuple(codes)))[0]

    def some_of(self, codes: Sequence[str], count: int) -> list[str]:
        """So many different ones of them, in their order."""
        leaning = self._leaning(tuple(codes))
        drawn = [self.lot.random() ** (1 / weight) for weight in leaning]
        chosen = sorted(range(len(codes)), key=drawn.__getitem__, reverse=True)[:count]
        return [codes[number] for number in sorted(chosen)]

    def region(self, level: str, within: str | None) -> str | None:
        """The code of a region of that level; None where there is none that could be named."""
        codes, weights = self._places_of(level, within)
        return self.lot.choices(codes, weights)[0] if codes else None

    def _places_of(self, level: str, within: str | None) -> tuple[list[str], list[float]]:
        if (level, within) not in self._places:
            regions = self.campaign.regions
            inside = list(regions) if within is None else [regions[within], *regions.under(within)]
            codes = [each.code for each in inside if each.level == level]
            weights = [1.0 if self.weights is None else self.weights.get(code, 0.0) for code in codes]
            self._places[level, within] = codes, weights if any(weights) else [1.0] * len(codes)
        return self._places[level, within]

    def _leaning(self, codes: tuple[str, ...]) -> list[float]:
        if codes not in self._leanings:
            self._leanings[codes] = [self.lot.lognormvariate(0, 0.7) for _ in codes]
        return self._leanings[codes]


Answerer = Callable[[Any, Chance], Any]


def _one(question: Any, chance: Chance) -> str:
    return chance.one_of([choice.name for choice in question.choices if not choice.specify])


def _several(question: Any, chance: Chance) -> list[str]:
    alone = [choice.name for choice in question.choices if choice.exclusive]
    rest = [choice.name for choice in question.choices if not choice.exclusive and not choice.specify]
    if alone and chance.lot.random() < 0.4:
        return [chance.one_of(alone)]
    least = question.min_choices or 1
    most = min(len(rest), question.max_choices or max(least, 3))
    return chance.some_of(rest, chance.lot.randint(min(least, most), most))


def _place(question: Any, chance: Chance) -> str | None:
    extra = [choice.name for choice in question.extra_choices if not choice.specify]
    if extra and chance.lot.random() < 0.08:
        return chance.one_of(extra)
    return chance.region(question.level, question.within)


def _rows(question: Any, chance: Chance) -> dict[str, str]:
    return {row.name: _one(question, chance) for row in question.rows}


def _words(question: Any, chance: Chance) -> str | None:
    return None if question.sensitive or question.role == "contact" else chance.lot.choice(WORDS)


def _whole(question: Any, chance: Chance) -> int:
    least = question.min if question.min is not None else 0
    most = question.max if question.max is not None else least + 99
    return min(most, least + int(chance.lot.expovariate(1 / max(1, (most - least) / 5))))


def _broken(question: Any, chance: Chance) -> float:
    least = question.min if question.min is not None else 0.0
    most = question.max if question.max is not None else least + 100
    return float(round(chance.lot.uniform(least, most), 1))


def _stepped(question: Any, chance: Chance) -> float:
    steps = int((question.end - question.start) / question.step + 1e-9)
    return float(question.start + question.step * chance.lot.randint(0, steps))


def _day(question: Any, chance: Chance) -> str:
    last: date = min(question.max or chance.now.date(), chance.now.date())
    first: date = question.min or last - timedelta(days=90)
    return (last - timedelta(days=chance.lot.randint(0, max(0, (last - first).days)))).isoformat()


def _ranked(question: Any, chance: Chance) -> list[str]:
    codes = [choice.name for choice in question.choices]
    chosen = chance.some_of(codes, question.max_choices or len(codes))
    chance.lot.shuffle(chosen)
    return chosen


def _entries(question: Repeat, chance: Chance) -> list[dict[str, Any]]:
    most = min(question.max_entries, max(question.min_entries, 3))
    return [_drawn(question.questions, chance) for _ in range(chance.lot.randint(question.min_entries, most))]


ANSWERERS: dict[str, Answerer] = {
    "select_one": _one,
    "scale": _one,
    "select_multiple": _several,
    "region": _place,
    "checklist": _rows,
    "text": _words,
    "integer": _whole,
    "decimal": _broken,
    "range": _stepped,
    "date": _day,
    "time": lambda question, chance: (
        f"{chance.lot.randint(7, 21):02d}:{chance.lot.choice((0, 15, 30, 45)):02d}"
    ),
    "rank": _ranked,
    "repeat": _entries,
}
"""How a question of a kind is answered; files and what is worked out are not."""


def _drawn(questions: Sequence[Any], chance: Chance) -> dict[str, Any]:
    """Answers to these questions, those in groups too, whether they will be relevant or not."""
    found: dict[str, Any] = {}
    for question in questions:
        if question.type == "group":
            found |= _drawn(question.questions, chance)
        elif question.type in ANSWERERS and chance.lot.random() >= chance.skipped:
            answer = ANSWERERS[question.type](question, chance)
            if answer is not None:
                found[question.name] = answer
    return found


def person(questionnaire: Questionnaire, chance: Chance) -> tuple[dict[str, Any], Checked]:
    """What somebody typed, and what it comes to; the check drops what turns out not to be asked.

    Raises SurveyError where chance finds no answers that have no problem.
    """
    every = [question for page in questionnaire.pages for question in page.questions]
    raw: dict[str, Any] = {}
    problem = ""
    for turn in range(ROUNDS):
        raw = raw if turn % AFRESH else _drawn(every, chance)
        checked = check(questionnaire, raw, chance.campaign, now=chance.now)
        if not checked.problems:
            return {name: raw[name] for name in raw if name in checked.relevant}, checked
        problem = checked.problems[0].say("en")
        for name in dict.fromkeys(each.path.partition("/")[0] for each in checked.problems):
            raw.pop(name, None)
            question = questionnaire.questions.get(name)
            if question is not None and question.type in ANSWERERS:
                raw[name] = ANSWERERS[question.type](question, chance)
    raise SurveyError(f"No answers to {questionnaire.name} could be made up: {problem}")


def people(
    questionnaire: Questionnaire, campaign: Campaign, count: int, seed: int
) -> Iterator[tuple[dict[str, Any], Checked]]:
    """`count` persons: what each typed, and what it comes to."""
    chance = Chance(campaign, random.Random(seed))  # noqa: S311 (nothing secret is drawn)
    for _ in range(count):
        yield person(questionnaire, chance)
