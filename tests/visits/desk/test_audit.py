"""The auditor reads the log and nothing else, filters it, turns its pages and takes it along as a file."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from survey_app.storage import Sought
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import SignedInAs

COLUMNS = ["number", "time_utc", "person", "act", "subject", "details", "digest"]


@pytest.fixture
def auditor(empty_desk: Flask, signed_in_as: SignedInAs) -> Person:
    """Somebody at a log of 250 acts and more."""
    for number in range(250):
        person = ["li.wei", "zhao.min"][number % 2]
        kept(empty_desk).audit.add(person, "looked at text", f"response-{number}", question="why")
    return signed_in_as(empty_desk, "auditor")


def shown(person: Person) -> list[str]:
    return [word.partition("<")[0] for word in person.text.split("<td>response-")[1:]]


def test_pages_are_turned_by_number_and_no_act_is_missed_while_others_come(
    auditor: Person, empty_desk: Flask
):
    auditor.opens("/research/audit?act=looked+at+text")
    seen = shown(auditor)
    while True:
        further = [link for link in auditor.sees.links if "before=" in link and "language" not in link]
        if not further:
            break
        kept(empty_desk).audit.add("li.wei", "looked at text", "response-new")
        auditor.opens(further[0])
        seen += shown(auditor)
    assert seen == [str(number) for number in reversed(range(250))]


def test_the_log_is_filtered_by_person_act_and_day(auditor: Person):
    auditor.opens("/research/audit?person=li.wei&act=looked+at+text")
    assert set(shown(auditor)) == {str(number) for number in range(50, 250, 2)}
    assert "125" in auditor.text
    assert "没有符合条件的记录" in auditor.opens("/research/audit?day=2001-01-01").text
    assert auditor.opens("/research/audit?day=yesterday").status == 400
    assert auditor.opens("/research/audit?before=x").status == 200


def test_the_file_holds_every_act_disarmed_and_taking_it_is_in_the_log(auditor: Person, empty_desk: Flask):
    kept(empty_desk).audit.add("=cmd()", "@SUM(1)", "＝1+1", plus="+1", words="王芳\r\n\x0b")
    file = auditor.client.get("/research/audit.csv")
    assert file.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))
    acts = list(kept(empty_desk).audit.each(Sought()))
    assert rows[0] == COLUMNS
    assert [row[0] for row in rows[1:]] == [str(act.number) for act in acts]
    assert [cell for row in rows[1:] for cell in row if cell.startswith(tuple("=+-@＝＋－＠"))] == []
    assert acts[-1].act == "log exported"
    assert acts[-1].person == "auditor"


def test_the_auditor_has_nothing_else(auditor: Person):
    auditor.opens("/research/enter")
    assert auditor.at == "audit"
    for address in ("/research/people", "/research/people/auditor"):
        assert auditor.opens(address).status == 404


@pytest.mark.parametrize("role", ["researcher", "observer"])
def test_others_do_not_read_the_log(empty_desk: Flask, signed_in_as: SignedInAs, role: str):
    person = signed_in_as(empty_desk, role, "east" if role == "researcher" else None)
    assert person.opens("/research/audit").status == 404
    assert person.opens("/research/audit.csv").status == 404
    assert "/research/audit" not in person.opens("/research/account").sees.links
