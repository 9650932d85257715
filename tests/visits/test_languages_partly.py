"""Tibetan and Yi, of which only a part is translated: what is there is marked, what is not is borrowed and said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.machinery.person import Person
from tests.visits.conftest import CAMPAIGNS, OpenSurvey

ADDRESS = "/q/many-tongues"
NAMES = {"zh-Hans": "中文", "en": "English", "bo": "བོད་ཡིག", "ii": "ꆈꌠꉙ"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: words do not come from it."""
    return sqlite_url


@pytest.fixture
def tongues(open_survey: OpenSurvey) -> Flask:
    """The questionnaire `many-tongues`."""
    return open_survey(CAMPAIGNS / "many-tongues")


def begins_in(tongues: Flask, language: str) -> Person:
    return Person(tongues).opens(f"{ADDRESS}?language={language}").begins("many-tongues")


def notice(person: Person) -> str:
    found = re.findall(r'<p class="borrowed">(.*?)</p>', person.text)
    assert len(found) <= 1, "it is said once"
    return re.sub("<.*?>", "", found[0]) if found else ""


def test_each_language_is_offered_in_its_own_script_and_marked_with_its_tag(tongues: Flask):
    for address in ("/", ADDRESS, "/receipt", "/resume"):
        offered = Person(tongues).opens(address).text
        for tag, name in NAMES.items():
            assert re.search(rf'<(a|span)[^>]* lang="{tag}"[^>]*>{name}</', offered), (address, name)


def test_on_a_question_page_each_language_is_a_button_in_its_own_script(tongues: Flask):
    person = begins_in(tongues, "ii")
    assert '<button class="plain" name="language" value="bo" lang="bo">བོད་ཡིག</button>' in person.text
    assert '<span aria-current="true" lang="ii">ꆈꌠꉙ</span>' in person.text


@pytest.mark.parametrize(
    ("language", "own", "borrowed"),
    [
        (
            "bo",
            [
                '<span lang="bo">ལམ་འདི་བདེ་མོ་ཡིན་ནམ།</span>',
                '<p lang="bo">གཅིག་འདེམས་རོགས།</p>',
                "<span>ཡིན།</span>",
            ],
            ["<span>说不清</span>", ">还有什么要说的？", ">按实际情况回答。<"],
        ),
        (
            "ii",
            ["<span>ꉬ</span>", "<span>ꀋꉬ</span>"],
            ["<span>说不清</span>", ">这条路好走吗？", ">请选一项。<"],
        ),
    ],
)
def test_text_by_text_what_is_translated_is_shown_and_the_rest_is_borrowed(
    tongues: Flask, language: str, own: list[str], borrowed: list[str]
):
    person = begins_in(tongues, language)
    assert person.sees.language == "zh-Hans"
    for words in (*own, *borrowed):
        assert words in person.text, words
    options = re.findall(r'<label class="option"(.*?)>', person.text)
    assert options == [f' lang="{language}"', f' lang="{language}"', ""]


def test_a_place_with_a_name_in_tibetan_is_marked_in_the_list(tongues: Flask):
    person = begins_in(tongues, "bo")
    assert re.search(r'<option[^>]* lang="bo"[^>]*>དར་མདོ།', person.text)
    assert re.search(r"<option(?![^>]* lang)[^>]*>昭觉县", person.text)


def test_a_page_that_borrows_says_so_once_and_a_page_that_does_not_is_silent(tongues: Flask):
    assert notice(begins_in(tongues, "bo")) == "本页还没有全部译成བོད་ཡིག，其余为中文。"
    assert notice(begins_in(tongues, "ii")) == "本页还没有全部译成ꆈꌠꉙ，其余为中文。"
    for language in ("zh", "en"):
        assert notice(begins_in(tongues, language)) == ""


def test_the_notice_is_on_the_list_the_start_and_the_check_too(tongues: Flask):
    person = Person(tongues).opens("/?language=bo")
    assert notice(person)
    assert notice(person.opens(ADDRESS))
    person.begins("many-tongues").answers(easy="yes")
    assert person.at == "check"
    assert notice(person)
    assert '<span lang="bo">ཡིན།</span>' in person.text


def test_an_english_page_that_borrows_chinese_names_both(open_survey: OpenSurvey, tmp_path: Path):
    campaign = tmp_path / "many-tongues"
    shutil.copytree(CAMPAIGNS / "many-tongues", campaign)
    questions = campaign / "many-tongues.yaml"
    written = questions.read_text(encoding="utf-8")
    questions.write_text(written.replace(", en: Anything else?", ""), encoding="utf-8")
    person = Person(open_survey(campaign), "en").begins("many-tongues")
    assert notice(person) == "Not everything here is in English yet. The rest is in 中文."
    assert '<span lang="zh-Hans">还有什么要说的？</span>' in person.text
