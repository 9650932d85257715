"""Tables counted by a cluster of processes are those of one process, also when a worker dies in the middle."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from distributed import LocalCluster

from survey_app.errors import StorageError, SurveyError
from survey_app.storage import open_storage
from survey_app.storage.batches import cluster as clusters
from survey_app.storage.batches import reading
from survey_app.tabulation import Catalogue, Parts, ask
from tests.machinery.drawn import SECRET
from tests.machinery.folded import differences
from tests.machinery.happenings import LONG, Walk, drawn, sent
from tests.machinery.live_server import PROJECT

ROWS = 12
TABLES: list[dict[str, Any]] = [
    {"rows": "region", "columns": "issue"},
    {"rows": "region", "columns": "issue", "measure": "mentions", "level": "prefecture", "percent": "row"},
    {"rows": "issue", "columns": "fined", "where": "${times} >= 0 and ${words} != ''"},
    {"rows": "priority", "columns": "channel", "without_flagged": True},
    {"rows": "date", "columns": "issue_check", "period": "day"},
    {"rows": "fined", "columns": "version", "measure": "share", "where": "${day} != ''"},
    {"rows": "order", "columns": "all", "without_flagged": True},
    {"rows": "region", "columns": "satisfaction", "measure": "mean"},
]


def cluster(count: int, port: int = 0) -> LocalCluster:
    return LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        scheduler_port=port,
        dashboard_address="127.0.0.1:0",
    )


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalCluster]:
    with cluster(2) as made:
        yield made


@pytest.fixture
def walk(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """Answers to two versions in many small batches, some withdrawn since, and some in none."""
    monkeypatch.setattr(reading, "PART_ROWS", ROWS)
    made = Walk(sqlite_url, tmp_path / "frames", random.Random(7))
    made.storage.add([drawn(made.lot, 0) for _ in range(70)])
    made.publish()
    made.storage.add([drawn(made.lot, 1) for _ in range(50)])
    made.storage.batches.fold(made.campaign, date.max)
    made.storage.add([sent(1, words=LONG, met=["sign"]), *(drawn(made.lot, 1) for _ in range(9))])
    for _ in range(8):
        made.withdraw()
    yield made
    made.storage.close()


def on(scheduler: str, walk: Walk) -> Parts:
    """The parts, counted by the cluster."""
    walk.storage.close()
    walk.storage = open_storage(walk.url, secret=SECRET, batches=walk.folder, scheduler=scheduler)
    return walk.storage.parts(walk.campaign, "tiny")


def table(walk: Walk, parts: Parts | pd.DataFrame, **asked: Any) -> str:
    catalogue = Catalogue.of(walk.campaign, {"tiny": walk.storage.versions("tiny")})
    return json.dumps(ask(parts, catalogue, **asked).to_json_dict("zh"), ensure_ascii=False)


def test_tables_of_all_kinds_are_those_of_one_process(walk: Walk, workers: LocalCluster):
    here = walk.storage.parts(walk.campaign, "tiny")
    whole = walk.storage.frame(walk.campaign, "tiny")
    there = on(workers.scheduler_address, walk)
    assert len(there) == len(here) == len(whole)
    for asked in TABLES:
        assert table(walk, there, **asked) == table(walk, here, **asked) == table(walk, whole, **asked)
    assert "repeated" in flags_of(there)


def flags_of(parts: Parts) -> set[str]:
    found: Iterable[list[str]] = parts.map(lambda part: part["_flags"].astype(str).tolist(), {"_flags"})
    return {flag for part in found for flags in part for flag in flags.split()}


def test_every_cell_of_every_part_is_what_the_database_says(walk: Walk, workers: LocalCluster):
    on(workers.scheduler_address, walk)
    for names in ("tiny", "other", ["tiny", "other"]):
        assert differences(walk.storage, walk.campaign, names) == []
    counted = walk.storage.parts(walk.campaign, "tiny").map(lambda part: os.getpid(), {"met"})
    pids = list(counted)
    assert pids.count(os.getpid()) == 1, "what is in no batch is counted here"
    assert {*pids} - {os.getpid()} == {worker.pid for worker in workers.workers.values()}, "by both workers"
    assert len(pids) < 1 + len(list(walk.folder.glob("*.parquet"))), "several batches to a task"


@dataclass
class Slow:
    """Parts that take their time; who begins to count one says so in `told`."""

    parts: Parts
    told: Path

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def empty(self) -> pd.DataFrame:
        return self.parts.empty

    def map(self, count: Callable[[pd.DataFrame], Any], columns: Collection[str]) -> Iterable[Any]:
        told = str(self.told)

        def slowly(part: pd.DataFrame) -> Any:
            with Path(told).open("a") as file:
                file.write(f"{os.getpid()}\n")
            time.sleep(0.4)
            return count(part)

        return self.parts.map(slowly, columns)

    def begun(self) -> list[int]:
        return list(map(int, self.told.read_text().split())) if self.told.exists() else []


def test_a_worker_that_is_killed_in_the_middle_takes_nothing_along_and_counts_nothing_twice(
    walk: Walk, workers: LocalCluster, tmp_path: Path
):
    right = table(walk, walk.storage.parts(walk.campaign, "tiny"), **TABLES[0])
    slow = Slow(on(workers.scheduler_address, walk), tmp_path / "told")
    parts = sum(1 for _ in slow.parts.map(len, {"met"}))
    found: list[str] = []
    counting = threading.Thread(target=lambda: found.append(table(walk, slow, **TABLES[0])))
    counting.start()
    victim = next(iter(workers.workers.values())).pid
    while slow.begun().count(victim) < 2:
        assert counting.is_alive(), "the table was done before the worker was killed"
        time.sleep(0.01)
    os.kill(victim, signal.SIGKILL)
    counting.join(30)
    assert found == [right]
    assert len(slow.begun()) > parts, "what the dead worker had was counted again by another one"


def test_without_a_scheduler_or_workers_words_name_the_setting_and_the_cure(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clusters, "PATIENCE_SECONDS", 0.5)
    for address, cure in {"tcp://127.0.0.1:9": "dask scheduler", "nonsense": "tcp://10.0.0.5:8786"}.items():
        with pytest.raises(StorageError) as refused:
            table(walk, on(address, walk), **TABLES[0])
        assert address in refused.value.words
        assert "SURVEY_DASK_SCHEDULER" in refused.value.words
        assert cure in refused.value.words
    with (
        cluster(0) as idle,
        pytest.raises(StorageError, match=r"no worker, at the cluster tcp://.*`dask worker`"),
    ):
        table(walk, on(idle.scheduler_address, walk), **TABLES[0])
    walk.storage.close()


def test_a_worker_with_another_program_or_without_the_folder_says_what_to_do(
    walk: Walk, workers: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    parts = on(workers.scheduler_address, walk)
    with monkeypatch.context() as patched:
        patched.setattr(clusters, "program", lambda: "survey of yesterday")
        with pytest.raises(StorageError, match=r"worker tcp://.* another version .*survey of yesterday"):
            list(parts.map(len, {"met"}))
    elsewhere = walk.folder.with_name("elsewhere")
    walk.folder.rename(elsewhere)
    walk.folder.mkdir()
    with pytest.raises(StorageError, match=rf"worker tcp://.* cannot read {walk.folder}/.*\.parquet"):
        list(parts.map(len, {"met"}))
    walk.folder.rmdir()
    with pytest.raises(StorageError, match=rf"worker tcp://.* does not see the folder {walk.folder}"):
        list(parts.map(len, {"met"}))
    elsewhere.rename(walk.folder)
    assert sum(parts.map(len, {"met"})) == len(parts)


def test_what_is_wrong_with_a_question_is_said_as_in_one_process(walk: Walk, workers: LocalCluster):
    parts = on(workers.scheduler_address, walk)
    with pytest.raises(SurveyError, match="'words' is no weight"):
        table(walk, parts, **TABLES[0], weights="words")


def test_a_scheduler_that_ends_is_told_and_the_next_one_is_used(walk: Walk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clusters, "PATIENCE_SECONDS", 0.5)
    with cluster(1) as first:
        address = first.scheduler_address
        parts = on(address, walk)
        assert sum(parts.map(len, {"met"})) == len(parts)
    with pytest.raises(StorageError, match="SURVEY_DASK_SCHEDULER"):
        list(parts.map(len, {"met"}))
    with cluster(1, int(address.rpartition(":")[2])):
        assert sum(parts.map(len, {"met"})) == len(parts)
        walk.storage.close()


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | variables,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


COUNT = """
import sys
from pathlib import Path
from survey_app.storage import open_storage
from tests.machinery.drawn import SECRET
from tests.machinery.happenings import CAMPAIGNS
storage = open_storage(sys.argv[1], secret=SECRET, batches=Path(sys.argv[2]))
sum(storage.parts(CAMPAIGNS[1], "tiny").map(len, {"met"}))
storage.close()
sys.exit("distributed" in sys.modules or "dask" in sys.modules)
"""


def test_without_a_cluster_nothing_of_dask_is_loaded(walk: Walk):
    done = run("-c", COUNT, walk.url, str(walk.folder))
    assert (done.returncode, done.stderr) == (0, "")
