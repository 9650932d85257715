"""One row after another: skipped, bad, or a response ready to be kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from survey_app.campaign.answers import Checked, Problem, check
from survey_app.campaign.kinds import is_blank as nothing_answered
from survey_app.campaign.reports import listed
from survey_app.importing.cells import Cell, Record, day_of, is_blank, plain, shown, text_of
from survey_app.importing.headers import askable, companions
from survey_app.importing.labels import Unread
from survey_app.importing.plan import BAD_ROW, WHY, Plan
from survey_app.importing.ready import Ready, Task
from survey_app.importing.report import Complaint, ImportReport
from survey_app.storage import RECEIVED

CHANNEL = "import"
_CHANNEL = re.compile(r"[a-z]{1,20}(:[\w.-]{1,40})?")
EARLIEST = date(1990, 1, 1)
"""Days before this one are a slip of the pen."""


class Rows:
    """Judges the rows of one file; counts and complaints go into `report`."""

    def __init__(self, task: Task, plan: Plan, report: ImportReport) -> None:
        campaign, questionnaire = task.campaign, task.questionnaire
        self.plan, self.rules, self.report, self.today = plan, task.mapping.rules, report, task.today
        self.campaign, self.questionnaire = campaign, questionnaire
        self.known = frozenset([*askable(questionnaire), *companions(questionnaire)])
        self.repeats = frozenset(repeat.name for repeat in questionnaire.repeats)
        self.languages = {plain(code): code for code in campaign.languages_of(questionnaire)}
        names = campaign.about.languages
        self.languages |= {plain(names[c]): c for c in self.languages.values() if c in names}
        titles = questionnaire.title.root.values()
        self.own = {plain(words) for words in (questionnaire.name, *titles)}
        self.header = [plain(words) for words in plan.header]
        self.by_id: dict[bytes, int] = {}
        self.occurred: Counter[bytes] = Counter()
        self.undated = 0
        self.first = self.rules.header_row + self.rules.skip.first

    def skips(self, record: Record) -> str | None:
        """Why the row is no answer; None if it is one."""
        cells = record.cells
        if record.broken:
            return None
        if record.number <= self.first:
            return "rows after the header, as the mapping says"
        if all(is_blank(cell) for cell in cells):
            return "blank"
        if self._is_header(cells):
            return "headers that come again"
        for index, words in self.plan.skipped:
            if index < len(cells) and plain(text_of(cells[index])) in words:
                return f"with {shown(text_of(cells[index]), 30)}, as the mapping says"
        status = self._meta(record, "_status")
        if status not in ("", RECEIVED):
            return f"of status {shown(status, 20)}"
        other = self._meta(record, "_questionnaire")
        return f"of questionnaire {shown(other, 30)}" if other and plain(other) not in self.own else None

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        begins = plain(text_of(cells[0])) == self.header[0]
        return begins and self.header == [plain(text_of(cell)) for cell in cells[: len(self.header)]]

    def judge(self, record: Record) -> tuple[Ready | None, list[Complaint], str]:
        """The response of a row or the complaints about it, and the row's name for the file of bad rows."""
        content = self._content(record)
        if record.broken:
            cure = "correct the quotes in this row"
            return None, [Complaint(record.number, "", "", "broken", record.broken, cure)], content
        judged = _Judged(self, record)
        judged.width()
        raw = judged.raw()
        day, language, channel = judged.day(), judged.language(), judged.channel()
        key = judged.key(content)
        checked = check(
            self.questionnaire,
            raw,
            self.campaign,
            now=datetime.combine(day or self.today, time(12)),
            language=language,
        )
        judged.problems(checked)
        if judged.complaints:
            return None, judged.complaints, content
        judged.count(raw, checked)
        self.undated += day is None
        kept = (day or self.rules.date.otherwise or self.today).isoformat()
        exported = self._meta(record, "_id") if self.rules.id is None else ""
        return Ready(checked.answers, checked.asked, channel, language, kept, key, exported), [], content

    def _meta(self, record: Record, name: str) -> str:
        return text_of(self.cell(record, self.plan.meta.get(name))).strip()

    @staticmethod
    def cell(record: Record, index: int | None) -> Cell:
        """The cell at `index`; None where the row is too short."""
        return record.cells[index] if index is not None and index < len(record.cells) else None

    def _content(self, record: Record) -> str:
        """A name for the row: its filled cells under their headers, and how many rows before it were the same.

        Rows that have an id need none.
        """
        if "_id" in self.plan.meta:
            return ""
        filled = [
            f"{words}\0{text_of(cell)}"
            for words, cell in zip(self.plan.header, record.cells, strict=False)
            if words not in (WHY, BAD_ROW) and not is_blank(cell)
        ]
        digest = hashlib.sha256("\1".join(sorted(filled)).encode("utf-8", "surrogatepass")).digest()
        self.occurred[digest] += 1
        return _name("content", self.questionnaire.name, digest.hex(), self.occurred[digest])


def _name(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


class _Judged:
    """One row on its way through."""

    def __init__(self, rows: Rows, record: Record) -> None:
        self.rows, self.record = rows, record
        self.plan, self.rules = rows.plan, rows.rules
        self.complaints: list[Complaint] = []
        self.unread: set[str] = set()
        self.unwanted: list[str] = []
        self.unanswered: list[str] = []

    def complain(self, index: int | None, kind: str, words: str, cure: str) -> None:
        value = text_of(self.rows.cell(self.record, index)) if index is not None else ""
        column = self.plan.column_name(index) if index is not None else ""
        self.complaints.append(Complaint(self.record.number, column, value[:200], kind, words, cure))

    def width(self) -> None:
        """A row that is wider than the header has a delimiter too many, so its cells are in wrong columns."""
        wide, beyond = len(self.plan.header), self.record.cells[len(self.plan.header) :]
        if any(not is_blank(cell) for cell in beyond):
            words = f"the row has {len(self.record.cells)} cells, the header {wide}"
            self.complain(None, "width", words, "put text that holds the delimiter between quotes")
        self.rows.report.short += len(self.record.cells) < wide
        for index in self.plan.nameless:
            if not is_blank(self.rows.cell(self.record, index)):
                self.rows.report.nameless[self.plan.column_name(index)] += 1

    def raw(self) -> dict[str, Any]:
        """The row's raw answers, those that are the same for all rows included."""
        raw: dict[str, Any] = dict(self.rules.constants)
        for binding in self.plan.bindings:
            try:
                for name, answer in binding.read(self.record.cells).items():
                    raw.setdefault(name, answer)
            except Unread as unread:
                self.unread.add(binding.target)
                self.complain(binding.column(unread.part), unread.kind, unread.words, unread.cure)
        self.unwanted = [name for name in raw if name not in self.rows.known]
        return {name: answer for name, answer in raw.items() if name in self.rows.known}

    def day(self) -> date | None:
        """The day of the response; None where the file does not tell."""
        index = self.plan.meta.get("_date")
        cell = self.rows.cell(self.record, index)
        if index is None or is_blank(cell) or plain(text_of(cell)) in map(plain, self.rules.missing):
            return None
        day = day_of(cell, self.rules.date.order)
        if day is None:
            cure = "write year-month-day, or say under date in the mapping in which order they stand"
            self.complain(index, "day", f"{shown(text_of(cell))} is no day", cure)
        elif not EARLIEST <= day <= self.rows.today + timedelta(days=1):
            words = f"{day.isoformat()} cannot be the day of an answer"
            self.complain(index, "day", words, "correct it; it must not lie in the future")
            day = None
        return day

    def language(self) -> str:
        """The code of the language in which was answered."""
        rule, index = self.rules.language, self.plan.meta.get("_language")
        text = text_of(self.rows.cell(self.record, index)).strip()
        if not text:
            return rule.always or self.rows.campaign.languages_of(self.rows.questionnaire)[0]
        values = {plain(label): code for label, code in rule.values.items()}
        code = values.get(plain(text), self.rows.languages.get(plain(text), ""))
        if not code:
            known = listed(sorted(set(self.rows.languages.values())))
            self.complain(
                index, "language", f"{shown(text)} is no language of this questionnaire", f"known: {known}"
            )
        return code

    def channel(self) -> str:
        """By which way the answer came."""
        rule, index = self.rules.channel, self.plan.meta.get("_channel")
        text = text_of(self.rows.cell(self.record, index)).strip() or rule.always or CHANNEL
        channel = rule.values.get(text, text)
        if not _CHANNEL.fullmatch(channel):
            self.complain(
                index, "channel", f"{shown(channel)} is no channel", "write one as in paper, visit or qr:A1"
            )
        return channel

    def key(self, content: str) -> str:
        """By what the response is known: its id in the file, else its name in a file of bad rows, else its content."""
        index = self.plan.meta.get("_id")
        if index is not None:
            return self._id_key(index, text_of(self.rows.cell(self.record, index)).strip())
        marked = text_of(self.rows.cell(self.record, self.plan.meta.get(BAD_ROW))).strip()
        return _name("mended", self.rows.questionnaire.name, marked) if marked else content

    def _id_key(self, index: int, given: str) -> str:
        if not given:
            self.complain(index, "id", "the row has no id", "give it one, or leave id out of the mapping")
            return ""
        key = _name("id", self.rows.questionnaire.name, given)
        first = self.rows.by_id.setdefault(bytes.fromhex(key), self.record.number)
        if first != self.record.number:
            words = f"the id {shown(given)} stands in row {first} already"
            self.complain(index, "id", words, "give each row its own, or leave id out of the mapping")
        return key

    def problems(self, checked: Checked) -> None:
        """Complain of what `check` found; a blank required answer is none unless the mapping says so."""
        for problem in checked.problems:
            if problem.question in self.unread and problem.code == "required":
                continue
            if self._is_accepted(problem):
                self.unanswered.append(problem.question)
                continue
            part = problem.path.partition("/")[2]
            name = problem.path if self.plan.of(problem.path) else problem.question
            binding = self.plan.of(name)
            index = binding.column(part) if binding else None
            value = shown(text_of(self.rows.cell(self.record, index)))
            words = problem.say(self.rows.campaign.default_language)
            self.complain(index, problem.code, f"{value} does not fit {problem.question}", words.rstrip("."))

    def _is_accepted(self, problem: Problem) -> bool:
        if self.rules.missing_required == "refuse":
            return False
        return problem.code == "required" or (
            problem.code == "fewest" and problem.question in self.rows.repeats
        )

    def count(self, raw: dict[str, Any], checked: Checked) -> None:
        """Count what is missing and what was given but nobody asked for, once it is sure that the row is kept."""
        self.rows.report.unanswered.update(self.unanswered)
        self.rows.report.not_asked.update(
            f"words beside {name.removesuffix('_other')}" for name in self.unwanted
        )
        for name, answer in raw.items():
            if name not in checked.answers and not nothing_answered(answer):
                self.rows.report.not_asked[name] += 1
