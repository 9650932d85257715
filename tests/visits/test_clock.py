"""Days are those of the campaign's clock."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from survey_app.storage import Storage
from tests.conftest import WriteCampaign
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.test_bad_input import TINY

AHEAD, BEHIND = "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""14 hours before UTC and 11 after it: it is never the same day in both."""


@pytest.fixture
def _zone() -> Iterator[None]:
    before = os.environ["TZ"]
    yield
    os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("zone", [AHEAD, BEHIND])
def test_a_response_has_the_day_of_the_campaigns_clock(
    open_survey: OpenSurvey, write_campaign: WriteCampaign, zone: str
):
    about = TINY["campaign.yaml"].rstrip(" ") + f"        time_zone: {zone}\n"
    app = open_survey(write_campaign(TINY | {"campaign.yaml": about}))
    days = {datetime.now(UTC).astimezone(ZoneInfo(zone)).date()}
    assert Person(app).begins("tiny").answers(well="好").answers().receipt
    days.add(datetime.now(UTC).astimezone(ZoneInfo(zone)).date())
    storage: Storage = kept(app)
    (response,) = storage.responses()
    assert response.date in days
