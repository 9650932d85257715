"""The one judge of answers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.campaign.answers import Checked, check
from survey_app.campaign.campaign import Campaign, CampaignFile
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.regions import Region, Regions
from survey_app.campaign.texts import Text

NOW = datetime(2021, 6, 4, 12, 0)

REGIONS = Regions(
    levels=("province", "prefecture", "county"),
    by_code={
        code: Region(code, Text(label), level, parent)
        for code, label, level, parent in [
            ("51", "Sichuan", "province", None),
            ("5108", "Guangyuan", "prefecture", "51"),
            ("510802", "Lizhou", "county", "5108"),
            ("5109", "Suining", "prefecture", "51"),
        ]
    },
)


def campaign(*, recipients: tuple[str, ...] = ()) -> Campaign:
    about = CampaignFile(
        name="c",
        title=Text("C"),
        organisation=Text("O"),
        languages={"en": "English"},
        privacy=Text("P"),
        consent=Text("Yes"),
        recipients=recipients,
    )
    return Campaign(Path(), about, REGIONS)


def asking(*questions: dict, pages: list[dict] | None = None) -> Questionnaire:
    """A questionnaire of one page with these questions; labels are their names."""
    pages = pages or [{"name": "p", "label": "P", "questions": [labelled(q) for q in questions]}]
    return Questionnaire.model_validate(
        {"name": "q", "title": "Q", "audience": ["driver"], "pages": pages},
    )


def labelled(question: dict) -> dict:
    question = {"label": question["name"], **question}
    if "questions" in question:
        question["questions"] = [labelled(q) for q in question["questions"]]
    return question


def choices(*names: str, **more: dict) -> list[dict]:
    return [{"name": name, "label": name.upper(), **more.get(name, {})} for name in names]


def judge(questionnaire: Questionnaire, raw: object, **about) -> Checked:
    return check(questionnaire, raw, campaign(**about), now=NOW)


def codes(checked: Checked) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in checked.problems]


EVERY_KIND = asking(
    {"type": "select_one", "name": "one", "choices": choices("x", "y", "other", other={"specify": True})},
    {
        "type": "select_multiple",
        "name": "many",
        "required": True,
        "max_choices": 2,
        "choices": choices("a", "b", "c", "none", none={"exclusive": True}),
    },
    {
        "type": "scale",
        "name": "scale",
        "choices": choices("s1", "s2", "dk", s1={"score": 1}, s2={"score": 2}),
    },
    {"type": "integer", "name": "whole", "min": 0, "max": 10},
    {"type": "decimal", "name": "part", "constraint": ". != 3", "constraint_message": "Not three"},
    {"type": "range", "name": "span", "start": 0, "end": 1, "step": 0.25},
    {"type": "text", "name": "words", "max_length": 5, "relevant": "${whole} > 3"},
    {"type": "date", "name": "day", "min": date(2021, 5, 18), "constraint": ". <= today()"},
    {"type": "time", "name": "hour"},
    {
        "type": "checklist",
        "name": "list",
        "required": True,
        "rows": choices("r1", "r2"),
        "choices": choices("did", "did_not"),
        "relevant": "${one} = 'x'",
    },
    {
        "type": "region",
        "name": "place",
        "level": "county",
        "within": "5108",
        "extra_choices": choices("road"),
    },
    {"type": "rank", "name": "order", "choices": choices("a", "b", "c")},
    {"type": "note", "name": "note"},
    {"type": "image", "name": "photo"},
    {
        "type": "group",
        "name": "g",
        "questions": [{"type": "integer", "name": "inner", "required": "${whole} = 1"}],
    },
    {
        "type": "repeat",
        "name": "rep",
        "max_entries": 3,
        "questions": [
            {"type": "integer", "name": "fine", "required": True},
            {"type": "text", "name": "why", "relevant": "${fine} > 100"},
        ],
    },
    {"type": "calculate", "name": "total", "calculation": "sum(${fine})"},
    {"type": "text", "name": "phone", "sensitive": True},
)


def test_a_typical_person_goes_through_and_codes_come_out_canonical():
    raw = {
        "one": ["", "x"],
        "many": ["c", "a"],
        "scale": "s2",
        "whole": " ４ ",
        "part": "2.5",
        "span": "0.75",
        "words": " 你好 ",
        "day": "2021年6月4日",
        "hour": "8:05",
        "list": {"r2": "did_not", "r1": "did"},
        "place": ["5108", "510802"],
        "order": {"a": "2", "b": "1", "c": "3"},
        "rep": [{"fine": "200", "why": "?"}, {"fine": "", "why": ""}, {"fine": "1"}],
    }
    checked = judge(EVERY_KIND, raw)
    assert checked.problems == ()
    assert checked.answers == {
        "one": "x",
        "many": ["a", "c"],
        "scale": "s2",
        "whole": 4,
        "part": 2.5,
        "span": 0.75,
        "words": "你好",
        "day": "2021-06-04",
        "hour": "08:05",
        "list": {"r1": "did", "r2": "did_not"},
        "place": "510802",
        "order": ["b", "a", "c"],
        "rep": [{"fine": 200, "why": "?"}, {"fine": 1}],
        "total": 201,
    }
    assert "rep/1/fine" in checked.asked and "rep/2/fine" not in checked.asked
    assert "rep/0/why" in checked.asked and "rep/1/why" not in checked.asked


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, ("many", "required")),
        ({"many": ["a", "none"]}, ("many", "exclusive")),
        ({"many": ["a", "b", "c"]}, ("many", "most")),
        ({"many": ["zz"]}, ("many", "choice")),
        ({"many": "a", "one": "X"}, ("one", "choice")),
        ({"many": "a", "one": ["x", "y"]}, ("one", "several")),
        ({"many": "a", "one": {"x": "y"}}, ("one", "type")),
        ({"many": "a", "one": True}, ("one", "type")),
        ({"many": "a", "whole": "1.5"}, ("whole", "integer")),
        ({"many": "a", "whole": "11"}, ("whole", "most")),
        ({"many": "a", "whole": "9" * 400}, ("whole", "integer")),
        ({"many": "a", "part": "1e5"}, ("part", "decimal")),
        ({"many": "a", "part": "nan"}, ("part", "decimal")),
        ({"many": "a", "part": "3"}, ("part", "constraint")),
        ({"many": "a", "span": "0.3"}, ("span", "step")),
        ({"many": "a", "whole": "4", "words": "123456"}, ("words", "too_long")),
        ({"many": "a", "day": "2021-02-30"}, ("day", "date")),
        ({"many": "a", "day": "2021-05-17"}, ("day", "least")),
        ({"many": "a", "day": "2021-06-05"}, ("day", "constraint")),
        ({"many": "a", "hour": "24:00"}, ("hour", "time")),
        ({"many": "a", "place": "5108"}, ("place", "region_deeper")),
        ({"many": "a", "place": "5109"}, ("place", "region")),
        ({"many": "a", "place": "51"}, ("place", "region")),
        ({"many": "a", "order": ["a", "b"]}, ("order", "rank_all")),
        ({"many": "a", "order": {"a": "1", "b": "1", "c": "2"}}, ("order", "rank_tie")),
        ({"many": "a", "note": "hello"}, ("note", "unknown")),
        ({"many": "a", "whole": "1"}, ("inner", "required")),
        ({"many": "a", "rep": [{"fine": "", "why": "x"}]}, ("rep/0/fine", "required")),
        ({"many": "a", "rep": [{}, {"fine": "x"}]}, ("rep/1/fine", "integer")),
        ({"many": "a", "rep": [{"fine": 1, "zz": 1}]}, ("rep/0/zz", "unknown")),
        ({"many": "a", "rep": [{"fine": 1}] * 4}, ("rep", "most")),
        ({"many": "a", "rep": "text"}, ("rep", "type")),
        ({"many": "a", "rep": ["text"]}, ("rep/0", "type")),
        ({"many": "a", "nobody": "1"}, ("nobody", "unknown")),
        ({"many": "a", 7: "1"}, ("7", "unknown")),
        ({"many": "a", "one": "x"}, ("list/r1", "required")),
        ({"many": "a", "one": "x", "list": {"r1": "did"}}, ("list/r2", "required")),
        ({"many": "a", "one": "x", "list": {"r9": "did"}}, ("list", "unknown")),
        ({"many": "a", "one": "x", "list": {"r1": "maybe"}}, ("list/r1", "choice")),
    ],
)
def test_what_is_wrong_is_said_at_its_place(raw, expected):
    checked = judge(EVERY_KIND, raw)
    assert expected in codes(checked)
    for problem in checked.problems:
        assert problem.say("en") and "%(" not in problem.say("en")


def test_the_authors_own_message_is_used_for_a_constraint():
    (problem,) = judge(EVERY_KIND, {"many": "a", "part": 3}).problems
    assert problem.say("en") == "Not three"


def test_an_answer_that_became_irrelevant_is_dropped_without_a_problem():
    checked = judge(EVERY_KIND, {"many": "a", "whole": "2", "words": "far too long to be taken"})
    assert checked.problems == () and "words" not in checked.answers and "words" not in checked.asked


def test_a_choice_with_words_beside_it_keeps_them_only_while_chosen():
    assert (
        judge(EVERY_KIND, {"many": "a", "one": "other", "one_other": " boat "}).answers["one_other"] == "boat"
    )
    assert "one_other" not in judge(EVERY_KIND, {"many": "a", "one": "y", "one_other": "boat"}).answers
    assert codes(judge(EVERY_KIND, {"many": "a", "one": "other", "one_other": "x" * 201})) == [
        ("one_other", "too_long")
    ]


def test_a_sensitive_question_is_asked_only_where_it_can_be_sealed():
    raw = {"many": "a", "phone": "13800000000"}
    assert "phone" not in judge(EVERY_KIND, raw).answers
    assert judge(EVERY_KIND, raw, recipients=("age1x",)).answers["phone"] == "13800000000"


def test_an_irrelevant_page_asks_nothing_and_later_relevance_sees_its_questions_as_unanswered():
    questionnaire = asking(
        pages=[
            {"name": "p1", "label": "1", "questions": [labelled({"type": "integer", "name": "n"})]},
            {
                "name": "p2",
                "label": "2",
                "relevant": "${n} > 1",
                "questions": [labelled({"type": "integer", "name": "m", "required": True})],
            },
            {
                "name": "p3",
                "label": "3",
                "questions": [labelled({"type": "text", "name": "t", "relevant": "${m} != ''"})],
            },
        ]
    )
    assert judge(questionnaire, {"n": 1, "m": 5, "t": "x"}).pages == ("p1",)
    assert judge(questionnaire, {"n": 2, "m": 5, "t": "x"}).pages == ("p1", "p2", "p3")
    problem = judge(questionnaire, {"n": 2}).on("p2")[0]
    assert (problem.page, problem.path) == ("p2", "m")


def test_text_that_no_file_can_hold_is_cleaned_at_the_door():
    checked = judge(EVERY_KIND, {"many": "a", "whole": 5, "words": "a\x00b\ud800"})
    assert checked.answers["words"] == "ab\N{REPLACEMENT CHARACTER}"


def test_fewest_entries_and_fewest_choices():
    questionnaire = asking(
        {
            "type": "repeat",
            "name": "r",
            "min_entries": 1,
            "questions": [{"type": "integer", "name": "n", "required": True}],
        },
        {
            "type": "select_multiple",
            "name": "m",
            "min_choices": 2,
            "choices": choices("a", "b", "none", none={"exclusive": True}),
        },
    )
    assert codes(judge(questionnaire, {"r": [{}], "m": "a"})) == [("r", "fewest"), ("m", "fewest")]
    assert judge(questionnaire, {"r": [{"n": 1}], "m": "none"}).problems == ()


NAMES = st.sampled_from([*EVERY_KIND.questions, "one_other", "nobody"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.binary(max_size=3)
    | st.sampled_from(
        ["x", "a", "none", "510802", "5108", "2021-06-04", "8:00", "did", "1", "200", date(2021, 6, 4)]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["r1", "r2", "fine", "why", "a", "b", "c", "year"]) | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES, max_size=12) | VALUES)
def test_whatever_comes_in_answers_or_problems_come_out(raw):
    checked = judge(EVERY_KIND, raw, recipients=("age1x",))
    assert set(checked.answers) <= {*EVERY_KIND.questions, "one_other"}
    for problem in checked.problems:
        assert problem.say("en") and problem.page in ("p", "")
    again = judge(EVERY_KIND, checked.answers, recipients=("age1x",))
    assert again.answers == checked.answers
    assert {code for _, code in codes(again)} <= {"required", "fewest"}
