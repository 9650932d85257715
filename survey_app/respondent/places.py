"""The places that a region question offers, as one small file for the script: kept for a year under its content's hash.

It depends on the campaign's regions only, so that two questions, and all pages, fetch it once.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import Region, Regions
from survey_app.respondent import visits
from survey_app.web.assets import kept_for_a_year

EVERYWHERE = "-"
"""Stands in the address for a question that may name any region."""


def install(blueprint: Blueprint) -> None:
    """Serve the files."""
    blueprint.add_url_rule("/places/<digest>/<name>/<language>/<level>/<within>", "places", serve)


def serve(digest: str, name: str, language: str, level: str, within: str) -> Response:
    """The regions in `within` down to `level`, as JSON: `levels` are labels by name, `places` rows of code, parent,
    level, label and pinyin. Raises NotFound.
    """
    campaign = visits.campaigns().get(name)
    if campaign is None or not _is_known(campaign.regions, level, within):
        raise NotFound
    response = jsonify(tree(campaign, language, level, None if within == EVERYWHERE else within))
    response.headers["Cache-Control"] = kept_for_a_year(digest == campaign.regions.fingerprint)
    return response


def tree(campaign: Campaign, language: str, level: str, within: str | None) -> dict[str, Any]:
    """What `serve` gives."""
    deepest = campaign.regions.levels.index(level)
    regions = [each for each in campaign.regions.under(within) if _depth(each, campaign.regions) <= deepest]
    return {
        "levels": {each.name: each.label.in_(language) for each in campaign.about.levels},
        "places": [_row(each, language) for each in regions],
    }


def _is_known(regions: Regions, level: str, within: str) -> bool:
    return level in regions.levels and (within == EVERYWHERE or within in regions)


def _row(region: Region, language: str) -> list[str | None]:
    return [region.code, region.parent, region.level, region.label.in_(language), _folded(region.pinyin)]


def _folded(pinyin: str) -> str:
    return "".join(sign for sign in pinyin.lower() if sign.isalnum())


def _depth(region: Region, regions: Regions) -> int:
    return regions.levels.index(region.level) if region.level in regions.levels else 0
