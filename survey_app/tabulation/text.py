"""A table as lines a person reads, aligned by the width letters take on a screen (a Chinese one takes two)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rich.cells import cell_len

from survey_app.tabulation.table import Table
from survey_app.tabulation.words import BASE, HIDDEN

GAP = "  "
LABEL_WIDTH = 44
HEAD_WIDTH = 14
NO_FIGURE = "–"

Cell = list[str]
"""The lines of one cell."""


def as_text(table: Table, language: str, width: int | None = None) -> str:
    """Title, figures, bases, notes. Nothing is cut: what is too wide for `width` is wrapped, or goes into a further
    block of columns with the row labels again; without a width all columns stand side by side."""
    side = [wrapped(table.sides[0].in_(language), LABEL_WIDTH), *_row_labels(table, language)]
    columns = list(_columns(table, language))
    blocks = [_block([side, *block]) for block in _blocks(side, columns, width)]
    head = f"{table.title.in_(language)}\n{table.figure_label.in_(language)}"
    notes = (note.in_(language) for note in table.notes)
    noted = "\n".join(notes if width is None else ("\n".join(wrapped(note, width)) for note in notes))
    return "\n\n".join([head, *blocks, noted]) + "\n"


def _row_labels(table: Table, language: str) -> Iterator[Cell]:
    for _, label in table.rows:
        yield wrapped(label.in_(language), LABEL_WIDTH)
    yield [table.everyone_label.in_(language)]
    yield [BASE.in_(language)]


def _columns(table: Table, language: str) -> Iterator[list[Cell]]:
    """The columns' cells from the head down: one per code, the total, the base."""
    places = range(len(table.rows) + 1)
    for column, (_, label) in enumerate(table.columns):
        figures = [[_figure(table, row, column, language)] for row in places]
        yield [
            balanced(label.in_(language), HEAD_WIDTH),
            *figures,
            [_count(table.column_bases[column], language) + star(table.small_columns[column])],
        ]
    totals = [*([_count(count, language)] for count in table.figures[:-1, -1].counts)]
    totals.append([_count(table.everyone_people, language)])
    yield [[table.total_label.in_(language)], *totals, [_count(table.column_bases[-1], language)]]
    marked = zip(table.row_base, table.small_rows, strict=True)
    bases = [[_count(base, language) + star(small)] for base, small in marked]
    bases.append([_count(table.everyone_base, language)])
    yield [[BASE.in_(language)], *bases, [_count(table.base, language) + star(table.is_small)]]


def _figure(table: Table, row: int, column: int, language: str) -> str:
    place = table.figures[row, column]
    if table.hidden[row, column]:
        return HIDDEN.in_(language)
    if place.values is None:
        return _count(place.counts, language)
    if np.isnan(place.values):
        return NO_FIGURE
    people = made_of(table, row, column)
    if not table.is_share:
        return f"{place.values:.2f} {people}"
    share = f"{100 * place.values:.1f}%"
    if place.low is None or place.high is None or row == len(table.rows):
        return f"{share} {people}"
    return f"{share} ({100 * place.low:.0f}–{100 * place.high:.0f}) {people}"


def made_of(table: Table, row: int, column: int) -> str:
    """How many people a figure is made of, as in n=166; of a share that has a base of its own, as in n=166/222."""
    row = row if row < len(table.rows) else -1
    people = table.shared[column] if row == -1 else table.figures.counts[row, column]
    base = table.own_bases[row, column]
    own = "" if np.isnan(base) else f"/{base:,.0f}{star(table.small_cells[row, column])}"
    return f"n={people:,.0f}{own}"


def _count(count: Any, language: str) -> str:
    return HIDDEN.in_(language) if count is None or np.isnan(count) else f"{float(count):,.0f}"


def signed(number: float, form: str) -> str:
    """A difference with its sign, the minus as long as the plus is wide."""
    return f"{number:+{form}}".replace("-", "−")


def star(small: Any) -> str:
    """What marks a figure that stands on a small base, or that base."""
    return "*" if small else ""


def _blocks(side: list[Cell], columns: list[list[Cell]], width: int | None) -> Iterator[list[list[Cell]]]:
    """Columns in blocks that fit beside the row labels; at least one column in each."""
    block: list[list[Cell]] = []
    used = _width(side)
    for column in columns:
        needed = len(GAP) + _width(column)
        if block and width is not None and used + needed > width:
            yield block
            block, used = [], _width(side)
        block.append(column)
        used += needed
    yield block


def _block(columns: list[list[Cell]]) -> str:
    widths = [_width(column) for column in columns]
    lines = [line for cells in zip(*columns, strict=True) for line in _line(cells, widths)]
    rule = "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
    head = max(len(column[0]) for column in columns)
    foot = len(lines) - sum(max(len(column[place]) for column in columns) for place in (-1, -2))
    return "\n".join([*lines[:head], rule, *lines[head:foot], rule, *lines[foot:]])


def _line(cells: Sequence[Cell], widths: list[int]) -> Iterator[str]:
    """The lines of one row of cells: the first to the left, the others, numbers, to the right."""
    for place in range(max(map(len, cells))):
        parts = [cell[place] if place < len(cell) else "" for cell in cells]
        first = parts[0] + " " * (widths[0] - cell_len(parts[0]))
        rest = (" " * (w - cell_len(p)) + p for p, w in zip(parts[1:], widths[1:], strict=True))
        yield GAP.join([first, *rest]).rstrip()


def _width(column: list[Cell]) -> int:
    return max(cell_len(line) for cell in column for line in cell)


def balanced(words: str, width: int) -> Cell:
    """As `wrapped`, with lines of about one length: no last letter alone, and no word cut for it."""
    lines = len(wrapped(words, width))
    least = min(width, max(cell_len(piece.rstrip()) for piece in _pieces(words, width)))
    return next(tried for w in range(least, width + 1) if len(tried := wrapped(words, w)) <= lines)


def wrapped(words: str, width: int) -> Cell:
    """`words` in lines of at most `width`: between words where there are spaces, anywhere in Chinese."""
    lines = [""]
    for piece in _pieces(words, width):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


OPENING = frozenset("（〔［｛《〈「『【〖“‘([{")
CLOSING = frozenset("）〕］｝》〉」』】〗”’、，。；：？！…·—)]},.;:?!%")
"""Signs after which, and before which, a line does not end (W3C, Requirements for Chinese Text Layout, 3.1.3)."""


def _pieces(words: str, width: int) -> Iterator[str]:
    """Parts between which a line may end; a part wider than `width` is cut into letters."""
    part = ""
    for letter in " ".join(words.split()):
        if part and (_may_end(part[-1], letter) or cell_len(part + letter) > width):
            yield part
            part = ""
        part += letter
    yield part


def _may_end(last: str, following: str) -> bool:
    """Whether a line may end between two letters: after a space, and beside Chinese."""
    if last in OPENING or following in CLOSING or following == " ":
        return False
    return last == " " or cell_len(following) > 1 or cell_len(last) > 1
