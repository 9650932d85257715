"""A table of ten million responses: counted by one process, by a cluster of one worker, and by one of two."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import dask
from distributed import LocalCluster

from bench.figures import Figure, ceiling, floor
from bench.filled import filled
from bench.measures import QUESTIONNAIRE, Bench
from bench.memory import peak_bytes
from survey_app.survey import Survey, open_survey

ROWS = 10_000_000
ROUNDS = 5
TIMES_AS_FAST = 1.6
WORKER_GB = 1.5
MEMORY_KEPT = {
    "MALLOC_TRIM_THRESHOLD_": 67_108_864,
    "MALLOC_MMAP_THRESHOLD_": 33_554_432,
    "OMP_NUM_THREADS": 1,
}
"""As docs/operator.md has workers started: they keep for the next part the memory that the last one let go."""


def clustering(bench: Bench) -> Iterator[Figure]:
    """Seconds of a warm table, the best of some; and what a worker had in memory at most."""
    survey = filled(bench.survey.settings, bench.folder / "many", bench.campaign, bench.responses, ROWS)
    alone, right = _timed(survey)
    survey.storage.close()
    yield Figure(f"{ROWS:,} rows, region × issue, one process", alone, "s")
    seconds = {}
    for count in (1, 2):
        with _workers(count) as cluster:
            settings = replace(survey.settings, dask_scheduler=cluster.scheduler_address)
            clustered = open_survey(settings)
            seconds[count], found = _timed(clustered)
            clustered.storage.close()
            peak = max(peak_bytes(worker.pid) for worker in cluster.workers.values()) / 1e9
        if found != right:
            raise AssertionError(f"{count} workers count something else than one process")
        yield Figure(f"{ROWS:,} rows, workers of a cluster: {count}", seconds[count], "s")
        yield Figure(f"a worker's memory at most, of {count}", peak, "GB", ceiling(WORKER_GB))
    yield Figure("two workers, times as fast as one", seconds[1] / seconds[2], "×", floor(TIMES_AS_FAST))


def _timed(survey: Survey) -> tuple[float, str]:
    """Seconds of the fastest of some tables, and the table."""
    seconds, found = [], ""
    for _ in range(ROUNDS):
        began = time.perf_counter()
        _, table = survey.table("region", "issue", QUESTIONNAIRE, level="prefecture")
        seconds.append(time.perf_counter() - began)
        found = json.dumps(table.to_json_dict("zh"))
    return min(seconds), found


@contextmanager
def _workers(count: int) -> Iterator[LocalCluster]:
    """A cluster of so many processes, each with one thread."""
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": MEMORY_KEPT}),
        LocalCluster(n_workers=count, host="127.0.0.1", memory_limit="1.5GB", **options) as cluster,
    ):
        yield cluster
