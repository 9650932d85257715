"""Channels with the posters of places and units as one: nobody is lost, and the lines of channels.csv stay apart."""

from __future__ import annotations

from dataclasses import replace

from survey_app.campaign.channels import Channel
from survey_app.campaign.texts import Text
from survey_app.tabulation import Catalogue, ask
from survey_app.tabulation.table import Table
from tests.machinery.counted import CAMPAIGN, ROAD, frame_of, said

OWN = Channel(code="yard", label=Text({"zh": "货场", "en": "Yard"}))
KEPT = ["web", "paper", "qr:n1", "qr:n2", "qr:n2", "qr:yard", "qr:unknown"]


def counted(side: str) -> Table:
    campaign = replace(CAMPAIGN, channels=(OWN,))
    frame = frame_of([said(sort="bus")] * len(KEPT)).assign(_channel=KEPT)
    return ask(frame.astype({"_channel": "category"}), Catalogue.of(campaign, {"road": [ROAD]}), side, "all")


def test_posters_of_places_are_one_row_and_those_of_the_list_their_own():
    table = counted("channel_kind")
    found = {
        code: int(count) for (code, _), count in zip(table.rows, table.counts[:, 0], strict=True) if count
    }
    assert found == {"web": 1, "paper": 1, "posters": 3, "qr:yard": 1, "qr:unknown": 1}
    assert dict(table.rows)["posters"].in_("zh") == "二维码·各地、各单位海报"
    assert table.people == len(KEPT)


def test_each_poster_alone_is_still_there_to_be_asked_for():
    table = counted("channel")
    found = {
        code: int(count) for (code, _), count in zip(table.rows, table.counts[:, 0], strict=True) if count
    }
    assert found == {"web": 1, "paper": 1, "qr:n1": 1, "qr:n2": 2, "qr:yard": 1, "qr:unknown": 1}
