"""Every table that a campaign of this repository wishes for can be made."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from survey_app.campaign.campaign import Campaign, TableWish
from survey_app.campaign.loading import load_campaigns
from survey_app.storage.frames import build
from survey_app.tabulation import Catalogue, ask_wish

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
        assert wish.label.in_(language) in table.to_text(language, 100)
        assert len(table.to_frame(language)) == len(table.rows) + 2
