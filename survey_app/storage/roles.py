"""The columns that questionnaires share by their roles: `role:region`, `role:issue/CODE` and the like."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import (
    ANSWERED,
    ISSUE_ROLES,
    NOT_ANSWERED,
    NOT_ASKED,
    REFUSED,
    REGION_ROLES,
    SEVERAL_ROLES,
    SPECIAL,
    UNKNOWN,
    Column,
)
from survey_app.campaign.models import Role
from survey_app.storage.cells import STATE, Cells, Flags, Series, States, state_array

PREFERRED = (ANSWERED, REFUSED, UNKNOWN, NOT_ANSWERED, NOT_ASKED)
"""Where several questions make one variable, the state that comes first here speaks for all."""
ORDER = np.array([PREFERRED.index(name) for name in STATE], dtype=np.int8)
"""State to its place in PREFERRED; `BACK` is the way back."""
BACK = np.array([STATE[name] for name in PREFERRED], dtype=np.int8)
SPOKEN = (STATE[ANSWERED], STATE[UNKNOWN])
"""Who chose a code that is not in the list has answered it."""


@dataclass(frozen=True)
class Roles:
    """The role columns of a frame: the codes of each role that any of its questionnaires has, in order."""

    one: Mapping[str, tuple[str, ...]]
    many: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, columns: Iterable[Column], campaign: Campaign) -> Roles:
        """Those of `columns`, the columns of all questionnaires of the frame."""
        found = list(columns)
        filled = {column.fills for column in found}
        codes = {role: _codes(role, found, campaign) for role in get_args(Role) if role in filled}
        one = {role: known for role, known in codes.items() if role not in SEVERAL_ROLES}
        return cls(one, {role: known for role, known in codes.items() if role in SEVERAL_ROLES})

    def only(self, names: Collection[str]) -> Roles:
        """Those among `names`."""
        one, many = (
            {role: codes for role, codes in kind.items() if role in names} for kind in (self.one, self.many)
        )
        return Roles(one, many)


def _codes(role: str, columns: Sequence[Column], campaign: Campaign) -> tuple[str, ...]:
    if role in ISSUE_ROLES:
        return tuple(issue.name for issue in campaign.issues.issues)
    tree = list(campaign.regions.by_code) if role in REGION_ROLES else []
    declared = (code for column in columns if column.role == role for code in column.codes)
    return tuple(dict.fromkeys([*tree, *declared]))


def one_answer(codes: Sequence[str], found: Sequence[tuple[Column, Cells]], rows: int) -> Series:
    """One answer a row: that of the first of `found` that was answered, else the state that speaks for all."""
    kind = pd.CategoricalDtype([*codes, *SPECIAL])
    places = np.full(rows, kind.categories.get_loc(NOT_ASKED), dtype=np.int32)
    order = np.full(rows, len(PREFERRED), dtype=np.int8)
    for column, cells in found:
        answers = cells.arrays[column.name]
        own = kind.categories.get_indexer(answers.categories)[answers.codes]  # type: ignore[union-attr]
        better = ORDER[cells.states] < order
        places[better], order[better] = own[better], ORDER[cells.states][better]
    return pd.Categorical.from_codes(places, dtype=kind)


@dataclass(frozen=True)
class Part:
    """What one column brings to a role of many answers: `owners` are the rows of the frame that its rows belong to."""

    column: Column
    cells: Cells
    owners: npt.NDArray[np.intp]


def many_answers(
    role: str, codes: Sequence[str], parts: Iterable[Part], states: Sequence[States], rows: int
) -> dict[str, Series]:
    """The state, and per code two flags: whether it was chosen (`role:issue/CODE`), and whether a question that offers
    it was answered (`role:issue:answered/CODE`); `states` are those of rows that bring no part (an empty repeat).
    """
    order = np.full(rows, PREFERRED.index(NOT_ASKED), dtype=np.int8)
    for given in states:
        np.minimum(order, ORDER[given], out=order)
    flags: dict[str, Flags] = {code: np.zeros(rows, dtype=np.bool_) for code in codes}
    answered: dict[str, Flags] = {code: np.zeros(rows, dtype=np.bool_) for code in codes}
    for part in parts:
        np.minimum.at(order, part.owners, ORDER[part.cells.states])
        speaking = part.owners[np.isin(part.cells.states, SPOKEN)]
        for code, chosen in CHOSEN[role](part.column, part.cells):
            if code in flags:
                flags[code][part.owners[chosen]] = True
                answered[code][speaking] = True
    named = {f"role:{role}/{code}": flag for code, flag in flags.items()}
    offered = {f"role:{role}:answered/{code}": flag for code, flag in answered.items()}
    return {f"role:{role}": state_array(BACK[order]), **named, **offered}


def _by_code(column: Column, cells: Cells) -> Iterator[tuple[str, Flags]]:
    if column.type == "choice":
        answers = cells.arrays[column.name]
        for place, code in enumerate(column.codes):
            yield code, answers.codes == place  # type: ignore[union-attr]
    elif column.type in ("multiple", "rank"):
        for code in column.codes:
            yield code, cells.arrays[f"{column.name}/{code}"]  # type: ignore[misc]


def _issues(column: Column, cells: Cells) -> Iterator[tuple[str, Flags]]:
    return (
        (column.issues[code], chosen) for code, chosen in _by_code(column, cells) if code in column.issues
    )


def _checked_issues(column: Column, cells: Cells) -> Iterator[tuple[str, Flags]]:
    if column.row_issue is not None:
        for code, chosen in _by_code(column, cells):
            if code in column.problems:
                yield column.row_issue, chosen


CHOSEN = {"issue": _issues, "issue_check": _checked_issues, "priority": _by_code}
