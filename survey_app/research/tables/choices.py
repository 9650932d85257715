"""What each field of the form offers: nothing that the person may not see, and everything that the campaign has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from survey_app.campaign.campaign import EVERYONE
from survey_app.campaign.columns import SPECIAL_LABELS, Column
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.errors import SurveyError
from survey_app.exporting.charts import KINDS
from survey_app.research.tables.counted import Asking
from survey_app.research.tables.released import matching
from survey_app.research.tables.state import GROUP, RELEASED, State
from survey_app.tabulation import Catalogue, Table
from survey_app.tabulation.catalogue import worded
from survey_app.tabulation.channels import channels
from survey_app.tabulation.refusals import NUMBERS
from survey_app.tabulation.wide import TOTAL_CODE
from survey_app.tabulation.words import VARIABLES

Choice = tuple[str, str]
Choices = list[Choice]
INDENT = "\N{IDEOGRAPHIC SPACE}"

MEASURES = {
    "respondents": lazy_gettext("people"),
    "mentions": lazy_gettext("mentions"),
    "mean": lazy_gettext("mean of a scale or number"),
    "satisfied": lazy_gettext("share satisfied"),
}
ABOUT = ("questionnaire", "audience", "channel_kind", "channel", "language", "version", "date", EVERYONE)
"""Sides that every response has, those most asked for first."""
SIDES = {
    "channel_kind": lazy_gettext("channel, all posters of places together"),
    "channel": lazy_gettext("channel, each poster by itself"),
}
"""Sides that the form calls otherwise than a table does, so that they are told apart."""
PERCENTS = {
    "row": lazy_gettext("of the row"),
    "column": lazy_gettext("of the column"),
    "total": lazy_gettext("of all"),
}
PERIODS = {"day": lazy_gettext("day"), "week": lazy_gettext("week"), "month": lazy_gettext("month")}
CHARTS = {
    "line": lazy_gettext("time line"),
    "bars": lazy_gettext("bars"),
    "stacked": lazy_gettext("stacked bars"),
    "heat": lazy_gettext("heat table"),
    "tiles": lazy_gettext("tile grid"),
}


@dataclass(frozen=True)
class Offers:
    """The choices of the form for one state of it, in a language."""

    asking: Asking
    state: State
    catalogue: Catalogue
    language: str
    table: Table | None = None

    def of(self, field: str) -> list[tuple[str, Choices]]:
        """The choices of a field in groups, each with its name (empty: none). What was asked for is always there."""
        groups = [(name, choices) for name, choices in _FIELDS[field](self) if choices]
        asked = getattr(self.state, field)
        if asked and not any(code == asked for _n, choices in groups for code, _l in choices):
            groups.insert(0, ("", [(asked, asked)]))
        return groups

    def questionnaires(self) -> Iterator[tuple[str, Choices]]:
        """All of the campaign, those for staff apart."""
        every = self.asking.campaign.questionnaires.values()
        for staff, name in ((False, ""), (True, str(_("for staff")))):
            yield name, [(q.name, q.title.in_(self.language)) for q in every if q.staff is staff]

    def sides(self) -> Iterator[tuple[str, Choices]]:
        """What can be a row or a column: roles, what is known of every response, questions."""
        names = self.catalogue.names
        yield str(_("topics")), [(n, self._variable(n)) for n in names if n in self.catalogue.roles]
        yield str(_("about the response")), [(n, self._variable(n)) for n in ABOUT]
        yield (
            str(_("questions")),
            [
                (n, self._question(self.catalogue.questions[n]))
                for n in names
                if n in self.catalogue.questions and n not in self.catalogue.roles and n not in ABOUT
            ],
        )

    def scales(self) -> Iterator[tuple[str, Choices]]:
        """What has a mean."""
        roles = [r for r in self.catalogue.roles if self.catalogue.is_scale(r)]
        yield "", [(role, self._variable(role)) for role in roles]
        yield (
            str(_("questions")),
            [
                (name, self._question(column))
                for name, column in self.catalogue.questions.items()
                if (column.scores or column.type in NUMBERS)
                and not column.sensitive
                and column.repeat is None
            ],
        )

    def weights(self) -> Iterator[tuple[str, Choices]]:
        """Questions that take a number."""
        yield (
            "",
            [
                (name, self._question(column))
                for name, column in self.catalogue.questions.items()
                if column.type in NUMBERS and not column.sensitive and column.repeat is None
            ],
        )

    def filters(self) -> Iterator[tuple[str, Choices]]:
        """Questions and roles whose answers can be asked for."""
        sided = [(name, choices) for name, choices in self.sides()]
        yield sided[0]
        yield sided[2]

    def answers(self) -> Iterator[tuple[str, Choices]]:
        """The answers to the question that is filtered by."""
        try:
            codes = self.catalogue.variable(self.state.question).codes if self.state.question else {}  # type: ignore[attr-defined]
        except (SurveyError, AttributeError):
            codes = {}
        yield "", [(code, label.in_(self.language)) for code, label in codes.items()]
        if codes:
            special = [(code, label.in_(self.language)) for code, label in SPECIAL_LABELS.items()]
            yield str(_("without an answer")), special

    def places(self) -> Iterator[tuple[str, Choices]]:
        """The research groups and the regions within the person's scope."""
        regions, scope = self.asking.campaign.regions, self.asking.scope
        if scope.regions is None:
            yield (
                str(_("research groups")),
                [(f"{GROUP}{group.name}", group.label.in_(self.language)) for group in regions.groups],
            )
        yield (
            str(_("regions")),
            [
                (
                    region.code,
                    INDENT * (len(regions.path(region.code)) - 1)
                    + regions.labels[region.code].in_(self.language),
                )
                for region in _in_order(regions.roots, regions.children)
                if scope.covers(region.code)
            ],
        )

    def versus(self) -> Iterator[tuple[str, Choices]]:
        """The same places; and the public figures, where they hold this very table."""
        if self.state.is_asked and matching(self.state, self.asking.campaign, self.catalogue):
            yield "", [(RELEASED, str(_("all regions, as in the public figures")))]
        yield from self.places()

    def levels(self) -> Iterator[tuple[str, Choices]]:
        """Those of the tree, and the research groups."""
        campaign = self.asking.campaign
        labels = {level.name: level.label.in_(self.language) for level in campaign.about.levels}
        labels[GROUP_LEVEL] = str(_("Research group"))
        yield "", [(level, labels.get(level, level)) for level in campaign.regions.all_levels]

    def schemes(self) -> Iterator[tuple[str, Choices]]:
        """The groupings of issues."""
        found = self.asking.campaign.issues.schemes
        yield "", [(name, scheme.label.in_(self.language)) for name, scheme in found.items()]

    def channels(self) -> Iterator[tuple[str, Choices]]:
        """The ways by which answers come."""
        known = channels(self.asking.campaign, self.catalogue.layouts).codes
        yield "", [(code, label.in_(self.language)) for code, label in known.items()]

    def orders(self) -> Iterator[tuple[str, Choices]]:
        """The columns that rows can be sorted by."""
        columns = self.table.columns if self.table else ()
        yield "", [(code, label.in_(self.language)) for code, label in columns if code != EVERYONE]
        by_value = [(EVERYONE, str(_("the figure")))] if any(code == EVERYONE for code, _l in columns) else []
        yield "", [*by_value, (TOTAL_CODE, str(_("the number of people")))]

    def languages(self) -> Iterator[tuple[str, Choices]]:
        """Those of the answers."""
        yield "", list(self.asking.campaign.about.languages.items())

    def _variable(self, name: str) -> str:
        if name in SIDES:
            return str(SIDES[name])
        return VARIABLES[name].in_(self.language) if name in VARIABLES else name

    def _question(self, column: Column) -> str:
        return f"{column.name} {_short(worded(column).in_(self.language))}"


MOST_LETTERS = 60


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else f"{words[:MOST_LETTERS]}…"


def _in_order(tops: Iterable, children: Callable) -> Iterator:  # type: ignore[type-arg]
    """Regions depth first, those that lie in one right after it."""
    for region in tops:
        yield region
        yield from _in_order(children(region.code), children)


def _fixed(
    words: dict[str, object], names: Iterable[str]
) -> Callable[[Offers], Iterator[tuple[str, Choices]]]:
    return lambda _offers: iter([("", [(name, str(words[name])) for name in names])])


_FIELDS: dict[str, Callable[[Offers], Iterator[tuple[str, Choices]]]] = {
    "questionnaire": Offers.questionnaires,
    "rows": Offers.sides,
    "columns": Offers.sides,
    "scale": Offers.scales,
    "weights": Offers.weights,
    "question": Offers.filters,
    "answer": Offers.answers,
    "place": Offers.places,
    "versus": Offers.versus,
    "level": Offers.levels,
    "scheme": Offers.schemes,
    "channel": Offers.channels,
    "spoken": Offers.languages,
    "period": _fixed(PERIODS, PERIODS),
    "measure": _fixed(MEASURES, MEASURES),
    "order": Offers.orders,
    "percent": _fixed(PERCENTS, PERCENTS),
    "chart": _fixed(CHARTS, KINDS),
}
"""By field, what gives its choices."""
