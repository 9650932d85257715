"""The same texts in a real browser: typed, kept, shown again, and none of them runs."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.conftest import WriteCampaign
from tests.machinery.hands import goes_on
from tests.machinery.harbour import BATCHES, control, files, fits, kept
from tests.machinery.live_server import StartServer

CANARY = "window.hasRun = false; window.ran = () => { window.hasRun = true; };"
PAGES = ("line", "lines", "other")

FILL = """cells => {
    for (const [name, text] of cells) {
        const owner = name.endsWith("_other") && document.querySelector(`[name="${name.slice(0, -6)}"][value="else"]`);
        if (owner && !owner.checked) owner.click();
        const field = document.querySelector(`[name="${name}"]`);
        field.value = text;
        field.dispatchEvent(new Event("input", {bubbles: true}));
    }
}"""
SHOWN = 'names => names.map(name => document.querySelector(`[name="${name}"]`).value)'
STRANGERS = """[...document.querySelectorAll("main *")].filter(one =>
    /^(script|iframe|img|svg|object|embed|style|base|meta)$/
    .test(one.localName) || [...one.attributes].some(each => each.name.startsWith("on"))).map(one => one.outerHTML)"""


def is_calm(page: Page) -> bool:
    """Whether nothing ran, and nothing stands in the page that could."""
    return not page.evaluate("hasRun") and page.evaluate(STRANGERS) == []


def test_the_canary_sings(page: Page):
    page.add_init_script(CANARY)
    page.goto("about:blank")
    page.set_content("<main><img src=x onerror=ran()></main>")
    page.wait_for_function("hasRun")
    assert not is_calm(page)


def test_no_text_runs_and_each_comes_back_as_it_was_typed(
    open_page: OpenPage, start_server: StartServer, write_campaign: WriteCampaign
):
    server = start_server(campaigns=write_campaign(files()))
    dialogs: list[str] = []
    for texts in BATCHES:
        page = open_page()
        page.add_init_script(CANARY)
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(f"{server.url}/q/harbour")
        goes_on(page)
        for kind in PAGES:
            cells = [[control(kind, n), text if fits(kind, text) else "x"] for n, text in enumerate(texts)]
            answers_a_page(page, kind, cells)
        page.goto(f"{server.url}/q/harbour/check")
        assert is_calm(page)
        for kind in PAGES:
            page.goto(f"{server.url}/q/harbour/{kind}?then=check")
            assert is_calm(page)
            names = [control(kind, n) for n in range(len(texts))]
            shown = [kept(text, kind) for text in page.evaluate(SHOWN, names)]
            assert shown == [kept(text if fits(kind, text) else "x", kind) for text in one_line(kind, texts)]
        page.close()
    assert dialogs == []


def answers_a_page(page: Page, kind: str, cells: list[list[str]]) -> None:
    """Fill in and go on; once more where the page has a word of caution."""
    page.evaluate(FILL, cells)
    assert is_calm(page)
    goes_on(page)
    assert is_calm(page)
    if page.url.partition("#")[0].endswith(f"/{kind}"):
        goes_on(page)


def one_line(kind: str, texts: list[str]) -> list[str]:
    """What a browser's own field of one line makes of the texts: it leaves out the ends of lines."""
    return texts if kind == "lines" else [text.replace("\r", "").replace("\n", "") for text in texts]
