"""The coverage board: how many responses came from where, beside what is wanted; place by place, and as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.campaign.scopes import Scope
from survey_app.exporting import Covered, write_coverage
from survey_app.research import access, milestones, seen, tiles
from survey_app.research.access import page, survey
from survey_app.tabulation.coverage import LEAST_MIX, SILENT_DAYS, Board, Line
from survey_app.web import languages

MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def of(campaign: Campaign, scope: Scope, today: date) -> Board:
    """The board of what the public questionnaires brought, in scope."""
    names = [each.name for each in campaign.public]
    return Board(campaign, survey().storage.coverage.places(names, scope), today, scope)


def _share(line: Line) -> tuple[bool, float]:
    return (line.in_all is None, line.in_all.share if line.in_all else 0.0)


SORTS: dict[str, Callable[[Line], Any]] = {
    "responses": lambda line: -line.total,
    "fewest": lambda line: line.total,
    "share": _share,
    "last": lambda line: line.last or date.min,
}
"""How lines can be ordered; without a word they stand as in regions.csv."""


@page("/board", "coordinator", "researcher", nav=_("Coverage"), place=20, endpoint="board")
def show() -> str:
    """The places in one place, or all of a level, or the research groups."""
    campaign = seen.campaign()
    scope = access.scope(campaign)
    made = of(campaign, scope, date.today())
    at, level, sort = (request.args.get(name) or None for name in ("at", "level", "sort"))
    if (at and not made.sees(at)) or (level and level not in campaign.regions.all_levels):
        raise NotFound
    return render_template(
        "desk/board.html",
        **seen.words(campaign),
        board=made,
        whole=scope.regions is None,
        at=at,
        level=level,
        sort=sort if sort in SORTS else None,
        here=made.line(at) if at else made.total(),
        path=[each for each in campaign.regions.path(at or "") if made.sees(each.code)],
        lines=_sorted(_lines(made, at, level), sort),
        beside=_beside(made, at, level),
        tiles=None if at or level else tiles.grid(made, languages.current()),
        levels=_levels(made),
        ended=_ended(campaign, made.today),
        milestones=[] if at or level else milestones.counts(campaign, made),
        rule={"silent": SILENT_DAYS, "mix": LEAST_MIX},
        lies_in=_lies_in(campaign, level),
    )


def _ended(campaign: Campaign, today: date) -> date | None:
    """The last day of the targets' period, where that is over for all of them."""
    days = [target.closes for target in campaign.targets]
    known = [day for day in days if day is not None]
    last = max(known, default=today)
    return last if len(known) == len(days) and last < today else None


def _lines(made: Board, at: str | None, level: str | None) -> list[Line]:
    """The lines that are shown as places: of a level, inside a place, or at the top, where one place is passed over."""
    if level:
        return [line for line in made.at_level(level) if line.code]
    if at:
        return made.inside(at)
    if len(made.tops) == 1 and made.campaign.regions.children(made.tops[0]):
        return made.inside(made.tops[0])
    return [made.line(code) for code in made.tops]


def _beside(made: Board, at: str | None, level: str | None) -> Line | None:
    """What belongs to none of the lines; below one place there is nothing such."""
    if level == GROUP_LEVEL:
        return next((line for line in made.groups() if not line.code), None)
    return None if at or level else made.nowhere()


def _sorted(lines: Sequence[Line], sort: str | None) -> list[Line]:
    return sorted(lines, key=SORTS[sort]) if sort in SORTS else list(lines)


def _lies_in(campaign: Campaign, level: str | None) -> dict[str, str]:
    """By place of a level, what it lies in; nothing where all lie in one place, or it is told anyway."""
    regions, labels = campaign.regions, campaign.regions.labels
    found = {each.code: each.parent for each in regions if each.level == level and each.parent}
    if len({*found.values()}) < 2:
        return {}
    return {code: labels[parent].in_(languages.current()) for code, parent in found.items()}


def _levels(made: Board) -> list[tuple[str, str]]:
    """The levels that have several places in scope, those of the groups last: name and label."""
    language = languages.current()
    labels = {level.name: level.label.in_(language) for level in made.campaign.about.levels}
    labels[GROUP_LEVEL] = str(_("Research groups"))
    return [(name, labels[name]) for name in made.campaign.regions.all_levels if len(made.at_level(name)) > 1]


@page("/board.<extension>", "coordinator", "researcher", endpoint="board_file")
def file(extension: str) -> Response:
    """All lines of the board with their milestones as csv or xlsx; that somebody took them is written down first."""
    if extension not in MIMETYPES:
        raise NotFound
    campaign = seen.campaign()
    today = date.today()
    made = of(campaign, access.scope(campaign), today)
    access.audit("coverage exported", campaign.name, format=extension)
    name = f"{campaign.name}_coverage_{today.isoformat()}.{extension}"
    with tempfile.TemporaryDirectory(prefix="coverage-") as folder:
        write_coverage(
            Covered(made, milestones.days(campaign)), extension, Path(folder) / name, languages.interface()
        )
        content = (Path(folder) / name).read_bytes()
    response = Response(content, mimetype=MIMETYPES[extension])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
