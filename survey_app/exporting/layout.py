"""From a frame to the columns of an export: fields in questionnaire order, whatever the answers are.

Sealed questions have no field: they are never in an export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import (
    ANSWERED,
    SPECIAL_LABELS,
    Column,
    ColumnType,
)
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.texts import Text
from survey_app.exporting.streams import Stream
from survey_app.exporting.words import META, PHRASES, STATES, say
from survey_app.progress import Progress, in_silence
from survey_app.tabulation.channels import labels

FieldKind = Literal["code", "state", "flag", "place", "integer", "decimal", "percent", "text", "date", "time"]

JOINS_CODES = " "
"""Between the codes of a joined column, as XLSForm's tools have it; codes hold no blank."""
JOINS_LABELS = "┋"
"""Between labels, which may hold blanks and commas."""


@dataclass(frozen=True)
class Field:
    """One column of an exported table.

    `shown` maps a code to what a cell says instead of it (empty: the code); `column` and `choice` say where it
    comes from (None: no question).
    """

    name: str
    kind: FieldKind
    header: str
    column: Column | None = None
    choice: str | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One table of an export: its fields, and its `rows` in frames with one column per field, in order.

    `pieces` gives the frames from the first one on, each time that it is called. By kind of field: code and state are
    categoricals, flag (0, 1), place and integer are Int64 or Int8, decimal and percent are Float64, all others hold
    str or None (date and time as ISO 8601 writes them).
    """

    name: str
    fields: tuple[Field, ...]
    rows: int
    pieces: Callable[[], Iterator[pd.DataFrame]]
    title: str = ""

    @property
    def header(self) -> list[str]:
        """The first line of the file."""
        return [field.header for field in self.fields]

    def __len__(self) -> int:
        return self.rows

    @classmethod
    def whole(cls, name: str, fields: tuple[Field, ...], frame: pd.DataFrame, title: str = "") -> Part:
        """A table that is in memory already."""
        return cls(name, fields, len(frame), lambda: iter([frame]), title)


@dataclass(frozen=True)
class Wish:
    """How the cells should read. `labels`: words instead of codes; `joined`: multiple answers in one column too."""

    language: str
    labels: bool = False
    joined: bool = False


Series: TypeAlias = "pd.Series[Any]"
Made = tuple[Field, Series]


def open_columns(columns: Iterable[Column], repeat: str | None = None) -> tuple[Column, ...]:
    """The columns of the main table (or of `repeat`) that may stand in a file, in order."""
    listed = tuple(columns)
    sealed = {column.question for column in listed if column.sensitive}
    return tuple(c for c in listed if c.repeat == repeat and sealed.isdisjoint({c.question, c.other_of}))


def label_of(column: Column, language: str) -> str:
    """The question's words on one line, with those of the row in a checklist."""
    label = _line(column.label, language)
    if column.other_of is not None:
        return say(PHRASES["other_of"], language, label=label)
    if column.row_label is None:
        return label
    return say(PHRASES["part_of"], language, label=label, choice=_line(column.row_label, language))


def words_of(codes: Mapping[str, Text], language: str) -> dict[str, str]:
    """What a cell says for each code; where two codes have the same words, the code stands behind them."""
    words = {code: _line(label, language) for code, label in codes.items()}
    count = Counter(words.values())
    return {code: f"{label} [{code}]" if count[label] > 1 else label for code, label in words.items()}


def _line(text: Text, language: str) -> str:
    return " ".join(text.in_(language).split())


def _states(wish: Wish) -> dict[str, str]:
    return words_of(STATES, wish.language) if wish.labels else {}


def _header(name: str, label: str, wish: Wish) -> str:
    """The name alone, or with words behind it, so that it stays unique and findable in the codebook."""
    return f"{name} {label}" if wish.labels and label else name


def texts(values: Series) -> Series:
    """The same texts as plain str or None: the one shape that can carry half a surrogate pair."""
    if isinstance(values.dtype, pd.StringDtype):
        cells = np.array(values, dtype=object)
        cells[values.isna().to_numpy()] = None
    else:
        there = values.notna()
        cells = np.array([str(value) if t else None for value, t in zip(values, there, strict=True)], object)
    return pd.Series(cells, dtype=object, copy=False)


def _filled(values: Series) -> Series:
    """The same texts; an empty one is none."""
    return values.mask(values == "", None)


def _state(column: Column, values: Series, wish: Wish) -> Made:
    name = f"{column.name}:state"
    label = say(PHRASES["state_of"], wish.language, label=label_of(column, wish.language))
    return Field(name, "state", _header(name, label, wish), column, shown=_states(wish)), values


def _choice(column: Column, frame: pd.DataFrame, wish: Wish) -> Iterator[Made]:
    shown = words_of({**column.codes, **SPECIAL_LABELS}, wish.language) if wish.labels else {}
    header = _header(column.name, label_of(column, wish.language), wish)
    yield Field(column.name, "code", header, column, shown=shown), frame[column.name]


def _answered(column: Column, frame: pd.DataFrame) -> Series:
    """Per row, whether a choice that was not ticked was declined: only where some declared choice was."""
    return frame[column.name] == ANSWERED


def _joined(column: Column, chosen: Callable[[str], Series], wish: Wish, known: Series) -> Made:
    """All choices of a person in one cell, by ascending number in `chosen` (NA: not chosen)."""
    shown = words_of(column.codes, wish.language) if wish.labels else {code: code for code in column.codes}
    numbers = np.column_stack([chosen(code).to_numpy(dtype=float, na_value=np.nan) for code in column.codes])
    names = np.array([shown[code] for code in column.codes], dtype=object)
    order = np.argsort(numbers, axis=1, kind="stable")
    counts = (~np.isnan(numbers)).sum(axis=1)
    between = JOINS_LABELS if wish.labels else JOINS_CODES
    cells = [between.join(names[row[:n]]) if n else None for row, n in zip(order, counts, strict=True)]
    header = _header(column.name, label_of(column, wish.language), wish)
    values = pd.Series(cells, dtype=object).where(known.reset_index(drop=True), None)
    return Field(column.name, "text", header, column), values


def _multiple(column: Column, frame: pd.DataFrame, wish: Wish) -> Iterator[Made]:
    known = _answered(column, frame)
    if wish.joined and column.codes:
        yield _joined(column, lambda code: frame[f"{column.name}/{code}"].where(lambda on: on), wish, known)
    yield _state(column, frame[column.name], wish)
    unknown = ~known.to_numpy(dtype=np.bool_)
    for code, words in words_of(column.codes, wish.language).items():
        name = f"{column.name}/{code}"
        label = say(PHRASES["part_of"], wish.language, label=label_of(column, wish.language), choice=words)
        flag = pd.arrays.IntegerArray(frame[name].to_numpy(dtype=np.int8), unknown)
        yield Field(name, "flag", _header(name, label, wish), column, code), pd.Series(flag, copy=False)


def _rank(column: Column, frame: pd.DataFrame, wish: Wish) -> Iterator[Made]:
    known = _answered(column, frame)
    if wish.joined and column.codes:
        yield _joined(column, lambda code: frame[f"{column.name}/{code}/rank"], wish, known)
    yield _state(column, frame[column.name], wish)
    for code, words in words_of(column.codes, wish.language).items():
        name = f"{column.name}/{code}/rank"
        label = say(PHRASES["rank_of"], wish.language, label=label_of(column, wish.language), choice=words)
        yield Field(name, "place", _header(name, label, wish), column, code), frame[name].astype("Int64")


def _plain(kind: FieldKind) -> Callable[[Column, pd.DataFrame, Wish], Iterator[Made]]:
    """A column whose cell is the answer itself, and its state beside it."""

    def made(column: Column, frame: pd.DataFrame, wish: Wish) -> Iterator[Made]:
        header = _header(column.name, label_of(column, wish.language), wish)
        yield Field(column.name, kind, header, column), SHAPES[kind](frame[column.name])
        yield _state(column, frame[f"{column.name}:state"], wish)

    return made


def _number(column: Column, frame: pd.DataFrame, wish: Wish) -> Iterator[Made]:
    """A number, or a calculation, which the frame has as words where it is not always a number."""
    dtype = frame[column.name].dtype
    whole: FieldKind = "integer" if pd.api.types.is_integer_dtype(dtype) else "decimal"
    yield from _plain(whole if pd.api.types.is_numeric_dtype(dtype) else "text")(column, frame, wish)


SHAPES: dict[FieldKind, Callable[[Series], Series]] = {
    "integer": lambda values: values.astype("Int64"),
    "decimal": lambda values: values.astype("Float64"),
    "text": texts,
    "date": texts,
    "time": texts,
}
"""How the values of a plain column are shaped, by kind of field."""

FIELDS: dict[ColumnType, Callable[[Column, pd.DataFrame, Wish], Iterator[Made]]] = {
    "choice": _choice,
    "multiple": _multiple,
    "rank": _rank,
    "integer": _number,
    "decimal": _number,
    "text": _plain("text"),
    "date": _plain("date"),
    "time": _plain("time"),
    "value": _number,
}
"""The fields that a column becomes, by its type."""


def _meta_words(
    campaign: Campaign, versions: Sequence[Questionnaire], language: str
) -> dict[str, dict[str, str]]:
    return {
        "_region": words_of(campaign.regions.labels, language),
        "_questionnaire": {version.name: _line(version.title, language) for version in versions},
        "_language": dict(campaign.about.languages),
        "_channel": words_of(labels(campaign), language),
    }


def _days(values: Series) -> Series:
    """Days as ISO 8601 writes them."""
    if not isinstance(values.dtype, np.dtype):
        return texts(values)
    written = np.datetime_as_string(values.to_numpy(dtype="datetime64[D]")).astype(object)
    written[values.isna().to_numpy()] = None
    return pd.Series(written, dtype=object, copy=False)


def _meta(
    frame: pd.DataFrame, campaign: Campaign, versions: Sequence[Questionnaire], wish: Wish
) -> Iterator[Made]:
    shown = _meta_words(campaign, versions, wish.language) if wish.labels else {}
    for name, words in META.items():
        if name not in frame.columns:
            continue
        values = frame[name]
        header = _header(name, say(words, wish.language), wish)
        if name in ("_id", "_additions", "_flags"):
            yield Field(name, "text", header), _filled(texts(values))
        elif name == "_position":
            yield Field(name, "integer", header), values.astype("Int64")
        elif name == "_date":
            yield Field(name, "date", header), _days(values)
        else:
            yield Field(name, "code", header, shown=shown.get(name, {})), values.astype("category")


def part(
    name: str,
    stream: Stream,
    columns: Sequence[Column],
    wish: Wish,
    *,
    campaign: Campaign,
    versions: Sequence[Questionnaire],
    repeat: str | None = None,
    title: str = "",
    progress: Progress = in_silence,
) -> Part:
    """The main table of `stream`, or the table of `repeat`'s entries. The stream's frames stay as they are."""
    listed = open_columns(columns, repeat)

    def made(frame: pd.DataFrame) -> list[Made]:
        found = list(_meta(frame, campaign, versions, wish))
        for column in listed:
            found.extend(FIELDS[column.type](column, frame, wish))
        return found

    def pieces() -> Iterator[pd.DataFrame]:
        done = 0
        for frame in stream.read():
            values = {field.name: series for field, series in made(frame)}
            yield pd.DataFrame(values, index=frame.index, copy=False)
            done += len(frame)
            progress(title or name, done, len(stream))

    return Part(name, tuple(field for field, _ in made(stream.empty)), len(stream), pieces, title)


def of_texts(name: str, header: Mapping[str, str], rows: Sequence[Sequence[str]], title: str = "") -> Part:
    """A table of texts alone: name of each column → what its header says, and the rows."""
    fields = tuple(Field(column, "text", words) for column, words in header.items())
    cells = [pd.Series([row[i] or None for row in rows], dtype=object) for i in range(len(fields))]
    values = {field.name: series for field, series in zip(fields, cells, strict=True)}
    return Part.whole(name, fields, pd.DataFrame(values, index=range(len(rows))), title)
