"""Posters made at the desk: within one's own places, counted before, drawn one by one, written in the log."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from survey_app.exporting import posters
from survey_app.storage.desk.audit import Sought
from tests.machinery.person import Person
from tests.unit.test_posters import decoded
from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, OpenDesk, SignedInAs

BASE = "https://survey.example.org"
COUNTIES = {"questionnaire": "poll", "what": "level:county", "address": BASE}


@pytest.fixture
def desk(open_desk: OpenDesk, tmp_path: Path) -> Flask:
    folder = tmp_path / "two-groups"
    shutil.copytree(CAMPAIGN, folder)
    (folder / "channels.csv").write_text(
        "code,questionnaire,label,region\nleaf,,Leaflet,\nWEST-1,poll,Counter in the west,P2a\n", "utf-8"
    )
    (folder / "units.csv").write_text(
        "code,label,kind,region\nU1,East station,station,P1a\nU2,West station,station,P2a\n", "utf-8"
    )
    return open_desk(folder)


def asked(person: Person, **more: str) -> Person:
    return person.opens(f"/research/posters?{urlencode(COUNTIES | more)}")


def printed(person: Person, **more: str) -> str:
    answer = person.client.get(f"/research/posters.html?{urlencode(COUNTIES | more)}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def codes(html: str) -> list[str]:
    """By the QR of each sheet, the channel to which it leads."""
    return [address.removeprefix(f"{BASE}/s/") for address in decoded(html)]


def acts(app: Flask) -> list[tuple[str, str]]:
    found = kept(app).audit.page(Sought(), None, 100)
    return [(each.act, each.subject) for each in found if each.act == "posters made"]


def test_a_coordinator_is_told_how_many_sheets_and_prints_them(desk: Flask, signed_in_as: SignedInAs):
    person = asked(signed_in_as(desk, "coordinator"))
    assert "共 3 张 A4 纸" in person.text
    for place in ("东市甲县", "东市乙县", "西市甲县"):
        assert place in person.text
    assert acts(desk) == []
    (address,) = set(
        re.findall(r'href="(/research/posters\.html\?[^"]+?)"', person.text.replace("&amp;taken=1", ""))
    )
    html = person.client.get(address.replace("&amp;", "&")).get_data(as_text=True)
    assert codes(html) == ["poll-P1a", "poll-P1b", "poll-P2a"]
    assert acts(desk) == [("posters made", "poll")]
    printed(person, what="units", place="P1", size="sticker", first="en")
    log = person.opens("/research/audit").text
    for told in (
        "层级：县",
        "A4 张数：3",
        "用于：每个单位（站点、企业等）",
        "类型：贴纸（每张纸八枚）",
        "语言：en",
        BASE,
    ):
        assert told in log


@pytest.mark.parametrize(
    ("what", "place", "mine"),
    [
        ("level:county", "", ["poll-P1a", "poll-P1b"]),
        ("level:county", "P1b", ["poll-P1b"]),
        ("level:prefecture", "", ["poll-P1"]),
        ("place", "P1", ["poll-P1"]),
        ("units", "", ["poll-U1"]),
    ],
)
def test_a_researcher_prints_what_hangs_in_the_own_places(
    desk: Flask, signed_in_as: SignedInAs, what: str, place: str, mine: list[str]
):
    person = signed_in_as(desk, "researcher", "east")
    assert codes(printed(person, what=what, place=place)) == mine
    page = asked(person, what=what, place=place).text
    assert "西市" not in page
    assert "West station" not in page


@pytest.mark.parametrize("page", ["posters", "posters.html"])
@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"place": "P2"}, 404, "您的范围内没有地区“P2”"),
        ({"place": "P"}, 404, "您的范围内没有地区“P”"),
        ({"place": "nowhere"}, 404, "您的范围内没有地区“nowhere”"),
        ({"what": "channels"}, 400, "您的范围内没有这类海报"),
        ({"what": "place"}, 400, "请选择海报用于哪里"),
        ({"what": "everything"}, 400, "请选择海报用于哪里"),
        ({"what": "level:cuonty"}, 404, "没有层级“cuonty”"),
        ({"what": "level:" + "x" * 900}, 400, "无法读取所选内容"),
        ({"size": "A3"}, 400, "没有“A3”这种尺寸"),
        ({"first": "bo"}, 400, "没有语言“bo”"),
        ({"address": "ftp://survey"}, 400, "不是可用的网址"),
        ({"questionnaire": "nope"}, 404, "没有找到"),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_told_in_words(
    desk: Flask, signed_in_as: SignedInAs, *, page: str, more: dict[str, str], status: int, words: str
):
    person = signed_in_as(desk, "researcher", "east")
    answer = person.client.get(f"/research/{page}?{urlencode(COUNTIES | more)}")
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert acts(desk) == []


def test_channels_of_no_place_are_for_those_who_see_everything(desk: Flask, signed_in_as: SignedInAs):
    everywhere = signed_in_as(desk, "coordinator")
    assert codes(printed(everywhere, what="channels")) == ["poll-leaf", "WEST-1"]
    assert codes(printed(everywhere, what="channels", place="P2")) == ["WEST-1"]
    west = signed_in_as(desk, "researcher", "west")
    assert codes(printed(west, what="channels")) == ["WEST-1"]


def test_the_page_obeys_the_policy_and_the_file_needs_nothing_beside_it(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "coordinator")
    page, file = printed(person), printed(person, taken="1")
    assert "<style" not in page
    assert " style=" not in page
    sheet = person.client.get("/research/posters.css")
    assert sheet.mimetype == "text/css"
    assert "/research/posters.css" in page
    assert sheet.get_data(as_text=True).strip() in file
    answer = person.client.get(f"/research/posters.html?{urlencode(COUNTIES)}&taken=1")
    assert "two-groups_poll_A4_" in answer.headers["Content-Disposition"]
    answer.close()


def test_languages_and_kind_are_those_that_were_asked_for(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    both_, one = printed(person), printed(person, first="en")
    assert '<html lang="zh-Hans">' in both_
    assert "Scan to answer" in both_
    assert '<html lang="en">' in one
    assert "微信扫一扫" not in one
    stickers = printed(person, size="sticker", what="place", place="P1a")
    assert codes(stickers) == ["poll-P1a"] * 8


def test_sheets_go_out_while_the_next_are_drawn(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    drawn: list[str] = []
    draw = posters._poster

    def noted(channel: object, *more: object) -> object:
        drawn.append(channel.code)  # type: ignore[attr-defined]
        return draw(channel, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(posters, "_poster", noted)
    person = signed_in_as(desk, "coordinator")
    answer = person.client.get(f"/research/posters.html?{urlencode(COUNTIES)}", buffered=False)
    pieces: Iterator[bytes] = iter(answer.response)
    seen = b""
    while b"poll-P1a" not in seen:
        seen += next(pieces)
    assert drawn == ["P1a"]
    assert sum(1 for _ in pieces) > 0
    assert drawn == ["P1a", "P1b", "P2a"]


def test_no_drawing_is_begun_for_who_only_asks_how_many(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(posters, "_poster", None)
    assert "共 3 张" in asked(signed_in_as(desk, "coordinator")).text


@pytest.mark.parametrize(("address", "cautions"), [(BASE, 0), ("http://127.0.0.1:8000", 1), ("", 1)])
def test_an_address_that_no_phone_can_open_is_told(
    desk: Flask, signed_in_as: SignedInAs, address: str, cautions: int
):
    person = asked(signed_in_as(desk, "coordinator"), address=address)
    assert person.text.count("扫码的手机打不开") == cautions
