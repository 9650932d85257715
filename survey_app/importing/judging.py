"""One row judged by itself, whatever other rows hold: it can be done in any process, in any order."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from survey_app.campaign.answers import Checked, Problem, check
from survey_app.campaign.kinds import is_blank as nothing_answered
from survey_app.campaign.reports import listed
from survey_app.importing.cells import Cell, Record, day_of, is_blank, plain, shown, text_of
from survey_app.importing.headers import askable, companions
from survey_app.importing.labels import Unread
from survey_app.importing.plan import BAD_ROW, WHY, Plan
from survey_app.importing.ready import Task, body
from survey_app.importing.report import Complaint
from survey_app.storage import RECEIVED
from survey_app.storage.wordings import REPEATED

CHANNEL = "import"
_CHANNEL = re.compile(r"[a-z]{1,20}(:[\w.-]{1,40})?")
_FLAG = re.compile(r"[a-z_]{1,20}")
EARLIEST = date(1990, 1, 1)
"""Days before this one are a slip of the pen."""
UNREADABLE = "correct the quotes in this row"


@dataclass(slots=True)
class Verdict:
    """What one row is by itself.

    `skipped`: why it is no answer. `body`: the response, as ready.py writes it; empty for a bad row. `complaints` about
    cells, and `problems` that `check` found; between them comes what only all rows together tell. `key`: by what the
    response is known; else `content`, a digest of its cells, and how many rows before it had the same. `given`: its id
    in the file. The rest is counted.
    """

    skipped: str = ""
    body: str = ""
    complaints: list[Complaint] = field(default_factory=list)
    problems: list[Complaint] = field(default_factory=list)
    key: str = ""
    content: bytes = b""
    given: str = ""
    exported: str = ""
    undated: bool = False
    short: bool = False
    nameless: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()


def name_of(*parts: object) -> str:
    """A name for what `parts` tell, the same in every import."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


class Judge:
    """Judges the rows of one file by its plan."""

    def __init__(self, task: Task, plan: Plan) -> None:
        campaign, questionnaire = task.campaign, task.questionnaire
        self.plan, self.rules, self.today = plan, task.mapping.rules, task.today
        self.campaign, self.questionnaire = campaign, questionnaire
        self.known = frozenset([*askable(questionnaire), *companions(questionnaire)])
        self.repeats = frozenset(repeat.name for repeat in questionnaire.repeats)
        self.default_language = campaign.languages_of(questionnaire)[0]
        self.languages = {plain(code): code for code in campaign.languages_of(questionnaire)}
        names = campaign.about.languages
        self.languages |= {plain(names[c]): c for c in self.languages.values() if c in names}
        self.called = {plain(label): code for label, code in self.rules.language.values.items()}
        self.missing = frozenset(map(plain, self.rules.missing))
        titles = questionnaire.title.root.values()
        self.own = {plain(words) for words in (questionnaire.name, *titles)}
        self.header = [plain(words) for words in plan.header]
        self.first = self.rules.header_row + self.rules.skip.first
        self.day_of = lru_cache(maxsize=4096)(day_of)

    def look(self, record: Record) -> Verdict:
        """The verdict on one row."""
        reason = self._skips(record)
        return Verdict(skipped=reason) if reason else _Judged(self, record).verdict

    def _skips(self, record: Record) -> str | None:
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
        status = self.meta(record, "_status")
        if status not in ("", RECEIVED):
            return f"of status {shown(status, 20)}"
        other = self.meta(record, "_questionnaire")
        return f"of questionnaire {shown(other, 30)}" if other and plain(other) not in self.own else None

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        begins = plain(text_of(cells[0])) == self.header[0]
        return begins and self.header == [plain(text_of(cell)) for cell in cells[: len(self.header)]]

    def meta(self, record: Record, name: str) -> str:
        """What the row says about the response: `_id`, `_status`, …"""
        return text_of(self.cell(record, self.plan.meta.get(name))).strip()

    @staticmethod
    def cell(record: Record, index: int | None) -> Cell:
        """The cell at `index`; None where the row is too short."""
        return record.cells[index] if index is not None and index < len(record.cells) else None

    def content(self, record: Record) -> bytes:
        """A digest of the row's filled cells under their headers. Rows that have an id need none."""
        if "_id" in self.plan.meta:
            return b""
        filled = [
            f"{words}\0{text_of(cell)}"
            for words, cell in zip(self.plan.header, record.cells, strict=False)
            if words not in (WHY, BAD_ROW) and not is_blank(cell)
        ]
        return hashlib.sha256("\1".join(sorted(filled)).encode("utf-8", "surrogatepass")).digest()


class _Judged:
    """One row on its way to its verdict."""

    def __init__(self, judge: Judge, record: Record) -> None:
        self.judge, self.record = judge, record
        self.plan, self.rules = judge.plan, judge.rules
        self.unread: set[str] = set()
        self.unwanted: list[str] = []
        self.unanswered: list[str] = []
        self.verdict = Verdict(content=judge.content(record))
        self.complaints = self.verdict.complaints
        if record.broken:
            self.complaints.append(Complaint(record.number, "", "", "broken", record.broken, UNREADABLE))
        else:
            self.sentence()

    def sentence(self) -> None:
        judge, verdict = self.judge, self.verdict
        self.width()
        raw = self.raw()
        day, language, channel, flags = self.day(), self.language(), self.channel(), self.flags()
        self.key()
        checked = check(
            judge.questionnaire,
            raw,
            judge.campaign,
            now=datetime.combine(day or judge.today, time(12)),
            language=language,
        )
        self.complaints = verdict.problems
        self.problems(checked)
        if verdict.complaints or verdict.problems:
            return
        verdict.unanswered = tuple(self.unanswered)
        verdict.not_asked = tuple(self.not_asked(raw, checked))
        verdict.undated = day is None
        kept = (day or self.rules.date.otherwise or judge.today).isoformat()
        verdict.exported = judge.meta(self.record, "_id") if self.rules.id is None else ""
        verdict.body = body(
            checked.answers, checked.asked, channel=channel, language=language, day=kept, flags=flags
        )

    def complain(self, index: int | None, kind: str, words: str, cure: str) -> None:
        value = text_of(self.judge.cell(self.record, index)) if index is not None else ""
        column = self.plan.column_name(index) if index is not None else ""
        self.complaints.append(Complaint(self.record.number, column, value[:200], kind, words, cure))

    def width(self) -> None:
        """A row that is wider than the header has a delimiter too many, so its cells are in wrong columns."""
        wide, beyond = len(self.plan.header), self.record.cells[len(self.plan.header) :]
        if any(not is_blank(cell) for cell in beyond):
            words = f"the row has {len(self.record.cells)} cells, the header {wide}"
            self.complain(None, "width", words, "put text that holds the delimiter between quotes")
        self.verdict.short = len(self.record.cells) < wide
        self.verdict.nameless = tuple(
            self.plan.column_name(index)
            for index in self.plan.nameless
            if not is_blank(self.judge.cell(self.record, index))
        )

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
        self.unwanted = [name for name in raw if name not in self.judge.known]
        return {name: answer for name, answer in raw.items() if name in self.judge.known}

    def day(self) -> date | None:
        """The day of the response; None where the file does not tell."""
        index = self.plan.meta.get("_date")
        cell = self.judge.cell(self.record, index)
        if index is None or is_blank(cell) or plain(text_of(cell)) in self.judge.missing:
            return None
        day = self.judge.day_of(cell, self.rules.date.order)
        if day is None:
            cure = "write year-month-day, or say under date in the mapping in which order they stand"
            self.complain(index, "day", f"{shown(text_of(cell))} is no day", cure)
        elif not EARLIEST <= day <= self.judge.today + timedelta(days=1):
            words = f"{day.isoformat()} cannot be the day of an answer"
            self.complain(index, "day", words, "correct it; it must not lie in the future")
            day = None
        return day

    def language(self) -> str:
        """The code of the language in which was answered."""
        rule, index = self.rules.language, self.plan.meta.get("_language")
        text = text_of(self.judge.cell(self.record, index)).strip()
        if not text:
            return rule.always or self.judge.default_language
        code = self.judge.called.get(plain(text), self.judge.languages.get(plain(text), ""))
        if not code:
            known = listed(sorted(set(self.judge.languages.values())))
            self.complain(
                index, "language", f"{shown(text)} is no language of this questionnaire", f"known: {known}"
            )
        return code

    def channel(self) -> str:
        """By which way the answer came."""
        rule, index = self.rules.channel, self.plan.meta.get("_channel")
        text = text_of(self.judge.cell(self.record, index)).strip() or rule.always or CHANNEL
        channel = rule.values.get(text, text)
        if not _CHANNEL.fullmatch(channel):
            self.complain(
                index, "channel", f"{shown(channel)} is no channel", "write one as in paper, visit or qr:A1"
            )
        return channel

    def flags(self) -> list[str]:
        """What looked wrong when the answer came; that others wrote the same is found anew, and of those here."""
        index = self.plan.meta.get("_flags")
        flags = text_of(self.judge.cell(self.record, index)).split()
        for flag in flags:
            if not _FLAG.fullmatch(flag):
                self.complain(
                    index, "flag", f"{shown(flag)} is no flag", "write codes as our export does, or nothing"
                )
        return [flag for flag in dict.fromkeys(flags) if flag != REPEATED]

    def key(self) -> None:
        """By what the response is known: its id in the file, else its name in a file of bad rows, else its content."""
        name, index = self.judge.questionnaire.name, self.plan.meta.get("_id")
        if index is None:
            marked = text_of(self.judge.cell(self.record, self.plan.meta.get(BAD_ROW))).strip()
            self.verdict.key = name_of("mended", name, marked) if marked else ""
            return
        self.verdict.given = given = text_of(self.judge.cell(self.record, index)).strip()
        if given:
            self.verdict.key = name_of("id", name, given)
        else:
            self.complain(index, "id", "the row has no id", "give it one, or leave id out of the mapping")

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
            value = shown(text_of(self.judge.cell(self.record, index)))
            words = problem.say(self.judge.campaign.default_language)
            self.complain(index, problem.code, f"{value} does not fit {problem.question}", words.rstrip("."))

    def _is_accepted(self, problem: Problem) -> bool:
        if self.rules.missing_required == "refuse":
            return False
        return problem.code == "required" or (
            problem.code == "fewest" and problem.question in self.judge.repeats
        )

    def not_asked(self, raw: dict[str, Any], checked: Checked) -> Iterator[str]:
        """What was given but nobody asked for."""
        yield from (f"words beside {name.removesuffix('_other')}" for name in self.unwanted)
        for name, answer in raw.items():
            if name not in checked.answers and not nothing_answered(answer):
                yield name
