"""An import from its file to its report: read and judge every row first, then keep all good ones at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.errors import SurveyError
from survey_app.importing.badrows import BadRows, as_written
from survey_app.importing.cells import Record, shown
from survey_app.importing.mapping import Mapping, read_mapping
from survey_app.importing.opening import open_sheet
from survey_app.importing.planning import make_plan
from survey_app.importing.ready import Ready, Task
from survey_app.importing.report import Complaint, ImportReport
from survey_app.importing.rows import Rows
from survey_app.importing.sheet import Sheet
from survey_app.storage import NewResponse, Storage

Progress = Callable[[str, int, int], None]
"""Told what is done ("reading" or "keeping"), how many rows are done, and about how many there are."""
STEP = 500
"""Rows between two words of progress, and keys asked for at once."""


def import_file(
    storage: Storage,
    campaign: Campaign,
    questionnaire: Questionnaire,
    path: Path,
    mapping: Mapping | Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    today: date | None = None,
) -> ImportReport:
    """Add the answers in a .csv, .xlsx or .xls file as responses to `questionnaire`, and tell what became of each row.

    The rows are kept in one transaction: where anything fails, none is. Rows that were added before, by this file or
    another, are passed over; bad ones are written beside the file. A dry run writes nothing anywhere.

    Raises MappingError for a mapping that does not fit, SurveyError for a file that cannot be read, StorageError for
    a database that cannot keep them.
    """
    rules = read_mapping(mapping) if isinstance(mapping, Path) else mapping or Mapping()
    task = Task(campaign, questionnaire, as_written(Path(path), rules), today or date.today())
    return _Import(storage, task, Path(path), progress or _silent).run(dry_run)


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class _Import:
    def __init__(self, storage: Storage, task: Task, path: Path, progress: Progress) -> None:
        self.storage, self.task, self.path, self.progress = storage, task, path, progress
        self.report = ImportReport(shown(path.name, 200)[1:-1], task.questionnaire.name)

    def run(self, dry_run: bool) -> ImportReport:
        report, task = self.report, self.task
        report.dry_run = dry_run
        sheet = open_sheet(self.path, task.mapping)
        report.found = sheet.found
        try:
            with (
                closing(sheet.records),
                tempfile.TemporaryFile("w+", encoding="ascii") as waiting,
                BadRows(sheet.header) as bad,
            ):
                good = self._read(sheet, waiting, bad)
                waiting.seek(0)
                report.added = self._keep(waiting, good)
                report.already = good - report.added
                if bad.count and not dry_run:
                    self._place(bad)
        except OSError as error:
            words = f"{self.path.name} could not be imported ({error.strerror or error}). Nothing was added."
            raise SurveyError(f"{words} See that the disk of temporary files has room.") from error
        return report

    def _read(self, sheet: Sheet, waiting: IO[str], bad: BadRows) -> int:
        """Judge every row; gives how many good ones now wait."""
        report, task = self.report, self.task
        plan = make_plan(sheet, task.mapping, task.campaign, task.questionnaire)
        report.notes = plan.notes
        rows = Rows(task, plan, report)
        good = 0
        for record in sheet.records:
            report.read += 1
            if report.read % STEP == 0:
                self.progress("reading", report.read, max(sheet.rows, report.read))
            if reason := rows.skips(record):
                report.skip(reason)
                continue
            ready, complaints, name = rows.judge(record)
            if ready is None:
                self._refuse(record, complaints, name, bad)
            else:
                good += 1
                waiting.write(ready.line())
        self.progress("reading", report.read, report.read)
        if rows.undated:
            day = (task.mapping.rules.date.otherwise or task.today).isoformat()
            report.notes.append(f"{rows.undated} rows have no date; {day} was taken")
        return good

    def _refuse(self, record: Record, complaints: list[Complaint], name: str, bad: BadRows) -> None:
        self.report.bad += 1
        bad.add(record, [f"{c.column}: {c.words}" if c.column else c.words for c in complaints], name)
        for complaint in complaints:
            self.report.complain(complaint)

    def _keep(self, waiting: IO[str], good: int) -> int:
        """Add what waits, or in a dry run count what would be added."""
        here = self._still_here(map(Ready.of, waiting))
        waiting.seek(0)
        ready = (one for one in map(Ready.of, waiting) if one.exported not in here)
        if self.report.dry_run:
            return self._count_new(ready, good)
        self.storage.register(self.task.questionnaire)
        return self.storage.add(self._responses(ready, good))

    def _still_here(self, ready: Iterator[Ready]) -> set[str]:
        """Ids of exported responses that this very database has: they come back to where they never left."""
        here: set[str] = set()
        while chunk := list(islice(ready, STEP)):
            ids = [one.exported for one in chunk if one.exported]
            here |= self.storage.present(ids) if ids else set()
        return here

    def _responses(self, ready: Iterator[Ready], good: int) -> Iterator[NewResponse]:
        for done, one in enumerate(ready, start=1):
            if done % STEP == 0 or done == good:
                self.progress("keeping", done, good)
            yield one.response(self.task.campaign, self.task.questionnaire)

    def _count_new(self, ready: Iterator[Ready], good: int) -> int:
        new, done = 0, 0
        while keys := [one.key for one in islice(ready, STEP)]:
            new += len(keys) - len(self.storage.known(keys))
            done += len(keys)
            self.progress("keeping", done, good)
        return new

    def _place(self, bad: BadRows) -> None:
        """The responses are kept by now: that the bad rows cannot be written is a note, not a failure."""
        try:
            self.report.bad_file = bad.place(self.path)
        except OSError as error:
            self.report.notes.append(
                f"the bad rows could not be written beside the file ({error.strerror or error}): copy the file to a "
                "folder you may write to and import it again; what was added is not added twice"
            )
