"""The coverage board: every line is what plain pandas counts, lines add up, targets and days are worked out as told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import Scope, of_group
from survey_app.campaign.targets import Target
from survey_app.storage import NewResponse, Sought, Storage, open_storage
from survey_app.tabulation.coverage import Board
from tests.machinery.counted import PARENTS, REGIONS, campaign, questionnaire
from tests.machinery.drawn import SECRET

TODAY = date(2021, 8, 20)
ROAD, FIRM = questionnaire("road", "driver"), questionnaire("firm", "counterpart")
CAMPAIGN = campaign(ROAD, FIRM)
AUDIENCE = {"road": "driver", "firm": "counterpart"}


class FromPlace(NamedTuple):
    questionnaire: str
    audience: str
    region: str | None
    responses: int
    last: date


rows = st.lists(
    st.tuples(
        st.sampled_from(sorted(AUDIENCE)),
        st.sampled_from([*PARENTS, "gone", None]),
        st.dates(date(2021, 6, 2), TODAY),
        st.sampled_from(["web", "paper"]),
    ),
    max_size=60,
)


def frame_of(drawn: list[tuple[str, str | None, date, str]]) -> pd.DataFrame:
    return pd.DataFrame(drawn, columns=["questionnaire", "region", "day", "channel"])


def counted(frame: pd.DataFrame) -> list[FromPlace]:
    """What the database counts, by pandas."""
    groups = frame.assign(region=frame["region"].fillna("-")).groupby(["questionnaire", "region"])
    return [
        FromPlace(name, AUDIENCE[name], None if region == "-" else region, len(part), part["day"].max())
        for (name, region), part in groups
    ]


def inside(code: str | None) -> set[str]:
    """The codes of a place and of what lies in it."""
    found = {code}
    for _ in PARENTS:
        found |= {each for each, parent in PARENTS.items() if parent in found}
    return {each for each in found if each}


def board(frame: pd.DataFrame, of: Campaign = CAMPAIGN, scope: Scope | None = None) -> Board:
    return Board(of, counted(frame), TODAY, scope or Scope())


@given(rows)
def test_each_line_is_what_pandas_counts_and_lines_add_up(drawn):
    frame = frame_of(drawn)
    made = board(frame)
    for code in PARENTS:
        mine = frame[frame["region"].isin(inside(code))]
        line = made.line(code)
        assert line.total == len(mine)
        assert line.responses["driver"] == (mine["questionnaire"] == "road").sum()
        assert line.last == (mine["day"].max() if len(mine) else None)
        if REGIONS.children(code):
            assert sum(each.total for each in made.inside(code)) == line.total
    nowhere = made.nowhere()
    tops = [made.line(code) for code in made.tops] + ([nowhere] if nowhere else [])
    assert sum(each.total for each in tops) == made.total().total == len(frame)


@given(rows)
def test_groups_and_what_belongs_to_none_add_up_to_everything(drawn):
    frame = frame_of(drawn)
    lines = board(frame).groups()
    assert sum(each.total for each in lines) == len(frame)
    assert {each.code: each.total for each in lines if each.code} == {
        "g1": frame["region"].isin(inside("north")).sum(),
        "g2": frame["region"].isin(inside("south")).sum(),
    }


@given(rows)
def test_a_group_sees_its_own_places_and_a_total_of_them(drawn):
    scope = of_group(CAMPAIGN, "g1")
    mine = frame_of(drawn)
    mine = mine[mine["region"].isin(scope.regions)]
    made = board(mine, scope=scope)
    assert made.tops == ("north",)
    assert made.total().total == len(mine) == made.line("north").total
    assert [line.code for line in made.at_level("county")] == ["n1", "n2"]
    assert [line.code for line in made.groups()] == ["g1"]
    assert not made.sees("south") and not made.sees("nowhere at all")


def with_targets(*targets: Target, **about: object) -> Campaign:
    return replace(CAMPAIGN, targets=targets, about=CAMPAIGN.about.model_copy(update=about))


def three() -> pd.DataFrame:
    """Two drivers of n1, a firm of n2."""
    return frame_of([("road", "n1", TODAY, "web")] * 2 + [("firm", "n2", TODAY, "web")])


def test_a_target_is_met_by_what_counts_for_it_and_a_place_without_one_has_that_of_the_places_in_it():
    of = with_targets(
        Target(region="n1", audience="driver", target=4), Target(region="n2", audience="driver", target=6)
    )
    made = board(three(), of)
    n1, north, total = made.line("n1"), made.line("north"), made.total()
    assert (n1.wanted["driver"].target, n1.wanted["driver"].done) == (4, 2)
    assert (north.wanted["driver"].target, north.wanted["driver"].done) == (10, 2)
    assert north.in_all == north.wanted["driver"] == total.in_all
    assert north.wanted["driver"].share == 0.2
    assert made.line("south").in_all is None
    assert made.groups()[0].in_all == north.in_all


def test_a_line_of_its_own_comes_before_the_sum():
    of = with_targets(Target(region="n1", target=4), Target(region="north", target=20), Target(target=100))
    made = board(three(), of)
    assert made.line("north").in_all.target == 20
    assert made.line("all").in_all.target == 20
    assert (made.total().in_all.target, made.total().in_all.done) == (100, 3)


def test_a_target_for_a_questionnaire_counts_its_responses_alone():
    of = with_targets(Target(region="north", questionnaire="firm", target=5))
    wanted = board(three(), of).line("north").wanted
    assert (wanted["counterpart"].done, wanted["counterpart"].target) == (1, 5)
    assert "driver" not in wanted


DAYS = {
    "before the first day": (date(2021, 8, 21), date(2021, 8, 30), 0.0),
    "on the first of ten days": (TODAY, date(2021, 8, 29), 10.0),
    "half way": (date(2021, 8, 16), date(2021, 8, 25), 50.0),
    "on the last day": (date(2021, 8, 11), TODAY, 100.0),
    "after it": (date(2021, 6, 1), date(2021, 7, 1), 100.0),
}


@pytest.mark.parametrize("case", DAYS, ids=str)
def test_what_is_expected_grows_evenly_from_the_first_day_to_the_last(case: str):
    opens, closes, by_now = DAYS[case]
    wanted = board(three(), with_targets(Target(target=100, opens=opens, closes=closes))).total().in_all
    assert wanted.expected == pytest.approx(by_now)
    assert wanted.is_behind == (by_now > 3)


def test_days_left_out_are_those_of_the_campaign_and_without_a_last_day_nothing_is_expected():
    closed = with_targets(Target(target=100), opens=date(2021, 8, 11), closes=TODAY)
    assert board(three(), closed).total().in_all.expected == 100
    open_ended = board(three(), with_targets(Target(target=100), opens=date(2021, 8, 11))).total().in_all
    assert open_ended.expected is None
    assert not open_ended.is_behind


def test_a_county_is_silent_that_gave_nothing_for_two_weeks_or_never():
    drawn = [
        ("road", "n1", TODAY - timedelta(days=13), "web"),
        ("road", "n2", TODAY - timedelta(days=14), "web"),
    ]
    made = board(frame_of(drawn))
    assert [line.code for line in made.silent] == ["s1", "n2"]
    assert [made.silence(line) for line in made.silent] == [None, 14]


def test_a_mix_is_lopsided_where_an_audience_is_far_rarer_than_elsewhere():
    drawn = [("road", "n1", TODAY, "web")] * 30 + [("firm", "s1", TODAY, "web")] * 30
    made = board(frame_of(drawn))
    assert made.is_lopsided(made.line("n1"))
    assert not made.is_lopsided(made.line("all"))
    assert not board(frame_of(drawn[1:])).is_lopsided(made.line("n2"))


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET)
    opened.register(ROAD)
    opened.register(FIRM)
    yield opened
    opened.close()


def kept(storage: Storage, drawn: list[tuple[str, str | None, date, str]], **keys: object) -> None:
    version = {"road": ROAD.version, "firm": FIRM.version}
    storage.add(
        NewResponse(name, version[name], AUDIENCE[name], channel, "zh", day, {}, [], region=region, **keys)
        for name, region, day, channel in drawn
    )


def test_the_database_counts_what_pandas_counts(storage: Storage):
    drawn = [
        (name, region, TODAY - timedelta(days=number * 7 % 40), ["web", "paper", "qr:n1"][number % 3])
        for number, (name, region) in enumerate(
            [(name, region) for name in ("road", "firm", "road") for region in [*PARENTS, None]] * 4
        )
    ]
    kept(storage, drawn)
    kept(storage, drawn[:7], status="excluded")
    frame, names = frame_of(drawn), ["road", "firm"]
    assert sorted(map(repr, storage.coverage.places(names))) == sorted(map(repr, counted(frame)))
    by_day = frame.groupby(["questionnaire", "channel", "day"]).size()
    assert {each[:3]: each.responses for each in storage.coverage.days(names)} == by_day.to_dict()
    assert [each.day for each in storage.coverage.days(names)] == sorted(
        each.day for each in storage.coverage.days(names)
    )
    scope = of_group(CAMPAIGN, "g1")
    mine = frame[frame["region"].isin(scope.regions)]
    assert sorted(storage.coverage.places(["road"], scope)) == sorted(
        counted(mine[mine["questionnaire"] == "road"])
    )
    assert (
        sum(each.responses for each in storage.coverage.days(["firm"], scope))
        == (mine["questionnaire"] == "firm").sum()
    )


def test_a_milestone_is_ticked_once_with_its_day_and_person_and_the_log_tells(storage: Storage):
    ticked = storage.milestones
    assert ticked.tick("c", "plan", "n1", TODAY, "li")
    assert not ticked.tick("c", "plan", "n1", TODAY - timedelta(days=1), "wang")
    assert ticked.reached("c") == {("plan", "n1"): (TODAY, "li")}
    assert ticked.reached("another") == {}
    assert ticked.untick("c", "plan", "n1", "wang")
    assert not ticked.untick("c", "plan", "n1", "wang")
    assert ticked.reached("c") == {}
    log = list(storage.audit.each(Sought()))
    assert [(act.person, act.act, act.subject) for act in log] == [
        ("li", "milestone ticked", "c"),
        ("wang", "milestone unticked", "c"),
    ]
    assert log[1].details["ticked by"] == "li"
