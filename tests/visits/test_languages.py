"""Chinese first, English beside it, any number more: what is chosen, what is remembered, what is borrowed."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

import survey_app
from tests.machinery.everykind import CHOSEN
from tests.machinery.person import Person

PACKAGE = Path(survey_app.__file__).parent
CHINESE = PACKAGE / "web/translations/zh/LC_MESSAGES/messages.po"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: words do not come from it."""
    return sqlite_url


@pytest.mark.parametrize(
    ("asked", "tag", "words"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans", "同意，开始填写"),
        ("en-GB,en;q=0.9", "en", "I agree, begin"),
        ("fr-FR", "zh-Hans", "同意，开始填写"),
        ("", "zh-Hans", "同意，开始填写"),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for_and_else_chinese(
    every_kind: Flask, asked: str, tag: str, words: str
):
    person = Person(every_kind, asked).opens("/q/every-kind")
    assert person.sees.language == tag
    assert words in person.text


def test_a_language_chosen_is_kept_on_the_next_pages(every_kind: Flask):
    person = Person(every_kind).opens("/q/every-kind?language=en")
    assert "Anonymous." in person.text
    assert person.opens("/").sees.language == "en"
    assert person.opens("/q/nobody").sees.language == "en"
    assert person.begins("every-kind").sees.language == "en"
    assert person.opens("/?language=tlh").sees.language == "en"


def test_changing_the_language_on_a_page_keeps_what_was_typed(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    person.posts("/q/every-kind/chosen", person.form(one="other", one_other="紫色") | {"language": "en"})
    assert person.sees.language == "en"
    assert "Choose a colour" in person.text
    assert person.holds("one_other") == "紫色"


def test_the_language_can_be_changed_at_the_check(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").opens("/q/every-kind/check")
    person.posts("/q/every-kind/check", {"csrf_token": person.token, "language": "en"})
    assert "Check your answers" in person.text


def test_words_that_had_to_be_borrowed_are_marked_with_their_language(every_kind: Flask):
    person = Person(every_kind).opens("/q/every-kind?language=bo").answers()
    assert person.sees.language == "zh-Hans"
    assert re.search(r'<label class="option" lang="bo">.*ལྗང་ཁུ', person.text)
    english = Person(every_kind, "en").begins("every-kind")
    assert not re.search(r'<label class="option" lang=', english.text)


def test_problems_and_dates_are_said_in_the_readers_language(every_kind: Flask):
    person = Person(every_kind, "en").begins("every-kind").answers()
    assert "Choose an answer for “The first”." in person.errors
    person.answers(**CHOSEN).answers().answers(day="2021-06-04").answers(place="P3").answers()
    assert "June 4, 2021" in person.text


def catalog() -> Catalog:
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh")


def message_ids() -> set[str | tuple[str, ...]]:
    """Every message of the pages, and every sentence by which answers are refused."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = [
        extract_from_dir(PACKAGE / room, methods, keywords=keywords)
        for room in ("web", "respondent", "research")
    ]
    return {message for _, _, message, _, _ in chain(*found)} | refusals() | sentences()


def sentences() -> set[str]:
    """Every sentence that is made to be said in the language of a page: the first words of each `Said(…)`."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        if not re.search("survey_app.errors import .*Said", source):
            continue
        tree = ast.parse(source)
        named = [each for each in tree.body if isinstance(each, ast.Assign)]
        kept = {getattr(each.targets[0], "id", ""): each.value for each in named}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Said":
                words = kept.get(getattr(node.args[0], "id", None), node.args[0])
                assert isinstance(words, ast.Constant), f"{file}:{node.lineno}: words that cannot be found"
                found.add(words.value)
    return found


def refusals() -> set[str]:
    sentences = set()
    for name in ("campaign/answers.py", "campaign/kinds.py", "evidence/cleaning.py"):
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in comments:
                sentences |= {node.value} if re.fullmatch(r"[A-Z“].* .*\.", node.value) else set()
    return sentences


def test_no_message_lacks_chinese():
    chinese = catalog()
    ids = message_ids()
    assert len(ids) > 100
    lacking = [message for message in ids if message not in chinese or not all(_wordings(chinese, message))]
    assert lacking == []
    left_over = [message.id for message in chinese if message.id and message.id not in ids]
    assert left_over == []


def _wordings(chinese: Catalog, message: str | tuple[str, ...]) -> tuple[str, ...]:
    wording = chinese[message].string
    return wording if isinstance(wording, tuple) else (wording,)


def test_every_translation_keeps_the_places_of_its_message():
    place = re.compile(r"%\((\w+)\)\w")
    for message in catalog():
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            for wording in _wordings(catalog(), message.id):
                assert set(place.findall(wording)) == set(place.findall(ids[-1])), message.id


def test_the_compiled_catalogue_is_that_of_the_written_one():
    fresh = BytesIO()
    write_mo(fresh, catalog())
    kept = CHINESE.with_suffix(".mo").read_bytes()
    assert kept == fresh.getvalue(), "run: pybabel compile -d survey_app/web/translations"
