"""What every test may ask for: a campaign drawn in the test, the samples, both databases, a live server."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

pytest_plugins = ["tests.machinery.postgres", "tests.machinery.live_server", "tests.machinery.clock"]

# The zone of the repository's own campaign, so that tests and what they start agree on what is today.
os.environ["TZ"] = "Asia/Shanghai"
time.tzset()

# How long one example takes says more about this machine's other work than about the code.
settings.register_profile(
    "steady", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("steady")

WriteCampaign = Callable[[Mapping[str, str]], Path]


def pytest_configure(config: pytest.Config) -> None:
    """A run that is told to end (a time limit of CI) still stops the servers it started, as on Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reaches the database, the keys or the exports of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith("SURVEY_") and name != "SURVEY_SAMPLES"]:
        del os.environ[name]
    apart = tmp_path_factory.mktemp("apart")
    os.environ["SURVEY_INSTANCE"] = str(apart / "instance")
    os.environ["SURVEY_EXPORTS"] = str(apart / "exports")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real files (responses/, xlsforms/), not in the repository: SURVEY_SAMPLES names it."""
    named = os.environ.get("SURVEY_SAMPLES")
    if not named:
        pytest.skip("NO SAMPLES: set SURVEY_SAMPLES to the folder that holds responses/ and xlsforms/")
    folder = Path(named)
    assert folder.is_dir(), f"SURVEY_SAMPLES names {folder}, which is no folder"
    return folder


@pytest.fixture
def write_campaign(tmp_path: Path) -> WriteCampaign:
    """Writes a campaign folder from its files, drawn in the test, and gives back its path: `writing` says how."""
    return writing(tmp_path / "campaigns" / "tiny")


def writing(folder: Path) -> WriteCampaign:
    """Writes a campaign's files into `folder`: `write({"campaign.yaml": "…", "tiny.yaml": "…"})`.

    The indentation of the test is taken off. A second call adds to or replaces files of the same folder, as an
    author's next edit does.
    """

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return folder

    return write
