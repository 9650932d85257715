"""Every table that a campaign of this repository wishes for can be made."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from survey_app.campaign.campaign import Campaign, TableWish
from survey_app.campaign.loading import load_campaigns
from survey_app.storage.frames import build
from survey_app.tabulation import Catalogue, as_frame, as_text, ask_wish

CAMPAIGNS = load_campaigns(Path(__file__).parents[2] / "questionnaires")
WISHES = [
    pytest.param(campaign, wish, id=f"{campaign.name}-{wish.name}")
    for campaign in CAMPAIGNS.values()
    for wish in campaign.about.tables
]


@pytest.mark.parametrize(("campaign", "wish"), WISHES)
def test_a_wished_table_stands_with_its_declared_codes_before_anyone_answered(
    campaign: Campaign, wish: TableWish
):
    asked = wish.questionnaires or [name for name, each in campaign.questionnaires.items() if not each.staff]
    versions = {name: [campaign.questionnaires[name]] for name in asked}
    frames = [build([], found, campaign) for found in versions.values()]
    table = ask_wish(pd.concat(frames), Catalogue.of(campaign, versions), wish)
    assert table.title == wish.label
    assert "date" in (wish.rows, wish.columns) or (table.rows and table.columns)
    assert (table.people, table.counts.sum()) == (0, 0)
    assert set(table.questionnaires) == set(asked)
    for language in campaign.about.languages:
        assert wish.label.in_(language) in as_text(table, language, 100)
        assert len(as_frame(table, language)) == len(table.rows) + 2


def test_two_counties_of_one_name_are_told_apart():
    campaign = CAMPAIGNS["sichuan-2021"]
    catalogue = Catalogue.of(campaign, {"driver": [campaign.questionnaires["driver"]]})
    for codes in (catalogue.variable("region", level="county").codes, catalogue.questions["B07"].codes):
        assert codes["511002"].in_("zh") == "内江市·市中区"
        assert codes["511102"].in_("zh") == "乐山市·市中区"
        assert codes["511102"].in_("en") == "Leshan City·Shizhong District"
        assert codes["510104"].in_("zh") == "锦江区"
        assert len({label.in_("zh") for label in codes.values()}) == len(codes)
