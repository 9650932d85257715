"""A table counted within somebody's scope, with what chance has to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import Scope
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, Said, SurveyError
from survey_app.exporting.charts import Comparison, fitting
from survey_app.research.tables.checks import refuse_unknown, settled
from survey_app.research.tables.released import matching
from survey_app.research.tables.state import GROUP, RELEASED, State
from survey_app.research.tables.whom import named, placed, whose
from survey_app.survey import Survey
from survey_app.tabulation import Catalogue, Table, disclosed
from survey_app.tabulation.chance import Differences, differences, on_association, on_differences, on_small
from survey_app.tabulation.disclosure import hiding
from survey_app.tabulation.ordering import can_order, like, ordered
from survey_app.tabulation.words import COMPARED_WITH, HIDDEN, OVERLAPPING, PUBLIC_FIGURES, phrase


@dataclass(frozen=True)
class Asking:
    """Somebody who asks: of which campaign, within which scope."""

    survey: Survey
    campaign: Campaign
    scope: Scope

    def catalogue(self, state: State) -> Catalogue:
        """What can be asked of the questionnaire named, or of all that are not for staff.

        Raises NotFound for a questionnaire that there is not.
        """
        return self.survey.catalogue(self.campaign, self._questionnaires(state)).within(self.scope)

    def _questionnaires(self, state: State) -> list[str]:
        if not state.questionnaire:
            return [each.name for each in self.campaign.public]
        if state.questionnaire not in self.campaign.questionnaires:
            raise NotFound(
                Said("there is no questionnaire '%(name)s' in this campaign", name=state.questionnaire)
            )
        return [state.questionnaire]

    def settle(self, state: State) -> State:
        """The same without what does not apply. Raises SurveyError or NotFound with words for what there is not."""
        catalogue = self.catalogue(state)
        parts = self.survey.parts(self.campaign, self._questionnaires(state), self.scope)
        refuse_unknown(state, self.campaign, catalogue, parts)
        return settled(state, catalogue)

    def count(self, state: State) -> Counted:
        """The table, and what it is compared with. Raises SurveyError or NotFound with words."""
        state = self.settle(state)
        table = self._table(state)
        if state.order and can_order(table, state.order):
            table = ordered(table, state.order)
        else:
            state = replace(state, order="")
        if not state.compares:
            return Counted(self.campaign, state, table)
        self._refuse_comparison(state)
        if state.versus == RELEASED:
            return self._beside_released(state, table)
        against = self._other(state)
        other = like(self._table(against), table)
        names = (named(self.campaign, self.scope, state), named(self.campaign, self.scope, against))
        return Counted(
            self.campaign, state, table, Comparison(other, names), overlap=self._overlap(state, against)
        )

    def _table(self, state: State) -> Table:
        catalogue, scope = self.catalogue(state), self.within(state.place)
        _, table = self.survey.table(
            state.rows,
            state.columns or "all",
            state.questionnaire or None,
            campaign=self.campaign,
            scope=scope,
            seen=self.scope if state.compares else scope,
            **state.options(catalogue),
        )
        unlike = placed(table, catalogue, state, scope)
        table = replace(table, notes=(*unlike, *table.notes))
        return table.of(whose(self.campaign, self.scope, state.place))

    def _beside_released(self, state: State, table: Table) -> Counted:
        """The table beside what everybody may see of all regions."""
        wish = matching(state, self.campaign, self.catalogue(state))
        if wish is None:
            raise SurveyError(
                Said(
                    "there are no public figures of this very table: open a table of the public figures, which leads "
                    "to your own beside it"
                )
            )
        public = disclosed(self.survey.wished(self.campaign, wish), self.campaign.about.disclosure)
        names = (named(self.campaign, self.scope, state), PUBLIC_FIGURES)
        return Counted(self.campaign, state, table, Comparison(like(public, table), names), overlap=True)

    def _refuse_comparison(self, state: State) -> None:
        """Raise SurveyError with words where the two tables would not be of the same rows and columns."""
        if state.versus and (state.versus_from or state.versus_to):
            raise SurveyError(Said("compare with another place or with other days, not with both at once"))
        sides = {state.rows, state.columns}
        if state.versus and sides & self.places(state):
            raise SurveyError(
                Said(
                    "the regions that responses come from are a side of this table, so it cannot be compared with "
                    "another place: choose other rows and columns, or take the comparison away"
                )
            )
        if not state.versus and "date" in sides:
            raise SurveyError(
                Said("the days are a side of this table, so it cannot be compared with other days")
            )

    def _other(self, state: State) -> State:
        """What the comparison is with: another place, or other days."""
        if state.versus:
            return replace(state, place=state.versus)
        return replace(state, from_=state.versus_from, to=state.versus_to)

    def places(self, state: State) -> set[str]:
        """The names of sides by which a response is said to come from a place."""
        roles = self.catalogue(state).roles
        role = next((each for each in ("region", "home_region") if each in roles), None)
        return {role, *(column.name for column in roles[role])} if role else set()

    def _overlap(self, state: State, against: State) -> bool:
        """Whether somebody may be in both tables."""
        if not state.versus:
            first, last = max(state.from_, against.from_), min(state.to or "9", against.to or "9")
            return first <= last
        mine, theirs = self.within(state.place).regions, self.within(against.place).regions
        return mine is None or theirs is None or bool(mine & theirs)

    def within(self, place: str) -> Scope:
        """The regions of a place, all of which the person sees. Raises NotFound for a place of which that is not so:
        a part of it must not be taken for the whole.
        """
        if not place:
            return self.scope
        codes = self._codes(place)
        seen = codes if self.scope.regions is None else codes & self.scope.regions
        if not seen:
            raise NotFound(
                Said("there is no place '%(place)s' among those whose answers you see", place=place)
            )
        if seen != codes:
            raise NotFound(
                Said(
                    "of '%(place)s' you see a part only: leave the place empty to have all that you see",
                    place=place,
                )
            )
        return Scope(codes)

    def sees(self, place: str) -> bool:
        """Whether all of a place is within the person's scope."""
        return self.scope.regions is None or self._codes(place) <= self.scope.regions

    def _codes(self, place: str) -> frozenset[str]:
        regions = self.campaign.regions
        tops = {place} & {region.code for region in regions}
        if place.startswith(GROUP):
            named = place.removeprefix(GROUP)
            tops = {code for group in regions.groups if group.name == named for code in group.regions}
        return frozenset(tops | {region.code for top in tops for region in regions.under(top)})


@dataclass(frozen=True)
class Counted:
    """A table, and perhaps another one that it is held against.

    `state`: what was asked for, without what does not apply; `overlap`: whether somebody may be in both tables.
    """

    campaign: Campaign
    state: State
    table: Table
    against: Comparison | None = None
    overlap: bool = False

    @property
    def other(self) -> Table | None:
        """What it is held against."""
        return self.against.table if self.against else None

    @cached_property
    def differences(self) -> Differences | None:
        """By how much the two differ."""
        return differences(self.table, self.other) if self.other is not None else None

    @cached_property
    def tests(self) -> Sequence[Text]:
        """What chance has to do with it, in words."""
        found = [on_association(self.table)]
        if self.against is not None and self.differences is not None:
            own, other = self.against.names
            people = HIDDEN if self.against.table.people is None else self.against.table.people
            found.append(phrase(COMPARED_WITH, own=own, other=other, people=people))
            found.append(on_differences(self.table, self.differences))
            found.append(on_small(self.differences))
            found.append(OVERLAPPING if self.overlap else None)
            found.append(hiding(self.against.table))
        return [each for each in found if each is not None]

    @property
    def noted(self) -> Table:
        """The table with that among its notes."""
        return replace(self.table, notes=(*self.table.notes, *self.tests))

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The kinds of charts that fit, the most telling first."""
        return fitting(self.table, self.campaign)

    def chart(self, wanted: str) -> str | None:
        """The kind that is drawn: the one wanted, where it fits; None where none does."""
        return wanted if wanted in self.charts else next(iter(self.charts), None)
