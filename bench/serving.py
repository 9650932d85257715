"""What answering costs the server: people at the pages of `survey serve`, beside a bare Flask view in the same run.

Nothing is switched off: tokens, cookies, packing, headers, every check, and every page on the disk before the reply.
"""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import HEAD, Crowd, Loop, Paper, Person, Walk, between, papers
from bench.figures import Bound, Figure, ceiling, floor
from survey_app.campaign.loading import find_questionnaire, load_campaigns
from survey_app.config import Settings
from survey_app.survey import open_survey
from tests.machinery.live_server import PROJECT, LiveServer, free_port, running_server

NAME, WORDS = "driver", "B23"
"""The questionnaire, and its question that is answered in one's own words."""
SEED, KINDS = 20210601, 500
CPU_MS, TIMES_FLOOR, A_SECOND, P99_MS = 20, 4, 70, 200
WARM, ANSWERED, STORED, TURNS = 50, 200, 3000, 3
CLIENTS, PEOPLE, THREADS = 16, 200, 8
THINK, SECONDS = (1.0, 2.0), 180

FLOOR = f"{TIMES_FLOOR} times such a bare view, in the same run"
LIMESURVEY, EQ_RUNNER, DJANGO = "LimeSurvey 6, tuned", "the UK census's runner", "a common Django survey app"
PEERS_MS = ((136, LIMESURVEY), (380, EQ_RUNNER), (143, DJANGO))
PEERS_A_SECOND = ((14, LIMESURVEY), (5, EQ_RUNNER), (11, DJANGO))
"""Measured beside this program on such a machine of two cores, page by page; the best that each of them came to."""
DISCARDED = "the UK census's load tests discard more"


@dataclass(frozen=True)
class Run:
    """What one crowd did to one server: the crowd's figures, and the server's CPU seconds."""

    crowd: Crowd
    cpu: float
    people: list[Person]

    @property
    def per_response(self) -> float:
        """Milliseconds of the server's CPU for one completed response."""
        return 1000 * self.cpu / len(self.people)

    @property
    def per_request(self) -> float:
        """Milliseconds of the server's CPU for one request."""
        return 1000 * self.cpu / len(self.crowd.took)

    @property
    def a_second(self) -> float:
        """Completed responses a second."""
        return len(self.people) / self.crowd.seconds

    @property
    def own_share(self) -> float:
        """The share of all CPU time that the people themselves took, of 100."""
        return 100 * self.crowd.own_cpu / (self.crowd.own_cpu + self.cpu)


def cpu_seconds(process: int) -> float:
    """CPU time that the process and those that it started have used so far."""
    used: dict[int, float] = {}
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                rest = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents[int(folder.name)] = int(rest[1])
            used[int(folder.name)] = (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK")
    family = {process}
    while more := {each for each, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(each, 0.0) for each in family)


class Street:
    """A running server, and people who have never been there before."""

    def __init__(self, server: LiveServer, waiting: Iterator[Paper]) -> None:
        self.server = server
        self.waiting = waiting
        self.receipts: dict[str, bytes] = {}

    def run(
        self, count: int | None, at_once: int, rest: tuple[float, float] = (0.0, 0.0), seconds: float = 0
    ) -> Run:
        """So many people, or as many as begin within so many seconds. Raises AssertionError if anything failed."""
        people: list[Person] = []
        end = time.perf_counter() + seconds
        resting = between(*rest, SEED) if rest[1] else float

        def walks() -> Iterator[Walk]:
            for paper in itertools.islice(self.waiting, count):
                if count is None and time.perf_counter() > end:
                    return
                people.append(Person(NAME, paper, resting))
                yield people[-1].walk()

        before = cpu_seconds(self.server.process.pid)
        crowd = Loop(self.server.port, walks(), at_once).run()
        cpu = cpu_seconds(self.server.process.pid) - before
        if crowd.failed:
            raise AssertionError(f"{len(crowd.failed)} failed: {crowd.failed[:3]}\n{self.server.log[-2000:]}")
        self.receipts |= {person.paper.mark: person.receipt for person in people}
        return Run(crowd, cpu, people)

    def compare(self) -> None:
        """Raise AssertionError unless everybody's answers are kept once, under a receipt of their own."""
        survey = open_survey(Settings.read(self.server.environment))
        kept = Counter(response.answers[WORDS] for response in survey.storage.responses(NAME))
        survey.storage.close()
        expected = Counter(self.receipts)
        wrong = {mark: times for mark, times in kept.items() if times != 1}
        if kept.keys() != expected.keys() or wrong or len(set(self.receipts.values())) != len(self.receipts):
            lost, strange = expected.keys() - kept.keys(), kept.keys() - expected.keys()
            raise AssertionError(f"lost {list(lost)[:3]}, unknown {list(strange)[:3]}, kept {wrong}")


def papers_of_drivers() -> Iterator[Paper]:
    """Drivers without end."""
    campaign, asked = find_questionnaire(load_campaigns(PROJECT / "questionnaires"), NAME)
    return papers(asked, campaign, WORDS, KINDS, SEED)


@contextmanager
def street(folder: Path) -> Iterator[Street]:
    """`survey serve` as anybody starts it; all people begin at once here, and are not asked to wait for others."""
    with running_server(folder, SURVEY_CALM_STARTS="1000000") as server:
        yield Street(server, papers_of_drivers())


@contextmanager
def bare_view(folder: Path) -> Iterator[Callable[[int], float]]:
    """The bare view, running. It is called with a number of requests, each with what a page of the questionnaire sends,
    and gives milliseconds of the server's CPU for one.
    """
    bodies = next(papers_of_drivers()).bodies
    body = max(bodies.values(), key=len)
    kind = "Content-Type: application/x-www-form-urlencoded"
    request = f"POST / HTTP/1.1\r\n{HEAD}{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    port = free_port()
    program = [sys.executable, "-m", "bench.bare", str(port), str(folder), str(THREADS)]
    with subprocess.Popen(program, cwd=PROJECT) as process:  # noqa: S603 - our own program

        def asked(count: int) -> float:
            before = cpu_seconds(process.pid)
            _post(port, request, count)
            return 1000 * (cpu_seconds(process.pid) - before) / count

        try:
            _wait(port)
            yield asked
        finally:
            process.kill()


def _post(port: int, request: bytes, count: int) -> None:
    def walk() -> Walk:
        for _ in range(count // CLIENTS):
            yield request

    failed = Loop(port, iter([walk() for _ in range(CLIENTS)]), CLIENTS).run().failed
    if failed:
        raise AssertionError(failed[:3])


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def answering(folder: Path, seconds: float = SECONDS) -> Iterator[Figure]:
    """The figures: CPU for a response, beside the bare view's; responses a second; and a crowd for so many seconds.

    Floor and program take turns, and of either the best turn counts: this machine may be busy with something else.
    Raises AssertionError where anything failed, was lost or was kept twice.
    """
    for each in ("bare", "street"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    with bare_view(folder / "bare") as ask_bare, street(folder / "street") as people:
        ask_bare(STORED // 10)
        people.run(WARM, CLIENTS)
        turns = [(ask_bare(STORED), people.run(ANSWERED, CLIENTS)) for _ in range(TURNS)]
        crowd = people.run(None, PEOPLE, THINK, seconds)
        people.compare()
    floor_ms = min(bare for bare, _ in turns)
    best = min((run for _, run in turns), key=lambda run: run.cpu)
    fastest = max((run for _, run in turns), key=lambda run: run.a_second)
    yield from _costs(best, floor_ms)
    yield from _rates(fastest)
    yield from _of_the_crowd(crowd, seconds)


def _costs(run: Run, floor_ms: float) -> Iterator[Figure]:
    whole = f"{NAME} questionnaire over HTTP, server's CPU for it"
    yield Figure(whole, run.per_response, "ms", ceiling(CPU_MS))
    yield from (Figure(whole, run.per_response, "ms", Bound(*peer)) for peer in PEERS_MS)
    yield Figure("a request of it, server's CPU", run.per_request, "ms", Bound(TIMES_FLOOR * floor_ms, FLOOR))
    yield Figure("the same of a bare view storing a row", floor_ms, "ms")


def _rates(run: Run) -> Iterator[Figure]:
    name = f"completed responses, {CLIENTS} people at once"
    yield Figure(name, run.a_second, "a second", floor(A_SECOND))
    yield from (Figure(name, run.a_second, "a second", Bound(*peer, least=True)) for peer in PEERS_A_SECOND)
    yield Figure("share of the people themselves in all CPU", run.own_share, "%")


def _of_the_crowd(run: Run, seconds: float) -> Iterator[Figure]:
    p99 = 1000 * run.crowd.percentile(0.99)
    name = f"{PEOPLE} people, 1-2 s a page, {seconds / 60:.0f} min: p99"
    yield Figure(name, p99, "ms", ceiling(P99_MS))
    yield Figure(name, p99, "ms", Bound(500, DISCARDED))
    yield Figure("their requests, none failed", len(run.crowd.took), "requests")
    yield Figure("their responses, none lost or doubled", len(run.people), "responses")


def main() -> None:
    """Only these figures, for whoever works on them."""
    with tempfile.TemporaryDirectory() as folder:
        for figure in answering(Path(folder), float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS):
            print(figure.text(), flush=True)


if __name__ == "__main__":
    main()
