"""What leaves the house tells nobody: no small figure, nothing exact, and nothing from which one could be told."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.campaign.campaign import Disclosure
from survey_app.errors import SurveyError
from survey_app.exporting import write_table
from survey_app.tabulation import Table, as_text, ask, disclosed
from survey_app.tabulation.disclosure import rounded
from tests.machinery.counted import CATALOGUE, Person, frame_of, said

RULE = Disclosure(least=10, base=5)
SORTS = ("truck", "bus", "no")
VERDICTS = ("s5", "s1", "dk", None)


def crowd(numbers: dict[tuple[str, str | None], int]) -> list[Person]:
    return [
        said(sort=sort, **({"verdict": verdict} if verdict else {}))
        for (sort, verdict), number in numbers.items()
        for _ in range(number)
    ]


def figures(table: Table) -> list[float]:
    """Every count it shows anywhere."""
    arrays = (table.figures.counts, table.row_bases, table.column_bases)
    return [
        *np.concatenate([array.ravel() for array in arrays]),
        *(np.nan if each is None else each for each in (table.base, table.people)),
    ]


CROWDS = st.fixed_dictionaries({pair: st.integers(0, 40) for pair in product(SORTS, VERDICTS)})


@given(CROWDS, st.sampled_from([None, "row", "column", "total"]))
@settings(max_examples=60)
def test_every_figure_is_hidden_or_a_multiple_of_five_from_ten_up_and_near_the_truth(numbers, percent):
    exact = ask(frame_of(crowd(numbers)), CATALOGUE, "sort", "satisfaction", percent=percent)
    shown = disclosed(exact, RULE)
    for real, figure in zip(figures(exact), figures(shown), strict=True):
        assert np.isnan(figure) or (figure % 5 == 0 and figure >= 10 and abs(figure - real) <= 2)
        assert real >= 10 or np.isnan(figure)
    if percent:
        visible = ~np.isnan(shown.values)
        assert not np.isnan(shown.counts[visible]).any()
        assert (shown.values[visible] <= 1).all()


def possible(table: Table) -> np.ndarray:
    """By trying all whole numbers that a reader must think possible: how many each hidden cell of a row may be."""
    found = np.full(table.counts.shape, np.inf)
    for row, cells in enumerate(table.counts):
        total = table.figures.counts[row, -1]
        if np.isnan(total) or not np.isnan(cells).any():
            continue
        ways = [
            range(10) if np.isnan(cell) else range(max(10, int(cell) - 2), int(cell) + 3) for cell in cells
        ]
        fits = [way for way in product(*ways) if total - 2 <= sum(way) <= total + 2]
        for column in np.flatnonzero(np.isnan(cells)):
            found[row, column] = len({way[column] for way in fits})
    return found


@given(st.lists(st.integers(0, 60), min_size=3, max_size=3))
@settings(max_examples=150)
def test_no_hidden_cell_can_be_told_from_the_rest_of_its_row(numbers):
    people = crowd(
        {("truck", code): number for code, number in zip(("s5", "s1", "dk"), numbers, strict=True)}
    )
    exact = ask(frame_of(people), CATALOGUE, "sort", "satisfaction")
    shown = disclosed(exact, RULE)
    small = exact.counts < 10
    hidden_with = np.isnan(shown.counts) & ~small
    if not hidden_with.any():  # where others are hidden too, a reader knows even less
        assert possible(shown)[small].min(initial=np.inf) >= 5


def test_the_one_small_cell_of_a_line_takes_a_neighbour_with_it():
    """48 four times is rounded up each time, their total down: without a neighbour the hidden cell could only be 0."""
    numbers = {("truck", code): 48 for code in ("s5", "s4", "s3", "dk")}
    exact = ask(frame_of(crowd(numbers)), CATALOGUE, "sort", "satisfaction")
    shown = disclosed(exact, RULE)
    hidden = [code for place, (code, _) in enumerate(shown.columns) if np.isnan(shown.counts[0, place])]
    assert "s1" in hidden
    assert len(hidden) == 2


def test_rates_are_hidden_where_few_are_satisfied_or_few_are_not():
    frame = frame_of(crowd({("truck", "s5"): 41, ("truck", "s1"): 21, ("bus", "s5"): 60, ("bus", "s1"): 3}))
    shown = disclosed(ask(frame, CATALOGUE, "sort", "all", measure="satisfied:satisfaction"), RULE)
    assert shown.values[0, 0] == pytest.approx(40 / 60)
    assert np.isnan(shown.counts[1, 0])
    assert np.isnan(shown.values[1, 0])
    means = disclosed(ask(frame, CATALOGUE, "sort", "all", measure="mean:satisfaction"), RULE)
    assert means.values[0, 0] == 3.6
    assert means.counts[0, 0] == 60


def test_no_sentence_under_it_tells_an_exact_number():
    frame = frame_of(crowd({("truck", "s5"): 41, ("bus", None): 13})).assign(_flags="fast")
    shown = disclosed(ask(frame, CATALOGUE, "sort", "issue", where="${sort} != 'no'"), RULE)
    told = " ".join(note.in_("en") for note in shown.notes)
    assert "of 55 in the table" in told or "Base" not in told
    assert not [number for number in ("54", "41", "13") if number in told]
    assert "those of under 10 people are “hidden”" in told
    assert "takes several answers" in told


def test_nothing_tells_a_small_figure_from_one_that_is_hidden_with_it():
    numbers = {("truck", "s5"): 48, ("truck", "s4"): 48, ("truck", "s1"): 3, ("bus", None): 12}
    for percent in (None, "row"):
        shown = disclosed(
            ask(frame_of(crowd(numbers)), CATALOGUE, "sort", "satisfaction", percent=percent), RULE
        )
        lines = [line.split() for line in as_text(shown, "en").splitlines() if line[:5] in ("truck", "bus  ")]
        assert lines[0][-6:] == [*["hidden"] * 4, "100", "100"]
        assert lines[1][1:] == [*["hidden"] * 6, "10", "hidden"], "as shares too, whose base is hidden"
        assert shown.hidden[1, :6].all()


def test_hidden_cells_say_so_in_every_form(tmp_path: Path):
    frame = frame_of(crowd({("truck", "s5"): 41, ("bus", "s5"): 23, ("bus", "s1"): 4}))
    shown = disclosed(ask(frame, CATALOGUE, "sort", "satisfaction", percent="row"), RULE)
    assert "不显示" in as_text(shown, "zh")
    assert json.loads(json.dumps(shown.to_json_dict(), allow_nan=False))["counts"][1][3] is None
    for form in ("csv", "xlsx", "json", "txt"):
        write_table(shown, form, tmp_path / f"t.{form}", "zh")
    written = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    cells = {cell for row in csv.reader(written.splitlines()) for cell in row}
    assert "不显示" in cells
    assert not cells & {"41", "23", "4", "27", "68"}


def test_mentions_and_weights_are_not_published():
    frame = frame_of([said(met=["FINE"])]).assign(heft=1.0)
    for wish in ({"measure": "mentions"}, {"weights": "heft"}):
        with pytest.raises(SurveyError, match="cannot be published"):
            disclosed(ask(frame, CATALOGUE, "issue", "all", **wish), RULE)


def test_halves_are_rounded_up_and_a_base_of_one_rounds_nothing():
    assert rounded(np.array([10, 12, 13, 17.0]), 5).tolist() == [10, 10, 15, 15]
    assert rounded(np.array([10, 12.0]), 4).tolist() == [12, 12]
    assert rounded(np.array([10, 12.0]), 1).tolist() == [10, 12]
