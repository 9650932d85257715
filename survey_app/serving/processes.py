"""Several processes behind one address, so that every core serves: Python runs on one core at a time in each.

The first process opens the listening socket, starts the others and does nothing else: it has no connection to the
database and no threads, so that it can start another one whenever one ends. They share nothing but the socket and the
database. If the first one is gone, in whatever way, the others end too, and the address is free.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType

import click

from survey_app import apart
from survey_app.errors import SurveyError

CAN_FORK = hasattr(os, "fork")
GRACE_SECONDS = 8.0
"""For requests that are being answered while all of it stops."""
SHORT_LIFE = 5.0
MOST_SHORT_LIVES = 5
"""So many processes in a row that ended within SHORT_LIFE seconds: starting more would not help."""


def cores() -> int:
    """How many cores this program may use; 1 where processes cannot be started from this one."""
    return apart.cores() if CAN_FORK else 1


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of `host`. Raises SurveyError where the port cannot be had."""
    opened: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            opened.append(_listening(family, address))
    except OSError as error:
        for each in opened:
            each.close()
        raise SurveyError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Try --port 8001."
        ) from error
    return opened


def _listening(family: int, address: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this would let two programs have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(1024)
    except OSError:
        made.close()
        raise
    return made


class Stop(Exception):
    """Somebody wants all of it to end."""


class Processes:
    """`count` processes that each call `work` with their number, from 0, and are replaced where they end."""

    def __init__(self, count: int, work: Callable[[int], None]) -> None:
        self.count = count
        self.work = work
        self.running: dict[int, tuple[int, float]] = {}
        self.short_lives = 0
        self.watched, self.held = os.pipe()

    def run(self) -> None:
        """Until somebody wants it to end. Raises SurveyError where the processes cannot live."""
        before = {each: signal.signal(each, _stop) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            for number in range(self.count):
                self._start(number)
            while True:
                self._replace(*os.wait())
        except Stop:
            pass
        finally:
            for each in before:
                signal.signal(each, signal.SIG_IGN)
            self._end()
            for each, how in before.items():
                signal.signal(each, how)

    def _start(self, number: int) -> None:
        process = os.fork()
        if process == 0:
            self._live(number)
        self.running[process] = (number, time.monotonic())

    def _live(self, number: int) -> None:
        """What a process does; it never comes back from here."""
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.close(self.held)
            threading.Thread(target=self._end_with_the_first, daemon=True).start()
            self.work(number)
            status = 0
        except KeyboardInterrupt:
            status = 0
        finally:
            os._exit(status)

    def _end_with_the_first(self) -> None:
        os.read(self.watched, 1)  # comes back when nobody holds the other end any more
        os._exit(1)

    def _replace(self, process: int, status: int) -> None:
        number, began = self.running.pop(process)
        short = time.monotonic() - began < SHORT_LIFE
        self.short_lives = self.short_lives + 1 if short else 0
        if self.short_lives >= MOST_SHORT_LIVES:
            raise SurveyError("The processes end as soon as they begin. Try --processes 1, which says why.")
        told = os.waitstatus_to_exitcode(status)
        click.echo(f"Process {number} ended ({told}); another one takes its place.", err=True)
        self._start(number)

    def _end(self) -> None:
        """Let every process finish what it is at, but not for ever."""
        self._tell(signal.SIGINT)
        end = time.monotonic() + GRACE_SECONDS
        while self.running and time.monotonic() < end:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            self.running.pop(ended, None)
            if not ended:
                time.sleep(0.02)
        self._tell(signal.SIGKILL)
        for process in self.running:
            os.waitpid(process, 0)

    def _tell(self, what: signal.Signals) -> None:
        for process in self.running:
            os.kill(process, what)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop
