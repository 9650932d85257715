"""What only all rows of a file together tell: which id came before, which content again, how many of what."""

from __future__ import annotations

from collections import Counter

from survey_app.importing.cells import Record, shown
from survey_app.importing.judging import Verdict, name_of
from survey_app.importing.plan import Plan
from survey_app.importing.ready import Ready, Task
from survey_app.importing.report import Complaint, ImportReport


class Rows:
    """Takes the verdicts on the rows of one file, in its order; counts go into `report`."""

    def __init__(self, task: Task, plan: Plan, report: ImportReport) -> None:
        self.name, self.plan, self.report = task.questionnaire.name, plan, report
        self.by_id: dict[bytes, int] = {}
        self.occurred: Counter[bytes] = Counter()
        self.undated = 0

    def take(self, record: Record, verdict: Verdict) -> tuple[Ready | None, list[Complaint], str]:
        """The response of a row or the complaints about it, and the row's name for the file of bad rows."""
        content = self._content(verdict)
        self.report.short += verdict.short
        self.report.nameless.update(verdict.nameless)
        complaints = [*verdict.complaints, *self._again(record, verdict), *verdict.problems]
        if complaints:
            return None, complaints, content
        self.report.unanswered.update(verdict.unanswered)
        self.report.not_asked.update(verdict.not_asked)
        self.undated += verdict.undated
        return Ready(verdict.body, verdict.key or content, verdict.exported), [], content

    def _content(self, verdict: Verdict) -> str:
        """A name for the row: what it holds, and how many rows before it held the same. Rows with an id need none."""
        if not verdict.content:
            return ""
        self.occurred[verdict.content] += 1
        return name_of("content", self.name, verdict.content.hex(), self.occurred[verdict.content])

    def _again(self, record: Record, verdict: Verdict) -> list[Complaint]:
        """The complaint about an id that stood in a row before."""
        if not verdict.given:
            return []
        first = self.by_id.setdefault(bytes.fromhex(verdict.key), record.number)
        if first == record.number:
            return []
        words = f"the id {shown(verdict.given)} stands in row {first} already"
        cure = "give each row its own, or leave id out of the mapping"
        column = self.plan.column_name(self.plan.meta["_id"])
        return [Complaint(record.number, column, verdict.given[:200], "id", words, cure)]
