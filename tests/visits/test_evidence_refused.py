"""What cannot be taken as a photo gets words, and loses nothing else."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from flask import Flask

from survey_app import evidence
from survey_app.errors import StorageError
from tests.conftest import WriteCampaign
from tests.machinery import notices
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.evidence import ADDRESS, adds, listed, sealing


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here: what a file is does not come from it."""
    return sqlite_url


@pytest.fixture
def app(open_survey: OpenSurvey, write_campaign: WriteCampaign) -> Flask:
    return open_survey(sealing(write_campaign, pyrage.x25519.Identity.generate()))


@pytest.fixture
def person(app: Flask) -> Person:
    """Somebody on the page of files."""
    return Person(app).begins("tiny").answers("files-photo", words="罚了两次")


BAD = {
    "nothing": (None, "还没有选择文件"),
    "empty": (b"", "这个文件是空的"),
    "words": (b"<script>alert(1)</script>", "不是这里能打开的照片"),
    "a packed file": (b"PK\x03\x04" + b"\0" * 99, "不是这里能打开的照片"),
    "half": (notices.jpeg()[:2000], "已损坏"),
    "a document": (notices.pdf(), "不是这里能打开的照片"),
    "a bomb": (notices.bomb(9_000), "像素太多"),
    "too large": (notices.jpeg().ljust(evidence.LARGEST + 1, b"\0"), "超过8 MB"),
    "far too large": (notices.jpeg().ljust(2 * evidence.LARGEST, b"\0"), "超过8 MB"),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_taken_gets_words_and_loses_nothing(
    app: Flask, person: Person, content: bytes | None, words: str
):
    adds(person, notices.jpeg())
    adds(person, content or b"", "" if content is None else "x.jpg")
    assert person.status in (413, 422)
    assert words in person.errors
    assert "#q-photo" in person.sees.links
    assert "请检查" in "".join(person.sees.titles)
    assert len(listed(person)) == 1
    adds(person, notices.jpeg(notices.photo(colour="blue")))
    assert len(listed(person)) == 2
    assert person.opens("/q/tiny/notice").holds("words") == "罚了两次"


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.py",
        "/etc/passwd",
        "C:\\Windows\\x.jpg",
        "处罚决定书（第二页）.jpg",
        "a" * 3000,
        "x\x00.jpg",
        "CON",
    ],
)
def test_the_name_of_a_file_is_never_used(app: Flask, person: Person, tmp_path: Path, name: str):
    adds(person, notices.jpeg(), name)
    assert len(listed(person)) == 1
    (path,) = (tmp_path / "instance" / "evidence").iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.age", path.name)
    assert {path.name for path in tmp_path.iterdir()} <= {"campaigns", "instance", "survey.sqlite3"} | {
        path.name for path in tmp_path.glob("survey.sqlite*")
    }


@pytest.mark.parametrize("question", ["words", "nobody", "..%2f..%2fsecret", "photo/x"])
def test_a_question_that_takes_no_files_has_no_such_page(person: Person, question: str):
    assert person.opens(f"/q/tiny/notice/files/{question}").status == 404


def test_a_form_of_another_site_keeps_nothing_and_says_so(app: Flask, person: Person):
    stale = {"csrf_token": "stale", "q-photo": (BytesIO(notices.jpeg()), "x.jpg")}
    person.posts(ADDRESS, stale, content_type="multipart/form-data")
    assert person.status == 400
    assert "请重新选择一次文件" in person.errors
    assert listed(person) == []


def test_fields_that_no_page_has_are_refused(person: Person):
    for field in ("q-paper", "other"):
        sent = {"csrf_token": person.token, field: (BytesIO(notices.jpeg()), "x.jpg")}
        person.posts(ADDRESS, sent, content_type="multipart/form-data")
        assert person.status == 400
        person.opens(ADDRESS)
    twice = [(BytesIO(notices.jpeg()), "x.jpg"), (BytesIO(notices.jpeg()), "y.jpg")]
    person.posts(ADDRESS, {"csrf_token": person.token, "q-photo": twice}, content_type="multipart/form-data")
    assert person.status == 400


def test_where_the_disk_is_full_words_say_so_and_the_next_try_works(app: Flask, person: Person, monkeypatch):
    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(kept(app).evidence.files, "write", full)
        adds(person, notices.jpeg())
        assert person.status == 503
        assert "没能保存这个文件" in person.errors
    adds(person, notices.jpeg())
    assert len(listed(person)) == 1


def test_the_page_of_files_is_whole_in_english_and_light(app: Flask):
    person = Person(app, "en").begins("tiny").answers("files-photo")
    adds(person, b"nothing")
    assert person.sees.language == "en"
    assert "This is no photo that can be opened here." in person.errors
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r'<a [^>]*hreflang="zh.*?</a>', "", person.text))
    assert len(person.page.data) < 8_000
    assert "accept=" not in person.text, "some phones offer no file at all where a page is choosy"
