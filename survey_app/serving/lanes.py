"""Which thread serves which request: respondents' pages go one after another, slow ones have a lane of their own.

Threads of one Python process take turns on one core. Eight that draw pages side by side are not done sooner than one
that draws them in a row: they hand the core to one another at every look into the database, which costs an eighth of
their time, and whoever holds the turn to write waits for the core meanwhile. So one thread serves a lane as long as it
keeps up. Where one request holds it up, be it that the database is busy or that the work is large, another one joins.
Where requests wait although the core is idle, each for a slow disk or a database elsewhere, they join one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from waitress.task import ThreadedTaskDispatcher

HELD_SECONDS = 0.1
"""How long nobody takes the next request before another thread comes to help: some fifty pages' time."""
PACE_SECONDS = 0.25
"""How often it is looked whether requests wait although the core is idle: for the disk, or for a database elsewhere."""
IDLE, BUSY = 0.5, 0.8
"""Shares of a core. A process that uses less has room for another thread, one that uses more has too many of them."""


@dataclass(frozen=True)
class Queued:
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
    """A queue, served by one thread, and by up to `most` where that helps. `taken`: when the last turn came."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.taken = 0.0
        self._pace = Pace()
        self.set_thread_count(1)

    def add_task(self, task: Any) -> None:
        """Have the first request of a connection answered in its turn."""
        if not self.queue:
            self.taken = time.monotonic()
        self._pace.note(waits=bool(self.queue))
        waiting: Any = Queued(self, task)  # all that the web server's own tasks are to it
        super().add_task(waiting)
        self.relieve()

    def relieve(self) -> None:
        """Let another thread join, or let one go."""
        at_work = len(self.threads) - self.stop_count
        wanted = at_work + self._pace.change()
        if self.queue and time.monotonic() - self.taken > HELD_SECONDS:
            wanted = at_work + 1
        wanted = min(max(wanted, 1), self.most)
        if wanted != at_work:
            self.set_thread_count(wanted)


class Pace:
    """Whether requests come faster than they are answered, and whether that is for want of the core."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._began, self._used = time.monotonic(), time.process_time()
        self._came = self._waited = 0

    def note(self, *, waits: bool) -> None:
        """A request came; `waits`: others were waiting already."""
        self._came += 1
        self._waited += waits

    def change(self) -> int:
        """A thread more (1), one less (-1), or as many as there are (0); thought of anew every PACE_SECONDS."""
        seconds = time.monotonic() - self._began
        if seconds < PACE_SECONDS:
            return 0
        share = (time.process_time() - self._used) / seconds
        crowded = 2 * self._waited > self._came
        self._begin()
        if not crowded or share > BUSY:
            return -1
        return 1 if share < IDLE else 0


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
