"""Sealed answers and files as they are kept, for the office that holds the key; nothing here can open them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from survey_app.exporting.files import NotAPlace, put_in_place

LIST = "list.csv"
ENDING = ".age"


class SealedItem(NamedTuple):
    """One answer or file, sealed; `part` tells files of one question apart, `type` is what it is once it is opened."""

    response: str
    questionnaire: str
    question: str
    part: int | None
    type: str
    content: bytes

    @property
    def file(self) -> str:
        """The name of its file; without the ending it is the name of what is in it."""
        number = "" if self.part is None else f"-{self.part}"
        return f"{self.response}_{self.question.replace('/', '-')}{number}.{self.type}{ENDING}"


def write_sealed(items: Iterable[SealedItem], folder: Path) -> int:
    """Write each item into `folder` as a file of its own, and a list of them, all or none; gives how many items.

    Raises NotAPlace where there is no such folder, NotWritten where the disk does not take them.
    """
    if not folder.is_dir():
        raise NotAPlace(f"there is no folder {folder}: make it, or choose another one")
    written = 0
    with put_in_place(folder) as scratch, (scratch / LIST).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("file", "response", "questionnaire", "question", "type"))
        for item in items:
            (scratch / item.file).write_bytes(item.content)
            lines.writerow((item.file, item.response, item.questionnaire, item.question, item.type))
            written += 1
        file.flush()
    return written
