"""Pages of the desk on paper: nothing is cut off, no sum stands on sheets that it is not of."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, OpenPage
from tests.machinery.house import House

ACROSS, UPRIGHT = 1047, 703
"""A sheet of A4 without its margins, in CSS pixels."""
TABLE = "/research/tables?questionnaire=driver&percent=row"
SHEETS = {
    "/research/": UPRIGHT,
    "/research/frequencies?questionnaire=driver": UPRIGHT,
    "/research/board": ACROSS,
    "/research/board?level=county": ACROSS,
    f"{TABLE}&rows=B01&columns=satisfaction": ACROSS,
    f"{TABLE}&rows=region&columns=issue&level=prefecture": ACROSS,
}
TOO_WIDE = f"{TABLE}&rows=B01&columns=region&level=county"


@pytest.mark.parametrize("address", SHEETS)
def test_a_page_is_no_wider_than_its_sheet(house: House, open_page: OpenPage, address: str):
    page = open_page(size=(SHEETS[address], 800))
    house.session(page, "lin")
    house.opens(page, address)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    feet = "each => each.map(one => getComputedStyle(one).display)"
    assert set(page.locator("tfoot").evaluate_all(feet)) <= {"table-row-group"}
    expect(page.locator(".on-paper")).to_have_count(0)


def test_a_table_that_no_sheet_takes_says_on_paper_where_to_have_it_whole(house: House, open_page: OpenPage):
    page = open_page(size=DESK)
    house.session(page, "lin")
    house.opens(page, TOO_WIDE)
    expect(page.locator(".on-paper")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".on-paper")).to_have_text("本表比纸宽，请下载 Excel 文件。")


def test_a_chart_is_there_before_anybody_has_scrolled_to_it(house: House, open_page: OpenPage):
    page = open_page(size=(1280, 300), javascript=False)
    house.session(page, "lin")
    house.opens(page, f"{TABLE}&rows=region&columns=satisfaction&level=prefecture")
    chart = page.locator("figure.chart img")
    assert chart.evaluate("image => image.complete && image.naturalWidth > 0")
