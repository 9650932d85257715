"""By what responses are grouped where their words are compared: a level of regions, issues, or their categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.campaign.scopes import Scope
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound
from survey_app.research import access, seen
from survey_app.tabulation.recurring import ByRegion, ByTicks, WordCounts, ids_of, said_in
from survey_app.web import languages

ISSUE = "issue"
LEVEL, SCHEME = "level:", "scheme:"
"""What stands before the name of a level or a scheme, as in `level:prefecture`."""


@dataclass(frozen=True)
class Grouped:
    """A way to group the responses to some questionnaires of a campaign; `labels`: what each group is called."""

    campaign: Campaign
    names: Sequence[str]
    by: str
    labels: Mapping[str, Text]
    groups: Mapping[str, ByRegion | ByTicks]

    @classmethod
    def of(cls, campaign: Campaign, names: Sequence[str], by: str) -> Grouped:
        """The way that `by` names. Raises NotFound where the campaign has none of that name."""
        if by not in ways(campaign):
            raise NotFound(by)
        if by.startswith(LEVEL):
            level = by.removeprefix(LEVEL)
            goals = {each.code: campaign.regions.roll_up(each.code, level) for each in campaign.regions}
            groups: Mapping[str, Any] = dict.fromkeys(
                names, ByRegion({code: goal for code, goal in goals.items() if goal})
            )
            return cls(campaign, names, by, dict(campaign.regions.at_level(level)), groups)
        labels, members = _issues(campaign, by)
        asking = {name: access.survey().catalogue(campaign, [name]) for name in names}
        ticked = {
            name: ByTicks(each.ticks(ISSUE), members) for name, each in asking.items() if ISSUE in each.roles
        }
        return cls(campaign, names, by, labels, ticked)

    def said(self, scope: Scope, questions: Mapping[str, Sequence[str]]) -> WordCounts:
        """What the responses in scope say that count; `questions`: by questionnaire, those that are read."""
        found = WordCounts()
        for name, groups in self.groups.items():
            found = found + said_in(seen.parts(self.campaign, name, scope), questions[name], groups)
        return found

    def ids(self, scope: Scope, group: str) -> frozenset[str]:
        """The ids of the responses in scope that belong to the group, those that do not count too."""
        found: frozenset[str] = frozenset()
        for name, groups in self.groups.items():
            found |= ids_of(seen.parts(self.campaign, name, scope, excluded=True), groups, group)
        return found


def ways(campaign: Campaign) -> dict[str, str]:
    """By what the responses of a campaign can be grouped: code and label."""
    language = languages.current()
    levels = {each.name: each.label.in_(language) for each in campaign.about.levels}
    found = {
        f"{LEVEL}{level}": _("Research group") if level == GROUP_LEVEL else levels.get(level, level)
        for level in campaign.regions.all_levels
    }
    schemes = campaign.issues.schemes.items()
    found |= {f"{SCHEME}{name}": scheme.label.in_(language) for name, scheme in schemes}
    return found | ({ISSUE: _("Issue")} if campaign.issues.issues else {})


def first_way(campaign: Campaign, scope: Scope) -> str:
    """The way that says most at first sight: by the highest level that has several places in scope, else any."""
    regions = campaign.regions
    for level in regions.levels:
        if sum(each.level == level and scope.covers(each.code) for each in regions) > 1:
            return f"{LEVEL}{level}"
    return next(iter(ways(campaign)), "")


def _issues(campaign: Campaign, by: str) -> tuple[dict[str, Text], dict[str, list[str]]]:
    """The labels of the groups, and the issues of each."""
    issues = campaign.issues.issues
    if by == ISSUE:
        return {each.name: each.label for each in issues}, {each.name: [each.name] for each in issues}
    scheme = by.removeprefix(SCHEME)
    categories = campaign.issues.schemes[scheme].categories
    members = {
        each.name: [issue.name for issue in issues if issue.groups.get(scheme) == each.name]
        for each in categories
    }
    return {each.name: each.label for each in categories}, members
