"""Folds in processes that are killed at any moment; `hasty` folds count from a file before they claim what is in it.

Run as a program, this waits on its input. Each line makes a process that folds, and is killed after so many seconds as
the line says; how it ended is printed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import update

from survey_app.storage import open_storage, responses
from survey_app.storage.batches import batches, folding
from survey_app.storage.batches.folding import Fold, unfolded, written
from survey_app.storage.responses import Wanted
from survey_app.storage.tables import BatchRow
from tests.machinery.drawn import SECRET, campaign, choices, question, questionnaire
from tests.machinery.orphans import end_with_parent

ROOT = Path(__file__).parents[2]
TINY = questionnaire(
    question("select_one", "fined", choices=choices("yes", "no")), question("integer", "times")
)
DRAWN = campaign(TINY)
ROWS, LEAST = 40, 5


class Hasty(Fold):
    """The twin that is wrong: between its two steps a response stands in the file and beside it."""

    def take_in(self, today: date) -> int:
        """Write, count from it, and only then claim."""
        number, room = self._opened()
        free = unfolded(self.stack.name)
        with self.reading() as connection:
            rows = list(islice(responses.read(connection, Wanted(), *free), room))
        table, about = written(rows, self.stack)
        file, digest = self.folder.write(table, about)
        made = {"file": file, "digest": digest, "rows": len(table), "layout": self.stack.fingerprint}
        with self.writing() as connection:
            connection.execute(update(BatchRow).where(BatchRow.number == number).values(made))
        return self._claim(number, room, None)


def fold(url: str, folder: Path) -> None:
    """One fold, from opening the database to closing it; every response is claimed by itself, which takes long."""
    folding.CLAIMED_AT_ONCE = 1
    storage = open_storage(url, secret=SECRET, batches=folder)
    storage.batches.rows, storage.batches.least = ROWS, LEAST
    storage.batches.fold(DRAWN, date.max)
    storage.close()


@contextmanager
def folders(url: str, folder: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    """A program that makes a process which folds for every line it is given."""
    command = [sys.executable, "-m", "tests.machinery.killed", url, str(folder), kind]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=end_with_parent,
    ) as program:
        yield program
        program.communicate()


def one(program: subprocess.Popen[str], seconds: float | None) -> bool:
    """Let a process fold, and kill it after `seconds` (None: not at all); gives whether it was killed at work."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("\n" if seconds is None else f"{seconds}\n")
    program.stdin.flush()
    return int(program.stdout.readline()) == signal.SIGKILL


def main() -> None:
    """See the top of this file."""
    url, folder, kind = sys.argv[1:]
    if kind == "hasty":
        batches.Fold = Hasty
    for line in sys.stdin:
        number = os.fork()
        if not number:
            fold(url, Path(folder))
            os._exit(0)
        if line.strip():
            time.sleep(float(line))
            os.kill(number, signal.SIGKILL)
        print(os.waitpid(number, 0)[1], flush=True)


if __name__ == "__main__":
    main()
