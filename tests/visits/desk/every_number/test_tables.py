"""Tables by lot: many sides, filters, measures, percentages, weights and orders of rows; counts, shares, bases,
intervals, tests, notes.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from urllib.parse import urlencode

import numpy as np
import pytest

from survey_app.campaign.columns import SPECIAL
from tests.machinery import bypandas
from tests.machinery.bypandas import Plain
from tests.machinery.exported import Exported, Side
from tests.machinery.sheet import Node, Sheet
from tests.visits.desk.every_number.asking import (
    ISSUES,
    OF_DRIVERS,
    PLACES,
    SCORED,
    STRAYS,
    TOTAL,
    WEIGHT,
    Query,
    drawn,
    everybody,
    in_order,
    labels,
    measures,
    scores_of,
)
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices

TABLES = int(os.environ.get("EVERY_TABLE", "25"))
RULES = ("0", "30", "95", "5", "1")
"""What a table explains itself by: nobody, a small base, intervals, and when no chi-square is worked out."""


@dataclass(frozen=True)
class Shown:
    """A table on a page: its cells, and the places of its codes among those of the sides."""

    lines: list[list[Node]]
    total: list[Node]
    bases: list[Node]
    row_words: list[str]
    column_words: list[str]

    @classmethod
    def of(cls, sheet: Sheet) -> Shown:
        """The one that the page has."""
        head, *lines, total, bases = sheet.rows(sheet.by_id("table"))
        return cls(lines, total, bases, [line[0].text for line in lines], [each.text for each in head[1:-2]])


def codes_of(exported: Exported, query: Query, which: str, words: Sequence[str]) -> list[str]:
    """The codes that are called so on a side."""
    name = query.fields.get(which) or "all"
    called = labels(exported, name)
    scheme = query.fields.get("scheme", "")
    found = []
    for each in words:
        plain = each.strip(" ↓↑")
        if name == "date":
            plain = plain.partition("（")[0]  # of a week the first day stands beside it
        for stray in STRAYS:
            plain = plain.removesuffix(stray)
        fits = [code for code, label in called.items() if label == plain]
        if name in ("date", "version"):
            fits = fits or [plain]
        if name in ISSUES:
            fits = [code for code in fits if _stands(code, scheme, exported)]
        (code,) = fits
        found.append(code)
    return found


def _stands(code: str, scheme: str, exported: Exported) -> bool:
    """Issues and categories may be called alike; only one of both stands in a table."""
    issues = exported.campaign.issues
    categories = {each.name for each in issues.schemes[scheme].categories} if scheme else set()
    every = {each.name for s in issues.schemes.values() for each in s.categories}
    return code in categories or code not in every


def sides_of(exported: Exported, query: Query, shown: Shown) -> tuple[Side, Side, list[int], list[int]]:
    """Both sides with all codes that are shown, and where these are in them. Whoever has a code must be shown."""
    found: list[Side] = []
    places = []
    for which, words in (("rows", shown.row_words), ("columns", shown.column_words)):
        codes = codes_of(exported, query, which, words)
        side = query.side(exported, which).widened(codes)
        places.append([side.codes.index(code) for code in codes])
        met = {place for place in range(len(side.codes)) if side.has[:, place].any()}
        assert met <= {*places[-1]}, f"not shown: {[side.codes[place] for place in met - {*places[-1]}]}"
        found.append(side)
    return found[0], found[1], places[0], places[1]


def said(sheet: Sheet, node: Node) -> list[str]:
    """The numbers of a cell, those of its small print apart from its figure."""
    return sheet.numbers(" ".join(node.texts()))


def check_cells(sheet: Sheet, shown: Shown, plain: Plain, rows: list[int], columns: list[int]) -> None:
    """Every cell of the table: its figures, totals and bases."""
    for row, (_name, *cells, people, base) in zip(rows, shown.lines, strict=True):
        for column, cell in zip(columns, cells, strict=True):
            own = without_versus(cell)
            assert said(sheet, own) == plain.cell(row, column), (row, column)
            assert ("*" in own.text) == plain.is_starred(row, column), own.text
        assert said(sheet, people) == [str(plain.counts[row, -1])]
        check_base(sheet, base, int(plain.row_bases[row]), is_marked=plain.is_marked(row=row))
    for column, cell in zip(columns, shown.total[1:-2], strict=True):
        assert said(sheet, cell) == plain.cell(-1, column)
    assert [said(sheet, cell) for cell in shown.total[-2:]] == [[str(each)] for each in plain.everyone]
    for column, cell in zip(columns, shown.bases[1:-2], strict=True):
        check_base(sheet, cell, int(plain.column_bases[column]), is_marked=plain.is_marked(column=column))
    check_base(sheet, shown.bases[-1], plain.base, is_marked=plain.is_marked())


def check_base(sheet: Sheet, cell: Node, base: int, *, is_marked: bool) -> None:
    assert said(sheet, cell) == [str(base)]
    assert ("*" in cell.text) == is_marked, cell.text


def without_versus(cell: Node) -> Node:
    """The cell without what it is compared with."""
    inside = [each for each in cell.inside if isinstance(each, str) or "versus" not in each.classes]
    return Node(cell.tag, cell.attributes, inside)


def check_notes(sheet: Sheet, expected: Sequence[str], rules: Collection[str] = RULES) -> None:
    """The notes say these numbers, and none besides but those by which the page explains itself."""
    notes = sheet.take(sheet.main.one("ul", "notes"))
    words = [each.text for each in notes.every("li")]
    numbers = Counter(sheet.numbers(" ; ".join(words)))
    assert Counter(expected) - numbers == Counter(), (expected, words)
    assert {*(numbers - Counter(expected))} <= {*rules}, (expected, words)


def check_order(query: Query, shown: Shown, plain: Plain, rows: list[int], listed: Sequence[str]) -> None:
    """The rows stand by the figures of their column; those that are alike there as they are `listed` without it."""
    by = query.fields["order"]
    column = -1 if by == TOTAL else plain.columns.codes.index(by)
    keys = {word: plain.sorted_by(row, column) for word, row in zip(shown.row_words, rows, strict=True)}
    assert shown.row_words == sorted(listed, key=keys.__getitem__), by


def as_listed(office: Office, viewer: Viewer, query: Query) -> list[str]:
    """The rows in the order of the list; empty where nothing else is asked for."""
    if "order" not in query.fields:
        return []
    fields = {name: text for name, text in query.fields.items() if name != "order"}
    return Shown.of(office.sheet(viewer, address(replace(query, fields=fields)))).row_words


def placed(query: Query, kept: Exported, plain: Plain, sees: set[str] | None) -> list[str]:
    """Of how many a side of places says another place than those that are looked at, though they count for these.

    Of a mean, only who has a score is spoken of; of mentions nobody.
    """
    inside = query.inside(kept.places, sees)
    measure = query.fields.get("measure", "")
    if inside is None or measure == "mentions":
        return []
    scored = np.ones(len(plain.rows.has), dtype=bool)
    if measure in SCORED:
        scored = ~np.isnan(scores_of(kept, query.fields["scale"])[0])
    found = []
    for name, side in (
        (query.fields["rows"], plain.rows),
        (query.fields.get("columns", "all"), plain.columns),
    ):
        if name in PLACES:
            near = [bool(kept.places.reached(code) & inside) for code in side.codes]
            beyond = int(scored.sum()) - int(side.has[scored][:, near].sum())
            found += [str(scored.sum()), str(beyond)] if beyond else []
    return found


def noted(query: Query, counted: Exported, kept: Exported, plain: Plain, sees: set[str] | None) -> list[str]:
    """The numbers that the notes say: flags, bases, who is in no base and why, what is tested."""
    flags = [flags for frame in counted.frames.values() for flags in frame["_flags"] if flags]
    found = [str(len(flags)), *map(str, Counter(" ".join(flags).split()).values())] if flags else []
    n = len(plain.rows.has)
    found += [str(plain.base), str(n)]
    for side in (plain.rows, plain.columns):
        counts = side.has.sum(axis=0)
        found += [str(c) for code, c in zip(side.codes, counts, strict=True) if code in SPECIAL and c]
        found += [str(side.unoffered)] if side.unoffered else []
    found += placed(query, kept, plain, sees)
    measure = query.fields.get("measure", "")
    if measure == "mentions":
        found += [str(plain.mentions), str(plain.base)]
    if measure in SCORED and n > plain.counts[-1, -1]:
        found.append(str(n - int(plain.counts[-1, -1])))
    weights = query.weights(kept)
    if weights is not None:
        if measure in SCORED:
            weights = weights[~np.isnan(scores_of(kept, query.fields["scale"])[0])]
        worth = bypandas.effective(weights.sum(), (weights**2).sum())
        return [*found, str(len(weights)), f"{worth:.1f}" if worth else "0"]
    if measure or plain.rows.several or plain.columns.several:
        return found
    return found + (bypandas.chi_square(plain) or [])


def check(
    sheet: Sheet, query: Query, sees: set[str] | None, listed: Sequence[str], exported: Exported
) -> None:
    """All numbers of a page with a table, and the order of its rows."""
    counted, kept = query.counted(exported), query.kept(exported)
    shown = Shown.of(sheet)
    rows, columns, row_places, column_places = sides_of(kept, query, shown)
    plain = query.plain(kept, rows, columns)
    check_cells(sheet, shown, plain, row_places, column_places)
    if listed:
        check_order(query, shown, plain, row_places, listed)
    check_notes(sheet, noted(query, counted, kept, plain, sees))


def address(query: Query) -> str:
    return f"/research/tables?{urlencode(query.fields)}"


def test_every_number_of_many_tables(office: Office, viewer: Viewer):
    lot = random.Random(f"tables/{viewer.is_coordinator}")
    for query in islice(drawn(office, viewer, lot), TABLES):
        check_page(office, viewer, query)


def test_every_number_of_weighted_and_sorted_tables(office: Office, viewer: Viewer):
    """Of every measure one, which the draw of many tables need not bring."""
    lot = random.Random(f"weighted/{viewer.is_coordinator}")
    for measure in measures(lot, drivers=True):
        rows, columns = lot.sample([*OF_DRIVERS, "issue", "priority", "all"], 2)
        fields = {"questionnaire": "driver", "rows": rows, "columns": columns, **measure}
        query = Query(fields, everybody).weighted()
        check_page(office, viewer, in_order(query, office.seen_by(viewer), lot))


@pytest.mark.parametrize("other", ["B01", "issue"])
@pytest.mark.parametrize("is_row", [True, False])
def test_every_number_of_a_rank(office: Office, viewer: Viewer, other: str, is_row: bool):
    """It is of several answers, whatever their places."""
    rows, columns = ("B24", other) if is_row else (other, "B24")
    for measure in ({"percent": "row"}, {"percent": "column"}, {"measure": "mentions"}):
        fields = {"questionnaire": "driver", "rows": rows, "columns": columns, **measure}
        check_page(office, viewer, Query(fields, everybody))


def check_page(office: Office, viewer: Viewer, query: Query) -> None:
    sheet = office.sheet(viewer, address(query))
    try:
        check(sheet, query, viewer.sees, as_listed(office, viewer, query), office.seen_by(viewer))
    except (AssertionError, ValueError) as error:
        raise AssertionError(f"{address(query)}: {error}") from error
    assert sheet.left(RULES) == [], query


def test_who_has_no_weight_is_counted_where_a_table_is_refused_for_them(office: Office, viewer: Viewer):
    query = Query({"questionnaire": "driver", "rows": "B01", "columns": "all", "weights": WEIGHT}, everybody)
    viewer.person.opens(address(query))
    assert viewer.person.status == 400
    sheet = Sheet.of(viewer.person.text, office.words)

    def said_so(exported: Exported) -> None:
        (frame,) = query.counted(exported).frames.values()
        without = int((frame[WEIGHT] == "").sum())
        assert without
        # In Chinese all of them come first. At last it says what a weight must be: a number of 0 or more.
        assert sheet.numbers(sheet.by_id("errors").text) == [str(len(frame)), str(without), "0"]

    holds_and_notices(said_so, office.seen_by(viewer))
    assert sheet.left() == []


def test_a_response_less_is_noticed_in_every_kind_of_table(office: Office, viewer: Viewer):
    for fields in (
        {"rows": "B01", "columns": "B12"},
        {"rows": "region", "columns": "issue", "scheme": "sc2021", "level": "prefecture", "percent": "row"},
        {"rows": "issue", "columns": "B01", "percent": "column"},
        {"rows": "B22", "columns": "channel", "measure": "mentions"},
        {"rows": "home_region", "columns": "B01", "measure": "mean", "scale": "B12"},
        {"rows": "language", "columns": "B01", "measure": "satisfied", "scale": "satisfaction"},
        {"rows": "B24", "columns": "all"},
    ):
        query = Query({"questionnaire": "driver", **fields}, everybody)
        sheet = office.sheet(viewer, address(query))
        holds_and_notices(partial(check, sheet, query, viewer.sees, []), office.seen_by(viewer))


def test_another_weight_is_noticed(office: Office, viewer: Viewer):
    query = Query({"questionnaire": "driver", "rows": "B01", "columns": "B12"}, everybody).weighted()
    sheet, seen = office.sheet(viewer, address(query)), office.seen_by(viewer)
    check(sheet, query, viewer.sees, [], seen)
    drivers = seen.frames["driver"].copy()
    first = drivers.index[drivers[WEIGHT] != ""][0]
    drivers.loc[first, WEIGHT] = str(float(drivers.loc[first, WEIGHT]) + 0.25)
    with pytest.raises(AssertionError):
        check(sheet, query, viewer.sees, [], replace(seen, frames={**seen.frames, "driver": drivers}))


def test_another_order_is_noticed(office: Office, viewer: Viewer):
    fields = {"questionnaire": "driver", "rows": "B24", "columns": "B01", "percent": "row"}
    query = Query({**fields, "order": TOTAL}, everybody)
    listed = as_listed(office, viewer, query)
    check(office.sheet(viewer, address(query)), query, viewer.sees, listed, office.seen_by(viewer))
    sheet = office.sheet(viewer, address(Query(fields, everybody)))
    with pytest.raises(AssertionError):
        check(sheet, query, viewer.sees, listed, office.seen_by(viewer))


@pytest.fixture(scope="module", autouse=True)
def _numbers_of_the_table_are_read_apart() -> None:
    """What stands side by side in a cell is no one number."""
    sheet = Sheet.of("<main><table><tr><td>12<small>34 (+1.0)</small></td></tr></table></main>")
    assert said(sheet, sheet.main.one("td")) == ["12", "34", "+1.0"]
