"""A log as a file: plain rows of text, disarmed like every cell that leaves the house."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from survey_app.exporting.cells import CSV, Fitting, Place

LINES_AT_ONCE = 500


def log_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The bytes of a file with `rows` under `columns`, some lines at a time: UTF-8 with a byte order mark."""
    fitting = Fitting(CSV, "en")
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    yield codecs.BOM_UTF8
    for number, row in enumerate(rows, 1):
        cells = zip(columns, row, strict=True)
        writer.writerow([fitting.text(text, Place("log", column)) for column, text in cells])
        if number % LINES_AT_ONCE == 0:
            yield _taken(written)
    yield _taken(written)


def _taken(written: io.StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()
