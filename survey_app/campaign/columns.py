"""What a questionnaire's answers look like as columns: one layout for frames, tables, exports and codebooks.

Columns come from the questionnaire's versions, never from the answers, so a choice nobody made has its place and a
question that a later version dropped keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from survey_app.campaign.models import (
    Calculate,
    Checklist,
    Choice,
    Placed,
    Questionnaire,
    RegionQuestion,
    Row,
    asks_words,
    is_sealed,
)
from survey_app.campaign.regions import Regions
from survey_app.campaign.texts import Text

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign

ColumnType = Literal["choice", "multiple", "rank", "integer", "decimal", "text", "date", "time", "value"]

ISSUE_ROLES = ("issue", "issue_check")
"""Roles whose codes are the campaign's issues."""
REGION_ROLES = ("region", "home_region")
"""Roles whose codes are the campaign's regions. The place of a response is its first answer among these, in order."""
SEVERAL_ROLES = (*ISSUE_ROLES, "priority")
"""Roles of which a respondent may have several codes: from several questions, and from the entries of a repeat."""

ANSWERED = "_answered"
NOT_ANSWERED = "_not_answered"
NOT_ASKED = "_not_asked"
REFUSED = "_refused"
UNKNOWN = "_unknown"
SPECIAL = (NOT_ANSWERED, NOT_ASKED, REFUSED, UNKNOWN)
"""Codes that stand after the declared ones: three ways of having no answer, and a code that no version declares."""
SPECIAL_LABELS = {
    NOT_ANSWERED: Text({"en": "Not answered", "zh": "未作答"}),
    NOT_ASKED: Text({"en": "Not asked", "zh": "未被问到"}),
    REFUSED: Text({"en": "Preferred not to say", "zh": "不愿回答"}),
    UNKNOWN: Text({"en": "Not in the list", "zh": "无法归类"}),
}
"""Their words in tables and exports, by which an import knows them again."""


@dataclass(frozen=True)
class Column:
    """One question, or one row of a checklist.

    `codes` are the declared ones, in order (choices that count as a refusal are in `refused`, not in `codes`);
    `issues` maps a code to an issue; `problems` are the codes by which a row of an issue check counts as met;
    `other_of` names the question whose "other: please say" the column holds.
    """

    name: str
    question: str
    type: ColumnType
    label: Text
    kind: str
    row: str | None = None
    row_label: Text | None = None
    row_issue: str | None = None
    repeat: str | None = None
    other_of: str | None = None
    role: str | None = None
    sensitive: bool = False
    codes: Mapping[str, Text] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    scores: Mapping[str, float] = field(default_factory=dict)
    satisfied: float | None = None
    issues: Mapping[str, str] = field(default_factory=dict)
    problems: frozenset[str] = frozenset()
    exclusive: frozenset[str] = frozenset()

    @property
    def fills(self) -> str | None:
        """The role that it gives answers to: one of several codes from anywhere, one of one code as a choice."""
        is_one = self.type == "choice" and self.row is None and self.repeat is None
        return self.role if is_one or self.role in SEVERAL_ROLES else None

    def value(self, answers: Mapping[str, Any]) -> Any:
        """This column's part of canonical answers (of one response, or of one entry of its repeat); None if absent."""
        answer = answers.get(self.question)
        if self.kind in FILES:
            return len(answer) if isinstance(answer, list) else None
        if self.row is None:
            return answer
        return answer.get(self.row) if isinstance(answer, Mapping) else None


TYPES: dict[str, ColumnType] = {
    "select_one": "choice",
    "scale": "choice",
    "region": "choice",
    "checklist": "choice",
    "select_multiple": "multiple",
    "rank": "rank",
    "integer": "integer",
    "decimal": "decimal",
    "range": "decimal",
    "text": "text",
    "date": "date",
    "time": "time",
    "calculate": "value",
    "file": "integer",
    "image": "integer",
}
"""Kind to column type. Kinds that are not here (note, group, repeat) have no column of their own; of files it is how
many there are."""
FILES = ("file", "image")


def _choice_parts(choices: Sequence[Choice]) -> dict[str, Any]:
    return {
        "codes": {c.name: c.label for c in choices if c.missing is None},
        "refused": frozenset(c.name for c in choices if c.missing == "refused"),
        "scores": {c.name: c.score for c in choices if c.score is not None},
        "issues": {c.name: c.issue for c in choices if c.issue is not None},
        "problems": frozenset(c.name for c in choices if c.problem),
        "exclusive": frozenset(c.name for c in choices if c.exclusive),
    }


def _region_parts(question: RegionQuestion, regions: Regions) -> dict[str, Any]:
    within = regions.by_code.get(question.within or "")
    listed = ([within] if within else []) + list(regions.under(question.within))
    last = regions.levels.index(question.level) if question.level in regions.levels else len(regions.levels)
    shown = [r for r in listed if r.level not in regions.levels or regions.levels.index(r.level) <= last]
    parts = _choice_parts(question.extra_choices)
    return parts | {"codes": {region.code: regions.labels[region.code] for region in shown} | parts["codes"]}


def _worked_out_parts(question: Calculate, campaign: Campaign) -> dict[str, Any]:
    """A calculation with a role gives one of the role's codes, and is counted as if the respondent had chosen it."""
    if question.role in REGION_ROLES:
        return {"type": "choice", "kind": "region", "codes": campaign.regions.labels}
    codes = {
        "group": {group.name: group.label for group in campaign.regions.groups},
        "unit": {unit.name: unit.label for unit in campaign.units},
    }.get(question.role or "")
    return {"type": "choice", "codes": codes} if codes else {}


def _parts(placed: Placed, campaign: Campaign) -> dict[str, Any]:
    question = placed.question
    if isinstance(question, RegionQuestion):
        return _region_parts(question, campaign.regions)
    if isinstance(question, Calculate):
        return _worked_out_parts(question, campaign)
    return _choice_parts(getattr(question, "choices", ()))


def _column(placed: Placed, campaign: Campaign, row: Row | None = None) -> Column:
    question = placed.question
    return Column(
        name=f"{question.name}/{row.name}" if row else question.name,
        question=question.name,
        label=question.label or Text.plain(question.name),
        row=row.name if row else None,
        row_label=row.label if row else None,
        row_issue=row.issue if row else None,
        repeat=placed.repeat.name if placed.repeat else None,
        role=getattr(question, "role", None),
        sensitive=is_sealed(question) and question.type not in FILES,
        satisfied=getattr(question, "satisfied", None),
        **({"type": TYPES[question.type], "kind": question.type} | _parts(placed, campaign)),
    )


def _other(column: Column) -> Column:
    """The column of the words that go with a choice that asks for them, as XLSForm's or_other has it."""
    name = f"{column.question}_other"
    return Column(
        name=name,
        question=name,
        type="text",
        label=column.label,
        kind="text",
        repeat=column.repeat,
        other_of=column.question,
        sensitive=column.sensitive,
    )


def _of_placed(placed: Placed, campaign: Campaign) -> Iterator[Column]:
    question = placed.question
    if question.type not in TYPES or (question.type in FILES and placed.repeat is not None):
        return
    if isinstance(question, Checklist):
        yield from (_column(placed, campaign, row) for row in question.rows)
        return
    column = _column(placed, campaign)
    yield column
    if asks_words(question):
        yield _other(column)


def _merged(earlier: Column, later: Column) -> Column:
    """The later version's words, with the codes that only the earlier one had after its own.

    What any version sealed stays sealed: answers that were given under that promise, and those before it.
    """
    return replace(
        later,
        sensitive=earlier.sensitive or later.sensitive,
        codes={**later.codes, **{c: label for c, label in earlier.codes.items() if c not in later.codes}},
        refused=earlier.refused | later.refused,
        scores={**earlier.scores, **later.scores},
        issues={**earlier.issues, **later.issues},
        problems=earlier.problems | later.problems,
        exclusive=earlier.exclusive | later.exclusive,
    )


def _in_order(older: list[str], newer: list[str]) -> list[str]:
    """`newer`, with each name that only `older` has put after the name it followed there."""
    order = list(newer)
    for position, name in enumerate(older):
        if name not in order:
            before = older[position - 1] if position else None
            order.insert(order.index(before) + 1 if before else 0, name)
    return order


def columns(versions: Iterable[Questionnaire], campaign: Campaign) -> tuple[Column, ...]:
    """The columns of all `versions` (oldest first) of one questionnaire, in questionnaire order.

    A union by name: labels are the latest version's; codes are the latest version's, then those of earlier ones.
    """
    found: dict[str, Column] = {}
    order: list[str] = []
    for version in versions:
        here = [column for placed in version.placed for column in _of_placed(placed, campaign)]
        for column in here:
            known = found.get(column.name)
            found[column.name] = _merged(known, column) if known else column
        order = _in_order(order, [column.name for column in here])
    return tuple(found[name] for name in order)


def packed_names(name: str, count: int) -> tuple[str, ...]:
    """The byte columns of a packed frame that hold `count` choices of `name`, eight each: choice i is bit i % 8 (the
    least significant first) of the column in place i // 8. No choice is called by an empty name, so none is confused
    with `name/choice`.
    """
    return tuple(f"{name}//{place}" for place in range(-(-count // 8)))
