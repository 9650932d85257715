"""The region tree, and everything that names a region, a group or a unit."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.campaign.channels import UNKNOWN
from survey_app.campaign.checks.form import Form
from survey_app.campaign.checks.names import each_once
from survey_app.campaign.models import RegionQuestion
from survey_app.campaign.reading.folder import ABOUT, CHANNELS, GROUPS, REGIONS, TILES, UNITS, Folder
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.campaign.reports import Mistake, Severity, listed, suggestion


def tree(folder: Folder) -> Iterator[Mistake]:
    """Each code once; each parent there and of a higher level; no circle; levels that the campaign names."""
    rows = _rows(folder, REGIONS, "regions")
    levels = list(folder.campaign.regions.levels) if folder.campaign else []
    level_of = {str(row.text("code")): str(row.text("level")) for row in rows}
    yield from each_once(
        REGIONS, "region", [(str(row.text("code")), row) for row in rows], "keep one of them"
    )
    yield from _rings(REGIONS, "region", rows)
    for row in rows:
        code, level, parent = str(row.text("code")), str(row.text("level")), row.text("parent")
        if level not in levels and ABOUT not in folder.broken:
            words = f"region {code}: level {level} is not one of campaign.yaml"
            yield _wrong(
                REGIONS, row, words, suggestion(level, levels, f"levels there: {listed(levels) or 'none'}")
            )
        if parent is not None and parent not in level_of:
            if REGIONS not in folder.broken:
                words = f"region {code}: its parent {parent} does not exist"
                yield _wrong(
                    REGIONS, row, words, suggestion(parent, level_of, "add it, or leave the parent empty")
                )
        elif level in levels:
            yield from _order(row, levels, level_of.get(parent or ""))


def _order(row: Node, levels: list[str], above: str | None) -> Iterator[Mistake]:
    """Whether a region of a known level lies in one of a higher level; `above`: the level of its parent, if any."""
    code, level = row.text("code"), str(row.text("level"))
    if above is None and level != levels[0]:
        words = f"region {code} of level {level} has no parent, so it counts in no {levels[0]}"
        yield _wrong(REGIONS, row, words, "write the code of the region it lies in", "warning")
    elif above in levels and levels.index(above) >= levels.index(level):
        words = f"region {code} of level {level} lies in {row.text('parent')} of level {above}"
        yield _wrong(REGIONS, row, words, f"from the top down the levels are {listed(levels)}")


def _rings(file: str, noun: str, rows: list[Node]) -> Iterator[Mistake]:
    """Parents that lead back to where they began, each ring once."""
    parent_of = {str(row.text("code") or row.text("name")): row.text("parent") for row in rows}
    lines = {str(row.text("code") or row.text("name")): row for row in rows}
    done: set[str] = set()
    for start in parent_of:
        path: dict[str, None] = {}
        code: str | None = start
        while code is not None and code not in path and code not in done:
            path[code] = None
            code = parent_of.get(code)
        if code is not None and code in path:
            ring = [*list(path)[list(path).index(code) :], code]
            words = f"{noun} {code} lies in itself: {' in '.join(ring)}"
            yield _wrong(file, lines[code], words, "mend one of these parents")
        done.update(path)


def levels(folder: Folder) -> Iterator[Mistake]:
    """Levels have different names, none of them that of the research groups."""
    nodes = folder.root(ABOUT).items_of("levels")
    yield from each_once(
        ABOUT, "level", [(str(node.text("name")), node) for node in nodes], "keep one of them"
    )
    for node in nodes:
        if node.text("name") == GROUP_LEVEL:
            yield _wrong(ABOUT, node, f"the level {GROUP_LEVEL} is that of groups.yaml", "rename it")


def groups(folder: Folder) -> Iterator[Mistake]:
    """A group covers regions that exist, and each region is covered by one group."""
    rows = _rows(folder, GROUPS, "groups")
    yield from each_once(GROUPS, "group", [(str(row.text("name")), row) for row in rows], "keep one of them")
    covered: dict[str, str] = {}
    for row in rows:
        name = str(row.text("name"))
        for node in row.items_of("regions"):
            code = str(node.written)
            yield from named_region(folder, GROUPS, node, code, f"group {name}: ")
            if code in covered:
                words = f"group {name}: region {code} is also in group {covered[code]}"
                yield _wrong(GROUPS, node, words, "leave it in one of them")
            covered.setdefault(code, name)
    yield from _uncovered(folder, covered)


def _uncovered(folder: Folder, covered: dict[str, str]) -> Iterator[Mistake]:
    regions = folder.campaign.regions if folder.campaign else None
    if regions is None or folder.broken & {GROUPS, REGIONS}:
        return
    for level in dict.fromkeys(regions[code].level for code in covered if code in regions):
        left = [
            r.code
            for r in regions
            if r.level == level and not any(p.code in covered for p in regions.path(r.code))
        ]
        if left:
            words = f"{listed(left)} of level {level} {'is' if len(left) == 1 else 'are'} in no group"
            yield Mistake(
                GROUPS, None, words, "add to a group; tables by group leave them out", None, "warning"
            )


def units(folder: Folder) -> Iterator[Mistake]:
    """Units: each code once, parents and regions that exist."""
    rows = _rows(folder, UNITS, "units")
    codes = [str(row.text("name")) for row in rows]
    yield from each_once(UNITS, "unit", list(zip(codes, rows, strict=True)), "keep one of them")
    yield from _rings(UNITS, "unit", rows)
    for code, row in zip(codes, rows, strict=True):
        parent, region = row.text("parent"), row.text("region")
        if parent is not None and parent not in codes and UNITS not in folder.broken:
            words = f"unit {code}: its parent {parent} does not exist"
            yield _wrong(UNITS, row, words, suggestion(parent, codes, "add it, or leave the parent empty"))
        if region is not None:
            yield from named_region(folder, UNITS, row, region, f"unit {code}: ")


def channels(folder: Folder) -> Iterator[Mistake]:
    """Channels: each code once in any case, none that stands for all the others; what they name exists."""
    rows = _rows(folder, CHANNELS, "channels")
    codes = [str(row.text("code")) for row in rows]
    pairs = [(code.casefold(), row) for code, row in zip(codes, rows, strict=True)]
    yield from each_once(CHANNELS, "channel", pairs, "keep one of them; capitals make no difference")
    known = [str(row.text("name")) for row in _rows(folder, UNITS, "units")]
    for code, row in zip(codes, rows, strict=True):
        unit, region = row.text("unit"), row.text("region")
        if code.casefold() == UNKNOWN:
            words = f"channel {code} has the name that links get which nobody knows"
            yield _wrong(CHANNELS, row, words, "give it another code")
        yield from _channels_questionnaire(folder, row, code)
        if unit is not None and unit not in known and UNITS not in folder.broken:
            words = f"channel {code}: unit {unit} does not exist"
            yield _wrong(CHANNELS, row, words, suggestion(unit, known, f"see the codes in {UNITS}"))
        if region is not None:
            yield from named_region(folder, CHANNELS, row, region, f"channel {code}: ")


def _channels_questionnaire(folder: Folder, row: Node, code: str) -> Iterator[Mistake]:
    name, forms = row.text("questionnaire"), folder.campaign.questionnaires if folder.campaign else {}
    if name is None or folder.campaign is None:
        return
    if name not in forms and not folder.broken:
        cure = suggestion(name, forms, f"there are {listed(forms) or 'none'}")
        yield _wrong(CHANNELS, row, f"channel {code}: there is no questionnaire {name}", cure)
    elif name in forms and forms[name].staff:
        words = f"channel {code}: {name} is filled in by staff, and has no public page"
        yield _wrong(CHANNELS, row, words, "name a public one, or leave it empty")


def tiles(folder: Folder) -> Iterator[Mistake]:
    """Tiles: regions that exist, each once, and no two on one square."""
    squares: dict[tuple[str, ...], str] = {}
    rows = _rows(folder, TILES, "tiles")
    yield from each_once(TILES, "tile", [(str(row.text("code")), row) for row in rows], "keep one of them")
    for row in rows:
        code = str(row.text("code"))
        square = (str(row.text("column")), str(row.text("row")))
        yield from named_region(folder, TILES, row, code, "")
        if square in squares and squares[square] != code:
            words = f"tile {code} stands where {squares[square]} stands: column {square[0]}, row {square[1]}"
            yield _wrong(TILES, row, words, "move one of them")
        squares.setdefault(square, code)


def questionnaire_region(form: Form) -> Iterator[Mistake]:
    """A questionnaire belongs to a region that exists."""
    if form.questionnaire.region is not None:
        node = form.root.at("region")
        yield from named_region(form.folder, form.reading.source.file, node, form.questionnaire.region, "")


def region_questions(form: Form) -> Iterator[Mistake]:
    """A region is asked down to a level of the campaign, within a region above that level."""
    campaign = form.folder.campaign
    if campaign is None or form.folder.broken & {REGIONS, ABOUT}:
        return
    regions = campaign.regions
    for spot in form.spots:
        question = spot.placed.question
        if not isinstance(question, RegionQuestion):
            continue
        if not len(regions):
            yield form.mistake(spot, "type", f"asks a region, but there is no {REGIONS}", f"write {REGIONS}")
        elif question.level not in regions.levels:
            cure = suggestion(question.level, regions.levels, f"levels: {listed(regions.levels) or 'none'}")
            yield form.mistake(spot, "level", f"level {question.level} is not one of campaign.yaml", cure)
        elif question.within is not None and question.within not in regions:
            cure = suggestion(question.within, regions.by_code, f"see the codes in {REGIONS}")
            yield form.mistake(
                spot, "within", f'"within" names region {question.within}, which does not exist', cure
            )
        elif question.within is not None and not _has_inside(question, form):
            words = f"there is no {question.level} in {question.within} to choose from"
            yield form.mistake(spot, "within", words, "choose a region above that level, or a deeper level")


def _has_inside(question: RegionQuestion, form: Form) -> bool:
    regions = form.folder.campaign.regions if form.folder.campaign else None
    return regions is not None and any(r.level == question.level for r in regions.under(question.within))


def named_region(folder: Folder, file: str, node: Node, code: str, owner: str) -> Iterator[Mistake]:
    """Whether a region that some file names exists; `owner` begins the words."""
    regions = folder.campaign.regions if folder.campaign else None
    if regions is None or REGIONS in folder.broken or code in regions:
        return
    cure = suggestion(code, regions.by_code, f"see the codes in {REGIONS}")
    yield _wrong(file, node, f"{owner}region {code} does not exist", cure)


def _rows(folder: Folder, file: str, key: str) -> list[Node]:
    return [row for row in folder.root(file).items_of(key) if row.entries is not None]


def _wrong(file: str, node: Node, words: str, cure: str, severity: Severity = "error") -> Mistake:
    return Mistake(file, node.line, words, cure, None, severity)
