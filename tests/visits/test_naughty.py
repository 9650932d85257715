"""Over 600 texts that people type, paste and attack with, in every kind of text field, from the page to the files."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from survey_app.exporting import export
from survey_app.formulas import arm
from tests.conftest import WriteCampaign
from tests.machinery.harbour import BATCHES, KINDS, control, files, fits, in_answers, kept
from tests.machinery.left import column, read_csv, read_jsonl, read_sheet
from tests.machinery.naughty import CLASSES, NAUGHTY
from tests.machinery.person import Person
from tests.unit.test_exporting_files import formulas, spreadsheet
from tests.visits.conftest import OpenSurvey
from tests.visits.conftest import kept as storage

Marks = set[tuple[str, str]]
Cell = tuple[str, int, str]
ADDED = 500
"""Characters of what is added to a receipt here."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: tests of storage send texts to both."""
    return sqlite_url


@pytest.fixture
def harbour(open_survey: OpenSurvey, write_campaign: WriteCampaign) -> Flask:
    return open_survey(write_campaign(files()))


class Skeleton(HTMLParser):
    """A page's elements and attributes, and the words of its answers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: Marks = set()
        self.said: list[str] = []
        self.quoted: list[str] = []
        self._depth = 0
        self._in_quote = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        if tag == "blockquote":
            self._in_quote = True
            self.quoted.append("")
        if ("class", "said") in attrs:
            self._depth = 1
        elif self._depth and tag == "p":
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._depth = 0
        if tag == "blockquote":
            self._in_quote = False

    def handle_data(self, data: str) -> None:
        if self._in_quote:
            self.quoted[-1] += data
        if self._depth and self.said:
            self.said[-1] += data


def fills(person: Person, kind: str, texts: list[str]) -> None:
    """The page of that kind, each text in a field of its own; once more where the page has a word of caution."""
    fields = person.form()
    for number, text in enumerate(texts):
        if kind == "entry":
            fields[f"q-entries-{number}"] = "1"
        if kind == "other":
            fields[f"q-other{number}"] = "else"
        fields[control(kind, number)] = text if fits(kind, text) else "too long for here"
    action = person.sees.actions["answers"]
    person.posts(action, fields | {"go": "on"})
    if person.at == kind:
        person.posts(action, fields | {"go": "on", "csrf_token": person.token})


def answers(app: Flask, texts: list[str]) -> Person:
    """Up to the check page."""
    person = Person(app).begins("harbour")
    for kind in KINDS:
        assert person.at == kind, person.errors
        fills(person, kind, texts)
    assert person.at == "check", person.errors
    return person


def expected(texts: list[str]) -> set[Cell]:
    cells = {
        (kind, number, kept(text if fits(kind, text) else "too long for here", kind))
        for kind in KINDS
        for number, text in enumerate(texts)
    }
    return {cell for cell in cells if cell[2]}


def test_there_are_over_500_of_17_classes_none_twice():
    assert len(NAUGHTY) > 500
    assert sum(map(len, BATCHES)) == len(set(NAUGHTY)) == len(NAUGHTY)
    assert len(CLASSES) == 17


def test_each_is_shown_kept_and_exported_as_it_was_typed_and_never_becomes_markup(
    harbour: Flask, tmp_path: Path
):
    plain = _marks(answers(harbour, ["字"] * len(BATCHES[0])))
    for number, texts in enumerate(BATCHES):
        person = answers(harbour, texts)
        assert all(marks <= plain[page] for page, marks in _marks(person).items())
        _is_shown(person, texts)
        person.answers()
        assert person.at == "sent"
        _is_shown_later(person, texts)
        assert storage(harbour).counts() == {"harbour": number + 1}
    sent = {response.id: set(in_answers(response.answers)) for response in storage(harbour).responses()}
    assert sorted(map(sorted, sent.values())) == sorted(sorted(expected(texts)) for texts in BATCHES)
    _are_exported(harbour, tmp_path, sent)


def _marks(person: Person) -> dict[str, Marks]:
    """The elements and attributes of the check page and of each page of questions."""
    marks = {}
    for page in (*KINDS, "check"):
        person.opens(f"/q/harbour/{page}")
        marks[page] = Skeleton(person.text).marks
    return marks


def _is_shown(person: Person, texts: list[str]) -> None:
    """On the check page, and in its own field."""
    said = Skeleton(person.text).said
    for kind in KINDS:
        person.opens(f"/q/harbour/{kind}")
        cells = {cell for cell in expected(texts) if cell[0] == kind}
        controls = person.sees.controls
        shown = {(kind, n, kept(controls[control(kind, n)][0], kind)) for n in range(len(texts))}
        assert {cell for cell in shown if cell[2]} == cells
        for _, _, words in cells:
            assert any(each.endswith(words) if kind == "other" else each == words for each in said)
    person.opens("/q/harbour/check")


def _is_shown_later(person: Person, texts: list[str]) -> None:
    """To whoever has the receipt; and so is what is added to it."""
    receipt = person.receipt
    token = _token(person.opens("/receipt"))
    person.posts("/receipt", {"number": receipt, "csrf_token": token})
    shown = Skeleton(person.text)
    for kind, _, words in expected(texts):
        assert any(said.endswith(words) if kind == "other" else said == words for said in shown.said)
    added = "\n".join(text for text in texts if len(text) < 100)[:ADDED]
    person.posts("/receipt/add", {"words": added, "csrf_token": _token(person)})
    again = Skeleton(person.text)
    assert again.quoted == [kept(added, "lines")]
    assert again.marks <= shown.marks | {("blockquote", "")} | {("div", "role")}


def _token(person: Person) -> str:
    """The token of a page's form, whichever it is."""
    return person.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def _are_exported(app: Flask, folder: Path, sent: dict[str, set[Cell]]) -> None:
    """In their own column of every format, and nothing in the workbook runs."""
    source = app.extensions["survey"].source("harbour")
    for form in ("jsonl", "csv", "xlsx"):
        export(source, form, folder / f"x.{form}")
    assert formulas(folder / "x.xlsx") == []
    lines = {line["_id"]: line for line in read_jsonl(folder / "x.jsonl")}
    tables = [read_csv(folder / "x.csv"), read_sheet(folder / "x.xlsx", "responses")]
    rows = [{row[0]: dict(zip(table[0], row, strict=True)) for row in table[1:]} for table in tables]
    for id_, cells in sent.items():
        for kind, number, words in cells:
            name = f"{kind}{number}" + ("_other" if kind == "other" else "")
            if kind != "entry":
                assert lines[id_][name] == words
                assert [arm(table[id_][name]) for table in rows] == [spreadsheet(words)] * 2
    entries = sorted(
        spreadsheet(words) for cells in sent.values() for kind, _, words in cells if kind == "entry"
    )
    for table in (read_csv(folder / "x.entries.csv"), read_sheet(folder / "x.xlsx", "entries")):
        assert sorted(arm(cell) for cell in column(table, "words") if cell) == entries
