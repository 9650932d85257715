"""A fold can be killed at any moment: nothing is lost, and nothing is counted twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.storage import Storage, open_storage
from tests.machinery.drawn import DAY, SECRET, response
from tests.machinery.folded import differences
from tests.machinery.killed import DRAWN, TINY, folders, one

SENT = 90
KILLS = 20
MOST_KILLS = 150


@pytest.fixture
def storage(database_url: str, tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET, batches=tmp_path / "frames")
    opened.register(TINY, DAY)
    yield opened
    opened.close()


def send(storage: Storage, lot: random.Random, count: int) -> None:
    storage.add(
        response(DRAWN, TINY, {"fined": lot.choice(["yes", "no"]), "times": lot.randrange(9)})
        for _ in range(count)
    )


def test_a_fold_that_is_killed_at_any_moment_loses_nothing_and_counts_nothing_twice(
    storage: Storage, database_url: str, tmp_path: Path
):
    lot = random.Random(1)
    killed = 0
    with folders(database_url, tmp_path / "frames", "right") as program:
        for _ in range(2):  # the first one waits for the program to start
            send(storage, lot, SENT)
            began = time.perf_counter()
            assert not one(program, None)
        needed = time.perf_counter() - began
        for sent in range(3, MOST_KILLS + 3):
            send(storage, lot, SENT)
            killed += one(program, lot.uniform(0, needed))
            assert differences(storage, DRAWN, "tiny") == []
            assert len(storage.parts(DRAWN, "tiny")) == sent * SENT
            if killed == KILLS:
                break
        assert killed == KILLS
        assert not one(program, None)
    assert differences(storage, DRAWN, "tiny") == []
    assert list(storage.batches.verify(DRAWN)) == []
    files = {path.stem for path in (tmp_path / "frames").glob("*.part")}
    assert files == set(), "the next fold clears away what was half written"


def test_one_that_counts_from_a_file_before_it_claims_what_is_in_it_is_caught(
    storage: Storage, database_url: str, tmp_path: Path
):
    lot = random.Random(2)
    with folders(database_url, tmp_path / "frames", "hasty") as program:
        for _ in range(MOST_KILLS):
            send(storage, lot, SENT)
            one(program, lot.uniform(0, 0.5))
            if differences(storage, DRAWN, "tiny"):
                return
    pytest.fail("the twin counted nothing twice")
