"""What can be a side of a table: how each respondent's answer in a frame becomes a code of an axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.columns import ANSWERED, NOT_ANSWERED, SPECIAL, SPECIAL_LABELS, UNKNOWN
from survey_app.campaign.texts import Text
from survey_app.errors import SurveyError
from survey_app.tabulation.kernel import OneCode, SeveralCodes, Side
from survey_app.tabulation.words import ALL


def is_answer(code: str) -> bool:
    """Whether who has this code has answered. One that no version declares is an answer; it was chosen."""
    return code not in SPECIAL or code == UNKNOWN


@dataclass(frozen=True)
class Axis:
    """The codes of a side, in order: the `declared` first ones always stand in the table, the others if they occur.

    After the declared codes come the stray ones (a region above the level asked for), then the special ones.
    """

    labels: Mapping[str, Text]
    declared: int

    @classmethod
    def of(cls, declared: Mapping[str, Text], strays: Mapping[str, Text] | None = None) -> Axis:
        """The axis of declared codes, with stray ones and the special ones after them."""
        return cls({**declared, **(strays or {}), **SPECIAL_LABELS}, len(declared))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes, those that may not occur too."""
        return tuple(self.labels)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each code stands."""
        return {code: place for place, code in enumerate(self.labels)}

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """For each code, whether it is an answer."""
        return np.array([is_answer(code) for code in self.labels])


class Variable(Protocol):
    """A side of a table."""

    @property
    def name(self) -> str:
        """What it was asked for as."""

    @property
    def label(self) -> Text:
        """What a reader calls it."""

    @property
    def several(self) -> bool:
        """Whether a respondent may have more than one of its codes."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The frame's columns that it is made of."""

    def axis(self, frame: pd.DataFrame) -> Axis:
        """Its codes, for this frame."""

    def coded(self, frame: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> Side:
        """Each respondent's codes; with `mentions`, how often each."""

    def offered(self, frame: pd.DataFrame, axis: Axis) -> SeveralCodes | None:
        """For each code, who answered a question that offers it; None where all who answered could have it."""


def column_of(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The frame's column, or words when the frame was made without it."""
    if name not in frame.columns:
        raise SurveyError(
            f"these answers have no column '{name}': tabulate the questionnaire that asks it, or a role such as region"
        )
    return frame[name]


def categorical(frame: pd.DataFrame, name: str) -> pd.Categorical:
    """The frame's column as a categorical."""
    return pd.Categorical(column_of(frame, name))


def looked_up(answers: pd.Categorical, values: Mapping[str, Any], absent: Any) -> NDArray[Any]:
    """For each respondent the value of the code they gave; `absent` for no code and for one without a value."""
    table = [values.get(str(code), absent) for code in answers.categories]
    found: NDArray[Any] = np.array([*table, absent])[answers.codes]
    return found


def _positions(answers: pd.Categorical, axis: Axis, targets: Mapping[str, str]) -> NDArray[np.intp]:
    unknown = axis.position[UNKNOWN]
    places = {str(c): axis.position.get(targets.get(str(c), str(c)), unknown) for c in answers.categories}
    found = looked_up(answers, places, unknown).astype(np.intp)
    found[answers.codes == -1] = axis.position[NOT_ANSWERED]
    return found


@dataclass(frozen=True)
class OneAnswer:
    """A question, checklist row, role or meta column with one code a respondent.

    `targets`: code as answered to code as shown (a county to its prefecture); `strays`: codes shown where they occur.
    `open`: the frame's own categories are declared too (versions, QR codes' channels), as `strays` calls them.
    """

    name: str
    label: Text
    column: str
    codes: Mapping[str, Text]
    strays: Mapping[str, Text] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    several: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """Its column."""
        return (self.column,)

    def axis(self, frame: pd.DataFrame) -> Axis:
        """Declared codes, strays, special codes."""
        if not self.open:
            return Axis.of(self.codes, self.strays)
        found = (str(code) for code in categorical(frame, self.column).categories)
        more = {c: self.strays.get(c, Text.plain(c)) for c in found if c not in (*self.codes, *SPECIAL)}
        return Axis.of({**self.codes, **more})

    def coded(self, frame: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """One code each; no code at all counts as not answered."""
        return OneCode(_positions(categorical(frame, self.column), axis, self.targets), axis.answered)

    def offered(self, frame: pd.DataFrame, axis: Axis) -> None:
        """One question offers all its codes."""


@dataclass(frozen=True)
class SeveralAnswers:
    """A multiple choice, or the issues of a respondent by a scheme.

    `state`: the column that says whether it was answered; `members`: for each code the frame's columns that stand for
    it (a category of a scheme has several, and a respondent counts once however many of them they have).
    `offers`: likewise the columns that say who answered a question that offers it, where several questions together
    make the variable; `unoffered`: the labels of codes that none of the questions offers.
    `uncategorised`: columns of issues that the scheme gives no category; they count under `_unknown`.
    """

    name: str
    label: Text
    state: str
    codes: Mapping[str, Text]
    members: Mapping[str, tuple[str, ...]]
    uncategorised: tuple[str, ...] = ()
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unoffered: tuple[Text, ...] = ()
    several: bool = True

    @property
    def reads(self) -> tuple[str, ...]:
        """The state, and the columns of all members."""
        made = [name for kind in (self.members, self.offers) for names in kind.values() for name in names]
        return (self.state, *made, *self.uncategorised)

    def axis(self, frame: pd.DataFrame) -> Axis:
        """Declared codes, special codes."""
        return Axis.of(self.codes)

    def coded(self, frame: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> SeveralCodes:
        """Every code each respondent chose. Who answered and chose none is in no code, but in the base."""
        together = _times if mentions else _any
        chosen = [together(frame, self.members[code]) for code in self.codes]
        beside = together(frame, self.uncategorised)
        state = categorical(frame, self.state)
        said = {code: looked_up(state, {code: True}, False) for code in (ANSWERED, *SPECIAL)}
        # A respondent who chose something has answered, whatever the state column says.
        some = np.logical_or.reduce([beside > 0, *(made > 0 for made in chosen)])
        said[NOT_ANSWERED] = said[NOT_ANSWERED] | (state.codes == -1)
        special = [said[code] & ~some for code in SPECIAL]
        special[SPECIAL.index(UNKNOWN)] = _either(special[SPECIAL.index(UNKNOWN)], beside)
        answered = some | said[ANSWERED] | said[UNKNOWN]
        lines = [*chosen, *special]
        margins = [_mentioned(lines, axis)] * 2 if mentions else [answered, np.ones(len(frame), dtype=bool)]
        return SeveralCodes((*lines, *margins))

    def offered(self, frame: pd.DataFrame, axis: Axis) -> SeveralCodes | None:
        """Whoever has a code could have it; to the special ones belong all who answered."""
        if not self.offers:
            return None
        side = self.coded(frame, axis)
        answered, anyone = side.made[-2:]
        could = [
            made | _any(frame, self.offers[code]) for code, made in zip(self.codes, side.made, strict=False)
        ]
        return SeveralCodes((*could, *[answered] * len(SPECIAL), answered, anyone))


def _any(frame: pd.DataFrame, columns: Iterable[str]) -> NDArray[Any]:
    made = np.zeros(len(frame), dtype=bool)
    for name in columns:
        made |= _ticks(frame, name)
    return made


def _times(frame: pd.DataFrame, columns: Iterable[str]) -> NDArray[Any]:
    made = np.zeros(len(frame), dtype=np.uint16)
    for name in columns:
        made += _ticks(frame, name)
    return made


def _ticks(frame: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    ticks = column_of(frame, name)
    made: NDArray[np.bool_] = (ticks if ticks.dtype == bool else ticks.fillna(False)).to_numpy(dtype=bool)
    return made


def _either(unknown: NDArray[Any], beside: NDArray[Any]) -> NDArray[Any]:
    """Codes that no version declares, and issues without a category, are counted together."""
    together: NDArray[Any] = unknown | beside if beside.dtype == np.bool_ else unknown + beside
    return together


def _mentioned(lines: list[NDArray[Any]], axis: Axis) -> NDArray[np.uint16]:
    made = np.zeros(len(lines[0]), dtype=np.uint16)
    for line, answered in zip(lines, axis.answered, strict=True):
        if answered:
            made += line
    return made


@dataclass(frozen=True)
class Everyone:
    """The side that does not divide: all respondents in one code, `all`."""

    name: str = "all"
    label: Text = ALL
    several: bool = False
    reads: tuple[str, ...] = ()

    def axis(self, frame: pd.DataFrame) -> Axis:
        """The one code."""
        return Axis.of({"all": ALL})

    def coded(self, frame: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """Everyone has it."""
        return OneCode(np.zeros(len(frame), dtype=np.intp), axis.answered)

    def offered(self, frame: pd.DataFrame, axis: Axis) -> None:
        """Everyone has the one code."""
