"""Letters that stand high and hang low have the room they need, and every word says in which language it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.machinery.walks import WALKS

WORDS = """() => {
    const scripts = {bo: /[\\u0f00-\\u0fff]/, ii: /[\\ua000-\\ua4cf]/, "zh-Hans": /[\\u4e00-\\u9fff]/};
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const part = text.parentElement, style = getComputedStyle(part);
        if (part.closest("script, template")) continue;
        for (const [language, letters] of Object.entries(scripts)) {
            if (letters.test(text.data)) found.push({
                words: text.data.trim(), language, told: part.closest("[lang]").lang, inList: part.matches("option"),
                height: parseFloat(style.lineHeight) / parseFloat(style.fontSize),
            });
        }
    }
    return found;
}"""
"""Each text of the page by the script it is written in: the language it is marked with, and its lines' height in em."""
ROOMY = 1.9


def test_tibetan_and_yi_are_marked_and_their_lines_are_roomy_on_every_page(
    open_page: OpenPage, tmp_path: Path
):
    page = open_page()
    seen = {"bo": 0, "ii": 0, "zh-Hans": 0}
    with WALKS["many tongues"](tmp_path) as way:
        for stage in way(page):
            assert page.locator("html").get_attribute("lang") == "zh-Hans"
            for each in page.evaluate(WORDS):
                seen[each["language"]] += 1
                assert each["told"] == each["language"], (stage, each)
                if each["language"] != "zh-Hans" and not each["inList"]:
                    assert each["height"] >= ROOMY, (stage, each)
    assert min(seen.values()) > 10, seen


@pytest.mark.parametrize("language", ["bo", "ii"])
def test_nothing_high_is_cut_off(open_page: OpenPage, tmp_path: Path, language: str):
    page = open_page()
    looked_at = 0
    with WALKS["many tongues"](tmp_path) as way:
        for stage in way(page):
            if stage == f"questions in {language}":
                looked_at += page.locator(f"main [lang={language}]").count()
                assert cut_off(page, language) == []
    assert looked_at, "no such stage, or nothing in that language on it"


def cut_off(page: Page, language: str) -> list[str]:
    """The texts whose boxes are lower than the words in them."""
    found: list[str] = page.locator(f"body [lang={language}]:not(option)").evaluate_all(
        "all => all.filter(one => one.scrollHeight > one.clientHeight + 1 && one.clientHeight)"
        ".map(one => one.textContent)"
    )
    return found
