"""Whoever waits for a file sees how far it is, by a number of their own; of it nothing stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app.exporting import Chosen
from survey_app.research import waits
from tests.machinery.person import Person
from tests.visits.desk.conftest import SignedInAs
from tests.visits.desk.test_taking import FILE

NUMBER = "0123456789abcdef" * 2
ADDRESS = f"/research/waits/{NUMBER}"


def folder(app: Flask) -> Path:
    found: Path = app.extensions["survey"].settings.instance / waits.FOLDER
    return found


def asks(person: Person, number: str, extension: str = "csv") -> int:
    """Ask for the file with such a number; gives the status."""
    address = FILE.format(extension=extension, questionnaire="poll", query="")
    return person.client.get(f"{address}&wait={number}").status_code


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, desk: Flask, signed_in_as: SignedInAs) -> list[dict[str, Any]]:
    """What somebody else's browser, which knows the number, is told at each step of the work."""
    found: list[dict[str, Any]] = []
    other = signed_in_as(desk, "researcher", "east")
    note = waits.Noted.__call__

    def and_look(self: waits.Noted, what: str, done: int, total: int) -> None:
        note(self, what, done, total)
        answer = other.client.get(ADDRESS)
        found.append(answer.get_json() if answer.status_code == 200 else {})

    monkeypatch.setattr(waits.Noted, "__call__", and_look)
    monkeypatch.setattr(waits, "EVERY_SECONDS", 0)
    monkeypatch.setattr(Chosen, "AT_ONCE", 20)
    return found


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_each_step_is_told_and_nothing_stays(
    desk: Flask, signed_in_as: SignedInAs, seen: list[dict[str, Any]], extension: str
):
    person = signed_in_as(desk, "coordinator")
    assert asks(person, NUMBER, extension) == 200
    assert all(seen)
    assert seen[0] == {"words": "正在查找答卷。", "share": 0}
    written = [each for each in seen if "已写入" in each["words"]]
    shares = [
        each["share"] for each in written if each["words"].startswith(written[0]["words"].partition("：")[0])
    ]
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1
    parts = {each["words"].partition("：")[0] for each in written}
    assert len(parts) >= (2 if extension == "xlsx" else 1), "a workbook has a sheet of codes and one of words"
    assert person.client.get(ADDRESS).status_code == 204
    assert list(folder(desk).iterdir()) == []


def test_without_a_number_or_with_a_strange_one_the_file_comes_and_nothing_is_noted(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "coordinator")
    for number in ("", "x", "../../secret", NUMBER.upper(), NUMBER + "0"):
        assert asks(person, number) == 200
        assert person.client.get(f"/research/waits/{number}").status_code == 404
    assert not folder(desk).exists()


def test_a_note_that_cannot_be_written_holds_nothing_up(desk: Flask, signed_in_as: SignedInAs):
    folder(desk).parent.mkdir(exist_ok=True)
    folder(desk).write_text("no folder")
    assert asks(signed_in_as(desk, "coordinator"), NUMBER) == 200


def test_notes_of_processes_that_were_killed_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, desk: Flask, signed_in_as: SignedInAs
):
    folder(desk).mkdir(parents=True)
    (folder(desk) / f"{'f' * 32}.json").write_text("{}")
    person = signed_in_as(desk, "coordinator")
    assert asks(person, NUMBER) == 200
    assert len(list(folder(desk).iterdir())) == 1
    monkeypatch.setattr(waits, "FORGOTTEN_SECONDS", -1)
    assert asks(person, NUMBER) == 200
    assert list(folder(desk).iterdir()) == []
