"""Milestones that places reach: how many have, which, and the coordinator's ticks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.campaign import Campaign, Milestone
from survey_app.campaign.regions import Region
from survey_app.research import access, seen
from survey_app.research.access import page, signed_in, survey
from survey_app.tabulation.coverage import Board
from survey_app.web import languages

NO_DAY = _(
    "The day is none, or still to come. Write it as 2021-06-30, today at the latest. Nothing was changed."
)


class Count(NamedTuple):
    """How many of the places of a level in scope have reached a milestone."""

    milestone: Milestone
    level: str
    level_label: str
    reached: int
    places: int


def counts(campaign: Campaign, board: Board) -> list[Count]:
    """Each milestone by each of its levels."""
    ticked = survey().storage.milestones.reached(campaign.name)
    found = []
    for milestone in campaign.about.milestones:
        for level in milestone.levels:
            codes = [each.code for each in places(campaign, board, level)]
            reached = sum((milestone.name, code) in ticked for code in codes)
            found.append(Count(milestone, level, _label(campaign, level), reached, len(codes)))
    return found


def days(campaign: Campaign) -> dict[tuple[str, str], date]:
    """By milestone and region, the day on which it was reached."""
    return {key: found.day for key, found in survey().storage.milestones.reached(campaign.name).items()}


def places(campaign: Campaign, board: Board, level: str) -> list[Region]:
    """The places of a level in scope."""
    return [each for each in campaign.regions if each.level == level and board.sees(each.code)]


def _label(campaign: Campaign, level: str) -> str:
    labels = {each.name: each.label.in_(languages.current()) for each in campaign.about.levels}
    return labels.get(level, level)


@page("/milestones/<name>", "coordinator", "researcher", endpoint="milestone")
def show(name: str) -> str:
    """The places of one level, with the day on which each reached it; with `only=missing` those that have not."""
    campaign = seen.campaign()
    milestone, level = _asked(campaign, name)
    board = Board(campaign, (), date.today(), access.scope(campaign))
    listed = places(campaign, board, level)
    ticked = survey().storage.milestones.reached(campaign.name)
    reached = {each.code: ticked.get((milestone.name, each.code)) for each in listed}
    missing = [each for each in listed if reached[each.code] is None]
    return render_template(
        "desk/milestone.html",
        **seen.words(campaign),
        milestone=milestone,
        level=level,
        level_label=_label(campaign, level),
        by_parent=_by_parent(campaign, missing if _only() else listed),
        only=_only(),
        missing=len(missing),
        reached=reached,
        count=len(listed) - len(missing),
        today=date.today(),
        may_tick=signed_in().role == "coordinator",
    )


def _only() -> str | None:
    """“missing” where the address asks for the places alone that have not reached the milestone."""
    return "missing" if request.args.get("only") == "missing" else None


def _asked(campaign: Campaign, name: str) -> tuple[Milestone, str]:
    """The milestone of that name, and the level of the address. Raises NotFound where it has no such level."""
    milestone = next((each for each in campaign.about.milestones if each.name == name), None)
    level = request.values.get("level") or (milestone.levels[0] if milestone else "")
    if milestone is None or level not in milestone.levels:
        raise NotFound
    return milestone, level


def _by_parent(campaign: Campaign, listed: Sequence[Region]) -> list[tuple[str | None, list[Region]]]:
    """The places under those they lie in; None where they all lie in one."""
    found: dict[str | None, list[Region]] = {}
    for each in listed:
        found.setdefault(each.parent, []).append(each)
    if len(found) < 2:
        return [(None, list(listed))]
    labels = campaign.regions.labels
    language = languages.current()
    return [(labels[code].in_(language) if code else None, each) for code, each in found.items()]


@page("/milestones/<name>", "coordinator", methods=("POST",), endpoint="tick_milestone")
def tick(name: str) -> Response:
    """Tick the places that were chosen, or take their ticks back; those that are so already stay as they are."""
    campaign = seen.campaign()
    milestone, level = _asked(campaign, name)
    chosen, act = _chosen(campaign, level), request.form.get("act")
    storage, person = survey().storage.milestones, signed_in().name
    if act not in ("tick", "untick"):
        raise BadRequest
    if not chosen:
        flash(gettext("Choose the places first, then press a button. Nothing was changed."), "message")
    elif act == "untick":
        done = sum(storage.untick(campaign.name, milestone.name, code, person) for code in chosen)
        flash(
            ngettext("The tick of one place was removed.", "The ticks of %(num)s places were removed.", done)
        )
    else:
        day = _day()
        done = sum(storage.tick(campaign.name, milestone.name, code, day, person) for code in chosen)
        flash(ngettext("One place was ticked.", "%(num)s places were ticked.", done))
    back = url_for("research.milestone", name=name, campaign=campaign.name, level=level, only=_only())
    return redirect(back, 303)


def _chosen(campaign: Campaign, level: str) -> list[str]:
    """The places of that level that were chosen, one by one or with all that lie right in a place."""
    places, parents = set(request.form.getlist("place")), set(request.form.getlist("under"))
    return [
        each.code
        for each in campaign.regions
        if each.level == level and (each.code in places or each.parent in parents)
    ]


def _day() -> date:
    """The day that was typed, by default today. Raises BadRequest for one that is none, or still to come."""
    try:
        day = date.fromisoformat(request.form.get("day") or date.today().isoformat())
    except ValueError as error:
        raise BadRequest(NO_DAY) from error
    if day > date.today():
        raise BadRequest(NO_DAY)
    return day
