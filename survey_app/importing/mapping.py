"""The mapping file: how the columns and cells of somebody else's table become a questionnaire's answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from survey_app.campaign.models import Code, Model, Name, Slug
from survey_app.campaign.reading.mending import read_model
from survey_app.campaign.reading.yamlsource import Node, Source, read_yaml
from survey_app.campaign.reports import in_order, render, suggestion
from survey_app.errors import SurveyError

Order = Literal["ymd", "mdy", "dmy"]


class MappingError(SurveyError):
    """The mapping does not fit the file or the questionnaire; `words` holds one line per mistake."""


def _reference(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError("a column is named by the words in its header, or by its number (the first one is 1)")


Reference = Annotated[
    int | str,
    PlainValidator(_reference),
    WithJsonSchema({"type": ["integer", "string"], "description": "the header's words, or a number from 1"}),
]
"""A column: by the words of its header, or by number from 1."""


class Skip(Model):
    """Rows that are no answers. Blank rows and a header that comes again are skipped without being named here."""

    first: int = Field(0, ge=0, description="So many rows right after the header.")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Header of a column: cells by which a row is skipped."
    )


class DayRule(Model):
    """Where the day of the response stands; `otherwise` is the day of a row that has none (default: today)."""

    column: Reference | None = None
    order: Order = "ymd"
    otherwise: date | None = None


class WordRule(Model):
    """A word that is the same for all rows (`always`), or stands in a column."""

    column: Reference | None = None
    values: dict[str, str] = Field(default_factory=dict)
    always: str | None = None


class AnswerRule(Model):
    """Where a question's answers stand and what its cells mean."""

    column: Reference | None = None
    columns: dict[str, Reference] = Field(
        default_factory=dict,
        description="One column per choice, row of a checklist, or level of the regions: name → column.",
    )
    values: dict[str, str | None] = Field(
        default_factory=dict, description="What a cell says: the code (or number, or text) it stands for."
    )
    missing: tuple[str, ...] = Field((), description="Further cells that mean: not answered.")
    separator: str | None = Field(None, min_length=1, description="Stands between several answers.")
    chosen: tuple[str, ...] = Field((), description="Further cells that mean: this choice was made.")
    not_chosen: tuple[str, ...] = Field((), description="Further cells that mean: it was not.")
    text_to: Name | None = Field(None, description="The text question that takes the words inside 〖〗.")
    unlisted: Code | None = Field(
        None, description="The choice that a label stands for which is not known; its words go beside it."
    )
    percent: bool = Field(False, description="30% and 0.3 are both 30, as spreadsheets mean it.")
    order: Order = "ymd"
    above: tuple[str, ...] = Field(
        (), description="Names of places above the region tree, left out of paths."
    )


class Rules(Model):
    """map.yaml."""

    questionnaire: Slug | None = Field(None, description="Refuse to import into any other.")
    sheet: Reference | None = Field(None, description="Name or number of the sheet; default: the first.")
    encoding: str | None = None
    delimiter: str | None = Field(None, description="comma, semicolon, tab, pipe, or one character.")
    header_row: int = Field(1, ge=1, le=1000)
    skip: Skip = Skip()
    missing: tuple[str, ...] = Field((), description="Cells that mean: not answered, in every column.")
    missing_required: Literal["accept", "refuse"] = "accept"
    id: Reference | None = Field(None, description="The column that names a row; with it a row enters once.")
    date: DayRule = DayRule()
    language: WordRule = WordRule()
    channel: WordRule = WordRule()
    ignore: tuple[Reference, ...] = ()
    constants: dict[str, Any] = Field(default_factory=dict, description="Question: the answer of all rows.")
    questions: dict[str, AnswerRule] = Field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """The rules, and the file they stand in, so that a mistake found later still has its line."""

    rules: Rules = field(default_factory=Rules)
    source: Source = field(default_factory=lambda: Source("mapping"))

    def mistake(self, steps: tuple[str | int, ...], words: str, cure: str) -> None:
        """Note a mistake at the place that `steps` lead to."""
        root = self.source.root
        self.source.mistake(root.at(*steps).line if root else None, words, cure)

    def stop_at_mistakes(self) -> None:
        """Raise MappingError with all mistakes noted so far, if there are any."""
        if self.source.mistakes:
            raise MappingError(render(in_order(self.source.mistakes)))


_PARTS: dict[str, type[Model]] = {"skip": Skip, "date": DayRule, "language": WordRule, "channel": WordRule}


def read_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file; raises MappingError with one line for each mistake in it."""
    if Path(path).is_dir():
        raise MappingError(f"{path} is a folder. Name the mapping file in it.")
    if not Path(path).exists():
        raise MappingError(f"There is no file {path}. See that the mapping's name and folder are right.")
    source = read_yaml(Path(path), Path(path).name)
    if source.root is not None:
        _refuse_unknown_keys(source, source.root)
    reading = read_model(source, Rules)
    mapping = Mapping(reading.model or Rules(), source)
    mapping.stop_at_mistakes()
    return mapping


def _refuse_unknown_keys(source: Source, root: Node) -> None:
    _keep_known(source, root, Rules, "a mapping")
    for key, model in _PARTS.items():
        _keep_known(source, root.child(key), model, key)
    questions = root.child("questions")
    for name, rule in ((questions.entries if questions else None) or {}).items():
        _keep_known(source, rule, AnswerRule, f"question {name}")


def _keep_known(source: Source, node: Node | None, model: type[Model], where: str) -> None:
    """Note each key that the model has not, and take it out."""
    if node is None or node.entries is None:
        return
    known = list(model.model_fields)
    for key in [key for key in node.entries if key not in known]:
        cure = suggestion(key, known, f"keys here: {', '.join(known)}")
        source.mistake(node.entries[key].line, f'"{key}" is not a key of {where}', cure)
        del node.entries[key]
