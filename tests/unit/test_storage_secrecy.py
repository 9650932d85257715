"""Whoever copies the database finds no phone number, no way from a draft to its response, and no order of arrival."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import create_engine, inspect, text

from survey_app.errors import CampaignError, NotFound, StorageError
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.desk import tables as desk
from survey_app.storage.receipts import Digests
from survey_app.storage.sealing import lock_answers, seal, unlock_answers
from survey_app.storage.tables import Base
from tests.machinery.drawn import DAY, SECRET, campaign, choices, question, questionnaire, response

CANARY = "13800138000"
PEOPLE = 500
TINY = questionnaire(
    question("text", "words"),
    question("text", "phone", sensitive=True),
    question("select_one", "owner", sensitive=True, choices=choices("me", other={"specify": True})),
    question(
        "repeat",
        "visits",
        questions=[question("text", "place"), question("text", "plate", sensitive=True)],
    ),
)
TYPED = {
    "words": "罚款",
    "phone": CANARY,
    "owner": "other",
    "owner_other": "王师傅",
    "visits": [{"place": "广元"}, {"place": "绵阳", "plate": "川A12345"}],
}


@pytest.fixture
def identity() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def begin(storage: Storage) -> str:
    return storage.start_draft("tiny", TINY.version, "web", "zh", consented=True, today=DAY).id


def dump(storage: Storage) -> str:
    """All that the tables hold, as text."""
    found = []
    with storage.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            found += [repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(found)


def test_sensitive_answers_are_sealed_and_only_the_offline_key_opens_them(
    storage: Storage, identity: pyrage.x25519.Identity
):
    storage.send(begin(storage), response(campaign(TINY, identity=identity), TINY, TYPED))
    [kept] = storage.responses()
    assert kept.answers == {"words": "罚款", "visits": [{"place": "广元"}, {"place": "绵阳"}]}
    assert kept.sealed == {"phone", "owner", "owner_other", "visits/1/plate"}
    with storage.engine.connect() as connection:
        rows = connection.execute(text("SELECT question, ciphertext FROM sealed")).all()
    opened = {name: pyrage.decrypt(bytes(closed), [identity]).decode() for name, closed in rows}
    assert opened == {
        "phone": CANARY,
        "owner": "other",
        "owner_other": "王师傅",
        "visits/1/plate": "川A12345",
    }


def test_each_of_several_recipients_can_open_what_is_sealed():
    people = [pyrage.x25519.Identity.generate() for _ in range(3)]
    closed = seal({"phone": CANARY}, [str(person.to_public()) for person in people])["phone"]
    assert {pyrage.decrypt(closed, [person]).decode() for person in people} == {CANARY}


def test_with_nobody_to_seal_to_nothing_is_stored_and_the_words_say_why(storage: Storage):
    draft = begin(storage)
    new = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {}, [], sealed={"phone": CANARY})
    with pytest.raises(CampaignError, match="recipients"):
        storage.send(draft, new)
    assert storage.counts() == {}
    with pytest.raises(CampaignError, match="no age public key"):
        seal({"phone": CANARY}, ["age1 mistyped"])


def test_a_phone_number_is_never_on_the_disk_neither_while_typing_nor_after(
    sqlite_url: str, tmp_path: Path, identity: pyrage.x25519.Identity
):
    storage = open_storage(sqlite_url, secret=SECRET)
    sent, purged, open_still = begin(storage), begin(storage), begin(storage)
    for draft in (sent, purged, open_still):
        storage.save_draft(draft, {**TYPED, "words": "a canary that may be seen"})
    receipt = storage.send(sent, response(campaign(TINY, identity=identity), TINY, TYPED))
    disk = b"".join(file.read_bytes() for file in tmp_path.glob("survey.sqlite*"))
    assert len(disk) > 100_000
    assert "罚款".encode("ascii", "backslashreplace") in disk, "an open answer is what this search can find"
    for secret in (CANARY, "川A12345", "王师傅", "a canary", receipt, sent, purged, open_still):
        assert secret.encode() not in disk
        assert secret.encode("ascii", "backslashreplace") not in disk
    storage.close()


def test_the_same_search_finds_a_phone_number_in_a_plain_column(storage: Storage):
    plain = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"phone": CANARY}, ["phone"])
    storage.send(begin(storage), plain)
    assert CANARY in dump(storage)


def test_nothing_in_the_tables_leads_from_a_draft_to_its_response(storage: Storage):
    draft = begin(storage)
    storage.save_draft(draft, TYPED)
    receipt = storage.send(draft, response(campaign(TINY), TINY, {"words": "罚款"}))
    held = dump(storage)
    assert draft not in held
    assert receipt not in held
    with storage.engine.connect() as connection:
        [mine] = connection.execute(text("SELECT id FROM drafts")).scalars()
        [theirs] = connection.execute(text("SELECT key FROM responses")).scalars()
    assert mine != theirs


def test_only_its_token_opens_a_draft_and_only_in_its_place(storage: Storage):
    draft = begin(storage)
    storage.save_draft(draft, TYPED, language="en")
    kept = storage.draft(draft)
    assert kept is not None
    assert (kept.answers, kept.language, kept.consented) == (TYPED, "en", True)
    assert storage.draft("0" * 32) is None
    assert (
        Storage(storage.engine, Digests(b"another secret, which is as long as it has to be")).draft(draft)
        is None
    )
    digests = Digests(SECRET)
    locked = lock_answers(TYPED, digests.lock("token"), "place")
    assert unlock_answers(locked, digests.lock("token"), "place") == TYPED
    for wrong in [(digests.lock("other"), "place"), (digests.lock("token"), "elsewhere")]:
        with pytest.raises(StorageError, match="start over"):
            unlock_answers(locked, *wrong)


def test_drafts_expire_on_their_day_and_not_before(storage: Storage):
    drafts = [storage.start_draft("tiny", "1", "web", "zh", days=days, today=DAY).id for days in (1, 30)]
    assert storage.purge_expired_drafts(DAY + timedelta(days=1)) == 0
    assert storage.purge_expired_drafts(DAY + timedelta(days=2)) == 1
    assert [storage.draft(draft) is None for draft in drafts] == [True, False]
    with pytest.raises(NotFound, match="start over"):
        storage.save_draft(drafts[0], {})


def test_drafts_hold_any_raw_value(storage: Storage):
    raw = {
        "a": ["x", "\0", "\ud800"],
        "b": {"row": "code"},
        "c": None,
        "d": 10**30,
        "e": "四川" * 5000,
        "": "",
    }
    draft = begin(storage)
    storage.save_draft(draft, raw)
    kept = storage.draft(draft)
    assert kept is not None
    assert kept.answers == raw


def test_no_column_is_finer_than_a_day_and_none_says_who_or_where_from():
    staff = {
        mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ == desk.__name__
    }
    for table in set(Base.metadata.tables.values()) - staff:
        for column in table.columns:
            assert column.type.python_type.__name__ in {"str", "int", "date", "bytes", "bool", "object"}, (
                column
            )
            assert not {"ip", "agent", "time", "address"} & set(column.name.split("_")), column


def spearman(order: list[int]) -> float:
    """Rank correlation of a permutation of 0 … n-1 with its positions."""
    squares = sum((place - rank) ** 2 for place, rank in enumerate(order))
    return 1 - 6 * squares / (len(order) * (len(order) ** 2 - 1))


def arrive(storage: Storage) -> None:
    for number in range(PEOPLE):
        new = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"arrived": number}, [])
        storage.send(begin(storage), new)


def storage_order(storage: Storage, query: str = "SELECT answers FROM responses") -> list[int]:
    with storage.engine.connect() as connection:
        return [int(row.split(":")[1].rstrip("}")) for row in connection.execute(text(query)).scalars()]


def test_the_order_of_storage_does_not_tell_the_order_of_arrival(sqlite_url: str, tmp_path: Path):
    storage = open_storage(sqlite_url, secret=SECRET)
    arrive(storage)
    order = storage_order(storage)
    assert len(order) == PEOPLE
    assert abs(spearman(order)) <= 0.15
    storage.forget_order()
    assert (tmp_path / "survey.sqlite-wal").stat().st_size == 0
    with storage.engine.begin() as connection:
        connection.execute(text("CREATE TABLE twin (id TEXT PRIMARY KEY, answers TEXT)"))
        arrived = (
            'SELECT id, answers FROM responses ORDER BY CAST(json_extract(answers, "$.arrived") AS INTEGER)'
        )
        connection.execute(text(f"INSERT INTO twin {arrived}"))
    assert spearman(storage_order(storage, "SELECT answers FROM twin")) > 0.99, (
        "a table with a rowid is caught"
    )
    storage.close()


def test_postgresql_forgets_the_order_of_arrival_when_told(postgresql_url: str):
    storage = open_storage(postgresql_url, secret=SECRET)
    arrive(storage)
    by_place = "SELECT answers::text FROM responses ORDER BY ctid"
    assert spearman(storage_order(storage, by_place)) > 0.99, "as the rows lie before"
    storage.forget_order()
    assert abs(spearman(storage_order(storage, by_place))) <= 0.15
    storage.close()


def test_responses_come_back_in_no_order_of_arrival(storage: Storage):
    arrive(storage)
    assert abs(spearman([kept.answers["arrived"] for kept in storage.responses()])) <= 0.15
    assert {type(kept.date) for kept in storage.responses()} == {date}


def test_every_table_about_people_stands_in_the_order_of_random_keys(sqlite_url: str):
    open_storage(sqlite_url, secret=SECRET).close()
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        made = dict(
            connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        )
    engine.dispose()
    for table in ("drafts", "responses", "sealed"):
        assert made[table].rstrip().endswith("WITHOUT ROWID"), made[table]
