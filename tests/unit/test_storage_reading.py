"""Many responses go in at once and come out by what is asked for; every version of a questionnaire stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pyrage
import pytest

from survey_app.errors import StorageError
from survey_app.storage import NewResponse, Storage, Wanted
from survey_app.storage.engine import make_engine
from survey_app.storage.newresponse import region_of
from survey_app.storage.receipts import Digests
from survey_app.storage.tables import QuestionnaireRow
from tests.machinery.drawn import DAY, SECRET, campaign, choices, question, questionnaire, response

FIRST = questionnaire(question("select_one", "fined", choices=choices("yes", "no")))
SECOND = questionnaire(question("select_one", "fined", choices=choices("yes", "no", "unsure")))
THIRD = questionnaire(question("text", "words", relevant="1 = 1"))
ROW = NewResponse("tiny", FIRST.version, "driver", "import", "zh", DAY, {"fined": "yes"}, ["fined"])


def test_versions_are_kept_once_and_come_back_oldest_first(storage: Storage):
    for version in (SECOND, FIRST, SECOND, THIRD, FIRST):
        storage.register(version, DAY)
    assert [kept.version for kept in storage.versions("tiny")] == [
        SECOND.version,
        FIRST.version,
        THIRD.version,
    ]
    assert storage.versions("tiny")[2] == THIRD
    assert storage.versions("tiny")[1].definition() == FIRST.definition()
    assert storage.versions("never-heard-of") == []


def test_a_version_that_can_no_longer_be_read_says_which(storage: Storage):
    storage.register(FIRST, DAY)
    with storage.engine.begin() as connection:
        connection.execute(QuestionnaireRow.__table__.update().values(definition={"name": "tiny"}))
    with pytest.raises(StorageError, match=f"Version {FIRST.version} of questionnaire tiny"):
        storage.versions("tiny")


def test_the_same_file_twice_adds_nothing(storage: Storage):
    def rows() -> Iterator[NewResponse]:
        return (replace(ROW, key=f"file:{number}") for number in range(2500))

    assert storage.add(rows()) == 2500
    assert storage.add(rows()) == 0
    assert storage.add([*rows(), replace(ROW, key="file:new"), replace(ROW, key="file:new")]) == 1
    assert storage.counts() == {"tiny": 2501}


def test_it_is_known_beforehand_which_rows_would_be_new(storage: Storage):
    storage.add(replace(ROW, key=f"file:{number}") for number in range(1200))
    assert storage.known(f"file:{number}" for number in range(1100, 2300)) == {
        f"file:{n}" for n in range(1100, 1200)
    }
    assert storage.known([]) == set()


def test_rows_without_a_key_are_always_new(storage: Storage):
    assert storage.add([ROW, ROW]) == 2
    assert storage.add([]) == 0


def test_an_import_that_breaks_halfway_adds_nothing(storage: Storage):
    def breaks() -> Iterator[NewResponse]:
        yield from (replace(ROW, key=str(number)) for number in range(1500))
        raise RuntimeError("the file ends here")

    with pytest.raises(RuntimeError):
        storage.add(breaks())
    assert storage.counts() == {}


def test_sensitive_answers_of_an_import_are_sealed_once(storage: Storage):
    key = str(pyrage.x25519.Identity.generate().to_public())
    rows = [
        replace(ROW, key=str(number), sealed={"phone": "13800138000"}, recipients=[key])
        for number in range(3)
    ]
    assert (storage.add(rows[:2]), storage.add(rows)) == (2, 1)
    assert [kept.sealed for kept in storage.responses()] == [{"phone"}] * 3


WANTED = [
    (Wanted(), 5),
    (Wanted(["tiny"]), 4),
    (Wanted(["tiny", "other"]), 5),
    (Wanted([]), 0),
    (Wanted(channels=["web"]), 1),
    (Wanted(languages=["en"]), 1),
    (Wanted(regions=["510800"]), 2),
    (Wanted(versions=[SECOND.version]), 1),
    (Wanted(first=date(2021, 5, 19)), 1),
    (Wanted(last=date(2021, 5, 18)), 4),
    (Wanted(statuses=["withdrawn"]), 1),
    (Wanted(statuses=None), 6),
    (Wanted(["tiny"], regions=["510800"], last=DAY), 1),
]


@pytest.mark.parametrize(("wanted", "count"), WANTED)
def test_responses_come_by_what_is_asked_for_and_withdrawn_ones_only_by_name(
    storage: Storage, wanted: Wanted, count: int
):
    storage.add(
        [
            replace(ROW, channel="web"),
            replace(ROW, language="en", region="510800"),
            replace(ROW, version=SECOND.version, region="510802"),
            replace(ROW, date=date(2021, 5, 19), region="510800"),
            replace(ROW, questionnaire="other"),
            replace(ROW, status="withdrawn"),
        ]
    )
    assert len(list(storage.responses(wanted))) == count


def test_counts_are_of_received_responses_unless_another_status_is_named(storage: Storage):
    storage.add([ROW, replace(ROW, questionnaire="other"), replace(ROW, status="withdrawn")])
    assert storage.counts() == {"tiny": 1, "other": 1}
    assert storage.counts(["withdrawn"]) == {"tiny": 1}
    assert [kept.questionnaire for kept in storage.responses("other")] == ["other"]


def test_writing_goes_on_while_somebody_reads(storage: Storage):
    storage.add(replace(ROW, key=str(number)) for number in range(1500))
    reading = storage.responses()
    next(reading)
    assert storage.add([ROW]) == 1
    assert 1 + sum(1 for _ in reading) == 1500, "the reader goes on with what was there when it began"


PLACES = {"510800": None, "510802": "510800"}
REGIONAL = questionnaire(
    question("region", "home", level="prefecture", role="home_region", extra_choices=choices("outside")),
    question("region", "where", level="county", role="region", extra_choices=choices("expressway")),
)


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ({"home": "510800", "where": "510802"}, "510802"),
        ({"home": "510800", "where": "expressway"}, "510800"),
        ({"home": "outside", "where": "expressway"}, None),
        ({"home": "510800"}, "510800"),
        ({}, None),
    ],
)
def test_a_response_belongs_where_the_matter_happened_else_where_the_person_works(
    typed: dict, region: str | None
):
    place = campaign(REGIONAL, regions=PLACES)
    assert response(place, REGIONAL, typed).region == region
    assert region_of(place, REGIONAL, {"where": ["no", "code"], "home": 3}) is None


def test_ping_tells_whether_the_database_answers(storage: Storage):
    storage.ping()
    away = Storage(make_engine("postgresql+psycopg://survey@/none?host=/nowhere"), Digests(SECRET))
    with pytest.raises(StorageError, match="does not answer"):
        away.ping()
    away.close()
