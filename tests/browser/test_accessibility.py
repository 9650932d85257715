"""For everybody: whoever hears the page, uses keys alone, needs large letters, or reads at night."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, opening, violations
from tests.machinery.walks import WALKS

LOOKS = {
    "zh-CN": [
        (PHONE, {"color_scheme": "light"}),
        (DESK, {"color_scheme": "dark"}),
        (PHONE, {"forced_colors": "active"}),
    ],
    "en-US": [(PHONE, {"color_scheme": "dark"}), (DESK, {"color_scheme": "light"})],
}
"""By language. Any two of language, width and light meet; what is wrong where three of them meet is wrong for two."""
"""Of all other results axe tells the kind only, not each element."""
PLAIN = {"color_scheme": "light", "forced_colors": "none"}
LEAST_HEARD = {"driver": 4, "every kind": 4, "many tongues": 2, "other times": 0}
"""Questions, hints and mistakes on each walk; what is closed or paused asks nothing."""
SMALL = [((320, 640), ""), ((640, 400), ""), (PHONE, "225%")]
"""A phone of the smallest size; a desk of 1280 by 800 at 200 %; letters twice as large."""


@dataclass
class Seen:
    """What one walk through the pages shows: what axe finds, pages too wide, questions that are not heard whole."""

    violations: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    heard: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("questions", "hints", "problems"), 0)
    )

    def look(self, page: Page, stage: str, language: str) -> None:
        """Look at one page in every way, and leave it as it was."""
        for (width, height), media in LOOKS[language]:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(**{**PLAIN, **media})
            self.violations += violations(page, f"{stage} ({width} px, {media})")
        page.emulate_media(**PLAIN)
        self.wide += too_wide(page, stage)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        self.listen(page, stage)

    def listen(self, page: Page, stage: str) -> None:
        """Compare what the page says with what its accessibility tree tells."""
        told, tree = page.evaluate(HEARD), heard(page)
        for question in told:
            node = tree[question["key"]]
            name, words = node["name"]["value"], node.get("description", {}).get("value", "")
            if not is_heard(question, name, words):
                self.unheard.append(f"{stage}, {question['key']}: {name!r}, {words!r}")
            self.heard["questions"] += 1
            self.heard["hints"] += bool(question["hint"])
            self.heard["problems"] += bool(question["problem"])


@pytest.fixture(scope="module", params=LOOKS)
def language(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module", params=WALKS)
def walk(request: pytest.FixtureRequest) -> str:
    """The name of a way through a questionnaire."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def seen(browser: Browser, walk: str, language: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What is seen on that way, on a server of its own, by somebody who walks it once and looks everywhere."""
    found = Seen()
    with WALKS[walk](tmp_path_factory.mktemp("server")) as stages, opening(browser) as open_page:
        page = open_page(language=language)
        for stage in stages(page):
            found.look(page, stage, language)
    return found


def too_wide(page: Page, stage: str) -> list[str]:
    """The sizes at which the page would scroll sideways."""
    wide = []
    for (width, height), letters in SMALL:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("letters => { document.documentElement.style.fontSize = letters; }", letters)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wide += [f"{stage}: {over} px too wide at {width} px {letters}"] if over > 0 else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    return wide


def test_axe_finds_nothing_on_any_page_by_day_and_by_night_small_and_wide(seen: Seen):
    assert not seen.violations, "\n".join(seen.violations)


def test_axe_would_notice(page: Page):
    page.set_content(
        "<html lang=zh><title>x</title><main><h1>x</h1><input><p style='color:#bbb'>这一句话的颜色太浅了</p></main>"
    )
    found = " ".join(violations(page, "x"))
    assert "label" in found and "color-contrast" in found


def test_no_page_scrolls_sideways_on_the_smallest_phone_zoomed_or_with_letters_twice_as_large(seen: Seen):
    assert not seen.wide, "\n".join(seen.wide)


def test_a_page_that_scrolls_sideways_would_be_noticed(page: Page):
    page.set_content("<main style='width: 20.5rem'>x</main>")
    assert len(too_wide(page, "x")) == 2


def test_who_hears_the_page_is_told_each_question_with_its_hint_and_its_mistake(seen: Seen, walk: str):
    assert not seen.unheard, "\n".join(seen.unheard)
    assert min(seen.heard.values()) >= LEAST_HEARD[walk], seen.heard


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


def is_heard(question: dict[str, Any], name: str, words: str) -> bool:
    """Whether the name and the description of a question hold its label, its hint and its mistake."""
    return (
        plain(question["name"]) in plain(name) != ""
        and plain(question["hint"]) in plain(words)
        and plain(question["problem"]).removeprefix("!") in plain(words)
    )
