"""All questions on one page, and as a workbook by another side: people, shares, bars, bases, means."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import numpy as np
import openpyxl
import pytest

from survey_app.campaign.columns import SPECIAL, Column
from tests.machinery import bypandas
from tests.machinery.exported import ANSWERED, Exported, Side, is_answer
from tests.machinery.sheet import Node, Sheet
from tests.machinery.sides import one, side
from tests.visits.desk.every_number.asking import STRAYS, labels
from tests.visits.desk.every_number.conftest import Office, Viewer, holds_and_notices

SELVES = ("choice", "multiple", "rank")
HALF = 0.051
GIVEN = "已作答"
PAGES: tuple[dict[str, str], ...] = (
    {"questionnaire": "driver"},
    {"questionnaire": "counterpart", "place": "510800"},
    {"questionnaire": "driver", "channel": "web", "where": "${B12} = 's1' or ${B12} = 's2'"},
    {"questionnaire": "driver", "without_flagged": "1"},
    {"questionnaire": "case-review"},
    {"questionnaire": "unannounced-inspection"},
    {"questionnaire": "field-record"},
)


def counted(exported: Exported, fields: dict[str, str]) -> Exported:
    """The responses that a page counts."""
    found = exported.only([fields["questionnaire"]])
    if place := fields.get("place"):
        found = found.within(exported.places.inside(place))
    if "channel" in fields:
        found = found.where(lambda f: (f["_channel"] == "web") & f["B12"].isin(["s1", "s2"]))
    if "without_flagged" in fields:
        found = found.where(lambda f: f["_flags"] == "")
    return found


def asked(exported: Exported) -> list[Column]:
    """The questions of the one questionnaire that a response answers once, and not under seal."""
    (declared,) = [exported.declared[name] for name in exported.frames]
    return [each for each in declared.values() if each.repeat is None and not each.sensitive]


def side_of(exported: Exported, column: Column) -> Side:
    """The question itself, or whether it was answered."""
    if column.type in SELVES:
        return side(exported, column.name)
    (frame,) = exported.frames.values()
    return one(frame[f"{column.name}:state"].tolist(), [ANSWERED])


def codes(exported: Exported, column: Column, words: list[str]) -> list[str]:
    """The codes that are called so."""
    name = "region" if column.kind == "region" else column.name
    called = labels(exported, name) | {code: text.in_("zh") for code, text in column.codes.items()}
    if column.type not in SELVES:
        called = {ANSWERED: GIVEN, **labels(exported, "all")}
    found = []
    for each in words:
        plain = each
        for stray in STRAYS:
            plain = plain.removesuffix(stray)
        (code,) = [
            code for code, label in called.items() if label == plain and (code in SPECIAL or code != "all")
        ]
        found.append(code)
    return found


def check(sheet: Sheet, fields: dict[str, str], exported: Exported) -> None:
    """Every question of the page."""
    found = counted(exported, fields)
    people = next(each for each in sheet.main.every("p") if "自愿" in each.text)
    assert sheet.numbers(sheet.take(people).text)[:1] == [str(len(found))]
    assert {*sheet.numbers(people.text)[1:]} <= {"95"}, "an interval is explained, and nothing else"
    sections = {
        each.one("h2").attributes["id"].removeprefix("q-"): each
        for each in sheet.main.every("section", "question")
    }
    columns = asked(found)
    assert [*sections] == [each.name for each in columns]
    for column in columns:
        check_question(sheet, sections[column.name], found, column)


def check_question(sheet: Sheet, section: Node, found: Exported, column: Column) -> None:
    lines = sheet.rows(section.one("table"))[1:]
    shown = codes(found, column, [line[0].text for line in lines])
    asked_ = side_of(found, column).widened(shown)
    base = int(asked_.answered.sum())
    met = {code for place, code in enumerate(asked_.codes) if asked_.has[:, place].any()}
    assert met <= {*shown}, (column.name, met - {*shown})
    for code, (_name, people, share, bar) in zip(shown, lines, strict=True):
        count = int(asked_.has[:, asked_.codes.index(code)].sum())
        assert sheet.numbers(people.text) == [str(count)], (column.name, code)
        expected = [f"{100 * (count / base):.1f}"] if is_answer(code) and base else []
        assert sheet.numbers(share.text) == expected, (column.name, code)
        widths = [float(each.attributes["width"]) for each in bar.every("rect")]
        assert widths == pytest.approx([100 * count / base] if expected else [], abs=HALF)
    small = sheet.numbers(sheet.take(section.every("p")[-1]).text)
    assert sorted(small) == sorted([str(base), *mean(found, column), *(["100"] if asked_.several else [])])


def mean(found: Exported, column: Column) -> list[str]:
    """That of the numbers that were given."""
    if column.type not in ("integer", "decimal"):
        return []
    (frame,) = found.frames.values()
    given = frame.loc[frame[f"{column.name}:state"] == ANSWERED, column.name].astype(float)
    return [f"{given.mean():.2f}"] if len(given) else []


@pytest.mark.parametrize("fields", PAGES, ids=lambda fields: "-".join(fields.values())[:30])
def test_every_number_of_all_questions(office: Office, viewer: Viewer, fields: dict[str, str]):
    sheet = office.sheet(viewer, f"/research/frequencies?{urlencode(fields)}")
    exported = office.seen_by(viewer)
    if len(counted(exported, fields)):
        holds_and_notices(partial(check, sheet, fields), counted(exported, fields))
        assert sheet.left() == []


@pytest.mark.parametrize("by", ["", "satisfaction", "B01"])
def test_every_number_of_the_workbook(office: Office, viewer: Viewer, by: str):
    viewer.person.opens(f"/research/banner.xlsx?questionnaire=driver&columns={by}")
    book = openpyxl.load_workbook(BytesIO(viewer.person.page.data), read_only=True)
    sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in list(book)[:2]]

    def check_book(exported: Exported) -> None:
        found = exported.only(["driver"])
        for rows, is_share in zip(sheets, (False, True), strict=True):
            check_sheet(found, by, rows, is_share=is_share)

    holds_and_notices(check_book, office.seen_by(viewer))


def check_sheet(found: Exported, by: str, rows: list[list[Any]], *, is_share: bool) -> None:
    questions = {column.name: column for column in asked(found)}
    begin = next(place for place, row in enumerate(rows) if row[0] in questions)
    heads = [str(each) for each in rows[begin - 1][4:] if each is not None][:-2]
    called = labels(found, by or "all")
    across = [code for head in heads for code, label in called.items() if label == head]
    columns = side(found, by or "all").widened(across)
    places = [columns.codes.index(code) for code in across]
    tables = {}
    seen = set()
    for name, _words, code, _label, *cells in (row for row in rows[begin:] if row[0] in questions):
        if name not in tables:
            mine = side_of(found, questions[name]).widened(str(row[2]) for row in rows if row[0] == name)
            tables[name] = bypandas.shared(mine, columns, "column")
        table = tables[name]
        *figures, total, base = cells[: len(places) + 2]
        if code not in table.rows.codes[:-1] or code == "_base":
            assert [*figures, total, base] == [
                *(table.column_bases[p] for p in places),
                table.column_bases[-1],
                table.base,
            ]
            continue
        row = table.rows.codes.index(code)
        seen.add((name, code))
        expected = table.values if is_share else table.counts
        assert expected is not None
        for figure, place in zip([*figures, total], [*places, -1], strict=True):
            there = expected[row, place]
            assert (figure is None and np.isnan(there)) or figure == pytest.approx(there, abs=1e-6), (
                name,
                code,
            )
        assert base == table.row_bases[row]
    met = {
        (name, code)
        for name, table in tables.items()
        for code, n in zip(table.rows.codes, table.counts[:, -1], strict=False)
        if n
    }
    assert met <= seen and {*tables} == {*questions}
