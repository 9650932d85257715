"""What a person sees who comes at another time: too early, too late, in a pause, in a crowd, later, elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Page
from pysqlite3 import dbapi2 as sqlite3

from survey_app.respondent.waiting import WAIT_SECONDS
from tests.machinery.hands import chooses, goes_on, presses
from tests.machinery.live_server import PROJECT, LiveServer, running_server

DAYS = {"counterpart": "closes: 2021-10-31", "guangyuan": "opens: 2099-06-01"}
WHY = ("zh=正在检修系统，大约两天。", "en=We are repairing the system; it takes about two days.")
QUESTION = "您说的站在哪条路上？"


@contextmanager
def server_at_other_times(folder: Path) -> Iterator[LiveServer]:
    """A server on which one questionnaire is closed, one not open yet, one paused, and a second start is a crowd."""
    campaigns = folder / "campaigns"
    shutil.copytree(PROJECT / "questionnaires", campaigns)
    for name, days in DAYS.items():
        with (campaigns / "sichuan-2021" / f"{name}.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\n{days}\n")
    # of one process, since each counts its own starts
    with running_server(folder, campaigns, ["--processes", "1"], SURVEY_CALM_STARTS="1") as server:
        words = [part for why in WHY for part in ("--words", why)]
        paused = server.survey("pause", "driver", "--until", "2099-06-01", *words)
        assert paused.returncode == 0, paused.stderr
        yield server


def at_other_times(page: Page, server: LiveServer) -> Iterator[str]:
    """Doors that are closed; then a small questionnaire on two phones, its receipt, a dialogue, and the way back."""
    for name, stage in (("counterpart", "closed"), ("guangyuan", "not open yet"), ("driver", "paused")):
        page.goto(f"{server.url}/q/{name}")
        yield stage
    code = _begun_elsewhere(page, server.url)
    page.route("**/work.js", lambda route: route.abort())
    page.goto(f"{server.url}/q/starter")
    goes_on(page)
    over = time.monotonic() + WAIT_SECONDS
    yield "wait"
    page.wait_for_timeout(max(0, over - time.monotonic()) * 1000)
    goes_on(page)
    chooses(page, Q2="s4")
    presses(page, 'button[value="later"]')
    page.goto(f"{server.url}/resume")
    page.fill("#code", code)
    presses(page, "form#resume button.go")
    yield "two begun"
    page.goto(f"{server.url}/q/starter/opinion")
    yield from _sent_and_back(page, server)


def _begun_elsewhere(page: Page, url: str) -> str:
    page.goto(f"{url}/q/starter")
    goes_on(page)
    presses(page, 'button[value="later"]')
    code = page.locator("#code").inner_text()
    page.context.clear_cookies()
    return code


def _sent_and_back(page: Page, server: LiveServer) -> Iterator[str]:
    page.select_option('select[name="q-Q1"]', index=1)
    chooses(page, Q2="s2")
    page.fill('[name="q-Q3"]', "多开几趟早班车。")
    goes_on(page)
    goes_on(page)
    _asks(server)
    page.reload()
    yield "sent, with a question"
    presses(page, "form.act button")
    yield "a question to the person"
    page.fill("#words-1", "城南的那一站。")
    presses(page, "#inquiry-1 form button")
    page.fill("#words-add", "冬天六点半天还没亮。")
    presses(page, 'form[action="/receipt/add"] button')
    yield "answered and added"
    page.goto(f"{server.url}/receipt/withdraw")
    presses(page, "form button.go")
    yield "withdrawn"
    with closing(sqlite3.connect(server.folder / "instance" / "survey.sqlite3")) as database:
        database.execute("ALTER TABLE drafts RENAME TO gone")
    page.goto(f"{server.url}/q/starter")
    yield "away"


def _asks(server: LiveServer) -> None:
    with closing(sqlite3.connect(server.folder / "instance" / "survey.sqlite3")) as database:
        ((sent,),) = database.execute("SELECT id FROM responses").fetchall()
    asked = server.survey("ask", sent, QUESTION)
    assert asked.returncode == 0, asked.stderr
