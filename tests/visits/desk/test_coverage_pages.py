"""Overview, coverage and milestones: every number is what pandas counts over the export, for each who may see it."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from flask import Flask

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import of_group
from survey_app.demo import Demo, fill
from survey_app.exporting import export
from survey_app.storage import Sought
from tests.machinery.behind import campaign_of
from tests.machinery.pagetables import number, table_under, tables_of
from tests.machinery.person import Person
from tests.visits.conftest import REAL, kept
from tests.visits.desk.conftest import GROUPS, ON_EITHER_DATABASE, OpenDesk, SignedInAs, token_of

SICHUAN, STARTER = REAL / "sichuan-2021", REAL / "starter"
MADE_UP = 700


pytestmark = ON_EITHER_DATABASE


@pytest.fixture
def filled(open_desk: OpenDesk) -> Flask:
    """The real campaign with made-up responses up to today."""
    app = open_desk(SICHUAN)
    fill(kept(app), Demo(campaign_of(app), MADE_UP, 11, date.today()))
    return app


def exported(app: Flask, folder: Path) -> pd.DataFrame:
    """All questionnaires' exports, one under the other, with whom each asks."""
    survey, campaign = app.extensions["survey"], campaign_of(app)
    frames = []
    for name in survey.answered():
        path = folder / f"{name}.csv"
        export(survey.source(name), "csv", path, language="zh")
        frames.append(pd.read_csv(path, dtype=str, keep_default_na=False))
    frame = pd.concat(frames, ignore_index=True)
    frame["day"] = pd.to_datetime(frame["_date"]).dt.date
    public = [each.name for each in campaign.public]
    frame["public"] = frame["_questionnaire"].isin(public)
    return frame


def inside(campaign: Campaign, code: str) -> set[str]:
    return {code, *(each.code for each in campaign.regions.under(code))}


def named(campaign: Campaign, code: str) -> str:
    """What a list of all places of its level calls a place: a county with the prefecture that it lies in."""
    region, labels = campaign.regions[code], campaign.regions.labels
    parent = f"{labels[region.parent].in_('zh')} " if region.level == "county" and region.parent else ""
    return f"{parent}{labels[code].in_('zh')}"


def viewers(app: Flask, signed_in_as: SignedInAs, frame: pd.DataFrame) -> list[tuple[Person, pd.DataFrame]]:
    """The coordinator with all rows, and a researcher with those of a group, told by pandas."""
    mine = of_group(campaign_of(app), "G3").regions
    return [
        (signed_in_as(app, "coordinator"), frame),
        (signed_in_as(app, "researcher", "G3"), frame[frame["_region"].isin(mine)]),
    ]


def test_the_overview_counts_what_pandas_counts_over_the_export(
    filled: Flask, signed_in_as: SignedInAs, tmp_path: Path
):
    today, campaign = date.today(), campaign_of(filled)
    week, two = today - timedelta(days=6), today - timedelta(days=13)
    for person, rows in viewers(filled, signed_in_as, exported(filled, tmp_path)):
        page = person.opens("/research/")
        assert number(page.sees.ids["total"]) == len(rows)
        assert number(page.sees.ids["week"]) == (rows["day"] >= week).sum()
        assert number(page.sees.ids["new"]) == len(rows)
        of_questionnaires = table_under(page.text, "问卷")
        for name, mine in rows.groupby("_questionnaire"):
            title = campaign.questionnaires[str(name)].title.in_("zh")
            total, _, last, before, change = of_questionnaires[title]
            counted = ((mine["day"] >= week).sum(), ((mine["day"] < week) & (mine["day"] >= two)).sum())
            assert (number(total), number(last), number(before)) == (len(mine), *counted)
            assert number(change) == counted[0] - counted[1]
        by_channel = {name: number(cells[0]) for name, cells in table_under(page.text, "渠道").items()}
        own = ["web", "paper", "visit", *(each.kept for each in campaign.channels)]
        assert by_channel["网页"] == (rows["_channel"] == "web").sum()
        assert by_channel["各地区、各单位的海报"] == (~rows["_channel"].isin(own)).sum()
        assert by_channel.pop("合计") == sum(by_channel.values()) == len(rows)
        days = {day: number(cells[0]) for day, cells in table_under(page.text, "日期").items()}
        assert {day: n for day, n in days.items() if n} == rows["_date"].value_counts().to_dict()


def test_the_board_counts_what_pandas_counts_over_the_export(
    filled: Flask, signed_in_as: SignedInAs, tmp_path: Path
):
    campaign, frame = campaign_of(filled), exported(filled, tmp_path)
    for person, all_rows in viewers(filled, signed_in_as, frame):
        rows = all_rows[all_rows["public"]]
        scope = None if all_rows is frame else of_group(campaign, "G3").regions
        for level in ("prefecture", "county"):
            shown = table_under(person.opens(f"/research/board?level={level}").text, "地区")
            places = [(c, t) for c, t in campaign.regions.at_level(level) if scope is None or c in scope]
            names = {code: named(campaign, code) for code, _ in places}
            assert list(shown) == [*names.values()]
            for code, name in names.items():
                mine = rows[rows["_region"].isin(inside(campaign, code))]
                drivers = (mine["_audience"] == "driver").sum()
                cells = shown[name]
                assert [number(each) for each in cells[:3]] == [len(mine) - drivers, drivers, len(mine)]
                since = "从未收到" if mine.empty else str((date.today() - mine["day"].max()).days)
                assert cells[-2].split()[-1] == since
        front = table_under(person.opens("/research/board").text, "地区")
        total = front.pop("合计")
        assert number(total[2]) == len(rows) == sum(number(cells[2]) for cells in front.values())
        targets = [each.target for each in campaign.targets if scope is None or each.region in scope]
        assert number(total[3]) == sum(targets)


def test_from_province_to_prefecture_to_county_each_place_adds_up_to_the_one_above(
    filled: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(filled, "coordinator")
    codes, seen = ["510000"], 0
    while codes:
        code = codes.pop()
        page = person.opens(f"/research/board?at={code}").text
        shown = table_under(page, "地区")
        total = number(shown.pop("合计")[2])
        assert sum(number(cells[2]) for cells in shown.values()) == total
        seen += 1
        codes += [
            each for each in re.findall(r"at=(\d+)\"", page) if each > code and each[:2] + "0000" == "510000"
        ][:3]
        codes = [each for each in codes if campaign_of(filled).regions.children(each)]
        if seen > 6:
            break
    assert seen > 3
    assert person.opens("/research/board?at=510802").status == 200


def test_the_groups_add_up_to_everything(filled: Flask, signed_in_as: SignedInAs, tmp_path: Path):
    frame = exported(filled, tmp_path)
    shown = table_under(signed_in_as(filled, "coordinator").opens("/research/board?level=group").text, "地区")
    assert number(shown.pop("合计")[2]) == frame["public"].sum()
    assert sum(number(cells[2]) for cells in shown.values()) == frame["public"].sum()


def test_lines_can_be_ordered_by_a_link(filled: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(filled, "coordinator")

    def column(sort: str, place: int) -> list[str]:
        page = person.opens(f"/research/board?level=county&sort={sort}").text
        return [cells[place] for cells in table_under(page, "地区").values()]

    counts = [number(each) for each in column("responses", 2)]
    assert counts == sorted(counts, reverse=True)
    assert [number(each) for each in column("fewest", 2)] == sorted(counts)
    days = [10_000 if each == "从未收到" else number(each) for each in column("last", -2)]
    assert days == sorted(days, reverse=True)
    assert column("nonsense", 2) == column("", 2)


def test_the_file_says_what_the_board_says_and_that_it_was_taken_is_written_down(
    filled: Flask, signed_in_as: SignedInAs, tmp_path: Path
):
    for person, all_rows in viewers(filled, signed_in_as, exported(filled, tmp_path)):
        rows = all_rows[all_rows["public"]]
        answer = person.client.get("/research/board.csv", headers=person.headers)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=sichuan-2021_coverage_")
        table = pd.read_csv(io.BytesIO(answer.data), dtype={"代码": str})
        assert table["答卷数"].iloc[0] == len(rows)
        for code, count in table.loc[table["层级"] == "县（市、区）", ["代码", "答卷数"]].itertuples(
            index=False
        ):
            assert count == (rows["_region"] == code).sum()
        book = pd.read_excel(
            io.BytesIO(person.client.get("/research/board.xlsx").data), engine="calamine", header=None
        )
        assert len(book) >= len(table)
        assert not any(
            str(each).endswith(".0") for line in answer.text.splitlines() for each in line.split(",")
        )
    log = [each for each in kept(filled).audit.each(Sought()) if each.act == "coverage exported"]
    assert [(each.person, each.details["format"]) for each in log] == [
        (who, form) for who in ("coordinator", "researcher-g3") for form in ("csv", "xlsx")
    ]


def test_the_file_holds_milestones_and_what_stands_out(filled: Flask, signed_in_as: SignedInAs):
    person, campaign = signed_in_as(filled, "coordinator"), campaign_of(filled)
    tick(person, "plan_issued", level="prefecture", act="tick", day="2021-06-20", place=["510800", "511600"])
    text = person.client.get("/research/board.csv", headers=person.headers).data
    table = pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False).set_index("代码")
    reached = table["印发专项整治行动方案（完成日期）"]
    assert reached[reached != ""].to_dict() == {"510800": "2021-06-20", "511600": "2021-06-20"}
    assert set(table["成立领导小组（完成日期）"]) == {""}
    places = {code for code, _ in campaign.regions.at_level("county")}
    counties = table[table.index.isin(places)]
    for _code, line in counties.iterrows():
        marks = line["提示"].split("、")
        assert ("从未收到" in marks) == (line["答卷数"] == "0")
        assert ("沉寂" in marks) == (line["距最近一份天数"] != "" and int(line["距最近一份天数"]) >= 14)
    behind = table[table["目标"] != ""]
    wanted = behind["计入目标的答卷数"].astype(int) < behind["截至当日应完成"].astype(int)
    assert (behind["提示"].str.contains("滞后") == wanted).all() and wanted.any()


def test_only_the_places_that_lack_a_milestone(filled: Flask, signed_in_as: SignedInAs):
    person, campaign = signed_in_as(filled, "coordinator"), campaign_of(filled)
    counties = [each.code for each in campaign.regions.children("510800")]
    tick(person, "plan_issued", level="county", act="tick", under=["510800"])
    page = person.opens("/research/milestones/plan_issued?level=county&only=missing")
    assert page.sees.ids["missing"] == str(183 - len(counties))
    boxes = set(re.findall(r'name="place" value="(\d+)"', page.text))
    assert len(boxes) == 183 - len(counties) and boxes.isdisjoint(counties)
    assert 'value="510800"' not in page.text
    fields = {
        "csrf_token": token_of(person),
        "level": "county",
        "act": "tick",
        "under": sorted({f"{each[:4]}00" for each in boxes}),
    }
    page = person.posts("/research/milestones/plan_issued?only=missing", fields)
    assert page.sees.ids["count"] == "183 / 183"
    assert "所有地区均已完成" in page.text
    acts = [each for each in kept(filled).audit.each(Sought()) if each.act == "milestone ticked"]
    assert len(acts) == 183


def test_that_answers_are_made_up_is_said_on_every_page(filled: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(filled, "coordinator")
    for address in ("/research/", "/research/board", "/research/responses", "/research/account"):
        assert "供试用的虚构答卷" in person.opens(address).text
    kept(filled).made_up.remove()
    assert "供试用的虚构答卷" not in person.opens("/research/").text


def test_nobody_sees_a_place_of_another_group(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    assert person.opens("/research/board?at=P1").status == 200
    for code in ("P2", "P2a", "P", "P3", "nowhere"):
        assert person.opens(f"/research/board?at={code}").status == 404
    for address in ("/research/board", "/research/board?level=county", "/research/", "/research/board.csv"):
        page = person.opens(address)
        assert "西市" not in page.text and "岛" not in page.text, address
    assert number(person.opens("/research/").sees.ids["total"]) == 12 * len(GROUPS["east"])


def test_before_the_first_response_the_pages_say_what_to_do_next(empty_desk: Flask, signed_in_as: SignedInAs):
    for role, group in (("coordinator", None), ("researcher", "isles")):
        person = signed_in_as(empty_desk, role, group)
        assert "survey demo" in person.opens("/research/").text
        page = person.opens("/research/board")
        assert page.status == 200
        assert "还没有收到答卷" in page.text
        assert "完成率" not in page.text  # no targets, no such columns
        assert '<svg viewBox="-2' not in page.text  # and no tiles


def test_a_tree_of_one_level_without_groups_targets_or_tiles_is_a_table(
    open_desk: OpenDesk, signed_in_as: SignedInAs
):
    app = open_desk(STARTER)
    fill(kept(app), Demo(campaign_of(app), 60, 2, date.today()))
    person = signed_in_as(app, "coordinator")
    places = campaign_of(app).regions.at_level("district")
    shown = table_under(person.opens("/research/board").text, "地区")
    assert [label.in_("zh") for _, label in places] == list(shown)[: len(places)]
    assert sum(number(cells[0]) for cells in shown.values()) == 2 * number(shown["合计"][0])
    assert person.opens(f"/research/board?at={places[0][0]}").status == 200
    assert person.opens("/research/").status == 200
    assert person.opens("/research/milestones/plan").status == 404


def test_a_campaign_without_regions_says_so(open_desk: OpenDesk, signed_in_as: SignedInAs, tmp_path: Path):
    folder = tmp_path / "nowhere"
    shutil.copytree(STARTER, folder)
    (folder / "regions.csv").unlink()
    (folder / "starter.yaml").write_text(
        "name: starter\ntitle: Q\naudience: [driver]\npages:\n  - name: p\n    label: P\n    questions:\n"
        "      - {type: integer, name: n, label: N}\n",
        encoding="utf-8",
    )
    text = re.sub(r"(?m)^tables:(.|\n)*", "", (folder / "campaign.yaml").read_text("utf-8"))
    (folder / "campaign.yaml").write_text(text, encoding="utf-8")
    app = open_desk(folder)
    fill(kept(app), Demo(campaign_of(app), 5, 2, date.today()))
    person = signed_in_as(app, "coordinator")
    assert number(person.opens("/research/").sees.ids["total"]) == 5
    page = person.opens("/research/board")
    assert page.status == 200
    assert number(table_under(page.text, "地区")["合计"][0]) == 5


def tick(person: Person, name: str, **fields: str | list[str]) -> Person:
    return person.posts(f"/research/milestones/{name}", {"csrf_token": token_of(person), **fields})


def test_the_coordinator_ticks_places_and_everybody_sees_how_many(filled: Flask, signed_in_as: SignedInAs):
    person, campaign = signed_in_as(filled, "coordinator"), campaign_of(filled)
    codes = [code for code, _ in campaign.regions.at_level("prefecture")]
    day = (date.today() - timedelta(days=3)).isoformat()
    page = tick(person, "plan_issued", level="prefecture", act="tick", day=day, place=codes)
    assert page.sees.ids["count"] == "21 / 21"
    assert "已将 21 个地区标为已完成" in page.text
    page = tick(person, "plan_issued", level="prefecture", act="tick", place=codes)  # a second click
    assert page.sees.ids["count"] == "21 / 21" and "已将 0 个地区标为已完成" in page.text
    reached = table_under(page.text, "选择")
    assert len(reached) == 1  # the rows' first cell is the box to choose by
    assert tables_of(page.text)[0][1][3] == day
    assert ["印发专项整治行动方案", "市（州）", "21 / 21", ""] in tables_of(
        person.opens("/research/board").text
    )[0]
    page = tick(person, "plan_issued", level="prefecture", act="untick", place=[codes[0]])
    assert page.sees.ids["count"] == "20 / 21"
    page = tick(person, "plan_issued", level="county", act="tick", under=codes[:2], place=["510802"])
    inside = sum(len(campaign.regions.children(code)) for code in codes[:2])
    assert page.sees.ids["count"] == f"{inside + 1} / 183"
    tick(person, "plan_issued", level="county", act="untick", under=codes)
    group = signed_in_as(filled, "researcher", "G3")
    assert group.opens("/research/milestones/plan_issued?level=prefecture").sees.ids["count"] == "3 / 3"
    assert group.opens("/research/milestones/plan_issued?level=county").sees.ids["count"].startswith("0 / ")
    acts = [each for each in kept(filled).audit.each(Sought()) if each.act.startswith("milestone")]
    ticks, back = ["milestone ticked"], ["milestone unticked"]
    assert [each.act for each in acts] == ticks * 21 + back + ticks * (inside + 1) + back * (inside + 1)
    assert {each.person for each in acts} == {"coordinator"}


def test_nothing_is_ticked_by_others_without_a_token_for_strange_places_or_days_to_come(
    filled: Flask, signed_in_as: SignedInAs
):
    person, group = signed_in_as(filled, "coordinator"), signed_in_as(filled, "researcher", "G3")
    form = {"level": "prefecture", "act": "tick", "place": "510800"}
    assert person.posts("/research/milestones/plan_issued", form).status == 400
    assert tick(group, "plan_issued", **form).status == 404
    assert tick(person, "nothing", **form).status == 404
    assert tick(person, "plan_issued", **(form | {"level": "province"})).status == 404
    later = (date.today() + timedelta(days=1)).isoformat()
    for day in ("tomorrow", later):
        assert tick(person, "plan_issued", **form, day=day).status == 400
        assert "最晚为今天" in person.text
    for nothing in (form | {"place": ["510802", "x"]}, {"level": "prefecture", "act": "untick"}):
        assert "请先勾选地区" in tick(person, "plan_issued", **nothing).text
    assert tick(person, "plan_issued", **(form | {"act": "remove"})).status == 400
    assert kept(filled).milestones.reached("sichuan-2021") == {}


def test_who_ticked_what_can_be_followed_in_the_log_in_words(filled: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(filled, "coordinator")
    for act in ("tick", "untick"):
        tick(person, "plan_issued", level="county", act=act, place="510802", day="2021-06-20")
    (ticked, unticked) = [link for link in person.sees.links if "act=milestone" in link]
    for link in (ticked, unticked):
        row = person.opens(link).text.partition("<tbody>")[2]
        assert "印发专项整治行动方案" in row
        assert "广元市 利州区" in row
        assert "2021-06-20" in row


def test_the_board_says_where_the_period_of_all_targets_is_over(
    filled: Flask, signed_in_as: SignedInAs, open_desk: OpenDesk, tmp_path: Path
):
    page = signed_in_as(filled, "coordinator").opens("/research/board")
    assert "2021-10-31 结束" in page.sees.ids["ended"]
    folder = tmp_path / "still"
    shutil.copytree(SICHUAN, folder)
    targets = folder / "targets.csv"
    targets.write_text(targets.read_text("utf-8").replace("2021-10-31", "2199-10-31", 1), encoding="utf-8")
    still = signed_in_as(open_desk(folder), "coordinator").opens("/research/board")
    assert still.status == 200
    assert "ended" not in still.sees.ids
