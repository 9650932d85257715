"""Sealed answers and files as they are kept, for the office that holds the key; nothing here can open them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from survey_app.exporting.files import NotAPlace, put_in_place


def write_sealed(items: Iterable[tuple[str, bytes]], folder: Path) -> int:
    """Write each (name, sealed content) into `folder` as a file of its own, all or none; gives how many.

    Raises NotAPlace where there is no such folder, NotWritten where the disk does not take them.
    """
    if not folder.is_dir():
        raise NotAPlace(f"there is no folder {folder}: make it, or choose another one")
    with put_in_place(folder) as scratch:
        return sum(1 for name, content in items if (scratch / name).write_bytes(content))
