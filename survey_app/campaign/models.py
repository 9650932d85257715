"""The questionnaire as frozen models: what YAML becomes at the door, and the only shape in which it travels.

Words of the format are XLSForm's (https://xlsform.org): type, name, label, hint, required, relevant, constraint,
constraint_message, calculation, default, appearance. Added kinds: region, checklist, scale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from survey_app.campaign.expressions import Expression, ExpressionError, parse
from survey_app.campaign.texts import Text

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
"""Names of questions, pages, rows: they become field names, column names and addresses."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
"""Codes of choices and regions: what is stored. A leading underscore is kept for the codes of tables."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
"""Names of campaigns and questionnaires: they stand in addresses."""

Role = Literal[
    "region",  # where the matter happened
    "home_region",  # where the respondent works or lives
    "issue",  # which issues were met; several questions make one variable
    "issue_check",  # a checklist whose rows stand for issues
    "priority",  # what should improve first
    "satisfaction",  # the overall verdict, a scale
    "trend",  # the verdict compared with earlier, a scale
    "group",  # the research group that worked
    "unit",  # the enforcement unit concerned
    "contact",  # how to reach the person: always sealed
]


def _parse(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        raise ValueError("an expression is text, as in: ${fined} = 'yes'")
    try:
        return parse(value)
    except ExpressionError as error:
        raise ValueError(error.words) from error


Formula = Annotated[
    Expression,
    PlainValidator(_parse),
    PlainSerializer(lambda expression: expression.source, return_type=str),
    WithJsonSchema({"type": "string", "description": "An expression, as in: ${fined} = 'yes'"}),
]


class Model(BaseModel):
    """Frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _name_and_label_or_issue(schema: dict[str, Any]) -> None:
    schema.pop("required", None)
    schema["anyOf"] = [{"required": ["name", "label"]}, {"required": ["issue"]}]


class Choice(Model):
    """One answer that can be chosen. `issue` alone takes name and label from issues.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_name_and_label_or_issue)

    name: Code
    label: Text
    issue: Code | None = None
    exclusive: bool = Field(False, description="Cannot stand beside another choice; always shown last.")
    specify: bool = Field(False, description="Asks 'please say' in <question>_other.")
    score: float | None = Field(None, description="Counts in the mean of a scale; none: outside the mean.")
    problem: bool = Field(False, description="In a checklist of issues: this answer counts as the issue met.")
    missing: Literal["refused"] | None = Field(None, description="Counted as a refusal, not as an answer.")

    @model_validator(mode="before")
    @classmethod
    def _from_issue(cls, value: Any, info: ValidationInfo) -> Any:
        issues = (info.context or {}).get("issues", {})
        if isinstance(value, dict) and "name" not in value and value.get("issue") in issues:
            return {"name": value["issue"], "label": issues[value["issue"]], **value}
        return value


class Row(Model):
    """A row of a checklist."""

    name: Name
    label: Text
    issue: Code | None = None
    hint: Text | None = None


def _named_list(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    lists = (info.context or {}).get("lists", {})
    if value not in lists:
        known = ", ".join(sorted(lists)) or "none"
        raise ValueError(f"choice list '{value}' is not defined; defined lists: {known}")
    return lists[value]


def _list_or_name(schema: dict[str, Any]) -> None:
    written = {key: schema.pop(key) for key in list(schema)}
    named = {"type": "string", "description": "a choice list, or @issues, @groups, @units, @<scheme>"}
    schema["anyOf"] = [named, written]


Choices = Annotated[
    tuple[Choice, ...],
    BeforeValidator(_named_list),
    Field(min_length=1, json_schema_extra=_list_or_name),
]


class QuestionModel(Model):
    """What every kind has."""

    asks: ClassVar[bool] = True
    """Whether the kind takes an answer from the person."""

    name: Name
    label: Text
    hint: Text | None = None
    relevant: Formula | None = Field(None, description="Asked only when this is true.")
    appearance: str | None = None


class AnswerModel(QuestionModel):
    """A kind that takes an answer."""

    required: bool | Formula = False
    constraint: Formula | None = Field(None, description="Must be true of the answer, which is written `.`")
    constraint_message: Text | None = None
    default: Any = Field(None, description="What stands there before the person answers.")
    role: Role | None = None
    sensitive: bool = Field(False, description="Sealed to the campaign's recipients; unreadable here.")

    @cached_property
    def codes(self) -> frozenset[str]:
        """The names of its choices, those beside its regions included."""
        return frozenset(choice.name for choice in all_choices(self))

    @cached_property
    def wordy(self) -> frozenset[str]:
        """The names of the choices that ask to say more."""
        return frozenset(choice.name for choice in all_choices(self) if choice.specify)


class SelectOne(AnswerModel):
    """One of a list."""

    type: Literal["select_one"]
    choices: Choices
    shuffle: bool = False


class SelectMultiple(AnswerModel):
    """Any of a list."""

    type: Literal["select_multiple"]
    choices: Choices
    shuffle: bool = Field(False, description="Another order for each person; exclusive choices stay last.")
    min_choices: int | None = Field(None, ge=1)
    max_choices: int | None = Field(None, ge=1)


class Scale(AnswerModel):
    """A list in order whose choices have scores; a choice without one is outside the mean."""

    type: Literal["scale"]
    choices: Choices
    satisfied: float | None = Field(None, description="Scores from here up count as satisfied.")


class Integer(AnswerModel):
    """A whole number."""

    type: Literal["integer"]
    min: int | None = None
    max: int | None = None
    unit: Text | None = None


class Decimal(AnswerModel):
    """A number."""

    type: Literal["decimal"]
    min: float | None = None
    max: float | None = None
    unit: Text | None = None


class Range(AnswerModel):
    """A number from start to end by step."""

    type: Literal["range"]
    start: float
    end: float
    step: float = Field(1, gt=0)
    unit: Text | None = None


class TextQuestion(AnswerModel):
    """Free words, at most `max_length` characters."""

    type: Literal["text"]
    multiline: bool = False
    max_length: int = Field(500, ge=1, le=20_000)


class DateQuestion(AnswerModel):
    """A day; `min` and `max` are days (2021-05-18)."""

    type: Literal["date"]
    min: date | None = None
    max: date | None = None


class TimeQuestion(AnswerModel):
    """A time of day."""

    type: Literal["time"]


class Checklist(AnswerModel):
    """Rows that share one list of choices; one answer a row."""

    type: Literal["checklist"]
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    choices: Choices


class RegionQuestion(AnswerModel):
    """A region, chosen level by level down to `level`; `extra_choices` stand beside the regions."""

    type: Literal["region"]
    level: Name = Field(description="How deep: a level of the campaign's regions.")
    within: Code | None = Field(None, description="Only this region and what lies in it.")
    extra_choices: tuple[Choice, ...] = ()


class Rank(AnswerModel):
    """A list put in order, the most important first; `max_choices`: only so many are ranked."""

    type: Literal["rank"]
    choices: Choices
    max_choices: int | None = Field(None, ge=1)


class FileQuestion(AnswerModel):
    """Files that the person adds; an image is a photo. They are always sealed, as sensitive answers are."""

    type: Literal["file", "image"]
    max_files: int = Field(1, ge=1, le=3, description="How many, of 8 MB each.")


class Note(QuestionModel):
    """Words to read."""

    asks: ClassVar[bool] = False
    type: Literal["note"]


class Calculate(QuestionModel):
    """A value worked out from other answers; shown where it has a label."""

    asks: ClassVar[bool] = False
    type: Literal["calculate"]
    label: Text | None = None  # type: ignore[assignment]
    calculation: Formula
    role: Role | None = None


class Group(QuestionModel):
    """Questions under one heading; names stay unique in the whole questionnaire."""

    asks: ClassVar[bool] = False
    type: Literal["group"]
    questions: tuple[Question, ...] = Field(min_length=1)


class Repeat(QuestionModel):
    """The same questions several times, one entry each; no repeat inside a repeat."""

    asks: ClassVar[bool] = False
    type: Literal["repeat"]
    questions: tuple[Question, ...] = Field(min_length=1)
    entry: Text | None = Field(None, description="What one entry is called, as in: Issue.")
    min_entries: int = Field(0, ge=0)
    max_entries: int = Field(20, ge=1, le=200)


Question = Annotated[
    SelectOne
    | SelectMultiple
    | Scale
    | Integer
    | Decimal
    | Range
    | TextQuestion
    | DateQuestion
    | TimeQuestion
    | Checklist
    | RegionQuestion
    | Rank
    | FileQuestion
    | Note
    | Calculate
    | Group
    | Repeat,
    Field(discriminator="type"),
]


class Page(Model):
    """What is asked on one screen."""

    name: Name
    label: Text
    hint: Text | None = None
    relevant: Formula | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Questionnaire(Model):
    """One questionnaire, immutable; `version` names its content."""

    name: Slug
    title: Text
    audience: tuple[Name, ...] = Field(min_length=1, description="Whom it asks, as in: driver.")
    staff: bool = Field(False, description="Filled in by staff; never on the public pages.")
    region: Code | None = Field(None, description="Belongs to this region alone.")
    languages: tuple[str, ...] = Field((), description="Default: those of the campaign.")
    minutes: int | None = Field(None, ge=1)
    purpose: Text | None = None
    scope: Text | None = None
    privacy: Text | None = None
    consent: Text | None = None
    thanks: Text | None = None
    opens: date | None = None
    closes: date | None = None
    choice_lists: dict[Name, tuple[Choice, ...]] = Field(default_factory=dict)
    pages: tuple[Page, ...] = Field(min_length=1)

    @cached_property
    def version(self) -> str:
        """12 hexadecimal digits of the content's hash. Opening days do not count: moving them asks nothing new."""
        content = self.definition()
        for key in ("opens", "closes", "choice_lists"):
            content.pop(key, None)
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def definition(self) -> dict[str, Any]:
        """The content as JSON; `Questionnaire.model_validate` makes the same questionnaire from it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every question in order, those in groups and repeats too."""
        return tuple(placed for page in self.pages for placed in _place(page, page.questions, (), None))

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by name, groups, repeats and what is in them included."""
        return {placed.question.name: placed.question for placed in self.placed}

    @cached_property
    def homes(self) -> dict[str, str | None]:
        """Every key that answers may have, `<question>_other` too, and the repeat whose entries hold it."""
        homes: dict[str, str | None] = {}
        for placed in self.placed:
            home = placed.repeat.name if placed.repeat else None
            if not isinstance(placed.question, Group):
                homes[placed.question.name] = home
            if asks_words(placed.question):
                homes[f"{placed.question.name}_other"] = home
        return homes

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The names of the questions whose answers are sealed, be they words or files."""
        return frozenset(
            name
            for name, asked in self.questions.items()
            if isinstance(asked, FileQuestion) or is_sealed(asked)
        )

    @cached_property
    def repeats(self) -> tuple[Repeat, ...]:
        """The repeats, in order."""
        return tuple(p.question for p in self.placed if isinstance(p.question, Repeat))

    def with_role(self, role: str) -> tuple[Placed, ...]:
        """The questions that have `role`, in order."""
        return tuple(p for p in self.placed if getattr(p.question, "role", None) == role)

    def page(self, name: str) -> Page | None:
        """The page of that name."""
        return next((page for page in self.pages if page.name == name), None)


@dataclass(frozen=True)
class Placed:
    """A question and where it stands."""

    page: Page
    question: Question
    groups: tuple[Group, ...] = ()
    repeat: Repeat | None = None


def _place(
    page: Page, questions: tuple[Question, ...], groups: tuple[Group, ...], repeat: Repeat | None
) -> Iterator[Placed]:
    for question in questions:
        yield Placed(page, question, groups, repeat)
        if isinstance(question, Group):
            yield from _place(page, question.questions, (*groups, question), repeat)
        elif isinstance(question, Repeat):
            yield from _place(page, question.questions, groups, question)


def all_choices(question: Any) -> tuple[Choice, ...]:
    """The choices of a question of any kind, those beside its regions included; empty where there are none."""
    return (*getattr(question, "choices", ()), *getattr(question, "extra_choices", ()))


def asks_words(question: Any) -> bool:
    """Whether a choice asks to say more; what is said is the answer of `<question>_other`, as XLSForm has it."""
    return any(choice.specify for choice in all_choices(question))


def is_sealed(question: Any) -> bool:
    """Whether its answers are sealed, so that nobody here can read them: how to reach a person always is."""
    return getattr(question, "sensitive", False) or getattr(question, "role", None) == "contact"
