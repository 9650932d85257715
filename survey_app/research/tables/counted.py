"""A table counted within somebody's scope, with what chance has to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import Scope
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.charts import fitting
from survey_app.research.tables.state import State
from survey_app.survey import Survey
from survey_app.tabulation import Catalogue, Table
from survey_app.tabulation.chance import Differences, differences, on_association, on_differences

GROUP = "group:"
"""What stands before the name of a research group where a place is named."""


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
        known = self.campaign.questionnaires
        if state.questionnaire and state.questionnaire not in known:
            raise NotFound(f"there is no questionnaire '{state.questionnaire}' in this campaign")
        names = [state.questionnaire] if state.questionnaire else [each.name for each in self.campaign.public]
        return self.survey.catalogue(self.campaign, names).within(self.scope)

    def count(self, state: State) -> Counted:
        """The table, and what it is compared with. Raises SurveyError or NotFound with words."""
        state.refuse_unreadable()
        table = self._table(state)
        if not state.compares:
            return Counted(self.campaign, table)
        return Counted(self.campaign, table, self._table(self._other(state)))

    def _table(self, state: State) -> Table:
        _, table = self.survey.table(
            state.rows,
            state.columns or "all",
            state.questionnaire or None,
            campaign=self.campaign,
            scope=self.within(state.place),
            seen=self.scope,
            **state.options(self.catalogue(state)),
        )
        return table

    def _other(self, state: State) -> State:
        """What the comparison is with: another place, or other days."""
        if state.versus and (state.versus_from or state.versus_to):
            raise SurveyError("compare with another place or with other days, not with both at once")
        if state.versus:
            return replace(state, place=state.versus)
        if "date" in (state.rows, state.columns):
            raise SurveyError("the days are a side of this table, so it cannot be compared with other days")
        return replace(state, from_=state.versus_from, to=state.versus_to)

    def within(self, place: str) -> Scope:
        """The person's scope, as far as it lies in a place. Raises NotFound for a place that is not in it."""
        if not place:
            return self.scope
        codes = self._codes(place)
        inside = codes if self.scope.regions is None else codes & self.scope.regions
        if not inside:
            raise NotFound(f"there is no place '{place}' among those whose answers you see")
        return Scope(inside)

    def _codes(self, place: str) -> frozenset[str]:
        regions = self.campaign.regions
        tops = {place} & {region.code for region in regions}
        if place.startswith(GROUP):
            named = place.removeprefix(GROUP)
            tops = {code for group in regions.groups if group.name == named for code in group.regions}
        return frozenset(tops | {region.code for top in tops for region in regions.under(top)})


@dataclass(frozen=True)
class Counted:
    """A table, and perhaps another one that it is held against."""

    campaign: Campaign
    table: Table
    other: Table | None = None

    @cached_property
    def differences(self) -> Differences | None:
        """By how much the two differ."""
        return differences(self.table, self.other) if self.other is not None else None

    @cached_property
    def tests(self) -> Sequence[Text]:
        """What chance has to do with it, in words."""
        found = [on_association(self.table)]
        if self.differences is not None:
            found.append(on_differences(self.table, self.differences))
        return [each for each in found if each is not None]

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The kinds of charts that fit, the most telling first."""
        return fitting(self.table, self.campaign)

    def chart(self, wanted: str) -> str | None:
        """The kind that is drawn: the one wanted, where it fits; None where none does."""
        return wanted if wanted in self.charts else next(iter(self.charts), None)
