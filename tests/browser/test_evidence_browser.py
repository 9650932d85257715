"""A phone's own file chooser brings a photo, with the script and without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.conftest import WriteCampaign
from tests.machinery import notices
from tests.machinery.hands import presses
from tests.machinery.live_server import LiveServer, StartServer
from tests.visits.evidence import sealing

KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def served(start_server: StartServer, write_campaign: WriteCampaign) -> Iterator[LiveServer]:
    yield start_server(campaigns=sealing(write_campaign, KEY))


def chooses(page: Page, path: Path) -> None:
    """Tap the field, take a file in the chooser, and press the button."""
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file]").click()
    assert not chooser.value.is_multiple()
    chooser.value.set_files(path)
    page.locator("#answers .go").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_photo_is_added_and_what_was_typed_is_still_there(
    served: LiveServer, open_page: OpenPage, tmp_path: Path, javascript: bool
):
    photo, noise = tmp_path / "处罚决定书.jpg", tmp_path / "坏.jpg"
    photo.write_bytes(notices.jpeg(notices.photo((4000, 3000))))
    noise.write_bytes(b"no photo")
    page = open_page(javascript=javascript)
    page.goto(f"{served.url}/q/tiny")
    presses(page, "#answers .go")
    page.fill("[name=q-words]", "罚了两次")
    presses(page, "button#q-photo")
    chooses(page, noise)
    expect(page.locator("#errors")).to_contain_text("不是这里能打开的照片")
    if javascript:
        expect(page.locator("#errors")).to_be_focused()
    chooses(page, photo)
    expect(page.locator(".files")).to_contain_text("照片1")
    presses(page, "a.back")
    assert page.input_value("[name=q-words]") == "罚了两次"
    presses(page, "#answers .go >> nth=-1")
    presses(page, "#answers .go >> nth=-1")
    assert page.locator("#receipt").is_visible()
    out = tmp_path / "out"
    out.mkdir()
    assert served.survey("sealed", out).returncode == 0
    (sealed,) = out.glob("*.jpg.age")
    assert pyrage.decrypt(sealed.read_bytes(), [KEY]).startswith(b"\xff\xd8")
