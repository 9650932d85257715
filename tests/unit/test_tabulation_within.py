"""Who sees some regions only counts what plain pandas counts of them, and is told of nothing else."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from survey_app.campaign.scopes import NOWHERE, Scope, of_group
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.tabulation import Catalogue, Whole, Within, ask
from tests.machinery.counted import ASKED, PARENTS, campaign, questionnaire
from tests.machinery.drawn import DAY, SECRET

ROAD, RAIL = questionnaire(), questionnaire("rail", "company")
CAMPAIGN = campaign(ROAD, RAIL)
SHORT = ("_questionnaire", "_version", "_audience", "_channel", "_language", "_status", "_region")
TABLES: list[dict[str, Any]] = [
    {"rows": "region", "columns": "issue", "scheme": "three", "percent": "row"},
    {"rows": "issue", "columns": "channel", "measure": "mentions"},
    {"rows": "home_region", "columns": "version", "level": "group"},
    {"rows": "questionnaire", "columns": "satisfaction", "percent": "column"},
    {"rows": "date", "columns": "all", "period": "week"},
    {"rows": "channel", "columns": "priority", "where": "${channel} != 'paper'", "without_flagged": True},
    {"rows": "region", "columns": "all", "measure": "mean:satisfaction"},
]


def drawn(lot: random.Random, questionnaire: str, version: str) -> NewResponse:
    """Somebody whose channel tells their region, so that it would show where others were counted."""
    region = lot.choice([*PARENTS, None])
    given = {
        "place": lot.choice([region, "road", "n1"]),
        "home": lot.choice(["north", "south"]),
        "met": lot.choice([["FINE"], ["FINE", "FEE"], ["none"], []]),
        "verdict": lot.choice(["s5", "s1", "dk"]),
        "wants": lot.choice([["fair"], ["fast", "fair"]]),
    }
    return NewResponse(
        questionnaire,
        version,
        f"of {region}",
        f"qr:{region}",
        f"l{region}",
        date(2021, 6, 1 + list(PARENTS).index(region)) if region else DAY,
        {name: answer for name, answer in given.items() if answer and lot.random() < 0.8},
        ASKED,
        region=region,
        flags=lot.choice([(), (), ("fast",)]),
    )


@pytest.fixture(params=["folded", "unfolded", "partly"])
def storage(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Storage]:
    lot = random.Random(11)
    made = open_storage(database_url, secret=SECRET, batches=tmp_path / "frames")
    made.batches.rows, made.batches.least = 40, 2
    for each in (ROAD, RAIL):
        made.register(each, DAY)
        made.add(drawn(lot, each.name, each.version) for _ in range(90))
    if request.param != "unfolded":
        made.batches.fold(CAMPAIGN, date.max)
    if request.param == "partly":
        made.add(drawn(lot, "road", ROAD.version) for _ in range(30))
    yield made
    made.close()


def by_hand(frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The frame's rows in scope, which knows no more than they say."""
    inside = frame[frame["_region"].isin(sorted(scope.regions or ()))]
    return inside.assign(**{name: inside[name].astype(str).astype("category") for name in SHORT})


@pytest.mark.parametrize("names", [["road"], ["road", "rail"]], ids=len)
@pytest.mark.parametrize(
    "scope", [of_group(CAMPAIGN, "g1"), of_group(CAMPAIGN, "g2"), NOWHERE], ids=["g1", "g2", "nobody"]
)
def test_tables_within_regions_are_those_of_the_rows_that_pandas_finds_there(
    storage: Storage, names: list[str], scope: Scope
):
    frame = by_hand(storage.frame(CAMPAIGN, names), scope)
    catalogue = Catalogue.of(CAMPAIGN, {name: storage.versions(name) for name in names})
    within = Within(storage.parts(CAMPAIGN, names), scope.regions or frozenset())
    assert len(within) == len(frame)
    for wish in TABLES:
        mine, theirs = (ask(each, catalogue, **wish) for each in (within, Whole(frame)))
        assert json.dumps(mine.to_json_dict("zh")) == json.dumps(theirs.to_json_dict("zh")), wish


def test_what_is_outside_is_not_even_a_category(storage: Storage):
    scope = of_group(CAMPAIGN, "g1")
    within = Within(storage.parts(CAMPAIGN, ["road"]), scope.regions or frozenset())
    shown = json.dumps({name: list(within.empty[name].cat.categories) for name in SHORT})
    assert "qr:n1" in shown
    assert not [token for token in ("s1", "south", "None", "qr:all") if token in shown]


def test_a_frame_is_narrowed_as_its_parts_are(storage: Storage):
    scope = of_group(CAMPAIGN, "g2")
    frame = storage.frame(CAMPAIGN, ["road", "rail"])
    within = Within(Whole(frame), scope.regions or frozenset())
    assert len(within) == len(by_hand(frame, scope))
    assert set(within.empty["_channel"].cat.categories) == {"qr:south", "qr:s1"}


def test_it_goes_to_another_machine_and_says_the_same_there():
    frame = pd.DataFrame({"_region": ["n1", None, "s1"], "_channel": ["web", "web", "qr:s1"]})
    within = pickle.loads(pickle.dumps(Within(Whole(frame), frozenset({"s1"}))))  # noqa: S301 - our own
    assert len(within) == 1
    assert list(within.empty["_channel"].cat.categories) == ["qr:s1"]
