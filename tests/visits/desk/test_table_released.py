"""A research group holds its own table against all regions by the public figures alone, which tell of nobody."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, OpenDesk, SignedInAs, responses_of
from tests.visits.desk.test_tables import cells

PUBLIC = """tables:
  - {name: shown, label: {zh: 公开表, en: Shown}, rows: how, columns: channel, percent: column, public: true}
  - {name: placed, label: {zh: 各地, en: Places}, rows: region, columns: how, level: county, public: true}
  - {name: kept, label: {zh: 内部表, en: Kept}, rows: how, columns: language, percent: column}
"""
BESIDE = "rows=how&columns=channel&percent=column&versus=released"


@pytest.fixture
def published(open_desk: OpenDesk, tmp_path: Path) -> Flask:
    """The desk with public tables, and the responses of both groups four times over."""
    folder = tmp_path / "copy"
    shutil.copytree(CAMPAIGN, folder)
    about = (folder / "campaign.yaml").read_text("utf-8")
    (folder / "campaign.yaml").write_text(about.replace("tables:\n", PUBLIC), "utf-8")
    app = open_desk(folder)
    (campaign,) = app.extensions["survey"].campaigns.values()
    kept(app).add(responses_of(campaign))
    return app


def test_the_public_figures_lead_to_the_own_table_beside_them(published: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(published, "researcher", "east")
    page = person.opens("/research/figures?name=shown").text
    link = re.search(r'href="(/research/tables\?[^"]*versus=released[^"]*)"', page)
    assert link
    assert person.opens(unescape(link[1])).status == 200
    assert "全部地区（公开数字）" in person.text
    assert "不足 10 人" in person.text
    assert "versus=released" not in person.opens("/research/figures?name=placed").text
    assert (
        "versus=released"
        not in signed_in_as(published, "observer").opens("/research/figures?name=shown").text
    )


def test_the_other_figures_are_those_that_everybody_may_see(published: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(published, "researcher", "east")
    found = json.loads(person.opens(f"/research/tables.json?{BESIDE}").page.data)
    public = json.loads(person.opens("/research/figures.json?name=shown").page.data)
    assert found["compared"]["counts"] == public["counts"]
    assert found["compared"]["people"] == public["people"]
    shown = [number for row in public["counts"] for number in row if number is not None]
    assert shown
    assert all(number >= 10 and number % 5 == 0 for number in shown)
    own = json.loads(person.opens(f"/research/tables.json?{BESIDE.partition('&versus')[0]}").page.data)
    assert found["counts"] == own["counts"]
    for form in ("csv", "xlsx", "txt", "svg"):
        assert person.opens(f"/research/tables.{form}?{BESIDE}").status == 200
    assert cells(person.opens(f"/research/tables?{BESIDE}").text)
    assert 'class="versus">不显示<' in person.text, "a hidden figure is not one that does not exist"


@pytest.mark.parametrize(
    "query",
    [
        "rows=how&columns=language&percent=column&versus=released",
        "rows=how&columns=channel&percent=row&versus=released",
        f"{BESIDE}&from=2021-06-03",
        f"{BESIDE}&question=how&answer=bad",
        f"{BESIDE}&without_flagged=1",
        "rows=region&columns=how&level=county&versus=released",
    ],
)
def test_what_is_not_public_is_compared_with_nothing(published: Flask, signed_in_as: SignedInAs, query: str):
    person = signed_in_as(published, "researcher", "east")
    assert person.opens(f"/research/tables?{query}").status == 400
    assert 'id="table"' not in person.text
    assert person.opens(f"/research/tables.csv?{query}").status == 400
