"""A table says whose answers it holds wherever it goes, and what cannot be counted is refused in the page's words."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html import unescape
from urllib.parse import unquote

import openpyxl
import pytest
from flask import Flask

from tests.machinery.person import Person
from tests.visits.desk.conftest import SignedInAs
from tests.visits.desk.test_tables import cells

ASKED = "rows=how&columns=channel&questionnaire=poll"
CHINESE = re.compile("[\u4e00-\u9fff]")


def notes_of(person: Person, query: str) -> dict[str, str]:
    """By form, all that a file of the table says beside its figures."""
    written = person.opens(f"/research/tables.csv?{query}").page.data.decode("utf-8-sig")
    in_csv = " ".join(row[1] for row in csv.reader(io.StringIO(written)) if row[0] == "_note")
    in_json = " ".join(json.loads(person.opens(f"/research/tables.json?{query}").page.data)["notes"])
    book = openpyxl.load_workbook(io.BytesIO(person.opens(f"/research/tables.xlsx?{query}").page.data))
    in_book = " ".join(str(row[0].value) for row in book.worksheets[0].iter_rows())
    return {
        "csv": in_csv,
        "json": in_json,
        "xlsx": in_book,
        "txt": person.opens(f"/research/tables.txt?{query}").text,
    }


def test_every_file_says_whose_regions_days_and_answers_it_holds(desk: Flask, signed_in_as: SignedInAs):
    query = f"{ASKED}&from=2021-06-02&to=2021-06-27&question=how&answer=bad&channel=paper&without_flagged=1"
    for form, said in notes_of(signed_in_as(desk, "researcher", "east"), query).items():
        for words in ("东组", "东市", "2021-06-02", "2021-06-27", "“渠道”为“纸质”", "不好"):
            assert words in said, (form, words)
        assert not {"$", "--"} & {said[place : place + 2] for place in range(len(said))}, form
        assert "${" not in said, form
        assert f"截至 {date.today().isoformat()}" in said, form
    for form, said in notes_of(signed_in_as(desk, "coordinator"), f"{ASKED}&place=P1").items():
        assert "只计来自“东市”的答卷" in said, form
    for form, said in notes_of(signed_in_as(desk, "coordinator"), f"{ASKED}&language=en").items():
        assert "all regions" in said, form
    chart = signed_in_as(desk, "coordinator").opens(f"/research/tables.svg?{ASKED}").text
    assert f"截至 {date.today().isoformat()}" in unescape("".join(re.split("<[^>]*>", chart)))


def test_files_hold_what_a_table_is_compared_with_and_the_differences(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    query = "rows=how&percent=column&questionnaire=poll&place=group:east&versus=group:west"
    found = json.loads(person.opens(f"/research/tables.json?{query}").page.data)
    west = "rows=how&percent=column&questionnaire=poll&place=group:west"
    alone = json.loads(person.opens(f"/research/tables.json?{west}").page.data)
    assert found["names"] == ["东组", "西组"]
    assert found["compared"]["counts"] == alone["counts"]
    own, other = found["values"][0][0], found["compared"]["values"][0][0]
    assert found["differences"]["values"][0][0] == pytest.approx(own - other, abs=2e-6)
    assert found["differences"]["low"][0][0] < own - other < found["differences"]["high"][0][0]
    assert any("不作差异检验" in note for note in found["notes"])
    written = person.opens(f"/research/tables.csv?{query}").page.data.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(written))
    good = dict(zip(head, rows[0], strict=True))
    assert float(good["全部（西组）"]) == pytest.approx(other, abs=2e-6)
    assert float(good["全部（差）"]) == pytest.approx(own - other, abs=2e-6)
    book = openpyxl.load_workbook(io.BytesIO(person.opens(f"/research/tables.xlsx?{query}").page.data))
    assert book.sheetnames == ["统计表", "对照表", "差异"]
    text = person.opens(f"/research/tables.txt?{query}").text
    assert "东组 – 西组" in text
    assert f"{100 * own:.1f}% − {100 * other:.1f}%" in text


def test_two_sides_with_the_same_people_say_so(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    assert (
        "有一部分是同样的人"
        in person.opens("/research/tables?rows=how&percent=column&versus=group:west").text
    )
    apart = "/research/tables?rows=how&percent=column&place=group:east&versus=group:west"
    assert "有一部分是同样的人" not in person.opens(apart).text


def test_what_an_earlier_choice_left_behind_is_passed_over_and_goes_from_the_address(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "coordinator")
    left = "rows=how&columns=channel&level=county&scheme=kinds&period=week&order=nothing&answer=bad"
    page = person.client.get(f"/research/tables?{left}", headers=person.headers, base_url=person.base)
    assert page.status_code == 302
    assert page.headers["Location"].partition("?")[2] == "rows=how&columns=channel"
    assert person.opens("/research/tables?rows=satisfaction&measure=satisfied&percent=row").status in (
        200,
        404,
    )
    assert person.opens(f"/research/tables.csv?{left}").status == 200
    person.opens("/research/tables?rows=how&columns=channel&measure=share")
    assert "人数，占本行百分比" in person.text
    person.opens("/research/tables?rows=how&columns=channel&measure=share&percent=column")
    assert "人数，占本列百分比" in person.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("rows=nothing", 404),
        ("rows=region&level=street", 404),
        ("rows=issue&scheme=none", 404),
        ("rows=date&period=hour", 404),
        ("rows=why&questionnaire=poll", 400),
        ("rows=how&measure=sum", 404),
        ("rows=how&percent=half", 404),
        ("rows=how&measure=mean&scale=why&questionnaire=poll", 400),
        ("rows=how&questionnaire=quiz", 404),
        ("rows=how&channel=pigeon", 400),
        ("rows=how&spoken=tlh", 400),
        ("rows=how&chart=pie", 400),
        ("rows=how&scale=nothing", 404),
        ("rows=how&question=nothing&answer=x", 404),
        ("rows=how&question=how&answer=x", 400),
        ("rows=how&from=2021-06-20&to=2021-06-01", 400),
        ("rows=how&versus_from=2021-06-20&versus_to=2021-06-01", 400),
        ("rows=how&from=someday", 400),
        ("rows=how&place=nowhere", 404),
        ("rows=how&versus=P1&versus_to=2021-06-10", 400),
        ("rows=date&versus_from=2021-06-01", 400),
        ("rows=region&versus=P1", 400),
        ("rows=how&where=%24%7Bhow%7D+%3D%3D+1", 400),
        ("rows=how&where=%24%7Bhow%7D", 400),
        ("rows=how&where=true()+and", 400),
        ("rows=how&where=selected(1,2)", 400),
        ("rows=how&where=1+%3D+1", 400),
        ("rows=how&where=%24%7Bhow%7D+%3D+%24%7Bhow%7D", 400),
        ("rows=how&where=%24%7Bdate%7D+%3D+'soon'", 400),
        ("rows=how&where=count-selected(%24%7Bissue%7D)+%3E+1", 400),
        ("rows=how&where=%24%7Bissue%7D+%3D+'fine'", 400),
        (f"rows={'x' * 300}", 400),
        ("rows=how&weights=how&questionnaire=poll", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_in_the_language_of_the_page(
    desk: Flask, signed_in_as: SignedInAs, query: str, status: int
):
    person = signed_in_as(desk, "coordinator")
    assert person.opens(f"/research/tables?{query}").status == status
    said = unescape(re.search(r'id="errors"><p>(.*?)</p>', person.text, re.S)[1])
    told = said.partition("：")[2]
    assert CHINESE.search(told), said
    english = re.findall(r"[A-Za-z][A-Za-z' ]{14,}", re.sub(r"“[^”]*”|'[^']*'", "", told))
    assert english == [], said
    assert person.opens(f"/research/tables.csv?{query}").status == status
    assert CHINESE.search(person.text)
    english_page = person.opens(f"/research/tables?{query}&language=en").text
    assert not CHINESE.search(re.search(r'id="errors"><p>(.*?)</p>', english_page, re.S)[1])


def test_a_table_of_one_place_has_the_rows_of_that_place(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    page = cells(
        person.opens("/research/tables?rows=region&level=prefecture&questionnaire=poll&place=P1").text
    )
    assert "西市" not in [row[0] for row in page]
    page = cells(person.opens("/research/tables?rows=region&level=prefecture&questionnaire=poll").text)
    assert {"东市", "西市"} <= {row[0] for row in page}


def test_a_place_of_which_one_sees_a_part_is_not_taken_for_the_whole(desk: Flask, signed_in_as: SignedInAs):
    survey = desk.extensions["survey"]
    (campaign,) = survey.campaigns.values()
    (root, *_) = campaign.regions.roots
    person = signed_in_as(desk, "researcher", "east")
    for query in (f"rows=how&place={root.code}", f"rows=how&versus={root.code}", "rows=how&place=group:west"):
        if root.code in ("P1", "P2") and "group" not in query:
            continue
        assert person.opens(f"/research/tables?{query}").status == 404, query
    assert person.opens("/research/tables?rows=how&place=group:east").status == 200


def test_a_file_is_called_by_what_stands_in_it(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    names = set()
    for query in ("rows=how&columns=channel", "rows=how", "rows=region&columns=how&level=county"):
        header = person.opens(f"/research/tables.csv?{query}&questionnaire=poll").page.headers[
            "Content-Disposition"
        ]
        plain = re.search(r'filename="?([^";]+)"?', header)[1]
        name = unquote(re.search(r"filename\*=UTF-8''(\S+)", header)[1])
        assert plain.isascii()
        assert plain.startswith(f"two-groups_{query.split('&')[0].removeprefix('rows=')}-by-")
        assert name.startswith("two-groups_")
        assert CHINESE.search(name)
        assert not set('\\/:*?"<>| ') & set(name)
        names.add(name)
    assert len(names) == 3
    assert any("渠道" in name for name in names)


def test_rows_are_sorted_by_a_heading_and_files_with_them(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    query = "rows=region&columns=how&level=county&questionnaire=poll"
    page = cells(person.opens(f"/research/tables?{query}").text)
    assert f"/research/tables?{query.split('&level', maxsplit=1)[0]}" in unescape(person.text)
    by_bad = cells(person.opens(f"/research/tables?{query}&order=bad").text)
    place = [head.removesuffix(" ↓") for head in by_bad[0]].index("不好")
    answered = [row for row in by_bad[1:-2] if not row[0].startswith("未")]
    figures = [int(row[place]) for row in answered]
    assert figures == sorted(figures, reverse=True)
    assert sorted(map(tuple, page[1:])) == sorted(map(tuple, by_bad[1:]))
    assert 'aria-sort="descending"' in person.text
    written = person.opens(f"/research/tables.csv?{query}&order=bad").page.data.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(written)) if not row[0].startswith("_")][1:]
    assert [row[1] for row in rows] == [row[0] for row in answered]


def test_the_row_of_all_is_a_total_without_an_interval(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    person.opens("/research/tables?rows=how&columns=channel&percent=column&questionnaire=poll")
    total = cells(person.text)[-2]
    assert total[0] == "合计"
    foot = person.text.partition("<tfoot>")[2].partition("</tr>")[0]
    assert "n=" in foot
    assert "·" not in foot


def test_a_table_of_regions_from_a_place_says_why_its_totals_differ(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    person.opens("/research/tables?rows=channel&columns=how&questionnaire=poll")
    assert "答卷来自哪里" not in person.text


def test_the_form_offers_channels_with_the_posters_of_places_as_one(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    person.opens("/research/tables?rows=date&columns=channel_kind&period=month")
    assert person.status == 200
    assert "各地海报合为一项" in person.text
    assert "每张海报单列" in person.text
