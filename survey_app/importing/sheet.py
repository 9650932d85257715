"""The table in a file: its header, and its rows one after another."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from survey_app.errors import SurveyError
from survey_app.importing.cells import Record, is_blank, text_of
from survey_app.importing.mapping import Mapping


@dataclass(frozen=True)
class Sheet:
    """`found` says how the file is written, `rows` about how many there are, `notes` what a person should know."""

    header: tuple[str, ...]
    records: Generator[Record]
    found: str
    rows: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, records: Generator[Record], mapping: Mapping, found: str, rows: int, notes: tuple[str, ...] = ()
    ) -> Sheet:
        """The sheet whose header is in the row that the mapping names. Raises SurveyError where there is none."""
        wanted = mapping.rules.header_row
        header = next((record for record in records if record.number == wanted), None)
        if header is None or all(is_blank(cell) for cell in header.cells):
            place = "The file is empty" if wanted == 1 else f"Row {wanted} is empty"
            raise SurveyError(
                f"{place}: its header is wanted there. Write one, or set header_row in the mapping."
            )
        if header.broken:
            raise SurveyError(f"The header in row {wanted} cannot be read: {header.broken}.")
        names = [text_of(cell).strip().lstrip("\ufeff") for cell in header.cells]
        return cls(tuple(names), records, found, max(rows - wanted, 0), notes)
