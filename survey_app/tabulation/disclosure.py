"""What a table may say to somebody without a right to the rows: no small figure, nothing exact.

Figures of fewer respondents than `least` are hidden, nobody at all included, and the others rounded to a multiple of
`base`; shares are worked out anew from what is shown. A hidden figure could still be told from a line's total and the
rest of the line; where that leaves too few possibilities, the smallest other figure of the line is hidden with it.
Lines are looked at one by one, and tables too: who sees two tables that differ by a few people can compare them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey_app.campaign.campaign import Disclosure
from survey_app.campaign.texts import Text
from survey_app.errors import SurveyError
from survey_app.tabulation.intervals import wilson
from survey_app.tabulation.kernel import ANSWERED_LINE, Grid
from survey_app.tabulation.measures import Figures
from survey_app.tabulation.notes import of_periods
from survey_app.tabulation.table import Labelled, Table
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import BASE_LINE, DISCLOSED, SELF_SELECTED_SHORT, SEVERAL, phrase

Place = tuple[int, int]


@dataclass(frozen=True)
class Sum:
    """A figure that is the sum of others."""

    total: Place
    parts: tuple[Place, ...]


def disclosed(table: Table, rule: Disclosure) -> Table:
    """The table as it may leave the house; NaN is a hidden figure.

    Raises SurveyError for figures that do not say of how many people they are: mentions, and weighted ones.
    """
    if table.weighted or table.measure.kind == "mentions":
        raise SurveyError(
            "mentions and weighted figures do not say of how many people they are, so they cannot be published: "
            "ask for respondents"
        )
    exact = _grid(table)
    shown = np.where(_hidden(exact, list(_sums(table)), rule), np.nan, rounded(exact, rule.base))
    row_bases, column_bases = _without(shown[:, ANSWERED_LINE]), _without(shown[ANSWERED_LINE, :])
    base = shown[ANSWERED_LINE, ANSWERED_LINE]
    people = _alone(table.people, rule)
    figures = _figures(table, _without(_without(shown).T).T, (row_bases, column_bases, base), rule)
    return replace(
        table,
        figures=figures,
        row_bases=row_bases,
        column_bases=column_bases,
        base=_number(base),
        people=people,
        notes=tuple(_notes(table, _number(base), people, rule)),
        partial=_undated(table),
        least=rule.least,
        multiple=rule.base,
    )


def hiding(table: Table) -> Text | None:
    """What is to be said of the figures of a table that is fit to leave the house; None for another one."""
    if table.least is None or table.multiple is None:
        return None
    return phrase(DISCLOSED, least=table.least, base=table.multiple)


def rounded(counts: NDArray[np.float64], base: int) -> NDArray[np.float64]:
    """To the nearest multiple of `base`, halves up."""
    return np.floor(counts / base + 0.5) * base


def _grid(table: Table) -> Grid:
    """All figures with the lines of who answered and of anyone, as the kernel has them."""
    counts = table.figures.counts
    grid = np.empty((counts.shape[0] + 1, counts.shape[1] + 1))
    rows, columns = ([*range(side - 1), side] for side in counts.shape)
    grid[np.ix_(rows, columns)] = counts
    grid[rows, ANSWERED_LINE] = table.row_bases
    grid[ANSWERED_LINE, columns] = table.column_bases
    grid[ANSWERED_LINE, ANSWERED_LINE] = np.nan if table.base is None else table.base
    return grid


def _without(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """A line, or lines, without that of who answered."""
    return np.delete(array, len(array) + ANSWERED_LINE, axis=0)


def _sums(table: Table) -> Iterator[Sum]:
    """Every figure that others add up to."""
    tall, wide = len(table.rows) + 2, len(table.columns) + 2
    for total, parts in _line(table.columns, several=table.several[1]):
        yield from (Sum((row, total), tuple((row, part) for part in parts)) for row in range(tall))
    for total, parts in _line(table.rows, several=table.several[0]):
        yield from (Sum((total, column), tuple((part, column) for part in parts)) for column in range(wide))


def _line(codes: Labelled, *, several: bool) -> Iterator[tuple[int, list[int]]]:
    """Of one line, the places that others add up to; of several answers only who answered and who did not."""
    answers = [place for place, (code, _) in enumerate(codes) if is_answer(code)]
    absent = [place for place, (code, _) in enumerate(codes) if not is_answer(code)]
    answered, anyone = len(codes), len(codes) + 1
    yield anyone, [*([answered] if several else answers), *absent]
    if not several:
        yield answered, answers


def _hidden(exact: Grid, sums: list[Sum], rule: Disclosure) -> NDArray[np.bool_]:
    """What is hidden: the small figures, and as many more as it takes that none can be told."""
    hidden = exact < rule.least
    small = hidden.copy()
    open_ = True
    while open_:
        found = [
            place for each in sums if (place := _companion(each, exact, hidden, small, rule)) is not None
        ]
        for place in found:
            hidden[place] = True
        open_ = bool(found)
    return hidden


def _companion(
    line: Sum, exact: Grid, hidden: NDArray[np.bool_], small: NDArray[np.bool_], rule: Disclosure
) -> Place | None:
    """What else to hide of a line, where one of its hidden figures can be told too well; None: nothing."""
    if hidden[line.total] or not any(small[part] for part in line.parts):
        return None
    ends = [_ends(part, exact, hidden, small, rule) for part in line.parts]
    low, high = _ends(line.total, exact, hidden, small, rule)
    least, most = sum(end[0] for end in ends), sum(end[1] for end in ends)
    for part, (bottom, top) in zip(line.parts, ends, strict=True):
        if small[part]:
            from_, to = max(bottom, low - (most - top)), min(top, high - (least - bottom))
            if to - from_ + 1 < rule.least // 2:
                others = [each for each in line.parts if not hidden[each]]
                return min(others, key=lambda place: exact[place]) if others else line.total
    return None


def _ends(
    place: Place, exact: Grid, hidden: NDArray[np.bool_], small: NDArray[np.bool_], rule: Disclosure
) -> tuple[float, float]:
    """Between what numbers a reader knows a figure to be, where small ones are told from those hidden with them."""
    if small[place]:
        return 0, rule.least - 1
    if hidden[place]:
        return 0, np.inf
    about = float(rounded(exact[place], rule.base))
    return max(rule.least, about - rule.base // 2), about + (rule.base - 1) // 2


def _figures(
    table: Table,
    counts: NDArray[np.float64],
    bases: tuple[NDArray[np.float64], NDArray[np.float64], float],
    rule: Disclosure,
) -> Figures:
    figures = table.figures
    if figures.values is None:
        return Figures(counts)
    if table.measure.kind == "mean":
        values = np.where(np.isnan(counts), np.nan, np.round(figures.values, 1))
        return Figures(counts, values, bases=counts)
    if table.measure.kind == "satisfied":
        return _rates(figures, counts, rule)
    row_bases, column_bases, base = bases
    percent = table.percent or "total"
    row_bases = np.append(row_bases[:-1], base)  # the last row is of who answered the rows
    over = {"row": row_bases[:, np.newaxis], "column": column_bases[np.newaxis, :], "total": np.array(base)}
    made = counts.copy()  # in the margins only who answered is in a share
    made[-1, :] = column_bases
    if percent != "column":
        made[:, -1] = row_bases
    told = ~np.isnan(over[percent]) & ~np.isnan(made)
    of = np.where(told, rounded(_known(figures.bases), rule.base), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(np.isnan(counts) | np.isnan(figures.values), np.nan, made / of)
    values = np.minimum(np.where(np.isfinite(values), values, np.nan), 1)
    if figures.low is None:
        return Figures(counts, values, bases=of)
    return Figures(counts, values, *wilson(values, np.nan_to_num(of)), bases=of)


def _known(bases: NDArray[np.float64] | None) -> NDArray[np.float64]:
    assert bases is not None  # noqa: S101 - shares stand on something
    return bases


def _rates(figures: Figures, counts: NDArray[np.float64], rule: Disclosure) -> Figures:
    """Shares satisfied: hidden also where few are satisfied, or few are not."""
    assert figures.values is not None  # noqa: S101 - a rate has values
    satisfied = np.rint(np.nan_to_num(figures.values * figures.counts))
    few = (satisfied < rule.least) | (figures.counts - satisfied < rule.least)
    counts = np.where(few, np.nan, counts)
    values = np.minimum(rounded(satisfied, rule.base) / counts, 1)
    return Figures(counts, values, *wilson(values, np.nan_to_num(counts)), bases=counts)


def _number(figure: float) -> int | None:
    return None if np.isnan(figure) else round(figure)


def _alone(count: int | None, rule: Disclosure) -> int | None:
    """A count that stands for itself."""
    return None if count is None or count < rule.least else round(float(rounded(np.array(count), rule.base)))


def _undated(table: Table) -> dict[str, Text]:
    """The periods that are not whole, without the days that somebody answered on."""
    return {code: Text.plain(code) for code in table.partial}


def _notes(table: Table, base: int | None, people: int | None, rule: Disclosure) -> Iterator[Text]:
    """Of what is said of a table, that which tells no exact number."""
    yield from table.whom
    if base is not None and people is not None:
        yield phrase(BASE_LINE, base=base, people=people)
    for several, name in zip(table.several, table.sides, strict=True):
        if several:
            yield phrase(SEVERAL, name=name)
    yield from of_periods(_undated(table))
    yield phrase(DISCLOSED, least=rule.least, base=rule.base)
    yield SELF_SELECTED_SHORT
