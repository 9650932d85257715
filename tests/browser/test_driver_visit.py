"""A driver on a phone, in Chinese, without JavaScript: from the list to the receipt, and then into the tables."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, EVERY_KIND, OpenPage
from tests.machinery.hands import (
    CHENGDU,
    GUANGYUAN,
    JINNIU,
    ZHAOHUA,
    chooses,
    fills_the_rows,
    goes_on,
    presses,
)
from tests.machinery.live_server import LiveServer, StartServer


def answers_the_driver_questionnaire(page: Page, url: str) -> str:
    """Everything, with a fine paid in cash in Zhaohua; gives the receipt."""
    page.goto(f"{url}/")
    presses(page, 'a[href="/q/driver"]')
    goes_on(page)
    chooses(page, B01="truck_hired", B03="y4_10", B05="local")
    page.select_option('select[name="q-B04"]', CHENGDU)
    goes_on(page)
    chooses(page, B02="heavy")
    goes_on(page)
    chooses(page, B06="c1_2", B10="f1")
    goes_on(page)
    chooses(page, B08="toll")
    page.select_option('select[name="q-B07-prefecture"]', CHENGDU)
    fills_the_rows(page, "B11", "did")
    goes_on(page)
    page.select_option('select[name="q-B07"]', JINNIU)
    fills_the_rows(page, "B09", "did")
    goes_on(page)
    chooses(page, B12="s2", B13="t3")
    goes_on(page)
    chooses(page, B14="CASH", B15="none", B16="none", B17="none", B18="none")
    goes_on(page)
    page.select_option('select[name="q-B19-prefecture"]', GUANGYUAN)
    goes_on(page)
    page.select_option('select[name="q-B19"]', ZHAOHUA)
    goes_on(page)
    chooses(page, B20="hotline", B21="P1")
    page.fill('textarea[name="q-B23"]', "希望少一点重复检查。")
    goes_on(page)
    assert page.locator("h1").inner_text() == "请核对您的答案"
    assert "成都市 金牛区" in page.locator("main").inner_text()
    goes_on(page)
    return re.sub(r"\s", "", page.locator("#receipt").inner_text())


def cell(table: dict[str, Any], row: str, column: str) -> int:
    """The count in the row and column of these codes."""
    rows = [each["code"] for each in table["rows"]]
    columns = [each["code"] for each in table["columns"]]
    count: int = table["counts"][rows.index(row)][columns.index(column)]
    return count


def test_an_answer_without_javascript_comes_out_in_the_table(plain_page: Page, live_server: LiveServer):
    receipt = answers_the_driver_questionnaire(plain_page, live_server.url)
    assert re.fullmatch(r"\d{16}", receipt)
    plain_page.reload()
    assert re.sub(r"\s", "", plain_page.locator("#receipt").inner_text()) == receipt
    told = live_server.survey("tabulate", "region", "issue", "--level", "prefecture", "--format", "json")
    assert told.returncode == 0, told.stderr
    table = json.loads(told.stdout)
    assert cell(table, GUANGYUAN, "CASH") == 1
    assert cell(table, CHENGDU, "CASH") == 0
    assert table["base"] == 1
    assert sum(table["row_base"]) == 1


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_fields(
    plain_page: Page, shared_server: LiveServer
):
    plain_page.goto(f"{shared_server.url}/q/driver")
    goes_on(plain_page)
    goes_on(plain_page)
    summary = plain_page.locator("#errors")
    assert summary.get_attribute("id") == plain_page.evaluate("document.activeElement.id")
    summary.locator("a").nth(1).click()
    expect(plain_page.locator('[name="q-B03"]').first).to_be_focused()
    assert plain_page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0


def test_a_question_that_came_up_is_in_view_with_its_sentence(plain_page: Page, shared_server: LiveServer):
    plain_page.goto(f"{shared_server.url}/q/driver")
    goes_on(plain_page)
    chooses(plain_page, B01="truck_own", B03="y1", B05="local")
    plain_page.select_option('select[name="q-B04"]', CHENGDU)
    goes_on(plain_page)
    news = plain_page.locator("#ask-B02 .notice")
    assert "还有1个问题" in news.inner_text()
    box = news.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 740


def test_no_page_scrolls_sideways_and_every_target_is_large_enough(
    open_page: OpenPage, shared_server: LiveServer
):
    for size in ((320, 640), DESK):
        page = open_page(size=size)
        page.goto(f"{shared_server.url}/q/driver")
        goes_on(page)
        for address in ("/", "/q/driver", "/q/driver/about", "/q/driver/check"):
            page.goto(f"{shared_server.url}{address}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            low = page.evaluate(
                """[...document.querySelectorAll("main a, main button, main label.option, main select, nav a")]
                    .filter(each => each.getBoundingClientRect().height < 43.5 && !each.closest("p:not(.buttons)"))
                    .map(each => each.outerHTML.slice(0, 120))"""
            )
            assert low == []


def test_the_enter_key_goes_on_and_removes_nothing(open_page: OpenPage, start_server: StartServer):
    server = start_server(campaigns=EVERY_KIND)
    page = open_page(javascript=False)
    page.goto(f"{server.url}/q/every-kind")
    goes_on(page)
    page.goto(f"{server.url}/q/every-kind/entries")
    page.check('input[name="q-events-0-what"][value="red"]')
    presses(page, 'button[value="add-events"]')
    page.fill('input[name="q-events-0-shade"]', "深红")
    page.press('input[name="q-events-0-shade"]', "Enter")
    page.wait_for_url("**/check")
    assert "深红" in page.locator("main").inner_text()


FULL = """() => [...document.querySelectorAll("h1, h2, legend, .asked")].map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const lines = [...range.getClientRects()], top = Math.min(...lines.map(line => line.top));
    const first = lines.filter(line => line.top < top + 8), end = Math.max(...first.map(line => line.right));
    const isOne = lines.every(line => line.top < top + 8), em = parseFloat(getComputedStyle(one).fontSize);
    return [one.textContent, isOne || one.getBoundingClientRect().right - end < 4 * em];
}).filter(([words, isFull]) => !isFull).map(([words]) => words)"""
"""The headings whose first line ends more than four characters before it must."""
BALANCED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("h1, h2, legend, .asked { text-wrap: balance !important; }");
    document.adoptedStyleSheets = [sheet];
}"""


def test_a_chinese_heading_goes_on_in_a_second_line_only_when_the_first_is_full(
    page: Page, shared_server: LiveServer
):
    page.goto(f"{shared_server.url}/q/guangyuan")
    assert page.evaluate(FULL) == []
    page.goto(f"{shared_server.url}/q/driver")
    goes_on(page)
    for address in ("about", "verdict", "problems", "suggestions"):
        page.goto(f"{shared_server.url}/q/driver/{address}")
        assert page.evaluate(FULL) == [], address
    page.evaluate(BALANCED)
    assert page.evaluate(FULL) != []
