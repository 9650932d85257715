"""Responses become a frame: every declared column, and three kinds of nothing that are never mixed up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaign.columns import SPECIAL
from survey_app.campaign.loading import load_campaign
from survey_app.errors import NotFound
from survey_app.storage import Storage, StoredResponse, Wanted, frames
from survey_app.storage.frames import build, build_repeat
from tests.machinery.drawn import DAY, campaign, choices, question, questionnaire, response, stored

REFUSAL = {"quiet": {"missing": "refused"}}
ALL = questionnaire(
    question("select_one", "fined", choices=choices("yes", "no", **REFUSAL, other={"specify": True})),
    question("select_multiple", "met", choices=choices("cash", "quota", none={"exclusive": True}, **REFUSAL)),
    question("rank", "first", choices=choices("speed", "fairness", "words")),
    question("scale", "verdict", choices=choices(good={"score": 5}, bad={"score": 1}, unsure={})),
    question("integer", "times"),
    question("decimal", "yuan"),
    question("range", "distance", start=0, end=10),
    question("text", "words"),
    question("date", "day"),
    question("time", "hour"),
    question("checklist", "checks", rows=choices("id", "two"), choices=choices("did", "did_not")),
    question("region", "where", level="county", extra_choices=choices("expressway")),
    question("calculate", "sum", calculation="${times} * 2"),
    question("note", "thanks"),
)
PLACES = {"510800": None, "510802": "510800", "510700": None}
CAMPAIGN = campaign(ALL, regions=PLACES)
FULL = {
    "fined": "other",
    "fined_other": "扣车",
    "met": ["cash", "quota"],
    "first": ["words", "speed"],
    "verdict": "good",
    "times": 3,
    "yuan": 200.5,
    "distance": 7,
    "words": "罚款没有票据",
    "day": "2021-05-18",
    "hour": "08:30",
    "checks": {"id": "did", "two": "did_not"},
    "where": "510802",
    "sum": 6,
}


def row(answers: dict[str, Any], asked: list[str] | None = None, **keys: Any) -> pd.Series:
    """The frame's one row for one response."""
    return build([stored(ALL, answers, asked, **keys)], [ALL], CAMPAIGN).iloc[0]


def test_every_kind_has_its_columns_and_their_types():
    frame = build([stored(ALL, FULL)], [ALL], CAMPAIGN)
    kinds = {name: str(frame[name].dtype) for name in frame}
    assert kinds == {
        "_id": "string",
        **dict.fromkeys(
            ["_questionnaire", "_version", "_audience", "_channel", "_language", "_status"], "category"
        ),
        "_date": "datetime64[s]",
        "_region": "string",
        "_flags": "string",
        "fined": "category",
        "fined_other": "string",
        "fined_other:state": "category",
        "met": "category",
        **dict.fromkeys(["met/cash", "met/quota", "met/none"], "bool"),
        "first": "category",
        **dict.fromkeys(["first/speed", "first/fairness", "first/words"], "bool"),
        **dict.fromkeys(["first/speed/rank", "first/fairness/rank", "first/words/rank"], "Int64"),
        "verdict": "category",
        "times": "Int64",
        "times:state": "category",
        "yuan": "Float64",
        "yuan:state": "category",
        "distance": "Float64",
        "distance:state": "category",
        "words": "string",
        "words:state": "category",
        "day": "string",
        "day:state": "category",
        "hour": "string",
        "hour:state": "category",
        "checks/id": "category",
        "checks/two": "category",
        "where": "category",
        "sum": "Int64",
        "sum:state": "category",
    }
    assert list(frame["fined"].cat.categories) == ["yes", "no", "other", *SPECIAL]
    assert list(frame["met"].cat.categories) == ["_answered", *SPECIAL]
    assert list(frame["where"].cat.categories) == ["510800", "510802", "510700", "expressway", *SPECIAL]


def test_each_answer_stands_in_its_cell():
    found = row(FULL, region="510802", channel="qr:A1", id="abc")
    expected = {
        "_id": "abc",
        "_questionnaire": "tiny",
        "_version": ALL.version,
        "_audience": "driver",
        "_channel": "qr:A1",
        "_language": "zh",
        "_status": "received",
        "_date": pd.Timestamp(DAY),
        "_region": "510802",
        "fined": "other",
        "fined_other": "扣车",
        "met": "_answered",
        "met/cash": True,
        "met/quota": True,
        "met/none": False,
        "first": "_answered",
        "first/speed": True,
        "first/fairness": False,
        "first/words/rank": 1,
        "first/speed/rank": 2,
        "verdict": "good",
        "times": 3,
        "yuan": 200.5,
        "distance": 7.0,
        "words": "罚款没有票据",
        "words:state": "_answered",
        "day": "2021-05-18",
        "hour": "08:30",
        "checks/id": "did",
        "checks/two": "did_not",
        "where": "510802",
        "sum": 6,
        "sum:state": "_answered",
    }
    assert {name: found[name] for name in expected} == expected
    assert found["first/fairness/rank"] is pd.NA


STATED = [
    "fined",
    "met",
    "first",
    "verdict",
    "times:state",
    "yuan:state",
    "words:state",
    "day:state",
    "checks/id",
    "where",
]


@pytest.mark.parametrize("name", STATED)
def test_not_asked_not_answered_and_a_version_nobody_knows_are_three_things(name: str):
    assert row({}, asked=[])[name] == "_not_asked"
    assert row({})[name] == "_not_answered"
    assert row({}, version="of another house")[name] == "_unknown"


def test_a_refusal_and_a_code_that_no_version_declares_are_told_apart():
    refused = row({"fined": "quiet", "met": ["quiet"]})
    assert (refused["fined"], refused["met"], refused["met/cash"]) == ("_refused", "_refused", False)
    unknown = row(
        {"fined": "maybe", "met": ["maybe"], "first": ["maybe"], "where": "440100", "checks": {"id": "x"}}
    )
    assert [unknown[name] for name in ("fined", "met", "first", "where", "checks/id")] == ["_unknown"] * 5
    assert row({"met": ["maybe", "cash"]})["met"] == "_answered"


def test_a_row_of_a_checklist_that_was_left_out_is_not_answered():
    found = row({"checks": {"id": "did"}})
    assert (found["checks/id"], found["checks/two"]) == ("did", "_not_answered")


def test_nobody_having_answered_leaves_every_column_in_its_type():
    empty, full = build([], [ALL], CAMPAIGN), build([stored(ALL, FULL)], [ALL], CAMPAIGN)
    assert list(empty) == list(full)
    assert len(empty) == 0
    changing = {"_questionnaire", "_version", "_audience", "_channel", "_language", "_status"}
    assert [n for n in full if n not in changing and empty[n].dtype != full[n].dtype] == []


FIRST = questionnaire(
    question("select_one", "fined", choices=choices("often", "never")),
    question("select_one", "dropped", choices=choices("a")),
    question("select_one", "several", choices=choices("x", "y")),
    question("decimal", "times"),
    question("text", "count"),
)
THIRD = questionnaire(
    question("select_one", "fined", choices=choices("never", "once")),
    question("select_multiple", "several", choices=choices("x", "z")),
    question("integer", "times"),
    question("integer", "count"),
    question("text", "added"),
)


def test_the_third_version_of_a_form_loses_nothing_of_the_first():
    old = stored(FIRST, {"fined": "often", "dropped": "a", "several": "y", "times": 2.5, "count": "many"})
    new = stored(THIRD, {"fined": "once", "several": ["x", "z"], "times": 2, "added": "新"})
    frame = build([old, new], [FIRST, THIRD], campaign(THIRD))
    assert list(frame["fined"].cat.categories) == ["never", "once", "often", *SPECIAL]
    assert frame["fined"].tolist() == ["often", "once"]
    assert frame["dropped"].tolist() == ["a", "_not_asked"]
    assert frame["several"].tolist() == ["_answered", "_answered"]
    assert frame[["several/x", "several/z", "several/y"]].to_numpy().tolist() == [
        [False, False, True],
        [True, True, False],
    ]
    assert frame["times"].tolist() == [2.5, 2]
    assert frame["count:state"].tolist() == ["_unknown", "_not_answered"]
    assert frame["added:state"].tolist() == ["_not_asked", "_answered"]


def test_a_list_in_place_of_one_code_counts_where_it_holds_one():
    assert row({"fined": ["yes"]})["fined"] == "yes"
    assert row({"fined": ["yes", "no"]})["fined"] == "_unknown"


@pytest.mark.parametrize(
    ("values", "kind", "found"),
    [
        ([1, 2, None], "Int64", [1, 2, pd.NA]),
        ([1, 2.5, None], "Float64", [1.0, 2.5, pd.NA]),
        ([True, False, None], "Int64", [1, 0, pd.NA]),
        (["重", 2, True], "string", ["重", "2", "true"]),
        ([None, None, None], "Int64", [pd.NA, pd.NA, pd.NA]),
    ],
)
def test_a_worked_out_value_is_a_number_where_all_are_else_words(
    values: list[Any], kind: str, found: list[Any]
):
    rows = [stored(ALL, {} if value is None else {"sum": value}) for value in values]
    frame = build(rows, [ALL], CAMPAIGN)
    assert str(frame["sum"].dtype) == kind
    assert [a is b or a == b for a, b in zip(frame["sum"].tolist(), found, strict=True)] == [True] * 3
    assert frame["sum:state"].tolist() == ["_not_answered" if v is None else "_answered" for v in values]


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), True, "three", [3], {"a": 3}])
def test_what_is_no_number_is_unknown_not_an_error(value: Any):
    found = row({"times": value, "yuan": value})
    assert (found["times:state"], found["yuan:state"]) == ("_unknown", "_unknown")
    assert found["times"] is pd.NA


def test_a_number_too_large_for_whole_numbers_is_kept_as_near_as_can_be():
    assert row({"times": 10**19})["times"] == 1e19
    assert row({"times": 2**62 + 1})["times"] == 2**62 + 1


def test_any_text_can_be_in_a_frame():
    hostile = ["\0", "\ud83d", "=1+1", "罚" * 40_000, ""]
    frame = build([stored(ALL, {"words": words}) for words in hostile], [ALL], CAMPAIGN)
    assert frame["words"].tolist() == hostile


def test_a_sealed_answer_is_known_to_be_there_and_nothing_more():
    private = questionnaire(
        question("text", "phone", sensitive=True), question("integer", "plate", sensitive=True)
    )
    frame = build(
        [stored(private, {}, sealed=frozenset({"phone", "plate"})), stored(private, {})], [private], CAMPAIGN
    )
    assert frame["phone:state"].tolist() == ["_answered", "_not_answered"]
    assert frame["phone"].isna().all()
    assert frame["plate:state"].tolist() == ["_unknown", "_not_answered"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["yes", "cash"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "two", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.sampled_from(list(FULL)), json_values), max_size=4))
def test_whatever_was_stored_a_frame_comes_out(answers: list[dict[str, Any]]):
    frame = build([stored(ALL, given_) for given_ in answers], [ALL], CAMPAIGN)
    assert len(frame) == len(answers)
    for name in STATED:
        assert not frame[name].isna().any()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "yes", "no", "quiet", "other", "gone"]),
            st.lists(st.sampled_from(["cash", "quota", "none", "quiet", "gone"]), unique=True, max_size=3),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_the_counts_are_those_counted_by_hand(people: list[tuple[str | None, list[str], bool]]):
    rows = []
    for one, many, asked in people:
        answers = ({"fined": one} if one else {}) | ({"met": many} if many else {})
        rows.append(stored(ALL, answers, ["fined", "met"] if asked else list(answers)))
    frame = build(rows, [ALL], CAMPAIGN)

    def by_hand(one: str | None, asked: bool) -> str:
        if one is None:
            return "_not_answered" if asked else "_not_asked"
        return {"quiet": "_refused", "gone": "_unknown"}.get(one, one)

    expected = Counter(by_hand(one, asked) for one, _, asked in people)
    assert {code: n for code, n in frame["fined"].value_counts().items() if n} == expected
    for code in ("cash", "quota", "none"):
        assert frame[f"met/{code}"].sum() == sum(code in many for _, many, _ in people)


def test_many_responses_are_built_piece_by_piece_into_the_same_frame(monkeypatch: pytest.MonkeyPatch):
    rows = [stored(ALL, FULL | {"sum": n, "times": n}, id=str(n)) for n in range(7)] + [
        stored(ALL, {"sum": 0.5})
    ]
    whole = build(rows, [ALL], CAMPAIGN)
    monkeypatch.setattr(frames, "AT_ONCE", 3)
    pd.testing.assert_frame_equal(build(rows, [ALL], CAMPAIGN), whole)


ISSUES = ("CASH", "QUOTA", "ONE_OFFICER", "OLD")
DRIVER = questionnaire(
    question("region", "home", level="prefecture", role="home_region", extra_choices=choices("outside")),
    question("region", "where", level="county", role="region", extra_choices=choices("expressway")),
    question("region", "place", level="county", role="region"),
    question(
        "select_multiple",
        "met",
        role="issue",
        choices=choices(a={"issue": "CASH"}, b={"issue": "QUOTA"}, none={}),
    ),
    question(
        "select_one",
        "worst",
        role="issue",
        choices=choices(x={"issue": "QUOTA"}, y={"issue": "OLD"}, **REFUSAL),
    ),
    question(
        "checklist",
        "checks",
        role="issue_check",
        rows=[{"name": "two", "label": "two", "issue": "ONE_OFFICER"}, {"name": "free", "label": "free"}],
        choices=choices(did={}, did_not={"problem": True}),
    ),
    question("select_multiple", "better", role="priority", choices=choices("speed", "fairness")),
    question("scale", "verdict", role="satisfaction", choices=choices(good={"score": 5}, bad={"score": 1})),
    name="driver",
)
VISIT = questionnaire(
    question("region", "town", level="prefecture", role="region"),
    question(
        "repeat",
        "found",
        questions=[
            question(
                "select_one",
                "issue",
                role="issue",
                choices=choices(q={"issue": "QUOTA"}, c={"issue": "CASH"}),
            ),
            question("text", "told", relevant="${issue} = 'q'"),
        ],
    ),
    name="visit",
    staff=True,
)
TEAM = campaign(DRIVER, VISIT, regions=PLACES, issues=ISSUES)


def driver(answers: dict[str, Any], asked: list[str] | None = None) -> pd.Series:
    return build([stored(DRIVER, answers, asked)], [DRIVER], TEAM).iloc[0]


@pytest.mark.parametrize(
    ("answers", "asked", "found"),
    [
        ({"where": "510802", "place": "510700"}, None, "510802"),
        ({"place": "510700"}, None, "510700"),
        ({"where": "expressway"}, None, "expressway"),
        ({"where": "gone"}, None, "_unknown"),
        ({}, ["where"], "_not_answered"),
        ({}, [], "_not_asked"),
    ],
)
def test_the_first_question_of_a_role_that_was_answered_speaks(
    answers: dict, asked: list[str] | None, found: str
):
    assert driver(answers, asked)["role:region"] == found


def test_several_issue_questions_are_one_variable_and_every_issue_has_its_place():
    found = driver({"met": ["a"], "worst": "x"})
    assert found["role:issue"] == "_answered"
    assert {code: found[f"role:issue/{code}"] for code in ISSUES} == {
        "CASH": True,
        "QUOTA": True,
        "ONE_OFFICER": False,
        "OLD": False,
    }


def test_of_every_issue_it_is_known_who_answered_a_question_that_offers_it():
    found = driver({"worst": "x"})
    assert [code for code in ISSUES if found[f"role:issue:answered/{code}"]] == ["QUOTA", "OLD"]
    found = driver({"met": ["none"], "worst": "quiet"})
    assert [code for code in ISSUES if found[f"role:issue:answered/{code}"]] == ["CASH", "QUOTA"]


@pytest.mark.parametrize(
    ("answers", "asked", "state"),
    [
        ({"met": ["none"]}, ["met"], "_answered"),
        ({"worst": "quiet"}, ["met", "worst"], "_refused"),
        ({"worst": "quiet", "met": ["a"]}, ["met", "worst"], "_answered"),
        ({"worst": "gone"}, ["worst"], "_unknown"),
        ({}, ["met"], "_not_answered"),
        ({}, ["checks"], "_not_asked"),
    ],
)
def test_the_best_state_of_several_questions_speaks_for_all(answers: dict, asked: list[str], state: str):
    assert driver(answers, asked)["role:issue"] == state


def test_a_check_that_went_wrong_is_the_issue_of_its_row():
    found = driver({"checks": {"two": "did_not", "free": "did_not"}})
    assert found["role:issue_check"] == "_answered"
    assert [code for code in ISSUES if found[f"role:issue_check/{code}"]] == ["ONE_OFFICER"]
    assert not driver({"checks": {"two": "did"}})["role:issue_check/ONE_OFFICER"]


def test_priorities_and_the_verdict_have_their_columns():
    found = driver({"better": ["fairness"], "verdict": "bad"})
    assert (found["role:priority"], found["role:priority/speed"], found["role:priority/fairness"]) == (
        "_answered",
        False,
        True,
    )
    assert found["role:satisfaction"] == "bad"


VISITED = {"town": "510800", "found": [{"issue": "q", "told": "说"}, {"issue": "c"}, {"told": "只有话"}]}
ASKED = ["town", "found", "found/0/issue", "found/0/told", "found/1/issue", "found/2/issue", "found/2/told"]


def test_issues_inside_a_repeat_count_once_for_the_visit():
    rows = [stored(VISIT, VISITED, ASKED), stored(VISIT, {}, ["town", "found"]), stored(VISIT, {}, ["town"])]
    frame = build(rows, [VISIT], TEAM)
    assert frame["role:issue"].tolist() == ["_answered", "_not_answered", "_not_asked"]
    assert frame["role:issue/QUOTA"].tolist() == [True, False, False]
    assert frame["role:issue/CASH"].tolist() == [True, False, False]
    assert not [name for name in frame if name.startswith(("issue", "told"))]


def test_the_entries_of_a_repeat_are_a_frame_of_their_own():
    rows = [stored(VISIT, {}, ["found"], id="a"), stored(VISIT, VISITED, ASKED, id="b")]
    frame = build_repeat(rows, [VISIT], TEAM, "found")
    assert list(frame) == ["_id", "_position", "issue", "told", "told:state"]
    assert frame["_id"].tolist() == ["b", "b", "b"]
    assert frame["_position"].tolist() == [1, 2, 3]
    assert frame["issue"].tolist() == ["q", "c", "_not_answered"]
    assert frame["told:state"].tolist() == ["_answered", "_not_asked", "_answered"]
    empty = build_repeat([], [VISIT], TEAM, "found")
    assert (list(empty), len(empty)) == (list(frame), 0)


@given(st.lists(json_values, max_size=4), st.lists(st.text("found/0123issue", max_size=12), max_size=4))
def test_whatever_a_repeat_holds_both_frames_come_out(entries: list[Any], asked: list[str]):
    rows = [stored(VISIT, {"found": entries}, asked), stored(VISIT, {"found": {"issue": "q"}}, asked)]
    assert len(build(rows, [VISIT], TEAM)) == 2
    assert len(build_repeat(rows, [VISIT], TEAM, "found")) == sum(
        isinstance(entry, dict) for entry in entries
    )


def test_what_people_sent_comes_out_of_the_database_as_a_frame(storage: Storage):
    storage.register(ALL, DAY)
    typed = {"fined": "other", "fined_other": "扣车", "met": ["cash"], "times": "3", "where": "510802"}
    storage.add([response(CAMPAIGN, ALL, typed), response(CAMPAIGN, ALL, {})])
    frame = storage.frame(CAMPAIGN, "tiny").sort_values("times").reset_index(drop=True)
    assert frame["fined"].tolist() == ["other", "_not_answered"]
    assert frame["fined_other"].tolist()[0] == "扣车"
    assert frame["sum"].tolist()[0] == 6
    expected = build(storage.responses("tiny"), [ALL], CAMPAIGN).sort_values("times").reset_index(drop=True)
    pd.testing.assert_frame_equal(frame, expected)


def test_withdrawn_answers_are_in_no_frame_unless_asked_for(storage: Storage):
    storage.add([response(CAMPAIGN, ALL, {}), response(CAMPAIGN, ALL, {}, status="withdrawn")])
    assert len(storage.frame(CAMPAIGN, "tiny")) == 1
    assert storage.frame(CAMPAIGN, "tiny", Wanted(statuses=None))["_status"].tolist().count("withdrawn") == 1
    assert len(storage.frame(CAMPAIGN, "tiny", Wanted(["other"]))) == 0


def test_a_frame_of_several_questionnaires_has_what_they_share(storage: Storage):
    storage.add(
        [
            response(TEAM, DRIVER, {"where": "expressway", "met": ["a"], "verdict": "good"}),
            response(TEAM, VISIT, {"town": "510700", "found": [{"issue": "q"}]}),
        ]
    )
    frame = storage.frame(TEAM, ["driver", "visit"])
    assert all(name.startswith(("_", "role:")) for name in frame)
    assert list(frame["role:region"].cat.categories) == [*PLACES, "expressway", *SPECIAL]
    assert dict(zip(frame["_questionnaire"], frame["role:region"], strict=True)) == {
        "driver": "expressway",
        "visit": "510700",
    }
    assert dict(zip(frame["_questionnaire"], frame["role:satisfaction"], strict=True)) == {
        "driver": "good",
        "visit": "_not_asked",
    }
    assert (frame["role:issue/CASH"].sum(), frame["role:issue/QUOTA"].sum()) == (1, 1)


def test_tables_of_all_questionnaires_leave_out_those_for_staff_unless_named(storage: Storage):
    another = questionnaire(question("text", "words"), name="company")
    both = replace(TEAM, questionnaires={**TEAM.questionnaires, "company": another})
    storage.add(
        [response(both, DRIVER, {}), response(both, another, {}), response(both, VISIT, {"town": "510800"})]
    )
    assert sorted(storage.frame(both)["_questionnaire"]) == ["company", "driver"]
    assert list(storage.frame(both, [])) == list(storage.frame(both, []))
    assert len(storage.frame(both, [])) == 0


def test_the_campaigns_own_version_gives_the_words_and_old_ones_their_codes(storage: Storage):
    for version in (THIRD, FIRST):
        storage.register(version, DAY)
    storage.add([response(campaign(FIRST), FIRST, {"fined": "often"})])
    frame = storage.frame(campaign(THIRD), "tiny")
    assert list(frame["fined"].cat.categories) == ["never", "once", "often", *SPECIAL]
    assert frame["fined"].tolist() == ["often"]


FINES = {
    "type": "repeat",
    "name": "fines",
    "label": "fines",
    "questions": [question("text", "why"), question("calculate", "worth", calculation="${why}")],
}


@pytest.mark.parametrize("worth", [7, "unlike a number"])
def test_entries_in_pieces_say_what_their_whole_frame_says(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, worth: Any
):
    """Whether worked-out values are numbers, all entries together tell, the last one too."""
    asked = questionnaire(FINES)
    given = campaign(asked)
    storage.register(asked, DAY)
    assert [len(piece) for piece in storage.entries(given, "tiny", "fines").read()] == [0]
    entries = [{"why": "罚款\ud800", "worth": n} for n in range(3)] + [{"worth": worth}]
    storage.add(response(given, asked, {"fines": entries[: n % 5]}, id=f"{n:032x}") for n in range(15))
    whole = storage.repeat_frame(given, "tiny", "fines")
    monkeypatch.setattr(frames, "AT_ONCE", 2)
    stream = storage.entries(given, "tiny", "fines")
    for _ in range(2):
        pieces = list(stream.read())
        assert len(pieces) == 8
        pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)
        assert all((piece.dtypes == stream.empty.dtypes).all() for piece in pieces)
    assert (len(stream), len(stream.empty)) == (len(whole), 0)


def test_a_questionnaire_or_repeat_that_never_was_is_not_found(storage: Storage):
    with pytest.raises(NotFound, match="no questionnaire 'nothing'"):
        storage.frame(TEAM, "nothing")
    with pytest.raises(NotFound, match="no repeat 'nothing'"):
        storage.repeat_frame(TEAM, "visit", "nothing")
    with pytest.raises(NotFound, match="no repeat 'nothing'"):
        storage.entries(TEAM, "visit", "nothing")
    assert len(storage.repeat_frame(TEAM, "visit", "found")) == 0


CAMPAIGNS = Path(__file__).parents[2] / "questionnaires"


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in CAMPAIGNS.glob("*/campaign.yaml")))
def test_every_questionnaire_of_the_house_makes_a_frame(folder: str):
    real = load_campaign(CAMPAIGNS / folder)
    for each in real.questionnaires.values():
        frame = build([stored(each, {}), stored(each, {}, version="unknown")], [each], real)
        assert frame.columns.is_unique
        for name in frame.select_dtypes("category"):
            assert not frame[name].isna().any(), name
        for repeat in each.repeats:
            assert "_position" in build_repeat([], [each], real, repeat.name)


def test_a_response_is_a_plain_row():
    kept = stored(ALL, FULL)
    assert isinstance(kept, StoredResponse)
    assert np.array([kept.date], dtype="datetime64[D]")[0] == np.datetime64("2021-05-18")


def test_a_worked_out_word_that_is_not_there_is_not_the_word_nan():
    rows = [stored(ALL, {"sum": "two"}), stored(ALL, {})]
    assert build(rows, [ALL], CAMPAIGN)["sum"].tolist() == ["two", pd.NA]
