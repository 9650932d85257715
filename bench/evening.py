"""The evening peak, replayed at a rate that this machine should bear, to check the arithmetic of docs/scale.md.

People come as on an evening: few, more, most, and few again; each rests between pages as people do. What the server's
processors had to do is held against what the cost of one response says beforehand.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.crowd import Loop, Person, Walk, between
from bench.figures import Bound, Figure, ceiling
from bench.serving import (
    ANSWERED,
    CLIENTS,
    NAME,
    P99_MS,
    SEED,
    THINK,
    TURNS,
    Run,
    Street,
    cpu_seconds,
    street,
)

SHARES = (0.2, 0.5, 0.8, 1.0, 1.0, 0.8, 0.5, 0.2)
"""Of the peak's rate, in each eighth of the evening."""
EVENING_SECONDS = 120
BUSY = 0.5
"""The share of all cores that the peak is to take by the arithmetic; the people themselves need some too."""
OFF = 1.25
"""How far the arithmetic may be off."""


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """When people come, in seconds from the beginning; `rate`: people a second at the peak."""
    lot = random.Random(seed)  # noqa: S311
    span = seconds / len(SHARES)
    return [
        eighth * span + lot.random() * span
        for eighth, share in enumerate(SHARES)
        for _ in range(round(rate * share * span))
    ]


def replay(people: Street, moments: list[float]) -> Run:
    """One person at each moment. Raises AssertionError if anything failed."""
    resting = between(*THINK, SEED)
    come = [Person(NAME, paper, resting) for paper in itertools.islice(people.waiting, len(moments))]

    def walk(moment: float, person: Person) -> Walk:
        yield moment
        yield from person.walk()

    walks = iter([walk(moment, person) for moment, person in zip(moments, come, strict=True)])
    before = cpu_seconds(people.server.process.pid)
    crowd = Loop(people.server.port, walks, len(come)).run()
    cpu = cpu_seconds(people.server.process.pid) - before
    if crowd.failed:
        raise AssertionError(f"{len(crowd.failed)} failed: {crowd.failed[:3]}\n{people.server.log[-2000:]}")
    people.receipts |= {person.paper.mark: person.receipt for person in come}
    return Run(crowd, cpu, come)


def evening(folder: Path, seconds: float = EVENING_SECONDS) -> Iterator[Figure]:
    """The figures of one evening. Raises AssertionError where anything failed, was lost or was kept twice."""
    folder.mkdir(parents=True, exist_ok=True)
    cores = os.cpu_count() or 1
    with street(folder) as people:
        known = min((people.run(ANSWERED, CLIENTS) for _ in range(TURNS)), key=lambda run: run.cpu)
        rate = BUSY * cores / (known.per_response / 1000)
        run = replay(people, arrivals(rate, seconds, SEED))
        people.compare()
    yield Figure("evening replayed: people a second at its peak", rate, "a second")
    yield Figure(
        "CPU of a response in it", run.per_response, "ms", Bound(OFF * known.per_response, "the arithmetic")
    )
    yield Figure("p99 in it", 1000 * run.crowd.percentile(0.99), "ms", ceiling(P99_MS))
    yield Figure("responses in it, none lost or doubled", len(run.people), "responses")


def main() -> None:
    """Only these figures."""
    with tempfile.TemporaryDirectory() as folder:
        for figure in evening(Path(folder), float(sys.argv[1]) if len(sys.argv) > 1 else EVENING_SECONDS):
            print(figure.text(), flush=True)


if __name__ == "__main__":
    main()
