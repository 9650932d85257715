"""A researcher builds tables, keeps them, shares them and takes them along.

That every number in them is right is tested in `every_number`.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
import yaml
from flask import Flask

from survey_app.campaign.loading import load_campaign
from survey_app.research.tables.state import State, called
from survey_app.storage import Sought
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, OpenDesk, SignedInAs, responses_of, token_of


def cells(html: str, marker: str = 'id="table"') -> list[list[str]]:
    """The rows of a table on a page, small print left out."""
    table = re.search(rf"<table[^>]*{marker}.*?</table>", html, re.S)
    assert table, html
    rows = []
    for row in re.findall(r"<tr.*?</tr>", table[0], re.S):
        found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        rows.append(
            [unescape(re.sub(r"<small.*?</small>|<[^>]+>", "", cell, flags=re.S)).strip() for cell in found]
        )
    return rows


def test_a_table_says_of_chance_that_people_chose_to_answer(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    person.opens("/research/tables?rows=channel&columns=how&percent=row&questionnaire=poll")
    assert "卡方检验" in person.text
    assert "不是抽样" in person.text


def test_a_comparison_says_what_differs_beyond_chance(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    person.opens("/research/tables?rows=how&columns=all&percent=column&versus=group:west")
    assert "没有一格两边应答人数都不少于 30 人" in person.text
    assert re.search(r'class="versus">\d+\.\d%\*? \([+−]\d+\.\d\)', person.text)
    person.opens("/research/tables?rows=how&percent=column&versus_from=2021-06-01&versus_to=2021-06-28")
    assert person.status == 200
    assert "纽科姆" in person.text
    for query in (
        "rows=date&versus_from=2021-06-01",
        "rows=how&versus=P1&versus_to=2021-06-10",
        "rows=how&versus=nowhere",
    ):
        assert person.opens(f"/research/tables?{query}").status in (400, 404)
        assert "errors" in person.sees.ids


def test_a_kept_table_is_opened_by_the_group_and_by_another_group_over_its_own_rows(
    desk: Flask, signed_in_as: SignedInAs
):
    ann = signed_in_as(desk, "researcher", "east")
    address = "rows=region&columns=how&level=county&campaign=two-groups"
    fields = dict(pair.split("=") for pair in address.split("&"))
    ann.posts(
        "/research/tables/save", fields | {"name": "各县 <评价>", "shared": "1", "csrf_token": token_of(ann)}
    )
    assert "各县 &lt;评价&gt;" in ann.text
    link = re.search(r'<a href="(/research/tables\?[^"]+)">各县', ann.text)
    assert link
    other = signed_in_as(desk, "researcher", "west")
    assert "各县" not in other.opens("/research/tables").text
    mine, theirs = (cells(each.opens(unescape(link[1])).text) for each in (ann, other))
    assert int(mine[-2][-2]) == 36
    assert int(theirs[-2][-2]) == 24
    assert {line[-2] for line in theirs if line[0].startswith("东")} <= {"0"}
    ann.posts("/research/tables/forget", {"name": "各县 <评价>", "csrf_token": token_of(ann)})
    assert "已删除" in ann.text
    assert ann.posts("/research/tables/forget", {"name": "x", "csrf_token": token_of(ann)}).status == 404
    acts = [each.act for each in kept(desk).audit.page(Sought(None, None, None), None, 9)]
    assert {"table saved", "table deleted"} <= set(acts)


def test_a_name_that_is_taken_is_told_and_the_earlier_table_goes_only_where_that_is_wanted(
    desk: Flask, signed_in_as: SignedInAs
):
    chief, ann = signed_in_as(desk, "coordinator"), signed_in_as(desk, "researcher", "east")
    assert "与同组成员共享" in ann.opens("/research/tables?rows=region").text
    assert "与所有调研员共享" in chief.opens("/research/tables?rows=region").text

    def keeps(rows: str, **more: str) -> str:
        fields = {"rows": rows, "name": "甲", "csrf_token": token_of(chief)} | more
        return chief.posts("/research/tables/save", fields).text

    assert "已存为“甲”" in keeps("region", shared="1")
    assert "用上面的表格替换" not in chief.text, "it is that table"
    refused = keeps("how")
    assert "没有保存：您已有另一张表格叫“甲”" in refused
    assert "rows=region" in re.search(r'<a href="([^"]+)">甲', refused)[1]
    assert "用上面的表格替换" in refused
    assert "rows=how" in re.search(r'<a href="([^"]+)">甲', keeps("how", instead="1"))[1]
    assert "rows=how" in re.search(r'<a href="([^"]+)">甲', ann.opens("/research/tables").text)[1]


def test_what_the_button_shows_can_stand_in_campaign_yaml(
    open_desk: OpenDesk, desk: Flask, signed_in_as: SignedInAs, tmp_path: Path
):
    person = signed_in_as(desk, "coordinator")
    query = "rows=region&columns=issue&level=prefecture&percent=row&from=2021-06-05&questionnaire=poll"
    page = person.opens(f"/research/tables?{query}")
    shown = unescape(re.search(r'<pre id="yaml"[^>]*>(.*?)</pre>', page.text, re.S)[1])
    folder = tmp_path / "copy"
    shutil.copytree(CAMPAIGN, folder)
    about = yaml.safe_load((folder / "campaign.yaml").read_text("utf-8"))
    about["tables"] = yaml.safe_load(shown)
    (folder / "campaign.yaml").write_text(yaml.safe_dump(about, allow_unicode=True), "utf-8")
    load_campaign(folder)
    again = open_desk(folder)
    _, table = again.extensions["survey"].named_table("region-by-issue")
    taken = json.loads(person.opens(f"/research/tables.json?{query}").page.data)
    whose, *notes = taken["notes"]
    assert "所有地区" in whose
    named = table.to_json_dict("zh")
    assert notes[: len(named["notes"])] == named["notes"]
    assert {**taken, "notes": named["notes"]} == named


def test_files_hold_what_the_page_shows_and_each_is_written_down(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    query = "rows=how&columns=channel&questionnaire=poll"
    page = cells(person.opens(f"/research/tables?{query}").text)
    before = kept(desk).audit.count(Sought(None, "table exported", None))
    written = person.opens(f"/research/tables.csv?{query}").page.data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(written)))
    figures = [line for line in lines[1:] if line[0] not in ("_base", "_note")]
    assert [line[2:-1] for line in figures] == [line[1:-1] for line in page[1:-1]]
    book = openpyxl.load_workbook(io.BytesIO(person.opens(f"/research/tables.xlsx?{query}").page.data))
    assert [cell.value for cell in book["统计表"][3]][2] == int(page[1][1])
    assert person.opens(f"/research/tables.png?{query}").page.data.startswith(b"\x89PNG")
    assert kept(desk).audit.count(Sought(None, "table exported", None)) == before + 3
    picture = person.opens(f"/research/tables.svg?{query}")
    assert picture.page.content_type.startswith("image/svg+xml")
    assert "东组" in picture.text
    assert kept(desk).audit.count(Sought(None, "table exported", None)) == before + 3
    assert (
        "attachment"
        in person.opens(f"/research/tables.svg?{query}&taken=1").page.headers["Content-Disposition"]
    )
    assert person.opens("/research/tables.pdf?rows=how").status == 404


def test_the_workbook_of_all_questions_says_whose_answers_it_holds_and_is_written_down(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "researcher", "east")
    assert "可选多项" in person.opens("/research/frequencies?questionnaire=poll").text
    person.opens("/research/banner.xlsx?questionnaire=poll&columns=channel")
    counts = openpyxl.load_workbook(io.BytesIO(person.page.data))["人数"]
    assert "东组" in counts["A2"].value
    assert kept(desk).audit.count(Sought(None, "banner exported", None)) == 1


def test_an_observer_sees_public_tables_only_and_nothing_small_in_them(
    open_desk: OpenDesk, signed_in_as: SignedInAs, tmp_path: Path
):
    folder = tmp_path / "copy"
    shutil.copytree(CAMPAIGN, folder)
    about = (folder / "campaign.yaml").read_text("utf-8")
    public = "rows: region, level: county, columns: how, percent: row, public: true"
    public = f"  - {{name: shown, label: {{zh: 公开表, en: Shown}}, {public}}}\n"
    (folder / "campaign.yaml").write_text(about.replace("tables:\n", f"tables:\n{public}"), "utf-8")
    app = open_desk(folder)
    (campaign,) = app.extensions["survey"].campaigns.values()
    kept(app).add(responses_of(campaign))
    person = signed_in_as(app, "observer")
    assert "公开表" in person.opens("/research/figures").text
    assert "各地评价" not in person.text
    page = cells(person.opens("/research/figures?name=shown").text)
    figures = [figure for line in page[1:] for figure in line[1:]]
    assert "不显示" in figures
    counts = [int(figure.strip("*")) for figure in figures if re.fullmatch(r"\d+\*?", figure)]
    assert counts
    assert all(number >= 10 and number % 5 == 0 for number in counts)
    assert "不足 10 人" in person.text
    for form in ("csv", "svg", "png"):
        assert person.opens(f"/research/figures.{form}?name=shown").status == 200
    for address in (
        "/research/tables?rows=how",
        "/research/tables.csv?rows=how",
        "/research/frequencies",
        "/research/banner.xlsx",
        "/research/figures?name=how-by-region",
        "/research/figures.csv?name=how-by-region",
    ):
        assert person.opens(address).status == 404, address


HOSTILE = [
    "", "region", "how", "issue", "date", "all", "why", "place", "x" * 300, "\0", "\n", "'", '"', "'\"", "<script>",
    "${", "${how} = 'bad'", "true()", "not(", "2021-06-31", "2021-06-01", "-1", "row", "mean", "satisfied", "mentions",
    "group:east", "group:", "P2", "poll", "two-groups", "../../etc", "🚚", "\ud7ff", "county", "group", "9" * 30,
    "selected(${issues}, 'fine')", "heat", "tiles", "line", "${why} = 'x'", "%s", "{}", "${date} >= 'soon'", "1e999",
    "day", "_region",
]  # fmt: skip
FIELDS = [*(called(name) for name in State.__dataclass_fields__), "language", "name"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_stands_in_an_address_gets_a_page_or_words(desk: Flask, signed_in_as: SignedInAs, seed: int):
    lot = random.Random(seed)
    person: Person = signed_in_as(desk, *lot.choice([("coordinator", None), ("researcher", "east")]))
    for _ in range(60):
        fields = {name: lot.choice(HOSTILE) for name in lot.sample(FIELDS, lot.randint(0, 6))}
        fields |= {"rows": lot.choice(["how", "region", lot.choice(HOSTILE)])} if lot.random() < 0.8 else {}
        form = lot.choice(
            ["tables", "tables", "tables.csv", "tables.svg", "tables.xlsx", "frequencies", "banner.xlsx"]
        )
        person.opens(f"/research/{form}?{urlencode(fields)}")
        assert person.status in (200, 400, 404), (form, fields)
        html = (person.page.content_type or "").startswith("text/html")
        assert not html or "<script>" not in person.text


def test_an_empty_desk_says_what_to_do(empty_desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(empty_desk, "researcher", "isles")
    assert "先选择行的内容" in person.opens("/research/tables").text
    assert person.opens("/research/tables?rows=region&columns=how").status == 200
    assert person.opens("/research/tables?rows=date").status == 200
    assert person.opens("/research/frequencies").status == 200
    assert person.opens("/research/figures").status == 200
