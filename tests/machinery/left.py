"""Exports of campaigns drawn in a test: from questionnaires and answers to files, and back from files to cells."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.exporting import Source, Whole
from survey_app.exporting.layout import Part, Wish
from survey_app.storage.frames import build, build_repeat
from survey_app.storage.responses import StoredResponse
from tests.machinery.drawn import campaign as drawn_campaign
from tests.machinery.drawn import stored


def source(
    versions: Sequence[Questionnaire],
    responses: Sequence[StoredResponse | Mapping[str, Any]],
    campaign: Campaign | None = None,
    **keys: Any,
) -> Source:
    """The responses, or answers to the last version, as they are exported; ids are r1, r2 …"""
    given = campaign or drawn_campaign(versions[-1], regions={"51": None, "5101": "51"})
    rows = [
        one if isinstance(one, StoredResponse) else stored(versions[-1], one, id=f"r{number}")
        for number, one in enumerate(responses, start=1)
    ]
    repeats = {repeat.name for version in versions for repeat in version.repeats}
    entries = {name: Whole(build_repeat(rows, versions, given, name)) for name in repeats}
    return Source(given, versions, Whole(build(rows, versions, given)), entries, **keys)


def main_part(source: Source, **wish: Any) -> Part:
    """The main table."""
    return source.parts(Wish(**({"language": "zh"} | wish)))[0]


def frame_of(part: Part) -> pd.DataFrame:
    """All rows of a table."""
    return pd.concat(list(part.pieces()), ignore_index=True)


def read_csv(path: Path) -> list[list[str]]:
    """All lines, header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One dict per line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def read_sheet(path: Path, name: str) -> list[list[Any]]:
    """All rows of one sheet, header first."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def column(rows: list[list[Any]], name: str) -> list[Any]:
    """The cells under one header."""
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]
