"""How often a thumb touches the screen: the whole driver questionnaire, with a problem and where it happened."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.machinery.live_server import LiveServer

MOST = 40
MOST_WITHOUT_SCRIPT = 45


@dataclass
class Thumb:
    """Touches one page, and counts."""

    page: Page
    taps: int = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.taps += 1

    def choose(self, **answers: str) -> None:
        """One choice a question."""
        for question, code in answers.items():
            self.tap(f'label.option:has(input[name="q-{question}"][value="{code}"])')

    def pick(self, name: str, code: str) -> None:
        """From a list: one tap opens it, one takes the choice."""
        self.page.select_option(f'select[name="q-{name}"]', code)
        self.taps += 2

    def find(self, question: str, letters: str) -> None:
        """One tap into the line, the letters, one tap on the place that they find."""
        self.tap(f"#ask-{question}-find")
        self.page.keyboard.type(letters)
        self.tap(f"#ask-{question} .found button")

    def rows(self, question: str, code: str) -> None:
        """Each row of a checklist."""
        names = self.page.eval_on_selector_all(
            f'[name^="q-{question}-"][value="{code}"]', "boxes => boxes.map(box => box.name.slice(2))"
        )
        assert len(names) > 1
        self.choose(**dict.fromkeys(names, code))

    def on(self) -> None:
        with self.page.expect_navigation():
            self.tap("form#answers button.go")


@pytest.fixture
def thumb(open_page: OpenPage, shared_server: LiveServer) -> Thumb:
    """Somebody at the list, with the script."""
    thumb = Thumb(open_page(has_touch=True))
    thumb.page.goto(f"{shared_server.url}/")
    return thumb


def begins(thumb: Thumb) -> None:
    thumb.tap('a[href="/q/driver"]')
    thumb.page.wait_for_url("**/q/driver")
    thumb.on()


def is_done(thumb: Thumb) -> bool:
    return bool(re.fullmatch(r"\d{16}", re.sub(r"\s", "", thumb.page.locator("#receipt").inner_text())))


def test_a_driver_who_was_checked_and_met_problems_needs_under_40_taps(thumb: Thumb):
    begins(thumb)
    thumb.choose(B01="truck_hired", B02="heavy", B03="y4_10", B05="local")
    thumb.find("B04", "chengdu")
    thumb.on()
    thumb.choose(B06="c1_2", B08="toll", B10="warned")
    thumb.find("B07", "jinniu")
    thumb.rows("B09", "did")
    thumb.on()
    thumb.choose(B12="s2", B13="t3")
    thumb.on()
    thumb.choose(B14="CASH", B15="ATTITUDE", B16="UNEVEN", B17="none", B18="none")
    thumb.find("B19", "昭化")
    thumb.on()
    thumb.choose(B20="hotline", B21="P1")
    thumb.on()
    thumb.on()
    assert is_done(thumb)
    print(f"{thumb.taps} taps with the script")
    assert thumb.taps < MOST


def test_without_the_script_the_same_answers_need_more_taps_and_no_more_than_is_said(
    open_page: OpenPage, shared_server: LiveServer
):
    thumb = Thumb(open_page(javascript=False, has_touch=True))
    thumb.page.goto(f"{shared_server.url}/")
    begins(thumb)
    thumb.choose(B01="truck_hired", B03="y4_10", B05="local")
    thumb.pick("B04", "510100")
    thumb.on()
    thumb.choose(B02="heavy")
    thumb.on()
    thumb.choose(B06="c1_2", B10="warned")
    thumb.on()
    thumb.choose(B08="toll")
    thumb.pick("B07-prefecture", "510100")
    thumb.on()
    thumb.pick("B07", "510106")
    thumb.rows("B09", "did")
    thumb.on()
    thumb.choose(B12="s2", B13="t3")
    thumb.on()
    thumb.choose(B14="CASH", B15="ATTITUDE", B16="UNEVEN", B17="none", B18="none")
    thumb.on()
    thumb.pick("B19-prefecture", "510800")
    thumb.on()
    thumb.pick("B19", "510811")
    thumb.on()
    thumb.choose(B20="hotline", B21="P1")
    thumb.on()
    thumb.on()
    assert is_done(thumb)
    print(f"{thumb.taps} taps without it")
    assert thumb.taps <= MOST_WITHOUT_SCRIPT
