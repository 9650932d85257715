"""The lines of a CSV file out of a piece of a table, a column at a time.

Few of a column's cells differ in a piece, so each is fitted and quoted once, and neighbouring columns whose cells
together have few combinations are written as if they were one.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from survey_app.exporting.cells import Fitting, Place
from survey_app.exporting.layout import Field, FieldKind, Part, Series
from survey_app.exporting.readback import BETWEEN, END, bytes_of
from survey_app.exporting.rows import cells_of, responses_of

# Every text is quoted: a program that also splits at semicolons would else find a formula inside an answer.
QUOTING: Final = csv.QUOTE_NONNUMERIC
LINE_END = "\r\n"
MOST_COMBINATIONS = 2_000
"""Of neighbouring columns that are written as one: making them all takes less time than the rows do."""
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Coded:
    """Cells of neighbouring columns: of each row its place among those that differ, and these, bare and as quoted."""

    places: Places
    bare: Sequence[str]
    quoted: Sequence[str]

    def occurring(self) -> Coded:
        """The same without what no row has."""
        counts = np.bincount(self.places, minlength=len(self.bare))
        there: list[int] = np.flatnonzero(counts).tolist()
        if len(there) == len(self.bare):
            return self
        places = np.zeros(len(counts), dtype=np.intp)
        places[there] = np.arange(len(there))
        bare, quoted = ([texts[n] for n in there] for texts in (self.bare, self.quoted))
        return Coded(places[self.places], bare, quoted)

    def beside(self, right: Coded) -> Coded:
        """Both columns as one."""
        return Coded(
            self.places * len(right.bare) + right.places,
            [f"{a}{BETWEEN}{b}" for a in self.bare for b in right.bare],
            [f"{a},{b}" for a in self.quoted for b in right.quoted],
        ).occurring()


def header_line(names: Sequence[str]) -> str:
    """The first line."""
    file = StringIO(newline="")
    csv.writer(file, quoting=QUOTING, lineterminator=LINE_END).writerow(names)
    return file.getvalue()


@dataclass(frozen=True)
class Lines:
    """Rows as bytes: as they are in the file, where the longest has so many, and as `Print` takes them in."""

    rows: int
    longest: int
    written: memoryview
    meant: memoryview


def lines(part: Part, fitting: Fitting) -> Iterator[Lines]:
    """The rows of `part`, piece by piece."""
    for frame in part.pieces():
        if len(frame):
            columns = list(_joined(_coded(part, field, frame, fitting) for field in part.fields))
            written = _rows((c.places for c in columns), [c.quoted for c in columns], ",", LINE_END)
            meant = _rows((c.places for c in columns), [c.bare for c in columns], BETWEEN, END)
            longest = pc.max(pc.binary_length(written)).as_py()
            yield Lines(len(frame), longest, bytes_of(written), bytes_of(meant))


def _joined(columns: Iterable[Coded]) -> Iterator[Coded]:
    """Neighbours together as long as few combinations are possible."""
    last: Coded | None = None
    for column in columns:
        if last is not None and len(last.bare) * len(column.bare) <= MOST_COMBINATIONS:
            last = last.beside(column)
            continue
        if last is not None:
            yield last
        last = column
    if last is not None:
        yield last


def _rows(places: Iterable[Places], texts: Sequence[Sequence[str]], between: str, end: str) -> pa.Array:
    """The rows, their cells picked from `texts`."""
    kind = pa.large_binary()
    ends = [[*some] for some in texts]
    ends[-1] = [f"{text}{end}" for text in ends[-1]]
    picked = [
        pa.array([text.encode("utf-8", "surrogatepass") for text in some], kind).take(pa.array(where))
        for some, where in zip(ends, places, strict=True)
    ]
    return pc.binary_join_element_wise(*picked, pa.scalar(between.encode(), kind))


def _coded(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Coded:
    return CODERS.get(field.kind, _text)(part, field, frame, fitting).occurring()


def _of_texts(places: Places, texts: Sequence[str]) -> Coded:
    return Coded(places, texts, [_quoted(text) for text in texts])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _code(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Coded:
    values = frame[field.name].cat
    place = Place(part.name, field.name)
    shown = [fitting.text(field.shown.get(code, str(code)), place) for code in values.categories]
    places = values.codes.to_numpy().astype(np.intp)
    places[places < 0] = len(shown)
    return _of_texts(places, [*shown, ""])


def _text(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Coded:
    """Each text is fitted once; those that have to be changed are fitted row by row, for the notes name the rows."""
    places, different = pd.factorize(frame[field.name].to_numpy(dtype=object))
    trying = Fitting(fitting.holds, fitting.language)
    shown, changed = [], []
    for number, text in enumerate(different):
        before = len(trying.notes)
        shown.append(trying.text(text, Place(part.name, field.name)))
        if len(trying.notes) > before:
            changed.append(number)
    if changed:
        responses = responses_of(frame)
        for row in np.flatnonzero(np.isin(places, changed)):
            fitting.text(different[places[row]], Place(part.name, field.name, responses[row]))
    places[places < 0] = len(shown)
    return _of_texts(places, [*shown, ""])


def _number(part: Part, field: Field, frame: pd.DataFrame, fitting: Fitting) -> Coded:
    """Numbers, told apart by their bits: 0.0 and -0.0 are written differently."""
    values = frame[field.name]
    if values.dtype == object or not _is_finite(values):
        cells = cells_of(part, field, frame, fitting)
        texts = ["" if cell is None else str(cell) for cell in cells]
        return Coded(np.arange(len(cells)), texts, [text or '""' for text in texts])
    kind: Any = np.float64 if pd.api.types.is_float_dtype(values.dtype) else np.int64
    missing = values.isna().to_numpy()
    bits = values.to_numpy(dtype=kind, na_value=0).view(np.int64)
    places, different = pd.factorize(bits)
    texts = [str(number) for number in different.view(kind).tolist()]
    places = np.where(missing, len(texts), places)
    return Coded(places, [*texts, ""], [*texts, '""'])


def _is_finite(values: Series) -> bool:
    """Whether every number is one; what is missing does no harm."""
    if not pd.api.types.is_float_dtype(values.dtype):
        return True
    return bool(np.isfinite(values.to_numpy(dtype=np.float64, na_value=0)).all())


CODERS: dict[FieldKind, Callable[[Part, Field, pd.DataFrame, Fitting], Coded]] = {
    "code": _code,
    "state": _code,
    "flag": _number,
    "place": _number,
    "integer": _number,
    "decimal": _number,
    "percent": _number,
}
"""How a column is coded, by its field's kind; every other kind is text."""
