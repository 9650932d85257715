"""The tables of a page as rows of words, as a reader sees them."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def tables_of(html: str) -> list[list[list[str]]]:
    """Table by table the rows, each a list of its cells' words with blanks run together."""
    read = _Tables()
    read.feed(html)
    return [[[" ".join(cell.split()) for cell in row] for row in table] for table in read.tables]


def table_under(html: str, head: str) -> dict[str, list[str]]:
    """Of the table whose first head cell is `head`: the first cell of each row under it, and the others."""
    table = next(each for each in tables_of(html) if each and each[0] and each[0][0] == head)
    return {row[0]: row[1:] for row in table[1:]}


def number(words: str) -> int:
    """The first number in a cell: 1,234 / 5,000 is 1234, and silent 58 is 58."""
    found = re.search(r"[+−]?[\d,]+", words)
    assert found, f"no number in {words!r}"
    return int(found[0].replace(",", "").replace("−", "-"))
