"""A questionnaire with room for a hundred texts in every kind of text field, and what is kept of each text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.machinery.naughty import NAUGHTY

ROOM = 100
OTHER_LENGTH = 200
KINDS = ("line", "lines", "other", "entry")
ABOUT = {
    "name": "harbour",
    "title": {"zh": "试", "en": "Try"},
    "organisation": {"zh": "试", "en": "Try"},
    "languages": {"zh": "中文", "en": "English"},
    "privacy": {"zh": "试", "en": "Try"},
    "consent": {"zh": "试", "en": "Try"},
}
BATCHES = [NAUGHTY[start :: -(-len(NAUGHTY) // ROOM)] for start in range(-(-len(NAUGHTY) // ROOM))]
"""All texts, at most ROOM at a time; the long ones do not come together."""


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "label": name, "max_length": 5000, **more}


def choice(name: str) -> dict[str, Any]:
    other = {"name": "else", "label": "else", "specify": True}
    return {
        "name": name,
        "type": "select_one",
        "label": name,
        "choices": [{"name": "a", "label": "a"}, other],
    }


def files() -> dict[str, str]:
    """The campaign folder, by file name."""
    pages = [
        {"name": "line", "label": "1", "questions": [text(f"line{n}") for n in range(ROOM)]},
        {
            "name": "lines",
            "label": "2",
            "questions": [text(f"lines{n}", multiline=True) for n in range(ROOM)],
        },
        {"name": "other", "label": "3", "questions": [choice(f"other{n}") for n in range(ROOM)]},
        {
            "name": "entry",
            "label": "4",
            "questions": [
                {
                    "name": "entries",
                    "type": "repeat",
                    "label": "entries",
                    "max_entries": ROOM,
                    "questions": [text("words")],
                }
            ],
        },
    ]
    asked = {"name": "harbour", "title": "试", "audience": ["tester"], "pages": pages}
    return {
        name: yaml.safe_dump(content) for name, content in (("campaign.yaml", ABOUT), ("harbour.yaml", asked))
    }


def control(kind: str, number: int) -> str:
    """The name of the field of that kind and number."""
    names = {"other": f"q-other{number}_other", "entry": f"q-entries-{number}-words"}
    return names.get(kind, f"q-{kind}{number}")


def fits(kind: str, text: str) -> bool:
    """Whether a field of that kind takes so long a text."""
    return kind != "other" or len(text) <= OTHER_LENGTH


def kept(text: str, kind: str) -> str:
    """What is kept of it: one kind of line end, no control characters, no spaces around; one line where it is one."""
    ends = re.sub(r"\r\n?", "\n", text)
    words = "".join(sign for sign in ends if sign in "\t\n" or not (sign < " " or sign == "\x7f")).strip()
    return words if kind in {"lines", "other"} else words.replace("\n", " ")


def in_answers(answers: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """(kind, number, words) of everything that a response holds; entries without words are not in it."""
    for name, value in answers.items():
        if name == "entries":
            yield from (("entry", n, entry["words"]) for n, entry in enumerate(value) if "words" in entry)
            continue
        kind, number, end = re.fullmatch(r"([a-z]+)(\d+)(_other)?", name).groups()
        if kind != "other" or end:
            yield kind, int(number), value
