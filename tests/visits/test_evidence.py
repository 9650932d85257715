"""A person adds photos to an answer, and only the office that holds the key can ever see them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from PIL import Image

from survey_app.errors import NotFound
from survey_app.exporting import NotAPlace, write_sealed
from survey_app.survey import Survey
from tests.conftest import WriteCampaign
from tests.machinery import notices
from tests.machinery.notices import CANARY
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.evidence import ADDRESS, adds, listed, sealing

KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def app(open_survey: OpenSurvey, write_campaign: WriteCampaign) -> Flask:
    return open_survey(sealing(write_campaign, KEY))


@pytest.fixture
def person(app: Flask) -> Person:
    """Somebody on the page of files."""
    return Person(app).begins("tiny").answers("files-photo", words="罚了两次")


def said(person: Person) -> str:
    return " ".join(re.findall(r'<div class="notice".*?<p>(.*?)</p>', person.text))


def survey_of(app: Flask) -> Survey:
    survey: Survey = app.extensions["survey"]
    return survey


def opened(app: Flask) -> Iterator[bytes]:
    """What the office reads that holds the key."""
    return (pyrage.decrypt(item.content, [KEY]) for item in survey_of(app).sealed(["tiny"]))


def test_a_whole_visit_with_photos(app: Flask, person: Person):
    assert (person.status, person.place) == (200, ADDRESS)
    adds(person, notices.jpeg())
    assert (person.place, listed(person)) == (ADDRESS, ["照片1，3 kB，已添加"])
    assert said(person) == "文件已添加。"
    adds(person, notices.png(notices.photo(colour="blue")), "截图.png")
    assert len(listed(person)) == 2
    assert "还可以添加1个" in person.text
    person.opens(person.sees.links[-1])
    assert person.place == "/q/tiny/notice#ask-photo"
    assert person.holds("words") == "罚了两次", "what was typed before is still there"
    assert len(listed(person)) == 2
    person.answers(fined="yes")
    assert "2个文件" in person.text
    person.answers()
    assert person.at == "sent"
    (response,) = kept(app).responses()
    assert response.answers["words"] == "罚了两次"
    assert len(response.answers["photo"]) == 2
    assert {Image.open(BytesIO(photo)).size for photo in opened(app)} == {(640, 480)}
    assert [item.file for item in survey_of(app).sealed(["tiny"])] == [
        f"{response.id}_photo-{number}.jpg.age" for number in (1, 2)
    ]


def test_the_last_file_that_fits_leads_back_to_the_question(app: Flask):
    person = Person(app, "en").begins("tiny").answers("files-paper")
    adds(person, notices.pdf(), "决定书.pdf", "paper")
    assert person.place == "/q/tiny/notice#ask-paper"
    assert listed(person) == ["PDF 1, 4 kB, added"]
    person.answers("files-paper")
    assert "q-paper" not in person.sees.controls, "there is no room for a second one"
    adds(person.opens(ADDRESS), notices.heic())
    for colour in ("blue", "green"):
        adds(person, notices.jpeg(notices.photo(colour=colour)))
    assert person.place == "/q/tiny/notice#ask-photo"


def test_whoever_did_not_hear_that_the_last_file_arrived_and_sends_it_again_is_told_that_it_is_there(
    app: Flask,
):
    person = Person(app).begins("tiny").answers("files-paper")
    twin = person.twin()
    adds(person, notices.pdf(), "决定书.pdf", "paper")
    adds(twin, notices.pdf(), "决定书.pdf", "paper")
    assert (twin.status, twin.place) == (200, "/q/tiny/notice#ask-paper")
    assert len(listed(twin)) == 1


def test_the_script_is_told_where_to_go_and_the_person_then_reads_that_it_was_added(
    app: Flask, person: Person
):
    sent = {"csrf_token": person.token, "go": "keep", "q-photo": (BytesIO(notices.jpeg()), "x.jpg")}
    person.posts(ADDRESS, sent, content_type="multipart/form-data")
    assert (person.status, person.page.headers["Location"]) == (201, ADDRESS)
    assert said(person.opens(ADDRESS)) == "文件已添加。"


def test_a_change_from_the_check_leads_back_to_the_check(app: Flask, person: Person):
    person.opens("/q/tiny/notice?then=check").answers("files-photo")
    adds(person, notices.jpeg())
    assert person.place == f"{ADDRESS}?then=check"
    person.opens(person.sees.links[-1]).answers()
    assert person.at == "check"


def test_a_photo_can_be_removed_and_another_added(app: Flask, person: Person, tmp_path: Path):
    for colour in ("red", "blue"):
        adds(person, notices.jpeg(notices.photo(colour=colour)))
    (first, _) = re.findall(r'name="remove" value="([0-9a-f]{32})"', person.text)
    person.posts(ADDRESS, {"csrf_token": person.token, "remove": first})
    assert said(person) == "文件已删除。"
    assert [each.partition("，")[0] for each in listed(person)] == ["照片2"]
    assert len(list((tmp_path / "instance" / "evidence").iterdir())) == 1
    adds(person, notices.jpeg(notices.photo(colour="green")))
    assert [each.partition("，")[0] for each in listed(person)] == ["照片1", "照片2"]


def test_nothing_of_a_photo_can_be_read_from_the_disk(app: Flask, person: Person, tmp_path: Path):
    upload = notices.jpeg(Image.effect_noise((640, 480), 90).convert("RGB"))
    adds(person, upload)
    person.opens("/q/tiny/notice").answers(phone="13800138000").answers()
    clean = next(content for content in opened(app) if content.startswith(b"\xff\xd8"))
    assert CANARY.encode() not in clean
    disk = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    traces = [
        CANARY.encode(),
        b"13800138000",
        clean[:12],
        upload[:12],
        b"JFIF",
        upload[-2000:-1900],
        clean[-2000:-1900],
    ]
    assert not [trace for trace in traces for content in disk if trace in content]
    assert any("罚了两次".encode() in content or b"\\u7f5a" in content for content in disk) or (
        "postgresql" in str(kept(app).engine.url)
    ), "an open answer is what this search can find"


def test_one_tap_more_adds_nothing_and_a_fourth_photo_is_refused(app: Flask, person: Person):
    twins = [person.twin() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda twin: adds(twin, notices.jpeg()), twins))
    assert len(listed(person.opens(ADDRESS))) == 1
    fourth = person.twin()
    for colour in ("blue", "green"):
        adds(person.opens(ADDRESS), notices.jpeg(notices.photo(colour=colour)))
    adds(fourth, notices.jpeg(notices.photo(colour="black")))
    assert fourth.status == 422
    assert "已经满了" in fourth.errors
    assert len(listed(fourth)) == 3


def test_somebody_elses_photo_can_neither_be_removed_nor_sent(app: Flask, person: Person):
    adds(person, notices.jpeg())
    (theirs,) = re.findall(r'name="remove" value="([0-9a-f]{32})"', person.text)
    other = Person(app).begins("tiny").opens(ADDRESS)
    other.posts(ADDRESS, {"csrf_token": other.token, "remove": theirs})
    assert len(listed(person.opens(ADDRESS))) == 1
    other.opens("/q/tiny/notice").posts("/q/tiny/notice", other.form(photo=theirs))
    assert other.status == 400
    other.opens("/q/tiny/notice").answers().answers()
    (response,) = kept(app).responses()
    assert "photo" not in response.answers


def test_a_page_kept_open_in_another_tab_takes_no_photo_away(app: Flask, person: Person):
    old_tab = person.twin().opens("/q/tiny/notice")
    adds(person, notices.jpeg())
    old_tab.answers(words="罚了三次")
    old_tab.answers()
    (response,) = kept(app).responses()
    assert (response.answers["words"], len(response.answers["photo"])) == ("罚了三次", 1)


def test_a_photo_of_a_question_that_is_not_asked_any_more_is_deleted(
    app: Flask, person: Person, tmp_path: Path
):
    adds(person, notices.jpeg())
    person.opens("/q/tiny/notice").answers(fined="no")
    assert person.opens(ADDRESS).place == "/q/tiny/notice"
    person.posts(ADDRESS, {"csrf_token": person.token, "q-photo": (BytesIO(notices.jpeg()), "x")})
    person.opens("/q/tiny/check").answers()
    (response,) = kept(app).responses()
    assert "photo" not in response.answers
    assert list((tmp_path / "instance" / "evidence").iterdir()) == []


def test_whoever_starts_anew_leaves_no_photo(app: Flask, person: Person, tmp_path: Path):
    adds(person, notices.jpeg())
    person.posts("/q/tiny/afresh", {"csrf_token": person.token})
    assert list((tmp_path / "instance" / "evidence").iterdir()) == []


def test_without_a_recipient_there_is_no_word_of_photos(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    app = open_survey(sealing(write_campaign, None))
    person = Person(app).begins("tiny")
    assert "照片" not in person.text
    assert person.opens(ADDRESS).place == "/q/tiny/notice"
    person.opens("/q/tiny/notice").answers().answers()
    assert person.at == "sent"


def test_before_the_start_and_after_sending_nobody_adds_a_file(app: Flask, person: Person):
    assert Person(app).opens(ADDRESS).place == "/q/tiny"
    before = person.twin()
    person.opens("/q/tiny/check").answers()
    assert adds(before, notices.jpeg()).at == "sent"
    assert list(survey_of(app).sealed(["tiny"])) == []


def test_the_office_is_handed_what_is_sealed_and_opens_it_with_its_key(
    app: Flask, person: Person, tmp_path: Path
):
    adds(person, notices.jpeg())
    person.opens("/q/tiny/notice").answers(phone="13800138000").answers()
    Person(app).begins("tiny").answers(phone="=1+1").answers()
    folder = tmp_path / "给办公室"
    folder.mkdir()
    assert write_sealed(survey_of(app).sealed(["tiny"]), folder) == 3
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    opened = {line["file"]: pyrage.decrypt((folder / line["file"]).read_bytes(), [KEY]) for line in lines}
    assert {path.name for path in folder.iterdir()} == {*opened, "list.csv"}
    assert sorted((line["question"], line["type"]) for line in lines) == [
        ("phone", "txt"),
        ("phone", "txt"),
        ("photo", "jpg"),
    ]
    assert {b"13800138000", b"=1+1"} < set(opened.values())
    (sender,) = {line["response"] for line in lines if line["question"] == "photo"}
    assert {item.question for item in survey_of(app).sealed(["tiny"], sender)} == {"photo", "phone"}
    with pytest.raises(NotFound, match="there is no response"):
        list(survey_of(app).sealed(["tiny"], "nobody"))
    with pytest.raises(NotAPlace, match="there is no folder"):
        write_sealed([], tmp_path / "nowhere")


def test_more_than_a_file_may_have_is_told_where_no_file_is_asked_for_too(app: Flask):
    person = Person(app).begins("tiny")
    for address, status in (
        ("notice/files/photo", 413),
        ("notice/files/words", 404),
        ("nowhere/files/photo", 404),
    ):
        person.posts(f"/q/tiny/{address}", {"q-photo": "x" * 9_000_000})
        assert person.status == status, address
        assert "<h1>" in person.text
