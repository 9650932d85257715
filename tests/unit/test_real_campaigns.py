"""The campaigns that come with the program: whole, in both languages, and asking what they mean to ask."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from survey_app.campaign.answers import Checked, check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.checking import check_path
from survey_app.campaign.columns import columns
from survey_app.campaign.loading import load_campaigns
from survey_app.campaign.models import Checklist, Questionnaire, Scale
from survey_app.campaign.texts import Text

SHIPPED = Path(__file__).parents[2] / "questionnaires"
FOLDERS = sorted(folder.parent for folder in SHIPPED.glob("*/campaign.yaml"))
CAMPAIGNS = load_campaigns(SHIPPED)
SICHUAN = CAMPAIGNS["sichuan-2021"]
NOW = datetime(2021, 6, 18, 12, 0)


def judge(name: str, raw: dict[str, Any], campaign: Campaign = SICHUAN) -> Checked:
    return check(campaign.questionnaires[name], raw, campaign, now=NOW)


def problems(checked: Checked) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in checked.problems]


def asked(questionnaire: Questionnaire) -> list[str]:
    """The questions outside repeats that take an answer, without the one that is asked only with recipients."""
    found = [p.question for p in questionnaire.placed if p.question.asks and p.repeat is None]
    return [question.name for question in found if getattr(question, "role", None) != "contact"]


def required(questionnaire: Questionnaire) -> list[str]:
    return [name for name in asked(questionnaire) if questionnaire.questions[name].required]


def texts(value: Any, place: str = "") -> Iterator[tuple[str, Text]]:
    """Every text inside a model, with where it stands."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from texts(getattr(value, key), f"{place}/{getattr(value, 'name', '')}.{key}")
    elif isinstance(value, tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part, place)


# ------------------------------------------------------------------------------------------------- every campaign


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_campaign_that_comes_with_the_program_has_nothing_to_mend(folder):
    """But warnings: no recipient is named yet, so nobody is asked for a phone number, and no file is taken."""
    mistakes = check_path(folder).mistakes
    sealed = ("contact", "C13", "D94") if folder.name == "sichuan-2021" else ()
    expected = [(question, "warning") for question in sealed]
    assert [(m.question, m.severity) for m in mistakes] == expected, [str(m) for m in mistakes]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_questionnaire_file_is_loaded_under_its_own_name(folder):
    files = {file.stem for file in folder.glob("*.yaml")} - {"campaign", "issues", "groups"}
    assert set(CAMPAIGNS[folder.name].questionnaires) == files


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_first_line_of_every_file_leads_an_editor_to_the_schema(folder):
    for file in folder.glob("*.yaml"):
        schema = file.stem if file.stem in ("campaign", "issues", "groups") else "questionnaire"
        first, _, _ = file.read_text(encoding="utf-8").partition("\n")
        assert first == (f"# yaml-language-server: $schema=../../survey_app/campaign/schema/{schema}.json"), (
            file
        )


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=lambda campaign: campaign.name)
def test_every_text_is_there_in_chinese_and_in_english(campaign):
    parts = [campaign.about, campaign.issues, campaign.units, *campaign.questionnaires.values()]
    found = [pair for part in parts for pair in texts(part)]
    found += [(region.code, region.label) for region in campaign.regions]
    found += [(group.name, group.label) for group in campaign.regions.groups]
    assert len(found) > 10
    assert [place for place, text in found if not (text.has("zh") and text.has("en"))] == []


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=lambda campaign: campaign.name)
def test_the_questionnaires_are_open_today(campaign):
    for questionnaire in campaign.questionnaires.values():
        assert campaign.is_open(questionnaire, date.today()), questionnaire.name


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=lambda campaign: campaign.name)
def test_a_questionnaire_that_was_kept_is_the_same_version_when_it_is_read_again(campaign):
    for questionnaire in campaign.questionnaires.values():
        kept = json.loads(json.dumps(questionnaire.definition()))
        assert Questionnaire.model_validate(kept).version == questionnaire.version


# ---------------------------------------------------------------------------------------------------- how much


@pytest.mark.parametrize(
    ("name", "questions", "wanted"),
    [("counterpart", 24, 22), ("driver", 23, 21), ("guangyuan", 16, 14)],
)
def test_a_public_questionnaire_has_its_questions_and_lets_two_be_passed_over(name, questions, wanted):
    questionnaire = SICHUAN.questionnaires[name]
    assert len(asked(questionnaire)) == questions
    assert len(required(questionnaire)) == wanted
    assert not questionnaire.staff


def test_the_optional_questions_are_the_open_ones_and_the_wish_for_services():
    optional = {name: set(asked(q)) - set(required(q)) for name, q in SICHUAN.questionnaires.items()}
    assert optional["counterpart"] == {"A19", "A24"}
    assert optional["driver"] == {"B22", "B23"}
    assert optional["guangyuan"] == {"GY15", "GY16"}


def test_the_visit_record_has_fifteen_fields_and_twelve_for_each_issue():
    record = SICHUAN.questionnaires["field-record"]
    assert record.staff
    assert {f"C{number:02}" for number in range(1, 16)} <= set(record.questions)
    entries = [p.question.name for p in record.placed if p.repeat is not None]
    assert len(entries) == 12 + 1  # and the name of a unit that is not in the list
    assert [choice.name for choice in record.questions["C09_issue"].choices] == [
        issue.name for issue in SICHUAN.issues.issues
    ]
    assert all(choice.issue == choice.name for choice in record.questions["C09_issue"].choices)
    assert [choice.name for choice in record.questions["C09_category"].choices] == [
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "P6",
    ]
    assert [choice.name for choice in record.questions["C01"].choices] == [f"G{n}" for n in range(1, 8)]


def checklists(questionnaire: Questionnaire) -> dict[str, Checklist]:
    return {name: q for name, q in questionnaire.questions.items() if isinstance(q, Checklist)}


def test_the_inspection_has_36_items_under_the_six_kinds_of_problems():
    inspection = SICHUAN.questionnaires["unannounced-inspection"]
    assert inspection.staff
    found = checklists(inspection)
    assert {name: len(found[name].rows) for name in found} == {
        "D1": 6,
        "D2": 7,
        "D3": 9,
        "D4": 6,
        "D5": 5,
        "D6": 3,
    }
    for checklist in found.values():
        assert checklist.role == "issue_check"
        assert all(row.issue for row in checklist.rows)
        assert [choice.name for choice in checklist.choices if choice.problem] == ["problem"]
    pages = [page.label.in_("zh").partition("、")[2] for page in inspection.pages[1:7]]
    assert pages == [category.label.in_("zh") for category in SICHUAN.issues.schemes["sc2021"].categories]


def items() -> dict[str, int]:
    """The scored items of the case review and the most points of each."""
    found = [q for q in SICHUAN.questionnaires["case-review"].questions.values() if isinstance(q, Scale)]
    return {item.name: int(max(c.score for c in item.choices if c.score is not None)) for item in found}


def test_the_case_review_has_nine_vetoes_and_a_hundred_points_in_28_items():
    review = SICHUAN.questionnaires["case-review"]
    assert review.staff
    assert len(checklists(review)["V"].rows) == 9
    assert len(items()) == 28
    assert sum(items().values()) == 100
    for name, most in items().items():
        codes = [choice.name for choice in review.questions[name].choices]
        assert codes == [*map(str, range(most, -1, -1)), "na"]
        assert f"（{most}分）" in review.questions[name].label.in_("zh")
        assert f"({most} points)" in review.questions[name].label.in_("en")


def test_36_issues_stand_under_three_schemes():
    issues = SICHUAN.issues
    assert len(issues.issues) == len({issue.name for issue in issues.issues}) == 36
    sizes = {name: len(scheme.categories) for name, scheme in issues.schemes.items()}
    assert sizes == {"sc2021": 6, "nat2023": 5, "sc2025": 3}
    for name, scheme in issues.schemes.items():
        used = {issue.groups.get(name) for issue in issues.issues} - {None}
        assert used == {category.name for category in scheme.categories}
    without = [issue.name for issue in issues.issues if "sc2021" not in issue.groups]
    assert without == ["OTHER"]


def test_every_issue_can_be_told_by_a_company():
    counterpart = SICHUAN.questionnaires["counterpart"]
    chosen = {c.issue for p in counterpart.with_role("issue") for c in p.question.choices}
    checked = {row.issue for p in counterpart.with_role("issue_check") for row in p.question.rows}
    assert (chosen | checked) - {None} == {issue.name for issue in SICHUAN.issues.issues}


def test_205_regions_stand_in_one_tree_of_three_levels():
    regions = SICHUAN.regions
    levels = Counter(region.level for region in regions)
    assert levels == {"province": 1, "prefecture": 21, "county": 183}
    assert [region.code for region in regions.roots] == ["510000"]
    assert sum(len(regions.children(region.code)) for region in regions.children("510000")) == 183
    assert {regions.roll_up(region.code, "province") for region in regions} == {"510000"}
    assert regions["510802"].label.in_("zh") == "利州区"
    assert regions["510802"].parent == "510800"
    assert regions["510800"].short.in_("zh") == "广元"


def test_seven_example_groups_cover_every_prefecture_once():
    regions = SICHUAN.regions
    assert SICHUAN.about.groups_are_example
    assert len(regions.groups) == 7
    covered = [code for group in regions.groups for code in group.regions]
    assert sorted(covered) == sorted(code for code, _ in regions.at_level("prefecture"))
    grouped = [
        region for region in regions if region.level == "county" and regions.roll_up(region.code, "group")
    ]
    assert len(grouped) == 183


def test_every_prefecture_has_one_tile_of_its_own():
    tiles = SICHUAN.tiles
    prefectures = [code for code, _ in SICHUAN.regions.at_level("prefecture")]
    assert sorted(tile.code for tile in tiles) == sorted(prefectures)
    assert len({(tile.column, tile.row) for tile in tiles}) == 21


def test_units_belong_to_units_and_regions_that_exist():
    names = {unit.name for unit in SICHUAN.units}
    assert len(names) == len(SICHUAN.units) == 12
    assert {unit.parent for unit in SICHUAN.units} <= names | {None}
    assert all(unit.region is None or unit.region in SICHUAN.regions for unit in SICHUAN.units)


def test_roles_stand_where_the_tables_look_for_them():
    roles = {
        name: {p.question.name: p.question.role for p in q.placed if getattr(p.question, "role", None)}
        for name, q in SICHUAN.questionnaires.items()
    }
    assert roles["driver"] == {
        "B04": "home_region",
        "B09": "issue_check",
        "B11": "issue_check",
        "B12": "satisfaction",
        "B13": "trend",
        **dict.fromkeys(("B14", "B15", "B16", "B17", "B18"), "issue"),
        "B19": "region",
        "B21": "priority",
    }
    assert roles["counterpart"] == {
        "A03": "home_region",
        "A10": "issue_check",
        "A11": "satisfaction",
        "A12": "trend",
        **dict.fromkeys(("A13", "A14", "A15", "A16", "A17"), "issue"),
        "A18": "region",
        "A23": "priority",
        "contact": "contact",
    }
    assert [name for name, found in roles.items() if "region" not in found.values()] == []


def test_a_code_means_the_same_wherever_its_role_brings_it_into_one_table():
    meanings: dict[tuple[str, str], set[str]] = {}
    for questionnaire in SICHUAN.questionnaires.values():
        for column in columns([questionnaire], SICHUAN):
            for code, label in column.codes.items():
                if (
                    column.role and column.role != "issue_check"
                ):  # of checks only the issue goes into the table
                    meanings.setdefault((column.role, code), set()).add(label.in_("zh"))
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


# --------------------------------------------------------------------------------------------- a driver's visit

DID = {"id": "did", "two": "did", "safe": "did_not", "reason": "did", "basis": "forgot", "hear": "na"}
DRIVER = {
    "B01": "truck_own",
    "B02": "semi",
    "B03": "y4_10",
    "B04": "510800",
    "B05": "local",
    "B06": "c1_2",
    "B07": "510802",
    "B08": "toll",
    "B09": DID,
    "B10": "f1",
    "B11": {"decision": "did", "appeal": "did_not", "bank": "did", "receipt": "did", "correct": "na"},
    "B12": "s3",
    "B13": "t4",
    "B14": ["FINE_ONLY", "FEE"],
    "B15": ["none"],
    "B16": ["none"],
    "B17": ["SELECTIVE"],
    "B18": ["refuse"],
    "B19": "511902",
    "B20": "hotline",
    "B21": ["P1", "P6"],
    "B22": ["rest", "weigh"],
    "B23": "希望标准统一。",
}


def test_a_driver_who_was_checked_and_fined_goes_through_with_every_question_answered():
    checked = judge("driver", DRIVER)
    assert problems(checked) == []
    assert checked.answers == DRIVER
    assert set(checked.asked) == set(asked(SICHUAN.questionnaires["driver"]))


def test_a_driver_who_met_nothing_is_asked_only_what_concerns_him():
    quiet = {
        "B01": "taxi",
        "B03": "y1",
        "B04": "interprov",
        "B05": "other_prov",
        "B06": "c0",
        "B10": "none",
        "B12": "dk",
        "B13": "dk",
        **{name: ["none"] for name in ("B14", "B15", "B16", "B17", "B18")},
        "B20": "never",
        "B21": ["none"],
    }
    checked = judge("driver", quiet)
    assert problems(checked) == []
    assert set(asked(SICHUAN.questionnaires["driver"])) - set(checked.asked) == {
        "B02",
        "B07",
        "B08",
        "B09",
        "B11",
        "B19",
    }


def test_what_no_longer_concerns_the_driver_is_dropped_and_not_counted():
    checked = judge("driver", DRIVER | {"B06": "c0", "B10": "warned"})
    assert problems(checked) == []
    assert not {"B07", "B08", "B09", "B11"} & set(checked.answers)


def test_a_driver_who_leaves_a_page_empty_is_told_of_every_question_on_it():
    checked = judge("driver", {})
    on_first = [problem.path for problem in checked.on("about")]
    assert on_first == ["B01", "B03", "B04", "B05"]


def test_none_and_prefer_not_to_say_stand_alone():
    for alone in ("none", "refuse"):
        assert ("B14", "exclusive") in problems(judge("driver", DRIVER | {"B14": ["FEE", alone]}))


def test_guangyuan_takes_only_its_own_counties():
    assert "GY03" in judge("guangyuan", {"GY03": "510802"}).answers
    assert "GY03" in [path for path, _ in problems(judge("guangyuan", {"GY03": "511902"}))]


# ------------------------------------------------------------------ who is asked what: "not one of" needs an answer

NOT_ONE_OF = [
    ("counterpart", {}, "A06", False),
    ("counterpart", {"A05": "c0"}, "A06", False),
    ("counterpart", {"A05": "unsure"}, "A06", True),
    ("counterpart", {"A05": "c1_2"}, "A08", True),
    ("counterpart", {"A05": "c1_2"}, "A10", False),  # A09 is asked, not yet answered
    ("counterpart", {"A05": "c1_2", "A09": "remote"}, "A10", False),
    ("counterpart", {"A05": "c1_2", "A09": "office"}, "A10", True),
    ("counterpart", {"A05": "c0", "A09": "office"}, "A10", False),  # A09 is hidden, so it has no answer
    ("counterpart", {}, "A18", False),
    ("counterpart", {"A13": ["none"], "A14": ["refuse"]}, "A18", False),
    ("counterpart", {"A13": ["none"], "A14": ["NOTICE"]}, "A18", True),
    ("counterpart", {"A17": ["FAVOUR"]}, "A18", True),
    ("counterpart", {"A16": ["WHO"]}, "A19", True),
    ("counterpart", {}, "A21", False),
    ("counterpart", {"A20": ["silent"]}, "A21", False),
    ("counterpart", {"A20": ["noneed"]}, "A21", False),
    ("counterpart", {"A20": ["hotline", "web"]}, "A21", True),
    ("counterpart", {"A20": ["silent"]}, "A22", True),
    ("counterpart", {"A20": ["hotline"]}, "A22", False),
    ("driver", {"B01": "hazmat"}, "B02", True),
    ("driver", {"B01": "bus"}, "B02", False),
    ("driver", {"B06": "unsure"}, "B07", True),
    ("driver", {}, "B07", False),
    ("driver", {"B06": "c3_5", "B08": "remote"}, "B09", False),
    ("driver", {"B06": "c3_5", "B08": "water"}, "B09", True),
    ("driver", {"B06": "c0", "B08": "water"}, "B09", False),
    ("driver", {"B10": "f2p"}, "B11", True),
    ("driver", {"B10": "warned"}, "B11", False),
    ("driver", {"B18": ["OTHER"]}, "B19", True),
    ("driver", {"B14": ["none"], "B18": ["refuse"]}, "B19", False),
    ("guangyuan", {"GY01": "public"}, "GY02", False),
    ("guangyuan", {"GY01": "self"}, "GY04", True),
    ("guangyuan", {"GY05": "c0"}, "GY06", False),
    ("guangyuan", {"GY05": "c13p"}, "GY06", True),
    ("guangyuan", {"GY09": ["refuse"]}, "GY10", False),
    ("guangyuan", {"GY09": ["SLOW"]}, "GY10", True),
    ("guangyuan", {"GY01": "public", "GY02": "water"}, "GY11", False),
    ("guangyuan", {"GY01": "driver", "GY02": "water"}, "GY11", True),
    ("guangyuan", {"GY01": "driver", "GY02": "source"}, "GY12", True),
]


@pytest.mark.parametrize(("name", "answers", "question", "is_asked"), NOT_ONE_OF)
def test_a_question_is_asked_of_those_it_concerns(name, answers, question, is_asked):
    assert (question in judge(name, answers).relevant) is is_asked


# --------------------------------------------------------------------------------------------- how to be reached


def test_without_a_recipient_nobody_is_asked_for_a_phone_number():
    assert SICHUAN.about.recipients == ()
    assert "contact" not in judge("counterpart", {}).relevant


def test_with_a_recipient_a_phone_number_may_be_left_and_nothing_else():
    about = SICHUAN.about.model_copy(update={"recipients": ("age1recipient",)})
    sealing = replace(SICHUAN, about=about)
    assert judge("counterpart", {"contact": "139 8123 4567"}, sealing).answers == {"contact": "139 8123 4567"}
    assert ("contact", "constraint") in problems(judge("counterpart", {"contact": "微信同号"}, sealing))
    assert "contact" not in [path for path, _ in problems(judge("counterpart", {}, sealing))]


# ------------------------------------------------------------------------------------------------ the inspection


def inspected(rating: str, **changed: str) -> dict[str, Any]:
    """A whole sheet on which every item has one rating, but for those changed."""
    found = checklists(SICHUAN.questionnaires["unannounced-inspection"])
    return {
        "D01": "511702",
        "D02": "SC-GS-01",
        "D03": "station",
        "D04": "2021-06-09",
        "D04_time": "09:30",
        "D05": "2021-06-09",
        "D05_time": "11:00",
        "D06": "督查一组二人",
        **{n: {r.name: changed.get(r.name, rating) for r in c.rows} for n, c in found.items()},
        **{f"{n}_times": 1 for n in found},
        **{f"{n}_details": "见编号。" for n in found},
        "D92": 21,
        "D93": "限期整改。",
    }


def counts(checked: Checked) -> tuple[int, ...]:
    return tuple(checked.answers[f"D90_{level}"] for level in ("red", "major", "minor"))


def test_a_clean_site_has_no_problems_and_nothing_to_explain():
    checked = judge("unannounced-inspection", inspected("ok"))
    assert problems(checked) == []
    assert counts(checked) == (0, 0, 0)
    assert "D1_details" not in checked.answers


def test_a_site_where_all_is_wrong_has_every_problem_counted_once():
    checked = judge("unannounced-inspection", inspected("problem"))
    assert problems(checked) == []
    assert counts(checked) == (10, 17, 9)


def test_each_item_counts_at_the_level_that_its_hint_names_and_asks_for_details():
    levels = {"红线问题": (1, 0, 0), "主要问题": (0, 1, 0), "一般问题": (0, 0, 1)}
    for name, checklist in checklists(SICHUAN.questionnaires["unannounced-inspection"]).items():
        for row in checklist.rows:
            checked = judge("unannounced-inspection", inspected("unseen", **{row.name: "problem"}))
            assert counts(checked) == levels[row.hint.in_("zh")[:4]], row.name
            details = [path for path in checked.relevant if path.endswith("_details")]
            assert details == [f"{name}_details"], row.name


def test_a_unit_that_is_not_in_the_list_is_named():
    sheet = inspected("ok", D1_1="na") | {"D02": "other"}
    assert problems(judge("unannounced-inspection", sheet)) == [("D02_name", "required")]
    assert problems(judge("unannounced-inspection", sheet | {"D02_name": "渠县超限检测站"})) == []


@pytest.mark.parametrize(
    ("end", "at", "wrong"),
    [("2021-06-08", "23:00", "D05"), ("2021-06-09", "09:30", "D05_time"), ("2021-06-10", "00:15", None)],
)
def test_an_inspection_ends_after_it_began(end, at, wrong):
    checked = judge("unannounced-inspection", inspected("ok") | {"D05": end, "D05_time": at})
    assert problems(checked) == ([(wrong, "constraint")] if wrong else [])


# ----------------------------------------------------------------------------------------------- the case review


def reviewed(lost: int = 0, **changed: str) -> dict[str, Any]:
    """A whole sheet from which `lost` points are taken, item by item, but for the answers changed."""
    points = {}
    for name, most in items().items():
        taken = min(lost, most)
        points[name] = str(most - taken)
        lost -= taken
    vetoes = [row.name for row in checklists(SICHUAN.questionnaires["case-review"])["V"].rows]
    return {
        "E01": "017",
        "E02": "511702",
        "E03": "SC-ZFZD",
        "E04": "overload",
        "E05": "ordinary",
        "E06": "2021-03-02",
        "E07": "2000",
        "E08": "lawyer",
        "E09": "clear",
        "V": {veto: changed.get(veto, "ok") for veto in vetoes},
        **{name: changed.get(name, code) for name, code in points.items()},
        "E90": "裁量理由不足。",
    }


@pytest.mark.parametrize(
    ("lost", "total", "grade"),
    [
        (0, 100, "excellent"),
        (10, 90, "excellent"),
        (11, 89, "good"),
        (20, 80, "good"),
        (21, 79, "pass"),
        (40, 60, "pass"),
        (41, 59, "fail"),
        (100, 0, "fail"),
    ],
)
def test_the_grade_follows_the_points(lost, total, grade):
    checked = judge("case-review", reviewed(lost))
    assert problems(checked) == []
    assert (checked.answers["total"], checked.answers["grade"]) == (total, grade)
    assert [path for path in checked.relevant if path.startswith("grade_")] == [f"grade_{grade}"]


def test_an_item_that_does_not_apply_is_left_out_and_the_rest_is_rescaled():
    checked = judge("case-review", reviewed(E1_1="na", E2_1="3"))
    assert problems(checked) == []
    assert (checked.answers["points"], checked.answers["possible"]) == (93, 96)
    assert checked.answers["total"] == 96.9  # 93 of 96 is 96.875 of 100


@pytest.mark.parametrize("item", items())
def test_each_item_takes_its_own_points_out_of_those_possible(item):
    answers = judge("case-review", reviewed(**{item: "na"})).answers
    assert answers["points"] == answers["possible"] == 100 - items()[item]
    assert answers["total"] == 100


@pytest.mark.parametrize("veto", [f"V{number}" for number in range(1, 10)])
def test_any_veto_fails_the_file_whatever_its_points(veto):
    answers = judge("case-review", reviewed(**{veto: "problem"})).answers
    assert (answers["vetoes"], answers["total"], answers["grade"]) == (1, 100, "fail")


def test_a_file_to_which_no_item_applies_has_no_grade():
    checked = judge("case-review", reviewed(**dict.fromkeys(items(), "na")))
    assert problems(checked) == []
    assert not {"total", "grade"} & set(checked.answers)
    assert "grade_none" in checked.relevant


def test_a_reviewer_who_must_withdraw_is_told_to_return_the_file():
    assert "E09_recuse" in judge("case-review", {"E09": "recuse"}).relevant
    assert "E09_recuse" not in judge("case-review", reviewed()).relevant


# ------------------------------------------------------------------------------------------------ the visit record


def test_a_visit_with_two_issues_is_recorded():
    entry = {
        "C09_category": "P6",
        "C09_issue": "MULTI",
        "C09_region": "510802",
        "C09_desc": "一个月内两家单位查同一事项。",
        "C09_heard": "own",
        "C09_people": 3,
        "C09_spread": "some",
        "C09_cause": ["system"],
        "C09_action": "plan",
        "C09_due": "2021-07-31",
    }
    people = ("company", "truck", "coach", "taxi", "crew", "officer", "aux", "leader", "public")
    record = {
        "C01": "G3",
        "C02": "2021-06-10",
        "C03": "510821",
        "C04": "symposium",
        "C05": ["station", "company"],
        **{f"C06_{kind}": 2 for kind in people},
        "C07": "absent",
        "C08_wish": "少跑路。",
        "C09": [entry, {**entry, "C09_issue": "SLOW", "C09_unit": "other", "C09_unit_name": "某县大队"}],
        "C12": "问题集中在重复检查。",
        "C14": "记录员",
    }
    checked = judge("field-record", record)
    assert problems(checked) == []
    assert checked.answers == record


# ------------------------------------------------------------------------------------------------- the starter


def test_the_starter_is_as_small_as_it_says_and_stays_off_the_first_page():
    starter = CAMPAIGNS["starter"]
    assert not starter.about.listed
    assert len(starter.regions) == 2
    assert asked(starter.questionnaires["starter"]) == ["Q1", "Q2", "Q3"]


def test_the_starter_has_a_comment_on_every_line():
    for file in ("campaign.yaml", "starter.yaml"):
        lines = (SHIPPED / "starter" / file).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.strip() and "#" not in line] == []


def test_only_the_dissatisfied_are_asked_why_in_the_starter():
    starter = CAMPAIGNS["starter"]
    content = {"Q1": "east", "Q2": "s5"}
    assert judge("starter", content, starter).answers == content
    assert "Q3" in judge("starter", content | {"Q2": "s1"}, starter).relevant
