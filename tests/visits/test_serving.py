"""Whoever installs it starts it, stops it, starts it again, and reads words when it cannot start."""

from __future__ import annotations

import signal
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from tests.conftest import WriteCampaign
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
