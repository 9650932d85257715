"""targets.csv and milestones: what an author writes, and what the check says of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey_app.campaign.checking import check_path
from survey_app.campaign.loading import load_campaign
from survey_app.campaign.reports import render
from survey_app.campaign.targets import Target
from tests.conftest import WriteCampaign

REAL = Path(__file__).parents[2] / "questionnaires" / "sichuan-2021"
FORM = """\
name: {name}
title: {{zh: 司机, en: Drivers}}
audience: [{audience}]
staff: {staff}
pages: [{{name: p, label: P, questions: [{{type: integer, name: n, label: N}}]}}]
"""
ABOUT = """\
name: tiny
title: Tiny
organisation: Office
languages: {zh: 中文, en: English}
levels: [{name: town, label: Town}, {name: county, label: County}]
privacy: Safe.
consent: Yes.
"""
FILES = {
    "campaign.yaml": ABOUT,
    "driver.yaml": FORM.format(name="driver", audience="driver", staff="false"),
    "firm.yaml": FORM.format(name="firm", audience="counterpart", staff="false"),
    "review.yaml": FORM.format(name="review", audience="reviewer", staff="true"),
    "regions.csv": "code,parent,level,label\nT,,town,Town\neast,T,county,East\nwest,T,county,West\n",
}
HEADER = "region,audience,questionnaire,target,opens,closes\n"


def test_targets_stand_at_any_level_for_an_audience_a_questionnaire_or_all(write_campaign: WriteCampaign):
    lines = "east,driver,,20,2021-06-02,2021-07-01\nT,,firm,30,,\n,,,100,,\n"
    campaign = load_campaign(write_campaign({**FILES, "targets.csv": HEADER + lines}))
    assert campaign.targets == (
        Target(region="east", audience="driver", target=20, opens=date(2021, 6, 2), closes=date(2021, 7, 1)),
        Target(region="T", questionnaire="firm", target=30),
        Target(target=100),
    )


def test_without_a_file_there_are_no_targets(write_campaign: WriteCampaign):
    assert load_campaign(write_campaign(FILES)).targets == ()


BROKEN = {
    "a region that is not there": (
        "eastt,,,1,,",
        "targets.csv:2: region eastt does not exist (did you mean east?)",
    ),
    "an audience nobody asks": (
        "east,drivers,,1,,",
        "targets.csv:2: no public questionnaire asks the audience drivers (did you mean driver?)",
    ),
    "an audience that staff asks": (
        "east,reviewer,,1,,",
        "targets.csv:2: no public questionnaire asks the audience reviewer",
    ),
    "a questionnaire that is not there": (
        "east,,drver,1,,",
        "targets.csv:2: there is no questionnaire drver (did you mean driver?)",
    ),
    "a questionnaire of the staff": (
        "east,,review,1,,",
        "targets.csv:2: review is filled in by staff, and the coverage board counts public ones "
        "(name a public one)",
    ),
    "both": (
        "east,driver,driver,1,,",
        "targets.csv:2: both an audience and a questionnaire are named (leave one of the two empty)",
    ),
    "the same twice": (
        "east,driver,,1,,\neast,driver,,2,,",
        "targets.csv:3: target east driver stands twice; the first one is in line 2 (keep one of the lines)",
    ),
    "days the wrong way": (
        "east,,,1,2021-07-01,2021-06-01",
        "targets.csv:2: it opens on 2021-07-01, after it closes on 2021-06-01 (change one of the two days)",
    ),
    "no number": ("east,,,,,", 'targets.csv:2: "target" is missing'),
    "words for a number": ("east,,,many,,", 'targets.csv:2: "target" must be a whole number'),
    "nobody": ("east,,,0,,", 'targets.csv:2: "target" is "0" (write a number from 1)'),
    "a day in words": ("east,,,5,tomorrow,", 'targets.csv:2: "opens" must be a day'),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_what_is_wrong_with_targets_is_named_with_its_line(case: str, write_campaign: WriteCampaign):
    lines, expected = BROKEN[case]
    found = render(check_path(write_campaign({**FILES, "targets.csv": HEADER + lines + "\n"})).mistakes)
    errors = [line for line in found.splitlines() if line.startswith("targets") and "warning" not in line]
    assert any(line.startswith(expected) for line in errors), found


def test_a_place_that_wants_less_than_the_places_in_it_is_warned_of(write_campaign: WriteCampaign):
    lines = "east,,,60,,\nwest,,,50,,\nT,,,100,,\n"
    found = render(check_path(write_campaign({**FILES, "targets.csv": HEADER + lines})).mistakes)
    assert "targets.csv:4: warning: region T: target 100, and those in it add up to 110" in found


MILESTONES: dict[str, tuple[Any, str]] = {
    "a level that is not there": (
        "milestones: [{name: plan, label: Plan, levels: [conty]}]",
        "milestone plan: there is no level conty (did you mean county?)",
    ),
    "no level": ("milestones: [{name: plan, label: Plan, levels: []}]", '"levels" is empty'),
    "twice": (
        "milestones: [{name: a, label: A, levels: [town]}, {name: a, label: B, levels: [town]}]",
        "milestone a stands twice",
    ),
    "another key": (
        "milestones: [{name: plan, label: Plan, level: town, levels: [town]}]",
        '"level" is not a key of a milestone (did you mean levels?)',
    ),
}


@pytest.mark.parametrize("case", MILESTONES, ids=str)
def test_what_is_wrong_with_milestones_is_named_with_its_line(case: str, write_campaign: WriteCampaign):
    lines, expected = MILESTONES[case]
    found = render(check_path(write_campaign({**FILES, "campaign.yaml": ABOUT + lines + "\n"})).mistakes)
    assert any(line.startswith(f"campaign.yaml:8: {expected}") for line in found.splitlines()), found


def test_the_real_campaign_says_that_its_targets_are_an_example_and_counts_what_the_bulletin_counts():
    campaign = load_campaign(REAL)
    assert campaign.about.targets_are_example
    assert {target.region for target in campaign.targets} == dict(
        campaign.regions.at_level("prefecture")
    ).keys()
    places = {
        milestone.name: [len(campaign.regions.at_level(level)) for level in milestone.levels]
        for milestone in campaign.about.milestones
    }
    assert places == {"plan_issued": [21, 183], "group_set_up": [21, 183]}
