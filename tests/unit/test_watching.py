"""Many people read, few press a button: whoever rests costs nothing, keeps a place for a while, and nobody waits."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from waitress import wasyncore

from survey_app.serving import server
from survey_app.serving.watching import ALL_SECONDS, Watched
from tests.machinery.live_server import PROJECT, free_port

RESTING = 2000
PROGRAM = """
import sys
from survey_app.serving import server
from survey_app.serving.processes import listen
def app(environ, start):
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
server.REST_SECONDS = float(sys.argv[2])
server.serve(app, listen("127.0.0.1", int(sys.argv[1])), 2, "/research")
"""
ASKING = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Line(wasyncore.dispatcher):
    """A connection that counts how often it is asked what it waits for; it hangs up once it read `bye`."""

    def __init__(self, end: socket.socket, watched: Watched) -> None:
        super().__init__(end, map=watched)
        self.connected = True
        self.asked = 0
        self.heard = b""

    def readable(self) -> bool:
        self.asked += 1
        return True

    def writable(self) -> bool:
        return False

    def handle_read(self) -> None:
        self.heard += self.recv(100)
        if self.heard == b"bye":
            for each in list(self._map.values()):
                each.close()

    def handle_close(self) -> None:
        self.close()


def test_whoever_rests_is_asked_once_a_second_however_often_others_speak():
    watched = Watched()
    with ExitStack() as open_:
        pairs = [socket.socketpair() for _ in range(50)]
        ours = [open_.enter_context(pair[0]) for pair in pairs]
        lines = [Line(pair[1], watched) for pair in pairs]
        ours[0].sendall(b"bye")
        began = time.monotonic()
        watched.watch()
        seconds = time.monotonic() - began
    assert lines[0].heard == b"bye"
    assert max(line.asked for line in lines[1:]) <= 2 + seconds / ALL_SECONDS
    assert not watched
    assert not watched.selector.get_map()


@contextmanager
def small_server(rest_seconds: float) -> Iterator[Callable[[], socket.socket]]:
    """The web server alone in a process; called, it gives a new connection to it."""
    port = free_port()
    program = [sys.executable, "-c", PROGRAM, str(port), str(rest_seconds)]
    with subprocess.Popen(program, cwd=PROJECT) as process, ExitStack() as lines:

        def call() -> socket.socket:
            line = lines.enter_context(closing(socket.create_connection(("127.0.0.1", port), 10)))
            ask(line)
            return line

        try:
            wait_for(call)
            yield call
        finally:
            process.kill()


def ask(line: socket.socket) -> None:
    line.sendall(ASKING)
    came = b""
    while not came.endswith(b"\r\n\r\nok"):
        came += (part := line.recv(1000))
        assert part, "the line was closed"
    assert came.startswith(b"HTTP/1.1 200")


def seconds(call: Callable[[], socket.socket]) -> float:
    """How long it takes until a new one is answered."""
    began = time.monotonic()
    call()
    return time.monotonic() - began


def wait_for(call: Callable[[], socket.socket]) -> None:
    for _ in range(100):
        try:
            call()
        except OSError:
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def room_for_many() -> Iterator[None]:
    """Lets this process have as many files open as the test needs; what it starts is back at 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * RESTING:
        pytest.skip(f"this machine allows a program {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * RESTING), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("room_for_many")
def test_two_thousand_people_rest_over_their_pages_and_the_next_one_is_served_at_once():
    with small_server(rest_seconds=600) as call:
        resting = [call() for _ in range(RESTING)]
        assert min(seconds(call) for _ in range(3)) < 1  # a busy machine may hold up one of them
        for line in (resting[0], resting[-1]):
            ask(line)


def test_a_connection_that_rests_too_long_is_closed_and_one_that_speaks_is_not():
    with small_server(rest_seconds=5) as call:
        idle, speaking = call(), call()
        idle.settimeout(20)
        for _ in range(14):
            time.sleep(0.5)
            ask(speaking)
        assert idle.recv(1000) == b""


def test_a_program_asks_for_as_many_open_files_as_its_connections_need():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        given = server.connections(500)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= given + server.OTHER_FILES
        assert given == 500 or given + server.OTHER_FILES == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
