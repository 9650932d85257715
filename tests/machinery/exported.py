"""A campaign's answers as they leave the house: csv files, read by plain pandas, and what a side of a table is in them.

Nothing here counts with the product's own counting; of it come the files, and the words of questions and places.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from flask import Flask
from numpy.typing import NDArray

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import SPECIAL, Column, columns
from survey_app.campaign.models import Questionnaire
from survey_app.exporting import export

Bits = NDArray[np.bool_]
NOT_ASKED, UNKNOWN, ANSWERED = "_not_asked", "_unknown", "_answered"


def is_answer(code: str) -> bool:
    """Whether who has that code has answered; a code that no version declares was chosen."""
    return code not in SPECIAL or code == UNKNOWN


@dataclass(frozen=True)
class Places:
    """The tree of places and the research groups, read out of the campaign's own files."""

    parents: Mapping[str, str]
    levels: Mapping[str, str]
    groups: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, folder: Path) -> Places:
        """Those of a campaign folder."""
        with (folder / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        groups = yaml.safe_load((folder / "groups.yaml").read_text("utf-8"))["groups"]
        return cls(
            {row["code"]: row["parent"] for row in rows},
            {row["code"]: row["level"] for row in rows},
            {group["name"]: group["regions"] for group in groups},
        )

    def path(self, code: str) -> list[str]:
        """The place and those it lies in, the closest first; empty for what is none."""
        found = []
        while code in self.parents:
            found.append(code)
            code = self.parents[code]
        return found

    def inside(self, code: str) -> set[str]:
        """The place and all in it."""
        return {each for each in self.parents if code in self.path(each)}

    def of_group(self, name: str) -> set[str]:
        """All places of a research group."""
        return {each for top in self.groups[name] for each in self.inside(top)}

    def reached(self, code: str) -> set[str]:
        """All places of a research group, or of a place."""
        return self.of_group(code) if code in self.groups else self.inside(code)

    def rolled(self, code: str, level: str) -> str:
        """The place of that level, or the research group, in which it lies; itself where there is none."""
        path = self.path(code)
        if level == "group":
            return next((name for name, tops in self.groups.items() if {*tops} & {*path}), code)
        return next((each for each in path if self.levels[each] == level), code)


@dataclass(frozen=True)
class Side:
    """Who has which code: a row for each response, a column for each of `codes`, declared ones and others.

    `could`: likewise who was offered it, where that is not everybody who answered; `often`: how often each has it.
    `unoffered`: how many codes no question offers.
    """

    codes: tuple[str, ...]
    has: Bits
    answered: Bits
    could: Bits | None = None
    often: NDArray[np.int_] | None = None
    several: bool = False
    unoffered: int = 0

    def widened(self, codes: Iterable[str]) -> Side:
        """The same, with codes that nobody has."""
        more = tuple(code for code in codes if code not in self.codes)
        nobody = np.zeros((len(self.has), len(more)), dtype=bool)
        return replace(self, codes=(*self.codes, *more), has=np.hstack([self.has, nobody])) if more else self


@dataclass(frozen=True)
class Exported:
    """The csv of each questionnaire, as text. `declared`: by questionnaire, the columns of all its versions."""

    campaign: Campaign
    places: Places
    frames: Mapping[str, pd.DataFrame]
    declared: Mapping[str, Mapping[str, Column]] = field(repr=False)

    @classmethod
    def of(
        cls, app: Flask, campaign: Campaign, folder: Path, older: Sequence[Questionnaire] = ()
    ) -> Exported:
        """What is exported of every questionnaire that has answers; `older`: versions beside those of now."""
        frames, declared = {}, {}
        for name, questionnaire in campaign.questionnaires.items():
            versions = [*(each for each in older if each.name == name), questionnaire]
            declared[name] = {each.name: each for each in columns(versions, campaign)}
            path = folder / f"{name}.csv"
            export(app.extensions["survey"].source(name), "csv", path)
            frames[name] = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return cls(campaign, Places.of(campaign.path), frames, declared)

    def only(self, names: Sequence[str]) -> Exported:
        """Those questionnaires."""
        return replace(self, frames={name: self.frames[name] for name in names})

    def where(self, holds: Callable[[pd.DataFrame], pd.Series[bool]]) -> Exported:
        """Those responses."""
        return replace(self, frames={name: frame[holds(frame)] for name, frame in self.frames.items()})

    def within(self, codes: set[str] | None) -> Exported:
        """Those from there; None: from everywhere."""
        return self if codes is None else self.where(lambda frame: frame["_region"].isin(codes))

    def without_one(self, inside: set[str] | None = None) -> Exported:
        """A broken twin: of each questionnaire the first response (from there) that says much is missing."""
        frames = {}
        for name, frame in self.frames.items():
            fits = frame[frame["_region"].isin(self.places.parents if inside is None else inside)]
            if name == "driver":
                fits = fits[self._says_much(fits)]
            frames[name] = frame.drop(index=fits.index[:1])
        return replace(self, frames=frames)

    def _says_much(self, drivers: pd.DataFrame) -> pd.Series[bool]:
        """Whether all that tables here are of was answered, and of places of one research group."""
        homes, places = (
            drivers[name].map(lambda code: self.places.rolled(code, "group")) for name in ("B04", "B19")
        )
        said = drivers["B12"].isin(["s1", "s2", "s3", "s4", "s5"]) & (drivers["B23"] != "")
        for name in ("B14", "B15", "B16", "B17", "B18", "B22"):
            said &= drivers[f"{name}:state"] == ANSWERED
        return said & (homes == places) & homes.isin([*self.places.groups])

    @property
    def public(self) -> Exported:
        """The questionnaires that are not for staff."""
        return self.only([each.name for each in self.campaign.public])

    @property
    def all(self) -> pd.DataFrame:
        """What is known of every response, one under the other; `day` is a day."""
        about = [name for name in next(iter(self.frames.values())) if name.startswith("_")]
        frame = pd.concat([frame[about] for frame in self.frames.values()], ignore_index=True)
        frame["day"] = pd.to_datetime(frame["_date"]).dt.date
        return frame

    def __len__(self) -> int:
        return sum(map(len, self.frames.values()))

    def of_role(self, name: str, role: str) -> list[Column]:
        """The columns of a questionnaire that give answers to a role."""
        found = self.declared[name].values()
        return [each for each in found if each.role == role and each.repeat is None]
