"""What a page tells its script (static/live.js), and what the script tells back.

A page carries the expressions that decide which of its questions are asked, the answers of earlier pages that they
look at, and nothing else. Questions that are not asked yet stand in `<template>` elements, where a browser without a
script shows and sends nothing of them. The script's word is never more than a comfort: the server judges anew.

Where the script could not be sure to come to the same as the server, a question is left to the server and comes up
after the page was sent, as it does without a script (following.py decides).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from survey_app.campaign.answers import Checked
from survey_app.campaign.expressions import to_json
from survey_app.campaign.models import Calculate, Group, Page, all_choices, is_sealed
from survey_app.respondent import cascades, pages, places, steps
from survey_app.respondent.following import Following
from survey_app.respondent.once import once
from survey_app.respondent.visits import Visit
from survey_app.web import languages

SHOWN = "shown"
"""The field in which the script says which parts of the page (their ids) were before the person."""

Told = dict[str, Any]


def beside(visit: Visit) -> Told:
    """What every page of a visit tells: whose answers may lie on the phone, and the script's words.

    `draft` names the draft without giving it away: the cookie that opens it is closed to scripts.
    """
    token = visit.draft.id if visit.is_under_way and visit.draft else ""
    mark = hashlib.sha256(f"on the phone|{token}".encode()).hexdigest()[:16] if token else ""
    return {"key": visit.questionnaire.name, "draft": mark, "over": bool(visit.receipt), "words": _words()}


def page(visit: Visit, page: Page, checked: Checked, following: Following) -> Told:
    """What one page tells: its questions as far as the script has to do with them, and earlier answers they need."""
    asked, language = visit.questionnaire, languages.current()
    key = ("told", asked.name, asked.version, page.name, language, request.script_root)
    return beside(visit) | {
        "today": date.today().isoformat(),
        "questions": once(key, lambda: _Teller(visit, following).all(page.questions)),
        "answers": {name: _seen(visit, checked, name) for name in sorted(following.earlier)},
        "sealed": [
            f"q-{question.name}" for question in pages.answerable(page.questions) if is_sealed(question)
        ],
    }


def _words() -> dict[str, str]:
    return once(("script's words", languages.interface()), words)


def words() -> dict[str, str]:
    """The script's sentences; `{}` is a number that it fills in."""
    return {
        "saved": gettext("Saved."),
        "phone": gettext("No network. Kept on this phone, and saved by itself once the network is back."),
        "held": gettext("No network. Kept on this phone. It goes on by itself once the network is back."),
        "sending": gettext("Sending…"),
        "unsent": gettext("No network: not sent yet. Please leave this page open, it is sent by itself."),
        "more": gettext("More questions have appeared below."),
        "left": gettext("Characters left: {}"),
        "over": gettext("Too many characters: {}"),
        "find": gettext("Type to find a place"),
        "found": gettext("Places found: {}"),
        "listen": gettext("Read aloud"),
    }


def as_shown(visit: Visit, was: Mapping[str, Any], page: Page, raw: Mapping[str, Any]) -> frozenset[str]:
    """The paths of the questions that were before the person, so that none of them counts as new.

    Where no script tells, those that were relevant to the answers `was`, with which the page had been drawn.
    """
    seen = shown(page, raw)
    return visit.judged(was).relevant if seen is None else seen


def shown(page: Page, raw: Mapping[str, Any]) -> frozenset[str] | None:
    """The paths of the questions that were before the person, as the script tells; None without a script."""
    if SHOWN not in request.form:
        return None
    parts = set(request.form[SHOWN].split())
    return frozenset(path for path, _ in steps.paths(page, raw) if pages.place(path) in parts)


def _seen(visit: Visit, checked: Checked, name: str) -> Any:
    """An answer of an earlier page as an expression sees it from outside a repeat."""
    home = visit.questionnaire.homes.get(name)
    if home is None:
        return checked.answers.get(name, "")
    return [entry[name] for entry in checked.answers.get(home, []) if name in entry]


class _Teller:
    """Tells the questions of one page, as far as the script has to do with them."""

    def __init__(self, visit: Visit, following: Following) -> None:
        self.visit = visit
        self.following = following

    def all(self, questions: Iterable[Any]) -> list[Told]:
        """The questions in their order; one without a key but its name is left out."""
        told = (self.one(question) for question in questions)
        return [each for each in told if len(each) > 2]

    def one(self, question: Any) -> Told:
        told: Told = {"name": question.name, "type": question.type}
        if question.relevant is not None:
            follows = self.following.follows(question.name)
            told |= {"relevant": to_json(question.relevant)} if follows else {"fixed": True}
        if isinstance(question, Group):
            return told | {"questions": self.all(question.questions)}
        if isinstance(question, Calculate):
            can = self.following.can_run(question.calculation)
            return told | ({"calculation": to_json(question.calculation)} if can else {})
        told |= COMFORTS.get(question.type, _nothing)(question, self.visit)
        return told | (self.reading(question) if question.name in self.following.needed else {})

    def reading(self, question: Any) -> Told:
        """What the script needs to read the answer as the server does."""
        told: Told = {"read": True} | READS.get(question.type, _nothing)(question, self.visit)
        if question.constraint is not None:
            told["constraint"] = to_json(question.constraint)
        told["specify"] = [choice.name for choice in all_choices(question) if choice.specify]
        return told


Tell = Callable[[Any, Visit], Told]


def _nothing(question: Any, visit: Visit) -> Told:
    return {}


def _most(question: Any, visit: Visit) -> Told:
    if question.max_choices is None:
        return {}
    refusal = gettext("Choose at most %(most)s. Please take one away first.", most=question.max_choices)
    return {"most": question.max_choices, "refusal": refusal}


def _length(question: Any, visit: Visit) -> Told:
    return {"length": question.max_length}


def _places(question: Any, visit: Visit) -> Told:
    regions = visit.campaign.regions
    if question.level not in regions.levels or not cascades.has_to_be_found(question, regions):
        return {}
    address = url_for(
        "respondent.places",
        digest=regions.fingerprint,
        name=visit.campaign.name,
        language=languages.current(),
        level=question.level,
        within=cascades.top(question, regions) or places.EVERYWHERE,
    )
    return {"level": question.level, "places": address}


COMFORTS: dict[str, Tell] = {"select_multiple": _most, "text": _length, "region": _places}
"""Kind to what the script does for the person who answers."""


def _bounds(question: Any, visit: Visit) -> Told:
    given = {"min": question.min, "max": question.max}
    return {key: value for key, value in given.items() if value is not None}


def _days(question: Any, visit: Visit) -> Told:
    return {key: value.isoformat() for key, value in _bounds(question, visit).items()}


def _several(question: Any, visit: Visit) -> Told:
    return {
        "options": [choice.name for choice in question.choices],
        "alone": [choice.name for choice in question.choices if choice.exclusive],
        "fewest": question.min_choices or 0,
    }


def _lines(question: Any, visit: Visit) -> Told:
    return {"multiline": True} if question.multiline else {}


def _rows(question: Any, visit: Visit) -> Told:
    return {"rows": [row.name for row in question.rows]}


READS: dict[str, Tell] = {
    "select_multiple": _several,
    "integer": _bounds,
    "decimal": _bounds,
    "date": _days,
    "text": _lines,
    "checklist": _rows,
}
"""Kind to what the script has to know to read an answer."""
