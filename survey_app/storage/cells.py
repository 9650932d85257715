"""The cells of a frame, a column at a time: what was answered, and where nothing was, which kind of nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_app.campaign.columns import (
    ANSWERED,
    FILES,
    NOT_ANSWERED,
    NOT_ASKED,
    REFUSED,
    SPECIAL,
    UNKNOWN,
    Column,
)

States: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Series: TypeAlias = "pd.api.extensions.ExtensionArray | npt.NDArray[Any] | pd.Series[Any]"

STATES = (ANSWERED, *SPECIAL)
STATE = {name: np.int8(place) for place, name in enumerate(STATES)}
STATE_TYPE = pd.CategoricalDtype([*STATES])
WORDS = pd.StringDtype("python")
"""Python's strings: those of Arrow cannot hold half a surrogate pair, and one such answer would stop every table."""
LARGEST = 1e300
"""Beyond it a number is no answer but a mistake or an attack; it counts as unknown."""


class Names:
    """A set of names in each row. Few sets differ, so each is looked at once."""

    def __init__(self, rows: Iterable[Collection[str]]) -> None:
        places: dict[Collection[str], int] = {}
        self.places = np.array([places.setdefault(names, len(places)) for names in rows], dtype=np.intp)
        self.different = list(places)

    def have(self, name: str) -> Flags:
        """Whether `name` is in each row's set."""
        return np.array([name in names for names in self.different], dtype=np.bool_)[self.places]


@dataclass(frozen=True)
class Rows:
    """The rows of a frame: responses, or the entries of a repeat.

    Of each row: `answers`; `asked` and `sealed`, the names of questions that were relevant, and that were sealed;
    `known`, whether its version is known.
    """

    answers: Sequence[Mapping[str, Any]]
    asked: Names
    sealed: Names
    known: Flags

    def __len__(self) -> int:
        return len(self.answers)

    def values(self, column: Column) -> list[Any]:
        """The canonical answers in `column`; None where there is none."""
        question, row = column.question, column.row
        if column.kind in FILES:
            return [column.value(answers) for answers in self.answers]
        found = [answers.get(question) for answers in self.answers]
        return found if row is None else [v.get(row) if isinstance(v, dict) else None for v in found]

    def absent(self, question: str) -> States:
        """The state that `question` has in each row if the row holds no answer to it."""
        states = np.where(self.asked.have(question), STATE[NOT_ANSWERED], STATE[NOT_ASKED])
        states[~self.known] = STATE[UNKNOWN]
        states[self.sealed.have(question)] = STATE[ANSWERED]
        return states


@dataclass(frozen=True)
class Cells:
    """One column's cells: arrays by column name in the frame, and the state of each row."""

    arrays: Mapping[str, Series]
    states: States


def cells(column: Column, rows: Rows) -> Cells:
    """The cells of `column`; never raises, whatever the answers hold."""
    return KINDS[column.type](column, rows.values(column), rows.absent(column.question))


def _unreadable(states: States) -> States:
    """A sealed answer has no code and no number to count, so it is not known here."""
    states[states == STATE[ANSWERED]] = STATE[UNKNOWN]
    return states


def _choice(column: Column, values: list[Any], absent: States) -> Cells:
    places = {code: place for place, code in enumerate(column.codes)}
    first = len(places) - 1  # so that first + a state is the place of that state's code
    refused = first + int(STATE[REFUSED])
    unknown = first + int(STATE[UNKNOWN])
    places |= dict.fromkeys(column.refused, refused)
    found = [
        -1 if v is None else places.get(v if isinstance(v, str) else _one_code(v), unknown) for v in values
    ]
    codes = np.array(found, dtype=np.int32).reshape(-1)
    codes = np.where(codes < 0, first + _unreadable(absent).astype(np.int32), codes)
    kind = pd.CategoricalDtype([*column.codes, *SPECIAL])
    states = np.maximum(codes - first, 0).astype(np.int8)
    return Cells({column.name: pd.Categorical.from_codes(codes, dtype=kind)}, states)


def _one_code(value: Any) -> str:
    """The code of an answer that an earlier version took in another shape; empty where it is no single code."""
    if isinstance(value, list):
        return _one_code(value[0]) if len(value) == 1 else ""
    return str(value) if isinstance(value, str | int | float) else ""


def _flags(column: Column, values: list[Any], absent: States) -> tuple[npt.NDArray[np.int32], States]:
    """Of each code and row, where in the answer the code stands (from 1, 0: nowhere); and the states."""
    lists = [v if isinstance(v, list) else [] if v is None else [v] for v in values]
    lengths = np.fromiter(map(len, lists), np.intp, len(lists))
    owners = np.repeat(np.arange(len(lists)), lengths)
    order = np.arange(1, len(owners) + 1) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    codes = (code if isinstance(code, str) else _one_code(code) for code in chain.from_iterable(lists))
    places = dict.fromkeys(column.refused, -1) | {code: place for place, code in enumerate(column.codes)}
    chosen = np.fromiter((places.get(code, -2) for code in codes), np.intp, len(owners))
    declared = chosen >= 0
    positions = np.zeros((len(column.codes), len(lists)), dtype=np.int32)
    positions[chosen[declared], owners[declared]] = order[declared]
    states = np.where(lengths > 0, STATE[UNKNOWN], _unreadable(absent))
    states[owners[chosen == -1]] = STATE[REFUSED]
    states[owners[declared]] = STATE[ANSWERED]
    return positions, states


def state_array(states: States) -> pd.Categorical:
    """States as a categorical of `_answered` and the special codes."""
    return pd.Categorical.from_codes(states, dtype=STATE_TYPE)


def _multiple(column: Column, values: list[Any], absent: States) -> Cells:
    positions, states = _flags(column, values, absent)
    arrays: dict[str, Series] = {column.name: state_array(states)}
    arrays |= {f"{column.name}/{code}": positions[place] > 0 for place, code in enumerate(column.codes)}
    return Cells(arrays, states)


def _rank(column: Column, values: list[Any], absent: States) -> Cells:
    positions, states = _flags(column, values, absent)
    arrays: dict[str, Series] = {column.name: state_array(states)}
    for place, code in enumerate(column.codes):
        arrays[f"{column.name}/{code}"] = positions[place] > 0
        ranks = positions[place].astype(np.int64)
        arrays[f"{column.name}/{code}/rank"] = pd.arrays.IntegerArray(ranks, ranks == 0)
    return Cells(arrays, states)


def is_number(value: Any) -> bool:
    """Whether it can be counted with: a number, neither true nor false, neither endless nor 'not a number'."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST < value < LARGEST


def _number(column: Column, values: list[Any], absent: States) -> Cells:
    held = np.fromiter((is_number(v) for v in values), np.bool_, len(values))
    given = np.fromiter((v is not None for v in values), np.bool_, len(values))
    states = np.where(held, STATE[ANSWERED], np.where(given, STATE[UNKNOWN], _unreadable(absent)))
    numbers = number_array(
        [v if ok else None for v, ok in zip(values, held, strict=True)], column.type == "integer"
    )
    return Cells({column.name: numbers, f"{column.name}:state": state_array(states)}, states)


def number_array(values: Sequence[int | float | None], whole: bool) -> Series:
    """Numbers and Nones as a nullable array: whole ones if wanted and if all are, else with decimals."""
    missing = np.fromiter((v is None for v in values), np.bool_, len(values))
    filled = [0 if v is None else v for v in values]
    if whole and all(v == int(v) and abs(v) < 2**63 for v in filled):
        return pd.arrays.IntegerArray(np.array([int(v) for v in filled], dtype=np.int64), missing)
    return pd.arrays.FloatingArray(np.array(filled, dtype=np.float64), missing)


def _words(column: Column, values: list[Any], absent: States) -> Cells:
    words = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    given = np.fromiter((v is not None for v in words), np.bool_, len(words))
    states = np.where(given, STATE[ANSWERED], absent)
    arrays: dict[str, Series] = {column.name: word_array(words), f"{column.name}:state": state_array(states)}
    return Cells(arrays, states)


def word_array(words: Sequence[str | None]) -> Series:
    """Strings and Nones as a nullable array."""
    return pd.array(list(words), dtype=WORDS)


def _value(column: Column, values: list[Any], absent: States) -> Cells:
    """A worked-out value may be a number or words; `settle` decides once all of them are there."""
    # a column that says what it is: of a plain array of words and None, pandas would make words and 'not a number'
    held = pd.Series(np.fromiter(values, dtype=object, count=len(values)), dtype=object)
    given = np.fromiter((v is not None for v in values), np.bool_, len(values))
    states = np.where(given, STATE[ANSWERED], _unreadable(absent))
    return Cells({column.name: held, f"{column.name}:state": state_array(states)}, states)


def settle(values: Sequence[Any]) -> Series:
    """Worked-out values as numbers where all of them are (true and false as 1 and 0), else as words."""
    plain = [None if v is None or v is pd.NA else int(v) if isinstance(v, bool) else v for v in values]
    if all(v is None or is_number(v) for v in plain):
        return number_array(plain, all(v is None or isinstance(v, int) for v in plain))
    return word_array([v if v is None or isinstance(v, str) else json.dumps(v) for v in values])


KINDS: dict[str, Callable[[Column, list[Any], States], Cells]] = {
    "choice": _choice,
    "multiple": _multiple,
    "rank": _rank,
    "integer": _number,
    "decimal": _number,
    "text": _words,
    "date": _words,
    "time": _words,
    "value": _value,
}
