"""A small campaign with one of everything that can be tabulated, its frames, and a count by hand to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from survey_app.campaign.campaign import Campaign, CampaignFile
from survey_app.campaign.issues import Issues
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.regions import Group, Region, Regions
from survey_app.campaign.texts import Text
from survey_app.storage.frames import build
from survey_app.storage.responses import StoredResponse
from survey_app.tabulation import Catalogue

PARENTS = {"all": None, "north": "all", "n1": "north", "n2": "north", "south": "all", "s1": "south"}
LEVEL = {
    "all": "province",
    "north": "prefecture",
    "south": "prefecture",
    "n1": "county",
    "n2": "county",
    "s1": "county",
}
REGIONS = Regions(
    ("province", "prefecture", "county"),
    {
        code: Region(code, Text({"zh": f"{code}区", "en": code}), LEVEL[code], PARENTS[code])
        for code in PARENTS
    },
    (Group("g1", Text({"en": "Group 1"}), ("north",)), Group("g2", Text({"en": "Group 2"}), ("south",))),
)

CATEGORY = {"FINE": "MONEY", "FEE": "MONEY", "RUDE": "MANNER", "ODD": None}
ISSUES = Issues.model_validate(
    {
        "schemes": {
            "three": {
                "label": "Three kinds",
                "categories": [{"name": n, "label": n.lower()} for n in ("MONEY", "MANNER", "NOBODYS")],
            }
        },
        "issues": [
            {"name": name, "label": name.lower(), "groups": {"three": category} if category else {}}
            for name, category in CATEGORY.items()
        ],
    }
)


def _choices(*codes: str) -> list[dict[str, Any]]:
    return [{"name": code, "label": {"zh": f"选项{code}", "en": code}} for code in codes]


SCORES = {"s5": 5, "s4": 4, "s3": 3, "s1": 1}
QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "region",
        "name": "place",
        "role": "region",
        "level": "county",
        "extra_choices": _choices("road"),
    },
    {"type": "region", "name": "home", "role": "home_region", "level": "prefecture"},
    {
        "type": "select_multiple",
        "name": "met",
        "role": "issue",
        "choices": [
            *({"issue": code, "name": code, "label": code} for code in ("FINE", "FEE")),
            {"name": "none", "label": "none", "exclusive": True},
            {"name": "hush", "label": "hush", "exclusive": True, "missing": "refused"},
        ],
    },
    {
        "type": "select_multiple",
        "name": "saw",
        "role": "issue",
        "choices": [{"issue": code, "name": code.lower(), "label": code} for code in ("RUDE", "ODD")],
    },
    {
        "type": "scale",
        "name": "verdict",
        "role": "satisfaction",
        "satisfied": 4,
        "choices": [
            *({"name": code, "label": code, "score": score} for code, score in SCORES.items()),
            *_choices("dk"),
        ],
    },
    {
        "type": "checklist",
        "name": "seen",
        "role": "issue_check",
        "rows": [
            {"name": "badge", "label": "Badge", "issue": "RUDE"},
            {"name": "receipt", "label": "Receipt", "issue": "FEE"},
        ],
        "choices": [*_choices("did"), {"name": "did_not", "label": "did not", "problem": True}],
    },
    {
        "type": "select_one",
        "name": "sort",
        "choices": [*_choices("truck", "bus"), {"name": "no", "label": "no", "missing": "refused"}],
    },
    {"type": "select_multiple", "name": "wants", "role": "priority", "choices": _choices("fair", "fast")},
    {"type": "integer", "name": "trips"},
    {"type": "date", "name": "day"},
    {"type": "text", "name": "words"},
    {"type": "text", "name": "phone", "role": "contact", "sensitive": True},
    {
        "type": "repeat",
        "name": "visits",
        "questions": [{"type": "select_one", "name": "how", "label": "How", "choices": _choices("a", "b")}],
    },
]


def questionnaire(name: str = "road", audience: str = "driver", **changes: Any) -> Questionnaire:
    """The questionnaire with one of everything; `changes` are keys of its questions by question."""
    questions = [{"label": q["name"], **q, **changes.get(q["name"], {})} for q in QUESTIONS]
    return Questionnaire.model_validate(
        {
            "name": name,
            "title": {"zh": "道路问卷", "en": f"The {name}"},
            "audience": [audience],
            "pages": [{"name": "only", "label": "Only", "questions": questions}],
        }
    )


def campaign(*questionnaires: Questionnaire) -> Campaign:
    """The campaign of those questionnaires."""
    about = CampaignFile.model_validate(
        {
            "name": "counted",
            "title": "Counted",
            "organisation": "Office",
            "languages": {"zh": "中文", "en": "English"},
            "privacy": "Private",
            "consent": "Yes",
            "levels": [{"name": level, "label": level} for level in REGIONS.levels],
        }
    )
    return Campaign(Path(), about, REGIONS, ISSUES, questionnaires={q.name: q for q in questionnaires})


ROAD = questionnaire()
CAMPAIGN = campaign(ROAD)
CATALOGUE = Catalogue.of(CAMPAIGN, {"road": [ROAD]})
ASKED = tuple(question["name"] for question in QUESTIONS)


@dataclass(frozen=True)
class Person:
    """Someone who answered: what they said, what they were asked, when and by which channel."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ASKED
    day: date = date(2021, 6, 2)
    channel: str = "web"


def said(**answers: Any) -> Person:
    """Someone who was asked everything."""
    return Person(answers)


def frame_of(people: Iterable[Person], questionnaire: Questionnaire = ROAD) -> pd.DataFrame:
    """Their frame, as storage builds it."""
    rows = [
        StoredResponse(
            id=str(number),
            questionnaire=questionnaire.name,
            version=questionnaire.version,
            audience=questionnaire.audience[0],
            region=None,
            channel=person.channel,
            language="zh",
            date=person.day,
            status="sent",
            answers=dict(person.answers),
            asked=person.asked,
        )
        for number, person in enumerate(people)
    ]
    return build(rows, [questionnaire], campaign(questionnaire))


Codes = set[str]
"""The codes a person has on a side."""


def _absent(person: Person, question: str) -> Codes:
    return {"_not_answered"} if question in person.asked else {"_not_asked"}


def _one(question: str, declared: Iterable[str], refused: str | None = None) -> Callable[[Person], Codes]:
    def codes(person: Person) -> Codes:
        answer = person.answers.get(question)
        if answer is None:
            return _absent(person, question)
        return {answer} if answer in declared else {"_refused" if answer == refused else "_unknown"}

    return codes


def _place(level: str) -> Callable[[Person], Codes]:
    raw = _one("place", [*PARENTS, "road"])

    def codes(person: Person) -> Codes:
        (code,) = raw(person)
        above: str | None = code
        while above in PARENTS:
            if LEVEL[above] == level:
                return {above}
            above = PARENTS[above]
        return {code}

    return codes


def _group(person: Person) -> Codes:
    return {{"north": "g1", "south": "g2"}.get(code, code) for code in _place("prefecture")(person)}


def _issues(person: Person) -> Codes:
    met, saw = person.answers.get("met"), person.answers.get("saw")
    chosen = {code for code in [*(met or []), *(x.upper() for x in saw or [])] if code in CATEGORY}
    if chosen:
        return chosen
    if saw or (met and "hush" not in met):
        return {"answered and met none"}
    if met:
        return {"_refused"}
    return {"_not_answered"} if {"met", "saw"} & set(person.asked) else {"_not_asked"}


def _kinds(person: Person) -> Codes:
    return {CATEGORY.get(code, code) or "_unknown" for code in _issues(person)}


def _month(person: Person) -> Codes:
    return {person.day.isoformat()[:7]}


BY_HAND: dict[tuple[str, str | None, str | None, str | None], Callable[[Person], Codes]] = {
    ("region", "county", None, None): _place("county"),
    ("region", "prefecture", None, None): _place("prefecture"),
    ("region", "province", None, None): _place("province"),
    ("region", "group", None, None): _group,
    ("issue", None, None, None): _issues,
    ("issue", None, "three", None): _kinds,
    ("sort", None, None, None): _one("sort", ["truck", "bus"], "no"),
    ("satisfaction", None, None, None): _one("verdict", [*SCORES, "dk"]),
    ("date", None, None, "month"): _month,
    ("all", None, None, None): lambda _: {"all"},
}
"""A side of a table (name, level, scheme, period), and a person's codes on it, told without pandas."""
