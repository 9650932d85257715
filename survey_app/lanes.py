"""Which thread serves which request: respondents' pages go one after another, slow ones have a lane of their own.

Threads of one Python process take turns on one core. Eight that draw pages side by side are not done sooner than one
that draws them in a row: they hand the core to one another at every look into the database, which costs an eighth of
their time, and whoever holds the turn to write waits for the core meanwhile. So one thread serves a lane as long as it
keeps up. Where a request holds it up, be it that the database is busy or that the work is large, another one joins.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from waitress.task import ThreadedTaskDispatcher

HELD_SECONDS = 0.1
"""How long nobody takes the next request before another thread comes to help: some fifty pages' time."""


@dataclass(frozen=True)
class Taken:
    """A connection on which a request waits, and which tells its lane when its turn has come."""

    lane: Lane
    waiting: Any

    def service(self) -> None:
        """Answer it."""
        self.lane.taken = time.monotonic()
        self.waiting.service()

    def cancel(self) -> None:
        """Close it unanswered."""
        self.waiting.cancel()


class Lane(ThreadedTaskDispatcher):
    """A queue, served by one thread, and by up to `most` while it is held up. `taken`: when the last turn came."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.taken = 0.0
        self.set_thread_count(1)

    def add_task(self, task: Any) -> None:
        """Have the first request of a connection answered in its turn."""
        if not self.queue:
            self.taken = time.monotonic()
        waiting: Any = Taken(self, task)  # all that the web server's own tasks are to it
        super().add_task(waiting)
        self.relieve()

    def relieve(self) -> None:
        """Let another thread join where nobody takes the next request; where nothing waits, one is enough."""
        at_work = len(self.threads) - self.stop_count
        if not self.queue:
            wanted = 1
        elif time.monotonic() - self.taken > HELD_SECONDS:
            wanted = min(at_work + 1, self.most)
        else:
            return
        if wanted != at_work:
            self.set_thread_count(wanted)


class Lanes(ThreadedTaskDispatcher):
    """One lane for requests of which `is_slow` says so, another one for all others; each has up to `most` threads."""

    def __init__(self, most: int, is_slow: Callable[[Any], bool]) -> None:
        super().__init__()
        self.quick, self.slow = Lane(most), Lane(most)
        self._is_slow = is_slow

    def add_task(self, task: Any) -> None:
        """Have the first request of a connection answered by its lane."""
        (self.slow if self._is_slow(task.requests[0]) else self.quick).add_task(task)

    def relieve(self) -> None:
        """To be called now and then: what holds up a lane is seen when the next request comes, if one comes."""
        for lane in (self.quick, self.slow):
            lane.relieve()

    def shutdown(self, *arguments: Any, **named: Any) -> bool:
        """Let the threads end; whether requests that still waited were cancelled."""
        cancelled = [lane.shutdown(*arguments, **named) for lane in (self.quick, self.slow)]
        return any(cancelled)
