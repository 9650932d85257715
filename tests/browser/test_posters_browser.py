"""Posters printed by a real browser: whole sheets of A4, nothing cut off, a QR that a phone reads."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaign, load_campaigns
from survey_app.exporting import chosen, write_posters
from tests.conftest import WriteCampaign

MM = 72 / 25.4
"""Points a millimetre."""
SICHUAN = load_campaigns(Path(__file__).parents[2] / "questionnaires")["sichuan-2021"]
BASE = "https://survey.example.org"
CUT_OFF = """() => [...document.querySelectorAll(".sheet, .poster, .poster > *, .label, .words, .titles, .address")]
    .filter(box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
    .map(box => box.className + ": " + box.innerText.slice(0, 40))"""
LONG = {
    "campaign.yaml": """\
        name: long
        title: Long
        organisation: {zh: 某州交通运输综合行政执法领域突出问题专项整治行动领导小组办公室}
        languages: {zh: 中文, bo: བོད་ཡིག, ii: ꆈꌠꁱꂷ, en: English}
        hotlines: [{number: "12328", label: {zh: 监督}}, {number: "12345", label: {zh: 热线, bo: ཚ་ཐིག, en: Hotline}}]
        privacy: Safe.
        consent: Yes.
        """,
    "q.yaml": f"""\
        name: q
        title:
          zh: {"阿坝藏族羌族自治州甘孜藏族自治州凉山彝族自治州交通运输执法" * 2}调查（驾驶员）
          bo: {"འགྲིམ་འགྲུལ་གྱི་ཁྲིམས་བསྟར་སྐོར་གྱི་རྟོག་ཞིབ།" * 2}
          ii: {"ꆈꌠꁱꂷꌠꅇꉙꃀꄮꐛꊈꃅ" * 4}
          en: {"A survey on the enforcement of transport law in three prefectures " * 3}
        purpose:
          zh: {"您好！我们想了解您在路上遇到交通运输执法的真实情况，没有对错之分，请照实回答。" * 6}
          en: {"Hello! We want to learn what enforcement is really like on the road. " * 12}
        audience: [driver]
        minutes: 20
        pages: [{{name: p, label: P, questions: [{{type: note, name: n, label: N}}]}}]
        """,
    "channels.csv": "code,label\nA-LONG-CODE-24-LETTERS-A,Station\n",
}


def printed(page: Page, path: Path) -> pikepdf.Pdf:
    """The file as the browser prints it."""
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    return pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def read_on(page: Page, sheet: int) -> list[str]:
    """What a phone reads from one sheet."""
    picture = page.locator(".sheet").nth(sheet).screenshot()
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def is_a4(pdf: pikepdf.Pdf) -> bool:
    sides = [[round(float(side) / MM) for side in sheet.mediabox] for sheet in pdf.pages]
    return all(each == [0, 0, 210, 297] for each in sides)


def write(campaign: Campaign, name: str, path: Path, size: str, base: str = BASE, **which: object) -> int:
    asked = campaign.questionnaires[name]
    return write_posters(campaign, asked, chosen(campaign, asked, **which), base, path, size=size)


@pytest.mark.parametrize(("size", "copies", "within"), [("A4", 1, "510000"), ("sticker", 8, "513200")])
def test_each_county_has_one_sheet_of_a4_with_nothing_cut_off(
    page: Page, tmp_path: Path, size: str, copies: int, within: str
):
    path = tmp_path / "counties.html"
    counties = [region.code for region in SICHUAN.regions.under(within) if region.level == "county"]
    assert len(counties) == {"510000": 183, "513200": 13}[within]
    assert write(SICHUAN, "driver", path, size, level="county", region=within) == len(counties)
    pdf = printed(page, path)
    assert len(pdf.pages) == len(counties)
    assert is_a4(pdf)
    assert page.evaluate(CUT_OFF) == []
    for sheet in (0, len(counties) // 2, -1):
        assert read_on(page, sheet) == [f"{BASE}/s/driver-{counties[sheet]}"] * copies


@pytest.mark.parametrize("size", ["A4", "sticker"])
def test_the_longest_words_in_four_languages_stay_on_one_sheet(
    page: Page, tmp_path: Path, write_campaign: WriteCampaign, size: str
):
    path = tmp_path / "long.html"
    base = "https://问卷.a-very-long-name.example.org/transport/enforcement/2021"
    campaign = load_campaign(write_campaign(LONG))
    write(campaign, "q", path, size, base, listed_ones=True)
    pdf = printed(page, path)
    assert len(pdf.pages) == 1
    assert is_a4(pdf)
    assert page.evaluate(CUT_OFF) == []
    page.set_viewport_size({"width": 1600, "height": 2400})
    (address,) = set(read_on(page, 0))
    assert address.endswith(f".example.org/transport/enforcement/2021/s/q-{campaign.channels[0].code}")


@pytest.mark.parametrize("name", ["driver", "counterpart", "guangyuan"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_call_and_the_address_are_large_enough_from_two_metres(
    page: Page, tmp_path: Path, name: str, language: str
):
    """Two metres want letters of 5 mm and more, a QR of 80 mm and more (a tenth of the distance, less its margin)."""
    asked = SICHUAN.questionnaires[name]
    path = tmp_path / "one.html"
    write_posters(SICHUAN, asked, chosen(SICHUAN, asked, codes=["wechat"]), BASE, path, languages=[language])
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    size = "box => parseFloat(getComputedStyle(box).fontSize) / 96 * 25.4"
    assert page.locator(".poster h1").evaluate(size) >= 9
    assert page.locator(".poster .call").evaluate(size) >= 9
    assert page.locator(".poster .address").evaluate(size) >= 5
    box = page.locator(".poster .scan").bounding_box()
    assert box is not None
    assert box["width"] / 96 * 25.4 >= 80
