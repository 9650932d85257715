"""What can be a side of a table: how each respondent's answer becomes a code of an axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.columns import NOT_ANSWERED, SPECIAL, SPECIAL_LABELS, UNKNOWN
from survey_app.campaign.texts import Text
from survey_app.errors import Said, SurveyError
from survey_app.tabulation.kernel import OneCode, SeveralCodes, Side
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.words import ALL


def is_answer(code: str) -> bool:
    """Whether who has this code has answered. One that no version declares is an answer; it was chosen."""
    return code not in SPECIAL or code == UNKNOWN


@dataclass(frozen=True)
class Axis:
    """The codes of a side, in order: the `declared` first ones always stand in the table, the others if they occur.

    After the declared codes come the stray ones (a region above the level asked for), then the special ones.
    `partial`: of periods, by code, those that the responses do not fill, and of which days they are.
    """

    labels: Mapping[str, Text]
    declared: int
    partial: Mapping[str, Text] = field(default_factory=dict)

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

    def reads(self, *, offered: bool = False) -> tuple[str, ...]:
        """The columns that it is made of; with `offered`, those that say who could have a code too."""

    def axis(self, parts: Parts) -> Axis:
        """Its codes in all parts together."""

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> Side:
        """The codes of each respondent of a part; with `mentions`, how often each."""

    def offered(self, part: pd.DataFrame, axis: Axis) -> SeveralCodes | None:
        """For each code, who answered a question that offers it; None where all who answered could have it."""


def column_of(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The frame's column, or words when the frame was made without it."""
    if name not in frame.columns:
        raise SurveyError(
            Said(
                "these answers have no column '%(name)s': tabulate the questionnaire that asks it, "
                "or a role such as region",
                name=name,
            )
        )
    return frame[name]


def categorical(frame: pd.DataFrame, name: str) -> pd.Categorical:
    """The frame's column as a categorical."""
    column = column_of(frame, name)
    return column.array if isinstance(column.array, pd.Categorical) else pd.Categorical(column)


def names_of(answers: pd.Categorical) -> list[str]:
    """The codes that can stand in it."""
    return [str(code) for code in answers.categories.tolist()]


def looked_up(
    answers: pd.Categorical, values: Mapping[str, Any], *, otherwise: Any, absent: Any, dtype: Any
) -> NDArray[Any]:
    """For each respondent the value of the code they gave; `otherwise` for one without a value, `absent` for none."""
    table = [values.get(code, otherwise) for code in names_of(answers)]
    return np.take(np.array([*table, absent], dtype=dtype), answers.codes)


@dataclass(frozen=True)
class OneAnswer:
    """A question, checklist row, role or meta column with one code a respondent.

    `targets`: code as answered to code as shown (a county to its prefecture); `strays`: codes shown where they occur.
    `open`: the frame's own categories are declared too (versions, QR codes' channels), as `strays` calls them.
    `is_place`: whether its codes are regions, rolled up to a level. `scores`: what those are worth that are steps of a
    scale.
    """

    name: str
    label: Text
    column: str
    codes: Mapping[str, Text]
    strays: Mapping[str, Text] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    several: bool = False
    is_place: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)

    def reads(self, *, offered: bool = False) -> tuple[str, ...]:
        """Its column."""
        return (self.column,)

    def axis(self, parts: Parts) -> Axis:
        """Declared codes, strays, special codes."""
        if not self.open:
            return Axis.of(self.codes, self.strays)
        found = dict.fromkeys(self.targets.get(c, c) for c in names_of(categorical(parts.empty, self.column)))
        more = {c: self.strays.get(c, Text.plain(c)) for c in found if c not in (*self.codes, *SPECIAL)}
        return Axis.of({**self.codes, **more})

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """One code each; no code at all counts as not answered."""
        answers, place = categorical(part, self.column), axis.position
        shown = {code: self.targets.get(code, code) for code in names_of(answers)}
        places = {code: place.get(goal, place[UNKNOWN]) for code, goal in shown.items()}
        absent = place[NOT_ANSWERED]
        positions = looked_up(answers, places, otherwise=absent, absent=absent, dtype=np.uint32)
        return OneCode(positions, axis.answered)

    def offered(self, part: pd.DataFrame, axis: Axis) -> None:
        """One question offers all its codes."""


def is_place(side: Variable) -> bool:
    """Whether it is regions, at some level."""
    return isinstance(side, OneAnswer) and side.is_place


@dataclass(frozen=True)
class Everyone:
    """The side that does not divide: all respondents in one code, `all`."""

    name: str = "all"
    label: Text = ALL
    several: bool = False

    def reads(self, *, offered: bool = False) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def axis(self, parts: Parts) -> Axis:
        """The one code."""
        return Axis.of({"all": ALL})

    def coded(self, part: pd.DataFrame, axis: Axis, *, mentions: bool = False) -> OneCode:
        """Everyone has it."""
        return OneCode(np.zeros(len(part), dtype=np.uint32), axis.answered)

    def offered(self, part: pd.DataFrame, axis: Axis) -> None:
        """Everyone has the one code."""
