"""What an import did, or would do: counts that add up, and complaints with place, value and cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.campaign.reports import counted

SHOWN_OF_KIND = 5
"""Complaints of one kind about one column that are kept and shown; the others are counted."""
SHOWN_KINDS = 40


@dataclass(frozen=True)
class Complaint:
    """Why a row is bad. `row` counts as spreadsheets do (the header of most files is row 1); `column` is its name."""

    row: int
    column: str
    value: str
    kind: str
    words: str
    cure: str

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.words} ({self.cure})" if self.cure else f"{place}: {self.words}"


@dataclass
class Kind:
    """Complaints of one kind about one column: the first few, and how many there are."""

    first: list[Complaint] = field(default_factory=list)
    count: int = 0

    def add(self, complaint: Complaint) -> None:
        """Count one more; keep it if it is among the first."""
        self.count += 1
        if len(self.first) < SHOWN_OF_KIND:
            self.first.append(complaint)


@dataclass
class ImportReport:
    """`read` = `skipped` + `bad` + `added` + `already`. In a dry run `added` would have been added.

    `not_asked` counts answers left out since the question is not asked of that person, `unanswered` required
    questions without an answer, `short` rows with fewer cells than the header, `nameless` filled cells without one.
    """

    file: str
    questionnaire: str
    dry_run: bool = False
    found: str = ""
    read: int = 0
    skipped: int = 0
    bad: int = 0
    added: int = 0
    already: int = 0
    short: int = 0
    because: Counter[str] = field(default_factory=Counter)
    kinds: dict[tuple[str, str], Kind] = field(default_factory=dict)
    nameless: Counter[str] = field(default_factory=Counter)
    not_asked: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    bad_file: Path | None = None

    def skip(self, reason: str) -> None:
        """Count a row that is no answer."""
        self.skipped += 1
        self.because[reason] += 1

    def complain(self, complaint: Complaint) -> None:
        """Keep or count a complaint."""
        self.kinds.setdefault((complaint.column, complaint.kind), Kind()).add(complaint)

    @property
    def complaints(self) -> list[Complaint]:
        """Those that were kept, by row."""
        kept = [complaint for kind in self.kinds.values() for complaint in kind.first]
        return sorted(kept, key=lambda complaint: complaint.row)

    def text(self) -> str:
        """The report to print: no line holds anything but printable characters."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.file}: {self.found}"
        would = "would be added (dry run: nothing was kept)" if self.dry_run else "added"
        yield f"{counted(self.read, 'row')} read, for questionnaire {self.questionnaire}:"
        yield f"  {self.added} {would}"
        yield f"  {self.already} were there already"
        yield f"  {self.skipped} skipped" + self._reasons()
        yield f"  {self.bad} bad" + (f", written to {self.bad_file}" if self.bad_file else "")
        yield from (f"- {note}" for note in self._notes())
        yield from self._complaints()

    def _reasons(self) -> str:
        reasons = ", ".join(f"{count} {reason}" for reason, count in self.because.most_common())
        return f" ({reasons})" if reasons else ""

    def _notes(self) -> Iterator[str]:
        yield from self.notes
        if self.short:
            yield f"{counted(self.short, 'row', 'is')} shorter than the header; the missing cells were taken as blank"
        for column, count in self.nameless.items():
            yield f"{column} has no header: {counted(count, 'filled cell', 'is')} left out"
        for question, count in self.not_asked.most_common():
            yield f"{question}: {counted(count, 'answer')} left out, since the question is not asked of these people"
        if self.unanswered:
            total = sum(self.unanswered.values())
            often = ", ".join(f"{question} ({count})" for question, count in self.unanswered.most_common(8))
            yield f"{counted(total, 'required answer', 'is')} missing, taken as not answered, most in {often}"

    def _complaints(self) -> Iterator[str]:
        by_count = sorted(self.kinds.values(), key=lambda kind: -kind.count)
        if by_count:
            yield "Bad rows:"
        for kind in by_count[:SHOWN_KINDS]:
            yield from (f"  {complaint}" for complaint in kind.first)
            if kind.count > len(kind.first):
                yield f"    and {kind.count - len(kind.first)} more of the same kind"
        if len(by_count) > SHOWN_KINDS:
            rest = sum(kind.count for kind in by_count[SHOWN_KINDS:])
            yield f"  and {rest} complaints of {len(by_count) - SHOWN_KINDS} other kinds"
