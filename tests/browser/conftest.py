"""A real Chromium, driven by Playwright: the machine's own, none is downloaded.

Each page is watched: a script that fails, something the content security policy refuses or a request to
another host fails the test, whatever else the test looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.machinery.chromium import DESK, FLAGS, PHONE, find_chromium
from tests.machinery.house import House
from tests.machinery.live_server import PROJECT, running_server

__all__ = ["DESK", "PHONE", "OpenPage", "opening", "reaches", "watch"]

EVERY_KIND = PROJECT / "tests" / "campaigns" / "every-kind"
"""The campaign with a question of every kind."""
TABLE = "/research/tables?questionnaire=driver&rows=region&columns=satisfaction&level=prefecture"
"""The address of a table at the desk."""
PATIENCE_MS = 30_000
VIOLATIONS = {"resultTypes": ["violations"]}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for each file of tests, since its driver leaves no room for other loops while it runs; the
    test is skipped where there is none.
    """
    found = find_chromium()
    if not found:
        pytest.skip("NO BROWSER: Chromium is not on this machine; `make test` says how to get it")
    with _playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def _playwright() -> Iterator[Playwright]:
    """Playwright's driver for the length of a with-block; the test is skipped where it does not start."""
    started = sync_playwright()
    try:
        playwright = started.start()
    except Exception as reason:
        # the library raises a bare Exception when its driver ends at once, as it does without libatomic
        pytest.skip(
            f"NO BROWSER: Playwright's driver does not start ({reason}); `make test` says what it needs"
        )
    try:
        yield playwright
    finally:
        playwright.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages as different people: `open_page(javascript=False, size=DESK, language="en-US")`."""
    with opening(browser) as open_one:
        yield open_one


@contextmanager
def opening(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages for the length of a with-block, at the end of which nothing may have been complained of.

    Each page has cookies and storage of its own. Further options go to Playwright's `new_context`.
    """
    contexts = []
    complaints: list[str] = []

    def open_one(
        *, javascript: bool = True, size: tuple[int, int] = PHONE, language: str = "zh-CN", **options: Any
    ) -> Page:
        width, height = size
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            locale=language,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch(page, complaints)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A phone with JavaScript, in Chinese."""
    return open_page()


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """A phone with JavaScript off, in Chinese."""
    return open_page(javascript=False)


def watch(page: Page, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(f"refused by the content security policy: {message.text}")

    def on_request(url: str) -> None:
        place = urlsplit(url)
        if place.scheme in {"http", "https", "ws", "wss"} and place.hostname not in {
            "127.0.0.1",
            "localhost",
        }:
            complaints.append(f"a request to another host: {url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"a script failed: {error}"))
    page.on("request", lambda request: on_request(request.url))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The research desk with 900 made-up answers, and somebody of each kind who may sign in."""
    with running_server(tmp_path_factory.mktemp("desk")) as server:
        yield House(server, 900)


def violations(page: Page, stage: str) -> list[str]:
    """What axe finds wrong, a line for each element."""
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{stage}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def reaches(page: Page, selector: str, steps: int = 60) -> None:
    """The tab key, until the control has the focus."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key does not come to {selector}")
