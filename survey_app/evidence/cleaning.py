"""A file that a stranger sent, made clean in a process of its own; this one never looks into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired
from threading import BoundedSemaphore

from survey_app import apart
from survey_app.errors import SurveyError

LARGEST = 8 * 1024 * 1024
"""Bytes of one file as it comes."""
IN_A_FORM = LARGEST + 64 * 1024
"""Bytes of the request that brings it."""
KINDS = {"image": ("jpeg", "png", "heic"), "file": ("jpeg", "png", "heic", "pdf")}
"""Kind of question to the kinds of files that it takes, told by their content."""

UNPACKING = Path(__file__).with_name("unpacking.py")
MEMORY = 1_200_000_000
"""Bytes that cleaning one file may take: a picture of the most pixels that are let in, twice, and the libraries."""
SECONDS = 20
"""Of work on one file; an old machine needs two for the largest picture."""
PATIENCE = 60
"""Seconds until the answer, where the machine is busy with other things."""
AT_ONCE = BoundedSemaphore(2)
"""So many files at a time, that many at once cannot take all memory, nor all threads that answer other people."""
QUEUE_SECONDS = 10

WORDS = {
    "none": "No file was chosen. Please choose one first, then press the button.",
    "empty": "This file is empty. Please choose another one.",
    "large": "This file is larger than 8 MB. Please choose a smaller one, or take the photo at a lower size.",
    "pixels": "This picture has too many dots to be opened safely. Please take the photo at a lower size.",
    "picture": "This is no photo that can be opened here. Please choose a JPEG, PNG or HEIC picture.",
    "other": "This is no photo and no PDF that can be opened here. Please choose a JPEG, PNG or HEIC picture or a PDF.",
    "locked": "This PDF is locked with a password. Please take a photo or a screenshot of it instead.",
    "broken": "This file is damaged and cannot be opened. Please choose another one, or take the photo again.",
    "busy": "Too many files are coming in just now. Please add it again in a minute.",
}
"""Reason to what the person reads: English sentences that are message ids."""
UNAVAILABLE = frozenset({"busy"})
"""Reasons that lie with us."""


@dataclass(frozen=True)
class CleanFile:
    """A file without anything but what a person sees in it; `type` is the ending of its name, jpg or pdf."""

    type: str
    content: bytes


class Unfit(SurveyError):
    """The file cannot be taken; `words` is an English sentence and a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(WORDS[reason])
        self.reason = reason
        self.status = 503 if reason in UNAVAILABLE else 422


def clean(content: bytes, kind: str = "file") -> CleanFile:
    """What a person sees in the file `content`, and nothing else of it, for a question of `kind` (file or image).

    Pictures come back as JPEG, upright, at most 2,400 dots long; a PDF as pages without anything beside them. Where
    and with what a picture was taken, scripts, links and files inside are gone. Raises Unfit, with words.
    """
    if not content:
        raise Unfit("empty")
    if len(content) > LARGEST:
        raise Unfit("large")
    if not AT_ONCE.acquire(timeout=QUEUE_SECONDS):
        raise Unfit("busy")
    try:
        head, _, body = _unpacked(content, kind).partition(b"\n")
    finally:
        AT_ONCE.release()
    about = json.loads(head or b'{"refused": "broken"}')
    if "refused" in about:
        raise Unfit("picture" if about["refused"] == "other" and kind == "image" else about["refused"])
    return CleanFile(about["type"], body)


def _unpacked(content: bytes, kind: str) -> bytes:
    """What unpacking.py writes, a line of JSON and the clean file; nothing where it came to no good end."""
    with apart.start(UNPACKING, *KINDS[kind], memory=MEMORY, seconds=SECONDS, reads=True) as process:
        try:
            written, _ = process.communicate(content, timeout=PATIENCE)
        except TimeoutExpired:
            return b""
        finally:
            process.kill()
    return written if process.returncode == 0 else b""
