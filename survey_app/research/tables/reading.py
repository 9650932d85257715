"""All questions of a questionnaire on one page, to be read through, and crossed with one side as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from flask import Response, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoPage

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.expressions import parse
from survey_app.campaign.models import Questionnaire
from survey_app.errors import StorageError, SurveyError
from survey_app.exporting.banner import banner
from survey_app.research import access
from survey_app.research.access import page, survey
from survey_app.research.tables import naming
from survey_app.research.tables.choices import Offers
from survey_app.research.tables.counted import Asking
from survey_app.research.tables.pages import ROLES, asking_of, scope_label
from survey_app.research.tables.refused import labels_of, status_of, words_of
from survey_app.research.tables.state import State
from survey_app.research.tables.taken import as_file
from survey_app.research.tables.whom import whose
from survey_app.tabulation import Catalogue, Table, Where
from survey_app.tabulation.together import Frequency, frequencies
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import AS_OF, SELF_SELECTED_SHORT, phrase
from survey_app.web import languages


class Line(NamedTuple):
    """An answer: how many gave it, their share in per cent (None: not an answer, or nobody answered)."""

    label: Any
    people: int
    share: float | None


class Shown(NamedTuple):
    """A question as the page shows it."""

    name: str
    title: Any
    lines: list[Line]
    base: int
    several: bool
    mean: float | None


@page("/frequencies", *ROLES, nav=_("All questions"), place=31)
def all_questions() -> tuple[str, int] | str:
    """Counts and shares of every question, with the filters of the table builder."""
    state, asking, questionnaire = _asked()
    catalogue = asking.catalogue(State(questionnaire=questionnaire.name))
    found, wrong, status = _found(asking, state, catalogue, "all")
    body = render_template(
        "desk/frequencies.html",
        state=state,
        campaign=asking.campaign,
        campaigns=access.campaigns(),
        questionnaire=questionnaire,
        offers=Offers(asking, state, catalogue, languages.current()),
        scope=scope_label(asking),
        wrong=wrong,
        filtered=any((state.place, state.from_, state.to, state.channel, state.where, state.without_flagged)),
        people=found[0].table.people if found else 0,
        questions=[_shown(each) for each in found],
        self_selected=SELF_SELECTED_SHORT,
    )
    return (body, status) if wrong else body


@page("/banner.xlsx", *ROLES)
def banner_file() -> Response:
    """All questions by one side, as a workbook; taking it is written down first."""
    state, asking, questionnaire = _asked()
    catalogue = asking.catalogue(State(questionnaire=questionnaire.name))
    found, wrong, status = _found(asking, state, catalogue, state.columns or "all")
    if wrong or not found:
        words = wrong or gettext("This questionnaire asks nothing that can be counted.")
        return Response(f"{words}\n", status if wrong else 404, content_type="text/plain; charset=utf-8")
    access.audit("banner exported", questionnaire.name, query=state.address)
    language = languages.current()
    by = found[0].table.sides[1].in_(language)
    title = f"{questionnaire.title.in_(language)} × {by}"
    name = naming.of_words(asking.campaign, title)
    as_of = phrase(AS_OF, day=date.today().isoformat())
    whom = (whose(asking.campaign, asking.scope, state.place), *found[0].table.whom, as_of)
    codes = f"{questionnaire.name}-by-{state.columns or 'all'}"
    return as_file(banner(found, title, language, whom), "xlsx", name, codes)


def _asked() -> tuple[State, Asking, Questionnaire]:
    state = State.read(request.args)
    asking = asking_of(state)
    found = _questionnaire(asking.campaign, state.questionnaire)
    return State(**{**vars(state), "questionnaire": found.name}), asking, found


def _questionnaire(campaign: Campaign, name: str) -> Questionnaire:
    """The one named; without a name the first for the public, with responses if there is one such, else any."""
    if name and name not in campaign.questionnaires:
        raise NoPage
    answered = set(survey().answered())
    order = sorted(campaign.questionnaires.values(), key=lambda each: (each.staff, each.name not in answered))
    return campaign.questionnaires[name] if name else order[0]


def _found(asking: Asking, state: State, catalogue: Catalogue, by: str) -> tuple[list[Frequency], str, int]:
    """The tables, or words for what cannot be asked and their status."""
    try:
        asking.settle(state)
        condition = state.condition(catalogue)
        parts = asking.survey.parts(asking.campaign, [state.questionnaire], asking.within(state.place))
        found = frequencies(
            parts,
            catalogue,
            by,
            level=state.level or None,
            where=Where(parse(condition), catalogue) if condition else None,
            without_flagged=bool(state.without_flagged),
        )
    except StorageError:
        raise
    except SurveyError as error:
        return [], words_of(error, labels_of(asking.campaign, catalogue)), status_of(error)
    return found, "", 200


def _shown(found: Frequency) -> Shown:
    table = found.table
    lines = [
        Line(label, int(table.counts[place, 0]), _share(table, place) if is_answer(code) else None)
        for place, (code, label) in enumerate(table.rows)
    ]
    mean = None if found.mean is None or np.isnan(found.mean) else found.mean
    return Shown(found.column.name, table.title, lines, table.base or 0, table.several[0], mean)


def _share(table: Table, place: int) -> float | None:
    assert table.values is not None  # noqa: S101 - frequencies are shares
    share = table.values[place, 0]
    return None if np.isnan(share) else 100 * float(share)
