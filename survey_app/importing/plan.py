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
META = ("_id", "_date", "_language", "_status", "_questionnaire", BAD_ROW)
PASSED_OVER = ("_version", "_audience", "_channel", "_region", "_flags", "_additions", WHY)
"""Columns of our own files that say nothing which is not worked out anew."""
REMEMBERED = 20_000
"""Different cells of one column whose meaning is remembered."""


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
    """Reads one column; what a cell means is worked out once for each different cell."""
    known: dict[Cell, Answers | Unread] = {}
    whole = WHOLE[reader.question.type]

    def meaning(cell: Cell) -> Answers | Unread:
        try:
            return {} if reader.is_missing(cell) else whole(reader, cell)
        except Unread as unread:
            return unread

    def read(cells: Sequence[Cell]) -> Answers:
        cell = cells[index] if index < len(cells) else None
        found = known.get(cell) if isinstance(cell, str) else None
        if found is None:
            found = meaning(cell)
            if isinstance(cell, str) and len(known) < REMEMBERED:
                known[cell] = found
        if isinstance(found, Unread):
            raise found
        return found

    return read


def many_cells(reader: Reader, columns: dict[str, int]) -> Callable[[Sequence[Cell]], Answers]:
    """Reads the columns of a question's parts together."""
    parted = PARTED[reader.question.type]

    def read(cells: Sequence[Cell]) -> Answers:
        return parted(reader, {part: cells[i] if i < len(cells) else None for part, i in columns.items()})

    return read
