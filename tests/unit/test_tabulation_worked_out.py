"""A place, a group or a unit that a questionnaire works out is counted as one that somebody chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey_app.campaign.campaign import Unit
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.texts import Text
from survey_app.storage import open_storage
from survey_app.tabulation import Catalogue, Table, ask
from tests.machinery.counted import campaign
from tests.machinery.drawn import DAY, SECRET, choices, question, questionnaire, response
from tests.machinery.drawn import campaign as of_regions

ASKS = Questionnaire.model_validate(
    {
        "name": "way",
        "title": "way",
        "audience": ["driver"],
        "pages": [
            {
                "name": "page",
                "label": "page",
                "questions": [
                    question("region", "home", role="home_region", level="county"),
                    question("select_one", "same", choices=choices("yes", "no")),
                    question("region", "elsewhere", level="county", relevant="${same} = 'no'"),
                    question(
                        "calculate",
                        "at",
                        role="region",
                        calculation="if(${same} = 'yes', ${home}, ${elsewhere})",
                    ),
                    question("calculate", "by", role="group", calculation="if(${home} = 's1', 'g2', 'g1')"),
                    question("calculate", "of", role="unit", calculation="if(${same} = 'yes', 'U1', 'U9')"),
                ],
            }
        ],
    }
)
CAMPAIGN = replace(campaign(ASKS), units=(Unit(name="U1", label=Text.plain("The unit"), kind="road"),))
PEOPLE = (
    {"home": "n1", "same": "yes"},
    {"home": "n1", "same": "no", "elsewhere": "s1"},
    {"home": "s1", "same": "no", "elsewhere": "n2"},
    {"home": "s1", "same": "yes"},
    {"home": "n2"},
)


Counted = Callable[..., Table]


@pytest.fixture(params=[True, False], ids=["folded", "unfolded"])
def counted(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Counted]:
    with closing(open_storage(database_url, secret=SECRET, batches=tmp_path / "frames")) as storage:
        storage.batches.least = 2
        storage.register(ASKS, DAY)
        storage.add(response(CAMPAIGN, ASKS, answers) for answers in PEOPLE)
        if request.param:
            storage.batches.fold(CAMPAIGN, date.max)
        catalogue = Catalogue.of(CAMPAIGN, {"way": storage.versions("way")})
        yield lambda rows, **wish: ask(storage.parts(CAMPAIGN, ["way"]), catalogue, rows, "all", **wish)


def people(table: Table) -> dict[str, int]:
    """Of each row of the table, how many people."""
    told = table.to_json_dict("en")
    return {row["label"]: cells[0] for row, cells in zip(told["rows"], told["counts"], strict=True)}


def test_a_code_that_looks_like_a_number_is_a_code():
    asks = questionnaire(question("calculate", "at", role="region", calculation="5100 + 1"))
    drawn = of_regions(asks, regions={"5101": None})
    new = response(drawn, asks)
    assert (new.answers, new.region) == ({"at": "5101"}, "5101")


def test_places_roll_up(counted: Counted):
    assert people(counted("region", level="county")) == {"n1": 1, "n2": 1, "s1": 2, "Not answered": 1}
    assert people(counted("region", level="prefecture")) == {"north": 2, "south": 2, "Not answered": 1}


def test_groups_and_units_have_their_own_words(counted: Counted):
    assert people(counted("group")) == {"Group 1": 3, "Group 2": 2}
    assert people(counted("unit")) == {"The unit": 2, "Not in the list": 3}
