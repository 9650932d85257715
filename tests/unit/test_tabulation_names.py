"""What a table can be asked for by name, and the words for what it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from survey_app.campaign.campaign import TableWish
from survey_app.campaign.regions import Region
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.tabulation import Catalogue, ask, ask_wish
from tests.machinery.counted import CATALOGUE, REGIONS, ROAD, Person, campaign, frame_of, questionnaire, said


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_every_name_the_catalogue_offers_makes_a_table(name: str):
    table = ask(frame_of([said()]), CATALOGUE, name, "all")
    assert table.figures.counts[-1, -1] == table.people == 1


def test_a_role_comes_before_a_question_of_the_same_name():
    named = questionnaire(place={"name": "issue"})
    catalogue = Catalogue.of(campaign(named), {"road": [named]})
    assert catalogue.variable("issue").several, "the issues, not the question on the place"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sorts", "there is no question, role or column 'sorts': did you mean sort?"),
        ("zzz", "there are region, home_region, issue"),
        ("seen", "'seen' is a checklist; name one of its rows: seen/badge, seen/receipt"),
        ("trend", "no question here has the role trend; there are region"),
        (
            "trips",
            "'trips' takes a number; sides of a table are choices, regions and dates: a measure can be mean:trips",
        ),
        ("words", "'words' takes free words"),
        ("phone", "'phone' is sealed"),
        ("contact", "no question here has the role contact"),
        ("how", "'how' is asked several times, in 'visits'"),
    ],
)
def test_a_name_that_cannot_be_a_side_gets_words(name: str, words: str):
    with pytest.raises(SurveyError) as caught:
        ask(frame_of([]), CATALOGUE, name, "all")
    assert words in caught.value.words


def test_questions_of_several_questionnaires_are_not_taken_for_one_another():
    road, city = questionnaire(), questionnaire("city")
    both = Catalogue.of(campaign(road, city), {"road": [road], "city": [city]})
    with pytest.raises(NotFound, match="questions can be named when one questionnaire is asked for"):
        both.variable("sort")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"level": "countie"}, "there is no level 'countie' of regions: did you mean county?"),
        ({"scheme": "tree"}, "there is no issue scheme 'tree': did you mean three?"),
        ({"period": "weak"}, "there is no period 'weak': did you mean week?"),
    ],
)
def test_an_unknown_level_scheme_or_period_gets_words(asked: dict[str, str], words: str):
    name = {"level": "region", "scheme": "issue", "period": "date"}[next(iter(asked))]
    with pytest.raises(NotFound) as caught:
        ask(frame_of([]), CATALOGUE, name, "all", **asked)
    assert words in caught.value.words


@pytest.mark.parametrize("asked", [{"level": "county"}, {"scheme": "three"}, {"period": "week"}])
def test_what_would_do_nothing_is_not_passed_over(asked: dict[str, str]):
    with pytest.raises(SurveyError, match="leave it out"):
        ask(frame_of([]), CATALOGUE, "sort", "all", **asked)


def test_a_region_is_shown_at_the_deepest_level_its_question_asks_for():
    county = ask(frame_of([]), CATALOGUE, "region", "all")
    prefecture = ask(frame_of([]), CATALOGUE, "home_region", "all")
    question = ask(frame_of([]), CATALOGUE, "home", "all")
    assert [code for code, _ in county.rows] == ["n1", "n2", "s1", "road"]
    assert [code for code, _ in prefecture.rows] == [code for code, _ in question.rows] == ["north", "south"]


def test_a_question_of_one_part_of_the_country_shows_that_part():
    local = questionnaire(place={"within": "north"})
    catalogue = Catalogue.of(campaign(local), {"road": [local]})
    table = ask(frame_of([said(place="n2")], local), catalogue, "region", "all", level="county")
    assert [code for code, _ in table.rows] == ["n1", "n2", "road"]
    above = ask(frame_of([said(place="n2")], local), catalogue, "region", "all", level="province")
    assert [code for code, _ in above.rows] == ["all", "road"]


def test_a_region_in_no_group_has_a_row_that_says_so():
    table = ask(frame_of([said(place="all"), said(place="s1")]), CATALOGUE, "region", "all", level="group")
    assert [code for code, _ in table.rows] == ["g1", "g2", "road", "all"]
    assert table.rows[-1][1].in_("en") == "all (in no research group)"
    assert table.counts.ravel().tolist() == [0, 1, 0, 1]


def test_a_region_with_nothing_below_it_is_not_said_to_lack_a_closer_place():
    island = Region("island", Text({"en": "Island"}), "prefecture", "all")
    regions = replace(REGIONS, by_code={**REGIONS.by_code, "island": island})
    catalogue = Catalogue.of(replace(campaign(ROAD), regions=regions), {"road": [ROAD]})
    frame = frame_of([]).reindex([0]).assign(**{"role:region": "island"})
    table = ask(frame, catalogue, "region", "all", level="county")
    assert table.rows[-1] == ("island", Text({"en": "Island"}))


def test_a_missing_code_counts_as_not_answered():
    frame = frame_of([said(sort="bus"), said(sort="bus")])
    frame["sort"] = frame["sort"].where([True, False])
    table = ask(frame, CATALOGUE, "sort", "all")
    assert table.counts.ravel().tolist() == [0, 1, 1]
    assert table.rows[-1][0] == "_not_answered"


def test_a_rows_label_names_the_checklist_and_the_row():
    assert CATALOGUE.variable("seen/badge").label.in_("en") == "seen: Badge"


def test_an_issue_of_a_scheme_is_named_in_both_languages():
    label = CATALOGUE.variable("issue", scheme="three").label
    assert label.in_("zh") == "突出问题 · Three kinds"


def test_channels_and_languages_are_shown_with_their_words():
    people = [Person(), Person(channel="qr:N1"), Person(channel="paper")]
    table = ask(frame_of(people), CATALOGUE, "channel", "language")
    rows = [(code, label.in_("zh")) for code, label in table.rows]
    assert rows[:4] == [("web", "网页"), ("paper", "纸质"), ("visit", "走访"), ("import", "导入")]
    assert rows[4:] == [("qr:N1", "qr:N1")]
    assert table.counts[:, 0].tolist() == [1, 1, 0, 0, 1]
    assert [(code, label.in_("en")) for code, label in table.columns] == [("zh", "中文"), ("en", "English")]


def test_a_date_question_is_counted_by_week_and_says_who_gave_none():
    people = [said(day="2021-01-03"), said(day="2021-01-04"), said()]
    table = ask(frame_of(people), CATALOGUE, "day", "all", period="week")
    assert [code for code, _ in table.rows] == ["2020-W53", "2021-W01", "_not_answered"]
    assert table.counts.ravel().tolist() == [1, 1, 1]


def test_an_answer_that_is_no_date_is_unknown_not_lost():
    table = ask(frame_of([said(day="yesterday")]), CATALOGUE, "day", "all")
    assert [code for code, _ in table.rows] == ["_unknown"]


def test_days_that_would_fill_a_library_are_refused_with_words():
    people = [Person(day=date(1021, 6, 1)), Person(day=date(2021, 6, 1))]
    with pytest.raises(SurveyError, match="more than 3700: ask for months"):
        ask(frame_of(people), CATALOGUE, "date", "all")


def test_a_table_the_campaign_wishes_for_is_made_as_it_says():
    wish = TableWish.model_validate(
        {
            "name": "kinds",
            "label": {"zh": "各地问题", "en": "Kinds by place"},
            "rows": "region",
            "columns": "issue",
            "level": "prefecture",
            "scheme": "three",
            "percent": "row",
            "where": "${sort} = 'bus'",
        }
    )
    people = [said(place="n1", met=["FINE"], sort="bus"), said(place="n1", met=["FEE"], sort="truck")]
    table = ask_wish(frame_of(people), CATALOGUE, wish)
    assert table.title.in_("en") == "Kinds by place"
    assert [code for code, _ in table.columns] == ["MONEY", "MANNER", "NOBODYS"]
    assert table.people == 1


def test_a_frame_made_for_something_else_gets_words():
    with pytest.raises(SurveyError, match="no column 'sort'"):
        ask(frame_of([said()]).drop(columns=["sort"]), CATALOGUE, "sort", "all")
