"""The research desk in a browser: by script and without, by keys alone, for who hears it, in light and dark."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from survey_app.campaign.loading import load_campaigns
from survey_app.campaign.scopes import of_group
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.machinery.house import PEOPLE, House
from tests.machinery.live_server import PROJECT, running_server

TABLE = "/research/tables?questionnaire=driver&rows=region&columns=satisfaction&level=prefecture"
PAGES = (
    "/research/",
    "/research/board",
    "/research/board?level=county",
    TABLE,
    f"{TABLE}&percent=row&versus_from=2021-01-01",
    "/research/tables?rows=nothing",
    "/research/frequencies?questionnaire=driver",
    "/research/responses?questionnaire=driver",
    "/research/words?questionnaire=driver",
    "/research/people",
    "/research/people/wang",
    "/research/audit",
    "/research/account",
    "/research/nowhere",
)
NOT_THERE = {"/research/tables?rows=nothing", "/research/nowhere"}
LOOKS = ((DESK, "light"), (PHONE, "dark"))
VIOLATIONS = {"resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_server(tmp_path_factory.mktemp("desk")) as server:
        yield House(server, 900)


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
    page.click("nav >> text=统计表")
    page.select_option("#questionnaire", "driver")
    page.select_option("#rows", "region")
    page.select_option("#columns", "satisfaction")
    page.select_option("#level", "prefecture")
    page.click("#ask button.main")
    assert sum(figures(page).values()) == counted(house, PEOPLE[name][1])
    page.fill("#name", f"满意度 {name}")
    page.click("text=保存 >> visible=true")
    expect(page.locator(".kept")).to_contain_text(f"满意度 {name}")
    page.click(f".kept >> text=满意度 {name}")
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


SHARES = f"{TABLE}&percent=row&chart=bars"


def charted(house: House, page: Page, name: str, address: str) -> Locator:
    """The chart of that address, once it answers to pointer and keys."""
    house.session(page, name)
    house.opens(page, address)
    drawing = page.locator("figure.chart > svg")
    expect(drawing).to_be_visible(timeout=30_000)
    return drawing


def figure_of(page: Page, row: str, column: str) -> tuple[str, str, str]:
    """As the table has it: the share, its interval in whole per cent and the number of people."""
    head = page.locator("#table thead th").all_inner_texts()
    line = page.locator("#table tbody tr", has=page.locator("th", has_text=row)).first
    share, beside = line.locator("td").nth(head.index(column) - 1).inner_text().split("\n")
    interval, people = beside.split(" · n=")
    return share, interval, people


def test_without_scripts_the_chart_is_an_image(house: House, open_page: OpenPage):
    page = open_page(javascript=False, size=DESK)
    house.session(page, "lin")
    house.opens(page, TABLE)
    assert arrives(page) > 200
    assert page.locator("figure.chart img").get_attribute("alt")


@pytest.mark.parametrize("status", [200, 500, None], ids=["a page", "a failure", "nobody"])
def test_where_the_drawing_does_not_come_the_image_stays(
    house: House, open_page: OpenPage, status: int | None
):
    page = open_page(size=DESK)
    house.session(page, "lin")

    def answer(route: Route) -> None:
        if route.request.resource_type != "fetch":
            route.continue_()
        elif status is None:
            route.abort()
        else:
            route.fulfill(status=status, body="<title>Sign in</title>", content_type="text/html")

    page.route("**/tables.svg*", answer)
    house.opens(page, TABLE)
    assert arrives(page) > 200
    assert page.locator("figure.chart > svg").count() == 0


def arrives(page: Page) -> int:
    """How wide the image is, once it is there."""
    picture = page.locator("figure.chart img")
    picture.scroll_into_view_if_needed()
    end = time.monotonic() + 30
    while (width := picture.evaluate("picture => picture.naturalWidth")) == 0 and time.monotonic() < end:
        page.wait_for_timeout(100)
    return int(width)


def test_who_points_at_a_mark_reads_the_figures_of_the_table(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    drawing = charted(house, page, "lin", SHARES.replace("bars", "heat"))
    box = page.locator(".figure-box")
    expect(box).to_be_hidden()
    row, column = "成都市", "一般"
    mark = drawing.locator(f'.mark[aria-label^="{row}"][aria-label*="{column}"]')
    mark.hover(position={"x": 6, "y": 6})
    share, interval, people = figure_of(page, row, column)
    low, high = interval.split("–")
    said = box.inner_text()
    assert f"{share} (95% 区间 " in said
    told = re.search(r"区间 ([\d.]+)–([\d.]+)%", said)
    assert told is not None
    assert [round(float(end)) for end in told.groups()] == [int(low), int(high)]
    assert f"{people} 人，应答人数 " in said
    assert said.split("\n") == [
        *(mark.get_attribute("aria-label") or "").split("\n"),
        "单击或按回车：查看该地区内部的表",
    ]
    page.mouse.move(0, 0)
    expect(box).to_be_hidden()


def test_arrow_keys_go_from_mark_to_mark_and_enter_leads_into_a_place(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    drawing = charted(house, page, "wang", f"{TABLE}&chart=bars")
    assert drawing.locator(".mark[tabindex='0']").count() == 1
    reaches(page, "figure.chart .mark", steps=120)
    at = "document.activeElement.dataset"
    assert page.evaluate(f"[{at}.row, {at}.column]") == ["0", "0"]
    for pressed, place in (
        ("ArrowRight", ["0", "1"]),
        ("ArrowDown", ["1", "1"]),
        ("ArrowLeft", ["1", "0"]),
        ("ArrowUp", ["0", "0"]),
        ("ArrowUp", ["0", "0"]),
        ("End", [str(drawing.locator(".by").last.get_attribute("data-row")), "5"]),
        ("Home", ["0", "0"]),
    ):
        page.keyboard.press(pressed)
        assert page.evaluate(f"[{at}.row, {at}.column]") == place
        expect(page.locator(".figure-box")).to_be_visible()
        assert drawing.locator(".mark[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(".figure-box")).to_be_hidden()
    place = (page.locator("#table tbody th").first).inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**level=county**")
    expect(page.locator("#place option:checked")).to_contain_text(place)


def test_an_entry_of_the_legend_dims_the_others_and_a_second_time_none(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    drawing = charted(house, page, "lin", f"{TABLE}&chart=stacked")
    entries = drawing.get_by_role("button")
    assert entries.count() == 6
    entries.nth(2).click()
    kept = drawing.locator(".mark:not(.dim)")
    assert set(kept.evaluate_all("marks => marks.map(mark => mark.dataset.column)")) == {"2"}
    assert entries.nth(2).get_attribute("aria-pressed") == "true"
    entries.nth(1).focus()
    page.keyboard.press("Enter")
    assert set(kept.evaluate_all("marks => marks.map(mark => mark.dataset.column)")) == {"1"}
    page.keyboard.press(" ")
    assert drawing.locator(".dim").count() == 0
    assert entries.nth(1).get_attribute("aria-pressed") == "false"


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


def violations(page: Page, stage: str) -> list[str]:
    """What axe finds wrong, a line for each element."""
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{stage}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


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


def reaches(page: Page, selector: str, steps: int = 60) -> None:
    """The tab key, until the control has the focus."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key does not come to {selector}")
