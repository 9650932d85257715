"""The research desk in a browser: by script and without, by keys alone, for who hears it, in light and dark."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

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


def test_a_chart_comes_with_the_table(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "lin")
    house.opens(page, TABLE)
    picture = page.locator("figure.chart img")
    picture.scroll_into_view_if_needed()
    end = time.monotonic() + 30
    while (width := picture.evaluate("picture => picture.naturalWidth")) == 0 and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert width > 200
    assert picture.get_attribute("alt")


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


def reaches(page: Page, selector: str) -> None:
    """The tab key, until the control has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key does not come to {selector}")
