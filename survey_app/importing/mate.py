"""Run apart by crew.py: judges the rows that come in, until none come any more."""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Generator

from survey_app.importing.cells import Record
from survey_app.importing.judging import Judge
from survey_app.importing.mapping import Mapping
from survey_app.importing.planning import make_plan
from survey_app.importing.ready import Task
from survey_app.importing.sheet import Sheet


def _no_rows() -> Generator[Record]:
    yield from ()


def main() -> None:
    """Read what is imported, then lists of records; write a list of verdicts for each."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C is for the process that started this one; it ends this one
    told, tell = sys.stdin.buffer, sys.stdout.buffer
    campaign, questionnaire, rules, today, header = pickle.load(told)  # noqa: S301 (what we wrote ourselves)
    task = Task(campaign, questionnaire, Mapping(rules), today)
    judge = Judge(task, make_plan(Sheet(header, _no_rows(), "", 0), task.mapping, campaign, questionnaire))
    while True:
        try:
            records = pickle.load(told)  # noqa: S301
        except EOFError:
            return
        pickle.dump([judge.look(record) for record in records], tell, pickle.HIGHEST_PROTOCOL)
        tell.flush()


if __name__ == "__main__":
    main()
