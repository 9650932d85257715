"""What is said of chance agrees with printed tables, with chance itself, and says when it does not apply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_app.tabulation import ask
from survey_app.tabulation.chance import (
    association,
    chi_square_above,
    differences,
    on_association,
    on_differences,
)
from tests.machinery.counted import CATALOGUE, frame_of, said


@pytest.mark.parametrize(
    ("x", "degrees", "share"),
    [
        (3.841, 1, 0.05),
        (6.635, 1, 0.01),
        (5.991, 2, 0.05),
        (7.815, 3, 0.05),
        (18.307, 10, 0.05),
        (30.578, 15, 0.01),
        (43.773, 30, 0.05),
        (124.342, 100, 0.05),
    ],
)
def test_the_distribution_agrees_with_the_printed_tables(x: float, degrees: int, share: float):
    assert chi_square_above(x, degrees) == pytest.approx(share, abs=2e-5)


@pytest.mark.parametrize("degrees", [1, 2, 5, 8, 400])
def test_the_distribution_agrees_with_sums_of_squares_drawn_by_chance(degrees: int):
    drawn = np.random.default_rng(3).chisquare(degrees, 200_000)
    for x in (0.5 * degrees, degrees, 1.2 * degrees):
        assert chi_square_above(x, degrees) == pytest.approx((drawn > x).mean(), abs=0.005)
    assert chi_square_above(0, degrees) == 1.0
    assert chi_square_above(1e6, degrees) == 0.0


def test_pearsons_chi_square_of_a_small_table_by_hand():
    found = association(np.array([[20.0, 30.0, 0.0], [30.0, 20.0, 0.0]]))
    assert (found.statistic, found.degrees, found.people, found.few) == (4.0, 1, 100, False)
    assert found.v == pytest.approx(0.2)
    assert found.p == pytest.approx(0.0455, abs=1e-4)
    assert association(np.array([[20.0, 0.0], [30.0, 0.0]])) is None
    assert association(np.array([[4.0, 3.0], [3.0, 4.0]])).few


def people(trucks: int, buses: int) -> list:
    return [said(sort="truck", verdict="s5" if n < trucks else "s1") for n in range(50)] + [
        said(sort="bus", verdict="s5" if n < buses else "s1") for n in range(50)
    ]


def words(frame: pd.DataFrame, rows: str, columns: str, **wish: object) -> str:
    found = on_association(ask(frame, CATALOGUE, rows, columns, **wish))
    return found.in_("en") if found else ""


def test_a_table_says_whether_its_sides_hang_together_and_why_not():
    told = words(frame_of(people(40, 10)), "sort", "satisfaction")
    assert told.startswith(
        "The two sides hang together (chi-square 36.0, 1 degrees of freedom, n = 100, p < 0.001"
    )
    assert "people who chose to answer, not a sample" in told
    assert words(frame_of(people(25, 25)), "sort", "satisfaction").startswith("Chance alone could make")
    few = frame_of([said(sort="truck", verdict="s5"), said(sort="bus", verdict="s1")])
    assert words(few, "sort", "satisfaction").startswith("Too few")
    frame = frame_of(people(40, 10)).assign(heft=2.0)
    assert "takes several answers" in words(frame, "sort", "issue")
    assert "weighted" in words(frame, "sort", "satisfaction", weights="heft")
    assert "mentions" in words(frame, "sort", "satisfaction", measure="mentions")
    assert "scores" in words(frame, "sort", "region", measure="mean:satisfaction")
    assert words(frame, "sort", "all") == words(frame, "sort", "sort") == ""


def test_two_groups_of_people_are_compared_share_by_share():
    """Newcombe's example: 56 of 70 and 48 of 80 differ by 0.2, 0.0524 to 0.3339."""
    one = [said(sort="truck" if n < 56 else "bus") for n in range(70)]
    two = [said(sort="truck" if n < 48 else "bus") for n in range(80)]
    tables = [ask(frame_of(each), CATALOGUE, "all", "sort", percent="row") for each in (one, two)]
    found = differences(*tables)
    assert found.values[0, 0] == pytest.approx(0.2)
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.beyond.tolist() == [[1, -1]]
    assert not found.hidden.any()
    assert "2 are marked" in on_differences(tables[0], found).in_("en")
    same = differences(tables[0], tables[0])
    assert not same.beyond.any()
    assert "none differs" in on_differences(tables[0], same).in_("en")


def test_a_small_base_on_either_side_is_not_compared():
    """29 who all chose the same differ from 80 of whom half did, but they are too few to say so."""
    few = [said(sort="truck") for _ in range(29)]
    many = [said(sort="truck" if n % 2 else "bus") for n in range(80)]
    one, two = (ask(frame_of(each), CATALOGUE, "all", "sort", percent="row") for each in (few, many))
    for found in (differences(one, two), differences(two, one)):
        assert not found.beyond.any()
        assert not found.compared.any()
        assert found.low[0, 0] > 0 or found.high[0, 0] < 0
        assert "No cell has a base of 30" in on_differences(one, found).in_("en")
    more = ask(frame_of([*few, said(sort="truck")]), CATALOGUE, "all", "sort", percent="row")
    assert differences(more, two).beyond.tolist() == [[1, -1]]


def test_what_the_other_table_lacks_is_not_compared_and_counts_have_no_test():
    one = ask(frame_of([said(sort="truck"), said()]), CATALOGUE, "all", "sort", percent="row")
    two = ask(frame_of([said(sort="truck")]), CATALOGUE, "all", "sort", percent="row")
    assert one.columns[-1][0] == "_not_answered"
    assert np.isnan(differences(one, two).values[0, -1])
    counts = ask(frame_of([said(sort="truck")]), CATALOGUE, "all", "sort")
    assert "no intervals" in on_differences(counts, differences(counts, counts)).in_("en")
