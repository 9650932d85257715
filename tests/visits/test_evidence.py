"""A person adds a photo to an answer, and only the office that holds the key can see it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from PIL import Image

from tests.conftest import WriteCampaign
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept

KEY = pyrage.x25519.Identity.generate()
CAMPAIGN = """
    name: tiny
    title: {zh: 小调查, en: A small survey}
    organisation: {zh: 试验办公室, en: Office of trials}
    languages: {zh: 中文, en: English}
    privacy: {zh: 匿名填写。, en: Anonymous.}
    consent: {zh: 我自愿填写, en: I take part voluntarily}
    """
QUESTIONS = """
    name: tiny
    title: {zh: 罚款, en: Fines}
    audience: [driver]
    pages:
      - name: notice
        label: {zh: 处罚决定书, en: The notice}
        questions:
          - {name: words, type: text, label: {zh: 经过, en: What happened}}
          - {name: photo, type: image, label: {zh: 照片, en: Photos}, max_files: 3}
          - {name: paper, type: file, label: {zh: 材料, en: Documents}}
    """


@pytest.fixture
def app(open_survey: OpenSurvey, write_campaign: WriteCampaign) -> Flask:
    recipients = f"recipients: [{KEY.to_public()}]\n"
    folder = write_campaign({"tiny.yaml": QUESTIONS})
    write_campaign({"campaign.yaml": CAMPAIGN})
    path = folder / "campaign.yaml"
    path.write_text(path.read_text("utf-8") + recipients, encoding="utf-8")
    return open_survey(folder)


def jpeg(colour: str = "red", size: tuple[int, int] = (640, 480), **more) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG", **more)
    return written.getvalue()


def adds(person: Person, content: bytes, name: str = "photo.jpg", question: str = "photo") -> Person:
    """Choose a file on the page of files and press the button."""
    token = person.token
    return person.posts(
        person.sees.actions["answers"],
        {"csrf_token": token, f"q-{question}": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def test_a_whole_visit_with_a_photo(app: Flask, tmp_path: Path):
    person = Person(app).begins("tiny")
    person.answers("files-photo", words="罚了两次")
    assert (person.status, person.at) == (200, "photo"), person.text
    adds(person, jpeg())
    assert "照片1，" in person.text
    person.opens("/q/tiny/notice")
    assert person.holds("words") == "罚了两次"
    person.answers()
    assert person.at == "check"
    person.answers()
    assert person.at == "sent"
    (response,) = kept(app).responses()
    (name,) = response.answers["photo"]
    assert response.answers["words"] == "罚了两次"
    ((file, content),) = app.extensions["survey"].sealed(["tiny"])
    assert file == f"{response.id}_photo-1.jpg.age"
    assert Image.open(BytesIO(pyrage.decrypt(content, [KEY]))).size == (640, 480)
    assert pyrage.decrypt(kept(app).evidence.files.read(name), [KEY])[:2] == b"\xff\xd8"


def test_where_a_photo_was_taken_is_taken_out_of_it_and_never_on_the_disk(app: Flask, tmp_path: Path):
    person = Person(app).begins("tiny").answers("files-photo")
    exif = Image.Exif()
    exif[0x010E] = "taken at K1840"
    adds(person, jpeg(exif=exif))
    person.opens("/q/tiny/notice").answers().answers()
    ((_, content),) = app.extensions["survey"].sealed(["tiny"])
    opened = pyrage.decrypt(content, [KEY])
    assert b"K1840" not in opened and not Image.open(BytesIO(opened)).getexif()
    held = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert held and not any(b"K1840" in each or b"\xff\xd8\xff" in each for each in held)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<script>alert(1)</script>",
        jpeg()[:300],
        b"%PDF-1.7 broken",
        b"PK\x03\x04" + b"x" * 99,
    ],
)
def test_a_file_that_is_none_gets_words_and_loses_nothing(app: Flask, content: bytes):
    person = Person(app).begins("tiny").answers("files-photo", words="罚了两次")
    adds(person, content)
    assert person.status in (413, 422)
    assert person.opens("/q/tiny/notice").holds("words") == "罚了两次"
    assert list(app.extensions["survey"].sealed(["tiny"])) == []


def test_a_fourth_photo_and_somebody_elses_file_are_refused(app: Flask):
    person = Person(app).begins("tiny").answers("files-photo")
    address = person.sees.actions["answers"]
    for colour in ("red", "green", "blue"):
        adds(person, jpeg(colour))
        person.opens(address)
    token = person.opens("/q/tiny/notice").token
    person.posts(
        address,
        {"csrf_token": token, "q-photo": (BytesIO(jpeg("black")), "x.jpg")},
        content_type="multipart/form-data",
    )
    assert person.status == 422


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
