"""Charts of tables: what is said and written at each mark is what pandas counts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from html import unescape
from urllib.parse import urlencode

import numpy as np
import pytest

from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported, Side, is_answer
from tests.machinery.sheet import Node, numbers, read
from tests.visits.desk.every_number.asking import PLACES, Query, everybody, labels
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices

CHARTS: tuple[dict[str, str], ...] = (
    {"rows": "B01", "columns": "satisfaction", "percent": "row", "chart": "stacked"},
    {
        "rows": "region",
        "columns": "issue",
        "scheme": "sc2021",
        "level": "prefecture",
        "percent": "row",
        "chart": "heat",
    },
    {
        "rows": "home_region",
        "columns": "all",
        "level": "prefecture",
        "measure": "mean",
        "scale": "B12",
        "chart": "tiles",
    },
    {"rows": "B12", "columns": "all", "percent": "column", "chart": "bars"},
    {"rows": "B22", "columns": "language", "measure": "mentions", "chart": "bars"},
    {"rows": "date", "columns": "language", "period": "week", "chart": "line"},
)
WRITTEN = ("heat", "tiles")
"""Kinds of charts that write the figure of every mark on it; others have an axis."""


def marks(svg: str) -> list[str]:
    """What is said at each mark."""
    said = (
        unescape(each.attributes["aria-label"])
        for each in read(svg).walk()
        if "aria-label" in each.attributes
    )
    return [each for each in said if "\n" in each]


def expected_marks(office: Office, query: Query, plain: Plain) -> dict[str, list[float]]:
    """By what it is called, the numbers of each cell that a chart has a mark for."""
    found = {}
    sides = {"rows": plain.rows, "columns": plain.columns}
    names = {which: called(office, query, which, side) for which, side in sides.items()}
    alone = query.fields["columns"] == "all"
    for row, row_code in enumerate(plain.rows.codes):
        for column, code in enumerate(plain.columns.codes):
            if not (
                is_answer(row_code)
                and is_answer(code)
                and row_code in names["rows"]
                and code in names["columns"]
            ):
                continue
            if plain.values is None or not np.isnan(plain.values[row, column]):
                words = names["rows"][row_code] + ("" if alone else f" · {names['columns'][code]}")
                found[words] = plain.mark(row, column)
    return found


def called(office: Office, query: Query, which: str, side: Side) -> dict[str, str]:
    name = query.fields[which]
    known = (
        {code: worded(code) for code in side.codes}
        if name == "date"
        else labels(office.exported.only(["driver"]), name)
    )
    if name in PLACES:
        prefectures = {code for code, level in office.exported.places.levels.items() if level == "prefecture"}
        known = {
            code: word
            for code, word in known.items()
            if code in prefectures or code not in office.exported.places.levels
        }
    return known


def worded(period: str) -> str:
    """A period as it is called: of a week the first day is said too."""
    if "W" not in period:
        return period
    return f"{period}（{datetime.strptime(f'{period}-1', '%G-W%V-%u'):%m-%d}起）"


def check(office: Office, query: Query, svg: str, exported: Exported) -> None:
    counted = query.counted(exported)
    plain = query.plain(counted, query.side(counted, "rows"), query.side(counted, "columns"))
    expected, said = expected_marks(office, query, plain), marks(svg)
    assert said
    shown = Counter[str]()
    for each in said:
        words, _, figures = each.partition("\n")
        there = numbers(figures)
        if "95%" in figures:  # what the interval is stands right before its ends
            assert there.pop(1) == "95", each
        name = words.replace("*", "")
        if name not in expected:  # a place or a choice from where nobody answered
            assert {*there} <= {"0", "0.0"}, each
            continue
        mine = expected.pop(name)
        assert [float(each) for each in there] == mine, each
        shown[there[0]] += 1
    assert not [
        name for name, mine in expected.items() if mine[0] and not _is_beside_tiles(office, query, name)
    ]
    if query.fields["chart"] in WRITTEN:
        written = Counter(n for text in texts(svg) for n in numbers(text))
        assert not shown - written


def _is_beside_tiles(office: Office, query: Query, name: str) -> bool:
    """Tiles are for places; what came from elsewhere has none, nor has a line that others lie in."""
    tiles = {office.campaign.regions.labels[tile.code].in_("zh") for tile in office.campaign.tiles}
    return query.fields["chart"] == "tiles" and name.partition(" · ")[0] not in tiles


def texts(svg: str) -> list[str]:
    """What is written."""
    return [each.text for each in read(svg).walk() if isinstance(each, Node) and each.tag == "text"]


@pytest.mark.parametrize("fields", CHARTS, ids=[f"{each['chart']}-{each['rows']}" for each in CHARTS])
def test_every_number_of_a_chart(office: Office, viewer: Viewer, fields: dict[str, str]):
    query = Query({"questionnaire": "driver", **fields}, everybody)
    svg = viewer.person.opens(f"/research/tables.svg?{urlencode(query.fields)}").text
    assert viewer.person.status == 200
    holds_and_notices(partial(check, office, query, svg), office.seen_by(viewer))
