"""One thread answers respondents one after another while it keeps up; whatever takes long keeps nobody waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from waitress.adjustments import Adjustments

from survey_app.serving import lanes, server
from survey_app.serving.lanes import HELD_SECONDS, PACE_SECONDS, Lane, Lanes

MOST = 3
LONG = 30
"""Seconds after which what should have come does not come any more."""


@dataclass
class Asked:
    """A request that takes as long as its `end` is not set; it notes by whom it was answered."""

    name: int
    done: list[Asked]
    end: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    requests: list[server.Request] = field(default_factory=list)
    by: int = 0
    cancelled: bool = False

    def service(self) -> None:
        self.by = threading.get_ident()
        self.begun.set()
        self.end.wait(LONG)
        self.done.append(self)

    def cancel(self) -> None:
        self.cancelled = True


def asked(count: int, done: list[Asked], *, quick: bool = True) -> list[Asked]:
    """So many requests; `quick`: they take no time."""
    made = [Asked(number, done) for number in range(count)]
    for each in made if quick else ():
        each.end.set()
    return made


def request(path: str, length: int = 0) -> server.Request:
    """One as the web server reads it."""
    made = server.Request(Adjustments())
    made.received(f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode())
    return made


@dataclass
class Clock:
    """Both clocks by which a lane goes; they stand until a test moves them on."""

    now: float = 0.0
    used: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.used


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every lane that is made after it."""
    made = Clock()
    monkeypatch.setattr(lanes, "time", made)
    return made


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane(MOST)
    yield made
    made.shutdown(timeout=LONG)


def until(true: Callable[[], bool], lane: Lane | Lanes, seconds: float = LONG) -> bool:
    """Whether it comes true, while the lane is asked to help itself as often as the web server does, or oftener."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        lane.relieve()
        time.sleep(HELD_SECONDS / 10)
    return True


def test_one_thread_answers_in_the_order_of_coming_while_it_keeps_up(clock: Clock, lane: Lane):
    done: list[Asked] = []
    for each in asked(200, done):
        lane.add_task(each)
    assert until(lambda: len(done) == 200, lane)
    assert [each.name for each in done] == list(range(200))
    assert len({each.by for each in done}) == 1
    assert len(lane.threads) == 1


def test_where_one_holds_it_up_another_thread_joins_and_leaves_again(clock: Clock, lane: Lane):
    done: list[Asked] = []
    (long,) = asked(1, done, quick=False)
    lane.add_task(long)
    assert long.begun.wait(LONG)
    (other,) = asked(1, done)
    lane.add_task(other)
    clock.now += HELD_SECONDS
    lane.relieve()
    assert len(lane.threads) == 1, "a moment is no reason to help"
    clock.now += HELD_SECONDS / 10
    assert until(lambda: other in done, lane)
    assert done == [other]
    assert other.by != long.by
    long.end.set()
    clock.now += PACE_SECONDS
    assert until(lambda: len(lane.threads) == 1, lane)
    assert until(lambda: done == [other, long], lane)


def test_never_more_than_there_may_be(lane: Lane):
    done: list[Asked] = []
    held = asked(MOST + 1, done, quick=False)
    for each in held:
        lane.add_task(each)
    assert until(lambda: sum(each.begun.is_set() for each in held) == MOST, lane)
    assert not until(held[-1].begun.is_set, lane, 5 * HELD_SECONDS)
    held[0].end.set()
    assert until(held[-1].begun.is_set, lane)
    for each in held:
        each.end.set()


def test_after_a_rest_the_first_one_to_come_is_not_taken_for_one_that_waits(clock: Clock, lane: Lane):
    clock.now += 2 * HELD_SECONDS
    done: list[Asked] = []
    for each in asked(2, done):
        lane.add_task(each)
        assert len(lane.threads) == 1
    assert until(lambda: len(done) == 2, lane)


def test_where_each_waits_for_something_else_than_the_core_more_join_one_by_one(lane: Lane):
    done: list[Asked] = []

    class Slow(Asked):
        def service(self) -> None:
            time.sleep(HELD_SECONDS / 5)
            super().service()

    most, end = 1, time.monotonic() + LONG
    while most < MOST and time.monotonic() < end:
        waiting = Slow(0, done)
        waiting.end.set()
        lane.add_task(waiting)
        while len(lane.queue) > 5:
            time.sleep(HELD_SECONDS / 50)
        most = max(most, len(lane.threads))
    assert most == MOST
    assert until(lambda: len(lane.threads) == 1, lane)


@pytest.mark.parametrize(
    ("waited", "share", "change"),
    [(9, 0.1, 1), (9, 0.6, 0), (9, 0.9, -1), (1, 0.1, -1), (0, 0.0, -1)],
    ids=["idle", "at work", "busy", "few wait", "nobody comes"],
)
def test_another_thread_is_wanted_only_where_requests_wait_and_the_core_does_not(
    clock: Clock, waited: int, share: float, change: int
):
    pace = lanes.Pace()
    for _ in range(2):
        for number in range(10 if waited else 0):
            pace.note(waits=number < waited)
        clock.now += PACE_SECONDS / 2
        assert pace.change() == 0, "too early to say"
        clock.now += PACE_SECONDS / 2
        clock.used += share * PACE_SECONDS
        assert pace.change() == change


def test_the_desk_and_files_keep_no_respondent_waiting():
    both = Lanes(1, lambda each: server.is_slow("/research", each))
    done: list[Asked] = []
    long = asked(2, done, quick=False)
    quick = asked(2, done)
    long[0].requests = [request("/research/banner.xlsx")]
    long[1].requests = [request("/q/driver/page", 2_000_000)]
    for each in quick:
        each.requests = [request("/q/driver")]
    for each in (*long, *quick):
        both.add_task(each)
    assert until(lambda: len(done) == 2, both)
    assert done == quick
    for each in long:
        each.end.set()
    assert until(lambda: len(done) == 4, both)
    both.shutdown()


def test_what_still_waits_at_the_end_is_cancelled(lane: Lane):
    done: list[Asked] = []
    held, waiting = asked(2, done, quick=False)
    for each in (held, waiting):
        lane.add_task(each)
    assert held.begun.wait(LONG)
    lane.set_thread_count(0)
    held.end.set()
    lane.shutdown()
    assert done == [held]
    assert waiting.cancelled


@pytest.mark.parametrize(
    ("path", "length", "slow"),
    [
        ("/research", 0, True),
        ("/research/tables?rows=region", 0, True),
        ("/researchers", 0, False),
        ("/q/driver", 4_000, False),
        ("/q/driver/page", server.WITH_A_FILE, False),
        ("/q/driver/page", server.WITH_A_FILE + 1, True),
        ("/", 0, False),
    ],
)
def test_what_may_take_long(path: str, length: int, slow: bool):
    assert server.is_slow("/research", request(path, length)) is slow


def test_a_request_that_cannot_be_read_is_a_quick_one():
    broken = server.Request(Adjustments())
    broken.received(b"nonsense\r\n\r\n")
    assert broken.error is not None
    assert not server.is_slow("/research", broken)
