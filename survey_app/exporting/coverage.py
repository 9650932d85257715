"""The coverage board as a file: a line for each place, as the desk shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from survey_app.campaign.texts import Text
from survey_app.exporting.cells import Note
from survey_app.exporting.csv_file import write_csv
from survey_app.exporting.files import put_in_place, target
from survey_app.exporting.layout import Field, FieldKind, Part
from survey_app.exporting.words import say
from survey_app.exporting.workbook import Sheet, write_workbook
from survey_app.tabulation.coverage import Board, Line
from survey_app.tabulation.words import both

COLUMNS: dict[str, tuple[FieldKind, Text]] = {
    "level": ("text", both("层级", "Level")),
    "code": ("text", both("代码", "Code")),
    "place": ("text", both("地区", "Place")),
    "responses": ("integer", both("答卷数", "Responses")),
    "target": ("integer", both("目标", "Target")),
    "counted": ("integer", both("计入目标的答卷数", "Responses that count for the target")),
    "share": ("percent", both("完成率", "Share of the target")),
    "expected": ("integer", both("截至当日应完成", "Expected by the day")),
    "last": ("date", both("最近一份答卷", "Last response")),
    "days": ("integer", both("距最近一份天数", "Days since the last response")),
    "marks": ("text", both("提示", "Remarks")),
}
"""Name of a column, its kind, and its header; the audiences stand behind `place`, the milestones at the end."""
MARKS = {
    "behind": both("滞后", "behind"),
    "never": both("从未收到", "never"),
    "silent": both("沉寂", "silent"),
    "lopsided": both("结构失衡", "lopsided"),
}
JOINS = both("、", ", ")
REACHED = both("{milestone}（完成日期）", "{milestone} (reached on)")
TITLE = both("{campaign}：截至 {day} 的答卷覆盖情况", "{campaign}: coverage as of {day}")
EVENLY = both(
    "截至当日应完成：按目标的起止日期（含首尾两日）均匀增长计算；没有截止日期的不计算。",
    "Expected by the day: growing evenly from a target's first day to its last; none without a last day.",
)
LEVEL_OF_GROUPS = both("调研组", "Research group")


@dataclass(frozen=True)
class Covered:
    """The board, and on which day what region reached a milestone, by the milestone's name and the region's code."""

    board: Board
    reached: Mapping[tuple[str, str], date]


def write_coverage(covered: Covered, extension: str, path: Path, language: str) -> list[Note]:
    """Write all lines of the board to `path`, csv or xlsx; raises SurveyError with words, then nothing changed."""
    target(path, extension, COVERAGE_FORMATS)
    with put_in_place(path.parent) as scratch:
        return COVERAGE_FORMATS[extension](covered, scratch / path.name, language)


def _csv(covered: Covered, path: Path, language: str) -> list[Note]:
    return write_csv(_part(covered, language), path, language)


def _xlsx(covered: Covered, path: Path, language: str) -> list[Note]:
    board = covered.board
    title = say(TITLE, language, campaign=board.campaign.about.title.in_(language), day=board.today)
    sheet = Sheet(_part(covered, language), above=(title,), below=(EVENLY.in_(language),))
    return write_workbook(path, [sheet], language)


COVERAGE_FORMATS: dict[str, Callable[[Covered, Path, str], list[Note]]] = {"csv": _csv, "xlsx": _xlsx}
"""Extension to writer."""


def _part(covered: Covered, language: str) -> Part:
    board = covered.board
    fields: list[Field] = []
    for name, (kind, header) in COLUMNS.items():
        fields.append(Field(name, kind, header.in_(language)))
        if name == "place":
            labels = {each: board.campaign.audience_label(each).in_(language) for each in board.audiences}
            fields += [Field(f"by/{each}", "integer", label) for each, label in labels.items()]
    for milestone in board.campaign.about.milestones:
        reached_on = say(REACHED, language, milestone=milestone.label.in_(language))
        fields.append(Field(f"reached/{milestone.name}", "date", reached_on))
    levels = {level.name: level.label.in_(language) for level in board.campaign.about.levels}
    levels["group"] = LEVEL_OF_GROUPS.in_(language)
    rows = [_cells(covered, line, levels, language) for _, line in board.tree()]
    return Part.whole("coverage", tuple(fields), _frame(fields, rows))


def _cells(covered: Covered, line: Line, levels: Mapping[str, str], language: str) -> dict[str, Any]:
    wanted, board = line.in_all, covered.board
    ticked = {
        f"reached/{each.name}": covered.reached.get((each.name, line.code))
        for each in board.campaign.about.milestones
    }
    return {
        "level": levels.get(line.level),
        "code": line.code or None,
        "place": line.label.in_(language),
        **{f"by/{audience}": count for audience, count in line.responses.items()},
        "responses": line.total,
        "target": wanted.target if wanted else None,
        "counted": wanted.done if wanted else None,
        "share": round(wanted.share, 6) if wanted else None,
        "expected": round(wanted.expected) if wanted and wanted.expected is not None else None,
        "last": line.last.isoformat() if line.last else None,
        "days": board.silence(line),
        "marks": JOINS.in_(language).join(MARKS[each].in_(language) for each in board.marks(line)) or None,
        **{name: day.isoformat() if day else None for name, day in ticked.items()},
    }


TYPES: dict[str, Any] = {"integer": "Int64", "percent": "Float64"}


def _frame(fields: Iterable[Field], rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {
        each.name: pd.Series([row[each.name] for row in rows], dtype=TYPES.get(each.kind, object))
        for each in fields
    }
    return pd.DataFrame(columns, index=range(len(rows)))
