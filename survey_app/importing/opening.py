"""From a file to the sheet in it, by what the file really is and not by its name alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from survey_app.errors import SurveyError
from survey_app.importing.delimited import read_delimited
from survey_app.importing.mapping import Mapping
from survey_app.importing.sheet import Sheet
from survey_app.importing.workbooks import LOCKED, read_xls, read_xlsx

LARGEST = 300_000_000
"""Bytes of a file that is imported in one go."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which Office keeps a workbook that has a password (MS-OFFCRYPTO 2.3.4.4)."""
OTHERS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file (.gz)",
    b"Rar!": "a packed file (.rar)",
    b"7z\xbc\xaf": "a packed file (.7z)",
    b"SQLite format 3": "a database",
    b"$FL2": "an SPSS file (.sav)",
    b"$FL3": "an SPSS file (.sav)",
    b"PAR1": "a Parquet file",
}
READERS: dict[str, Callable[[Path, Mapping], Sheet]] = {
    "text": read_delimited,
    "xlsx": read_xlsx,
    "xls": read_xls,
}
ENDINGS = {
    "csv": "text",
    "tsv": "text",
    "txt": "text",
    "tab": "text",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xls",
}
WRITTEN = {"text": "text (.csv)", "xlsx": "an Excel workbook (.xlsx)", "xls": "an old Excel workbook (.xls)"}


def open_sheet(path: Path, mapping: Mapping) -> Sheet:
    """The table in the file. Raises SurveyError with words where there is none that can be read."""
    start = _start(path)
    kind = _kind(path, start)
    ending = path.suffix[1:].lower()
    if ENDINGS.get(ending, kind) != kind:
        new = path.with_suffix(f".{'csv' if kind == 'text' else kind}").name
        raise SurveyError(
            f"{path.name} is named .{ending} but is {WRITTEN[kind]}. Rename it to {new} and import it again."
        )
    try:
        return READERS[kind](path, mapping)
    except OSError as error:
        raise _unreadable(path, error) from error


def _start(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SurveyError(f"{path} is a folder. Name one file in it.")
        size = path.stat().st_size
        if size > LARGEST:
            raise SurveyError(
                f"{path.name} has {size // 1_000_000} MB; at most {LARGEST // 1_000_000} MB are imported in one go. "
                "Split it and import the parts one after another."
            )
        with path.open("rb") as file:
            return file.read(4096)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> SurveyError:
    if isinstance(error, FileNotFoundError):
        return SurveyError(f"There is no file {path}. See that its name and folder are right.")
    reason = getattr(error, "strerror", None) or error
    return SurveyError(f"{path} cannot be read ({reason}). See that it is a file you may read.")


def _kind(path: Path, start: bytes) -> str:
    if start.startswith(b"PK"):
        return "xlsx"
    if start.startswith(OLE):
        if path.suffix.lower() in (".xlsx", ".xlsm") and ENCRYPTED in path.read_bytes():
            raise SurveyError(f"{path.name} {LOCKED}")
        return "xls"
    other = next((words for magic, words in OTHERS.items() if start.startswith(magic)), None)
    if (
        start.lstrip(b"\xef\xbb\xbf \t\r\n")[:9]
        .lower()
        .startswith((b"<html", b"<!doctype", b"<table", b"<?xml"))
    ):
        other = "a web page"
    if other:
        raise SurveyError(
            f"{path.name} is {other}. Open or unpack it and save its table as .xlsx or .csv, then import that."
        )
    return "text"
