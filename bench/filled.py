"""Surveys with many responses, made in seconds: some are folded, and the files of their batches are copied.

Each copy is a file of its own with a row of its own in the database: what is counted is what any files are, only
that the same people answered more than once.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, select

from survey_app.campaign.campaign import Campaign
from survey_app.config import DATABASE, Settings
from survey_app.storage import NewResponse
from survey_app.storage.tables import BatchRow
from survey_app.survey import FRAMES, Survey, open_survey

FOLDED = 20_000
"""Responses of one batch: so many are made, and all others are copies."""


def filled(
    settings: Settings, folder: Path, campaign: Campaign, responses: Sequence[NewResponse], rows: int
) -> Survey:
    """A survey in `folder` with so many responses, a multiple of FOLDED, none of them waiting to be folded."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / DATABASE}"
    survey = open_survey(replace(settings, instance=folder, database_url=url))
    survey.storage.add(itertools.islice(itertools.cycle(responses), FOLDED))
    survey.storage.batches.fold(campaign, date.max)
    with survey.storage.engine.execution_options(writes=True).begin() as connection:
        (made,) = (dict(row) for row in connection.execute(select(BatchRow.__table__)).mappings())
        for number in range(1, rows // FOLDED):
            copy = made | {"number": made["number"] + number, "file": uuid4().hex}
            shutil.copyfile(
                folder / FRAMES / f"{made['file']}.parquet", folder / FRAMES / f"{copy['file']}.parquet"
            )
            connection.execute(insert(BatchRow.__table__), copy)
    return survey
