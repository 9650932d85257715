"""targets.csv, and the milestones of campaign.yaml: what they name exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.checks.names import each_once
from survey_app.campaign.checks.places import named_region
from survey_app.campaign.reading.folder import ABOUT, TARGETS, Folder
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake, listed, suggestion
from survey_app.campaign.targets import Target


def targets(folder: Folder) -> Iterator[Mistake]:
    """Each region, audience and questionnaire exists, once in its combination; days are in order."""
    rows = folder.root(TARGETS).items_of("targets")
    if folder.campaign is None:
        return
    pairs = [(_of(row), row) for row in rows]
    yield from each_once(TARGETS, "target", pairs, "keep one of the lines")
    for row in rows:
        region = row.text("region")
        if region is not None:
            yield from named_region(folder, TARGETS, row, region, "")
        if not folder.broken:
            yield from _asked(folder.campaign, row)
    if TARGETS not in folder.broken:
        for target, row in zip(folder.campaign.targets, rows, strict=True):
            yield from _days(target, row)
        yield from _sums(folder.campaign, rows)


def _of(row: Node) -> str:
    """What it is wanted of, in the words of the line."""
    return " ".join(filter(None, (row.text(key) for key in ("region", "audience", "questionnaire"))))


def _asked(campaign: Campaign, row: Node) -> Iterator[Mistake]:
    audience, name, forms = row.text("audience"), row.text("questionnaire"), campaign.questionnaires
    if audience is not None and name is not None:
        yield _wrong(row, "both an audience and a questionnaire are named", "leave one of the two empty")
    if audience is not None and audience not in campaign.asked_audiences:
        known = campaign.asked_audiences
        cure = suggestion(audience, known, f"there are {listed(known) or 'none'}")
        yield _wrong(row, f"no public questionnaire asks the audience {audience}", cure)
    if name is not None and name not in forms:
        cure = suggestion(name, forms, f"there are {listed(forms) or 'none'}")
        yield _wrong(row, f"there is no questionnaire {name}", cure)
    elif name is not None and forms[name].staff:
        words = f"{name} is filled in by staff, and the coverage board counts public ones"
        yield _wrong(row, words, "name a public one")


def _days(target: Target, row: Node) -> Iterator[Mistake]:
    if target.opens and target.closes and target.opens > target.closes:
        words = f"it opens on {target.opens}, after it closes on {target.closes}"
        yield _wrong(row.at("opens"), words, "change one of the two days")


def _sums(campaign: Campaign, rows: list[Node]) -> Iterator[Mistake]:
    """A region wants no fewer than the regions right in it want together."""
    wanted = {target.place: target.target for target in campaign.targets}
    for target, row in zip(campaign.targets, rows, strict=True):
        if target.region is None:
            continue
        inside = [(child.code, *target.place[1:]) for child in campaign.regions.children(target.region)]
        together = sum(wanted.get(each, 0) for each in inside)
        if together > target.target:
            words = f"region {target.region}: target {target.target}, and those in it add up to {together}"
            yield _wrong(row, words, "change one of them", severity="warning")


def milestones(folder: Folder) -> Iterator[Mistake]:
    """Each milestone once, reached at levels that there are."""
    nodes = folder.root(ABOUT).items_of("milestones")
    levels = folder.campaign.regions.levels if folder.campaign else ()
    pairs = [(str(node.text("name")), node.at("name")) for node in nodes]
    yield from each_once(ABOUT, "milestone", pairs, "keep one of them")
    for node in nodes:
        for level in node.items_of("levels"):
            written = str(level.written)
            if written not in levels and ABOUT not in folder.broken:
                words = f"milestone {node.text('name')}: there is no level {written}"
                cure = suggestion(written, levels, f"levels: {listed(levels) or 'none'}")
                yield Mistake(ABOUT, level.line, words, cure)


def _wrong(row: Node, words: str, cure: str, **more: Any) -> Mistake:
    return Mistake(TARGETS, row.line, words, cure, **more)
