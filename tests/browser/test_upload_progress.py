"""A photo on its way: one sees how far it is, may stop it, and loses nothing where it does not arrive."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyrage
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from survey_app.respondent.views import ASSETS
from tests.browser.conftest import OpenPage
from tests.conftest import writing
from tests.machinery import notices
from tests.machinery.hands import presses
from tests.machinery.live_server import LiveServer, running_server
from tests.machinery.relay import Cut, Relay
from tests.visits.evidence import ADDRESS, sealing

KEY = pyrage.x25519.Identity.generate()
SLOW = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
"""Bytes a second: the photo takes some seconds."""
AT_ONCE = SLOW | {"latency": 0, "uploadThroughput": -1}

Line = Callable[[Mapping[str, object]], None]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("served")
    with running_server(folder, sealing(writing(folder / "campaigns"), KEY)) as server:
        yield server


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of two megabytes."""
    path = tmp_path / "罚单.jpg"
    path.write_bytes(notices.jpeg(Image.effect_noise((2400, 1800), 90).convert("RGB"), quality=92))
    assert 1_000_000 < path.stat().st_size < 4_000_000
    return path


@pytest.fixture
def page(served: LiveServer, open_page: OpenPage) -> Page:
    """A phone on the page of files."""
    return at_the_files(open_page(), served.url)


def at_the_files(page: Page, url: str) -> Page:
    page.goto(f"{url}/q/tiny")
    presses(page, "#answers .go")
    page.fill("[name=q-words]", "罚了两次")
    presses(page, "button#q-photo")
    return page


@pytest.fixture
def line(page: Page) -> Line:
    """Changes what stands between the phone and the server; it is slow to begin with."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def change(conditions: Mapping[str, object]) -> None:
        session.send("Network.emulateNetworkConditions", dict(conditions))

    change(SLOW)
    return change


def sends(page: Page, path: Path) -> None:
    page.set_input_files("input[type=file]", path)
    page.locator("#answers .go").click()


def uploads(page: Page) -> list[Request]:
    """The files that were begun to be sent, as they come."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


def status(page: Page) -> str:
    return " ".join(page.locator("#answers [role=status]").all_inner_texts()).strip()


def is_beyond(page: Page, percent: float) -> None:
    """Wait until more of the file is on its way than that."""
    bar, end = page.locator("progress"), time.monotonic() + 10
    while float(bar.evaluate("bar => bar.value")) <= percent:
        assert time.monotonic() < end, "the bar stands still"
        page.wait_for_timeout(50)


def chosen(page: Page) -> int:
    count: int = page.evaluate("document.querySelector('input[type=file]').files.length")
    return count


def test_one_sees_how_far_a_photo_is_and_then_that_it_was_added(page: Page, line: Line, photo: Path):
    sends(page, photo)
    bar = page.get_by_role("progressbar", name="正在上传")
    expect(bar).to_be_visible()
    is_beyond(page, 5)
    early = bar.evaluate("bar => bar.value")
    is_beyond(page, early)
    assert re.fullmatch(r"正在上传：\d+%", page.locator("#far").inner_text())
    expect(page.locator(".files li")).to_have_count(1, timeout=30_000)
    assert "文件已添加" in page.locator(".notice").inner_text()
    presses(page, "a.back")
    assert page.input_value("[name=q-words]") == "罚了两次"


def test_a_photo_that_was_stopped_is_not_there_and_can_be_sent_after_all(page: Page, line: Line, photo: Path):
    sends(page, photo)
    is_beyond(page, 5)
    page.get_by_role("button", name="停止上传").click()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    assert "已停止" in status(page)
    assert chosen(page) == 1
    assert page.evaluate("document.activeElement.className") == "go", "the focus is not lost"
    line(AT_ONCE)
    page.locator("#answers .go").click()
    expect(page.locator(".files li")).to_have_count(1)


def test_where_the_network_breaks_off_words_say_so_and_the_photo_is_still_chosen(
    served: LiveServer, open_page: OpenPage, photo: Path
):
    fate = [Cut(True, 300_000)]
    with Relay(served.port, lambda: fate[0] if fate else None) as relay:
        page = at_the_files(open_page(), relay.url)
        sends(page, photo)
        expect(page.locator("#answers [role=status]").last).to_contain_text("网络中断")
        assert relay.counts.cuts
        expect(page.get_by_role("progressbar")).to_be_hidden()
        assert chosen(page) == 1
        fate.clear()
        page.locator("#answers .go").click()
        expect(page.locator(".files li")).to_have_count(1)


def test_ten_taps_send_one_photo(page: Page, photo: Path):
    sent = uploads(page)
    page.set_input_files("input[type=file]", photo)
    page.locator("#answers .go").evaluate("button => { for (let tap = 0; tap < 10; tap++) button.click(); }")
    expect(page.locator(".files li")).to_have_count(1)
    assert len(sent) == 1


def test_a_photo_that_is_too_large_is_told_before_it_is_sent(page: Page, tmp_path: Path):
    sent = uploads(page)
    large = tmp_path / "大.jpg"
    large.write_bytes(notices.jpeg().ljust(9_000_000, b"\0"))
    sends(page, large)
    assert "超过8 MB" in status(page)
    assert not sent


def test_a_file_that_is_no_photo_gets_the_server_s_words_and_the_next_one_is_taken(
    page: Page, photo: Path, tmp_path: Path
):
    noise = tmp_path / "坏.jpg"
    noise.write_bytes(b"no photo")
    sends(page, noise)
    expect(page.locator("#errors")).to_be_focused()
    assert "不是这里能打开的照片" in page.locator("#errors").inner_text()
    assert page.title().startswith("请检查")
    assert chosen(page) == 0
    sends(page, photo)
    expect(page.locator(".files li")).to_have_count(1)
    assert page.locator("#errors").count() == 0


@pytest.mark.parametrize("why", ["the page grew old", "the server is away"])
def test_where_it_is_not_the_file_s_fault_it_stays_chosen(page: Page, photo: Path, why: str):
    words = "刚才没能保存这个文件"
    if why == "the page grew old":
        words = "这个页面打开得太久了"
        page.context.clear_cookies(name="session")
    else:
        page.route(f"**{ADDRESS}", lambda route: route.fulfill(status=503, body="away"), times=1)
    sends(page, photo)
    expect(page.locator("main")).to_contain_text(words)
    assert chosen(page) == 1
    page.locator("#answers .go").click()
    expect(page.locator(".files li")).to_have_count(1)


def test_the_script_is_small_and_keeps_to_the_rules_of_the_other_one():
    script = ASSETS.contents["upload.js"]
    assert len(gzip.compress(script, 9, mtime=0)) <= 1_500
    for word in (b"innerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"?.", b"??", b"async "):
        assert word not in script
