"""The whole driver questionnaire with Tab, arrows, space and Enter alone: the focus is never lost and always seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.machinery.live_server import LiveServer

STEPS = 120
"""The most presses of Tab on one page."""
PLAN: Mapping[str, list[str]] = {
    "q-B01": ["truck_hired"],
    "q-B02": ["heavy"],
    "q-B03": ["y4_10"],
    "q-B04": ["510100"],
    "q-B05": ["local"],
    "q-B06": ["c1_2"],
    "q-B07-prefecture": ["510100"],
    "q-B07": ["510106"],
    "q-B08": ["toll"],
    "q-B10": ["f1"],
    "q-B12": ["s2"],
    "q-B13": ["t3"],
    "q-B14": ["RECEIPT", "CASH"],
    "q-B15": ["none"],
    "q-B16": ["UNEVEN"],
    "q-B17": ["none"],
    "q-B18": ["none"],
    "q-B19-prefecture": ["510800"],
    "q-B19": ["510811"],
    "q-B20": ["hotline"],
    "q-B21": ["P1", "P5"],
    "q-B22": [],
    "q-B23": ["少一点重复检查"],
}
ROWS = {"q-B09-": "did", "q-B11-": "did_not"}

FOCUS = """() => {
    const one = document.activeElement, own = one.getBoundingClientRect();
    const mark = one.closest(".option") || one, box = mark.getBoundingClientRect(), style = getComputedStyle(mark);
    const top = document.elementFromPoint(own.x + own.width / 2, own.y + Math.min(own.height / 2, 10));
    return {
        tag: one.localName, type: one.type || "", name: one.name || "", value: one.value || "", id: one.id,
        text: one.textContent.trim().slice(0, 40), checked: !!one.checked, go: one.matches(".go, a.choice"),
        rest: one.localName === "select" ? [...one.options].map(each => each.value) : [],
        isSeen: Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) >= Math.min(box.height, 100) - 1,
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isOnTop: !top || one.contains(top) || mark.contains(top),
    };
}"""


DRAWN_MS = 40
"""No finger presses a second key before the screen shows what the first one did."""
LOOKS = 20


class Keys:
    """One person with a keyboard; every press is followed by a look at where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> dict[str, Any]:
        """Press a key that leads to no other page; gives what has the focus then."""
        self.page.wait_for_timeout(DRAWN_MS)
        self.page.keyboard.press(key)
        self.presses += 1
        focus: dict[str, Any] = self.page.evaluate(FOCUS)
        for _ in range(LOOKS):  # the page may still be making room for what appears
            if focus["isSeen"]:
                break
            self.page.wait_for_timeout(50)
            focus = self.page.evaluate(FOCUS)
        where = f"after {key} on {self.page.url}: {focus}"
        assert focus["tag"] != "body", f"focus lost {where}"
        assert focus["isSeen"] and focus["isMarked"] and focus["isOnTop"], f"focus not seen {where}"
        return focus

    def go(self) -> None:
        """Enter, which leads to the next page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.presses += 1

    def answers(self, focus: dict[str, Any]) -> None:
        """Answer what has the focus, as the plan says."""
        name = focus["name"]
        wanted = PLAN.get(name) or [code for start, code in ROWS.items() if name.startswith(start)]
        if focus["type"] == "radio":
            self.choose(wanted[0], focus)
        elif focus["type"] == "checkbox" and focus["value"] in wanted:
            assert self.press("Space")["checked"]
        elif focus["tag"] == "select":
            self.pick(wanted[0], focus)
        elif focus["tag"] == "textarea":
            self.page.keyboard.type(wanted[0])

    def choose(self, code: str, focus: dict[str, Any]) -> None:
        """One of several: space on the first, arrows to the others."""
        for _ in range(20):
            if focus["value"] == code:
                assert focus["checked"] or self.press("Space")["checked"]
                return
            focus = self.press("ArrowDown")
        raise AssertionError(f"{code} is not among the choices of {focus['name']}")

    def pick(self, code: str, focus: dict[str, Any]) -> None:
        """One of a list, by arrows."""
        for _ in range(focus["rest"].index(code) - focus["rest"].index(focus["value"])):
            focus = self.press("ArrowDown")
        assert focus["value"] == code

    def fills_the_page(self) -> None:
        """Tab through the page, answer each question on the way, and press the button that goes on."""
        done: set[str] = set()
        for _ in range(STEPS):
            focus = self.press("Tab")
            if focus["go"]:
                self.go()
                return
            if focus["type"] == "checkbox" or focus["name"] not in done:
                self.answers(focus)
                done.add(focus["name"])
        raise AssertionError(f"no button after {STEPS} presses of Tab on {self.page.url}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_driver_answers_everything_by_keyboard(
    open_page: OpenPage, shared_server: LiveServer, javascript: bool, size: tuple[int, int]
):
    page = open_page(javascript=javascript, size=size)
    page.goto(f"{shared_server.url}/")
    keys = Keys(page)
    for _ in range(STEPS):
        if keys.press("Tab")["text"].startswith("四川省交通运输执法情况调查问卷（驾驶员"):
            break
    keys.go()
    for _ in range(20):
        if page.locator("#receipt").count():
            break
        keys.fills_the_page()
    assert re.fullmatch(r"\d{16}", re.sub(r"\s", "", page.locator("#receipt").inner_text()))
    print(f"{keys.presses} presses")


def test_after_a_mistake_the_focus_is_on_the_summary_and_leads_to_the_field(
    page: Page, shared_server: LiveServer
):
    keys = Keys(page)
    page.goto(f"{shared_server.url}/q/driver")
    keys.fills_the_page()
    page.locator("button.go").focus()
    keys.go()
    assert page.evaluate("document.activeElement.id") == "errors"
    assert keys.press("Tab")["tag"] == "a"
    assert keys.press("Enter")["name"] == "q-B01"
