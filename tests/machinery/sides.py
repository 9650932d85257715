"""The sides of tables out of exported answers: who has which code, told from the cells of the csv alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from survey_app.campaign.columns import SPECIAL, Column
from tests.machinery.exported import ANSWERED, NOT_ASKED, UNKNOWN, Bits, Exported, Side, is_answer

ABOUT = ("questionnaire", "audience", "channel", "language", "version")


def side(exported: Exported, name: str, level: str = "", scheme: str = "", period: str = "") -> Side:
    """The side of that name: `all`, what is known of every response, a role, or a question of the one questionnaire."""
    if name == "all":
        return one(["all"] * len(exported), ["all"])
    if name == "date":
        return of_days(exported, period or "day")
    if name in ABOUT:
        found = [each for frame in exported.frames.values() for each in frame[f"_{name}"]]
        return one(found, sorted({*found}))
    if name in ("issue", "issue_check"):
        return of_issues(exported, name, scheme)
    columns = {each: _columns(exported, each, name) for each in exported.frames}
    asked = [column for found in columns.values() for column in found]
    if any(column.type in ("multiple", "rank") for column in asked):
        return of_several(exported, columns, is_role=not _is_question(exported, name))
    codes = list(dict.fromkeys(code for column in asked for code in column.codes))
    cells = [
        cell
        for each, frame in exported.frames.items()
        for cell in (frame[columns[each][0].name] if columns[each] else [NOT_ASKED] * len(frame))
    ]
    if any(column.kind == "region" for column in asked):
        return of_places(exported, cells, codes, level)
    return one(cells, codes)


def _is_question(exported: Exported, name: str) -> bool:
    return any(name in exported.declared[each] for each in exported.frames)


def _columns(exported: Exported, questionnaire: str, name: str) -> list[Column]:
    declared = exported.declared[questionnaire]
    return [declared[name]] if name in declared else exported.of_role(questionnaire, name)


def one(cells: Sequence[str], declared: Iterable[str]) -> Side:
    """One code each."""
    codes = tuple(dict.fromkeys([*declared, *SPECIAL, *cells]))
    has = np.array(cells, dtype=object)[:, np.newaxis] == np.array(codes, dtype=object)[np.newaxis, :]
    return Side(codes, has, has[:, [is_answer(code) for code in codes]].any(axis=1))


def of_places(exported: Exported, cells: Sequence[str], codes: Sequence[str], level: str) -> Side:
    """Places by those of a level that they lie in."""
    places = exported.places
    deepest = [places.levels[code] for code in codes if code in places.levels]
    order = ["province", "prefecture", "county"]
    level = level or max(deepest, key=order.index)
    return one([places.rolled(cell, level) for cell in cells], ())


def of_days(exported: Exported, period: str) -> Side:
    """Days, weeks or months, from the first to the last without a gap."""
    days = [date.fromisoformat(each) for frame in exported.frames.values() for each in frame["_date"]]
    between = (min(days) + timedelta(n) for n in range((max(days) - min(days)).days + 1)) if days else ()
    return one([_named(day, period) for day in days], dict.fromkeys(_named(day, period) for day in between))


def _named(day: date, period: str) -> str:
    year, week, _ = day.isocalendar()
    return {"day": day.isoformat(), "week": f"{year}-W{week:02d}", "month": day.isoformat()[:7]}[period]


def of_several(exported: Exported, columns: Mapping[str, Sequence[Column]], *, is_role: bool) -> Side:
    """Several answers to one question, or to the questions of a role."""
    codes = tuple(dict.fromkeys(code for found in columns.values() for each in found for code in each.codes))
    ticks, states = [], []
    for name, found in columns.items():
        frame = exported.frames[name]
        ticks.append({code: _ticked(frame, found, {code}) for code in codes})
        states.append(_state(frame, found))
    side_ = _together(exported, ticks, states, {code: [code] for code in codes}, [])
    if not is_role:
        return side_
    offered = [
        {code: _offered(exported.frames[name], found, {code}) for code in codes}
        for name, found in columns.items()
    ]
    return _offering(side_, offered, {code: [code] for code in codes}, {*codes})


def of_issues(exported: Exported, role: str, scheme: str) -> Side:
    """The issues that somebody met, one by one or by the categories of a scheme."""
    issues = exported.campaign.issues
    names = [each.name for each in issues.issues]
    members = {name: [name] for name in names}
    beside: list[str] = []
    if scheme:
        kinds = {each.name: each.groups.get(scheme) for each in issues.issues}
        members = {
            each.name: [name for name in names if kinds[name] == each.name]
            for each in issues.schemes[scheme].categories
        }
        beside = [name for name in names if kinds[name] is None]
    ticks, states, offered, asked = [], [], [], set[str]()
    for name, frame in exported.frames.items():
        found = exported.of_role(name, role)
        ticks.append({issue: _met(frame, found, issue) for issue in names})
        states.append(_state(frame, found))
        offered.append({issue: _answered_any(frame, _offering_it(found, issue)) for issue in names})
        asked |= {issue for issue in names if _offering_it(found, issue)}
    return _offering(_together(exported, ticks, states, members, beside), offered, members, asked)


def _met(frame: pd.DataFrame, columns: Sequence[Column], issue: str) -> Bits:
    made = np.zeros(len(frame), dtype=bool)
    for column in columns:
        if column.row_issue == issue:
            made |= frame[column.name].isin(column.problems).to_numpy()
        if issue in column.issues.values():
            made |= _ticked(frame, [column], {code for code, of in column.issues.items() if of == issue})
    return made


def _offering_it(columns: Sequence[Column], issue: str) -> list[Column]:
    return [c for c in columns if issue in c.issues.values() or (c.row_issue == issue and c.problems)]


def _offered(frame: pd.DataFrame, columns: Sequence[Column], codes: set[str]) -> Bits:
    return _answered_any(frame, [column for column in columns if codes & {*column.codes}])


def _answered_any(frame: pd.DataFrame, columns: Sequence[Column]) -> Bits:
    could = np.zeros(len(frame), dtype=bool)
    for column in columns:
        could |= frame[_state_of(column)].map(is_answer).to_numpy(dtype=bool)
    return could


def _state_of(column: Column) -> str:
    return column.name if column.type == "choice" else f"{column.name}:state"


def _ticked(frame: pd.DataFrame, columns: Sequence[Column], codes: set[str]) -> Bits:
    made = np.zeros(len(frame), dtype=bool)
    for column in columns:
        for code in codes & {*column.codes}:
            made |= _chosen(frame, column, code).to_numpy(dtype=bool)
    return made


def _chosen(frame: pd.DataFrame, column: Column, code: str) -> pd.Series[bool]:
    """Of a rank, whether the choice was given a place at all."""
    if column.type == "choice":
        return frame[column.name] == code
    if column.type == "rank":
        return frame[f"{column.name}/{code}/rank"] != ""
    return frame[f"{column.name}/{code}"] == "1"


def _state(frame: pd.DataFrame, columns: Sequence[Column]) -> list[str]:
    """What somebody did with all of them: answered one, else refused one, else left one empty, else was asked none."""
    order = (ANSWERED, UNKNOWN, "_refused", "_not_answered", NOT_ASKED)
    cells = [
        frame[_state_of(column)].map(lambda c: c if c in order else ANSWERED).tolist() for column in columns
    ]
    return (
        [min(row, key=order.index) for row in zip(*cells, strict=True)] if cells else [NOT_ASKED] * len(frame)
    )


def _together(
    exported: Exported,
    ticks: Sequence[Mapping[str, Bits]],
    states: Sequence[Sequence[str]],
    members: Mapping[str, Sequence[str]],
    beside: Sequence[str],
) -> Side:
    """Choices of all questionnaires as a side; `members`: by code its choices; `beside`: choices that have no code."""
    codes = (*members, *SPECIAL)
    single = {choice: np.concatenate([each[choice] for each in ticks]) for choice in ticks[0]}
    state = np.array([each for some in states for each in some], dtype=object)
    some = np.any([*single.values()], axis=0)
    state[some] = ANSWERED
    often = {
        code: np.sum([single[choice] for choice in choices], axis=0) for code, choices in members.items()
    }
    often |= {code: (state == code).astype(int) for code in SPECIAL}
    often[UNKNOWN] = (
        often[UNKNOWN] + np.sum([single[each] for each in beside], axis=0) if beside else often[UNKNOWN]
    )
    grid = np.stack([often[code] * np.ones(len(state), dtype=int) for code in codes], axis=1)
    return Side(codes, grid > 0, np.isin(state, [ANSWERED, UNKNOWN]), None, grid, several=True)


def _offering(
    made: Side,
    offered: Sequence[Mapping[str, Bits]],
    members: Mapping[str, Sequence[str]],
    asked: set[str],
) -> Side:
    """The side, with who was offered each code: whoever answered a question that has it, or has it."""
    single = {choice: np.concatenate([each[choice] for each in offered]) for choice in offered[0]}
    nobody = np.zeros(len(made.answered), dtype=bool)
    could = [
        np.any([single[choice] for choice in members[code]], axis=0) | made.has[:, place]
        if members.get(code)
        else (made.answered if code in SPECIAL else nobody)
        for place, code in enumerate(made.codes)
    ]
    unoffered = sum(bool(choices) and not asked & {*choices} for choices in members.values())
    return replace(made, could=np.stack(could, axis=1), unoffered=unoffered)
