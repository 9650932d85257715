"""A driver's whole visit to the real questionnaire, on either database."""

from __future__ import annotations

import re

from flask import Flask

from tests.machinery.hands import CHENGDU, GUANGYUAN, JINNIU, ZHAOHUA
from tests.machinery.person import Person
from tests.visits.conftest import kept


def rows(person: Person, question: str, answer: str) -> dict[str, str]:
    """The same answer in every row of a checklist that is on the page."""
    found = re.findall(rf'name="q-{question}-(\w+)"', person.text)
    return {f"{question}__{row}": answer for row in found}


def test_a_truck_driver_answers_everything(real: Flask):
    person = Person(real).begins("driver")
    person.answers(B01="truck_own", B03="y4_10", B04=CHENGDU, B05="local")
    assert person.shows("B02")
    person.answers(B02="semi")
    assert person.at == "checks"
    assert not person.shows("B08")
    person.answers(B06="c3_5", B10="f1")
    assert person.shows("B07-prefecture", "B08")
    person.answers(B07__prefecture=CHENGDU, B08="toll", **rows(person, "B11", "did_not"))
    person.answers(B07=JINNIU, **rows(person, "B09", "did"))
    person.answers(B12="s2", B13="t4")
    person.answers(B14="CASH", B15="none", B16=["UNEVEN", "DETAIN"], B17="none", B18="refuse")
    person.answers(B19__prefecture=GUANGYUAN)
    person.answers(B19=ZHAOHUA)
    person.answers(B20="silent", B21=["P1", "P5"], B23="少一点重复检查")
    assert person.at == "check"
    assert "成都市 金牛区" in person.text
    person.answers()
    assert len(person.receipt) == 16
    (response,) = kept(real).responses("driver")
    assert response.region == ZHAOHUA
    assert response.answers["B07"] == JINNIU
    assert set(response.answers["B09"].values()) == {"did"}
    assert response.answers["B16"] == ["DETAIN", "UNEVEN"]
    assert response.answers["B18"] == ["refuse"]


def test_a_taxi_driver_who_was_never_checked_sees_none_of_those_questions(real: Flask):
    person = Person(real).begins("driver").answers(B01="taxi", B03="y1", B04="province", B05="local")
    assert person.at == "checks"
    person.answers(B06="c0", B10="none")
    person.answers(B12="dk", B13="dk")
    person.answers(B14="none", B15="none", B16="none", B17="none", B18="none")
    person.answers(B20="never", B21="none")
    person.answers()
    (response,) = kept(real).responses("driver")
    assert not {"B02", "B07", "B08", "B09", "B11", "B19"} & set(response.asked)
    assert response.region is None
