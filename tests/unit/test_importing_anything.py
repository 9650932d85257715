"""Whatever a table holds, it comes in or gets words; nothing else is ever raised."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.campaign.answers import check
from survey_app.errors import SurveyError
from survey_app.formulas import arm, disarm
from survey_app.importing import ImportReport, import_file
from survey_app.importing.cells import day_of, letter, plain, shown, text_of
from tests.conftest import WriteCampaign
from tests.machinery.incoming import FILES, TODAY, Desk, set_up

NAMES = [
    "how",
    "place",
    "which",
    "which/pay",
    "which:state",
    "checks/polite",
    "first",
    "first/time/rank",
    "age",
    "share",
    "day",
    "at",
    "said",
    "how_other",
    "why",
    "_id",
    "_date",
    "_language",
    "_status",
    "_bad_row",
    "_why",
    "您觉得怎么样？",
    "Age",
]
WORDS = [
    "good",
    "很好",
    "pay┋ask",
    "其他〖x〗",
    "〖",
    "〗〖〗",
    "市中区",
    "乐山市-市中区",
    "1",
    "0",
    "-1",
    "1e9",
    "NaN",
    "inf",
    "2021-05-18",
    "2021-02-30",
    "44334",
    "_refused",
    "_not_asked",
    "TRUE",
    "30%",
    "received",
    "zh",
    "/",
    "┋;,",
]
HEADERS = st.one_of(st.sampled_from(NAMES), st.text(max_size=12))
CELLS = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
TABLES = st.tuples(
    st.lists(HEADERS, min_size=1, max_size=8), st.lists(st.lists(CELLS, max_size=9), max_size=8)
)
MAPS = st.sampled_from(
    [
        None,
        "questions: {how: {column: 1, unlisted: other}}\n",
        "id: 1\ndate: {column: 2}\nmissing: ['1']\n",
        "questions: {which: {column: 1, separator: '┋'}, age: {column: 2, percent: true}}\nmissing_required: refuse\n",
        "questions: {place: {columns: {prefecture: 1, county: 2}}}\nlanguage: {column: 3}\nchannel: {column: 3}\n",
        "header_row: 2\nskip: {first: 1}\nconstants: {how: good}\n",
    ]
)


@pytest.fixture
def desk(write_campaign: WriteCampaign, tmp_path: Path) -> Desk:
    return set_up(write_campaign(FILES), tmp_path)


def write(table: tuple[list[str], list[list[str]]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([table[0], *table[1]])
    return text.getvalue()


def take(desk: Desk, path: Path, mapping: str | None) -> ImportReport | None:
    """Import: a report whose counts add up, or words."""
    rules = desk.map(mapping) if mapping else None
    try:
        report = import_file(desk.storage, desk.campaign, desk.questionnaire, path, rules, today=TODAY)
    except SurveyError as error:
        assert error.words
        return None
    assert report.read == report.skipped + report.bad + report.added + report.already
    assert all(line.isprintable() for line in report.text().splitlines())
    return report


SLOW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(table=TABLES, mapping=MAPS)
def test_any_table_comes_in_or_gets_words_and_never_twice(
    desk: Desk, table: tuple[list[str], list[list[str]]], mapping: str | None
) -> None:
    path = desk.folder / "any.csv"
    path.write_text(write(table), encoding="utf-8", errors="surrogatepass", newline="")
    first = take(desk, path, mapping)
    second = take(desk, path, mapping)
    assert (first is None) == (second is None)
    if first and second:
        assert (second.added, second.already) == (0, first.added + first.already)
        assert (second.bad, second.skipped) == (first.bad, first.skipped)
    for answers in desk.kept():
        problems = check(desk.questionnaire, answers, desk.campaign).problems
        assert all(problem.code == "required" for problem in problems)
    for path in desk.folder.glob("any.bad*.csv"):
        path.unlink()


@SLOW
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a", "a.txt"]))
def test_any_bytes_come_in_or_get_words(desk: Desk, content: bytes, name: str) -> None:
    take(desk, desk.text(content, name), None)


@SLOW
@given(place=st.integers(0, 6000), change=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_a_damaged_workbook_comes_in_or_gets_words(desk: Desk, place: int, change: bytes, cut: bool) -> None:
    whole = desk.xlsx(lambda _, sheet: [sheet.write_row(n, 0, ["how", n]) for n in range(3)]).read_bytes()
    place %= len(whole)
    content = whole[:place] if cut else whole[:place] + change + whole[place + len(change) :]
    take(desk, desk.text(content, "damaged.xlsx"), "questions: {how: {column: 1}}")


@given(st.text())
def test_a_text_shown_is_printable_and_short(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 60 * 10 + 3


@given(st.text())
def test_disarmed_text_comes_back(text: str) -> None:
    assert arm(disarm(text)) == text


@given(st.text())
def test_comparing_ignores_case_and_blanks_once_and_for_all(text: str) -> None:
    assert plain(f" {text}\u3000") == plain(text)


@given(
    st.one_of(
        st.dates(), st.datetimes(), st.times(), st.floats(), st.integers(), st.booleans(), st.timedeltas()
    )
)
def test_any_cell_says_something(cell: object) -> None:
    assert text_of(cell)  # type: ignore[arg-type]
    day_of(cell, "ymd")  # type: ignore[arg-type]


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_spreadsheets(index: int, name: str) -> None:
    assert letter(index) == name
