"""The codebook: one line per column of the export, and under it one line per code that a cell can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import ANSWERED, REFUSED, SPECIAL, Column, columns
from survey_app.campaign.models import Choice, Questionnaire, all_choices
from survey_app.exporting.layout import Field, FieldKind, Part, label_of, of_texts
from survey_app.exporting.words import META, SHEETS, STATES, say

SPECIAL_IN: Mapping[FieldKind, tuple[str, ...]] = {"code": SPECIAL, "state": tuple(STATES)}
"""The codes that no questionnaire declares, by the kinds of field that can hold them."""


@dataclass(frozen=True)
class Codebook:
    """What is known of the columns of one questionnaire's `versions` (oldest first), in `languages`."""

    versions: Sequence[Questionnaire]
    campaign: Campaign
    languages: Sequence[str]

    @cached_property
    def _by_version(self) -> dict[str, dict[str, Column]]:
        return {v.version: {c.name: c for c in columns([v], self.campaign)} for v in self.versions}

    def versions_of(self, column: Column, code: str | None = None) -> str:
        """The versions, oldest first, that have the column, or this code in it."""
        return " ".join(
            version
            for version, known in self._by_version.items()
            if column.name in known
            and (code is None or code in known[column.name].codes or code in known[column.name].refused)
        )

    def refusals(self, column: Column) -> dict[str, Choice]:
        """The choices that count as a refusal, by code, in the latest version's words."""
        found: dict[str, Choice] = {}
        for version in self.versions:
            question = version.questions.get(column.question)
            choices = all_choices(question) if question else ()
            found.update({choice.name: choice for choice in choices if choice.missing == "refused"})
        return found

    def part(self, parts: Sequence[Part], language: str) -> Part:
        """The codebook of `parts` as a table of texts; headings are the same in every language."""
        rows = [line for part in parts for field in part.fields for line in self._lines(part, field)]
        header = {name: name for name in self._names()}
        cells = [[row.get(name, "") for name in header] for row in rows]
        return of_texts("codebook", header, cells, say(SHEETS["codebook"], language))

    def _names(self) -> Iterator[str]:
        yield from ("column", "table", "question", "kind", "holds")
        yield from (f"label:{language}" for language in self.languages)
        yield from ("choice", *(f"choice_label:{language}" for language in self.languages))
        yield from ("missing", "score", "issue", "role", "repeat", "versions")

    def _lines(self, part: Part, field: Field) -> Iterator[dict[str, str]]:
        if field.column is None:
            yield {"column": field.name, "table": part.name, "holds": field.kind, **self._meta_labels(field)}
            return
        common = self._common(part, field, field.column)
        if field.choice is not None:
            yield common | self._choice(field.column, field.choice)
            return
        yield common
        if field.kind == "code":
            yield from (common | self._choice(field.column, code) for code in field.column.codes)
        if field.kind in SPECIAL_IN:
            yield from (common | self._refusal(field.column, c) for c in self.refusals(field.column).values())
            yield from (common | self._special(code) for code in SPECIAL_IN[field.kind])

    def _common(self, part: Part, field: Field, column: Column) -> dict[str, str]:
        labels = {f"label:{language}": label_of(column, language) for language in self.languages}
        return labels | {
            "column": field.name,
            "table": part.name,
            "question": column.other_of or column.question,
            "kind": column.kind,
            "holds": field.kind,
            "issue": column.row_issue or "",
            "role": column.role or "",
            "repeat": column.repeat or "",
            "versions": self.versions_of(column),
        }

    def _meta_labels(self, field: Field) -> dict[str, str]:
        return {f"label:{language}": say(META[field.name], language) for language in self.languages}

    def _choice(self, column: Column, code: str) -> dict[str, str]:
        words = {f"choice_label:{language}": column.codes[code].in_(language) for language in self.languages}
        score = column.scores.get(code)
        found = {"choice": code, "versions": self.versions_of(column, code)}
        issue = {"issue": column.issues[code]} if code in column.issues else {}
        return words | found | issue | {"score": "" if score is None else f"{score:g}"}

    def _refusal(self, column: Column, choice: Choice) -> dict[str, str]:
        """A choice that stands in the cells as a refusal."""
        words = {f"choice_label:{language}": choice.label.in_(language) for language in self.languages}
        versions = self.versions_of(column, choice.name)
        return words | {"choice": choice.name, "missing": REFUSED, "versions": versions}

    def _special(self, code: str) -> dict[str, str]:
        words = {f"choice_label:{language}": say(STATES[code], language) for language in self.languages}
        return words | {"choice": code, "missing": "" if code == ANSWERED else code}
