"""Waiting for what comes on many connections, most of which rest: a person who reads costs nothing meanwhile.

The web server's own way asks every connection before each wait what it waits for, several times a request: with 2,000
people reading, that is dearer than all the rest. Here the system is told once what a connection waits for, and only
those are asked again on which something happened or is going on.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
ALL_SECONDS = 1.0
"""How often every connection is asked, for what the server does by the clock: closing those that rested too long."""


class Watched(dict[int, Any]):
    """What the web server has open, by file number: its listening sockets, its connections, and its own trigger.

    A connection at rest waits to read and nothing else, so that only what it reads can change that. `awake` are all
    others: while one is served, another thread changes what it waits for. `told`: what the system waits for on each;
    that may be more than is wanted, until it happens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.selector = selectors.DefaultSelector()
        self.awake: set[int] = set()
        self.told: dict[int, int] = {}

    def __setitem__(self, number: int, opened: Any) -> None:
        """Take in what was opened."""
        super().__setitem__(number, opened)
        self.awake.add(number)

    def __delitem__(self, number: int) -> None:
        """Let go of what is about to be closed."""
        super().__delitem__(number)
        self.awake.discard(number)
        self._tell(number, None, 0)

    def watch(self, chore: Callable[[], object] = bool) -> None:
        """Serve until nothing is open, and do the chore at least every second."""
        while self:
            self._ask(list(self))
            chore()
            end = time.monotonic() + ALL_SECONDS
            while (left := end - time.monotonic()) > 0:
                self._ask(self._hear(left) | self.awake)

    def _hear(self, seconds: float) -> set[int]:
        """Let everything do what it can by now; gives on which something happened."""
        happened = self.selector.select(seconds)
        for key, what in happened:
            number, opened = key.fd, key.data
            for event, act in ((READ, wasyncore.read), (WRITE, wasyncore.write)):
                is_open = self.get(number) is key.data  # another one may have closed it by now
                if what & event and is_open and event & _wanted(opened):
                    act(opened)
                elif what & event and is_open:
                    self._tell(number, opened, self.told[number] & ~event)
        return {key.fd for key, _ in happened}

    def _ask(self, numbers: Iterable[int]) -> None:
        """Ask each what it waits for, and tell the system what is new."""
        for number in numbers:
            if (opened := self.get(number)) is None:
                continue
            wanted = _wanted(opened)
            if wanted & ~self.told.get(number, 0):
                self._tell(number, opened, wanted)
            (self.awake.discard if wanted == READ else self.awake.add)(number)

    def _tell(self, number: int, opened: Any, wanted: int) -> None:
        known = self.told.pop(number, 0)
        if wanted:
            self.told[number] = wanted
            (self.selector.modify if known else self.selector.register)(number, wanted, opened)
        elif known:
            self.selector.unregister(number)


def _wanted(opened: Any) -> int:
    """What it waits for; a listening socket says that it could be written to, and never can."""
    return (READ if opened.readable() else 0) | (WRITE if opened.writable() and not opened.accepting else 0)
