"""Many tables of the same responses, counted in one pass: all questions of a questionnaire by one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from survey_app.campaign.campaign import Percent
from survey_app.campaign.columns import ANSWERED, Column
from survey_app.campaign.texts import Text
from survey_app.tabulation.catalogue import Catalogue, worded
from survey_app.tabulation.counting import finished
from survey_app.tabulation.kernel import ANSWERED_LINE
from survey_app.tabulation.measures import RESPONDENTS, Measure, Scale, Sides
from survey_app.tabulation.partial import Count, Kept, Only, Partial
from survey_app.tabulation.parts import Parts
from survey_app.tabulation.table import Table
from survey_app.tabulation.variables import OneAnswer, Variable
from survey_app.tabulation.where import Where
from survey_app.tabulation.words import GIVEN_ANSWER

MEASURED = ("integer", "decimal")
"""Types of questions whose answers have a mean here."""
SELVES = ("choice", "multiple", "rank")
"""Types of questions whose answers are codes."""
OVER: Percent = "column"
"""Each share is of its column: of all who belong there."""


class Frequency(NamedTuple):
    """A question's column, its table by the other side, and for a question that takes a number the mean of all."""

    column: Column
    table: Table
    mean: float | None


@dataclass(frozen=True)
class Several:
    """Counts of one part side by side. It can be pickled."""

    counts: tuple[Count, ...]

    def __call__(self, part: pd.DataFrame) -> Sum:
        return Sum(tuple(count(part) for count in self.counts))

    @cached_property
    def reads(self) -> frozenset[str]:
        """All columns that any of them looks at."""
        return frozenset().union(*(count.reads for count in self.counts))


@dataclass(frozen=True)
class Sum:
    """What each of several counts has found; `+` makes it of two parts."""

    partials: tuple[Partial, ...]

    def __add__(self, other: Sum) -> Sum:
        return Sum(tuple(one + two for one, two in zip(self.partials, other.partials, strict=True)))


def frequencies(
    parts: Parts,
    catalogue: Catalogue,
    by: str = "all",
    *,
    level: str | None = None,
    where: Where | None = None,
    without_flagged: bool = False,
) -> list[Frequency]:
    """The table of every question of the catalogue's one questionnaire, in its order, by the side named `by`.

    Questions that take words, numbers or days have one row: who gave an answer. Raises SurveyError or NotFound with
    words for a side that there is not.
    """
    kept = Kept(where.over(parts.empty) if where else None, without_flagged)
    only = Only(parts, kept)
    side = catalogue.variable(by, level=level)
    axis = side.axis(only)
    columns = [
        column for column in catalogue.questions.values() if column.repeat is None and not column.sensitive
    ]
    counted: list[tuple[Column, Count]] = []
    for column in columns:
        variable = _variable(catalogue, column, level)
        sides: Sides = ((variable, variable.axis(only)), (side, axis))
        counted.append((column, Count(sides, RESPONDENTS, OVER, kept)))
        if column.type in MEASURED:
            scale = Scale(column.name, worded(column), column.name)
            counted.append((column, Count(sides, Measure("mean", scale), None, kept)))
    several = Several(tuple(count for _, count in counted))
    whole = sum(parts.map(several, several.reads), start=several(parts.empty))
    means = {
        column.name: _mean(partial)
        for (column, count), partial in zip(counted, whole.partials, strict=True)
        if count.measure.scale is not None
    }
    return [
        Frequency(column, finished(partial, count, where=where, title=worded(column)), means.get(column.name))
        for (column, count), partial in zip(counted, whole.partials, strict=True)
        if count.measure.scale is None
    ]


def _mean(partial: Partial) -> float:
    """That of everybody who gave a number; not a number where nobody did."""
    place = (ANSWERED_LINE, -1)
    people = partial.sums.weight[place]
    return float(partial.sums.amount[place] / people) if people else float("nan")


def _variable(catalogue: Catalogue, column: Column, level: str | None) -> Variable:
    """The question itself where it can be a side, else whether it was answered."""
    if column.type in SELVES:
        return catalogue.question(column, level if column.kind == "region" else None)
    answered: Mapping[str, Text] = {ANSWERED: GIVEN_ANSWER}
    return OneAnswer(column.name, worded(column), f"{column.name}:state", answered)
