"""What each column of one file is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from survey_app.importing.cells import Cell, letter, shown
from survey_app.importing.labels import Unread
from survey_app.importing.readers import PARTED, WHOLE, Answers, Reader

WHY = "_why"
BAD_ROW = "_bad_row"
"""Columns that the file of bad rows has beside those of its source."""
META = ("_id", "_date", "_language", "_status", "_questionnaire", "_flags", BAD_ROW)
PASSED_OVER = ("_version", "_audience", "_channel", "_region", "_additions", WHY)
"""Columns of our own files that say nothing which is not worked out anew."""
REMEMBERED = 20_000
"""Different cells of one question whose meaning is remembered."""
TEXT = frozenset([str, type(None)])


@dataclass(frozen=True)
class Binding:
    """Columns (part → index from 0) that together hold the answers to one question, and how they are read."""

    target: str
    columns: dict[str, int]
    read: Callable[[Sequence[Cell]], Answers]

    def column(self, part: str = "") -> int:
        """The index of the column that holds `part`; of its first column where no one column does."""
        return self.columns.get(part, next(iter(self.columns.values())))


@dataclass
class Plan:
    """The bindings of a file, where other things about a response stand (name → index), and notes.

    `skipped`: columns and the cells in them by which a row is no answer. `nameless`: columns that nothing names.
    """

    header: tuple[str, ...]
    bindings: list[Binding] = field(default_factory=list)
    meta: dict[str, int] = field(default_factory=dict)
    skipped: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    nameless: tuple[int, ...] = ()

    def of(self, question: str) -> Binding | None:
        """The binding of a question."""
        return next((binding for binding in self.bindings if binding.target == question), None)

    def column_name(self, index: int) -> str:
        """A column as a person finds it: its letters and its words."""
        words = self.header[index] if index < len(self.header) else ""
        return f"column {letter(index)} {shown(words, 50)}" if words else f"column {letter(index)}"


def one_cell(reader: Reader, index: int) -> Callable[[Sequence[Cell]], Answers]:
    """Reads one column."""
    whole = WHOLE[reader.question.type]

    def meaning(cells: tuple[Cell, ...]) -> Answers:
        return {} if reader.is_missing(cells[0]) else whole(reader, cells[0])

    return _remembering(meaning, [index])


def many_cells(reader: Reader, columns: dict[str, int]) -> Callable[[Sequence[Cell]], Answers]:
    """Reads the columns of a question's parts together."""
    parted, parts = PARTED[reader.question.type], list(columns)

    def meaning(cells: tuple[Cell, ...]) -> Answers:
        return parted(reader, dict(zip(parts, cells, strict=True)))

    return _remembering(meaning, list(columns.values()))


def _remembering(
    meaning: Callable[[tuple[Cell, ...]], Answers], places: Sequence[int]
) -> Callable[[Sequence[Cell]], Answers]:
    """Reads cells; what they mean is remembered, of text alone: of numbers 1, 1.0 and true are the same to a dict."""
    known: dict[tuple[Cell, ...], Answers | Unread] = {}

    def read(cells: Sequence[Cell]) -> Answers:
        try:
            found = tuple([cells[place] for place in places])
        except IndexError:
            found = tuple(cells[place] if place < len(cells) else None for place in places)
        answers = known.get(found)
        if answers is None:
            answers = _answers_or_why(meaning, found)
            if len(known) < REMEMBERED and TEXT.issuperset(map(type, found)):
                known[found] = answers
        if isinstance(answers, Unread):
            raise answers.with_traceback(None)
        return answers

    return read


def _answers_or_why(
    meaning: Callable[[tuple[Cell, ...]], Answers], cells: tuple[Cell, ...]
) -> Answers | Unread:
    try:
        return meaning(cells)
    except Unread as unread:
        return unread
