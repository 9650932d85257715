"""Rows judged by several processes come out as by one, whatever becomes of those processes."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from survey_app import apart
from survey_app.importing import ImportReport, crew
from tests.machinery.incoming import Desk


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "cores", lambda: 2)


def mixed(desk: Desk, number: int = 900) -> Path:
    """Rows good, bad in many ways, blank, equal, with ids that come again, and one whose quotes are wrong."""
    lot = random.Random(4)
    lines = ["_id,how,age,place,which/pay,which/ask,said,"]
    for row in range(number):
        name = lot.choice((str(row), str(row), "7", ""))
        how, age = lot.choice(("good", "很好", "bad", "gut", "")), lot.choice(("30", "31", "1,5", "300", "x"))
        place, flag = (
            lot.choice(("锦江区", "四川-内江-市中区", "市中区", "Atlantis", "")),
            lot.choice(("1", "0", "?")),
        )
        said = lot.choice(('"a ""b"" c"', "=1+1", "", "话", '"broken'[: lot.choice((0, 0, 0, 7))]))
        lines.append(
            lot.choice((f"{name},{how},{age},{place},{flag},0,{said},", f"{name},good", "", ",,,,,,,x"))
        )
    return desk.text("\n".join(lines))


def told(report: ImportReport) -> tuple[Any, ...]:
    bad = report.bad_file.read_bytes() if report.bad_file else b""
    return report.text(), report.complaints, report.because, report.not_asked, report.unanswered, bad


def compared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> ImportReport:
    """The same file by one process and by two: the same report, the same file of bad rows, the same answers."""
    path = mixed(desk)
    alone = desk.take(path, dry_run=True)
    monkeypatch.setattr(crew, "MANY", 1)
    monkeypatch.setattr(crew, "AT_ONCE", 40)
    together = desk.take(path, dry_run=True)
    assert told(together) == told(alone)
    return together


def test_two_processes_tell_what_one_tells(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    report = compared(desk, monkeypatch)
    assert report.bad > 100
    assert report.added > 50
    kept = desk.take(mixed(desk))
    assert (kept.added, kept.bad) == (report.added, report.bad)
    assert len(desk.kept()) == kept.added
    assert kept.bad_file is not None
    again = desk.take(mixed(desk))
    assert (again.added, again.already, again.bad_file) == (0, kept.added, kept.bad_file)


def test_what_a_process_that_was_ended_left_undone_is_done_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, start = [], apart.start

    def soon_ended(*given: Any, **more: Any) -> subprocess.Popen[bytes]:
        started.append(start(*given, **more))
        started[0].kill()
        return started[-1]

    monkeypatch.setattr(apart, "start", soon_ended)
    compared(desk, monkeypatch)
    assert len(started) == 2


def test_where_no_process_can_be_started_this_one_does_it_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*given: Any, **more: Any) -> subprocess.Popen[bytes]:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(apart, "start", refuses)
    compared(desk, monkeypatch)


def test_a_stop_in_the_middle_ends_the_other_processes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started, start = [], apart.start

    def noted(*given: Any, **more: Any) -> subprocess.Popen[bytes]:
        started.append(start(*given, **more))
        return started[-1]

    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(apart, "start", noted)
    monkeypatch.setattr(crew, "MANY", 1)
    with pytest.raises(KeyboardInterrupt):
        desk.take(mixed(desk, 3000), progress=stop)
    assert [mate.poll() is not None for mate in started] == [True, True]
    assert desk.kept() == []


def test_a_small_file_starts_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "start", None)
    assert desk.take(desk.csv([["how"], ["good"]])).added == 1


def test_whoever_answers_meanwhile_can_save_between_any_two_steps(desk: Desk) -> None:
    storage, steps = desk.storage, []
    draft = storage.start_draft("poll", desk.questionnaire.version, "web", "zh").id

    def save(what: str, done: int, total: int) -> None:
        if what == "keeping":
            steps.append(done)
            storage.save_draft(
                draft, {"age": str(done)}
            )  # in the same process, so a lock that is held stays held

    path = desk.csv([["how", "age"], *[["good", str(n % 100)] for n in range(2100)]])
    assert desk.take(path, progress=save).added == 2100
    assert steps == [500, 1000, 1500, 2000, 2100], "a step is short"
    found = storage.draft(draft)
    assert found is not None
    assert found.answers == {"age": "2100"}


def test_neither_ids_nor_places_in_the_database_tell_the_order_of_the_file(desk: Desk) -> None:
    desk.take(desk.csv([["said"], *[[str(n)] for n in range(200)]]))
    order = [int(answers["said"]) for answers in desk.kept()]
    assert sorted(order) == list(range(200))
    assert order != list(range(200))
