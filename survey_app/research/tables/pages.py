"""The table builder: the form, the table, its chart, and the tables that were kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response

from survey_app.campaign.campaign import Campaign
from survey_app.errors import NotFound, StorageError, SurveyError
from survey_app.research import access
from survey_app.research.access import page, survey
from survey_app.research.tables import leading, shown
from survey_app.research.tables.choices import Offers
from survey_app.research.tables.counted import Asking, Counted
from survey_app.research.tables.refused import labels_of, status_of, words_of
from survey_app.research.tables.state import State
from survey_app.roles import Role
from survey_app.storage import SavedTable
from survey_app.storage.desk.saved import NAME_LENGTH, AnotherTable
from survey_app.tabulation import Catalogue
from survey_app.tabulation.wide import TOTAL_CODE
from survey_app.web import languages

FILES = ("csv", "xlsx", "json", "txt")
PICTURES = ("svg", "png")
ROLES: tuple[Role, ...] = ("coordinator", "researcher")


@page("/tables", *ROLES, nav=_("Tables"), place=30)
def tables() -> tuple[str, int] | str | Response:
    """The form, and where rows are named the table. What does not apply goes out of the address."""
    state = State.read(request.args)
    asking = asking_of(state)
    counted, wrong, status = _counted(asking, state)
    if counted and counted.state != state:
        return redirect(_address(counted.state))
    catalogue, state = _catalogue(asking, state)
    body = render_template(
        "desk/tables.html",
        state=state,
        campaign=asking.campaign,
        campaigns=access.campaigns(),
        offers=Offers(asking, state, catalogue, languages.current(), counted.table if counted else None),
        wrong=wrong,
        saved=survey().storage.saved.seen_by(access.signed_in()),
        mine=_is_mine,
        scope=scope_label(asking),
        files=FILES,
        pictures=PICTURES,
        name_length=NAME_LENGTH,
        **(_table(counted, asking, state, catalogue) if counted else {"counted": None}),
    )
    return (body, status) if wrong else body


@page("/tables/save", *ROLES, methods=("POST",))
def save_table() -> Response:
    """Keep the table's address under a name."""
    form = request.form
    state = State.read(form)
    name = " ".join(form.get("name", "").split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        flash(gettext("Give the table a name of at most %(most)d letters.", most=NAME_LENGTH))
        return redirect(_address(state), 303)
    shared, instead = bool(form.get("shared")), bool(form.get("instead"))
    access.audit("table saved", name, query=state.address, shared=shared)
    try:
        survey().storage.saved.keep(access.signed_in(), name, state.address, shared=shared, instead=instead)
    except AnotherTable:
        told = gettext(
            "Not saved: “%(name)s” is another table of yours. Choose another name, or replace that one below.",
            name=name,
        )
        flash(told)
    else:
        flash(gettext("The table is saved as “%(name)s”.", name=name))
    return redirect(_address(state), 303)


@page("/tables/forget", *ROLES, methods=("POST",))
def forget_table() -> Response:
    """Delete one of the person's own tables."""
    name = request.form.get("name", "")
    if not survey().storage.saved.forget(access.signed_in(), name):
        raise NoPage
    access.audit("table deleted", name)
    flash(gettext("The table “%(name)s” is deleted.", name=name))
    return redirect(url_for("research.tables"), 303)


def asking_of(state: State) -> Asking:
    """Who asks: of the campaign named, else of the first with responses. Raises NoPage where there is none so named."""
    found = chosen(state.campaign)
    return Asking(survey(), found, access.scope(found))


def chosen(name: str) -> Campaign:
    """The campaign of that name; without one the first with responses, else the first."""
    every = access.campaigns()
    if name:
        found = next((each for each in every if each.name == name), None)
        if found is None:
            raise NoPage
        return found
    answered = set(survey().answered())
    return next((each for each in every if answered & each.questionnaires.keys()), every[0])


def scope_label(asking: Asking) -> str:
    """Whose answers are counted, in words; empty where it is everybody's."""
    if asking.scope.regions is None:
        return ""
    group = access.signed_in().group
    found = next((each for each in asking.campaign.regions.groups if each.name == group), None)
    return found.label.in_(languages.current()) if found else ""


def source_line(asking: Asking) -> str:
    """The line under a chart: the campaign, who leads it, and whose regions are counted."""
    about, language = asking.campaign.about, languages.current()
    told = [about.title.in_(language), about.organisation.in_(language), scope_label(asking)]
    return " · ".join(dict.fromkeys(each for each in told if each))


def _counted(asking: Asking, state: State) -> tuple[Counted | None, str, int]:
    """The table, or words for what cannot be asked and their status."""
    try:
        return (asking.count(state) if state.is_asked else None), "", 200
    except StorageError:
        raise
    except SurveyError as error:
        labels = labels_of(asking.campaign, _catalogue(asking, state)[0])
        return None, words_of(error, labels), status_of(error)


def _catalogue(asking: Asking, state: State) -> tuple[Catalogue, State]:
    """What can be asked, and the state; without its questionnaire where there is none of that name."""
    try:
        return asking.catalogue(state), state
    except NotFound:
        return asking.catalogue(State()), state


def _table(counted: Counted, asking: Asking, state: State, catalogue: Catalogue) -> Mapping[str, Any]:
    """What the page says of a table."""
    name = _slug(f"{state.rows}-by-{state.columns or 'all'}")
    label = counted.table.title.root
    return {
        "counted": counted,
        "table": counted.table,
        "rows": list(shown.rows(counted.table, counted.differences)),
        "bases": shown.bases(counted.table),
        "grand": shown.grand(counted.table),
        "chart": counted.chart(state.chart),
        "leads": {
            code: _address(inside) for code, inside in leading.within(asking, state, counted.table).items()
        },
        "order": state.order,
        "orders": {
            code: _address(replace(state, order="" if code == state.order else code))
            for code in (*(code for code, _l in counted.table.columns), TOTAL_CODE)
        },
        "wish": state.wish(name, label, catalogue),
    }


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "table"


def _is_mine(table: SavedTable) -> bool:
    return table.person == access.signed_in().name


def _address(state: State) -> str:
    return f"{url_for('research.tables')}?{state.address}"
