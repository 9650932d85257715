"""Another phone and another day: the QR of a resume code fills in the form, a receipt opens what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import EVERY_KIND, OpenPage
from tests.machinery.hands import goes_on, presses
from tests.machinery.live_server import LiveServer, running_server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(tmp_path_factory.mktemp("back"), SURVEY_CAMPAIGNS=str(EVERY_KIND)) as server:
        yield server


def begins(page: Page, url: str) -> None:
    page.goto(f"{url}/q/every-kind")
    goes_on(page)
    page.check('input[name="q-one"][value="green"]')
    for row in ("first", "second"):
        page.check(f'input[name="q-rows-{row}"][value="did"]')


def sends(page: Page, url: str) -> str:
    """Answers what has to be answered; gives the receipt."""
    begins(page, url)
    goes_on(page)
    goes_on(page)
    page.select_option('select[name^="q-place"] >> nth=0', "P3")
    goes_on(page)
    goes_on(page)
    goes_on(page)
    return page.locator("#receipt").inner_text()


def code_of(page: Page) -> str:
    presses(page, 'button[value="later"]')
    return re.sub(r"\s", "", page.locator("#code").inner_text())


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_code_goes_on_on_another_phone(served: LiveServer, open_page: OpenPage, javascript: bool):
    first, second = open_page(javascript=javascript), open_page(javascript=javascript)
    begins(first, served.url)
    code = code_of(first)
    second.goto(f"{served.url}/resume#{code}")
    if javascript:
        assert second.locator("#code").input_value() == code
        assert second.url == f"{served.url}/resume"
    else:
        second.fill("#code", code.lower())
    presses(second, "#resume button")
    assert second.url.endswith("/q/every-kind/places")  # the first page with something to do
    second.goto(f"{served.url}/q/every-kind/chosen")
    assert second.locator('input[name="q-one"][value="green"]').is_checked()


def test_a_receipt_opens_what_was_sent_on_another_day(served: LiveServer, open_page: OpenPage):
    first = open_page()
    receipt = sends(first, served.url)
    assert first.locator("svg.qr").bounding_box()["width"] > 120
    second = open_page(javascript=False)
    second.goto(f"{served.url}/receipt")
    second.fill("#number", receipt)
    presses(second, "#look-up button")
    assert second.url == f"{served.url}/receipt"
    assert second.locator("#fingerprint").inner_text()
    second.fill("#words-add", "还想说一句")
    presses(second, 'form[action="/receipt/add"] button')
    assert second.locator("blockquote").inner_text() == "还想说一句"


def test_escape_twice_leaves_an_opened_receipt(served: LiveServer, open_page: OpenPage):
    leaving = open_page()
    sends(leaving, served.url)
    presses(leaving, "form.act button")
    assert leaving.locator("#fingerprint").count() == 1
    leaving.keyboard.press("Escape")
    leaving.keyboard.press("Escape")
    expect(leaving).to_have_url(re.compile("/leave$"))
    leaving.goto(f"{served.url}/receipt")
    assert leaving.locator("#fingerprint").count() == 0
