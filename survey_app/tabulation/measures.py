"""What a table's figures are: respondents, mentions, a mean, a share satisfied; each as whole sums and as a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_app.campaign.campaign import Percent
from survey_app.campaign.texts import Text
from survey_app.errors import Said, SurveyError
from survey_app.tabulation.intervals import wilson
from survey_app.tabulation.kernel import ANSWERED_LINE, ANYONE_LINE, Grid, Side, cross
from survey_app.tabulation.variables import Axis, Variable, categorical, column_of, looked_up
from survey_app.tabulation.words import MEAN, MENTIONS, PEOPLE, SATISFIED, WEIGHTED_PEOPLE, phrase

Weights = NDArray[np.float64] | None
Sides = tuple[tuple[Variable, Axis], tuple[Variable, Axis]]


@dataclass(frozen=True)
class Scale:
    """A question whose answers are numbers: a scale by its scores, or (without scores) a number question.

    `satisfied`: scores from here up count as satisfied.
    """

    name: str
    label: Text
    column: str
    scores: Mapping[str, float] = field(default_factory=dict)
    satisfied: float | None = None

    def values(self, part: pd.DataFrame) -> NDArray[np.float64]:
        """Each respondent's score; NaN for a choice without one ("do not know") and for no answer."""
        if self.scores:
            answers = categorical(part, self.column)
            return looked_up(answers, self.scores, otherwise=np.nan, absent=np.nan, dtype=float)
        return column_of(part, self.column).to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True)
class Measure:
    """What is counted: `respondents`, `mentions`, or the `mean` or share `satisfied` of a scale."""

    kind: Literal["respondents", "mentions", "mean", "satisfied"] = "respondents"
    scale: Scale | None = None

    def __post_init__(self) -> None:
        if (self.kind in ("mean", "satisfied")) != (self.scale is not None):
            raise ValueError(f"measure {self.kind} with scale {self.scale}")

    @property
    def name(self) -> str:
        """As it is asked for: `respondents`, `mean:B12`."""
        return f"{self.kind}:{self.scale.name}" if self.scale else self.kind

    def label(self, weighted: bool) -> Text:
        """What a reader calls it."""
        if self.scale:
            return phrase(MEAN if self.kind == "mean" else SATISFIED, scale=self.scale.label)
        if self.kind == "mentions":
            return MENTIONS
        return WEIGHTED_PEOPLE if weighted else PEOPLE


RESPONDENTS = Measure()


@dataclass(frozen=True)
class Sums:
    """Grids of one part, each a sum over respondents; those of all parts add up with `+`.

    people: every respondent, 1 each. counted: whole numbers, what the measure counts (respondents, mentions, those with
    a score). weight and squares: the weights of those respondents and their squares. amount: what the figure is made
    of (weights, weighted mentions, weighted scores, weights of the satisfied). base and base_squares: of each place,
    the weights that its share is of, and their squares; for a share of mentions, the mentions. base_people: of each
    place, how many people its figure stands on.
    """

    people: Grid
    counted: Grid
    weight: Grid
    squares: Grid
    amount: Grid
    base: Grid
    base_squares: Grid
    base_people: Grid

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def sums(
    part: pd.DataFrame, sides: Sides, measure: Measure, weights: Weights, percent: Percent | None = None
) -> Sums:
    """The grids of one part. The axes are those of the whole, so that the grids of parts can be added."""
    rows, columns = (variable.coded(part, axis) for variable, axis in sides)
    people = cross(rows, columns)
    if measure.scale is not None:
        return _scored(part, (rows, columns), measure, weights, people)
    weight = people if weights is None else cross(rows, columns, weights)
    squares = people if weights is None else cross(rows, columns, weights**2)
    if measure.kind == "respondents":
        could, whole = _could(part, sides, (rows, columns), percent)
        found = (weight, squares, people)
        if not all(whole):
            of = cross(*could)
            found = (
                (of, of, of) if weights is None else (cross(*could, weights), cross(*could, weights**2), of)
            )
        bases = (_answered(grid, percent, whole) for grid in found)
        return Sums(people, people, weight, squares, weight, *bases)
    rows, columns = (variable.coded(part, axis, mentions=True) for variable, axis in sides)
    mentions = cross(rows, columns)
    amount = mentions if weights is None else cross(rows, columns, weights)
    base, base_people = (_answered(grid, percent, (True, True)) for grid in (amount, people))
    return Sums(people, mentions, weight, squares, amount, base, base, base_people)


def _could(
    part: pd.DataFrame, sides: Sides, coded: tuple[Side, Side], percent: Percent | None
) -> tuple[tuple[Side, Side], tuple[bool, bool]]:
    """What each place's share is of: those of its row, its column or the table who could have been in it.

    They answered the side that the share is over. Where several questions together make that side (the issues), a
    code's share is of those who answered one that offers it: who was never asked has not said no. Of each side also
    whether it is `whole`: all its codes are offered to whoever is asked.
    """
    over = (percent in ("column", "total"), percent in ("row", "total"))
    offered = [
        variable.offered(part, axis) if wanted else None
        for (variable, axis), wanted in zip(sides, over, strict=True)
    ]
    rows, columns = (one or other for one, other in zip(offered, coded, strict=True))
    return (rows, columns), (offered[0] is None, offered[1] is None)


def _answered(grid: Grid, percent: Percent | None, whole: tuple[bool, bool]) -> Grid:
    """The grid with the line of those who answered in every line of a `whole` side that the share is over."""
    if percent in ("column", "total") and whole[0]:
        grid = np.broadcast_to(grid[[ANSWERED_LINE], :], grid.shape)
    if percent in ("row", "total") and whole[1]:
        grid = np.broadcast_to(grid[:, [ANSWERED_LINE]], grid.shape)
    return grid


def _scored(
    part: pd.DataFrame, coded: tuple[Side, Side], measure: Measure, weights: Weights, people: Grid
) -> Sums:
    scale = measure.scale
    assert scale is not None  # noqa: S101 - Measure sees to it
    scores = scale.values(part)
    inside = (~np.isnan(scores)).astype(float)
    heft = inside if weights is None else inside * weights
    gain = np.nan_to_num(scores) if measure.kind == "mean" else (scores >= _threshold(scale)).astype(float)
    counted = cross(*coded, inside)
    weight = counted if weights is None else cross(*coded, heft)
    squares = counted if weights is None else cross(*coded, heft**2)
    return Sums(people, counted, weight, squares, cross(*coded, heft * gain), weight, squares, counted)


def _threshold(scale: Scale) -> float:
    if scale.satisfied is None:
        raise SurveyError(
            Said(
                "'%(name)s' does not say from which score a respondent is satisfied: "
                "give the scale `satisfied:` in its questionnaire, or ask for mean:%(name)s",
                name=scale.name,
            )
        )
    return scale.satisfied


@dataclass(frozen=True)
class Figures:
    """Arrays of one shape. `counts`: whole numbers (NaN: hidden). `values`: the figure where it is another one than
    the count (a share or a satisfaction rate from 0 to 1, a mean, a weighted count); `low`, `high`: its 95 % interval.
    `bases`: how many people a share or a score stands on (NaN: hidden); a count stands on none.
    """

    counts: NDArray[np.float64]
    values: NDArray[np.float64] | None = None
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    bases: NDArray[np.float64] | None = None

    def __getitem__(self, place: Any) -> Figures:
        arrays = (self.counts, self.values, self.low, self.high, self.bases)
        return Figures(*(None if array is None else array[place] for array in arrays))  # type: ignore[arg-type]


def figures(
    measured: Sums, measure: Measure, percent: Percent | None, answered: tuple[Any, Any], *, weighted: bool
) -> Figures:
    """The figures of every place of a grid, margins too. `answered`: for the codes of each side, whether an answer."""
    if percent is not None:
        return _shares(measured, measure, percent, answered)
    counts = np.rint(measured.counted)
    if measure.scale is None:
        return Figures(counts, measured.amount if weighted else None)
    values = _divided(measured.amount, measured.weight)
    if measure.kind == "mean":
        return Figures(counts, values, bases=counts)
    n = _effective(measured.weight, measured.squares)
    return Figures(counts, values, *wilson(values, n), bases=counts)


def _shares(measured: Sums, measure: Measure, percent: Percent, answered: tuple[Any, Any]) -> Figures:
    if measure.scale is not None:
        raise SurveyError(
            Said(
                "a percentage goes with respondents or mentions, not with %(measure)s: leave one out",
                measure=measure.name,
            )
        )
    values = _margins(_divided(measured.amount, measured.base), percent)
    n = _effective(measured.base, measured.base_squares)
    outside = _outside(percent, answered)
    values = np.where(outside, np.nan, values)
    counts, bases = np.rint(measured.counted), _margins(np.array(measured.base_people), percent)
    # Mentions of one person come together, so chance among them is not Wilson's: no interval.
    low, high = wilson(values, n) if measure.kind == "respondents" else (None, None)
    return Figures(counts, values, low, high, bases)


def _margins(values: Grid, percent: Percent) -> Grid:
    """The line of anyone holds people outside the base of its share; there, those who answered speak for it. The total
    of shares is below all of them that of who answered the rows: who did not has a row of their own, or a note.
    """
    if percent in ("row", "total"):
        values[:, ANYONE_LINE] = values[:, ANSWERED_LINE]
    values[ANYONE_LINE, :] = values[ANSWERED_LINE, :]
    return values


def _outside(percent: Percent, answered: tuple[Any, Any]) -> NDArray[np.bool_]:
    """Where a share has no meaning: a code that is no answer, on the side whose answers are the base."""
    rows, columns = (np.append(~codes, [False, False]) for codes in answered)
    unsaid_row = rows & (percent in ("column", "total"))
    unsaid_column = columns & (percent in ("row", "total"))
    return np.logical_or(unsaid_row[:, np.newaxis], unsaid_column[np.newaxis, :])


def _divided(top: Grid, bottom: Grid) -> Grid:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _effective(weight: Grid, squares: Grid) -> Grid:
    """Kish's effective number of respondents: (sum of weights)² / sum of squared weights."""
    return np.nan_to_num(_divided(weight**2, squares))
