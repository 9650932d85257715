"""Every page that a respondent can meet, and those of the desk, as pictures in docs/screenshots: `make screenshots`.

On a phone and on a desk in Chinese, those of ABROAD in English and those of AT_NIGHT in dark too. Chromium itself
writes WebP, so no picture library is needed.
"""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.machinery import house
from tests.machinery.chromium import DESK, FLAGS, PHONE, find_chromium
from tests.machinery.live_server import PROJECT
from tests.machinery.walks import WALKS

FOLDER = PROJECT / "docs" / "screenshots"
QUALITY = 72
SIZES = {"phone": PHONE, "desk": DESK}


@dataclass(frozen=True)
class Scene:
    """A picture's name, the stage of the walk at which it is taken, and the element to which the page is scrolled."""

    name: str
    stage: str
    at: str | None = None


SCENES: dict[str, tuple[Scene, ...]] = {
    "driver": (
        Scene("list", "list"),
        Scene("start", "start"),
        Scene("one-answer", "about"),
        Scene("errors", "about, with mistakes"),
        Scene("place", "checks, a place", "#ask-B07"),
        Scene("rows", "checks, all that comes up", "#ask-B09"),
        Scene("several-answers", "problems, answered", "#ask-B14"),
        Scene("words", "suggestions", "#ask-B23"),
        Scene("caution", "suggestions, with a word of caution", "#ask-B23"),
        Scene("later", "a code to go on later"),
        Scene("check", "check"),
        Scene("sent", "sent"),
        Scene("look-up", "look up a receipt"),
        Scene("look-up-mistake", "look up, with a mistake"),
        Scene("proof", "a receipt opened"),
        Scene("withdraw", "withdraw?"),
        Scene("resume", "go on with a code"),
        Scene("resume-mistake", "go on with a code, with a mistake"),
    ),
    "every kind": (
        Scene("other", "chosen, with mistakes", "#ask-one"),
        Scene("order", "chosen, with mistakes", "#ask-order"),
        Scene("numbers", "typed", "#ask-age"),
        Scene("day", "typed", "#ask-day"),
        Scene("entries", "entries, with mistakes", "#ask-events"),
        Scene("file", "a photo"),
        Scene("file-mistake", "a photo, with a mistake"),
        Scene("file-added", "a photo, added", "#ask-photo"),
        Scene("no-such-page", "no such page"),
        Scene("left", "left"),
    ),
    "many tongues": (
        Scene("tibetan", "questions in bo"),
        Scene("yi", "questions in ii"),
    ),
    "other times": (
        Scene("closed", "closed"),
        Scene("soon", "not open yet"),
        Scene("paused", "paused"),
        Scene("wait", "wait"),
        Scene("two-begun", "two begun"),
        Scene("sent-question", "sent, with a question"),
        Scene("question", "a question to the person", "#inquiry-1"),
        Scene("dialogue", "answered and added", "#inquiry-1"),
        Scene("withdrawn", "withdrawn"),
        Scene("away", "away"),
    ),
    "the desk": (
        Scene("desk-sign-in", "sign-in"),
        Scene("desk-overview", "overview"),
        Scene("desk-coverage", "coverage"),
        Scene("desk-table", "a table", "#table"),
        Scene("desk-chart", "a table with a chart", "figure.chart"),
        Scene("desk-questions", "all questions"),
        Scene("desk-responses", "responses"),
        Scene("desk-response", "one response"),
        Scene("desk-words", "words"),
        Scene("desk-posters", "posters"),
        Scene("desk-log", "the log"),
    ),
}
WAYS = {**WALKS, "the desk": house.walk}
ABROAD = {"desk-table", "list", "start", "several-answers", "errors", "check", "sent"}
AT_NIGHT = {"list", "one-answer", "errors", "check", "sent", "proof"}


def main() -> None:
    """Take all pictures, each walk on a server with an empty database."""
    found = find_chromium()
    if found is None:
        raise SystemExit("Chromium is not on this machine. On Debian, as root: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.webp"):
        path.unlink()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for walk, scenes in SCENES.items():
            visit(chromium, walk, scenes, "zh-CN")
            if abroad := tuple(scene for scene in scenes if scene.name in ABROAD):
                visit(chromium, walk, abroad, "en-GB")
        chromium.close()
    sizes = {path: path.stat().st_size for path in sorted(FOLDER.glob("*.webp"))}
    print(f"{len(sizes)} pictures, {sum(sizes.values()) / 1e6:.2f} MB, in {FOLDER.relative_to(PROJECT)}")


def visit(chromium: Browser, walk: str, scenes: tuple[Scene, ...], language: str) -> None:
    """One person goes the whole way; raises SystemExit where a scene's stage does not come."""
    context = chromium.new_context(locale=language)
    page = context.new_page()
    waiting = {scene.name for scene in scenes}
    with tempfile.TemporaryDirectory() as folder, WAYS[walk](Path(folder)) as way:
        for stage in way(page):
            for scene in (scene for scene in scenes if scene.stage == stage):
                take_all(page, scene, "" if language == "zh-CN" else f"-{language[:2]}")
                waiting.discard(scene.name)
    context.close()
    if waiting:
        raise SystemExit(f"The walk “{walk}” has no stage for: {', '.join(sorted(waiting))}.")


def take_all(page: Page, scene: Scene, ending: str) -> None:
    """On the phone and on the desk; in Chinese, where it is wanted, at night."""
    for device, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        take(page, scene, f"{scene.name}-{device}{ending}")
    if scene.name in AT_NIGHT and not ending:
        width, height = PHONE
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark")
        take(page, scene, f"{scene.name}-phone-dark")
        page.emulate_media(color_scheme="light")


def take(page: Page, scene: Scene, name: str) -> None:
    """A picture of what the screen shows, scrolled to its element; the mouse stands over nothing."""
    page.mouse.move(0, 0)
    if scene.at is None:
        page.evaluate("scrollTo(0, 0)")
    else:
        page.locator(scene.at).first.evaluate("element => element.scrollIntoView({block: 'start'})")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    session.detach()


if __name__ == "__main__":
    main()
