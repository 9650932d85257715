"""What may be shown to everybody: the tables that campaign.yaml calls public, by the campaign's rule of disclosure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Response, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoPage

from survey_app.campaign.campaign import Campaign, TableWish
from survey_app.errors import NotFound, Said
from survey_app.exporting.charts import fitting
from survey_app.research import access
from survey_app.research.access import page
from survey_app.research.tables import naming, shown
from survey_app.research.tables.counted import Asking
from survey_app.research.tables.pages import FILES, PICTURES
from survey_app.research.tables.released import state_of
from survey_app.research.tables.taken import as_file, drawn, written
from survey_app.roles import Role
from survey_app.survey import Survey
from survey_app.tabulation import Table, disclosed
from survey_app.web import languages

WHO: tuple[Role, ...] = ("observer", "coordinator", "researcher")


@page("/figures", *WHO, nav=_("Public figures"), place=40)
def figures() -> str:
    """The public tables, and the one that is named."""
    every = [(campaign, wish) for campaign in access.campaigns() for wish in public(campaign)]
    campaign, wish = _named(request.args.get("name", ""), request.args.get("campaign", ""))
    table = counted(access.survey(), campaign, wish) if campaign and wish else None
    return render_template(
        "desk/figures.html",
        every=every,
        campaign=campaign,
        wish=wish,
        table=table,
        rows=list(shown.rows(table)) if table else [],
        bases=shown.bases(table) if table else [],
        grand=shown.grand(table) if table else None,
        charts=fitting(table, campaign) if table and campaign else (),
        files=FILES,
        pictures=PICTURES,
        own=_own(campaign, wish) if campaign and wish else "",
    )


def _own(campaign: Campaign, wish: TableWish) -> str:
    """The address of the same table of the person's own regions beside it; empty where there is none."""
    asking = Asking(access.survey(), campaign, access.scope(campaign))
    state = state_of(wish)
    if not asking.scope.regions or state is None or {state.rows, state.columns} & asking.places(state):
        return ""
    return f"{url_for('research.tables')}?{replace(state, campaign=campaign.name).address}"


@page("/figures.<form>", *WHO)
def figures_file(form: str) -> Response:
    """A public table as a file, or its chart."""
    campaign, wish = _named(request.args.get("name", ""), request.args.get("campaign", ""))
    if form not in (*FILES, *PICTURES) or campaign is None or wish is None:
        raise NoPage
    table = counted(access.survey(), campaign, wish)
    taken, today = form != "svg" or "taken" in request.args, date.today()
    if form in PICTURES:
        kinds = fitting(table, campaign)
        if not kinds:
            raise NoPage
        organisation = campaign.about.organisation.in_(languages.current())
        content = drawn(table, kinds[0], form, campaign, organisation, today=today)
    else:
        content = written(table.as_of(today), form)
    if taken:
        access.audit("public table exported", wish.name, form=form)
    name = naming.of_words(campaign, wish.label.in_(languages.current()))
    return as_file(content, form, name, wish.name, taken=taken)


def public(campaign: Campaign) -> list[TableWish]:
    """Those of its tables that everybody may see."""
    return [wish for wish in campaign.about.tables if wish.public]


def counted(survey: Survey, campaign: Campaign, wish: TableWish) -> Table:
    """A public table as it may leave the house."""
    return disclosed(survey.wished(campaign, wish), campaign.about.disclosure)


def _named(name: str, within: str) -> tuple[Campaign | None, TableWish | None]:
    """The public table of that name; nothing where none is named. Raises NotFound where there is none."""
    if not name:
        return None, None
    for campaign in access.campaigns():
        for wish in public(campaign):
            if wish.name == name and within in ("", campaign.name):
                return campaign, wish
    raise NotFound(Said("there is no public table '%(name)s'", name=name))
