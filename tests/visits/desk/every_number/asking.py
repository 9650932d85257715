"""Tables drawn by lot: what the address asks for, and how the same is told out of the export."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from survey_app.campaign.columns import SPECIAL_LABELS
from survey_app.tabulation.channels import labels as channel_labels
from tests.machinery import bypandas
from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported, Places, Side
from tests.machinery.sides import ABOUT, side
from tests.visits.desk.every_number.conftest import Office, Viewer

Holds = Callable[[pd.DataFrame], "pd.Series[bool]"]
ISSUES, PLACES = ("issue", "issue_check"), ("region", "home_region", "B07")
OF_DRIVERS = ("B01", "B02", "B03", "B12", "B22", "B24", "B09/id", "B10", "B07", "version")
WEIGHT = "B25"
HAS_WEIGHT = f"${{{WEIGHT}}} >= 0"
"""Whoever answered before the question was asked has no weight, and no table with them can be weighted."""
TOTAL = "_total"
"""The column of all people, by which rows can be sorted as by any other."""
OF_ALL = (
    "region",
    "home_region",
    "issue",
    "issue_check",
    "priority",
    "satisfaction",
    "trend",
    "channel",
    "language",
    "date",
    "all",
)
OF_SEVERAL = (*OF_ALL, "questionnaire", "audience")
STRAYS = ("（未细分）", "（不属任何调研组）")


@dataclass(frozen=True)
class Query:
    """An address's fields, and which responses it counts: `holds` of each questionnaire's frame, from `place`."""

    fields: dict[str, str]
    holds: Holds
    place: str = ""

    def side(self, exported: Exported, which: str) -> Side:
        """A side of the table."""
        name = self.fields.get(which) or "all"
        level = self.fields.get("level", "") if name in PLACES else ""
        scheme = self.fields.get("scheme", "") if name in ISSUES else ""
        return side(exported, name, level, scheme, self.fields.get("period", "") if name == "date" else "")

    def inside(self, places: Places, sees: set[str] | None) -> set[str] | None:
        """The places that are looked at; None: all."""
        if not self.place:
            return sees
        group = self.place.removeprefix("group:")
        codes = places.of_group(group) if group != self.place else places.inside(self.place)
        return codes if sees is None else codes & sees

    def only(self, holds: Holds, **fields: str) -> Query:
        """Of those for whom that holds too, which `fields` ask for."""
        return replace(
            self, fields={**self.fields, **fields}, holds=lambda frame: self.holds(frame) & holds(frame)
        )

    def weighted(self) -> Query:
        """The same by weights, of those who have one."""
        own = self.fields.get("where")
        where = f"({own}) and {HAS_WEIGHT}" if own else HAS_WEIGHT
        return self.only(lambda frame: frame[WEIGHT] != "", weights=WEIGHT, where=where)

    def kept(self, exported: Exported) -> Exported:
        """The responses that are counted."""
        found = self.counted(exported)
        if not self.fields.get("without_flagged"):
            return found
        return found.where(lambda frame: frame["_flags"] == "")

    def counted(self, exported: Exported) -> Exported:
        """The responses that are counted; flagged ones too."""
        found = exported.only(self.questionnaires(exported)).where(self.holds)
        return found.within(self.inside(exported.places, None))

    def questionnaires(self, exported: Exported) -> list[str]:
        """The one that is named, else those for the public that know all names."""
        if named := self.fields.get("questionnaire"):
            return [named]
        scale = self.fields.get("scale") or ("satisfaction" if self.fields.get("measure") in SCORED else "")
        used = {self.fields["rows"], self.fields.get("columns") or "all", *([scale] if scale else [])}
        roles = used - {*ABOUT, "all", "date"}
        public = [each.name for each in exported.campaign.public]
        return [name for name in public if all(exported.of_role(name, role) for role in roles)]

    def plain(self, exported: Exported, rows: Side, columns: Side) -> Plain:
        """The table of those responses by these sides."""
        measure, weights = self.fields.get("measure", ""), self.weights(exported)
        if measure in SCORED:
            scores, satisfied = scores_of(exported, self.fields.get("scale") or "satisfaction")
            from_ = satisfied if measure == "satisfied" else None
            return bypandas.scored(rows, columns, scores, from_, weights)
        if measure == "mentions":
            return bypandas.mentioned(rows, columns, weights)
        percent = self.fields.get("percent")
        if percent:
            return bypandas.shared(rows, columns, percent, weights)
        return bypandas.counted(rows, columns, weights)

    def weights(self, exported: Exported) -> np.ndarray | None:
        """How much each of them counts; None: once."""
        name = self.fields.get("weights")
        if not name:
            return None
        return np.concatenate([frame[name].to_numpy(dtype=float) for frame in exported.frames.values()])


SCORED = ("mean", "satisfied")


def scores_of(exported: Exported, scale: str) -> tuple[np.ndarray, float | None]:
    """Everybody's score on a scale (not a number: none), and from where on somebody is satisfied."""
    found: list[float] = []
    satisfied: float | None = None
    for name, frame in exported.frames.items():
        declared = exported.declared[name]
        (column,) = [declared[scale]] if scale in declared else exported.of_role(name, scale)
        satisfied = column.satisfied
        found += [column.scores.get(cell, float("nan")) for cell in frame[column.name]]
    return np.array(found, dtype=float), satisfied


def everybody(frame: pd.DataFrame) -> pd.Series[bool]:
    """No filter."""
    return frame["_id"] != ""


def filters(office: Office, viewer: Viewer, *, drivers: bool) -> list[tuple[dict[str, str], Holds, str]]:
    """Fields of filters, who they leave, and from where."""
    first, last = ((office.today - timedelta(days=back)).isoformat() for back in (40, 15))
    place = "510800"
    found: list[tuple[dict[str, str], Holds, str]] = [
        ({}, everybody, ""),
        ({"from": first, "to": last}, lambda f: (f["_date"] >= first) & (f["_date"] <= last), ""),
        ({"channel": "web"}, lambda f: f["_channel"] == "web", ""),
        ({"spoken": "zh"}, lambda f: f["_language"] == "zh", ""),
        ({"place": place}, everybody, place),
        ({"without_flagged": "1"}, everybody, ""),
        (
            {"where": "${channel} = 'web' or ${language} = 'en'"},
            lambda f: (f["_channel"] == "web") | (f["_language"] == "en"),
            "",
        ),
    ]
    if viewer.is_coordinator:
        found.append(({"place": "group:G2"}, everybody, "group:G2"))
    if drivers:
        found += [
            ({"question": "B10", "answer": "none"}, lambda f: f["B10"] == "none", ""),
            ({"question": "B22", "answer": "law"}, lambda f: f["B22/law"] == "1", ""),
            (
                {"where": "(${B12} = 's1' or ${B12} = 's2') and ${B10} != 'warned'"},
                lambda f: f["B12"].isin(["s1", "s2"]) & (f["B10"] != "warned"),
                "",
            ),
        ]
    return found


def drawn(office: Office, viewer: Viewer, lot: random.Random) -> Iterator[Query]:
    """Tables without end: sides, filters, measures and percentages by lot."""
    while True:
        drivers = lot.random() < 0.6
        rows, columns = lot.sample([*OF_DRIVERS, *OF_ALL] if drivers else OF_SEVERAL, 2)
        filter_, holds, place = lot.choice(filters(office, viewer, drivers=drivers))
        fields = {"rows": rows, "columns": columns, **filter_}
        if drivers:
            fields["questionnaire"] = "driver"
        if {rows, columns} & {*PLACES}:
            fields["level"] = lot.choice(["prefecture", "county", "group"])
        if {rows, columns} & {*ISSUES}:
            fields |= lot.choice([{}, {"scheme": "sc2021"}, {"scheme": "sc2025"}])
        if "date" in (rows, columns):
            fields["period"] = lot.choice(["day", "week", "month"])
        query = Query(fields | lot.choice(measures(lot, drivers=drivers)), holds, place)
        if drivers and lot.random() < 0.2:
            query = query.weighted()
        yield in_order(query, office.seen_by(viewer), lot) if lot.random() < 0.2 else query


def measures(lot: random.Random, *, drivers: bool) -> list[dict[str, str]]:
    """What is counted, or of what a share is taken."""
    scales = ["B12", "B13", "satisfaction"] if drivers else ["satisfaction", "trend"]
    return [
        {},
        {"measure": "mentions"},
        {"measure": "satisfied", "scale": "satisfaction"},
        {"measure": "mean", "scale": lot.choice(scales)},
        *({"percent": over} for over in ("row", "column", "total")),
    ]


def in_order(query: Query, exported: Exported, lot: random.Random) -> Query:
    """The same with its rows sorted by a column in which somebody is."""
    side_ = query.side(query.kept(exported), "columns")
    met = [code for code, is_there in zip(side_.codes, side_.has.any(axis=0), strict=True) if is_there]
    return replace(query, fields={**query.fields, "order": lot.choice([TOTAL, *met])})


def labels(exported: Exported, name: str) -> dict[str, str]:
    """What each code of a side is called; days and versions are called as their codes."""
    campaign = exported.campaign
    known = {code: text.in_("zh") for code, text in SPECIAL_LABELS.items()}
    if name in ("date", "version"):
        return known
    if name == "all":
        return {"all": "全部", **known}
    if name in ABOUT:
        about = {
            "questionnaire": {each.name: each.title for each in campaign.questionnaires.values()},
            "audience": {each: campaign.audience_label(each) for each in campaign.asked_audiences},
            "channel": channel_labels(campaign),
        }
        texts = about.get(name)
        return known | (
            {k: v.in_("zh") for k, v in texts.items()} if texts else dict(campaign.about.languages)
        )
    if name in ISSUES:
        categories = [each for scheme in campaign.issues.schemes.values() for each in scheme.categories]
        return known | {each.name: each.label.in_("zh") for each in (*campaign.issues.issues, *categories)}
    regions = (
        {code: text.in_("zh") for code, text in campaign.regions.labels.items()} if name in PLACES else {}
    )
    groups = {each.name: each.label.in_("zh") for each in campaign.regions.groups} if name in PLACES else {}
    columns = [
        column
        for each in exported.frames
        for column in (
            [exported.declared[each][name]]
            if name in exported.declared[each]
            else exported.of_role(each, name)
        )
    ]
    asked = {code: text.in_("zh") for column in columns for code, text in column.codes.items()}
    return known | asked | regions | groups
