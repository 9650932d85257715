"""Posters and stickers: what stands on them, that their QR leads where they say, and what is refused with words."""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
import zxingcpp
from PIL import Image

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaign
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting import chosen, files, posters, write_posters
from survey_app.exporting.files import NotAPlace, NotWritten
from tests.conftest import WriteCampaign

QUESTIONS = "[{name: p, label: P, questions: [{type: integer, name: n, label: N}]}]"
FILES = {
    "campaign.yaml": """\
        name: tiny
        title: Tiny
        organisation: {zh: 某州交通运输局, en: Transport bureau}
        languages: {zh: 中文, en: English, bo: བོད་ཡིག, ii: ꆈꌠꁱꂷ}
        levels: [{name: city, label: City}, {name: county, label: County}]
        hotlines: [{number: "12328", label: {zh: 监督电话, en: Hotline}}]
        privacy: Safe.
        consent: Yes.
        """,
    "driver.yaml": f"""\
        name: driver
        title: {{zh: 执法情况问卷（司机）, en: Survey (drivers), bo: རྟོག་ཞིབ།, ii: ꆈꌠꅇꉙ}}
        purpose: {{zh: 师傅您好！, en: Hello!}}
        audience: [driver]
        minutes: 1
        pages: {QUESTIONS}
        """,
    "plain.yaml": f"{{name: plain, title: '<b>&amp;', audience: [a], languages: [zh], pages: {QUESTIONS}}}",
    "review.yaml": f"{{name: review, title: R, audience: [a], staff: true, pages: {QUESTIONS}}}",
    "east.yaml": f"{{name: east, title: E, audience: [a], region: '51', pages: {QUESTIONS}}}",
    "named.yaml": """\
        name: named
        title: Named
        audience: [a]
        pages: [{name: p, label: P, questions: [{type: text, name: who, label: W, sensitive: true, required: true}]}]
        """,
    "regions.csv": """\
        code,parent,level,label::zh,label::en
        51,,city,东市,East
        5101,51,county,甲县,A
        5102,51,county,乙县,B
        52,,city,西市,West
        5201,52,county,丙县,C
        """,
    "units.csv": "code,label,kind,region\nU1,Corps,corps,5101\nU2,Squad,corps,\nno-unit,Another,other,51\n",
    "channels.csv": """\
        code,questionnaire,label,region
        ZG-01,driver,Station,
        leaf,,Leaflet,
        other,plain,Other,
        in-the-west,,Counter,5201
        """,
}
BASE = "https://wj.example.org"


@pytest.fixture
def tiny(write_campaign: WriteCampaign) -> Campaign:
    return load_campaign(write_campaign(FILES))


def picked(campaign: Campaign, questionnaire: str = "driver", **which: object) -> list[str]:
    return [channel.code for channel in chosen(campaign, campaign.questionnaires[questionnaire], **which)]


def made(
    campaign: Campaign, folder: Path, codes: tuple[str, ...] = ("5101",), base: str = BASE, **more: object
) -> str:
    """The page with posters of these channels."""
    asked = campaign.questionnaires[str(more.pop("questionnaire", "driver"))]
    path = folder / "posters.html"
    sheets = write_posters(campaign, asked, chosen(campaign, asked, codes=codes), base, path, **more)
    assert sheets == len(codes)
    return path.read_text(encoding="utf-8")


def said(html: str) -> list[tuple[str, str]]:
    """Language tag and words of each text, in order, up to the first QR and after it."""
    return re.findall(r'lang="([\w-]+)">([^<]+)<', html)


def decoded(html: str) -> list[str]:
    """What a phone reads from each QR: its path is drawn anew, point by point."""
    return [_read(svg) for svg in re.findall(r'<svg .*?class="qr".*?</svg>', html, re.DOTALL)]


def _read(svg: str) -> str:
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    drawing = Image.new("L", (size, size), 255)
    x = y = 0.0
    for command, first, second in re.findall(
        r"([Mmh])\s*([-\d.]+)(?:[ ,]([-\d.]+))?", re.search(r' d="([^"]+)"', svg)[1]
    ):
        if command == "h":
            for n in range(int(first)):
                drawing.putpixel((int(x) + n, int(y)), 0)
            x += int(first)
        elif command == "m":
            x, y = x + float(first), y + float(second)
        else:
            x, y = float(first), float(second)
    (found,) = zxingcpp.read_barcodes(drawing.resize((size * 8, size * 8), Image.Resampling.NEAREST))
    text: str = found.text
    return text


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        ({"codes": ["5101", "leaf", "5101"]}, ["5101", "leaf"]),
        ({"codes": ["zg-01", "ZG-01"]}, ["ZG-01"]),
        ({"listed_ones": True}, ["ZG-01", "leaf", "in-the-west"]),
        ({"codes": ["leaf"], "listed_ones": True}, ["leaf", "ZG-01", "in-the-west"]),
        ({"units": True}, ["U1", "U2"]),
        ({"units": True, "region": "51"}, ["U1", "51"]),
        ({"level": "county"}, ["5101", "5102", "5201"]),
        ({"level": "county", "region": "51"}, ["5101", "5102"]),
        ({"region": "52"}, ["52"]),
    ],
    ids=str,
)
def test_posters_are_made_for_what_is_named_once_and_in_that_order(
    tiny: Campaign, which: dict[str, object], codes: list[str]
):
    assert picked(tiny, **which) == codes


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        ({"level": "county"}, ["5101", "5102"]),
        ({"units": True}, ["U1"]),
        ({"listed_ones": True}, ["leaf"]),
        ({"region": "5102"}, ["5102"]),
        ({"codes": ["leaf", "51"]}, ["leaf", "51"]),
    ],
    ids=str,
)
def test_a_questionnaire_that_belongs_to_a_region_has_posters_for_places_in_it(
    tiny: Campaign, which: dict[str, object], codes: list[str]
):
    assert picked(tiny, "east", **which) == codes


@pytest.mark.parametrize(
    "which", [{"codes": ["5201"]}, {"codes": ["in-the-west"]}, {"region": "52"}], ids=str
)
def test_a_poster_for_a_place_outside_is_refused_in_words(tiny: Campaign, which: dict[str, object]):
    with pytest.raises(
        SurveyError, match=r"east belongs to 东市 \(51\), and 52(01)? is not in it: name a place"
    ):
        picked(tiny, "east", **which)


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ({}, "there is no poster to make: name a --channel"),
        ({"codes": ["leav"]}, r"there is no channel 'leav' in campaign tiny: did you mean leaf\?"),
        ({"codes": ["no-unit"]}, "there is no channel 'no-unit'"),
        ({"codes": ["other"]}, "channel other leads to plain: ask with --questionnaire plain"),
        ({"region": "5109"}, "there is no region '5109' in campaign tiny: did you mean 510"),
        ({"level": "country"}, r"there is no level 'country' in campaign tiny: did you mean county\?"),
    ],
    ids=str,
)
def test_what_is_not_there_is_told_with_a_cure(tiny: Campaign, which: dict[str, object], words: str):
    with pytest.raises((NotFound, SurveyError), match=words):
        picked(tiny, **which)


@pytest.mark.parametrize(
    "base", [BASE, f"{BASE}/", f"{BASE}/road/survey/", "http://10.0.0.7:8000", "https://[::1]:8000"]
)
@pytest.mark.parametrize("code", ["5101", "ZG-01", "leaf"])
def test_the_qr_leads_to_the_address_that_is_printed(tiny: Campaign, tmp_path: Path, base: str, code: str):
    html = made(tiny, tmp_path, (code,), base)
    printed = re.sub(r"<[^>]+>", "", re.search(r'<p class="address[^>]*>(.+?)</p>', html)[1])
    short = {"ZG-01": "ZG-01"}.get(code, f"driver-{code}")
    assert f"{urlsplit(base).scheme}://{printed}" == f"{base.rstrip('/')}/s/{short}"
    assert decoded(html) == [f"{urlsplit(base).scheme}://{printed}"]


def test_a_quarter_of_the_qr_may_be_lost(tiny: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    drawn: list[segno.QRCode] = []
    make = segno.make
    monkeypatch.setattr(posters.segno, "make", lambda *a, **more: drawn.append(make(*a, **more)) or drawn[-1])
    made(tiny, tmp_path)
    assert drawn[0].error in {"Q", "H"}
    assert not drawn[0].is_micro
    image = io.BytesIO()
    drawn[0].save(image, kind="png", scale=8)
    dirty = Image.open(image).convert("L")
    edge = dirty.width // 3
    dirty.paste(255, (edge, edge * 2 - 20, edge + dirty.width // 5, edge * 2 + 20))
    assert [found.text for found in zxingcpp.read_barcodes(dirty)] == [f"{BASE}/s/driver-5101"]


def test_an_address_in_chinese_is_printed_as_it_is_and_scanned_as_programs_want_it(
    tiny: Campaign, tmp_path: Path
):
    html = made(tiny, tmp_path, base="https://问卷.example.org/路")
    assert "问卷.example.org/<wbr>路/<wbr>s/<wbr>driver-5101" in html
    assert decoded(html) == ["https://xn--3lrr06m.example.org/%E8%B7%AF/s/driver-5101"]


@pytest.mark.parametrize(
    "base",
    [
        "wj.example.org",
        "ftp://a.b",
        "https://",
        "https://u:p@a.b",
        "https://a.b?x=1",
        "https://a.b#c",
        "https://a b",
        "https://a.b:99999999",
        "javascript:alert(1)",
        'https://a"b',
        "https://a..b问",
        "",
    ],
)
def test_an_address_that_nobody_could_open_is_refused(tiny: Campaign, tmp_path: Path, base: str):
    with pytest.raises(SurveyError, match="is no address of this survey"):
        made(tiny, tmp_path, base=base)
    assert list(tmp_path.glob("*.html")) == []


def test_a_poster_says_who_asks_what_for_how_long_and_whom_to_call_in_each_language(
    tiny: Campaign, tmp_path: Path
):
    html = made(tiny, tmp_path, languages=["zh", "en"])
    assert '<html lang="zh-Hans">' in html
    words = [line for _, line in said(html)]
    for expected in (
        "某州交通运输局",
        "师傅您好！",
        "Hello!",
        "微信扫一扫，填写问卷",
        "Scan to answer",
        "约1分钟",
        "About 1 minute",
        "无需注册",
        "匿名，可随时退出",
        "监督电话",
        "甲县",
        "A",
    ):
        assert expected in words
    assert (
        "<span>执法情况问卷</span> <span>（司机）</span>" in html
    )  # what is in parentheses stays on one line
    assert "<b>12328</b>" in html


def test_a_second_language_says_only_what_it_has_and_the_first_one_borrows(tiny: Campaign, tmp_path: Path):
    html = made(tiny, tmp_path, languages=["bo", "ii"])
    assert '<html lang="bo">' in html
    tags = [tag for tag, _ in said(html)]
    assert {"bo", "ii", "zh-Hans"} >= set(tags)
    assert html.count("微信扫一扫，填写问卷") == 1
    assert re.search(r'class="title" lang="bo">', html)
    assert re.search(r'class="title also" lang="ii">', html)
    assert ("zh-Hans", "师傅您好！") in said(html)
    assert "line-height" in html.partition("[lang|=bo]")[2].partition("}")[0]


def test_what_a_second_language_lacks_is_not_said_in_a_third(tiny: Campaign, tmp_path: Path):
    html = made(tiny, tmp_path, languages=["en", "bo"])
    assert "Hello!" in html
    assert "师傅您好" not in html
    assert "微信" not in html


def test_a_language_without_the_title_is_left_out_unless_it_is_the_first(tiny: Campaign, tmp_path: Path):
    assert made(tiny, tmp_path, questionnaire="named", codes=("leaf",)).count('class="title') == 1
    with pytest.raises(SurveyError, match="plain is not offered in 'en': its languages are zh"):
        made(tiny, tmp_path, ("leaf",), questionnaire="plain", languages=["en"])


def test_who_must_give_a_name_is_not_told_that_it_is_anonymous(tiny: Campaign, tmp_path: Path):
    assert "匿名" not in made(tiny, tmp_path, ("leaf",), questionnaire="named")


def test_the_words_of_an_author_are_words_and_no_markup(tiny: Campaign, tmp_path: Path):
    html = made(tiny, tmp_path, ("leaf",), questionnaire="plain")
    assert "<b>&amp;amp;" not in html
    assert "&lt;b&gt;&amp;amp;" in html


def test_a_poster_needs_nothing_beside_its_file(tiny: Campaign, tmp_path: Path):
    html = made(tiny, tmp_path)
    assert not re.search(r"<(script|link|img)|src=|url\(", html)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["posters.html"]


def test_a_sheet_of_stickers_has_eight_that_lead_to_the_same_place(tiny: Campaign, tmp_path: Path):
    html = made(tiny, tmp_path, ("5101", "5102"), size="sticker")
    assert html.count('class="sheet sticker"') == 2
    assert decoded(html) == [f"{BASE}/s/driver-5101"] * 8 + [f"{BASE}/s/driver-5102"] * 8


def test_a_questionnaire_of_the_staff_has_no_poster(tiny: Campaign, tmp_path: Path):
    with pytest.raises(SurveyError, match="review is filled in by staff, and has no public page"):
        made(tiny, tmp_path, ("leaf",), questionnaire="review")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("none/a.html", "there is no folder .*none: make it"),
        ("", "is a folder: name a file in it"),
        (
            "a.pdf",
            r"a.pdf does not end in .html: .* the browser that prints them makes the PDF. Name it a.html",
        ),
        ("a", "does not end in .html"),
    ],
)
def test_a_file_that_cannot_be_made_there_is_told(tiny: Campaign, tmp_path: Path, place: str, words: str):
    asked = tiny.questionnaires["driver"]
    with pytest.raises(NotAPlace, match=words):
        write_posters(tiny, asked, chosen(tiny, asked, region="51"), BASE, tmp_path / place)


def test_on_a_full_disk_the_old_file_stays(tiny: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = made(tiny, tmp_path)

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "words of the system")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(NotWritten, match="the disk is full"):
        made(tiny, tmp_path, ("5102",))
    assert (tmp_path / "posters.html").read_text(encoding="utf-8") == before
    assert not list(tmp_path.glob(".export-*"))


def test_made_again_a_file_is_replaced(tiny: Campaign, tmp_path: Path):
    assert "5101" in made(tiny, tmp_path)
    again = made(tiny, tmp_path, ("5102",))
    assert "driver-5102" in again
    assert "driver-5101" not in again
