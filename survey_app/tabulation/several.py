"""Several answers of one respondent as a side of a table: read as bits, eight choices to a byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.columns import ANSWERED, NOT_ANSWERED, SPECIAL, UNKNOWN, packed_names
from survey_app.campaign.texts import Text
from survey_app.tabulation.kernel import BYTES, Octet, SeveralCodes
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.variables import Axis, categorical, column_of, is_answer, looked_up

_STATUS = {code: 1 << place for place, code in enumerate((*SPECIAL, ANSWERED))}
"""The bits of the octet that says what a respondent did with the question as a whole."""
_SAID = {**_STATUS, UNKNOWN: _STATUS[UNKNOWN] | _STATUS[ANSWERED]}
"""What a state comes to. Who chose a code that is not in the list has answered."""

Groups = tuple[tuple[int, ...], ...]
"""For each code, the places of the choices that stand for it."""


@dataclass(frozen=True)
class Ticks:
    """Choices that a part of a frame holds for each respondent: packed as `name//0` …, or one by one as `name/code`.

    `codes` are in the order of their bits: the declared order.
    """

    name: str
    codes: tuple[str, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that they may stand in."""
        return (*self._packed, *(f"{self.name}/{code}" for code in self.codes))

    def octets(self, part: pd.DataFrame) -> tuple[Octet, ...]:
        """Choice i of every respondent as bit i % 8 of octet i // 8."""
        if self._is_packed(part):
            return tuple(part[name].to_numpy(dtype=np.uint8) for name in self._packed)
        eights = (self.codes[place : place + 8] for place in range(0, len(self.codes), 8))
        return tuple(_octet([self._alone(part, code) for code in eight]) for eight in eights)

    def ticked(self, part: pd.DataFrame, code: str) -> NDArray[np.bool_]:
        """Whether each respondent chose `code`."""
        if not self._is_packed(part):
            return self._alone(part, code)
        place = self.codes.index(code)
        chosen: NDArray[np.bool_] = part[self._packed[place // 8]].to_numpy(np.uint8) & (1 << place % 8) > 0
        return chosen

    @cached_property
    def _packed(self) -> tuple[str, ...]:
        return packed_names(self.name, len(self.codes))

    def _is_packed(self, part: pd.DataFrame) -> bool:
        return bool(self._packed) and self._packed[0] in part.columns

    def _alone(self, part: pd.DataFrame, code: str) -> NDArray[np.bool_]:
        ticks = column_of(part, f"{self.name}/{code}")
        made: NDArray[np.bool_] = (ticks if ticks.dtype == bool else ticks.fillna(False)).to_numpy(dtype=bool)
        return made


def _octet(eight: Sequence[NDArray[np.bool_]]) -> Octet:
    octet = np.zeros(len(eight[0]), dtype=np.uint8)
    for bit, made in enumerate(eight):
        octet |= made.view(np.uint8) << np.uint8(bit)
    return octet


@dataclass(frozen=True)
class SeveralAnswers:
    """A multiple choice, or the issues of a respondent by a scheme.

    `ticks`: the choices made, beside the column of their name that says whether the question was answered; `members`:
    for each code the choices that stand for it (a category of a scheme has several, and a respondent counts once
    however many of them they have); `uncategorised`: choices that the scheme gives no category; they count under
    `_unknown`. `offers`: where several questions together make the variable, likewise for each choice who answered a
    question that offers it; `unoffered`: the labels of codes that none of the questions offers.
    """

    name: str
    label: Text
    ticks: Ticks
    codes: Mapping[str, Text]
    members: Mapping[str, tuple[str, ...]]
    uncategorised: tuple[str, ...] = ()
    offers: Ticks | None = None
    unoffered: tuple[Text, ...] = ()
    several: bool = True

    def reads(self, *, offered: bool = False) -> tuple[str, ...]:
        """The state and the choices; of those who were `offered` each too."""
        beside = self.offers.reads if offered and self.offers else ()
        return (self.ticks.name, *self.ticks.reads, *beside)

    def axis(self, parts: Parts) -> Axis:
        """Declared codes, special codes."""
        return Axis.of(self.codes)

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> SeveralCodes:
        """Every code each respondent chose. Who answered and chose none is in no code, but in the base."""
        made = self.ticks.octets(part)
        status = self._status(part, made)
        if mentions:
            return SeveralCodes((*made, status), self._mention_lines)
        if self.uncategorised:
            (beside,) = _regrouped(made, self._beside, len(part))
            status = status | beside * np.uint8(_STATUS[UNKNOWN])
        return SeveralCodes((*self._by_code(made, len(part)), status), self._code_lines)

    def offered(self, part: pd.DataFrame, axis: Axis) -> SeveralCodes | None:
        """Whoever has a code could have it; to the special ones belong all who answered."""
        if self.offers is None:
            return None
        made = self.ticks.octets(part)
        could = [one | other for one, other in zip(made, self.offers.octets(part), strict=True)]
        by_code = self._by_code(could, len(part))
        return SeveralCodes((*by_code, self._status(part, made)), self._offer_lines)

    def _status(self, part: pd.DataFrame, made: Sequence[Octet]) -> Octet:
        """What they did with the question. Who chose something has answered, whatever the state column says."""
        said = looked_up(
            categorical(part, self.ticks.name), _SAID, otherwise=0, absent=_SAID[NOT_ANSWERED], dtype=np.uint8
        )
        some = reduce(np.bitwise_or, made, np.zeros_like(said))
        return np.where(some != 0, np.uint8(_STATUS[ANSWERED]), said)

    def _by_code(self, made: Sequence[Octet], respondents: int) -> tuple[Octet, ...]:
        """The choices' bits as those of the codes."""
        alike = self._groups == tuple((place,) for place in range(len(self.ticks.codes)))
        return tuple(made) if alike else _regrouped(made, self._tables, respondents)

    @cached_property
    def _groups(self) -> Groups:
        places = {code: place for place, code in enumerate(self.ticks.codes)}
        return tuple(tuple(places[choice] for choice in self.members[code]) for code in self.codes)

    @cached_property
    def _tables(self) -> list[list[Octet]]:
        return _tables(self._groups, len(self.ticks.codes))

    @cached_property
    def _beside(self) -> list[list[Octet]]:
        return _tables([self._uncategorised], len(self.ticks.codes))

    @cached_property
    def _uncategorised(self) -> tuple[int, ...]:
        return tuple(self.ticks.codes.index(choice) for choice in self.uncategorised)

    @cached_property
    def _code_lines(self) -> NDArray[np.float64]:
        start = 8 * _octets(len(self.codes))
        status = [[start + place] for place in range(len(_STATUS))]
        return _lines([*([place] for place in range(len(self.codes))), *status, [-1]], start + 8)

    @cached_property
    def _offer_lines(self) -> NDArray[np.float64]:
        lines = self._code_lines.copy()
        lines[len(self.codes) : -1] = lines[-2]
        return lines

    @cached_property
    def _mention_lines(self) -> NDArray[np.float64]:
        start = 8 * _octets(len(self.ticks.codes))
        special = [[start + place] for place in range(len(SPECIAL))]
        special[SPECIAL.index(UNKNOWN)].extend(self._uncategorised)
        lines = _lines([*self._groups, *special], start + 8)
        mentioned = lines[[is_answer(code) for code in (*self.codes, *SPECIAL)]].sum(axis=0)
        return np.vstack([lines, mentioned, mentioned])


def _octets(bits: int) -> int:
    return -(-bits // 8)


def _lines(bits: Sequence[Sequence[int]], size: int) -> NDArray[np.float64]:
    """For each line of a grid, which of `size` bits count in it; place -1 is the bit that everyone has."""
    lines = np.zeros((len(bits), size + 1))
    for line, places in enumerate(bits):
        lines[line, list(places)] = 1
    return lines


def _tables(groups: Sequence[Sequence[int]], choices: int) -> list[list[Octet]]:
    """For each octet of the groups and each of the choices, which bits of the one a byte of the other sets."""
    tables = np.zeros((_octets(len(groups)), _octets(choices), BYTES), dtype=np.uint8)
    for group, places in enumerate(groups):
        for place in places:
            chosen = np.arange(BYTES) >> place % 8 & 1
            tables[group // 8, place // 8] |= (chosen << group % 8).astype(np.uint8)
    return [list(octet) for octet in tables]


def _regrouped(made: Sequence[Octet], tables: list[list[Octet]], respondents: int) -> tuple[Octet, ...]:
    """The octets of groups out of those of choices: a group has who made any choice of it."""
    return tuple(
        reduce(
            np.bitwise_or,
            (np.take(table, octet) for table, octet in zip(row, made, strict=True) if table.any()),
            np.zeros(respondents, dtype=np.uint8),
        )
        for row in tables
    )
