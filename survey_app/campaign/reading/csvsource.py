"""CSV files as the nodes that YAML gives, so that one reading serves both.

A column `label::zh` is the Chinese wording of `label`, as in XLSForm.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from survey_app.campaign.reading.yamlsource import Node, Source, read_text
from survey_app.campaign.reports import suggestion


@dataclass(frozen=True)
class Layout:
    """The columns of a file, without `::language`: those known, and those needed.

    What its authors note for themselves is passed over: `remarks`, which are known too, and with `rest` all others.
    """

    known: tuple[str, ...]
    needed: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    rest: bool = False


def read_csv(path: Path, file: str, key: str, layout: Layout) -> Source:
    """A source whose root is {key: [a mapping per line]}; mistakes stand in the source, nothing is raised."""
    source = Source(file)
    text = read_text(path, source)
    if text is None:
        return source
    lines = _lines(text, source)
    header = next(lines, None)
    if header is None:
        if not source.mistakes:
            source.mistake(
                None, "is empty", f"write the columns {', '.join(layout.needed)} in the first line"
            )
        return source
    names = [cell.strip() for cell in header[1]]
    if _header_is_right(names, source, layout):
        rows = [
            _row(line, cells, names, layout, source) for line, cells in lines if any(map(str.strip, cells))
        ]
        source.root = Node(1, entries={key: Node(1, items=rows)})
    return source


def _lines(text: str, source: Source) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        source.mistake(line, f"cannot be read as CSV: {error}", "see that every quote is closed")


def _header_is_right(names: list[str], source: Source, layout: Layout) -> bool:
    known = [name.partition("::")[0] for name in names]
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        source.mistake(1, "its columns are not parted by commas", "save it as CSV with commas")
        return False
    for name in layout.needed:
        if name not in known:
            words = f'the column "{name}" is missing'
            source.mistake(
                1, words, f"the columns needed are {', '.join(layout.needed)}; a label is label::zh, …"
            )
    for position, name in enumerate(names):
        if name and name in names[:position]:
            source.mistake(1, f'the column "{name}" stands twice', "keep one of them")
        elif name and not layout.rest and known[position] not in layout.known:
            cure = suggestion(name, layout.known, f"columns here: {', '.join(layout.known)}")
            source.mistake(1, f'the column "{name}" is not known', cure)
    return set(layout.needed) <= set(known)


def _row(line: int, cells: list[str], names: list[str], layout: Layout, source: Source) -> Node:
    row = Node(line, entries={})
    for name, cell in zip(names, cells, strict=False):
        text = cell.strip()
        if name and text:
            _put(row, name, Node(line, text, text), layout)
    if any(map(str.strip, cells[len(names) :])):
        source.mistake(
            line, f"has {len(cells)} cells, more than there are columns", "put text with a comma in quotes"
        )
    return row


def _put(row: Node, name: str, cell: Node, layout: Layout) -> None:
    entries = row.entries if row.entries is not None else {}
    column, _, language = name.partition("::")
    if column not in layout.known or column in layout.remarks:
        return
    if not language:
        entries[column] = cell
        return
    inner = entries.setdefault(column, Node(cell.line, entries={}))
    if inner.entries is not None:
        inner.entries.setdefault(language, cell)
