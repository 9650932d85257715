"""Periods that responses do not fill are said to be so, and drawn otherwise."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest

from survey_app.campaign.campaign import Disclosure
from survey_app.exporting.charts import as_svg
from survey_app.tabulation import Table, as_frame, ask, disclosed
from survey_app.tabulation.ordering import ordered
from tests.machinery.counted import CAMPAIGN, CATALOGUE, Person, frame_of
from tests.unit.test_charts import texts

MONDAY, SUNDAY, WEDNESDAY, TUESDAY = (date(2021, 6, day) for day in (7, 20, 9, 22))
NOT_WHOLE = "以下时段不完整，不宜与其他时段比较："


def by(period: str, *days: date) -> Table:
    people = [Person({"sort": "bus"}, day=day) for day in days for _ in range(40)]
    return ask(frame_of(people), CATALOGUE, "date", "sort", period=period)


def notes(table: Table, language: str = "zh") -> str:
    return "".join(note.in_(language) for note in table.notes)


@pytest.mark.parametrize(
    ("period", "days", "told"),
    [
        ("week", (MONDAY, SUNDAY), ""),
        ("week", (WEDNESDAY, SUNDAY), "2021-W23 自 2021-06-09 起"),
        ("week", (MONDAY, TUESDAY), "2021-W25 到 2021-06-22 为止"),
        ("week", (WEDNESDAY, TUESDAY), "2021-W23 自 2021-06-09 起；2021-W25 到 2021-06-22 为止"),
        ("week", (WEDNESDAY,), "2021-W23 只有 2021-06-09 至 2021-06-09"),
        ("month", (date(2021, 5, 1), date(2021, 6, 29)), "2021-06 到 2021-06-29 为止"),
        ("month", (date(2021, 5, 1), date(2021, 6, 30)), ""),
        ("month", (date(2020, 12, 31), date(2021, 1, 31)), "2020-12 自 2020-12-31 起"),
        ("day", (WEDNESDAY, TUESDAY), ""),
    ],
)
def test_what_begins_or_ends_within_a_period_is_told(period: str, days: tuple[date, ...], told: str):
    said = notes(by(period, *days))
    assert (f"{NOT_WHOLE}{told}。" in said) if told else (NOT_WHOLE not in said)


def test_a_side_of_days_that_people_name_says_nothing_of_it():
    """Nobody knows from when on a day could have been named."""
    people = [Person({"day": "2021-06-09", "sort": "bus"}, day=MONDAY)]
    table = ask(frame_of(people), CATALOGUE, "day", "sort")
    assert not table.partial
    assert NOT_WHOLE not in notes(table)


def test_as_columns_they_are_told_of_too():
    people = [Person({"sort": "bus"}, day=day) for day in (WEDNESDAY, SUNDAY)]
    table = ask(frame_of(people), CATALOGUE, "sort", "date", period="week")
    assert "2021-W23 自 2021-06-09 起" in notes(table)


def test_a_week_says_its_first_day_beside_its_code():
    frame = as_frame(by("week", date(2020, 12, 30), date(2021, 1, 4)), "zh")
    assert frame.iloc[:2, :2].values.tolist() == [
        ["2020-W53", "2020-W53（12-28起）"],
        ["2021-W01", "2021-W01（01-04起）"],
    ]


def test_what_leaves_the_house_names_the_periods_and_no_day():
    public = disclosed(by("week", WEDNESDAY, TUESDAY), Disclosure())
    said = notes(public)
    assert f"{NOT_WHOLE}2021-W23；2021-W25。" in said
    assert "2021-06-" not in said
    assert "2021-06-" not in texts(as_svg(public, "line", CAMPAIGN, "zh"))


def dots(table: Table) -> list[bool]:
    """Of the points of a line from left to right, whether each is hollow."""
    root = ET.fromstring(as_svg(table, "line", CAMPAIGN, "zh"))  # noqa: S314 - our own
    bus = [code for code, _ in table.columns].index("bus")
    found = [e for e in root.iter() if e.get("class") == "mark" and e.get("data-column") == str(bus)]
    found.sort(key=lambda each: int(each.get("data-row", "")))
    return [each.get("fill") == "white" for each in found]


def test_a_point_of_a_period_that_is_not_whole_is_hollow_and_the_chart_says_why():
    table = by("week", WEDNESDAY, MONDAY.replace(day=14), TUESDAY)
    assert dots(table) == [True, False, True]
    assert dots(by("week", MONDAY, SUNDAY)) == [False, False]
    words = texts(as_svg(table, "line", CAMPAIGN, "zh"))
    assert "空心点：以下时段不完整" in words
    assert "空心点" not in texts(as_svg(table, "bars", CAMPAIGN, "zh"))
    assert "以下时段不完整" in texts(as_svg(table, "bars", CAMPAIGN, "zh"))
    assert "2021-W23 自" in notes(ordered(table, "bus"))
