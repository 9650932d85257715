"""The research desk in a browser: by script and without, by keys alone, for who hears it, in light and dark."""

from __future__ import annotations

import io
import re

import pandas as pd
import pikepdf
import pytest
from playwright.sync_api import Page, Route, expect

from survey_app.campaign.loading import load_campaigns
from survey_app.campaign.scopes import of_group
from tests.browser.conftest import DESK, PHONE, TABLE, OpenPage, reaches, violations
from tests.machinery.hands import presses
from tests.machinery.house import PEOPLE, House
from tests.machinery.live_server import PROJECT

POSTERS = (
    "/research/posters?questionnaire=driver&what=level:county&place=510800&address=https://survey.example.org"
)
PAGES = (
    "/research/",
    "/research/board",
    "/research/board?level=county",
    TABLE,
    f"{TABLE}&percent=row&versus_from=2021-01-01",
    "/research/tables?rows=nothing",
    "/research/frequencies?questionnaire=driver",
    "/research/responses?questionnaire=driver",
    "/research/responses?first=2021-06-10&last=2021-06-09",
    "/research/questions",
    "/research/words?questionnaire=driver",
    POSTERS,
    "/research/people",
    "/research/people/wang",
    "/research/audit",
    "/research/account",
    "/research/nowhere",
)
NOT_THERE = {
    "/research/tables?rows=nothing",
    "/research/responses?first=2021-06-10&last=2021-06-09",
    "/research/nowhere",
}
LOOKS = ((DESK, "light"), (PHONE, "dark"))


def figures(page: Page) -> dict[str, int]:
    """By the label of the row, its sum in the table of the page."""
    rows = page.locator("#table tbody tr")
    cells = [rows.nth(place).locator("th, td").all_inner_texts() for place in range(rows.count())]
    return {row[0]: int(re.sub(r"\D", "", row[-2]) or 0) for row in cells}


def counted(house: House, group: str | None) -> int:
    """Of the exported responses of drivers, those from the regions of the group; None: all."""
    out = house.server.folder / "drivers.csv"
    told = house.server.survey("export", "csv", "--questionnaire", "driver", "-o", out)
    assert told.returncode == 0, told.stderr
    frame = pd.read_csv(io.StringIO(out.read_text("utf-8-sig")), dtype=str)
    campaign = load_campaigns(PROJECT / "questionnaires")["sichuan-2021"]
    scope = of_group(campaign, group)
    return len(frame) if group is None else sum(map(scope.covers, frame["_region"]))


@pytest.mark.parametrize(("name", "javascript"), [("lin", True), ("wang", False)])
def test_somebody_signs_in_reads_the_board_and_builds_a_table(
    house: House, open_page: OpenPage, name: str, javascript: bool
):
    page = open_page(javascript=javascript, size=DESK)
    house.session(page, name)
    house.opens(page, "/research/board")
    expect(page.locator("h1")).to_have_text("覆盖情况")
    presses(page, "nav >> text=统计表")
    page.select_option("#questionnaire", "driver")
    page.select_option("#rows", "region")
    page.select_option("#columns", "satisfaction")
    page.select_option("#level", "prefecture")
    presses(page, "#ask button.main")
    assert sum(figures(page).values()) == counted(house, PEOPLE[name][1])
    page.fill("#name", f"满意度 {name}")
    presses(page, "button:text-is('保存')")
    expect(page.locator(".kept")).to_contain_text(f"满意度 {name}")
    presses(page, f".kept a:text-is('满意度 {name}')")
    assert sum(figures(page).values()) == counted(house, PEOPLE[name][1])


def test_the_address_of_a_table_shows_another_group_its_own(house: House, open_page: OpenPage):
    ours, theirs = open_page(size=DESK), open_page(size=DESK)
    house.session(ours, "lin")
    house.session(theirs, "zhao")
    house.opens(ours, TABLE)
    theirs.goto(ours.url)
    everybody, own = figures(ours), figures(theirs)
    assert sum(own.values()) == counted(house, "G6") < sum(everybody.values()) == counted(house, None)
    assert all(own[label] <= everybody[label] for label in own)
    assert own["宜宾市"] == everybody["宜宾市"] > 0
    assert own.get("成都市", 0) == 0 < everybody["成都市"]


def test_axe_finds_nothing_on_any_page_of_the_desk(house: House, open_page: OpenPage):
    found, wide = [], []
    page = open_page(size=DESK)
    house.opens(page, "/research/sign-in")
    found += violations(page, "sign-in")
    house.session(page, "lin")
    house.opens(page, "/research/responses?questionnaire=driver")
    one = page.locator("table a").first.get_attribute("href")
    assert one is not None
    for address in (*PAGES, one):
        answer = page.goto(house.server.url + address)
        assert answer is not None
        assert (answer.status == 200) == (address not in NOT_THERE), address
        for (width, height), light in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
            if page.locator("figure.chart").count():
                expect(page.locator("figure.chart > svg")).to_be_visible(timeout=30_000)
            found += violations(page, f"{address} ({width} px, {light})")
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide += [f"{address}: {over} px too wide at {width} px"] if over > 0 else []
    assert found == []
    assert wide == []


def test_no_page_is_wider_than_a_phone_in_english_either(house: House, open_page: OpenPage):
    page = open_page(size=PHONE, language="en-US")
    house.session(page, "lin")
    over = {}
    for address in PAGES:
        page.goto(house.server.url + address)
        over[address] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {address: wide for address, wide in over.items() if wide > 0} == {}


def test_posters_are_counted_opened_in_a_tab_and_print_one_to_a_sheet(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "wang")
    house.opens(page, "/research/posters")
    page.select_option("#what", "level:county")
    page.select_option("#place", "510800")
    page.fill("#address", "https://survey.example.org")
    presses(page, "#ask button.main")
    expect(page.locator("#sheets")).to_have_text("共 7 张 A4 纸")
    with page.expect_popup() as opened:
        page.click("main a.main")
    sheets = opened.value
    sheets.wait_for_load_state()
    assert sheets.locator(".sheet").count() == 7
    width, height = sheets.locator(".sheet").first.evaluate(
        "sheet => [sheet.clientWidth, sheet.clientHeight]"
    )
    assert abs(height / width - 297 / 210) < 0.01
    assert sheets.evaluate("getComputedStyle(document.querySelector('.poster header')).backgroundColor") == (
        "rgb(10, 92, 73)"
    )
    with pikepdf.open(io.BytesIO(sheets.pdf(prefer_css_page_size=True))) as printed:
        assert len(printed.pages) == 7


def test_bars_of_the_board_begin_at_one_edge_and_its_figures_end_at_one(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "lin")
    house.opens(page, "/research/board")
    assert len({len(text) for text in page.locator("td.share .percent").all_inner_texts()}) > 1
    edges = "each => each.map(one => Math.round(one.getBoundingClientRect().%s))"
    assert len(set(page.locator("td.share svg.bar").evaluate_all(edges % "left"))) == 1
    assert len(set(page.locator("td.share .percent").evaluate_all(edges % "right"))) == 1


@pytest.mark.parametrize("name", ["lin", "wang"])
def test_a_tile_is_no_larger_where_there_are_few(house: House, open_page: OpenPage, name: str):
    page = open_page(size=DESK)
    house.session(page, name)
    house.opens(page, "/research/board")
    assert (
        100 < page.locator(".grid a .tile").first.evaluate("tile => tile.getBoundingClientRect().width") < 130
    )
    assert page.locator(".grid .key span").count() == 5


def test_a_table_is_counted_by_keys_alone(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "lin")
    house.opens(page, "/research/tables?questionnaire=driver")
    reaches(page, "#rows")
    page.keyboard.press("ArrowDown")
    label = page.locator("#rows option:checked").inner_text()
    reaches(page, "#ask button.main")
    page.keyboard.press("Enter")
    expect(page.locator("#table caption")).to_contain_text(label)


@pytest.mark.parametrize(
    ("address", "field", "told"),
    [
        (f"{TABLE}&percent=row", "#rows", "修改表格：发生地区 × 总体满意度"),
        ("/research/responses?questionnaire=driver&region=510800", "#region", "（驾驶员和船员） · 广元市"),
    ],
)
def test_a_form_that_has_done_its_work_is_folded_on_a_phone_alone(
    house: House, open_page: OpenPage, address: str, field: str, told: str
):
    page = open_page(javascript=False, size=PHONE)
    house.session(page, "lin")
    house.opens(page, address)
    expect(page.locator(field)).to_be_hidden()
    expect(page.locator(".fold > summary")).to_contain_text(told)
    page.click(".fold > summary")
    expect(page.locator(field)).to_be_visible()
    assert page.locator(field).evaluate("field => field.getBoundingClientRect().width") > 250
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.reload()
    expect(page.locator(field)).to_be_visible()
    expect(page.locator(".fold > summary")).to_be_hidden()


def test_a_file_that_takes_its_time_shows_how_far_it_is(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "lin")
    house.opens(page, "/research/responses?questionnaire=driver")
    written: list[bool] = []

    def tell(route: Route) -> None:
        assert re.fullmatch("[0-9a-f]{32}", route.request.url.rpartition("/")[2])
        if written:
            route.fulfill(status=204)
        else:
            route.fulfill(json={"words": "已写入 2 / 4", "share": 0.5})

    page.route("**/research/waits/*", tell)
    with page.expect_download() as file:
        page.click("#taking a >> nth=0")
        line = page.locator("#taking p.wait")
        expect(line).to_have_text(re.compile("已写入 2 / 4"))
        assert line.locator("progress").evaluate("bar => bar.value") >= 0.5
        expect(line.locator("[role=status]")).to_be_visible()
        written.append(True)
    assert file.value.suggested_filename.endswith(".xlsx")
    expect(line).to_have_count(0)
