"""Region by issue, the table that is asked for most: warm, first after a restart, with new answers, and as it grows."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from bench.figures import Bound, Figure, Growth, ceiling
from bench.filled import filled
from bench.measures import QUESTIONNAIRE, Bench
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import find_questionnaire
from survey_app.survey import FRAMES, Survey, open_survey
from survey_app.tabulation import ask
from survey_app.tabulation.parts import Parts

ROWS, NEW = 1_000_000, 1_000
SIZES = (20_000, 200_000, 2_000_000)
ROUNDS = 7
WARM_MS, COLD_TIMES, NEW_MS = 60, 2, 150
LIMESURVEY = "LimeSurvey 6, its statistics page"
MASKED = "a masked bincount for each issue over the same codes, in the same run"

Result = TypeVar("Result")


@dataclass
class Noting:
    """Parts that note which columns were asked for."""

    parts: Parts
    asked: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def empty(self) -> pd.DataFrame:
        """That of the parts."""
        return self.parts.empty

    def map(self, count: Callable[[pd.DataFrame], Result], columns: Collection[str]) -> Iterable[Result]:
        """What the parts give."""
        self.asked |= set(columns)
        return self.parts.map(count, columns)


def tables(bench: Bench) -> Iterator[Figure | Growth]:
    """Milliseconds of the whole table, from its names to its figures, each the best of some rounds."""
    folder = bench.folder / "tables"
    survey = filled(bench.survey.settings, folder, bench.campaign, bench.responses, ROWS)
    floor_ms = 1000 * _best(_masked(survey))
    name = f"{ROWS:,} rows, region × issue"
    warm = 1000 * _best(lambda: _table(survey))
    yield Figure(f"{name}, warm", warm, "ms", Bound(floor_ms, MASKED))
    yield Figure(f"{name}, warm", warm, "ms", ceiling(WARM_MS))
    yield Figure(f"{name}, warm", warm, "ms", Bound(17_000, LIMESURVEY))
    read_ms = 1000 * _best(_columns_alone(survey))
    cold = 1000 * min(_cold(survey) for _ in range(ROUNDS))
    yield Figure(
        f"{name}, first after a restart",
        cold,
        "ms",
        Bound(COLD_TIMES * read_ms, f"{COLD_TIMES} times pyarrow reading the same columns, in the same run"),
    )
    survey.storage.add(itertools.islice(bench.responses, NEW))
    yield Figure(f"{name}, {NEW:,} of them new", 1000 * _best(lambda: _table(survey)), "ms", ceiling(NEW_MS))
    survey.storage.close()
    yield _growth(bench)


def _growth(bench: Bench) -> Growth:
    points, floors = [], []
    for rows in SIZES:
        folder = bench.folder / f"tables-{rows}"
        survey = filled(bench.survey.settings, folder, bench.campaign, bench.responses, rows)
        points.append((rows, _best(lambda survey=survey: _table(survey))))
        floors.append((rows, _best(_masked(survey))))
        survey.storage.close()
    return Growth("Region × issue", "responses", "seconds", tuple(points), tuple(floors))


def _best(work: Callable[[], Any]) -> float:
    """Seconds of the fastest round."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _table(survey: Survey) -> None:
    _, table = survey.table("region", "issue", QUESTIONNAIRE, level="prefecture")
    if table.base == 0:
        raise AssertionError("an empty table")


def _cold(survey: Survey) -> float:
    """Seconds of the first table of a program that has just opened the database."""
    fresh = open_survey(survey.settings)
    began = time.perf_counter()
    _table(fresh)
    seconds = time.perf_counter() - began
    fresh.storage.close()
    return seconds


def _campaign(survey: Survey) -> Campaign:
    return find_questionnaire(survey.campaigns, QUESTIONNAIRE)[0]


def _masked(survey: Survey) -> Callable[[], Any]:
    """The floor: everybody's prefecture as a code, everybody's issues as booleans, one bincount for each issue."""
    campaign = _campaign(survey)
    rows = len(survey.storage.parts(campaign, QUESTIONNAIRE))
    frame = survey.storage.frame(campaign, QUESTIONNAIRE)
    prefectures, known = pd.factorize(frame["role:region"].astype(str).str[:4])
    codes = np.resize(prefectures, rows)
    names = [name for name in frame.columns if name.startswith("role:issue/")]
    issues = [np.resize(frame[name].to_numpy(dtype=bool), rows) for name in names]
    return lambda: [np.bincount(codes[made], minlength=len(known)) for made in issues]


def _columns_alone(survey: Survey) -> Callable[[], Any]:
    """The floor after a restart: the columns that the table asks for, read by pyarrow and no more."""
    campaign = _campaign(survey)
    noting = Noting(survey.storage.parts(campaign, QUESTIONNAIRE))
    ask(noting, survey.catalogue(campaign, [QUESTIONNAIRE]), "region", "issue", level="prefecture")
    files = sorted((survey.settings.instance / FRAMES).glob("*.parquet"))
    wanted = [name for name in pq.read_schema(files[0]).names if name in noting.asked]
    return lambda: [pq.read_table(file, columns=wanted) for file in files]
