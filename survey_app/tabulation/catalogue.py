"""What a table can be asked for: names of questions, roles and meta columns, each made into a variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NoReturn, get_args

from survey_app.campaign.campaign import EVERYONE, Campaign
from survey_app.campaign.columns import ISSUE_ROLES, SEVERAL_ROLES, Column, columns
from survey_app.campaign.models import Questionnaire, Role
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.campaign.texts import Text
from survey_app.tabulation import places, refusals
from survey_app.tabulation.about import ABOUT
from survey_app.tabulation.measures import Scale
from survey_app.tabulation.periods import Dates, period_of
from survey_app.tabulation.several import SeveralAnswers, Ticks
from survey_app.tabulation.variables import Everyone, OneAnswer, Variable
from survey_app.tabulation.words import BY_SCHEME, OTHER, ROW, VARIABLES, phrase


@dataclass(frozen=True)
class Catalogue:
    """What can be tabulated: of one questionnaire its questions, roles and meta columns; of several no questions.

    `layouts`: name of each questionnaire to the columns of its versions. `scope`: whose regions are declared.
    """

    campaign: Campaign
    layouts: Mapping[str, tuple[Column, ...]]
    scope: Scope = EVERYWHERE

    @classmethod
    def of(cls, campaign: Campaign, versions: Mapping[str, Sequence[Questionnaire]]) -> Catalogue:
        """`versions`: name of each questionnaire to its versions, oldest first.

        As in frames the campaign's own version comes last, also where it went back to an earlier one: its words are
        shown, and choices stand in its order, which packed columns go by.
        """
        layouts = {}
        for name, found in versions.items():
            own = campaign.questionnaires.get(name)
            in_order = sorted(found, key=lambda version: own is not None and version.version == own.version)
            layouts[name] = columns(in_order, campaign)
        return cls(campaign, layouts)

    def within(self, scope: Scope) -> Catalogue:
        """The same for somebody who sees no more than `scope`."""
        return self if scope == self.scope else replace(self, scope=scope)

    @cached_property
    def questions(self) -> Mapping[str, Column]:
        """The columns that can be named by question: those of the one questionnaire; none where there are several."""
        layouts = list(self.layouts.values())
        return {column.name: column for column in layouts[0]} if len(layouts) == 1 else {}

    @cached_property
    def roles(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each role that a question here has."""
        found: dict[str, list[Column]] = {}
        for column in (column for layout in self.layouts.values() for column in layout):
            if column.fills is not None:
                found.setdefault(column.fills, []).append(column)
        return {role: tuple(found[role]) for role in get_args(Role) if role in found}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything that can be asked for: roles, meta columns, `all`, then questions."""
        questions = (name for name, column in self.questions.items() if _is_side(column))
        return tuple(dict.fromkeys([*self.roles, *ABOUT, EVERYONE, *questions]))

    def variable(
        self, name: str, *, level: str | None = None, scheme: str | None = None, period: str | None = None
    ) -> Variable:
        """The variable of that name. A role or meta name comes before a question of the same name.

        `level` is for regions (default: the deepest that the question asks for), `scheme` for issues (default: the
        issues themselves), `period` for dates (default: day); other variables take no notice of them.
        Raises NotFound for an unknown name, level, scheme or period, SurveyError for what no table can count.
        """
        if name == EVERYONE:
            return Everyone()
        if name in self.roles:
            return self._role(name, level, scheme)
        if name in ABOUT:
            return ABOUT[name](self.campaign, self.layouts, period)
        return self._question(self.column(name), level, period)

    def column(self, name: str) -> Column:
        """The column of a question or of a checklist's row; raises NotFound, or SurveyError where it has none."""
        column = self.questions.get(name)
        if column is None:
            self._not_found(name)
        if column.sensitive:
            raise refusals.sealed(name)
        if column.repeat is not None:
            raise refusals.repeated(column)
        return column

    def question(self, column: Column, level: str | None = None) -> Variable:
        """The variable of a question with choices or days, whatever else is called like it."""
        return self._question(column, level, None)

    def scale(self, name: str) -> Scale:
        """The scale of that name: a question or role whose choices have scores, or a question that takes a number."""
        if name in self.roles:
            return self._role_scale(name)
        column = self.column(name)
        if not column.scores and column.type not in refusals.NUMBERS:
            raise refusals.no_scores(name)
        return Scale(name, worded(column), column.name, column.scores, column.satisfied)

    def is_scale(self, name: str) -> bool:
        """Whether a role or question of that name has scores."""
        found = (
            self.roles.get(name) or [self.questions[name]] if name in {*self.roles, *self.questions} else []
        )
        return any(column.scores for column in found)

    def ticks(self, role: str) -> Ticks:
        """The choices of a role of several answers, in the order of their bits: issues in the campaign's."""
        issues = [issue.name for issue in self.campaign.issues.issues]
        return Ticks(f"role:{role}", tuple(issues if role in ISSUE_ROLES else _codes(self.roles[role])))

    def _role(self, role: str, level: str | None, scheme: str | None) -> Variable:
        label, column = VARIABLES[role], f"role:{role}"
        if role in ISSUE_ROLES:
            return self._issues(role, scheme)
        codes = _codes(self.roles[role])
        if role in SEVERAL_ROLES:
            return self._with_offers(_several(role, label, column, codes))
        if any(found.kind == "region" for found in self.roles[role]):
            return places.at_level(self.campaign, OneAnswer(role, label, column, codes), level, self.scope)
        scores = {code: score for found in self.roles[role] for code, score in found.scores.items()}
        return OneAnswer(role, label, column, codes, scores=scores)

    def _issues(self, role: str, scheme: str | None) -> SeveralAnswers:
        issues = self.campaign.issues
        label, column = VARIABLES[role], f"role:{role}"
        whole = _several(role, label, column, {issue.name: issue.label for issue in issues.issues})
        if scheme is None:
            return self._with_offers(whole)
        if scheme not in issues.schemes:
            raise refusals.no_scheme(scheme, issues.schemes)
        found = issues.schemes[scheme]
        members: dict[str | None, list[str]] = {category.name: [] for category in found.categories} | {
            None: []
        }
        for issue in issues.issues:
            members[issue.groups.get(scheme)].append(issue.name)
        return self._with_offers(
            replace(
                whole,
                label=phrase(BY_SCHEME, variable=label, scheme=found.label),
                codes={category.name: category.label for category in found.categories},
                members={category.name: tuple(members[category.name]) for category in found.categories},
                uncategorised=tuple(members[None]),
            )
        )

    def _with_offers(self, variable: SeveralAnswers) -> SeveralAnswers:
        """A role's variable, with who was offered which code, and the codes that no question here offers."""
        asked = {code for column in self.roles[variable.name] for code in _offered(column)}
        idle = (code for code, choices in variable.members.items() if choices and not asked & set(choices))
        offers = Ticks(f"{variable.ticks.name}:answered", variable.ticks.codes)
        return replace(variable, offers=offers, unoffered=tuple(variable.codes[code] for code in idle))

    def _question(self, column: Column, level: str | None, period: str | None) -> Variable:
        make = _QUESTIONS.get(column.type)
        if make is None:
            raise refusals.no_side(column)
        return make(self, column, level, period)

    def _role_scale(self, role: str) -> Scale:
        scores: dict[str, float] = {}
        for code, score in (pair for column in self.roles[role] for pair in column.scores.items()):
            if scores.setdefault(code, score) != score:
                raise refusals.differing_scores(code, role, scores[code], score)
        if not scores:
            raise refusals.no_scores_of_role(role)
        satisfied = {column.satisfied for column in self.roles[role]}
        if len(satisfied) > 1:
            raise refusals.differing_thresholds(role)
        return Scale(role, VARIABLES[role], f"role:{role}", scores, satisfied.pop())

    def _not_found(self, name: str) -> NoReturn:
        rows = [known for known in self.questions if known.startswith(f"{name}/")]
        if rows:
            raise refusals.checklist(name, rows)
        if name in get_args(Role):
            raise refusals.no_role(name, self.names)
        raise refusals.no_name(name, self.names, alone=bool(self.questions))


def _offered(column: Column) -> Iterable[str]:
    """The codes that a column brings to its role: those of its issues, the issue of its row, or its own."""
    if column.role == "issue_check":
        return [column.row_issue] if column.row_issue and column.problems else []
    return column.issues.values() if column.role == "issue" else column.codes


def _is_side(column: Column) -> bool:
    return column.type in _QUESTIONS and column.repeat is None and not column.sensitive


def _several(name: str, label: Text, column: str, codes: Mapping[str, Text]) -> SeveralAnswers:
    return SeveralAnswers(name, label, Ticks(column, tuple(codes)), codes, {code: (code,) for code in codes})


def _codes(found: Iterable[Column]) -> dict[str, Text]:
    codes: dict[str, Text] = {}
    for column in found:
        codes |= {code: label for code, label in column.codes.items() if code not in codes}
    return codes


def worded(column: Column) -> Text:
    """What a question, a row of a checklist, or "other: please say" asks."""
    if column.other_of is not None:
        return phrase(OTHER, label=column.label)
    return phrase(ROW, question=column.label, row=column.row_label) if column.row_label else column.label


def _choice(catalogue: Catalogue, column: Column, level: str | None, _period: str | None) -> Variable:
    variable = OneAnswer(column.name, worded(column), column.name, column.codes, scores=column.scores)
    if column.kind != "region":
        return variable
    return places.at_level(catalogue.campaign, variable, level, catalogue.scope)


def _multiple(_catalogue: Catalogue, column: Column, _level: str | None, _period: str | None) -> Variable:
    return _several(column.name, column.label, column.name, column.codes)


def _date(_catalogue: Catalogue, column: Column, _level: str | None, period: str | None) -> Variable:
    return Dates(column.name, column.label, column.name, period_of(period), f"{column.name}:state")


_QUESTIONS: dict[str, Callable[[Catalogue, Column, str | None, str | None], Variable]] = {
    "choice": _choice,
    "multiple": _multiple,
    "rank": _multiple,
    "date": _date,
}
