"""A workbook as lines of JSON on standard output: run in a process of its own (apart.py), never imported.

The first line tells of the sheet, each further one is a row.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

RESPONSES = "responses"


def plain(cell: Any) -> Any:
    """What JSON has no word for, under the name of its type."""
    if isinstance(cell, timedelta):
        return {"timedelta": cell.total_seconds()}
    if isinstance(cell, date | datetime | time):
        return {type(cell).__name__: cell.isoformat()}
    return str(cell)


def wanted(workbook: CalamineWorkbook, sheet: str | int | None) -> CalamineSheet | None:
    """The sheet of that name, or of that number from 1; None where there is none.

    Where nothing is said, it is the one that our own exports call `responses`, else the first.
    """
    names = workbook.sheet_names
    if sheet is None:
        sheet = RESPONSES if RESPONSES in names else 1
    if isinstance(sheet, int):
        return workbook.get_sheet_by_index(sheet - 1) if sheet <= len(names) else None
    return workbook.get_sheet_by_name(sheet) if sheet in names else None


def main(path: str, sheet: str) -> None:
    """Write the lines for the sheet that the JSON value `sheet` names."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        found = wanted(workbook, json.loads(sheet))
    except CalamineError as error:
        print(json.dumps({"error": "locked" if isinstance(error, PasswordError) else "broken"}))
        return
    about: dict[str, Any] = {"names": workbook.sheet_names}
    if found is not None:
        left = found.start[1] if found.start else 0
        about |= {"sheet": found.name, "height": found.total_height, "left": left}
        about["merged"] = found.merged_cell_ranges or []
    print(json.dumps(about))
    for row in found.iter_rows() if found else ():
        print(json.dumps(row, default=plain, separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
