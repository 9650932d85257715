"""The coverage board in all its levels: responses, targets, what is expected by today, mix, tiles, milestones."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pytest

from tests.machinery.exported import Exported
from tests.machinery.sheet import Node, Sheet
from tests.visits.desk.every_number.conftest import GROUP, Office, Viewer, holds_and_notices

AUDIENCES = ("counterpart", "driver")
RULES = ("14", "30")
"""Days of silence, and the least responses of a mix; `left` reads them in the explanation."""
LEAST_MIX, LOPSIDED = 30, 1 / 3
HALF = 0.051
"""So far off may be what is drawn, rounded to a tenth."""


@dataclass(frozen=True)
class Counting:
    """What pandas counts for the board: `rows` of the public questionnaires that the viewer sees."""

    office: Office
    viewer: Viewer
    rows: pd.DataFrame

    @property
    def places(self) -> list[str]:
        """Those that they see."""
        every = self.office.exported.places.parents
        return [code for code in every if self.viewer.sees is None or code in self.viewer.sees]

    def of(self, codes: set[str]) -> pd.DataFrame:
        """The responses from there."""
        return self.rows[self.rows["_region"].isin(codes)]

    def line(
        self, mine: pd.DataFrame, targets: Sequence[dict[str, str]], *, beside_targets: bool = True
    ) -> list[list[str]]:
        """The numbers of a line, cell by cell; without cells for targets where no line of the table has one."""
        counts = [int((mine["_audience"] == audience).sum()) for audience in AUDIENCES]
        wanted = [[t for t in targets if t["audience"] == audience] for audience in AUDIENCES]
        cells = [
            [str(count), *([str(sum(int(t["target"]) for t in mine_))] if mine_ else [])]
            for count, mine_ in zip(counts, wanted, strict=True)
        ]
        cells.append([str(sum(counts))])
        if targets:
            target = sum(int(each["target"]) for each in targets)
            by_now = sum(self.expected(each) for each in targets)
            cells += [[str(target)], [f"{round(by_now)}"], [f"{100 * self.done(targets) / target:.0f}"]]
        elif beside_targets:
            cells += [[], [], []]
        cells.append([] if mine.empty else [str((self.office.today - max(mine["day"])).days)])
        return [*cells, []]

    def done(self, targets: Sequence[dict[str, str]]) -> int:
        """What came that counts for targets: who names no known place counts for none."""
        return sum(
            int(
                (
                    self.of(self.office.exported.places.inside(each["region"]))["_audience"]
                    == each["audience"]
                ).sum()
            )
            for each in targets
        )

    def expected(self, target: dict[str, str]) -> float:
        """So much of a target by the end of today, growing evenly."""
        first, last = (date.fromisoformat(target[end]) for end in ("opens", "closes"))
        days = (last - first).days + 1
        return int(target["target"]) * min(max((self.office.today - first).days + 1, 0), days) / days


def targets(office: Office, codes: set[str]) -> list[dict[str, str]]:
    with (office.campaign.path / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["region"] in codes]


def same_line(
    counting: Counting, sheet: Sheet, cells: Sequence[Node], mine: pd.DataFrame, expected: list[list[str]]
) -> None:
    """The cells of a line but its name say what is expected, and its drawings are as long."""
    assert [sheet.numbers(cell.text) for cell in cells] == expected
    share, last, mix = cells[-3:]
    if len(cells) > len(AUDIENCES) + 3 and expected[-3]:
        bar = share.one("rect", "fill")
        assert abs(float(bar.attributes["width"]) - min(int(expected[-3][0]), 100)) <= 0.5 + HALF
    parts = mix.every("rect")
    shares = [(mine["_audience"] == audience).mean() for audience in AUDIENCES] if len(mine) else []
    assert [float(each.attributes["width"]) for each in parts] == pytest.approx(
        [100 * s for s in shares], abs=HALF
    )
    assert [float(each.attributes["x"]) for each in parts] == pytest.approx(
        [0, *(100 * s for s in shares[:-1])][: len(parts)], abs=HALF
    )
    if parts:
        said = sheet.numbers(mix.one("svg").attributes["aria-label"])
        assert said == [f"{100 * share:.0f}" for share in shares]
        whole = [(counting.rows["_audience"] == audience).mean() for audience in AUDIENCES]
        lopsided = len(mine) >= LEAST_MIX and any(
            s < LOPSIDED * w for s, w in zip(shares, whole, strict=True)
        )
        assert bool(mix.every("span", "tag")) == lopsided
    if expected[-2]:
        assert max(mine["_date"]) in {each.attributes.get("title") for each in last.every("span")}


def rows_by_name(sheet: Sheet) -> dict[str, list[Node]]:
    _head, *lines = sheet.table(lambda each: "board" in each.classes)
    return {cells[0].text: cells[1:] for cells in lines}


def check_places(
    counting: Counting,
    sheet: Sheet,
    codes: Sequence[str],
    *,
    within: bool = False,
    beside_targets: bool = True,
) -> dict[str, list[Node]]:
    """The line of each place, called `within` the one it lies in; gives the other lines."""
    office, shown = counting.office, rows_by_name(sheet)
    for code in codes:
        mine, inside = counting.of(office.exported.places.inside(code)), office.exported.places.inside(code)
        region, labels = office.campaign.regions[code], office.campaign.regions.labels
        parent = f"{labels[region.parent].in_('zh')} " if within and region.parent else ""
        cells = shown.pop(f"{parent}{labels[code].in_('zh')}")
        expected = counting.line(mine, targets(office, inside), beside_targets=beside_targets)
        same_line(counting, sheet, cells, mine, expected)
    return shown


def check_total(counting: Counting, sheet: Sheet, cells: Sequence[Node]) -> None:
    wanted, mine = targets(counting.office, {*counting.places}), counting.rows
    same_line(counting, sheet, cells, mine, counting.line(mine, wanted))
    done = counting.done(wanted)
    said = [sheet.numbers(sheet.take(each).text) for each in sheet.main.every("p", "towards")]
    assert said == ([[str(len(mine)), str(done)]] if done < len(mine) else [])


def counting_of(office: Office, viewer: Viewer, exported: Exported) -> Counting:
    return Counting(office, viewer, exported.public.within(viewer.sees).all)


@pytest.mark.parametrize("level", ["prefecture", "county"])
def test_every_number_of_a_level(office: Office, viewer: Viewer, level: str):
    sheet = office.sheet(viewer, f"/research/board?level={level}")

    def check(exported: Exported) -> None:
        counting = counting_of(office, viewer, exported)
        codes = [code for code in counting.places if exported.places.levels[code] == level]
        is_county = level == "county"
        assert check_places(counting, sheet, codes, within=is_county, beside_targets=not is_county) == {}
        assert sheet.numbers(sheet.take(sheet.main.one("caption")).text) == [str(len(codes))]

    holds_and_notices(check, office.seen_by(viewer))
    assert sheet.left(RULES) == []


def test_every_number_of_the_groups(office: Office, viewer: Viewer):
    sheet = office.sheet(viewer, "/research/board?level=group")

    def check(exported: Exported) -> None:
        counting, shown = counting_of(office, viewer, exported), rows_by_name(sheet)
        names = [GROUP] if viewer.sees is not None else list(exported.places.groups)
        labels = {group.name: group.label.in_("zh") for group in office.campaign.regions.groups}
        covered: set[str] = set()
        for name in names:
            inside = exported.places.of_group(name)
            covered |= inside
            mine = counting.of(inside)
            same_line(
                counting, sheet, shown.pop(labels[name]), mine, counting.line(mine, targets(office, inside))
            )
        check_total(counting, sheet, shown.pop("合计"))
        for cells in shown.values():
            mine = counting.rows[~counting.rows["_region"].isin(covered)]
            same_line(counting, sheet, cells, mine, counting.line(mine, []))
        sheet.take(sheet.main.one("caption"))

    holds_and_notices(check, office.seen_by(viewer))
    assert sheet.left(RULES) == []


def test_every_number_of_the_front_of_the_board(office: Office, viewer: Viewer):
    sheet = office.sheet(viewer, "/research/board")

    def check(exported: Exported) -> None:
        counting = counting_of(office, viewer, exported)
        codes = [code for code in counting.places if exported.places.levels[code] == "prefecture"]
        tiles(counting, sheet)
        others = check_places(counting, sheet, codes)
        check_total(counting, sheet, others.pop("合计"))
        nowhere = counting.rows[~counting.rows["_region"].isin([*exported.places.parents])]
        for cells in others.values():
            same_line(counting, sheet, cells, nowhere, counting.line(nowhere, []))
        assert bool(others) == bool(len(nowhere))
        milestones(office, sheet, counting)

    holds_and_notices(check, office.seen_by(viewer))
    assert sheet.left(RULES) == []


def tiles(counting: Counting, sheet: Sheet) -> None:
    office = counting.office
    (figure,) = sheet.main.every("figure", "grid")
    squares = {each.attributes["href"].rpartition("at=")[2]: each for each in figure.every("a")}
    assert {*squares} == {each.code for each in office.campaign.tiles if each.code in counting.places}
    for code, square in squares.items():
        inside = office.exported.places.inside(code)
        count, target = len(counting.of(inside)), sum(int(t["target"]) for t in targets(office, inside))
        share = f"{100 * count / target:.0f}"
        assert [sheet.numbers(each.text) for each in square.every("text")[1:]] == [[str(count)], [share]]
        assert sheet.numbers(square.attributes["aria-label"]) == [str(count), share]
        width = float(square.one("rect", "done").attributes["width"])
        assert abs(width - 80 * min(1, count / target)) <= HALF
        band = sum(count / target >= each for each in (0.25, 0.5, 0.75, 1))
        assert f"band{band}" in square.one("rect", "tile").classes
    sheet.take(figure)


def milestones(office: Office, sheet: Sheet, counting: Counting) -> None:
    _head, *lines = sheet.table(lambda each: "board" not in each.classes)
    labels = {each.name: each.label.in_("zh") for each in office.campaign.about.levels}
    levels = office.exported.places.levels
    for name, level, said, bar in lines:
        mine = [code for code in counting.places if labels[levels[code]] == level.text]
        ticked = len(office.ticked & {*mine}) if name.text == "印发专项整治行动方案" else 0
        assert sheet.numbers(said.text) == [str(ticked), str(len(mine))]
        assert abs(float(bar.one("rect", "fill").attributes["width"]) - 100 * ticked / len(mine)) <= HALF


def test_every_number_inside_a_place(office: Office, viewer: Viewer):
    places = office.exported.places
    top = places.groups[GROUP][0]
    busy = office.exported.public.within(places.inside(top) - {top}).all["_region"].mode()
    county = str(busy[0])
    for at in (top, county, *(["510000"] if viewer.is_coordinator else [])):
        sheet = office.sheet(viewer, f"/research/board?at={at}")

        def check(exported: Exported, at: str = at, sheet: Sheet = sheet) -> None:
            counting = counting_of(office, viewer, exported)
            inner = [code for code in places.parents if places.parents[code] == at]
            others = check_places(counting, sheet, inner or [at], beside_targets=bool(inner))
            total = others.pop("合计", None)
            if total:
                mine = counting.of(places.inside(at))
                same_line(
                    counting, sheet, total, mine, counting.line(mine, targets(office, places.inside(at)))
                )
            for cells in others.values():
                own = counting.of({at})
                same_line(counting, sheet, cells, own, counting.line(own, []))
            assert bool(others) == bool(inner and len(counting.of({at})))

        holds_and_notices(check, office.seen_by(viewer), places.inside(at))
        assert sheet.left(RULES) == []


def test_every_number_of_a_milestone(office: Office, viewer: Viewer):
    levels = office.exported.places.levels
    mine = [
        c for c, level in levels.items() if level == "county" and (viewer.sees is None or c in viewer.sees)
    ]
    sheet = office.sheet(viewer, "/research/milestones/plan_issued?level=county")
    assert sheet.numbers(sheet.by_id("missing").text) == [str(len({*mine} - office.ticked))]
    assert sheet.numbers(sheet.by_id("count").text) == [str(len(office.ticked & {*mine})), str(len(mine))]
    days = [cell.text for row in sheet.rows(sheet.main.one("table")) for cell in row if "n" in cell.classes][
        1:
    ]
    assert days == [office.today.isoformat() if code in office.ticked else "–" for code in mine]
    assert sheet.left() == []
