"""A small base is marked where figures stand on it, in whichever direction shares go, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from survey_app.campaign.texts import Text
from survey_app.exporting.charts import Comparison, as_svg
from survey_app.research.tables.counted import Counted
from survey_app.research.tables.state import State
from survey_app.tabulation import Table, as_frame, as_text, ask
from survey_app.tabulation.beside import beside, in_lines
from survey_app.tabulation.chance import differences, on_small
from survey_app.tabulation.words import SMALL_SAMPLE, phrase
from tests.machinery.counted import CAMPAIGN, CATALOGUE, REGIONS, frame_of, said
from tests.unit.test_charts import MAPPED, texts

PEOPLE = [
    *(said(home="north", sort="bus") for _ in range(40)),
    *(said(home="south", sort="bus") for _ in range(3)),
    *(said(home="south", sort="truck") for _ in range(4)),
]
NAMES = (Text({"zh": "本组", "en": "own"}), Text({"zh": "广元", "en": "other"}))
STAR = phrase(SMALL_SAMPLE, least=30)


def counted(rows: str = "home_region", columns: str = "sort", people: list = PEOPLE, **asked: str) -> Table:
    return ask(frame_of(people), CATALOGUE, rows, columns, **asked)


def marked(table: Table) -> tuple[list[str], list[str], bool]:
    """The codes of the rows and the columns that are marked, and whether all is."""
    rows, columns = (
        [code for (code, _), small in zip(side, stars, strict=True) if small]
        for side, stars in ((table.rows, table.small_rows), (table.columns, table.small_columns))
    )
    return rows, columns, table.is_small


@pytest.mark.parametrize(
    ("asked", "rows", "columns"),
    [
        ({}, ["south"], ["truck"]),
        ({"percent": "row"}, ["south"], []),
        ({"percent": "column"}, [], ["truck"]),
        ({"percent": "total"}, [], []),
        ({"measure": "mentions", "percent": "column"}, [], ["truck"]),
    ],
)
def test_the_line_that_figures_stand_on_is_marked(asked: dict[str, str], rows: list[str], columns: list[str]):
    table = counted(**asked)
    assert marked(table) == (rows, columns, False)
    assert (STAR in table.notes) == bool(rows or columns)
    stars = as_text(table, "en").partition("* small")[0].count("*")
    assert stars == len(rows) + len(columns)


def test_the_row_of_who_did_not_answer_is_marked_by_its_base_too():
    """It carries shares of its own."""
    table = counted(people=[*PEOPLE, *(said(sort="bus") for _ in range(6))], percent="row")
    assert marked(table)[0] == ["south", "_not_answered"]


def test_shares_of_all_are_marked_at_the_base_of_all():
    table = counted(people=PEOPLE[20:], percent="total")
    assert marked(table) == ([], [], True)
    assert STAR in table.notes
    assert "27*" in as_text(table, "en")
    assert "占全部百分比*" in texts(as_svg(table, "bars", CAMPAIGN, "zh"))


def test_a_chart_of_one_column_is_starred_at_what_its_figures_are():
    """The column has no label there."""
    table = counted("sort", "all", PEOPLE[20:], percent="column")
    words = texts(as_svg(table, "bars", CAMPAIGN, "zh"))
    assert "占本列百分比*" in words
    assert words.count("*") == 2, "the other star says what it stands for"


def test_a_score_stands_on_those_who_gave_it_and_a_share_on_those_who_were_offered_it():
    scored = counted(people=[said(home="north", sort="bus", verdict="s5"), *PEOPLE], measure="mean")
    assert scored.figures.bases is not None
    assert scored.figures.bases[0].tolist() == scored.figures.counts[0].tolist()
    both = [said(sort="bus", met=["FINE"]), said(sort="bus", met=["FEE"], saw=["odd"])]
    shares = ask(frame_of(both), CATALOGUE, "issue", "sort", percent="column")
    assert shares.figures.bases is not None
    assert shares.values is not None
    codes = [code for code, _ in shares.rows]
    column = [code for code, _ in shares.columns].index("bus")
    assert shares.figures.bases[codes.index("ODD"), column] == 1, "only one answered what offers it"
    assert shares.figures.bases[codes.index("FEE"), column] == 2


SHOWN_TWO_LISTS = [
    *(said(home="north", met=["FINE"]) for _ in range(40)),
    *(said(home="north", met=["FEE"], saw=["odd"]) for _ in range(4)),
]


def test_a_share_of_fewer_than_its_row_says_of_how_many_and_is_starred_by_that():
    table = counted("home_region", "issue", SHOWN_TWO_LISTS, percent="row")
    odd, fine = ([code for code, _ in table.columns].index(code) for code in ("ODD", "FINE"))
    assert table.own_bases[0, odd] == table.own_bases[-1, odd] == 4
    assert np.isnan(table.own_bases[0, fine])
    assert table.small_cells[0, odd]
    assert not table.small_rows.any()
    assert STAR in table.notes
    assert "n=4/4*" in as_text(table, "en")
    assert table.to_json_dict()["bases"][0][odd] == 4
    frame = as_frame(table, "en")
    labels = [dict(table.columns)[code].in_("en") for code in ("FINE", "ODD")]
    beside_them = [f"{label} ({part})" for label in labels for part in ("n", "base")]
    assert frame.loc[0, beside_them].tolist() == [40, 44, 4, 4]
    assert "100.0%*" in texts(as_svg(table, "heat", MAPPED, "zh"))


def test_the_bases_of_weighted_shares_are_people():
    frame = frame_of(PEOPLE).assign(heft=0.5)
    table = ask(frame, CATALOGUE, "home_region", "sort", percent="row", weights="heft")
    assert table.figures.bases is not None
    assert table.figures.bases[:2, 0].tolist() == [40, 7]


def test_the_total_of_shares_counts_those_who_are_in_them():
    people = [*PEOPLE, *(said(sort="bus") for _ in range(5))]
    for percent, share in (("column", 1), ("total", 43 / 47), ("row", 43 / 47)):
        table = counted(people=people, percent=percent)
        assert table.shared[1] == table.column_base[1] == 43, percent
        assert (table.everyone_people, table.everyone_base) == (47, 47), percent
        assert table.figures[-1, 1].values == pytest.approx(share), percent
        bases = [
            line.split()[-1] for line in as_text(table, "en").splitlines() if line[:5] in ("Total", "Base ")
        ]
        assert bases == ["47", "47"]
    whole = counted(people=people)
    assert (whole.shared[1], whole.everyone_people) == (48, 52), "a count stays what it is"
    met = [said(met=["FINE", "FEE"], sort="bus"), said(sort="bus")]
    assert counted("issue", people=met, percent="column").shared[1] == 1
    assert counted("issue", people=met, percent="column", measure="mentions").shared[1] == 2


def test_a_figure_is_starred_where_what_it_is_compared_with_is_of_few():
    own, other = (counted("sort", "all", people, percent="column") for people in (PEOPLE, PEOPLE[-9:]))
    found = differences(own, other)
    assert found.small[:2].all()
    assert on_small(found) is not None
    assert on_small(differences(other, own)) is None
    assert in_lines(own, other, "en").count("%* = ") == 2
    told = beside(own, other, NAMES[1], "en")
    assert told.columns[4:6].tolist() == ["All (beyond chance)", "All (a base under 30)"]
    assert told.iloc[:2, 4].tolist() == ["", ""], "a star there would read as significance"
    assert told.iloc[:2, 5].tolist() == beside(other, own, NAMES[0], "en").iloc[:2, 5].tolist() == ["*", "*"]
    tests = Counted(MAPPED, State(), own, Comparison(other, NAMES)).tests
    assert on_small(found) in tests


def test_counts_are_compared_without_a_star():
    found = differences(counted("sort", "all"), counted("sort", "all", PEOPLE[-9:]))
    assert not found.small.any()


@pytest.mark.parametrize(("kind", "stars"), [("bars", 4), ("heat", 4), ("stacked", 1)])
def test_charts_star_the_other_figure_or_where_they_write_none_its_name(kind: str, stars: int):
    asked = {"rows": "home_region", "columns": "sort", "percent": "row"}
    people = [said(home=home, sort=sort) for home in ("north", "south") for sort in ("bus", "truck")]
    own, other = counted(people=people * 20, **asked), counted(people=people, **asked)
    words = texts(as_svg(own, kind, MAPPED, "zh", against=Comparison(other, NAMES)))
    assert "对照数字后的*" in words
    assert words.count("*") == stars + 1
    assert ("广元*" in words) is (kind == "stacked")


def test_a_tile_has_the_star_of_its_row():
    regions = {code: replace(region, short=Text("S")) for code, region in REGIONS.by_code.items()}
    campaign = replace(MAPPED, regions=replace(REGIONS, by_code=regions))
    words = texts(as_svg(counted(percent="row"), "tiles", campaign, "en"))
    assert "S*" in words
    assert words.count("*") == 3, "one on each of two columns, and the note"
