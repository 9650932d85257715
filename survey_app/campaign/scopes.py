"""Whose responses somebody may see: decided from the region of the response, never from what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.campaign.campaign import Campaign


@dataclass(frozen=True)
class Scope:
    """The codes of the regions whose responses may be seen; None: all responses, those without a region too."""

    regions: frozenset[str] | None = None

    def covers(self, region: str | None) -> bool:
        """Whether a response of that region may be seen."""
        return self.regions is None or region in self.regions


EVERYWHERE = Scope()
NOWHERE = Scope(frozenset())


def of_group(campaign: Campaign, group: str | None) -> Scope:
    """The regions of the research group of that name in `campaign`, with all that lie in them; without one, none."""
    found = next((each for each in campaign.regions.groups if each.name == group), None)
    if found is None:
        return NOWHERE
    within = (region.code for code in found.regions for region in campaign.regions.under(code))
    return Scope(frozenset({*found.regions, *within}))
