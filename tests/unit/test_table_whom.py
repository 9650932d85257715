"""A table of one place says why a side of regions does not add up to the responses from there."""

from __future__ import annotations

from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.research.tables.state import State
from survey_app.research.tables.whom import named, placed, whose
from survey_app.tabulation import ask
from survey_app.tabulation.table import Table
from tests.machinery.counted import CAMPAIGN, CATALOGUE, frame_of, said

NORTH = Scope(frozenset({"north", "n1", "n2"}))
STATE = State(rows="region", columns="sort", level="prefecture")


def of_north(*places: str | None) -> Table:
    """Responses from the north, by where the matter happened; whoever does not say that is counted by their home."""
    people = [said(place=place, home="north") if place else said(home="north") for place in places]
    return ask(frame_of(people), CATALOGUE, "region", "sort", level="prefecture")


def test_the_line_says_how_many_are_in_no_region_that_is_shown():
    (note,) = placed(of_north("n1", "n2", None, "s1", "road"), CATALOGUE, STATE, NORTH)
    assert "5 人中有 3 人" in note.in_("zh")
    assert "3 of 5 respondents" in note.in_("en")


def test_where_everything_adds_up_nothing_is_said():
    assert placed(of_north("n1", "n2"), CATALOGUE, STATE, NORTH) == []
    assert placed(of_north("n1", None), CATALOGUE, STATE, EVERYWHERE) == []


def test_whose_answers_they_are_is_said_for_a_group_a_place_and_everybody():
    assert "Group 1" in whose(CAMPAIGN, NORTH, "").in_("en")
    assert "north区" in whose(CAMPAIGN, NORTH, "").in_("zh")
    assert "Group 2" in whose(CAMPAIGN, EVERYWHERE, "group:g2").in_("en")
    assert whose(CAMPAIGN, EVERYWHERE, "n1").in_("zh") == "只计来自“n1区”的答卷。"
    assert "所有地区" in whose(CAMPAIGN, EVERYWHERE, "").in_("zh")


def test_the_sides_of_a_comparison_are_called_by_their_place_or_their_days():
    assert named(CAMPAIGN, EVERYWHERE, State(place="n1", versus="south")).in_("zh") == "n1区"
    assert named(CAMPAIGN, NORTH, State(versus="n1")).in_("en") == "Group 1"
    days = State(from_="2021-06-01", to="2021-06-10", versus_from="2021-06-11")
    assert named(CAMPAIGN, EVERYWHERE, days).in_("zh") == "2021-06-01 至 2021-06-10"
    assert named(CAMPAIGN, EVERYWHERE, State(versus_to="2021-06-10")).in_("zh") == "全部日期"
