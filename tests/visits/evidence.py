"""A small campaign that asks for photos, whose answers somebody can open, and how a person adds a photo to them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pyrage
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.conftest import WriteCampaign
from tests.machinery.person import Person

ADDRESS = "/q/tiny/notice/files/photo"
"""Where photos are added."""
ABOUT = """
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
          - name: fined
            type: select_one
            label: {zh: 有决定书吗？, en: Is there a notice?}
            choices: [{name: "yes", label: {zh: 有, en: "Yes"}}, {name: "no", label: {zh: 没有, en: "No"}}]
          - name: photo
            type: image
            label: {zh: 照片, en: Photos}
            max_files: 3
            relevant: ${fined} != 'no'
          - {name: paper, type: file, label: {zh: 材料, en: Documents}}
          - {name: phone, type: text, label: {zh: 电话, en: Phone}, sensitive: true, role: contact}
    """


def sealing(write_campaign: WriteCampaign, key: pyrage.x25519.Identity | None) -> Path:
    """The campaign's folder; its answers are sealed to `key`, or there is nobody who could open them."""
    recipients = f"    recipients: [{key.to_public()}]\n" if key else ""
    return write_campaign({"tiny.yaml": QUESTIONS, "campaign.yaml": ABOUT.rstrip(" ") + recipients})


def adds(person: Person, content: bytes, name: str = "照片.jpg", question: str = "photo") -> Person:
    """Choose a file on the page before the person and press the button."""
    chosen = FileStorage(BytesIO(content), name)
    edge, body = encode_multipart({"csrf_token": person.token, f"q-{question}": chosen})
    kind = f"multipart/form-data; boundary={edge}"
    return person.posts(person.sees.actions["answers"], body, content_type=kind)


def listed(person: Person) -> list[str]:
    """What the page says of the files that are there."""
    lists = re.findall(r'<ul class="files".*?</ul>', person.text, re.DOTALL)
    return re.findall(r"<li>(?:<span>)?([^<]+)", "".join(lists))
