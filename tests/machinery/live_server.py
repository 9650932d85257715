"""The product as a person starts it: `survey serve` a process with a port and a folder of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machinery.orphans import end_with_parent

PROJECT = Path(__file__).resolve().parents[2]
SURVEY = Path(sys.executable).with_name("survey")
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True)
class LiveServer:
    """A running `survey serve`: its address without a slash at the end, its folder, and its settings."""

    url: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """The port of 127.0.0.1 on which it serves."""
        return int(self.url.rpartition(":")[2])

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")

    def survey(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run another `survey` command on the same database: `survey("tabulate", "region", "issue")`."""
        return run_survey(*words, environment=self.environment)


StartServer = Callable[..., LiveServer]


def run_survey(*words: str | Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a `survey` command as a person would and give back its status, output and complaints."""
    return subprocess.run(
        [SURVEY, *words],
        check=False,
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def survey_environment(folder: Path, campaigns: Path | None = None, **settings: str) -> dict[str, str]:
    """This process's environment, the product's own folders all inside `folder`, and `settings` as given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    own = {
        "SURVEY_CAMPAIGNS": str(campaigns or PROJECT / "questionnaires"),
        "SURVEY_INSTANCE": str(folder / "instance"),
        "SURVEY_EXPORTS": str(folder / "exports"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    return inherited | own | settings


@contextmanager
def running_server(
    folder: Path, campaigns: Path | None = None, words: Sequence[str] = (), **settings: str
) -> Iterator[LiveServer]:
    """`survey serve` for the length of a with-block; at its end its log is printed for pytest to show.

    `words` come after `serve`.

    Raises AssertionError with the log when it ends early or does not answer /healthz in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = survey_environment(folder, campaigns, **settings)
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [SURVEY, "serve", "--port", str(port), *words],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )
    server = LiveServer(f"http://127.0.0.1:{port}", folder, environment, process)
    try:
        _wait_until_healthy(server, port)
        yield server
    finally:
        _end(process)
        print(f"--- log of survey serve on port {port} ---\n{server.log}")


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts servers: `start_server(campaigns=folder, SURVEY_PARTS="public")`; all end with the test."""
    with ExitStack() as running:
        started = 0

        def start(
            campaigns: Path | None = None,
            folder: Path | None = None,
            words: Sequence[str] = (),
            **settings: str,
        ) -> LiveServer:
            nonlocal started
            started += 1
            place = folder or tmp_path / f"server-{started}"
            return running.enter_context(running_server(place, campaigns, words, **settings))

        yield start


@pytest.fixture
def live_server(start_server: StartServer) -> LiveServer:
    """A server with the repository's own campaigns and an empty database."""
    return start_server()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the repository's own campaigns, for tests that do not mind what others answered on it."""
    with running_server(tmp_path_factory.mktemp("shared")) as server:
        yield server


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listened a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(server: LiveServer, port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.process.poll() is None, f"survey serve ended before it served:\n{server.log}"
        if healthy(port):
            return
        time.sleep(0.1)
    raise AssertionError(f"survey serve did not answer /healthz within {START_SECONDS} s:\n{server.log}")


def healthy(port: int) -> bool:
    """Whether a server on that port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
