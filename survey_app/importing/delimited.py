"""Tables as text: the encoding and the delimiter are found, the rows are read one by one."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from survey_app.errors import SurveyError
from survey_app.formulas import arm
from survey_app.importing.cells import Record
from survey_app.importing.mapping import Mapping
from survey_app.importing.sheet import Sheet

BLOCK = 1 << 20
SAMPLE = 200_000
"""Characters from which the delimiter is found."""
LONGEST = 2_000_000
"""Characters of one cell; beyond it a quote was not closed."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without a byte order mark",
    "utf-16-be": "UTF-16 (big-endian) without a byte order mark",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "cp1252": "Windows-1252",
}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright lines"}
BY_WORD = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_PAIRS = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_CHINESE = 0.7
"""Share of two-byte signs from the part of GB18030 that GB 2312 had, from which a text is taken for Chinese."""


@dataclass(frozen=True)
class Delimited:
    """How a text file is written."""

    encoding: str
    delimiter: str

    def __str__(self) -> str:
        name = NAMES.get(self.encoding, self.encoding)
        return f"text in {name}, columns parted by {DELIMITERS.get(self.delimiter, repr(self.delimiter))}"


def read_delimited(path: Path, mapping: Mapping) -> Sheet:
    """The table in a text file. Raises SurveyError with words where its encoding cannot be told."""
    encoding = _wanted_encoding(mapping) or find_encoding(path)
    delimiter = _wanted_delimiter(mapping) or find_delimiter(_sample(path, encoding))
    written = Delimited(encoding, delimiter)
    return Sheet.of(_records(path, written), mapping, str(written), rows=_lines(path))


def _wanted_encoding(mapping: Mapping) -> str | None:
    name = mapping.rules.encoding
    if name is None:
        return None
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        codec = None
    if codec is None or codec.name in (
        "idna",
        "punycode",
        "undefined",
        "unicode-escape",
        "raw-unicode-escape",
    ):
        cure = "write utf-8, utf-16, gb18030 or windows-1252"
        mapping.mistake(("encoding",), f"{name!r} is no encoding that is known", cure)
        mapping.stop_at_mistakes()
    return codec.name if codec else None


def _wanted_delimiter(mapping: Mapping) -> str | None:
    written = mapping.rules.delimiter
    if written is None:
        return None
    sign = BY_WORD.get(written.strip().lower(), written)
    if len(sign) != 1 or sign in '"\r\n ':
        cure = "write comma, semicolon, tab, pipe, or the one character"
        mapping.mistake(("delimiter",), f"{written!r} cannot part columns", cure)
        mapping.stop_at_mistakes()
    return sign


def find_encoding(path: Path) -> str:
    """The encoding in which the whole file makes sense: by its mark, else UTF-8, UTF-16, GB18030, Windows-1252."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    marked = next((encoding for mark, encoding in BOMS if start.startswith(mark)), None)
    for encoding in [marked] if marked else [*_wide(start), "utf-8"]:
        if _decodes(path, encoding):
            return encoding
    if not marked:
        _refuse_damaged(path)
    for encoding in [] if marked else _narrow(path):
        if _decodes(path, encoding):
            return encoding
    name = NAMES[marked] if marked else "any encoding known here (UTF-8, UTF-16, GB18030, Windows-1252)"
    raise SurveyError(
        f"{path.name} is not text in {name}. Save it as CSV UTF-8, or name its encoding in the mapping."
    )


def _wide(start: bytes) -> list[str]:
    """UTF-16 without a mark shows in the zero bytes of its Latin letters, digits, delimiters and ends of lines."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 20 < len(start):
        return []
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = start.decode(encoding, errors="replace")
    return [encoding] if any(sign in text for sign in "\n,;\t") else []


def _refuse_damaged(path: Path) -> None:
    """A file nearly all of which is UTF-8 is no other encoding: it was damaged or cut off."""
    signs, damaged, line, first = 0, 0, 0, 0
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for text in file:
            line += 1
            if not text.isascii():
                signs += sum(not sign.isascii() for sign in text)
                wrong = text.count("\N{REPLACEMENT CHARACTER}")
                damaged += wrong
                first = first or (line if wrong else 0)
    if signs >= 20 and damaged * 20 <= signs:
        raise SurveyError(
            f"{path.name} is UTF-8, but line {first} holds bytes that are none: it was damaged or cut off. "
            "Export it again."
        )


def _narrow(path: Path) -> list[str]:
    """GB18030 and Windows-1252, the likelier one first: nearly every byte sequence is some text in both."""
    pairs, plain_pairs, single = 0, 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found = _PAIRS.findall(block)
            pairs += len(found)
            plain_pairs += sum(pair[0] >= 0xA1 and pair[0] <= 0xF7 and pair[1] >= 0xA1 for pair in found)
            single += sum(byte >= 0x80 for byte in _PAIRS.sub(b"", block))
    is_chinese = plain_pairs >= _CHINESE * (pairs + single)
    return ["gb18030", "cp1252"] if is_chinese else ["cp1252", "gb18030"]


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                text = decoder.decode(block)
                if "\0" in text and encoding not in ("utf-8", "utf-8-sig"):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _open(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="replace")


def _sample(path: Path, encoding: str) -> str:
    with _open(path, encoding) as file:
        return file.read(SAMPLE)


def _lines(path: Path) -> int:
    """About how many rows there are, for a progress bar."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b""))


def find_delimiter(sample: str) -> str:
    """The sign that parts the most rows of `sample` into one same number of cells; a comma where none does."""
    return max(DELIMITERS, key=lambda sign: (_evenness(sample, sign), sign == ","))


def _evenness(sample: str, sign: str) -> float:
    """How good a delimiter `sign` is: share of rows that have as many cells as the first one, by that number."""
    try:
        rows = [row for row in csv.reader(sample.splitlines(keepends=True), delimiter=sign) if row][:100]
    except csv.Error:
        return 0.0
    widths = Counter(map(len, rows))
    width = len(rows[0]) if rows else 0
    return 0.0 if width < 2 else widths[width] / len(rows) + min(width, 1000) / 2000


class _Lines:
    """The file's lines, those of the current record remembered."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.record.append(line)
            yield line


def _records(path: Path, written: Delimited) -> Generator[Record]:
    """Every row. One whose quotes are wrong is a broken record; the rows after it are read all the same."""
    csv.field_size_limit(LONGEST)
    number = 0
    with _open(path, written.encoding) as file:
        lines = _Lines(file)
        reader = csv.reader(iter(lines), delimiter=written.delimiter, strict=True)
        while True:
            number += 1
            lines.record.clear()
            try:
                yield Record(number, [arm(cell) if cell[:1] == "'" else cell for cell in next(reader)])
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(number, ["".join(lines.record)[:LONGEST]], _broken(error, len(lines.record)))


def _broken(error: csv.Error, lines: int) -> str:
    if "unexpected end" in str(error) or "field limit" in str(error) or lines > 1:
        return f"a quote is opened and not closed where it should; {lines} lines were read as this one row"
    return f"its quotes are wrong ({error})"
