"""What a person sees on the way through a questionnaire, stage by stage, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import FilePayload, Page

from tests.machinery import notices
from tests.machinery.hands import (
    CHENGDU,
    GUANGYUAN,
    JINNIU,
    ZHAOHUA,
    chooses,
    fills_the_rows,
    goes_on,
    presses,
)


def of_the_driver(page: Page, url: str) -> Iterator[str]:
    """The real questionnaire with everything that can come up on it, and with each page's mistakes first."""
    page.goto(f"{url}/")
    yield "list"
    presses(page, 'a[href="/q/driver"]')
    page.wait_for_url("**/q/driver")
    yield "start"
    goes_on(page)
    yield "about"
    goes_on(page)
    yield "about, with mistakes"
    chooses(page, B01="hazmat", B03="y4_10", B05="local", B02="semi")
    page.select_option('select[name="q-B04"]', CHENGDU)
    yield "about, answered"
    goes_on(page)
    chooses(page, B06="c1_2", B08="toll", B10="f1")
    page.locator("#ask-B07-find").wait_for()  # the list of places has come
    yield "checks, all that comes up"
    page.select_option('select[name="q-B07-prefecture"]', CHENGDU)
    page.select_option('select[name="q-B07"]', JINNIU)
    yield "checks, a place"
    goes_on(page)
    yield "checks, with mistakes"
    fills_the_rows(page, "B09", "did")
    fills_the_rows(page, "B11", "did_not")
    goes_on(page)
    yield "verdict"
    chooses(page, B12="s2", B13="t3")
    goes_on(page)
    yield "problems"
    chooses(page, B14="CASH", B15="none", B16="UNEVEN", B17="none", B18="OTHER")
    yield "problems, answered"
    goes_on(page)
    yield "problems, with mistakes"
    page.fill('[name="q-B18_other"]', "介绍修理厂")
    page.select_option('select[name="q-B19-prefecture"]', GUANGYUAN)
    page.select_option('select[name="q-B19"]', ZHAOHUA)
    goes_on(page)
    yield from _of_the_suggestions(page, url)
    yield from _of_the_receipt(page, url)


def _of_the_suggestions(page: Page, url: str) -> Iterator[str]:
    """The last page, a code to go on later, the check, and sending."""
    yield "suggestions"
    presses(page, 'button[value="later"]')
    yield "a code to go on later"
    page.goto(f"{url}/q/driver/suggestions")
    yield "suggestions again"
    chooses(page, B20="hotline", B21="P1")
    page.fill('textarea[name="q-B23"]', "希望少一点重复检查。我的电话是13800138000。")
    goes_on(page)
    yield "suggestions, with a word of caution"
    goes_on(page)
    yield "check"
    goes_on(page)
    yield "sent"


def _of_the_receipt(page: Page, url: str) -> Iterator[str]:
    """Looking it up, wrong and right; adding nothing; withdrawing, up to the last question. A code that is none."""
    receipt = page.locator("#receipt").inner_text()
    page.goto(f"{url}/receipt")
    yield "look up a receipt"
    for number, stage in (("1234", "look up, with a mistake"), (receipt, "a receipt opened")):
        page.fill("#number", number)
        presses(page, "form#look-up button.go")
        yield stage
    presses(page, 'form[action="/receipt/add"] button')
    yield "a receipt opened, nothing added"
    page.goto(f"{url}/receipt/withdraw")
    yield "withdraw?"
    page.goto(f"{url}/resume")
    yield "go on with a code"
    page.fill("#code", "ABCD")
    presses(page, "form#resume button.go")
    yield "go on with a code, with a mistake"


def of_every_kind(page: Page, url: str) -> Iterator[str]:
    """Every kind of question, empty, wrong and right; entries that repeat; the check of what is not complete."""
    page.goto(f"{url}/q/every-kind")
    yield "start"
    goes_on(page)
    chooses(page, one="other", many="else")
    goes_on(page)
    yield "chosen, with mistakes"
    chooses(page, one="red")
    page.fill('[name="q-many_other"]', "橙")
    fills_the_rows(page, "rows", "did")
    goes_on(page)
    yield "typed"
    for name, words in (("line", "长" * 21), ("age", "99"), ("load", "x"), ("day", "2020-01-01")):
        page.evaluate(
            "([name, words]) => { document.querySelector(`[name=q-${name}]`).value = words; }", [name, words]
        )
    goes_on(page)
    yield "typed, with mistakes"
    for name, words in (("line", "一行"), ("age", "9"), ("load", "1.5"), ("day", "2021-05-18")):
        page.fill(f'[name="q-{name}"]', words)
    goes_on(page)
    goes_on(page)
    yield "places, with mistakes"
    page.select_option("#ask-place select", "P3")
    goes_on(page)
    yield "entries, none"
    for _ in range(2):
        presses(page, 'button[value="add-events"]')
    page.check('input[name="q-events-0-what"][value="red"]')
    goes_on(page)
    yield "entries, with mistakes"
    page.goto(f"{url}/q/every-kind/check")
    yield "check, not complete"
    page.goto(f"{url}/q/every-kind/typed")
    presses(page, 'button[value="files-photo"]')
    yield "a photo"
    for content, comes, stage in (
        (b"no photo", "#errors", "a photo, with a mistake"),
        (notices.jpeg(notices.photo()), ".files", "a photo, added"),
    ):
        chosen: FilePayload = {"name": "notice.jpg", "mimeType": "image/jpeg", "buffer": content}
        page.set_input_files("input[type=file]", chosen)
        page.locator("#answers .go").click()
        page.locator(comes).wait_for()
        yield stage
    page.goto(f"{url}/q/nobody")
    yield "no such page"
    page.goto(f"{url}/q/every-kind/leave")
    yield "left"


def of_many_tongues(page: Page, url: str) -> Iterator[str]:
    """Pages of which a part is in Tibetan or in Yi, the rest in Chinese."""
    for language in ("bo", "ii"):
        page.context.clear_cookies()
        page.goto(f"{url}/?language={language}")
        yield f"list in {language}"
        page.goto(f"{url}/q/many-tongues")
        yield f"start in {language}"
        goes_on(page)
        yield f"questions in {language}"
        goes_on(page)
        yield f"questions in {language}, with a mistake"
        chooses(page, easy="no")
        goes_on(page)
        yield f"check in {language}"
