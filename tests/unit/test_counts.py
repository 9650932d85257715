"""Counting: exact within a stretch, forgotten at its end, and cheap in a flood."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from survey_app.respondent.counts import Counts
from tests.machinery.clock import Clock


def test_each_is_counted_apart_and_all_are_forgotten_at_the_end_of_the_stretch(clock: Clock):
    counts = Counts(60)
    assert [counts.add("draft", "a"), counts.add("draft", "a"), counts.add("draft", "b")] == [1, 2, 1]
    assert (counts.of("draft", "a"), counts.of("draft", "c")) == (2, 0)
    clock.later(30)
    assert counts.add("draft", "a") == 3
    assert 29 <= counts.left() <= 30
    clock.later(counts.left())
    assert counts.of("draft", "a") == 0
    assert counts.left() == 60


def test_a_clock_on_the_wall_that_is_set_back_counts_nobody_for_longer(clock: Clock):
    counts = Counts(60)
    counts.add("a")
    clock.is_set(-3600)
    clock.later(60)
    assert counts.of("a") == 0


def test_nothing_is_lost_between_threads(clock: Clock):
    counts = Counts(600)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: counts.add("a"), range(5000)))
    assert counts.of("a") == 5000


def test_a_flood_makes_counting_no_dearer_and_starts_no_threads(clock: Clock):
    counts = Counts(600)
    for number in range(60_000):
        counts.add("draft", str(number))
    threads, began = threading.active_count(), time.thread_time()
    for number in range(1000):
        counts.add("draft", f"new {number}")
    assert time.thread_time() - began < 0.05, "a request pays 50 µs or more"
    assert threading.active_count() == threads
