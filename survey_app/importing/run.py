"""An import from its file to its report: read and judge every row first, then keep the good ones, a few at a time."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import counted
from survey_app.errors import SurveyError, broken_off
from survey_app.importing.badrows import BadRows, as_written
from survey_app.importing.cells import Record, shown
from survey_app.importing.crew import judged
from survey_app.importing.judging import Judge
from survey_app.importing.mapping import Mapping, read_mapping
from survey_app.importing.opening import open_sheet
from survey_app.importing.planning import make_plan
from survey_app.importing.ready import Ready, Task, Waiting
from survey_app.importing.report import Complaint, ImportReport
from survey_app.importing.rows import Rows
from survey_app.importing.sheet import Sheet
from survey_app.progress import Progress, in_silence
from survey_app.storage import Storage

STEP = 500
"""Rows between two words of progress, and of one transaction: whoever sends meanwhile waits for a tenth of a second."""


def import_file(
    storage: Storage,
    campaign: Campaign,
    questionnaire: Questionnaire,
    path: Path,
    mapping: Mapping | Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = in_silence,
    today: date | None = None,
) -> ImportReport:
    """Add the answers in a .csv, .xlsx or .xls file as responses to `questionnaire`, and tell what became of each row.

    Nothing is kept before all rows were judged. Then they are kept a few at a time, so that the pages can write in
    between; where that breaks off, the same import again adds what is missing. Rows that were added before, by this
    file or another, are passed over; bad ones are written beside the file. A dry run writes nothing anywhere.

    `progress` is told of "reading" and "keeping" in rows.

    Raises MappingError for a mapping that does not fit, SurveyError for a file that cannot be read, StorageError for
    a database that cannot keep them.
    """
    rules = read_mapping(mapping) if isinstance(mapping, Path) else mapping or Mapping()
    task = Task(campaign, questionnaire, as_written(Path(path), rules), today or date.today())
    return _Import(storage, task, Path(path), progress).run(dry_run)


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
            with closing(sheet.records), Waiting() as waiting, BadRows(sheet.header) as bad:
                self._read(sheet, waiting, bad)
                self._keep(waiting)
                report.already = len(waiting) - report.added
                if bad.count and not dry_run:
                    self._place(bad)
        except OSError as error:
            words = f"{self.path.name} could not be imported ({error.strerror or error}). Nothing was added."
            raise SurveyError(f"{words} See that the disk of temporary files has room.") from error
        return report

    def _read(self, sheet: Sheet, waiting: Waiting, bad: BadRows) -> None:
        """Judge every row; the good ones wait."""
        report, task = self.report, self.task
        plan = make_plan(sheet, task.mapping, task.campaign, task.questionnaire)
        report.notes = plan.notes
        rows = Rows(task, plan, report)
        with closing(judged(task, sheet, Judge(task, plan))) as pairs:
            for record, verdict in pairs:
                report.read += 1
                if report.read % STEP == 0:
                    self.progress("reading", report.read, max(sheet.rows, report.read))
                if verdict.skipped:
                    report.skip(verdict.skipped)
                    continue
                ready, complaints, name = rows.take(record, verdict)
                if ready is None:
                    self._refuse(record, complaints, name, bad)
                else:
                    waiting.add(ready)
        self.progress("reading", report.read, report.read)
        if rows.undated:
            day = (task.mapping.rules.date.otherwise or task.today).isoformat()
            report.notes.append(f"{counted(rows.undated, 'row', 'has')} no date; {day} was taken")

    def _refuse(self, record: Record, complaints: list[Complaint], name: str, bad: BadRows) -> None:
        self.report.bad += 1
        bad.add(record, [f"{c.column}: {c.words}" if c.column else c.words for c in complaints], name)
        for complaint in complaints:
            self.report.complain(complaint)

    def _keep(self, waiting: Waiting) -> None:
        """Add what waits, or in a dry run count what would be added. Raises StorageError where it breaks off."""
        if not self.report.dry_run:
            self.storage.register(self.task.questionnaire)
        try:
            self._keep_in_steps(waiting)
        except (SurveyError, KeyboardInterrupt) as error:
            if not self.report.added or self.report.dry_run:
                raise
            raise broken_off(
                f"{counted(self.report.added, 'row')} of {self.path.name} came in; then the import broke off.",
                error,
                "Import the same file again: it adds what is missing, and nothing twice.",
            ) from error

    def _keep_in_steps(self, waiting: Waiting) -> None:
        take = self._count_new if self.report.dry_run else self._add
        ready, done = iter(waiting), 0
        while chunk := list(islice(ready, STEP)):
            exported = [one.exported for one in chunk if one.exported]
            # an exported response that this very database has comes back to where it never left
            here = self.storage.present(exported) if exported else ()
            self.report.added += take([one for one in chunk if one.exported not in here])
            done += len(chunk)
            self.progress("keeping", done, len(waiting))

    def _add(self, chunk: list[Ready]) -> int:
        return self.storage.add([one.response(self.task.campaign, self.task.questionnaire) for one in chunk])

    def _count_new(self, chunk: list[Ready]) -> int:
        return len(chunk) - len(self.storage.known(one.key for one in chunk))

    def _place(self, bad: BadRows) -> None:
        """The responses are kept by now: that the bad rows cannot be written is a note, not a failure."""
        try:
            self.report.bad_file = bad.place(self.path)
        except OSError as error:
            self.report.notes.append(
                f"the bad rows could not be written beside the file ({error.strerror or error}): copy the file to a "
                "folder you may write to and import it again; what was added is not added twice"
            )
