"""The tree of regions, and the research groups that stand between its levels."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from survey_app.campaign.texts import Text

GROUP_LEVEL = "group"
"""The name of the level that research groups make, as in `--level group`."""


LATIN = ("en",)
"""Languages in which pinyin is read as a name."""


@dataclass(frozen=True)
class Region:
    """One region."""

    code: str
    label: Text
    level: str
    parent: str | None = None
    short: Text | None = None
    pinyin: str = ""

    def briefly(self, language: str) -> str:
        """What it is called in `language` where room is short: the short name, else pinyin, else the label."""
        if self.short and self.short.has(language):
            return self.short.in_(language)
        return self.pinyin if self.pinyin and language in LATIN else self.label.in_(language)


@dataclass(frozen=True)
class Group:
    """A research group and the codes of the regions it covers."""

    name: str
    label: Text
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Regions:
    """All regions by code, in the order of the file. `levels` are names from the top down."""

    levels: tuple[str, ...] = ()
    by_code: Mapping[str, Region] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __getitem__(self, code: str) -> Region:
        return self.by_code[code]

    def __iter__(self) -> Iterator[Region]:
        return iter(self.by_code.values())

    def __len__(self) -> int:
        return len(self.by_code)

    @cached_property
    def labels(self) -> Mapping[str, Text]:
        """By code, what to call a region where those it lies in are not shown with it.

        Of several that have one name each is told by the region it lies in, as in 乐山市·市中区.
        """
        names = Counter(pair for region in self for pair in region.label.root.items())
        shared = {pair for pair, number in names.items() if number > 1}
        return {region.code: self._told_apart(region, shared) for region in self}

    def _told_apart(self, region: Region, shared: Set[tuple[str, str]]) -> Text:
        parent = self.by_code.get(region.parent or "")
        if parent is None or not shared & region.label.root.items():
            return region.label
        return Text(
            {
                language: f"{parent.label.in_(language)}·{words}" if (language, words) in shared else words
                for language, words in region.label.root.items()
            }
        )

    @cached_property
    def _children(self) -> dict[str | None, tuple[Region, ...]]:
        found: dict[str | None, list[Region]] = {}
        for region in self:
            found.setdefault(region.parent, []).append(region)
        return {parent: tuple(regions) for parent, regions in found.items()}

    @cached_property
    def _group_of(self) -> dict[str, str]:
        return {code: group.name for group in self.groups for code in group.regions}

    @cached_property
    def fingerprint(self) -> str:
        """12 hexadecimal digits that change with what any region is called or lies in."""
        told = [[each.code, each.parent, each.level, each.label.root, each.pinyin] for each in self]
        return hashlib.sha256(json.dumps([self.levels, told]).encode()).hexdigest()[:12]

    @property
    def roots(self) -> tuple[Region, ...]:
        """The regions without a parent."""
        return self._children.get(None, ())

    def children(self, code: str | None) -> tuple[Region, ...]:
        """The regions right under `code`, in the order of the file."""
        return self._children.get(code, ())

    def path(self, code: str) -> tuple[Region, ...]:
        """The region and those it lies in, from the top down; empty for an unknown code."""
        path: list[Region] = []
        while code in self.by_code and len(path) <= len(self.levels):
            path.insert(0, self.by_code[code])
            code = self.by_code[code].parent or ""
        return tuple(path)

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether `code` is `ancestor` or lies in it."""
        return any(region.code == ancestor for region in self.path(code))

    def under(self, code: str | None) -> Iterator[Region]:
        """All regions that lie in `code` (None: all), depth first, `code` itself left out."""
        for region in self.children(code):
            yield region
            yield from self.under(region.code)

    def roll_up(self, code: str, level: str) -> str | None:
        """The region (or research group, for the level `group`) of `level` that `code` lies in.

        None where there is none: an unknown code, or a region above that level.
        """
        for region in self.path(code):
            if level == GROUP_LEVEL and region.code in self._group_of:
                return self._group_of[region.code]
            if region.level == level:
                return region.code
        return None

    def at_level(self, level: str) -> tuple[tuple[str, Text], ...]:
        """Code and label of every region (or research group) of `level`, in order."""
        if level == GROUP_LEVEL:
            return tuple((group.name, group.label) for group in self.groups)
        return tuple((region.code, self.labels[region.code]) for region in self if region.level == level)

    @property
    def all_levels(self) -> tuple[str, ...]:
        """The levels that codes can be rolled up to: those of the tree, and that of the research groups, if any."""
        return (*self.levels, *([GROUP_LEVEL] if self.groups else []))
