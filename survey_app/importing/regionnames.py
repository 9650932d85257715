"""Regions as people write them: by code, by name, or by the path of names from the top down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from survey_app.campaign.models import RegionQuestion
from survey_app.campaign.regions import Region, Regions
from survey_app.campaign.reports import listed, nearest
from survey_app.importing.cells import plain, shown
from survey_app.importing.labels import Labels, Unread

_BETWEEN = re.compile(r"[-—–/\\>|,，、·;；┋]+")


class RegionNames:
    """The regions that answer one question, by name."""

    def __init__(
        self,
        question: RegionQuestion,
        regions: Regions,
        values: Mapping[str, str | None],
        above: Iterable[str],
    ) -> None:
        self.question = question
        self.regions = regions
        self.above = {plain(name) for name in above}
        self.extra = Labels.of(question.extra_choices, values)
        self.by_name: dict[str, list[Region]] = {}
        self.words: dict[str, str] = {}
        for region in self._offered():
            for name in self._names(region):
                self.by_name.setdefault(plain(name), []).append(region)
                self.words.setdefault(plain(name), name)

    def _offered(self) -> Iterable[Region]:
        within = self.question.within
        return [
            region for region in self.regions if not within or self.regions.is_within(region.code, within)
        ]

    def _names(self, region: Region) -> set[str]:
        texts = [region.label, *([region.short] if region.short else [])]
        return {text.root[language] for text in texts for language in text.root}

    def find(self, text: str) -> str | None:
        """The code of the region (or extra choice) that `text` names; None: the mapping says it means nothing.

        Raises Unread, with the paths to choose from where several regions have the name.
        """
        if self.extra.knows(text):
            return self.extra.find(text)
        if text.strip() in self.regions:
            return text.strip()
        whole = self.by_name.get(plain(text))
        parts = [text] if whole else [part for part in _BETWEEN.split(text) if part.strip()]
        return self.follow(parts, text)

    def follow(self, parts: Sequence[str], text: str) -> str:
        """The region at the end of a path of names or codes, of which the upper ones may be left out."""
        names = [name for name in parts if plain(name) not in self.above]
        if not names:
            raise self._unknown(text)
        if len(names) == 1 and names[0].strip() in self.regions:
            return names[0].strip()
        last = self.by_name.get(plain(names[-1]), [])
        found = [region for region in last if self._lies_under(region, names[:-1])]
        found = self._deepest(found)
        if len(found) == 1:
            return found[0].code
        raise self._several(text, found) if found else self._unknown(text)

    def _lies_under(self, region: Region, names: Sequence[str]) -> bool:
        """Whether `names` are, in order, names of regions that it lies in."""
        upper = [
            {plain(name) for name in self._names(r)} | {r.code} for r in self.regions.path(region.code)[:-1]
        ]
        place = 0
        for name in names:
            while place < len(upper) and plain(name) not in upper[place]:
                place += 1
            place += 1
        return place <= len(upper)

    def _deepest(self, found: list[Region]) -> list[Region]:
        """Those at the level that the question asks for, if there are any."""
        wanted = [region for region in found if region.level == self.question.level]
        return wanted or found

    def _path(self, region: Region) -> str:
        return "-".join(next(iter(r.label.root.values())) for r in self.regions.path(region.code))

    def _several(self, text: str, found: list[Region]) -> Unread:
        paths = listed([self._path(region) for region in found], 4)
        return Unread(
            "ambiguous", f"{len(found)} places are named {shown(text)}", f"write the path or code: {paths}"
        )

    def _unknown(self, text: str) -> Unread:
        near = nearest(plain(text), self.words)
        meant = f"did you mean {shown(self.words[near])}? Else " if near else ""
        cure = (
            f"{meant}write its name, its path or its code as in the list of regions, or map it under values"
        )
        return Unread("region", f"{shown(text)} is no place of this campaign", cure)
