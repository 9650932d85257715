"""The cells of a table, chunk by chunk, as one format can hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite

import numpy as np
import pandas as pd

from survey_app.exporting.cells import Fitting, Place
from survey_app.exporting.layout import Field, FieldKind, Part, Series
from survey_app.exporting.readback import Cell

Reader = Callable[[Series, list[str]], list[Cell]]
"""Gives the cells of a slice of a column; the texts are what notes call its rows."""
CHUNK = 2_000
"""Rows in memory as Python values at one time."""


def header_of(part: Part, fitting: Fitting) -> list[str]:
    """The header, each name as the format can hold it."""
    return [fitting.text(field.header, Place(part.name, field.name)) for field in part.fields]


def chunks(part: Part, fitting: Fitting) -> Iterator[list[tuple[Cell, ...]]]:
    """The rows of `part`, at most CHUNK at a time."""
    for frame in part.pieces():
        readers = [_reader(part, field, frame[field.name], fitting) for field in part.fields]
        responses = responses_of(frame)
        for start in range(0, len(frame), CHUNK):
            stop = min(start + CHUNK, len(frame))
            here = frame.iloc[start:stop]
            columns = [reader(here.iloc[:, i], responses[start:stop]) for i, reader in enumerate(readers)]
            yield list(zip(*columns, strict=True))


def cells_of(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> list[Cell]:
    """All cells of one column of a piece of `part`."""
    values = frame[field.name]
    return _reader(part, field, values, fitting)(values, responses_of(frame))


def responses_of(frame: pd.DataFrame) -> list[str]:
    """What notes call each row of a piece: the response's id, with the entry's number in a repeat."""
    if "_id" not in frame.columns:
        return [str(number) for number in range(1, len(frame) + 1)]
    ids = frame["_id"].tolist()
    if "_position" not in frame.columns:
        return ids
    return [f"{i}/{n}" for i, n in zip(ids, frame["_position"], strict=True)]


def _reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    """That of a column whose values are `values`."""
    return READERS.get(field.kind, _text_reader)(part, field, values, fitting)


def _code_reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    """Categories are fitted once, then picked by number."""
    place = Place(part.name, field.name)
    categories = values.cat.categories.tolist()
    shown = [fitting.text(field.shown.get(code, str(code)), place) for code in categories]
    picked = np.array([*shown, None], dtype=object)
    return lambda values, _: picked[values.cat.codes.to_numpy()].tolist()


def _number_reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    return _plain_numbers


def _plain_numbers(values: Series, responses: list[str]) -> list[Cell]:
    plain = values.astype(object)
    cells: list[Cell] = plain.where(values.notna(), None).tolist()
    return cells


def _integer_reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    def read(values: Series, responses: list[str]) -> list[Cell]:
        cells = _plain_numbers(values, responses)
        exact = fitting.holds.exact
        for i, cell in enumerate(cells):
            if exact and isinstance(cell, int) and abs(cell) >= exact:
                fitting.note(Place(part.name, field.name, responses[i]), "digits")
                cells[i] = str(cell)
        return cells

    return read


def _decimal_reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    def read(values: Series, responses: list[str]) -> list[Cell]:
        cells = _plain_numbers(values, responses)
        for i, cell in enumerate(cells):
            if isinstance(cell, float) and not isfinite(cell):
                fitting.note(Place(part.name, field.name, responses[i]), "not_finite")
                cells[i] = None
        return cells

    return read


def _text_reader(part: Part, field: Field, values: Series, fitting: Fitting) -> Reader:
    def read(values: Series, responses: list[str]) -> list[Cell]:
        return [
            None if text is None else fitting.text(text, Place(part.name, field.name, response))
            for text, response in zip(values, responses, strict=True)
        ]

    return read


READERS: dict[FieldKind, Callable[[Part, Field, Series, Fitting], Reader]] = {
    "code": _code_reader,
    "state": _code_reader,
    "flag": _number_reader,
    "place": _number_reader,
    "integer": _integer_reader,
    "decimal": _decimal_reader,
    "percent": _decimal_reader,
}
"""How a column becomes cells, by its field's kind; every other kind is text."""
