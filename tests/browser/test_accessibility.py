"""For everybody: whoever hears the page, uses keys alone, needs large letters, or reads at night."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.machinery.walks import WALKS, Walk

LANGUAGES = ("zh-CN", "en-US")
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
LEAST_HEARD = {"driver": 4, "every kind": 4, "many tongues": 2, "other times": 0}
"""Questions, hints and mistakes on each walk; what is closed or paused asks nothing."""
NARROW, ZOOMED = (320, 640), (640, 400)
"""A phone of the smallest size; a desk of 1280 by 800 at 200 %."""


@pytest.fixture(params=WALKS)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A way through a questionnaire on a server of its own: `for stage in walk(page)`."""
    with WALKS[request.param](tmp_path_factory.mktemp("server")) as way:
        yield way


def violations(page: Page, stage: str) -> list[str]:
    """What axe finds wrong, a line for each element."""
    found = Axe().run(page).response["violations"]
    return [f"{stage}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_by_day_and_by_night_small_and_wide(
    open_page: OpenPage, walk: Walk, language: str
):
    page = open_page(language=language)
    found: list[str] = []
    for stage in walk(page):
        for (width, height), scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            found += violations(page, f"{stage} ({width} px, {scheme})")
        page.emulate_media(color_scheme="light", forced_colors="active")
        found += violations(page, f"{stage} (forced colours)")
        page.emulate_media(forced_colors="none")
    assert not found, "\n".join(found)


def test_axe_would_notice(page: Page):
    page.set_content(
        "<html lang=zh><title>x</title><main><h1>x</h1><input><p style='color:#bbb'>这一句话的颜色太浅了</p></main>"
    )
    found = " ".join(violations(page, "x"))
    assert "label" in found and "color-contrast" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_the_smallest_phone_zoomed_or_with_letters_twice_as_large(
    open_page: OpenPage, walk: Walk, language: str
):
    page = open_page(language=language)
    wide = []
    for stage in walk(page):
        for (width, height), letters in ((NARROW, ""), (ZOOMED, ""), (PHONE, "225%")):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("letters => { document.documentElement.style.fontSize = letters; }", letters)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide += [f"{stage}: {over} px too wide at {width} px {letters}"] if over > 0 else []
        page.evaluate("document.documentElement.style.fontSize = ''")
    assert not wide, "\n".join(wide)


HEARD = """() => [...document.querySelectorAll("#answers .question, #answers fieldset.row")]
    .filter(part => part.checkVisibility()).map(part => {
        const own = selector => [...part.querySelectorAll(selector)].filter(one =>
            one.closest(".question, fieldset.row") === part && !one.closest(".specify, .listen"));
        const words = parts => parts.map(one => one.textContent).join(" ");
        const group = part.matches("fieldset") ? part : part.querySelector("fieldset");
        const label = own("legend, .asked")[0];
        const control = group || document.getElementById(label.htmlFor);
        control.dataset.heard = part.id || label.textContent;
        return {
            key: control.dataset.heard,
            name: label.textContent,
            hint: words(own(".hint[id]")),
            problem: words(own(".problem")),
        };
    })"""


def heard(page: Page) -> dict[str, dict[str, Any]]:
    """By question: role, name, description and whether it is invalid, as the accessibility tree tells them."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["backendDOMNodeId"]: node for node in tree if "backendDOMNodeId" in node}
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    marked = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-heard]"})["nodeIds"]
    found = {}
    for node_id in marked:
        told = session.send("DOM.describeNode", {"nodeId": node_id})["node"]
        marks = dict(zip(told["attributes"][::2], told["attributes"][1::2], strict=True))
        found[marks["data-heard"]] = nodes[told["backendNodeId"]]
    session.detach()
    return found


def plain(words: str) -> str:
    return re.sub(r"\s+", "", words)


def test_who_hears_the_page_is_told_each_question_with_its_hint_and_its_mistake(
    open_page: OpenPage, walk: Walk, request: pytest.FixtureRequest
):
    page = open_page()
    seen = {"questions": 0, "hints": 0, "problems": 0}
    for stage in walk(page):
        told = page.evaluate(HEARD)
        tree = heard(page)
        for question in told:
            node = tree[question["key"]]
            name, words = node["name"]["value"], node.get("description", {}).get("value", "")
            where = f"{stage}, {question['key']}: {name!r}, {words!r}"
            assert plain(question["name"]) in plain(name) != "", where
            assert plain(question["hint"]) in plain(words), where
            assert plain(question["problem"]).removeprefix("!") in plain(words), where
            seen["questions"] += 1
            seen["hints"] += bool(question["hint"])
            seen["problems"] += bool(question["problem"])
    assert min(seen.values()) >= LEAST_HEARD[request.node.callspec.params["walk"]], seen
