"""The measures: pages on the wire, answers checked, rows taken in, tables counted, files written."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.figures import Bound, Figure, Growth, ceiling, floor
from bench.serving import answering
from survey_app.campaign.answers import check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import find_questionnaire
from survey_app.campaign.models import Questionnaire
from survey_app.config import Settings
from survey_app.demo import NOW, people
from survey_app.exporting import Source, Whole, export
from survey_app.importing import import_file
from survey_app.storage import NewResponse
from survey_app.storage.frames import build
from survey_app.survey import Survey, open_survey
from tests.machinery.chromium import FLAGS, find_chromium
from tests.machinery.drawn import campaign as drawn_campaign
from tests.machinery.drawn import choices, question, questionnaire, stored
from tests.machinery.live_server import PROJECT, running_server
from tests.machinery.stages import of_the_driver
from tests.machinery.weight import (
    FIRST_PAGE_REQUESTS,
    FIRST_VISIT_BYTES,
    LATER_PAGE_BYTES,
    first_visit,
    weigh,
)

QUESTIONNAIRE = "driver"
SEED = 20210601
IMPORT_SECONDS = 40
PEOPLE = 2_000
CHECKED = 10_000
KEPT = 100_000
WIDE_ROWS, WIDE_QUESTIONS = 1_225, 269

# What others need, in the words of whoever told it. The first two were measured beside this program on one machine,
# the lightest of several pages each; the others are told in those projects' own issue threads.
LIMESURVEY = "LimeSurvey, its lightest first page"
DJANGO = "a common Django survey app, likewise"
KOBO = "KoboToolbox: such an export timed out"
TOUCHPOINTS = "Touchpoints: told after it was mended"


def pages() -> Iterator[Figure]:
    """What a phone receives, counted in Chromium; nothing where there is no browser."""
    found = find_chromium()
    if found is None:
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        weights, wire = weigh(chromium, server.port, of_the_driver)
        chromium.close()
    opened, first = weights[0], first_visit(weights)
    limit, later_limit = ceiling(FIRST_VISIT_BYTES / 1000), ceiling(LATER_PAGE_BYTES / 1000)
    yield Figure("first page opened, requests", opened.requests, "requests", ceiling(FIRST_PAGE_REQUESTS))
    yield Figure("first page opened, requests", opened.requests, "requests", Bound(28, LIMESURVEY))
    yield Figure("first page opened, requests", opened.requests, "requests", Bound(9, DJANGO))
    yield Figure("first page opened, received", opened.received / 1000, "kB", Bound(1200, LIMESURVEY))
    yield Figure("first page opened, received", opened.received / 1000, "kB", Bound(155, DJANGO))
    yield Figure("list, start, first questions: received", first.received / 1000, "kB", limit)
    yield Figure("list, start, first questions: requests", first.requests, "requests")
    heaviest = max(weights[3:], key=lambda each: each.page)
    yield Figure("heaviest later page, received", heaviest.page / 1000, "kB", later_limit)
    kept = sum(each.kept for each in weights)
    yield Figure("of all, files that stay on the phone for a year", kept / 1000, "kB")
    yield Figure("whole visit with every mistake, received", wire.received / 1000, "kB")
    yield Figure("whole visit with every mistake, sent", wire.sent / 1000, "kB")


@dataclass
class Bench:
    """A survey with made-up answers in an empty folder."""

    folder: Path
    survey: Survey
    campaign: Campaign
    questionnaire: Questionnaire
    raw: list[dict[str, Any]]
    responses: list[NewResponse]

    @classmethod
    def set_up(cls, folder: Path) -> Bench:
        """The repository's campaigns, and PEOPLE persons' answers."""
        survey = _opened(folder / "one")
        campaign, asked = find_questionnaire(survey.campaigns, QUESTIONNAIRE)
        raw, checked = zip(*people(asked, campaign, PEOPLE, SEED), strict=True)
        where = {"channel": "web", "language": "zh", "date": NOW.date()}
        made = [NewResponse.of(campaign, asked, each.answers, each.asked, **where) for each in checked]
        return cls(folder, survey, campaign, asked, list(raw), made)


def _opened(folder: Path) -> Survey:
    variables = {
        "SURVEY_CAMPAIGNS": str(PROJECT / "questionnaires"),
        "SURVEY_INSTANCE": str(folder),
        "SURVEY_EXPORTS": str(folder),
    }
    return open_survey(Settings.read(variables))


def _seconds(began: float) -> float:
    return time.perf_counter() - began


def checking(bench: Bench) -> Iterator[Figure]:
    """Whole answers to the driver questionnaire, judged."""
    began = time.perf_counter()
    for raw in itertools.islice(itertools.cycle(bench.raw), CHECKED):
        check(bench.questionnaire, raw, bench.campaign, now=NOW)
    yield Figure("answers checked", CHECKED / _seconds(began), "a second", floor(1_000))


def keeping(bench: Bench) -> Iterator[Figure]:
    """Responses written in one go."""
    began = time.perf_counter()
    bench.survey.storage.add(itertools.islice(itertools.cycle(bench.responses), KEPT))
    yield Figure("responses kept", KEPT / _seconds(began), "a second", floor(3_000))


def exporting(bench: Bench) -> Iterator[Figure]:
    """Everything from the database to the file, checked by reading back."""
    began = time.perf_counter()
    bench.survey.storage.batches.fold(bench.campaign, date.max)
    yield Figure("responses folded", KEPT / _seconds(began), "a second", floor(5_000))
    began = time.perf_counter()
    export(bench.survey.source(QUESTIONNAIRE), "csv", bench.folder / "x.csv")
    yield Figure(f"{KEPT:,} responses as csv", _seconds(began), "s", Bound(20, TOUCHPOINTS))
    source = _wide()
    began = time.perf_counter()
    export(source, "xlsx", bench.folder / "wide.xlsx")
    yield Figure(f"{WIDE_ROWS:,} × {WIDE_QUESTIONS} as xlsx", _seconds(began), "s", Bound(60, KOBO))


def _wide() -> Source:
    """Answers to as many questions as there were in the reported case, a quarter of them words."""
    asked = questionnaire(
        *(
            question("text", f"q{n}")
            if n % 4 == 0
            else question("select_one", f"q{n}", choices=choices("a", "b", "c"))
            for n in range(WIDE_QUESTIONS)
        )
    )
    given = {f"q{n}": "少一点重复检查" if n % 4 == 0 else "abc"[n % 3] for n in range(WIDE_QUESTIONS)}
    rows = [stored(asked, given, id=f"{number:032x}") for number in range(WIDE_ROWS)]
    campaign = drawn_campaign(asked)
    return Source(campaign, [asked], Whole(build(rows, [asked], campaign)))


def importing(bench: Bench) -> Iterator[Figure | Growth]:
    """Our own export taken in again by an empty database: read, judged and kept; of shorter ones as well, the first
    rows of the same, to see how it grows.
    """
    lines = (bench.folder / "x.csv").read_text("utf-8-sig").splitlines(keepends=True)
    points = []
    for rows in (KEPT // 100, KEPT // 10, KEPT):
        path = bench.folder / f"{rows}.csv"
        path.write_text("".join(lines[: rows + 1]), "utf-8-sig")
        points.append((rows, _taken_in(bench, path, rows)))
    yield Figure(f"{KEPT:,} rows imported from csv", points[-1][1], "s", ceiling(IMPORT_SECONDS))
    yield Growth("import from csv", "rows", "seconds", tuple(points))


def _taken_in(bench: Bench, path: Path, rows: int) -> float:
    other = _opened(bench.folder / f"import-{rows}")
    began = time.perf_counter()
    report = import_file(other.storage, bench.campaign, bench.questionnaire, path)
    seconds = _seconds(began)
    other.storage.close()
    if report.added != rows:
        raise AssertionError(report.text())
    return seconds


def serving(bench: Bench) -> Iterator[Figure]:
    """The pages under people who answer."""
    yield from answering(bench.folder / "serving")


MEASURES = (serving, checking, keeping, exporting, importing)
