"""What hands do on a page in a real browser: each press of a button or link waits for the whole of what comes.

Without that wait a test reads a page that has begun and is not there yet, once in some hundred runs.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from tests.machinery.live_server import LiveServer

CHENGDU, JINNIU, GUANGYUAN, ZHAOHUA = "510100", "510106", "510800", "510811"


def presses(page: Page, control: str) -> None:
    """Press the one button or link of a selector, and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(control).click()


def goes_on(page: Page) -> None:
    """Press the form's first button, as a thumb or the Enter key does, and wait for what comes."""
    presses(page, "form#answers button >> nth=0")


def begins(page: Page, server: LiveServer, name: str, then: str = "") -> Page:
    """Agree to a questionnaire, and go to one of its pages where it is not the first."""
    page.goto(f"{server.url}/q/{name}")
    goes_on(page)
    if then:
        page.goto(f"{server.url}/q/{name}/{then}")
    return page


def at(page: Page) -> str:
    """The last part of the page's address."""
    return urlsplit(page.url).path.rpartition("/")[2]


def is_kept(answer: Response) -> bool:
    """Whether it says that what was on the page is saved."""
    return answer.request.method == "POST" and answer.status == 204


def chooses(page: Page, **answers: str) -> None:
    """One code of each question."""
    for question, code in answers.items():
        page.check(f'input[name="q-{question}"][value="{code}"]')


def fills_the_rows(page: Page, question: str, code: str) -> None:
    """The same choice in every row of a checklist."""
    boxes = page.locator(f'input[name^="q-{question}-"][value="{code}"]').all()
    assert len(boxes) > 1
    for box in boxes:
        box.check()
