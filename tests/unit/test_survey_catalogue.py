"""What can be tabulated is kept between pages, and made anew when a questionnaire has a new version."""

from __future__ import annotations

from pathlib import Path

from survey_app.storage import open_storage
from survey_app.survey import Survey
from tests.machinery.counted import ROAD, campaign, questionnaire
from tests.machinery.drawn import DAY, SECRET


def test_a_new_version_that_another_process_registers_is_known_at_the_next_page(
    database_url: str, tmp_path: Path
):
    storage = open_storage(database_url, secret=SECRET, batches=tmp_path / "frames")
    storage.register(ROAD, DAY)
    mine = campaign(ROAD)
    survey = Survey(None, {"counted": mine}, storage)  # type: ignore[arg-type]  # no setting is looked at
    first = survey.catalogue(mine, ["road"])
    assert survey.catalogue(mine, ["road"]) is first
    choices = [{"name": code, "label": code} for code in ("truck", "bus", "ship")]
    storage.register(questionnaire(sort={"choices": choices}), DAY)
    later = survey.catalogue(mine, ["road"])
    assert "ship" in later.variable("sort").codes
    assert "ship" not in first.variable("sort").codes
    storage.close()
