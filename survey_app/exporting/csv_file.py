"""Comma-separated values: UTF-8 with a byte order mark, so that Excel reads Chinese; texts quoted, numbers not."""

from __future__ import annotations

import codecs
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from survey_app.exporting.cells import CSV, Fitting, Note
from survey_app.exporting.layout import Part
from survey_app.exporting.lines import header_line, lines
from survey_app.exporting.readback import Print, compare, reading_back
from survey_app.exporting.rows import header_of

READ_AT_ONCE = 4 * 1024 * 1024
"""Bytes of the file that are read back at one time; a longer line needs more."""


def write_csv(part: Part, path: Path, language: str) -> list[Note]:
    """Write `part` to `path` and read it back; gives what had to be changed."""
    fitting = Fitting(CSV, language)
    meant = Print(header_of(part, fitting))
    first = header_line(meant.header).encode()
    longest = len(first)
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8 + first)
        for some in lines(part, fitting):
            file.write(some.written)
            meant.add_bytes(some.rows, some.meant)
            longest = max(longest, some.longest)
    with reading_back(path):
        compare(path, meant, _read(path, len(meant.header), longest))
    return fitting.notes


def _read(path: Path, width: int, longest: int) -> Print:
    """What a reader that had no part in the writing finds in the file."""
    kind = pa.large_binary()
    names = [f"f{number}" for number in range(width)]
    reader = pyarrow.csv.open_csv(
        path,
        pyarrow.csv.ReadOptions(
            block_size=max(READ_AT_ONCE, 2 * longest), autogenerate_column_names=True, encoding="utf8"
        ),
        pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        pyarrow.csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, kind),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    found: Print | None = None
    for batch in reader:
        if found is None:
            found = Print([cell[0].as_py().decode("utf-8", "surrogatepass") for cell in batch.columns])
            found.add_columns(batch.slice(1).columns)
        else:
            found.add_columns(batch.columns)
    return found or Print([])
