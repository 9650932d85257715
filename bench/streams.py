"""What leaves as streams: csv of a million responses beside pandas, a workbook beside its writer's bare loop."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from bench.figures import Bound, Figure, Growth, ceiling
from bench.filled import filled
from bench.measures import QUESTIONNAIRE, Bench
from bench.memory import peak_bytes
from survey_app.survey import Survey
from tests.machinery.live_server import SURVEY

ROWS, SIZES = 1_000_000, (20_000, 200_000)
"""Of the csv in the end, and before, to see how it grows."""
CELLS_ROWS = 20_000
"""Rows on which a floor is measured; its cost is so much for a row, however many there are."""
WORKBOOK_ROWS, WORKBOOK_SIZES = 200_000, (20_000, 60_000)
LOOSE_ROWS = 200_000
"""Responses in no file: as many as come in a day of ten, or all of them after a change of the layout of files."""
A_SECOND, OF_PANDAS, OF_LOOP = 50_000, 0.7, 0.8
MEMORY_MB, LOOK_SECONDS = 700, 0.1
LIMESURVEY = "LimeSurvey, from its page"


def streams(bench: Bench) -> Iterator[Figure | Growth]:
    """Rows a second from the database and its batches to the file, read back, by the command that people run; the
    floors write the same columns.
    """
    yield from _workbooks(bench)
    yield from _csv(bench)
    yield from _loose(bench)


def _csv(bench: Bench) -> Iterator[Figure | Growth]:
    seconds, memory = [], []
    for rows in (*SIZES, ROWS):
        with _survey(bench, rows) as survey:
            took, peak = _by_command(survey, "export", "csv", "--output", survey.settings.instance / "x.csv")
            seconds.append((rows, took))
            memory.append((rows, peak / 1e6))
            of_pandas = _of_pandas(survey)
    name, speed = f"csv of {ROWS:,} responses", ROWS / seconds[-1][1]
    least = min(A_SECOND, OF_PANDAS * of_pandas)
    word = f"{A_SECOND:,}, or {OF_PANDAS} times DataFrame.to_csv of the same columns in the same run"
    yield Figure(name, speed, "rows/s", Bound(least, word, least=True))
    yield Figure(name, speed, "rows/s", Bound(580, LIMESURVEY, least=True))
    yield Figure(f"csv of {ROWS:,}: peak memory", memory[-1][1], "MB", ceiling(MEMORY_MB))
    yield Growth("csv of all responses", "responses", "seconds", tuple(seconds))
    yield Growth("csv of all responses: memory", "responses", "MB", tuple(memory))


def _workbooks(bench: Bench) -> Iterator[Figure | Growth]:
    seconds, memory = [], []
    for rows in (*WORKBOOK_SIZES, WORKBOOK_ROWS):
        with _survey(bench, rows) as survey:
            took, peak = _by_command(
                survey, "export", "xlsx", "--output", survey.settings.instance / "x.xlsx"
            )
            seconds.append((rows, took))
            memory.append((rows, peak / 1e6))
            loop = _loop(survey)
    word = f"{OF_LOOP} times XlsxWriter's bare loop over as many columns, in the same run"
    name, least = f"xlsx of {WORKBOOK_ROWS:,} responses", Bound(OF_LOOP * loop, word, least=True)
    yield Figure(name, WORKBOOK_ROWS / seconds[-1][1], "rows/s", least)
    yield Figure(f"xlsx of {WORKBOOK_ROWS:,}: peak memory", memory[-1][1], "MB", ceiling(MEMORY_MB))
    yield Growth("xlsx of all responses", "responses", "seconds", tuple(seconds))
    yield Growth("xlsx of all responses: memory", "responses", "MB", tuple(memory))


def _loose(bench: Bench) -> Iterator[Figure]:
    """What is in no file is read from the database: slower, with as little memory."""
    with _survey(bench, CELLS_ROWS) as survey:
        loose = itertools.islice(itertools.cycle(bench.responses), LOOSE_ROWS)
        while some := list(itertools.islice(loose, CELLS_ROWS)):
            survey.storage.add(some)
        for what, how in (("table", ("tabulate", "region", "issue")), ("csv", ("export", "csv"))):
            more = ("--output", survey.settings.instance / "x.csv") if what == "csv" else ()
            took, peak = _by_command(survey, *how, *more)
            yield Figure(f"{what} of {LOOSE_ROWS:,} in no file", took, "s")
            yield Figure(
                f"{what} of {LOOSE_ROWS:,} in no file: peak memory", peak / 1e6, "MB", ceiling(MEMORY_MB)
            )


@contextmanager
def _survey(bench: Bench, rows: int) -> Iterator[Survey]:
    """With so many responses in batches; in the end it goes, with all that was exported."""
    with TemporaryDirectory(dir=bench.folder) as folder:
        survey = filled(bench.survey.settings, Path(folder), bench.campaign, bench.responses, rows)
        yield survey
        survey.storage.close()


def _by_command(survey: Survey, *arguments: str | Path) -> tuple[float, int]:
    """Seconds, and bytes of memory at most, of a command about QUESTIONNAIRE in a process of its own."""
    variables = {
        "SURVEY_CAMPAIGNS": str(survey.settings.campaigns),
        "SURVEY_INSTANCE": str(survey.settings.instance),
        "SURVEY_DATABASE_URL": survey.settings.database_url,
        "SURVEY_SECRET_KEY": survey.settings.secret_key,
    }
    command = [SURVEY, *arguments, "--questionnaire", QUESTIONNAIRE]
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        while process.poll() is None:
            peak = max(peak, peak_bytes(process.pid))
            time.sleep(LOOK_SECONDS)
    if process.returncode:
        raise AssertionError(f"survey {arguments[0]} failed")
    return time.perf_counter() - began, peak


def _whole(survey: Survey) -> Any:
    """As much of the frame as the database holds, CELLS_ROWS, as an export has its columns."""
    (campaign,) = (c for c in survey.campaigns.values() if QUESTIONNAIRE in c.questionnaires)
    return survey.storage.frame(campaign, QUESTIONNAIRE).head(CELLS_ROWS)


def _of_pandas(survey: Survey) -> float:
    """Rows a second that DataFrame.to_csv writes."""
    frame, path = _whole(survey), survey.settings.instance / "floor.csv"
    return CELLS_ROWS / _seconds(lambda: frame.to_csv(path, index=False))


def _loop(survey: Survey) -> float:
    """Rows a second that XlsxWriter writes by itself."""
    frame, path = _whole(survey).astype(object), survey.settings.instance / "floor.xlsx"
    cells = frame.where(frame.notna(), None).to_numpy().tolist()
    return CELLS_ROWS / _seconds(lambda: _bare(path, cells))


def _bare(path: Path, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, str(value))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
