"""What a respondent sees, as pictures for README: `make screenshots` writes docs/screenshots anew.

The phone speaks Chinese, the desk English. Chromium itself writes WebP, so no picture library is needed.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.machinery.chromium import DESK, FLAGS, PHONE, find_chromium
from tests.machinery.live_server import PROJECT, running_server

FOLDER = PROJECT / "docs" / "screenshots"
QUALITY = 82
CHENGDU, GUANGYUAN, ZHAOHUA = "510100", "510800", "510811"
PEOPLE = {"phone": (PHONE, "zh-CN"), "desk": (DESK, "en-GB")}
WORDS = {
    "phone": "希望各地执法标准一样，少一点重复检查。",
    "desk": "The same rules everywhere, and fewer repeated checks.",
}


@dataclass(frozen=True)
class Camera:
    """Takes pictures of one person's pages: docs/screenshots/<scene>-<device>.webp."""

    page: Page
    device: str

    def take(self, scene: str, at: str | None = None) -> None:
        """A picture of what the screen shows, scrolled to the element `at`; the mouse stands over nothing."""
        self.page.mouse.move(0, 0)
        if at is None:
            self.page.evaluate("scrollTo(0, 0)")
        else:
            self.page.locator(at).first.evaluate("element => element.scrollIntoView({block: 'start'})")
        session = self.page.context.new_cdp_session(self.page)
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        (FOLDER / f"{scene}-{self.device}.webp").write_bytes(base64.b64decode(taken["data"]))
        session.detach()


def go_on(page: Page) -> None:
    """Press the form's first button."""
    with page.expect_navigation():
        page.locator("form#answers button").first.click()


def choose(page: Page, **answers: str) -> None:
    """Choose a code of each question: `choose(page, B01="truck_hired")`."""
    for question, code in answers.items():
        page.check(f'input[name="q-{question}"][value="{code}"]')


def fill_rows(page: Page, question: str, code: str) -> None:
    """The same choice in every row of a checklist."""
    for box in page.locator(f'input[name^="q-{question}-"][value="{code}"]').all():
        box.check()


def begin(camera: Camera, url: str) -> None:
    """The list and the start page; then the first page sent without an answer."""
    page = camera.page
    page.goto(f"{url}/")
    camera.take("list")
    page.locator('a[href="/q/driver"]').click()
    page.wait_for_url("**/q/driver")
    camera.take("start")
    go_on(page)
    go_on(page)
    camera.take("errors")


def about_and_checks(camera: Camera) -> None:
    """Who answers, and where the latest check was: a region chosen level by level."""
    page = camera.page
    choose(page, B01="truck_hired", B03="y4_10", B05="local")
    page.select_option('select[name="q-B04"]', CHENGDU)
    go_on(page)
    choose(page, B02="heavy")
    go_on(page)
    choose(page, B06="c1_2", B10="f1")
    go_on(page)
    choose(page, B08="toll")
    page.select_option('select[name="q-B07-prefecture"]', GUANGYUAN)
    fill_rows(page, "B11", "did")
    go_on(page)
    page.select_option('select[name="q-B07"]', ZHAOHUA)
    camera.take("region", at="#ask-B07")
    fill_rows(page, "B09", "did")
    go_on(page)


def verdict_and_problems(camera: Camera) -> None:
    """The verdict, what happened, and where."""
    page = camera.page
    choose(page, B12="s3", B13="t4")
    go_on(page)
    choose(page, B14="FINE_ONLY", B15="STOP_RANDOM", B16="UNEVEN", B17="none", B18="none")
    choose(page, B14="CASH")
    camera.take("question", at="#ask-B14")
    go_on(page)
    page.select_option('select[name="q-B19-prefecture"]', GUANGYUAN)
    go_on(page)
    page.select_option('select[name="q-B19"]', ZHAOHUA)
    go_on(page)


def end(camera: Camera) -> None:
    """Suggestions, the check page and the receipt."""
    page = camera.page
    choose(page, B20="hotline", B21="P3")
    page.fill('textarea[name="q-B23"]', WORDS[camera.device])
    go_on(page)
    camera.take("check")
    go_on(page)
    camera.take("receipt")


STEPS: tuple[Callable[[Camera], None], ...] = (about_and_checks, verdict_and_problems, end)


def visit(chromium: Browser, device: str, url: str) -> None:
    """One person answers the driver questionnaire."""
    (width, height), language = PEOPLE[device]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale=language)
    camera = Camera(context.new_page(), device)
    begin(camera, url)
    for step in STEPS:
        step(camera)
    context.close()


def main() -> None:
    """Take all pictures of a server with an empty database."""
    found = find_chromium()
    if found is None:
        raise SystemExit("Chromium is not on this machine. On Debian, as root: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as p,
    ):
        chromium = p.chromium.launch(executable_path=found, args=FLAGS)
        for device in PEOPLE:
            visit(chromium, device, server.url)
        chromium.close()
    for path in sorted(FOLDER.glob("*.webp")):
        print(f"{path.stat().st_size / 1000:6.1f} kB  {path.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
