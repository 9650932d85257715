"""Rows judged by several processes at once, and their verdicts in the order of the file.

Each is a Python of its own, started as apart.py starts it: nothing of this process is copied, so it is all the same
whether there are threads, where the file was called from, and whether the system can fork. What it cannot do (it could
not start, it was ended) this process does itself.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

from survey_app import apart
from survey_app.importing.cells import Record
from survey_app.importing.judging import Judge, Verdict
from survey_app.importing.ready import Task
from survey_app.importing.sheet import Sheet

MANY = 4_000
"""Rows from which on it pays to start other processes: they need a second to begin."""
MOST = 8
AT_ONCE = 250
"""Rows that are handed over at once."""
SCRIPT = Path(__file__).with_name("mate.py")
MEMORY, SECONDS = 8_000_000_000, 24 * 60 * 60
"""Bytes of addresses and seconds of work of one process: what no file takes that may be imported."""
Pair = tuple[Record, Verdict]


def judged(task: Task, sheet: Sheet, judge: Judge) -> Generator[Pair]:
    """Each row with its verdict, in order. To be closed where it is left before its end."""
    number = min(MOST, apart.cores())
    if sheet.rows < MANY or number < 2:
        return ((record, judge.look(record)) for record in sheet.records)
    return _shared(sheet.records, Crew(task, sheet.header, judge, number), number)


def _shared(records: Iterable[Record], crew: Crew, number: int) -> Generator[Pair]:
    waiting: deque[tuple[list[Record], Future[list[Verdict]]]] = deque()
    pool = ThreadPoolExecutor(number)
    try:
        more = iter(records)
        while chunk := list(islice(more, AT_ONCE)):
            waiting.append((chunk, pool.submit(crew.judge, chunk)))
            if len(waiting) > 3 * number:
                yield from _paired(*waiting.popleft())
        while waiting:
            yield from _paired(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)
        crew.end()


def _paired(chunk: list[Record], verdicts: Future[list[Verdict]]) -> Iterator[Pair]:
    return zip(chunk, verdicts.result(), strict=True)


class Crew:
    """The other processes. `judge` may be called from several threads."""

    def __init__(self, task: Task, header: tuple[str, ...], judge: Judge, number: int) -> None:
        self.own = judge
        self.mates = [mate for _ in range(number) if (mate := _start(task, header)) is not None]
        self.free: queue.SimpleQueue[subprocess.Popen[bytes] | None] = queue.SimpleQueue()
        for mate in self.mates:
            self.free.put(mate)
        if not self.mates:
            self.free.put(None)

    def judge(self, chunk: list[Record]) -> list[Verdict]:
        """The verdicts on `chunk`, from the process that is free next; from this one where that one is gone."""
        mate = self.free.get()
        found = None
        try:
            found = _ask(mate, chunk) if mate is not None else None
            return found if found is not None else [self.own.look(record) for record in chunk]
        finally:
            self.free.put(mate if found is not None else None)

    def end(self) -> None:
        """End them all."""
        for mate in self.mates:
            mate.kill()
            mate.communicate()


def _start(task: Task, header: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
    try:
        mate = apart.start(SCRIPT, memory=MEMORY, seconds=SECONDS, reads=True)
    except OSError:
        return None
    with suppress(OSError):  # one that is gone already is found out when it is asked
        _tell(mate, (task.campaign, task.questionnaire, task.mapping.rules, task.today, header))
    return mate


def _tell(mate: subprocess.Popen[bytes], what: object) -> None:
    if mate.stdin is not None:
        pickle.dump(what, mate.stdin, pickle.HIGHEST_PROTOCOL)
        mate.stdin.flush()


def _ask(mate: subprocess.Popen[bytes], chunk: list[Record]) -> list[Verdict] | None:
    """The verdicts of another process; None where it does not give any."""
    try:
        _tell(mate, chunk)
        return pickle.load(mate.stdout) if mate.stdout else None  # noqa: S301 (what we wrote ourselves)
    except (OSError, EOFError, pickle.UnpicklingError):
        return None
