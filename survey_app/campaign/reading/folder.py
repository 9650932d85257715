"""A campaign folder, read file by file; what is wrong in one file hides nothing in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from survey_app.campaign.campaign import Campaign, CampaignFile, Unit
from survey_app.campaign.channels import Channel
from survey_app.campaign.issues import Issues
from survey_app.campaign.models import Choice, Questionnaire
from survey_app.campaign.reading.csvsource import Layout, read_csv
from survey_app.campaign.reading.files import (
    ChannelsFile,
    GroupsFile,
    RegionRow,
    RegionsFile,
    TargetsFile,
    TileGrid,
    UnitsFile,
)
from survey_app.campaign.reading.mending import Reading, read_model, read_questionnaire
from survey_app.campaign.reading.yamlsource import Node, Source, read_yaml
from survey_app.campaign.regions import Group, Region, Regions
from survey_app.campaign.reports import Mistake, listed, suggestion
from survey_app.campaign.targets import Target

M = TypeVar("M", bound=BaseModel)

ABOUT = "campaign.yaml"
ISSUES = "issues.yaml"
GROUPS = "groups.yaml"
REGIONS = "regions.csv"
UNITS = "units.csv"
CHANNELS = "channels.csv"
TARGETS = "targets.csv"
TILES = "tilegrid.json"

_REGION_COLUMNS = Layout(
    ("code", "parent", "level", "label", "short", "pinyin"), needed=("code", "level", "label"), rest=True
)
_UNIT_COLUMNS = Layout(
    ("code", "label", "kind", "parent", "region", "status", "evidence"),
    needed=("code", "label", "kind"),
    remarks=("status", "evidence"),
)
_CHANNEL_COLUMNS = Layout(("code", "questionnaire", "label", "region", "unit"), needed=("code", "label"))
_TARGET_COLUMNS = Layout(
    ("region", "audience", "questionnaire", "target", "opens", "closes"), needed=("target",)
)
_WORKBOOKS = (".xlsx", ".xls")


@dataclass
class Folder:
    """What could be read of a folder, and every mistake met on the way.

    `campaign` is None where campaign.yaml cannot be understood. After an error it holds mended parts: it is good for
    checks only. `forms` are the questionnaires; `broken` are the files of which parts are not understood.
    """

    path: Path
    campaign: Campaign | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    forms: list[Reading[Questionnaire]] = field(default_factory=list)
    others: list[Mistake] = field(default_factory=list)

    def root(self, file: str) -> Node:
        """What stands in a file; an empty node where there is nothing that can be read."""
        source = self.sources.get(file)
        return (source.root if source is not None else None) or Node(1)

    @property
    def broken(self) -> frozenset[str]:
        """The files in which something was not understood."""
        return frozenset(file for file, source in self.sources.items() if source.mistakes)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What was wrong with the files as files."""
        return (*self.others, *(mistake for source in self.sources.values() for mistake in source.mistakes))


def is_campaign(path: Path) -> bool:
    """Whether a folder is meant as a campaign: it has a campaign.yaml, be it a broken link."""
    return _is_there(path / ABOUT)


def read_folder(path: Path) -> Folder:
    """Read every file of a campaign folder once. Nothing is raised for what stands in the files."""
    folder = Folder(path, others=list(_strays(path)))
    about = _model(folder, ABOUT, CampaignFile, needed=True)
    issues = _issues(folder)
    groups = _model(folder, GROUPS, GroupsFile)
    regions = _regions(folder, about, groups)
    units = _units(folder)
    channels = _channels(folder)
    targets = _targets(folder)
    tiles = _model(folder, TILES, TileGrid)
    lists = _lists(issues, regions, units)
    labels = {issue.name: issue.label for issue in issues.issues}
    forgiving = bool(folder.broken & {ISSUES, GROUPS, UNITS})
    for file in _questionnaire_files(path):
        source = folder.sources[file.name] = read_yaml(file, file.name)
        folder.forms.append(read_questionnaire(source, lists, labels, forgiving))
    if about is not None:
        forms = {reading.model.name: reading.model for reading in folder.forms if reading.model}
        squares = tiles.tiles if tiles else ()
        folder.campaign = Campaign(path, about, regions, issues, units, channels, squares, targets, forms)
    return folder


def _model(folder: Folder, file: str, model: type[M], needed: bool = False) -> M | None:
    if not needed and not _is_there(folder.path / file):
        return None
    source = folder.sources[file] = read_yaml(folder.path / file, file)
    return read_model(source, model).model


def _issues(folder: Folder) -> Issues:
    if not _is_there(folder.path / ISSUES):
        return Issues()
    source = folder.sources[ISSUES] = read_yaml(folder.path / ISSUES, ISSUES)
    _take_out_unknown_categories(source, folder.root(ISSUES))
    return read_model(source, Issues).model or Issues()


def _take_out_unknown_categories(source: Source, root: Node) -> None:
    """The category of an issue that no scheme has is a mistake with a line of its own."""
    schemes = root.entries_of("schemes")
    for issue in root.items_of("issues"):
        groups = issue.entries_of("groups")
        for scheme, category in list(groups.items()):
            if found := _unknown_category(scheme, category, schemes):
                source.mistake(category.line, f"issue {issue.text('name')}: {found[0]}", found[1])
                del groups[scheme]


def _unknown_category(scheme: str, category: Node, schemes: dict[str, Node]) -> tuple[str, str] | None:
    if scheme not in schemes:
        return f"there is no scheme {scheme}", suggestion(
            scheme, schemes, f"schemes: {listed(schemes) or 'none'}"
        )
    known = [str(entry.text("name")) for entry in schemes[scheme].items_of("categories")]
    if category.value is None or str(category.written) in known:
        return None
    words = f"scheme {scheme} has no category {category.written}"
    return words, suggestion(str(category.written), known, f"its categories: {listed(known)}")


def _regions(folder: Folder, about: CampaignFile | None, groups: GroupsFile | None) -> Regions:
    levels = tuple(level.name for level in about.levels) if about else ()
    entries = groups.groups if groups else ()
    rows: tuple[RegionRow, ...] = ()
    if _is_there(folder.path / REGIONS):
        source = read_csv(folder.path / REGIONS, REGIONS, "regions", _REGION_COLUMNS)
        folder.sources[REGIONS] = source
        read = read_model(source, RegionsFile).model
        rows = read.regions if read else ()
    by_code: dict[str, Region] = {}
    for row in rows:
        region = Region(row.code, row.label, row.level, row.parent, row.short, row.pinyin)
        by_code.setdefault(row.code, region)
    return Regions(levels, by_code, tuple(Group(g.name, g.label, g.regions) for g in entries))


def _units(folder: Folder) -> tuple[Unit, ...]:
    if not _is_there(folder.path / UNITS):
        return ()
    source = folder.sources[UNITS] = read_csv(folder.path / UNITS, UNITS, "units", _UNIT_COLUMNS)
    for row in folder.root(UNITS).items_of("units"):
        if row.entries is not None and "code" in row.entries:
            row.entries["name"] = row.entries.pop("code")
    read = read_model(source, UnitsFile).model
    return read.units if read else ()


def _channels(folder: Folder) -> tuple[Channel, ...]:
    if not _is_there(folder.path / CHANNELS):
        return ()
    source = folder.sources[CHANNELS] = read_csv(
        folder.path / CHANNELS, CHANNELS, "channels", _CHANNEL_COLUMNS
    )
    read = read_model(source, ChannelsFile).model
    return read.channels if read else ()


def _targets(folder: Folder) -> tuple[Target, ...]:
    if not _is_there(folder.path / TARGETS):
        return ()
    source = folder.sources[TARGETS] = read_csv(folder.path / TARGETS, TARGETS, "targets", _TARGET_COLUMNS)
    read = read_model(source, TargetsFile).model
    return read.targets if read else ()


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _lists(issues: Issues, regions: Regions, units: tuple[Unit, ...]) -> dict[str, tuple[Choice, ...]]:
    """The lists that every questionnaire can name, as far as there are any: @issues, @groups, @units, @<scheme>."""
    lists = {
        "@issues": tuple(
            Choice(name=issue.name, label=issue.label, issue=issue.name, specify=issue.specify)
            for issue in issues.issues
            if not issue.retired
        ),
        "@groups": tuple(Choice(name=group.name, label=group.label) for group in regions.groups),
        "@units": tuple(Choice(name=unit.name, label=unit.label) for unit in units),
    }
    for name, scheme in issues.schemes.items():
        lists[f"@{name}"] = tuple(Choice(name=c.name, label=c.label) for c in scheme.categories)
    return {name: choices for name, choices in lists.items() if choices}


def _questionnaire_files(path: Path) -> list[Path]:
    """By file name, which is their order. Hidden files and import mappings (map.yaml, x.map.yaml) are none."""
    files = [file for ending in ("*.yaml", "*.yml") for file in path.glob(ending)]
    return sorted(file for file in files if not file.name.startswith(".") and not _is_other(file.name))


def _is_other(name: str) -> bool:
    stem = name.rpartition(".")[0]
    return f"{stem}.yaml" in (ABOUT, ISSUES, GROUPS) or stem == "map" or stem.endswith(".map")


def _strays(path: Path) -> Iterator[Mistake]:
    """Files that look as if they were meant to be read, and are not."""
    for name in (ABOUT, ISSUES, GROUPS):
        other = path / name.replace(".yaml", ".yml")
        if other.exists():
            yield Mistake(other.name, None, "is not read under this name", f"rename it to {name}")
    for file in sorted(path.iterdir()):
        if file.suffix.lower() in _WORKBOOKS and not file.name.startswith(("~", ".")):
            words = "a workbook is not read as a questionnaire yet"
            yield Mistake(file.name, None, words, "write the questionnaire as YAML", None, "warning")
    if not _questionnaire_files(path):
        words = "the campaign has no questionnaire"
        yield Mistake(ABOUT, None, words, "write one as a YAML file in the same folder", None, "warning")
