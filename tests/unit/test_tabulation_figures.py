"""Shares, intervals, means, satisfaction and weights say what they claim to say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.errors import SurveyError
from survey_app.tabulation import Catalogue, Measure, ask, tabulate
from survey_app.tabulation.intervals import is_small, wilson
from tests.machinery.counted import (
    CAMPAIGN,
    CATALOGUE,
    QUESTIONS,
    Person,
    campaign,
    frame_of,
    questionnaire,
    said,
)


def cell(table, row: str, column: str, of: str = "values") -> float:
    codes = ([code for code, _ in table.rows].index(row), [code for code, _ in table.columns].index(column))
    return getattr(table.figures, of)[codes]


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0, 10, 0, 0.2775), (1, 10, 0.7225, 1), (0.5, 10, 0.2366, 0.7634), (352 / 854, 854, 0.3796, 0.4455)],
)
def test_wilsons_interval_has_the_published_ends(share: float, n: int, low: float, high: float):
    found = wilson(share, n)
    assert found == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_nobody_and_all(counts: tuple[int, int]):
    made, n = counts
    low, high = wilson(made / n, n)
    assert 0 <= low <= made / n + 1e-12
    assert made / n - 1e-12 <= high <= 1


def test_a_share_of_nobody_has_no_interval():
    assert np.isnan(wilson([0.5, np.nan], [0, 10])).all()


def test_nobody_is_no_small_sample():
    assert is_small([0, 1, 29, 30]).tolist() == [False, True, True, False]


THREE = [
    said(place="n1", sort="bus"),
    said(place="n1", sort="truck"),
    said(place="s1", sort="bus"),
    said(sort="bus"),
]


@pytest.mark.parametrize(
    ("percent", "share", "base"), [("row", 1 / 2, 2), ("column", 1 / 2, 2), ("total", 1 / 3, 3)]
)
def test_shares_are_of_those_who_answered_both(percent: str, share: float, base: int):
    table = ask(frame_of(THREE), CATALOGUE, "region", "sort", level="county", percent=percent)
    assert cell(table, "n1", "bus") == pytest.approx(share)
    assert (cell(table, "n1", "bus", "low"), cell(table, "n1", "bus", "high")) == pytest.approx(
        wilson(share, base)
    )


def test_the_total_of_shares_of_rows_leaves_out_who_gave_no_region():
    """A note says that they are outside the base, so they are in no total either."""
    table = ask(frame_of(THREE), CATALOGUE, "region", "sort", level="county", percent="row")
    codes = [code for code, _ in table.columns]
    assert table.figures.values is not None
    assert table.figures.values[-1, codes.index("bus")] == pytest.approx(2 / 3)
    assert (table.everyone_people, table.everyone_base, table.base) == (3, 3, 3)
    assert table.row_bases[-1] == 4, "with or without a region"


def test_the_margins_of_shares_are_those_who_answered():
    """Of the total and of the columns' bases; never a share of more people than the base holds."""
    frame = frame_of([*THREE, said(place="s1")])
    shares = {
        p: ask(frame, CATALOGUE, "region", "sort", level="county", percent=p)
        for p in ("row", "column", "total")
    }
    last = {p: table.figures.values[-1, [0, 1, -1]].tolist() for p, table in shares.items()}
    assert last["row"] == pytest.approx([1 / 3, 2 / 3, 1]), "those who gave a region too"
    assert last["column"] == [1, 1, 1]
    assert last["total"] == pytest.approx([1 / 3, 2 / 3, 1]), "those who answered both"
    down = {p: table.figures.values[[0, 2], -1].tolist() for p, table in shares.items()}
    assert down["row"] == [1, 1]
    assert down["column"] == [2 / 4, 2 / 4], "of the four who gave a region"
    assert down["total"] == pytest.approx([2 / 3, 1 / 3])


def test_a_row_of_who_did_not_answer_is_outside_the_shares_of_columns():
    table = ask(frame_of(THREE), CATALOGUE, "region", "sort", level="county", percent="column")
    assert cell(table, "_not_answered", "bus", "counts") == 1
    assert np.isnan(cell(table, "_not_answered", "bus"))
    assert np.isnan(cell(table, "_not_answered", "bus", "low"))


def test_shares_of_a_multiple_choice_have_respondents_as_base_and_of_mentions_mentions():
    people = [said(met=["FINE", "FEE"]), said(met=["FINE"]), said(met=["none"]), said(met=["none"])]
    by_people = ask(frame_of(people), CATALOGUE, "all", "issue", percent="row")
    by_mentions = ask(frame_of(people), CATALOGUE, "all", "issue", percent="row", measure="mentions")
    assert cell(by_people, "all", "FINE") == 2 / 4
    assert cell(by_mentions, "all", "FINE") == pytest.approx(2 / 3)
    assert by_mentions.figures.low is None, (
        "mentions of one person come together: chance has no simple measure"
    )
    assert any("3 mentions by 4 respondents" in note.in_("en") for note in by_mentions.notes)


SCORED = [
    said(place="n1", verdict="s5"),
    said(place="n1", verdict="s1"),
    said(place="n1", verdict="dk"),
    said(place="s1"),
]


def test_do_not_know_is_outside_the_mean_and_the_table_says_how_many_are():
    table = ask(frame_of(SCORED), CATALOGUE, "region", "all", level="county", measure="mean:verdict")
    assert cell(table, "n1", "all") == 3
    assert cell(table, "n1", "all", "counts") == 2
    assert table.base == 2
    assert np.isnan(cell(table, "s1", "all"))
    assert any(note.in_("en").startswith("2 gave “verdict” no score") for note in table.notes)


def test_the_satisfaction_rate_is_the_satisfied_among_all_with_a_verdict():
    table = ask(frame_of(SCORED), CATALOGUE, "region", "all", level="county", measure="satisfied")
    assert cell(table, "n1", "all") == 1 / 2
    assert (cell(table, "n1", "all", "low"), cell(table, "n1", "all", "high")) == pytest.approx(
        wilson(0.5, 2)
    )


def test_the_mean_of_a_region_comes_from_records_not_from_its_parts_means():
    people = [said(place="n1", verdict="s5"), said(place="n2", verdict="s1"), said(place="n2", verdict="s1")]
    table = ask(frame_of(people), CATALOGUE, "region", "all", level="prefecture", measure="mean")
    assert cell(table, "north", "all") == pytest.approx(7 / 3)


def test_a_side_that_is_itself_the_scale_becomes_everyone():
    across = ask(frame_of(SCORED), CATALOGUE, "region", "verdict", level="county", measure="mean")
    down = ask(frame_of(SCORED), CATALOGUE, "verdict", "region", level="county", measure="mean")
    assert [code for code, _ in across.columns] == ["all"]
    assert [code for code, _ in down.rows] == ["all"]
    assert across.measure.name == down.measure.name == "mean:verdict"


def test_a_question_that_takes_a_number_has_a_mean():
    people = [said(trips=2), said(trips=4), said()]
    table = ask(frame_of(people), CATALOGUE, "all", "all", measure="mean:trips")
    assert cell(table, "all", "all") == 3
    assert cell(table, "all", "all", "counts") == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"measure": "mean:sort"}, "no scores"),
        ({"measure": "mean:verdict", "percent": "row"}, "leave one out"),
        ({"measure": "satisfied:trips"}, "does not say from which score"),
        ({"measure": "median"}, "there is no measure 'median'"),
        ({"measure": "mentions:verdict"}, "there is no measure"),
        ({"measure": "meen:verdict"}, "did you mean mean?"),
        ({"percent": "rows"}, "ask for row, column or total"),
    ],
)
def test_a_measure_that_makes_no_sense_gets_words(asked: dict[str, str], words: str):
    with pytest.raises(SurveyError, match=words.replace("?", r"\?")):
        ask(frame_of(SCORED), CATALOGUE, "all", "all", **asked)


def test_the_measure_share_is_respondents_as_a_share_of_the_row():
    table = ask(frame_of(THREE), CATALOGUE, "all", "sort", measure="share")
    assert (table.measure.name, table.percent) == ("respondents", "row")
    assert cell(table, "all", "bus") == 3 / 4


def test_scales_that_disagree_on_a_score_have_no_mean_together():
    other = questionnaire("other", verdict={"choices": [{"name": "s5", "label": "s5", "score": 1}]})
    road = questionnaire()
    both = Catalogue.of(campaign(road, other), {"road": [road], "other": [other]})
    with pytest.raises(SurveyError, match="give 's5' of the role satisfaction the scores 5 and 1"):
        both.scale("satisfaction")


def test_weights_change_the_figures_and_leave_counts_and_bases_as_people():
    frame = frame_of(THREE).assign(heft=[3.0, 1.0, 1.0, 0.0])
    table = ask(frame, CATALOGUE, "region", "sort", level="county", percent="row", weights="heft")
    assert cell(table, "n1", "bus") == 3 / 4
    assert cell(table, "n1", "bus", "counts") == 1
    assert table.row_base.tolist()[0] == 2
    assert (cell(table, "n1", "bus", "low"), cell(table, "n1", "bus", "high")) == pytest.approx(
        wilson(0.75, 16 / 10)
    )
    assert any("4 respondents are worth about 2.3" in note.in_("en") for note in table.notes)


def test_weighted_respondents_stand_beside_the_counts():
    frame = frame_of(THREE).assign(heft=[3.0, 1.0, 1.0, 0.5])
    written = ask(frame, CATALOGUE, "all", "sort", weights="heft").to_json_dict()
    assert written["counts"] == [[1, 3]]
    assert written["values"] == [[1.0, 4.5]]


def test_mentions_are_weighted_by_people():
    people = [said(wants=["fair", "fast"]), said(wants=["fair"])]
    table = ask(
        frame_of(people).assign(heft=[3.0, 1.0]),
        CATALOGUE,
        "all",
        "wants",
        measure="mentions",
        weights="heft",
    )
    assert (cell(table, "all", "fair"), cell(table, "all", "fast")) == (4, 3)
    assert any("2 respondents are worth about 1.6" in note.in_("en") for note in table.notes)


def test_a_weighted_mean_weighs_scores():
    frame = frame_of(SCORED)
    table = ask(
        frame, CATALOGUE, "all", "all", measure="mean", weights=pd.Series([3.0, 1.0, 9.0, 9.0], name="heft")
    )
    assert cell(table, "all", "all") == 4


def test_a_weighted_satisfaction_rate_rests_on_the_effective_number_of_verdicts():
    people = [said(verdict="s5"), said(verdict="s1"), said(verdict="dk")]
    weights = pd.Series([3.0, 1.0, 7.0], name="heft")
    table = ask(frame_of(people), CATALOGUE, "all", "all", measure="satisfied", weights=weights)
    assert cell(table, "all", "all") == 3 / 4
    assert (cell(table, "all", "all", "low"), cell(table, "all", "all", "high")) == pytest.approx(
        wilson(0.75, 1.6)
    )


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (pd.Series([1.0, 2.0]), "2 weights for 4 respondents"),
        (pd.Series([1.0, -1.0, np.nan, np.inf]), "missing, negative or endless for 3 of 4"),
        (pd.Series(["a", "b", "c", "d"], name="heft"), "'heft' is no weight"),
        ("nowhere", "no column 'nowhere'"),
    ],
)
def test_unusable_weights_get_words(weights, words: str):
    with pytest.raises(SurveyError, match=words):
        ask(frame_of(THREE), CATALOGUE, "all", "sort", weights=weights)


def test_a_measure_needs_its_scale_and_no_other():
    with pytest.raises(ValueError, match="measure mean"):
        Measure("mean")


def test_two_lists_of_several_answers_are_counted_together():
    people = [
        said(met=["FINE"], wants=["fair", "fast"]),
        said(met=["FINE", "FEE"], wants=["fast"]),
        said(met=["FEE"]),
    ]
    table = ask(frame_of(people), CATALOGUE, "issue", "priority")
    assert cell(table, "FINE", "fair", "counts") == 1
    assert cell(table, "FINE", "fast", "counts") == 2
    assert cell(table, "FEE", "_not_answered", "counts") == 1
    assert table.base == 2


def test_an_issue_by_itself_counts_who_met_both():
    people = [said(met=["FINE", "FEE"]), said(met=["FINE"])]
    table = ask(frame_of(people), CATALOGUE, "issue", "issue")
    assert cell(table, "FINE", "FINE", "counts") == 2
    assert cell(table, "FINE", "FEE", "counts") == cell(table, "FEE", "FINE", "counts") == 1


def test_a_checklist_counts_the_issues_that_were_not_done():
    people = [said(seen={"badge": "did_not", "receipt": "did"}), said(seen={"badge": "did"})]
    table = ask(frame_of(people), CATALOGUE, "issue_check", "all", percent="column")
    assert cell(table, "RUDE", "all") == 1 / 2
    assert cell(table, "FEE", "all") == 0
    assert cell(table, "FEE", "all", "high") == pytest.approx(wilson(0, 1)[1])


def test_a_share_of_an_issue_is_of_those_who_answered_a_list_that_offers_it():
    people = [said(met=["FINE"]), said(met=["none"]), said(met=["hush"], saw=["rude"]), said(saw=["odd"])]
    frame = frame_of(people)
    table = ask(frame, CATALOGUE, "issue", "all", percent="column")
    shares = {code: cell(table, code, "all") for code, _ in table.rows}
    assert shares == {"FINE": 1 / 2, "FEE": 0, "RUDE": 1 / 2, "ODD": 1 / 2}
    assert cell(table, "RUDE", "all", "low") == pytest.approx(wilson(1 / 2, 2)[0])
    assert table.base == 4
    assert "answered a question that offers it" in " ".join(note.in_("en") for note in table.notes)
    turned = ask(frame, CATALOGUE, "all", "issue", percent="row")
    assert {code: cell(turned, "all", code) for code, _ in turned.columns} == shares
    by_category = ask(frame, CATALOGUE, "issue", "all", scheme="three", percent="total")
    assert (cell(by_category, "MONEY", "all"), cell(by_category, "MANNER", "all")) == (1 / 2, 1 / 2)


def test_a_share_of_issues_without_a_category_is_of_all_who_answered():
    people = [said(saw=["odd"]), said(saw=["rude"]), said(saw=["odd", "rude"]), said(met=["none"]), said()]
    table = ask(frame_of(people), CATALOGUE, "issue", "all", scheme="three", percent="column")
    assert cell(table, "_unknown", "all", "counts") == 2
    assert cell(table, "_unknown", "all") == 2 / 4
    mentions = ask(frame_of(people), CATALOGUE, "issue", "all", scheme="three", measure="mentions")
    assert cell(mentions, "_unknown", "all", "counts") == 2


def test_who_was_never_asked_of_an_issue_has_not_said_no():
    road = questionnaire()
    kept = ("FINE", "none")
    choices = [choice for choice in QUESTIONS[2]["choices"] if choice["name"] in kept]
    city = questionnaire("city", "firm", met={"choices": choices}, saw={"role": None})
    both = Catalogue.of(campaign(road, city), {"road": [road], "city": [city]})
    parts = [
        frame_of([said(met=["FINE"], saw=["rude"]), said(met=["none"], saw=["odd"])], each).filter(
            regex="^(_|role:)"
        )
        for each in (road, city)
    ]
    frame = pd.concat([part.astype({"_questionnaire": object, "_audience": object}) for part in parts])
    shares = ask(frame, both, "issue", "audience", percent="column")
    assert cell(shares, "FINE", "firm") == cell(shares, "RUDE", "driver") == 1 / 2
    assert np.isnan(cell(shares, "RUDE", "firm"))
    assert np.isnan(cell(shares, "RUDE", "firm", "high"))
    assert cell(shares, "FEE", "driver", "high") == pytest.approx(wilson(0, 2)[1])
    assert ask(frame, both, "issue", "all", percent="column").figures.values[2, 0] == 1 / 2


def test_issues_that_nobody_was_asked_of_are_named():
    only = Catalogue.of(CAMPAIGN, {"road": [questionnaire(saw={"role": None})]})
    frame = frame_of([said(met=["FINE"])], questionnaire(saw={"role": None}))
    notes = [note.in_("en") for note in ask(frame, only, "issue", "all").notes]
    assert "Of “Issue”, 2 were never asked here, so their 0 says nothing: “rude”, “odd”." in notes
    assert not any("never asked" in n.in_("en") for n in ask(frame, CATALOGUE, "all", "home_region").notes)


def test_frames_of_two_questionnaires_are_counted_by_role_together():
    road, city = questionnaire(), questionnaire("city", "firm")
    both = Catalogue.of(campaign(road, city), {"road": [road], "city": [city]})
    people = [Person({"place": "n1", "verdict": "s5"})]
    parts = [frame_of(people, each).filter(regex="^(_|role:)") for each in (road, city)]
    frame = pd.concat([part.astype({"_questionnaire": object, "_audience": object}) for part in parts])
    table = ask(frame, both, "questionnaire", "region", level="county")
    assert cell(table, "road", "n1", "counts") == cell(table, "city", "n1", "counts") == 1
    assert [label.in_("zh") for _, label in table.rows] == ["道路问卷（road）", "道路问卷（city）"]
    assert [label.in_("en") for _, label in table.rows] == ["The road", "The city"]
    assert table.questionnaires == {"road": road.version, "city": city.version}


def test_answers_to_an_earlier_version_are_said_to_be_so():
    now = questionnaire()
    before = questionnaire(sort={"choices": [{"name": "truck", "label": "Truck"}]})
    catalogue = Catalogue.of(CAMPAIGN, {"road": [before, now]})
    only_before = frame_of([said(sort="truck")], before)
    assert ask(only_before, catalogue, "sort", "all").questionnaires == {"road": before.version}
    mixed = pd.concat(
        [only_before.astype({"_version": object}), frame_of([said(sort="bus")]).astype({"_version": object})]
    )
    table = ask(mixed, catalogue, "sort", "all")
    assert table.questionnaires == {"road": now.version}
    assert any(before.version in note.in_("en") and now.version in note.in_("en") for note in table.notes)


def test_two_answers_of_one_wording_are_told_apart_by_their_codes():
    worded = [{"name": name, "label": label} for name, label in (("lorry", "Truck"), ("bus", "Bus"))]
    now = questionnaire(sort={"choices": worded})
    before = questionnaire(sort={"choices": [{"name": "truck", "label": "Truck"}]})
    catalogue = Catalogue.of(CAMPAIGN, {"road": [before, now]})
    table = ask(frame_of([said(sort="lorry")], now), catalogue, "sort", "all")
    labels = [label.in_("en") for _, label in table.rows]
    assert labels == ["Truck (lorry)", "Bus", "Truck (truck)"]


def test_tabulate_takes_variables_without_names():
    table = tabulate(frame_of(THREE), CATALOGUE.variable("sort"), CATALOGUE.variable("all"))
    assert table.counts.ravel().tolist() == [1, 3]
