"""Columns of a frame to columns of a file, and back: codes as small numbers, flags as bits, words as bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from survey_app.campaign.columns import NOT_ASKED
from survey_app.storage.batches.fields import Field, Kind
from survey_app.storage.cells import Series, settle, word_array
from survey_app.storage.engine import to_json

Arrays: TypeAlias = list[npt.NDArray[Any]]
"""A field's columns as plain arrays, such that those of several files can be put behind one another."""
Bytes: TypeAlias = npt.NDArray[np.uint8]


def pack(flags: Sequence[Any]) -> list[Bytes]:
    """Flags by choice as the bits of bytes, eight choices a byte, the first one least significant."""
    packed = []
    for first in range(0, len(flags), 8):
        byte = np.zeros(len(flags[first]), dtype=np.uint8)
        for place, flag in enumerate(flags[first : first + 8]):
            byte |= np.asarray(flag, dtype=np.uint8) << np.uint8(place)
        packed.append(byte)
    return packed


def unpack(packed: Sequence[Bytes], count: int) -> list[npt.NDArray[np.bool_]]:
    """The flags of `count` choices again."""
    return [(packed[place // 8] >> np.uint8(place % 8)) & 1 == 1 for place in range(count)]


def whole(count: int) -> Any:
    """The smallest type of whole numbers that counts so far, with -1."""
    return next(kind for kind in (np.int8, np.int16, np.int32) if count <= np.iinfo(kind).max)


# Writing: a frame's columns become those of the file.


def _write_code(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [frame[field.name].cat.codes.to_numpy().astype(whole(len(field.codes)))]


def _write_open(field: Field, frame: pd.DataFrame) -> list[Any]:
    places = pd.Index(field.codes, dtype=object).get_indexer(pd.Index(frame[field.name], dtype=object))
    return [places.astype(whole(len(field.codes)))]


def _write_bits(field: Field, frame: pd.DataFrame) -> list[Any]:
    return list(pack([frame[f"{field.name}/{code}"].to_numpy() for code in field.codes]))


def _write_ranks(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [frame[name].fillna(0).to_numpy(dtype=np.int32) for name in field.stored]


def _write_number(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [pa.array(frame[field.name].array)]


def _write_words(field: Field, frame: pd.DataFrame) -> list[Any]:
    # bytes, since half a surrogate pair is no string to Arrow
    found = frame[field.name].astype(object)
    written = (w.encode("utf-8", "surrogatepass") if isinstance(w, str) else None for w in found)
    return [pa.array(list(written), pa.binary())]


def _write_value(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [pa.array([None if v is None else to_json(v).encode() for v in frame[field.name]], pa.binary())]


def _write_day(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [pa.array(frame[field.name].to_numpy().astype("datetime64[D]"))]


def _write_wordings(field: Field, frame: pd.DataFrame) -> list[Any]:
    return [pa.array([sorted(set(each)) for each in frame[field.name]], pa.list_(pa.uint64()))]


WRITE: Mapping[Kind, Callable[[Field, pd.DataFrame], list[Any]]] = {
    "code": _write_code,
    "open": _write_open,
    "bits": _write_bits,
    "ranks": _write_ranks,
    "number": _write_number,
    "words": _write_words,
    "value": _write_value,
    "day": _write_day,
    "wordings": _write_wordings,
}


# Reading: the file's columns as plain arrays, in the codes of the field as it is today.


def _plain(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = column.to_numpy()
    return found


def _read_code(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    found = _plain(columns[0])
    if tuple(codes) == field.codes:
        return [found]
    places = {code: place for place, code in enumerate(field.codes)}
    table = np.array([*(places[code] for code in codes), -1], dtype=whole(len(field.codes)))
    return [table[found]]


def _read_bits(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    packed = [_plain(column) for column in columns]
    if tuple(codes) == field.codes:
        return packed
    flags = dict(zip(codes, unpack(packed, len(codes)), strict=True))
    none = np.zeros(len(packed[0]) if packed else 0, dtype=np.bool_)
    return list(pack([flags.get(code, none) for code in field.codes]))


def _read_plain(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    return [_plain(column) for column in columns]


def _read_number(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    missing = _plain(columns[0].is_null())
    return [_plain(columns[0].fill_null(0)), missing]


def _distinct(column: pa.ChunkedArray, make: Callable[[bytes], Any]) -> npt.NDArray[Any]:
    """What `make` gives for each cell, made once for equal ones; None for none."""
    coded = column.combine_chunks().dictionary_encode()
    made = np.empty(len(coded.dictionary) + 1, dtype=object)
    made[:-1] = [make(each) for each in coded.dictionary.to_pylist()]
    made[-1] = None
    found: npt.NDArray[Any] = made[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    return found


def _read_words(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    return [_distinct(columns[0], lambda written: written.decode("utf-8", "surrogatepass"))]


def _read_value(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    return [_distinct(columns[0], json.loads)]


def _read_wordings(field: Field, columns: Sequence[pa.ChunkedArray], codes: Sequence[str]) -> Arrays:
    """The rows and the wordings of all pairs, and of how many rows."""
    column = columns[0].combine_chunks()
    lengths = column.value_lengths().to_numpy(zero_copy_only=False)
    return [np.repeat(np.arange(len(column)), lengths), column.flatten().to_numpy(), np.array([len(column)])]


READ: Mapping[Kind, Callable[[Field, Sequence[pa.ChunkedArray], Sequence[str]], Arrays]] = {
    "code": _read_code,
    "open": _read_code,
    "bits": _read_bits,
    "ranks": _read_plain,
    "number": _read_number,
    "words": _read_words,
    "value": _read_value,
    "day": _read_plain,
    "wordings": _read_wordings,
}


@lru_cache(maxsize=4096)
def no_rows(field: Field) -> tuple[Series, ...]:
    """The field's columns without rows."""
    return tuple(FINISH[field.kind](field, nothing(field, 0)))


def nothing(field: Field, rows: int) -> Arrays:
    """The field's arrays where nobody was asked."""
    absent = field.codes.index(NOT_ASKED) if field.kind == "code" else 0
    match field.kind:
        case "code":
            return [np.full(rows, absent, dtype=whole(len(field.codes)))]
        case "bits":
            return [np.zeros(rows, dtype=np.uint8) for _ in field.stored]
        case "ranks":
            return [np.zeros(rows, dtype=np.int32) for _ in field.stored]
        case "number":
            return [np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.bool_)]
        case "open":
            return [np.full(rows, -1, dtype=np.int8)]
        case "day":
            return [np.full(rows, "NaT", dtype="datetime64[D]")]
        case _:
            return [np.full(rows, None, dtype=object)]


# Finishing: plain arrays become the columns of a part.


def _finish_code(field: Field, arrays: Arrays) -> list[Series]:
    return [pd.Categorical.from_codes(arrays[0], dtype=kind_of(field.codes), validate=False)]


@lru_cache(maxsize=4096)
def kind_of(codes: tuple[str, ...]) -> pd.CategoricalDtype:
    """The type of a column of these codes, made once: pandas looks whether all of them differ."""
    return pd.CategoricalDtype([*codes])


def _finish_open(field: Field, arrays: Arrays) -> list[Series]:
    if field.name != "_region":
        return _finish_code(field, arrays)
    codes = np.array([*field.codes, None], dtype=object)
    return [word_array(codes[arrays[0]].tolist())]


def _finish_plain(field: Field, arrays: Arrays) -> list[Series]:
    return list(arrays)


def _finish_ranks(field: Field, arrays: Arrays) -> list[Series]:
    return [pd.arrays.IntegerArray(ranks.astype(np.int64), ranks == 0) for ranks in arrays]


def _finish_number(field: Field, arrays: Arrays) -> list[Series]:
    numbers, missing = arrays
    kind = pd.arrays.IntegerArray if numbers.dtype == np.int64 else pd.arrays.FloatingArray
    return [kind(numbers, missing)]


def _finish_words(field: Field, arrays: Arrays) -> list[Series]:
    return [word_array(arrays[0].tolist())]


def _finish_value(field: Field, arrays: Arrays) -> list[Series]:
    return [settle(arrays[0].tolist())]


def _finish_day(field: Field, arrays: Arrays) -> list[Series]:
    return [arrays[0].astype("datetime64[s]")]


FINISH: Mapping[Kind, Callable[[Field, Arrays], list[Series]]] = {
    "code": _finish_code,
    "open": _finish_open,
    "bits": _finish_plain,
    "ranks": _finish_ranks,
    "number": _finish_number,
    "words": _finish_words,
    "value": _finish_plain,
    "day": _finish_day,
    "wordings": _finish_plain,
}
