"""Charts of the desk in a browser: an image without scripts; with them, marks that answer to pointer and keys."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESK, PHONE, TABLE, OpenPage, reaches
from tests.machinery.house import House

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
    ended = "requestfailed" if status is None else "requestfinished"
    with page.expect_event(ended, lambda request: request.resource_type == "fetch"):
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


def test_a_finger_reads_the_figures_first_and_then_goes_on(house: House, open_page: OpenPage):
    page = open_page(size=PHONE, has_touch=True)
    drawing = charted(house, page, "wang", f"{TABLE}&chart=heat")
    here = page.url
    for number in range(2):
        mark = drawing.locator(".mark").nth(number)
        taps(page, mark)
        expect(page.locator(".figure-box b")).to_have_text(told_first(mark))
    assert page.url == here
    taps(page, drawing.locator(".mark").nth(1))
    page.wait_for_url("**level=county**")


def told_first(mark: Locator) -> str:
    """The first line of what a mark says."""
    return (mark.get_attribute("aria-label") or "").partition("\n")[0]


def taps(page: Page, mark: Locator) -> None:
    """A finger on the middle of a mark, which is where it can be seen."""
    middle = """mark => {
        mark.scrollIntoView({ block: "center", inline: "center" });
        const { x, y, width, height } = mark.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    }"""
    page.touchscreen.tap(*mark.evaluate(middle))


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


def test_on_a_phone_a_chart_keeps_its_size_and_scrolls_with_the_keyboard(house: House, open_page: OpenPage):
    page = open_page(size=PHONE)
    drawing = charted(house, page, "lin", f"{TABLE}&chart=bars")
    words = drawing.locator("text").first
    assert words.evaluate("text => text.getBoundingClientRect().height") >= 10
    last = drawing.locator(".mark").last
    last.focus()
    box = page.locator(".figure-box")
    expect(box).to_be_visible()
    inside = box.evaluate("box => [box.getBoundingClientRect().left, box.getBoundingClientRect().right]")
    assert inside[0] >= 0
    assert inside[1] <= 360
