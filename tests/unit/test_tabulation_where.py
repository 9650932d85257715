"""A condition leaves in the table those it holds for, and no others."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.campaign.expressions import parse
from survey_app.errors import SurveyError
from survey_app.storage.frames import build
from survey_app.tabulation import Where, ask
from survey_app.tabulation.catalogue import Catalogue
from tests.machinery.counted import CATALOGUE, Person, frame_of, said
from tests.machinery.drawn import campaign, question, questionnaire, stored

PEOPLE = [
    said(place="n1", met=["FINE", "FEE"], sort="bus", verdict="s5", trips=3, words="好", day="2021-05-01"),
    said(place="north", met=["none"], sort="truck", verdict="dk", trips=0, seen={"badge": "did_not"}),
    said(place="s1", met=["hush"], sort="no", wants=["fast"]),
    Person({"place": "road"}, asked=("place",), day=date(2021, 7, 1), channel="paper"),
    said(),
]
FRAME = frame_of(PEOPLE)


@pytest.mark.parametrize(
    ("expression", "held"),
    [
        ("${sort} = 'bus'", [0]),
        ("'bus' = ${sort}", [0]),
        ("${sort} != 'bus'", [1, 2, 3, 4]),
        ("${sort} = ''", [3, 4]),
        ("${sort} = 'no'", [2]),
        ("${sort} = '_refused'", [2]),
        ("${sort} = '_not_asked'", [3]),
        ("${region} = 'north'", [0, 1]),
        ("${region} = 'n1'", [0]),
        ("${place} = 'all'", [0, 1, 2]),
        ("${region} != 'north'", [2, 3, 4]),
        ("${region} = 'road'", [3]),
        ("${region} = '_not_answered'", [4]),
        ("selected(${issue}, 'FINE')", [0]),
        ("selected(${met}, 'none')", [1]),
        ("selected(${issue}, '_refused')", [2]),
        ("selected(${sort}, 'truck')", [1]),
        ("selected(${priority}, 'fast')", [2]),
        ("${met} = ''", [3, 4]),
        ("${met} != ''", [0, 1, 2]),
        ("${trips} > 0", [0]),
        ("0 < ${trips}", [0]),
        ("${trips} <= 0", [1]),
        ("${trips} > -1", [0, 1]),
        ("${trips} = ''", [2, 3, 4]),
        ("${words} = '好'", [0]),
        ("${words} = ''", [1, 2, 3, 4]),
        ("${words} != '好'", [1, 2, 3, 4]),
        ("${day} < '2021-06-01'", [0]),
        ("${day} = ''", [1, 2, 3, 4]),
        ("${date} >= '2021-06-15'", [3]),
        ("${date} < date('2021-06-15')", [0, 1, 2, 4]),
        ("${channel} = 'paper'", [3]),
        ("${questionnaire} = 'road'", [0, 1, 2, 3, 4]),
        ("${seen/badge} = 'did_not'", [1]),
        ("${satisfaction} = 's5' or ${sort} = 'truck'", [0, 1]),
        ("${region} = 'north' and not(${sort} = 'bus')", [1]),
        ("true()", [0, 1, 2, 3, 4]),
        ("false()", []),
    ],
)
def test_a_condition_holds_for_those_it_names(expression: str, held: list[int]):
    mask = Where(parse(expression), CATALOGUE).over(FRAME).mask(FRAME)
    assert mask.nonzero()[0].tolist() == held


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("count-selected(${met}) > 1", "a comparison needs an answer on one side"),
        ("${words} >= '请打1'", "'words' holds free words: compare with = or != and words without"),
        ("${words} = '请打13800138000'", "'words' holds free words"),
        (
            "${verdict} > 3",
            "the answers of 'verdict' are codes, no numbers: compare with = and one of them; there are s5",
        ),
        ("${verdict} = 5", "the answers of 'verdict' are codes"),
        ("${sort} > 'a'", "the answers of 'sort' are codes"),
        ("regex(${words}, 'a')", "regex cannot be asked of a whole table; there are and, or, not"),
        ("${sort} = ${verdict}", "a value written out on the other side"),
        ("${met} = 'FINE'", r"write selected(${met}, 'FINE')"),
        ("selected(${met}, 'FINES')", "has no choice 'FINES'"),
        ("${sort} = 'trucks'", "${sort} has no choice 'trucks': did you mean truck?"),
        ("${region} != 'n9'", "${region} has no choice 'n9'"),
        ("selected(${trips}, '1')", "selected() takes a question with choices"),
        ("${sort}", "a condition compares"),
        ("${date} > 'soon'", "'soon' is no day"),
        ("${sorts} = 'bus'", "did you mean sort?"),
        ("${phone} = '1'", "'phone' is sealed"),
        ("${sort} = ", "column 11"),
    ],
)
def test_what_cannot_be_asked_of_a_table_gets_words(expression: str, words: str):
    with pytest.raises(SurveyError) as caught:
        ask(FRAME, CATALOGUE, "all", "all", where=expression)
    assert words in caught.value.words


def test_a_table_says_its_condition_and_is_of_those_it_holds_for():
    frame = FRAME.assign(heft=[1.0, 2.0, 3.0, 4.0, 5.0])
    table = ask(frame, CATALOGUE, "sort", "all", where="${region} = 'north'", weights="heft")
    assert table.people == 2
    assert table.figures.values is not None
    assert table.figures.values[-1, -1] == 3, "weights go with their respondents"
    assert table.notes[0].in_("en") == "Only these respondents: “Region” is “north”."


def test_dates_of_a_condition_set_the_days_of_the_table():
    table = ask(FRAME, CATALOGUE, "date", "all", where="${date} > '2021-06-15'")
    assert [code for code, _ in table.rows] == ["2021-07-01"]


@pytest.mark.parametrize(
    ("expression", "count"),
    [("${sum} = ''", 1), ("${sum} != ''", 3), ("${sum} = 'many'", 1), ("${sum} > 3", 1), ("${sum} = '2'", 1)],
)
def test_a_value_worked_out_is_held_against_words_as_words_and_against_numbers_as_a_number(
    expression: str, count: int
):
    asked = questionnaire(question("calculate", "sum", calculation="1"), question("text", "x"))
    drawn = campaign(asked)
    rows = [
        stored(asked, given, id=f"{n:032x}")
        for n, given in enumerate(({"sum": 2}, {"sum": 4.5}, {"sum": "many"}, {}))
    ]
    table = ask(
        build(rows, [asked], drawn),
        Catalogue.of(drawn, {"tiny": [asked]}),
        "questionnaire",
        "all",
        where=expression,
    )
    assert table.people == count
