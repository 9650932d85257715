"""Whoever installs it starts it, stops it, starts it again, and reads words when it cannot start."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from survey_app.config import DATABASE
from survey_app.errors import SurveyError
from survey_app.serving.processes import Processes, listen
from tests.conftest import WriteCampaign
from tests.machinery.drivers import Driver
from tests.machinery.live_server import (
    STOP_SECONDS,
    LiveServer,
    StartServer,
    run_survey,
    survey_environment,
)


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the address of our own server
        return int(answer.status)


def test_a_fresh_install_serves_on_either_database(start_server: StartServer, database_url: str):
    server = start_server(SURVEY_DATABASE_URL=database_url)
    assert status_of(f"{server.url}/healthz") == 200
    assert status_of(f"{server.url}/") == 200


def test_it_stops_on_ctrl_c_and_starts_again_on_the_same_folder(start_server: StartServer, tmp_path: Path):
    first = start_server(folder=tmp_path / "house")
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(STOP_SECONDS) == 0, first.log
    assert "Traceback" not in first.log
    again = start_server(folder=tmp_path / "house")
    assert status_of(f"{again.url}/") == 200


def workers(server: LiveServer) -> set[int]:
    """The processes that the first one has started."""
    return set(children(server.process.pid))


def children(process: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == process:
                yield int(stat.parent.name)


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within STOP_SECONDS."""
    end = time.monotonic() + STOP_SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


several = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
TWO = ("--processes", "2")


@several
def test_a_process_that_is_killed_is_replaced_and_the_pages_stay(start_server: StartServer):
    server = start_server(words=TWO)
    assert "2 processes" in server.log
    before = workers(server)
    assert len(before) == 2
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: len(workers(server) - {killed}) == 2)
    assert all(status_of(f"{server.url}/q/driver") == 200 for _ in range(10))
    assert "another one takes its place" in server.log


@several
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_all_processes_stop_together(start_server: StartServer, tmp_path: Path, sent: signal.Signals):
    server = start_server(folder=tmp_path / "house", words=TWO)
    started = workers(server)
    server.process.send_signal(sent)
    assert server.process.wait(STOP_SECONDS) == 0, server.log
    assert not any(Path(f"/proc/{each}").exists() for each in started)
    assert "Traceback" not in server.log
    again = start_server(folder=tmp_path / "house", words=TWO)
    assert status_of(f"{again.url}/") == 200


@several
def test_when_the_first_process_is_killed_the_others_end_and_the_port_is_free(start_server: StartServer):
    server = start_server(words=TWO)
    started = workers(server)
    server.process.kill()
    server.process.wait()
    assert eventually(lambda: not any(Path(f"/proc/{each}").exists() for each in started))
    listen("127.0.0.1", server.port)[0].close()


@several
def test_a_person_goes_from_page_to_page_through_either_process(start_server: StartServer):
    server = start_server(words=TWO, SURVEY_CALM_STARTS="1000")
    # each request is a connection of its own, which either process may take
    drivers = [Driver(number, server.port, random.Random(number), 0.5) for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(Driver.visit, drivers))
    assert all(len(driver.receipts) == 1 for driver in drivers)
    assert len(set.union(*(driver.receipts for driver in drivers))) == len(drivers)


def test_whoever_reads_is_answered_while_another_one_waits_for_a_busy_database(start_server: StartServer):
    server = start_server(words=("--processes", "1"))
    driver = Driver(1, server.port, random.Random(1), 0.5)
    with (
        ThreadPoolExecutor(1) as pool,
        closing(sqlite3.connect(server.folder / "instance" / DATABASE, isolation_level=None)) as busy,
    ):
        busy.execute("BEGIN IMMEDIATE")
        visit = pool.submit(driver.visit)
        assert eventually(lambda: driver.taps)  # the first one begins a draft, and waits for it to be kept
        began = time.monotonic()
        assert status_of(f"{server.url}/q/driver") == 200
        waited = time.monotonic() - began
        held = not visit.done()
        busy.execute("ROLLBACK")
        visit.result(timeout=60)
    assert held
    assert waited < 2
    assert len(driver.receipts) == 1


def test_a_port_that_is_taken_by_processes_is_told_in_words(start_server: StartServer, tmp_path: Path):
    first = start_server(words=TWO)
    words = ("serve", "--port", str(first.port), *TWO)
    second = run_survey(*words, environment=survey_environment(tmp_path / "second"))
    assert second.returncode != 0
    assert str(first.port) in second.stderr
    assert "Traceback" not in second.stderr


def test_processes_that_cannot_live_are_not_started_for_ever():
    def work(_number: int) -> None:
        raise SystemExit(3)

    with pytest.raises(SurveyError, match="end as soon as they begin"):
        Processes(2, work).run()


def test_a_port_that_is_taken_is_told_in_words(live_server: LiveServer, tmp_path: Path):
    port = str(urlsplit(live_server.url).port)
    second = run_survey("serve", "--port", port, environment=survey_environment(tmp_path / "second"))
    assert second.returncode != 0
    assert port in second.stderr
    assert "Traceback" not in second.stderr


def test_a_campaign_with_a_mistake_is_told_in_words_and_not_served(
    write_campaign: WriteCampaign, tmp_path: Path
):
    folder = write_campaign({"campaign.yaml": "title: [\n"})
    environment = survey_environment(tmp_path / "house", folder.parent)
    for words in (["check"], ["serve", "--port", "1"]):
        ended = run_survey(*words, environment=environment)
        assert ended.returncode != 0
        assert "campaign.yaml" in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
