"""Parquet: typed columns for pandas, R and the like; codes stay categories in their declared order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from survey_app.exporting.cells import EXACT, Fitting, Note, Place
from survey_app.exporting.files import not_read_back
from survey_app.exporting.layout import Field, FieldKind, Part, Series
from survey_app.exporting.readback import reading_back
from survey_app.exporting.rows import cells_of, header_of, responses_of


def write_parquet(part: Part, path: Path, language: str) -> list[Note]:
    """Write `part` to `path` and read it back; gives what had to be changed."""
    fitting = Fitting(EXACT, language)
    header = header_of(part, fitting)
    columns = [TYPED.get(field.kind, _text)(part, field, fitting) for field in part.fields]
    frame = pd.DataFrame(dict(zip(header, columns, strict=True)), index=part.frame.index)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, path, compression="zstd")
    with reading_back(path):
        # Parquet keeps no width of offsets and indices: the cast brings those back, and fails on anything else.
        if not pq.read_table(path).cast(table.schema).equals(table):
            raise not_read_back(path)
    return fitting.notes


def _as_it_is(part: Part, field: Field, fitting: Fitting) -> Series:
    return part.frame[field.name]


def _text(part: Part, field: Field, fitting: Fitting) -> Series:
    return pd.Series(cells_of(part, field, fitting), dtype="string")


def _category(part: Part, field: Field, fitting: Fitting) -> Series:
    """Two codes whose words became the same in fitting are one category: a category cannot stand twice."""
    values = part.frame[field.name].cat
    place = Place(part.name, field.name)
    shown = [fitting.text(field.shown.get(code, str(code)), place) for code in values.categories]
    unique = {words: number for number, words in enumerate(dict.fromkeys(shown))}
    numbers = np.array([*(unique[words] for words in shown), -1])
    return pd.Series(
        pd.Categorical.from_codes(numbers[values.codes.to_numpy()], categories=pd.Index(list(unique)))
    )


def _day(part: Part, field: Field, fitting: Fitting) -> Series:
    """Days as timestamps at midnight; what is no day of the calendar is empty and noted."""
    texts = _text(part, field, fitting)
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").astype("datetime64[ms]")
    responses = responses_of(part)
    for row in np.flatnonzero(texts.notna() & days.isna()):
        fitting.note(Place(part.name, field.name, responses[row]), "no_date", value=texts[row])
    return days


TYPED: dict[FieldKind, Callable[[Part, Field, Fitting], Series]] = {
    "code": _category,
    "state": _category,
    "flag": _as_it_is,
    "place": _as_it_is,
    "integer": _as_it_is,
    "decimal": _as_it_is,
    "percent": _as_it_is,
    "date": _day,
}
"""A field as a typed column, by its kind; every other kind is text."""
