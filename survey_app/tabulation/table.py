"""A tabulation's result, with its bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_app.campaign.campaign import Percent
from survey_app.campaign.texts import Text
from survey_app.tabulation.intervals import is_small
from survey_app.tabulation.measures import Figures, Measure
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import AS_OF, EVERYBODY, MENTIONS, PEOPLE, SHARE, SHARED, TOTAL, phrase

Labelled = tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Table:
    """Figures of respondents by two sides.

    rows, columns: code and label of each, in order. sides: what the rows and the columns are called.
    figures: shape (rows + 1, columns + 1); the last row and column are everyone in the table, whatever they did on
    that side; the shares of the last row are of those who answered the rows (`shared`). A respondent has answered a
    side unless it was not asked, not answered or refused; who was shown a list and ticked nothing has answered it.
    Bases are whole respondents, never weighted, for mentions too; for a mean or a satisfaction rate only those with a
    score are in them:
      row_bases: of each row's respondents, those who answered the columns; the last: of everyone (rows + 1);
      column_bases: of each column's respondents, those who answered the rows; the last: of everyone (columns + 1);
      base: respondents who answered both; None where that is hidden, as for people.
    several: of the rows and of the columns, whether a respondent may be in more than one.
    scores: by code, what the columns are worth that are steps of a scale.
    is_by_date: whether the rows are periods, one after the other. partial: by code, those that are not whole, in words.
    where: the condition that all its respondents meet, as it was written. whom: whose answers are counted, in words;
    the notes begin with that.
    least: where it is fit to leave the house, the number under which figures are hidden, else None. multiple: then the
    number that all others are a multiple of.
    people: respondents in the table. So `figures[-1]` with `row_bases[-1]` is the plain count of the column variable.
    """

    rows: Labelled
    columns: Labelled
    sides: tuple[Text, Text]
    title: Text
    figures: Figures
    row_bases: NDArray[np.float64]
    column_bases: NDArray[np.float64]
    base: int | None
    people: int | None
    measure: Measure
    percent: Percent | None
    weighted: bool
    notes: tuple[Text, ...]
    questionnaires: Mapping[str, str]
    several: tuple[bool, bool] = (False, False)
    scores: Mapping[str, float] = field(default_factory=dict)
    is_by_date: bool = False
    partial: Mapping[str, Text] = field(default_factory=dict)
    where: str | None = None
    whom: tuple[Text, ...] = ()
    least: int | None = None
    multiple: int | None = None

    @property
    def counts(self) -> NDArray[np.float64]:
        """Whole numbers, shape (rows, columns); NaN is a hidden cell."""
        return self.figures[:-1, :-1].counts

    @property
    def values(self) -> NDArray[np.float64] | None:
        """The figures of the cells, where they are others than the counts (see Figures)."""
        return self.figures[:-1, :-1].values

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        """Which figures are hidden, margins too; of a share also where its base is."""
        counts, values, bases = self.figures.counts, self.figures.values, self.figures.bases
        if self.least is None or values is None or bases is None:
            return np.isnan(counts)
        return np.isnan(counts) | (np.isnan(values) & np.isnan(bases))

    @property
    def row_base(self) -> NDArray[np.float64]:
        """The base of each row, shape (rows,)."""
        return self.row_bases[:-1]

    @property
    def column_base(self) -> NDArray[np.float64]:
        """The base of each column, shape (columns,)."""
        return self.column_bases[:-1]

    @property
    def small_rows(self) -> NDArray[np.bool_]:
        """Which rows stand on a small base; none where shares are of the column or of all."""
        return self._small(self.rows, self.row_base, "row")

    @property
    def small_columns(self) -> NDArray[np.bool_]:
        """Which columns do; none where shares are of the row or of all."""
        return self._small(self.columns, self.column_base, "column")

    def _small(self, side: Labelled, bases: NDArray[np.float64], over: Percent) -> NDArray[np.bool_]:
        """Those who did not answer carry shares and scores too, but their counts are no sample of anything."""
        is_based = self.percent is not None or self.measure.scale is not None
        based = np.array([is_based or is_answer(code) for code, _ in side], dtype=bool)
        return np.logical_and(is_small(bases), based & (self.percent in (None, over)))

    @cached_property
    def own_bases(self) -> NDArray[np.float64]:
        """Of how many people a share is, margins too, where these are others than the base of its line: of an issue,
        only those who were asked for it. NaN elsewhere.
        """
        values, bases = self.figures.values, self.figures.bases
        if self.percent is None or values is None or bases is None:
            return np.full(self.figures.counts.shape, np.nan)
        base = self.everyone_base
        rows = np.append(self.row_base, base)[:, np.newaxis]
        lines = {"row": rows, "column": self.column_bases[np.newaxis, :], "total": np.array(base)}
        return np.where(np.isnan(values) | (bases == lines[self.percent]), np.nan, bases)

    @property
    def has_own_bases(self) -> bool:
        """Whether a share in the table has another base than its line."""
        return not bool(np.isnan(self.own_bases[:, :-1]).all())

    @property
    def small_cells(self) -> NDArray[np.bool_]:
        """Which shares stand on a small base of their own, margins too."""
        return is_small(self.own_bases)

    @property
    def is_small(self) -> bool:
        """Whether all shares stand on one base, and that is small."""
        return self.percent == "total" and self.base is not None and bool(is_small(self.base))

    @property
    def has_small(self) -> bool:
        """Whether anything is marked for its small base."""
        return self.is_small or any(
            bool(marked.any()) for marked in (self.small_rows, self.small_columns, self.small_cells[:, :-1])
        )

    @property
    def shared(self) -> NDArray[np.float64]:
        """How many the figure of everyone is made of in each column, shape (columns,): the total of shares is of who
        answered the rows.
        """
        return self._totals[:-1]

    @property
    def everyone_people(self) -> float:
        """How many the last row counts, who answered the rows where it is the total of shares."""
        return float(self._totals[-1])

    @property
    def everyone_base(self) -> float:
        """How many of them answered the columns."""
        if self.percent is None:
            return float(self.row_bases[-1])
        return np.nan if self.base is None else float(self.base)

    @property
    def _totals(self) -> NDArray[np.float64]:
        """What the last row is made of, shape (columns + 1,)."""
        if self.percent is None:
            return self.figures[-1, :].counts
        if self.measure.kind != "mentions":
            return self.column_bases
        answers = [is_answer(code) for code, _ in self.rows]
        return np.asarray(self.figures[:-1].counts[answers].sum(axis=0))

    @property
    def is_share(self) -> bool:
        """Whether the values are shares from 0 to 1."""
        return self.percent is not None or self.measure.kind == "satisfied"

    @property
    def total_label(self) -> Text:
        """What the last column counts."""
        return MENTIONS if self.measure.kind == "mentions" else PEOPLE

    @property
    def everyone_label(self) -> Text:
        """What the last row is called."""
        return TOTAL if self.measure.scale is None else EVERYBODY

    def of(self, *whom: Text) -> Table:
        """The same, saying before all else whose answers are counted."""
        return replace(self, whom=(*whom, *self.whom), notes=(*whom, *self.notes))

    def as_of(self, day: date) -> Table:
        """The same, saying after all else on which day it was counted: what comes or is withdrawn later changes it."""
        return replace(self, notes=(*self.notes, phrase(AS_OF, day=day.isoformat())))

    @property
    def figure_label(self) -> Text:
        """What the figures are."""
        label = self.measure.label(self.weighted)
        return label if self.percent is None else phrase(SHARED, measure=label, share=SHARE[self.percent])

    def to_json_dict(self, language: str = "en") -> dict[str, Any]:
        """The table as JSON can hold it; null is a hidden cell, or a figure that does not exist (a share of nobody).

        Beside the keys of the contract: title, percent, people, where (as it was written), row_total, column_total,
        total, and where the figures are others than the counts `values` (shares from 0 to 1), with `low` and `high`
        where there are intervals, and `bases`, how many people each share or score stands on.
        """
        cells = self.figures[:-1, :-1]
        beside = {"values": cells.values, "low": cells.low, "high": cells.high}
        written = {
            "rows": [{"code": code, "label": label.in_(language)} for code, label in self.rows],
            "columns": [{"code": code, "label": label.in_(language)} for code, label in self.columns],
            "counts": _whole(cells.counts),
            "row_base": _whole(self.row_base),
            "column_base": _whole(self.column_base),
            "base": self.base,
            "measure": self.measure.name,
            "notes": [note.in_(language) for note in self.notes],
            "questionnaires": dict(self.questionnaires),
            "title": self.title.in_(language),
            "percent": self.percent,
            "people": self.people,
            "where": self.where,
            "row_total": _whole(self.figures[:-1, -1].counts),
            "column_total": _whole(self.figures[-1, :-1].counts),
            "total": _whole(self.figures[-1, -1].counts),
        }
        if cells.bases is not None:
            written["bases"] = _whole(cells.bases)
        return written | {key: _fractions(array) for key, array in beside.items() if array is not None}


def _whole(array: NDArray[np.float64] | np.float64) -> Any:
    return _mapped(np.asarray(array).tolist(), round)


def _fractions(array: NDArray[np.float64]) -> Any:
    return _mapped(array.tolist(), lambda x: round(x, 6))


def _mapped(value: Any, turn: Any) -> Any:
    if isinstance(value, list):
        return [_mapped(inner, turn) for inner in value]
    return None if np.isnan(value) else turn(value)
