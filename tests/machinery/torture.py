"""Drivers answer while the network breaks, the server is killed and buttons are pressed twice: `make torture`.

Everything is on loopback, bounded in count and time, and drawn from a seed that is printed. Each driver remembers what
was typed and which receipt came; at the end the database must hold exactly that.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import click

from survey_app.campaign.loading import load_campaigns
from survey_app.campaign.models import RegionQuestion
from survey_app.config import Settings
from survey_app.survey import Survey, open_survey
from tests.machinery.drivers import Driver, Fields, Stuck
from tests.machinery.live_server import PROJECT, SURVEY, free_port, healthy, survey_environment
from tests.machinery.orphans import end_with_parent
from tests.machinery.relay import Cut, Relay

QUESTIONNAIRE = "driver"
REQUESTS_EACH = 30
"""A visit makes more than this (about 43): a kill that is planned for one of so many requests does come."""
START_SECONDS = 60
PROGRAMS = {"whole": [str(SURVEY)], "forgetful": [sys.executable, "-m", "tests.machinery.forgetful"]}


@dataclass(frozen=True)
class Plan:
    """How many drivers, how often the server is killed, how many at a time, how many connections of 100 may
    break, how many buttons of all are pressed twice at once.
    """

    drivers: int
    kills: int
    seed: int
    at_once: int = 8
    breaking: int = 20
    double_taps: float = 0.5
    program: str = "whole"


@dataclass
class Outcome:
    """What happened, and `wrong`: one sentence for each thing that must not be."""

    plan: Plan
    seconds: float = 0
    connections: int = 0
    cuts: int = 0
    late: int = 0
    kills: int = 0
    responses: int = 0
    wrong: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The figures in two lines, and what was wrong."""
        plan = self.plan
        return "\n".join(
            [
                f"seed {plan.seed}: {plan.drivers} drivers, {self.connections} connections, {self.cuts} cut "
                f"({self.late} when the request had arrived), server killed and started again {self.kills} times, "
                f"{self.seconds:.0f} s",
                f"{self.responses} responses kept; {len(self.wrong)} things wrong",
                *self.wrong[:20],
            ]
        )


@dataclass
class Server:
    """`survey serve` on one port and one folder, which can be killed and started again."""

    folder: Path
    port: int
    program: str
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def environment(self) -> dict[str, str]:
        # all drivers begin at once here, and are not asked to wait for one another
        return survey_environment(self.folder, SURVEY_CALM_STARTS="100000")

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAMS[self.program], "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )
        end = time.monotonic() + START_SECONDS
        while not healthy(self.port):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no server: {(self.folder / 'serve.log').read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut does it: no warning, no last words."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Weather:
    """Decides by chance which connection breaks where, and after which one the server is killed."""

    def __init__(self, plan: Plan) -> None:
        self.lot = random.Random(plan.seed)
        self.breaking = plan.breaking
        expected = plan.drivers * REQUESTS_EACH
        self.kills = sorted(self.lot.randrange(expected) for _ in range(plan.kills))
        self.seen = 0
        self.storms: SimpleQueue[bool] = SimpleQueue()

    def fate(self) -> Cut | None:
        """How the next connection breaks, if it does: in its head, in its body, before the answer or within it."""
        self.seen += 1
        if self.kills and self.seen >= self.kills[0]:
            self.kills.pop(0)
            self.storms.put(True)
        if self.lot.randrange(100) >= self.breaking:
            return None
        if self.lot.random() < 0.3:
            return Cut(True, self.lot.randrange(500))
        return Cut(False, self.lot.choice([0, self.lot.randrange(500), self.lot.randrange(8000)]))


@contextmanager
def storms(server: Server, weather: Weather, outcome: Outcome) -> Iterator[None]:
    """Kill the server and start it again whenever the weather says so: every storm has its turn, also one that
    comes while the server starts.
    """

    def rage() -> None:
        while weather.storms.get():
            server.kill()
            server.start()
            outcome.kills += 1

    raging = threading.Thread(target=rage)
    raging.start()
    try:
        yield
    finally:
        weather.storms.put(False)
        raging.join()


def run(plan: Plan, folder: Path) -> Outcome:
    """Let all drivers answer, then compare what was kept with what they remember."""
    outcome, weather, began = Outcome(plan), Weather(plan), time.monotonic()
    server = Server(folder, free_port(), plan.program)
    server.start()
    try:
        with Relay(server.port, weather.fate) as relay:
            drivers = [
                Driver(number, relay.port, random.Random(f"{plan.seed}/{number}"), plan.double_taps)
                for number in range(plan.drivers)
            ]
            with storms(server, weather, outcome), ThreadPoolExecutor(plan.at_once) as pool:
                outcome.wrong = [words for words in pool.map(_visit, drivers) if words]
            counts = relay.counts
            outcome.connections, outcome.cuts, outcome.late = counts.connections, counts.cuts, counts.late
    finally:
        server.kill()
    outcome.seconds = time.monotonic() - began
    survey = open_survey(_settings(server.environment))
    try:
        compare(survey, drivers, outcome)
    finally:
        survey.storage.close()
    return outcome


def _visit(driver: Driver) -> str | None:
    try:
        driver.visit()
    except Stuck as stuck:
        return str(stuck)
    return None


def _settings(environment: dict[str, str]) -> Settings:
    return Settings.read(environment)


def compare(survey: Survey, drivers: list[Driver], outcome: Outcome) -> None:
    """Every driver once, with what was typed, and with one receipt that is known and nobody else's."""
    kept: dict[str, list[Fields]] = {}
    for response in survey.storage.responses(QUESTIONNAIRE):
        typed = as_typed(response.answers)
        kept.setdefault("".join(typed.get("q-B23", [])), []).append(typed)
        outcome.responses += 1
    for driver in drivers:
        outcome.wrong += judge(driver, kept.pop(driver.words, []))
    outcome.wrong += [f"nobody typed: {words!r}" for words in kept]
    receipts = Counter(receipt for driver in drivers for receipt in driver.receipts)
    outcome.wrong += [f"receipt {each} was given to {count}" for each, count in receipts.items() if count > 1]
    unknown = [receipt for receipt in receipts if survey.storage.look_up(receipt) is None]
    outcome.wrong += [f"receipt {receipt} is not known" for receipt in unknown]


def judge(driver: Driver, found: list[Fields]) -> list[str]:
    """What is wrong with what was kept of one driver."""
    wrong = []
    if len(found) != 1:
        wrong.append(f"driver {driver.number}: {len(found)} responses")
    wanted = as_read(driver.typed)
    wrong += [f"driver {driver.number}: typed {wanted}, kept {each}" for each in found if each != wanted]
    if len(driver.receipts) != 1:
        wrong.append(f"driver {driver.number}: receipts {sorted(driver.receipts)}")
    return wrong


def as_typed(answers: dict[str, object]) -> Fields:
    """The answers of a response in the controls in which they were typed."""
    typed: Fields = {}
    for name, value in answers.items():
        if isinstance(value, dict):
            typed |= {f"q-{name}-{row}": [code] for row, code in value.items()}
        else:
            typed[f"q-{name}"] = sorted(value) if isinstance(value, list) else [str(value)]
    return typed


def as_read(typed: Fields) -> Fields:
    """What was typed, a place by its last step alone, several choices in one order."""
    read = {name: sorted(values) for name, values in typed.items()}
    for place in PLACES:
        steps = [name for name in read if name.startswith(f"q-{place}-")]
        for name in steps:
            read.setdefault(f"q-{place}", read[name])
            del read[name]
    return read


def _places() -> list[str]:
    """The questions that are answered level by level."""
    campaigns = load_campaigns(PROJECT / "questionnaires")
    asked = next(
        each for c in campaigns.values() for each in c.questionnaires.values() if each.name == QUESTIONNAIRE
    )
    return [name for name, question in asked.questions.items() if isinstance(question, RegionQuestion)]


PLACES = _places()


@click.command()
@click.option("--drivers", default=500, show_default=True, type=click.IntRange(1, 5000))
@click.option("--kills", default=25, show_default=True, type=click.IntRange(0, 500))
@click.option("--seed", default=None, type=int, help="Default: another one each time.")
def main(drivers: int, kills: int, seed: int | None) -> None:
    """Torture the whole program, then its broken twin, which must be caught."""
    drawn = random.SystemRandom().randrange(10**6) if seed is None else seed
    click.echo(f"seed {drawn}")
    whole = _shown(Plan(drivers, kills, drawn))
    twin = _shown(Plan(min(drivers, 60), 2, drawn, double_taps=1, program="forgetful"))
    if not twin.wrong:
        click.echo("The broken twin was not caught: this run proves nothing.", err=True)
    sys.exit(1 if whole.wrong or not twin.wrong else 0)


def _shown(plan: Plan) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(plan, Path(folder))
    click.echo(
        {"whole": "The program: ", "forgetful": "Its twin without a key: "}[plan.program] + outcome.text()
    )
    return outcome


if __name__ == "__main__":
    main()
