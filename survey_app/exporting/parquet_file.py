"""Parquet: typed columns for pandas, R and the like; codes stay categories in their declared order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from survey_app.exporting.cells import EXACT, Fitting, Note, Place
from survey_app.exporting.files import not_read_back
from survey_app.exporting.layout import Field, FieldKind, Part, Series
from survey_app.exporting.readback import bytes_of, reading_back
from survey_app.exporting.rows import cells_of, header_of, responses_of


def write_parquet(part: Part, path: Path, language: str) -> list[Note]:
    """Write `part` to `path`, a group of rows a piece, and read it back; gives what had to be changed."""
    fitting = Fitting(EXACT, language)
    header = header_of(part, fitting)
    pieces = part.pieces()
    first = _table(part, header, next(pieces), fitting)
    meant = []
    with pq.ParquetWriter(path, first.schema, compression="zstd") as file:
        for table in chain([first], (_table(part, header, frame, fitting) for frame in pieces)):
            file.write_table(table, row_group_size=max(len(table), 1))
            meant.append(_digest(table))
    with reading_back(path):
        _compare(path, first.schema, meant)
    return fitting.notes


def _table(part: Part, header: Sequence[str], frame: pd.DataFrame, fitting: Fitting) -> pa.Table:
    columns = [TYPED.get(field.kind, _text)(part, field, frame, fitting) for field in part.fields]
    typed = pd.DataFrame(dict(zip(header, columns, strict=True)), index=frame.index)
    return pa.Table.from_pandas(typed, preserve_index=False)


def _compare(path: Path, schema: pa.Schema, meant: Sequence[bytes]) -> None:
    """Raise NotWritten unless every group of rows reads as it was meant."""
    with pq.ParquetFile(path) as file:
        if file.num_row_groups != len(meant):
            raise not_read_back(path)
        for number, digest in enumerate(meant):
            # Parquet keeps no width of offsets and indices: the cast brings those back, and fails on anything else.
            if _digest(file.read_row_group(number).cast(schema)) != digest:
                raise not_read_back(path)


def _digest(table: pa.Table) -> bytes:
    """Of its columns' names and cells; what stands in the memory of an empty cell is no matter."""
    digest = hashlib.blake2b(json.dumps(table.column_names).encode("utf-8", "surrogatepass"))
    for column in table.columns:
        whole = column.combine_chunks()
        if pa.types.is_dictionary(whole.type):
            codes = whole.dictionary.to_pylist() if len(whole) else []  # without rows, a file keeps none
            digest.update(json.dumps(codes).encode())
            whole = whole.indices
        digest.update(whole.is_null().to_numpy(zero_copy_only=False).tobytes())
        if pa.types.is_large_string(whole.type):
            whole = whole.fill_null("")
            digest.update(pc.binary_length(whole).to_numpy(zero_copy_only=False).tobytes())
            digest.update(bytes_of(whole.cast(pa.large_binary())))
        else:
            bits = whole.fill_null(pa.scalar(0).cast(whole.type)).to_numpy(zero_copy_only=False)
            digest.update(bits.tobytes())
    return digest.digest()


def _as_it_is(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Series:
    return frame[field.name]


def _text(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Series:
    return pd.Series(cells_of(part, field, frame, fitting), dtype="string")


def _category(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Series:
    """Two codes whose words became the same in fitting are one category: a category cannot stand twice."""
    values = frame[field.name].cat
    place = Place(part.name, field.name)
    shown = [fitting.text(field.shown.get(code, str(code)), place) for code in values.categories]
    unique = {words: number for number, words in enumerate(dict.fromkeys(shown))}
    numbers = np.array([*(unique[words] for words in shown), -1])
    return pd.Series(
        pd.Categorical.from_codes(
            numbers[values.codes.to_numpy()], categories=pd.Index(list(unique), dtype="str")
        )
    )


def _day(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Series:
    """Days as timestamps at midnight; what is no day of the calendar is empty and noted."""
    texts = _text(part, field, frame, fitting)
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").astype("datetime64[ms]")
    responses = responses_of(frame)
    for row in np.flatnonzero(texts.notna() & days.isna()):
        fitting.note(Place(part.name, field.name, responses[row]), "no_date", value=texts[row])
    return days


TYPED: dict[FieldKind, Callable[[Part, Field, pd.DataFrame, Fitting], Series]] = {
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
