"""What leaves as streams: csv of a million responses beside pandas, a workbook beside its writer's bare loop."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from bench.figures import Bound, Figure, Growth, ceiling
from bench.filled import filled
from bench.measures import QUESTIONNAIRE, Bench
from bench.memory import peak_bytes
from survey_app.exporting import export
from survey_app.survey import Survey
from tests.machinery.live_server import SURVEY

ROWS, SIZES = 1_000_000, (20_000, 200_000)
"""Of the csv in the end, and before, to see how it grows."""
CELLS_ROWS = 20_000
"""Rows on which a floor is measured; its cost is so much for a row, however many there are."""
WORKBOOK_ROWS = 200_000
A_SECOND, OF_PANDAS, OF_LOOP = 50_000, 0.7, 0.8
MEMORY_MB, LOOK_SECONDS = 700, 0.1
LIMESURVEY = "LimeSurvey, from its page"


def streams(bench: Bench) -> Iterator[Figure | Growth]:
    """Rows a second from the database and its batches to the file, read back; the floors write the same columns."""
    points = []
    for rows in (*SIZES, ROWS):
        folder = bench.folder / f"streams-{rows}"
        survey = filled(bench.survey.settings, folder, bench.campaign, bench.responses, rows)
        if rows == WORKBOOK_ROWS:
            yield from _workbook(survey, folder)
        points.append((rows, _written(survey, "csv", folder / "x.csv")))
        if rows == ROWS:
            yield from _csv(survey, points[-1][1])
        survey.storage.close()
        (folder / "x.csv").unlink()
    yield Growth("csv of all responses", "responses", "seconds", tuple(points))


def _csv(survey: Survey, seconds: float) -> Iterator[Figure]:
    frame = _whole(survey)
    of_pandas = CELLS_ROWS / _seconds(
        lambda: frame.to_csv(survey.settings.instance / "floor.csv", index=False)
    )
    name, speed = f"csv of {ROWS:,} responses", ROWS / seconds
    least = min(A_SECOND, OF_PANDAS * of_pandas)
    word = f"{A_SECOND:,}, or {OF_PANDAS} times DataFrame.to_csv of the same columns in the same run"
    yield Figure(name, speed, "rows/s", Bound(least, word, least=True))
    yield Figure(name, speed, "rows/s", Bound(580, LIMESURVEY, least=True))


def _workbook(survey: Survey, folder: Path) -> Iterator[Figure]:
    cells = _whole(survey).astype(object).where(lambda frame: frame.notna(), None).to_numpy().tolist()
    loop = CELLS_ROWS / _seconds(lambda: _bare(folder / "floor.xlsx", cells))
    seconds, peak = _by_command(survey, folder / "x.xlsx")
    speed, limit = WORKBOOK_ROWS / seconds, ceiling(MEMORY_MB)
    word = f"{OF_LOOP} times XlsxWriter's bare loop over as many columns, in the same run"
    yield Figure(
        f"xlsx of {WORKBOOK_ROWS:,} responses", speed, "rows/s", Bound(OF_LOOP * loop, word, least=True)
    )
    yield Figure(f"xlsx of {WORKBOOK_ROWS:,}: peak memory", peak / 1e6, "MB", limit)


def _by_command(survey: Survey, path: Path) -> tuple[float, int]:
    """Seconds, and bytes of memory at most, of `survey export` in a process of its own."""
    variables = {
        "SURVEY_CAMPAIGNS": str(survey.settings.campaigns),
        "SURVEY_INSTANCE": str(survey.settings.instance),
        "SURVEY_DATABASE_URL": survey.settings.database_url,
        "SURVEY_SECRET_KEY": survey.settings.secret_key,
    }
    command = [SURVEY, "export", "xlsx", "--questionnaire", QUESTIONNAIRE, "--output", path]
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        while process.poll() is None:
            peak = max(peak, peak_bytes(process.pid))
            time.sleep(LOOK_SECONDS)
    if process.returncode:
        raise AssertionError("survey export failed")
    return time.perf_counter() - began, peak


def _whole(survey: Survey) -> Any:
    """As much of the frame as the database holds, CELLS_ROWS, as an export has its columns."""
    (campaign,) = (c for c in survey.campaigns.values() if QUESTIONNAIRE in c.questionnaires)
    return survey.storage.frame(campaign, QUESTIONNAIRE).head(CELLS_ROWS)


def _bare(path: Path, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, str(value))


def _written(survey: Survey, form: str, path: Path) -> float:
    """Seconds of an export."""
    return _seconds(lambda: export(survey.source(QUESTIONNAIRE), form, path))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
