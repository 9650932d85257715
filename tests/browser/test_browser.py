"""The browser is real, draws Chinese, and obeys what each test asks of it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, OpenPage, watch

COUNTER = "<p id='said'>关</p><script>document.getElementById('said').textContent = '开'</script>"


def test_a_page_runs_scripts_only_where_javascript_is_on(page: Page, plain_page: Page):
    page.set_content(COUNTER)
    plain_page.set_content(COUNTER)
    assert page.locator("#said").inner_text() == "开"
    assert plain_page.locator("#said").inner_text() == "关"


def test_a_person_is_as_wide_as_the_test_says_and_speaks_its_language(open_page: OpenPage):
    desk = open_page(size=DESK, language="en-US")
    assert desk.evaluate("[innerWidth, innerHeight, navigator.language]") == [1280, 800, "en-US"]


@pytest.fixture
def chinese_font() -> None:
    """Skips the test where no installed font has Chinese letters, as fontconfig tells."""
    fc_list = shutil.which("fc-list")
    if not fc_list or not subprocess.run([fc_list, ":lang=zh"], check=False, capture_output=True).stdout:
        pytest.skip("NO CHINESE FONT: fonts-noto-cjk is not on this machine; `make test` says how to get it")


@pytest.mark.usefixtures("chinese_font")
def test_chinese_is_drawn_with_letters_and_not_with_empty_boxes(page: Page):
    page.set_content("<canvas id='ink' width='40' height='40'></canvas>")
    drawn = page.evaluate(
        """letter => {
            const ink = document.getElementById('ink').getContext('2d');
            ink.clearRect(0, 0, 40, 40);
            ink.font = '32px sans-serif';
            ink.fillText(letter, 2, 34);
            return ink.getImageData(0, 0, 40, 40).data.join();
        }""",
        "川",
    )
    missing = page.evaluate(
        """() => {
            const ink = document.getElementById('ink').getContext('2d');
            ink.clearRect(0, 0, 40, 40);
            ink.fillText('\\u{10FFFF}', 2, 34);
            return ink.getImageData(0, 0, 40, 40).data.join();
        }"""
    )
    assert drawn != missing


@pytest.mark.parametrize(
    ("content", "told_by", "complaint"),
    [
        ("<script>undeclared()</script>", "pageerror", "a script failed"),
        ("<img src='http://third.party.invalid/pixel.png'>", "request", "a request to another host"),
        (
            "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>",
            "console",
            "refused by the content security policy",
        ),
    ],
)
def test_a_page_that_misbehaves_is_noticed(browser: Browser, content: str, told_by: str, complaint: str):
    complaints: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    watch(page, complaints)
    with page.expect_event(told_by):
        page.set_content(content)
    context.close()
    assert len(complaints) == 1
    assert complaints[0].startswith(complaint)
