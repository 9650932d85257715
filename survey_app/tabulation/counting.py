"""Tabulate: responses and two variables become a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from survey_app.campaign.campaign import Percent
from survey_app.campaign.texts import Text
from survey_app.errors import Said, SurveyError
from survey_app.tabulation import notes
from survey_app.tabulation.kernel import ANSWERED_LINE, ANYONE_LINE, Grid
from survey_app.tabulation.measures import RESPONDENTS, Measure, Sides, Sums, figures
from survey_app.tabulation.partial import Count, Kept, Only, Partial, numbers_of
from survey_app.tabulation.parts import Parts, Whole
from survey_app.tabulation.periods import Dates
from survey_app.tabulation.table import Labelled, Table
from survey_app.tabulation.variables import Axis, OneAnswer, Variable
from survey_app.tabulation.where import Where
from survey_app.tabulation.words import CODED, SIDES, VERSIONS, both, phrase

GIVEN = ":weights"
"""The column for weights that are given as numbers; no question's columns are called so."""


def tabulate(
    responses: pd.DataFrame | Parts,
    rows: Variable,
    columns: Variable,
    *,
    measure: Measure = RESPONDENTS,
    percent: Percent | None = None,
    where: Where | None = None,
    without_flagged: bool = False,
    weights: str | pd.Series[Any] | None = None,
    title: Text | None = None,
    questionnaires: Mapping[str, str] | None = None,
) -> Table:
    """The respondents of a frame, whole or in parts, by two variables.

    `percent`: figures as shares of the row, the column or the total. `where`: only the respondents it holds for;
    `without_flagged`: only those about whom nothing looks wrong.
    `weights`: a number column's name, or numbers in the order of a frame. `questionnaires`: name to current version
    of those the responses are to; where all answers to one are of one other version, the table names that.
    Raises SurveyError with words for a percentage of a mean, unusable weights, or a condition that cannot be asked.
    """
    parts, heft = _in_parts(responses, weights)
    kept = Kept(where.over(parts.empty) if where else None, without_flagged)
    only = Only(parts, kept)
    sides = ((rows, rows.axis(only)), (columns, columns.axis(only)))
    count = Count(sides, measure, percent, kept, heft)
    whole = sum(parts.map(count, count.reads), start=count(parts.empty))
    return finished(
        whole,
        count,
        where=where,
        weights=_name_of(weights),
        title=title,
        questionnaires=questionnaires,
    )


def finished(
    whole: Partial,
    count: Count,
    *,
    where: Where | None = None,
    weights: str | None = None,
    title: Text | None = None,
    questionnaires: Mapping[str, str] | None = None,
) -> Table:
    """The table of what was counted of all parts; for the words see `tabulate`."""
    measured, sides, measure, percent = whole.sums, count.sides, count.measure, count.percent
    _refuse_unusable(whole.unusable, round(measured.people[ANYONE_LINE, ANYONE_LINE]))
    versions, several_versions = _versions(whole.versions, questionnaires or {})
    whom = tuple(notes.of_where(where))
    said = (
        notes.of_flags(whole.flags, left_out=count.kept.without_flagged),
        *_notes(measured, sides, measure, percent),
        notes.of_weights(measured, measure, weights),
        several_versions,
    )
    weighted = count.weights is not None
    table = _table(
        measured, sides, said, versions, measure=measure, percent=percent, weighted=weighted, title=title
    )
    source = where.source if where else None
    return replace(table, where=source, is_by_date=isinstance(sides[0][0], Dates)).of(*whom)


def _notes(
    measured: Sums, sides: Sides, measure: Measure, percent: Percent | None
) -> Iterator[Iterable[Text]]:
    """What is to be said of the sides and of what is counted."""
    yield notes.of_people(measured, measure)
    yield notes.of_sides(measured.people, sides)
    yield notes.of_offers(sides, measure, percent)
    yield notes.of_measure(measured, measure)
    yield notes.of_periods({code: words for _, axis in sides for code, words in axis.partial.items()})


def _table(
    measured: Sums,
    sides: Sides,
    said: Iterable[Iterable[Text]],
    versions: Mapping[str, str],
    *,
    measure: Measure,
    percent: Percent | None,
    weighted: bool,
    title: Text | None,
) -> Table:
    (rows, row_axis), (columns, column_axis) = sides
    answered = (row_axis.answered, column_axis.answered)
    shown_rows = _shown(row_axis, measured.people[:, ANYONE_LINE])
    shown_columns = _shown(column_axis, measured.people[ANYONE_LINE, :])
    places = np.ix_([*shown_rows, ANYONE_LINE], [*shown_columns, ANYONE_LINE])
    found = figures(measured, measure, percent, answered, weighted=weighted)[places]
    bases = measured.people if measure.scale is None else measured.counted
    row_bases = bases[[*shown_rows, ANYONE_LINE], ANSWERED_LINE]
    column_bases = bases[ANSWERED_LINE, [*shown_columns, ANYONE_LINE]]
    table = Table(
        rows=_labelled(row_axis, shown_rows),
        columns=_labelled(column_axis, shown_columns),
        sides=(rows.label, columns.label),
        title=title or phrase(SIDES, rows=rows.label, columns=columns.label),
        figures=found,
        row_bases=row_bases,
        column_bases=column_bases,
        base=round(bases[ANSWERED_LINE, ANSWERED_LINE]),
        people=round(measured.people[ANYONE_LINE, ANYONE_LINE]),
        measure=measure,
        percent=percent,
        weighted=weighted,
        notes=tuple(chain(*said)),
        questionnaires=versions,
        several=(rows.several, columns.several),
        scores=columns.scores if isinstance(columns, OneAnswer) else {},
        partial=row_axis.partial,
    )
    trust = notes.of_trust(small=table.has_small, intervals=found.low is not None)
    return replace(table, notes=(*table.notes, *trust))


def _shown(axis: Axis, people: Grid) -> list[int]:
    """The codes in the table: the declared ones, and the others where they occur."""
    return [place for place in range(len(axis.codes)) if place < axis.declared or people[place] > 0]


def _labelled(axis: Axis, shown: list[int]) -> Labelled:
    """Their labels; two of one wording, as an earlier and a later version may have, are told apart by their codes."""
    found = [(axis.codes[place], axis.labels[axis.codes[place]]) for place in shown]
    said = Counter(pair for _, label in found for pair in label.root.items())
    return tuple((code, _told_apart(code, label, said)) for code, label in found)


def _told_apart(code: str, label: Text, said: Counter[tuple[str, str]]) -> Text:
    """The label, with the code beside it in each language in which another code has the same wording."""
    coded = phrase(CODED, label=label, code=code)
    if all(said[pair] == 1 for pair in label.root.items()):
        return label
    return Text(
        {
            language: coded.in_(language) if said[language, words] > 1 else words
            for language, words in label.root.items()
        }
    )


def _in_parts(
    responses: pd.DataFrame | Parts, weights: str | pd.Series[Any] | None
) -> tuple[Parts, str | None]:
    """The responses in parts, and the column that weighs them."""
    if isinstance(weights, str) or weights is None:
        return Whole(responses) if isinstance(responses, pd.DataFrame) else responses, weights
    if not isinstance(responses, pd.DataFrame):
        raise SurveyError(
            "weights given as numbers go with one frame: name a column of the responses instead"
        )
    if len(weights) != len(responses):
        raise SurveyError(
            f"there are {len(weights)} weights for {len(responses)} respondents: give one for each"
        )
    return Whole(responses.assign(**{GIVEN: numbers_of(weights)})), GIVEN


def _name_of(weights: str | pd.Series[Any] | None) -> str | None:
    return weights if isinstance(weights, str) or weights is None else str(weights.name or "weights")


def _refuse_unusable(unusable: int, people: int) -> None:
    if unusable:
        raise SurveyError(
            Said(
                "the weight is missing, negative or endless for %(unusable)d of %(people)d respondents: "
                "give each a number of 0 or more, or leave them out with a condition",
                unusable=unusable,
                people=people,
            )
        )


def _versions(
    occurring: Iterable[tuple[str, str]], current: Mapping[str, str]
) -> tuple[dict[str, str], list[Text]]:
    """Name to version, and a note for each questionnaire whose answers are of several versions."""
    versions = dict(current)
    said: list[Text] = []
    for name, pairs in groupby(sorted(occurring), key=itemgetter(0)):
        here = [version for _, version in pairs]
        if len(here) == 1:
            versions[name] = here[0]
        else:
            versions.setdefault(name, here[-1])
            said.append(phrase(VERSIONS, name=name, versions=both("、".join(here), ", ".join(here))))
    return versions, said
