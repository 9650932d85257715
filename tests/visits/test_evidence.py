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
    print(response)
