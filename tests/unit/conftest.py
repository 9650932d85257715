"""What several unit tests stand on, where a file does not make its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.storage import Storage, open_storage
from tests.conftest import WriteCampaign
from tests.machinery.drawn import SECRET
from tests.machinery.incoming import FILES, Desk, set_up


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    """A storage without a row, on either database."""
    opened = open_storage(database_url, secret=SECRET)
    yield opened
    opened.close()


@pytest.fixture
def desk(write_campaign: WriteCampaign, tmp_path: Path) -> Iterator[Desk]:
    """Where files come in, for the campaign of `incoming`."""
    made = set_up(write_campaign(FILES), tmp_path)
    yield made
    made.storage.close()
