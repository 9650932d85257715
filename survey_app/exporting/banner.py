"""A banner as a workbook: all questions of a questionnaire by one side, counts on one sheet and shares on the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_app.campaign.texts import Text
from survey_app.exporting.layout import Field, FieldKind, Part
from survey_app.exporting.words import ABOUT, CODEBOOK, TABS, say
from survey_app.exporting.workbook import Sheet, write_workbook
from survey_app.tabulation import Table
from survey_app.tabulation.together import Frequency
from survey_app.tabulation.wide import BASE_CODE, whole
from survey_app.tabulation.words import BASE, PEOPLE, SHARE

FIRST = 4
"""Columns before those of the side: question, its words, code and words of the answer."""


def banner(found: Sequence[Frequency], title: str, language: str, whom: Sequence[Text] = ()) -> bytes:
    """The workbook of at least one question. The tables are shares of the columns, and have the same columns.

    `whom`: whose answers they hold, which stands above them.
    """
    above = (title, *(each.in_(language) for each in whom))
    sheets = [
        _sheet("counts", PEOPLE, found, above, language),
        _sheet("shares", SHARE["column"], found, above, language),
    ]
    with tempfile.TemporaryDirectory(prefix="banner-") as folder:
        path = Path(folder) / "banner.xlsx"
        write_workbook(path, sheets, language)
        return path.read_bytes()


def _sheet(name: str, what: Text, found: Sequence[Frequency], above: tuple[str, ...], language: str) -> Sheet:
    """The rows of all questions, and below them what the first table says of all: who chose to answer."""
    table = found[0].table
    heads = [
        *(say(CODEBOOK[key], language) for key in ("column", "question", "choice", "holds")),
        *(label.in_(language) for _, label in table.columns),
        table.total_label.in_(language),
        BASE.in_(language),
    ]
    figure: FieldKind = "percent" if name == "shares" else "decimal"
    texts: list[FieldKind] = ["text"] * FIRST
    kinds = [*texts, *([figure] * (len(heads) - FIRST - 1)), "decimal"]
    fields = tuple(Field(str(n), kind, head) for n, (kind, head) in enumerate(zip(kinds, heads, strict=True)))
    rows = [row for each in found for row in _rows(each, language, shares=name == "shares")]
    frame = pd.DataFrame(rows, columns=[field.name for field in fields], dtype=object)
    part = Part.whole(name, fields, frame, say(ABOUT["sheet"], language, name=say(TABS[name], language)))
    tab = say(TABS[name], language)
    return Sheet(part, tab, above=(*above, what.in_(language)), below=(table.notes[-1].in_(language),))


def _rows(found: Frequency, language: str, *, shares: bool) -> Iterator[list[Any]]:
    """A row for each answer, then that of the columns' bases."""
    table, question = found.table, found.table.title.in_(language)
    for place, (code, label) in enumerate(table.rows):
        cells = [_cell(table, place, column, shares=shares) for column in range(len(table.columns) + 1)]
        base = whole(table.row_bases[place])
        yield [found.column.name, question, code, label.in_(language), *cells, base]
    bases = [whole(base) for base in table.column_bases]
    yield [found.column.name, question, BASE_CODE, BASE.in_(language), *bases, table.base]


def _cell(table: Table, row: int, column: int, *, shares: bool) -> int | float | None:
    """Shares are floats and counts int: that tells the workbook their formats."""
    place = table.figures[row, column]
    if not shares or place.values is None:
        return whole(place.counts)
    return None if np.isnan(place.values) else round(float(place.values), 6)
