"""What a table is asked for by: all of it stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

import yaml

from survey_app.campaign.campaign import OF_A_SCALE
from survey_app.errors import Said, SurveyError
from survey_app.tabulation import Catalogue

LONGEST, LONGEST_CONDITION = 200, 4000
"""Letters of one field, and of the condition."""
GROUP = "group:"
"""What stands before the name of a research group where a place is named."""
RELEASED = "released"
"""What stands in the place of a comparison where that is with the public figures of all regions."""
NAMES = {"from_": "from"}
"""Fields that are called otherwise in an address."""


@dataclass(frozen=True)
class State:
    """As it was typed; an empty text is a field left alone.

    `place`, `versus`: a region's code, or `group:` and a research group's name (`versus` also RELEASED).
    `spoken`: the language of the answers.
    `versus…`: what the table is compared with, a place or the days from one to another. `order`: the code of the column
    by whose figures the rows are sorted.
    """

    campaign: str = ""
    rows: str = ""
    columns: str = ""
    questionnaire: str = ""
    level: str = ""
    scheme: str = ""
    period: str = ""
    measure: str = ""
    scale: str = ""
    percent: str = ""
    where: str = ""
    place: str = ""
    from_: str = ""
    to: str = ""
    channel: str = ""
    spoken: str = ""
    question: str = ""
    answer: str = ""
    without_flagged: str = ""
    weights: str = ""
    versus: str = ""
    versus_from: str = ""
    versus_to: str = ""
    order: str = ""
    chart: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> State:
        """Out of an address; what no field is called is passed over."""
        given = {field.name: asked.get(called(field.name), "") for field in fields(cls)}
        return cls(**{name: " ".join(text.splitlines()).strip() for name, text in given.items()})

    def refuse_unreadable(self) -> None:
        """Raise SurveyError with words for a field that holds more than it can, or what nobody types."""
        for field in fields(self):
            text = getattr(self, field.name)
            most = LONGEST_CONDITION if field.name == "where" else LONGEST
            if len(text) > most:
                raise SurveyError(
                    Said(
                        "'%(field)s' has %(number)d letters: at most %(most)d fit",
                        field=called(field.name),
                        number=len(text),
                        most=most,
                    )
                )
            if not text.isprintable():
                raise SurveyError(
                    Said(
                        "'%(field)s' has letters that cannot be shown: type it again",
                        field=called(field.name),
                    )
                )

    @property
    def query(self) -> dict[str, str]:
        """The fields that are not empty, by their names in an address."""
        found = {called(field.name): getattr(self, field.name) for field in fields(self)}
        return {name: text for name, text in found.items() if text}

    @property
    def address(self) -> str:
        """The query of an address that asks for the same again."""
        return urlencode(self.query)

    @property
    def is_asked(self) -> bool:
        """Whether there is a table to count."""
        return bool(self.rows)

    @property
    def compares(self) -> bool:
        """Whether it is held against another table."""
        return bool(self.versus or self.versus_from or self.versus_to)

    @property
    def full_measure(self) -> str:
        """The measure, with its scale."""
        kind = self.measure or "respondents"
        return f"{kind}:{self.scale}" if self.scale and kind in OF_A_SCALE else kind

    def options(self, catalogue: Catalogue) -> dict[str, Any]:
        """What `tabulation.ask` is told. Raises SurveyError for days and texts that are none."""
        return {
            "level": self.level or None,
            "scheme": self.scheme or None,
            "period": self.period or None,
            "measure": self.full_measure,
            "percent": self.percent or None,
            "where": self.condition(catalogue),
            "without_flagged": bool(self.without_flagged),
            "weights": self.weights or None,
        }

    def condition(self, catalogue: Catalogue) -> str | None:
        """All filters but the place as one expression; `catalogue` knows which questions take several answers."""
        simple = [
            f"${{date}} >= '{day(self.from_)}'" if self.from_ else "",
            f"${{date}} <= '{day(self.to)}'" if self.to else "",
            f"${{channel}} = {quoted(self.channel)}" if self.channel else "",
            f"${{language}} = {quoted(self.spoken)}" if self.spoken else "",
            self._answered(catalogue),
        ]
        found = [each for each in simple if each]
        if self.where:
            found.append(f"({self.where})" if found else self.where)
        return " and ".join(found) or None

    def _answered(self, catalogue: Catalogue) -> str:
        """That a question has an answer."""
        if not self.question or not self.answer:
            return ""
        column = catalogue.questions.get(self.question)
        if column is not None and column.type in ("multiple", "rank"):
            return f"selected(${{{self.question}}}, {quoted(self.answer)})"
        return f"${{{self.question}}} = {quoted(self.answer)}"

    def wish(self, name: str, label: Mapping[str, str], catalogue: Catalogue) -> str:
        """An entry of `tables:` in campaign.yaml. The place and the comparison cannot stand there."""
        entry = {
            "name": name,
            "label": dict(label),
            "rows": self.rows,
            "columns": self.columns or "all",
            "questionnaires": [self.questionnaire] if self.questionnaire else None,
            **self.options(catalogue),
        }
        kept = {key: value for key, value in entry.items() if value not in (None, False, "respondents")}
        return yaml.safe_dump([kept], allow_unicode=True, sort_keys=False, width=110)


def called(field: str) -> str:
    """The name of a field in an address."""
    return NAMES.get(field, field)


def day(text: str) -> str:
    """A day as it is written. Raises SurveyError for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise SurveyError(Said("'%(day)s' is no day: write it as in 2021-06-04", day=text)) from error


def quoted(text: str) -> str:
    """A text as an expression has it. Raises SurveyError for one with both kinds of quotation marks."""
    for mark in "'\"":
        if mark not in text:
            return f"{mark}{text}{mark}"
    raise SurveyError(Said("a filter cannot hold both ' and \": use one of them"))
