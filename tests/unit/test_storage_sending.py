"""A response is written once, exactly once, whoever presses the button how often."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text

from survey_app.errors import Closed, NotFound, StorageError, SurveyError
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.receipts import Digests
from survey_app.storage.responses import _insert, _row
from tests.machinery.drawn import DAY, SECRET, campaign, choices, question, questionnaire, response

TINY = questionnaire(
    question("select_one", "fined", choices=choices("yes", "no")),
    question("text", "words", max_length=20_000),
)
CAMPAIGN = campaign(TINY)
SENDS = 64


def begin(storage: Storage) -> str:
    return storage.start_draft("tiny", TINY.version, "web", "zh", consented=True, today=DAY).id


def fined(answer: str = "yes") -> NewResponse:
    return response(CAMPAIGN, TINY, {"fined": answer, "words": "罚款"})


def test_what_was_sent_is_there_and_the_draft_keeps_the_receipt_only(storage: Storage):
    draft = begin(storage)
    storage.save_draft(draft, {"fined": "yes", "words": "罚款"})
    receipt = storage.send(draft, fined())
    assert len(receipt) == 16
    assert receipt.isdecimal()
    [kept] = storage.responses()
    assert (kept.answers, kept.asked) == ({"fined": "yes", "words": "罚款"}, ("fined", "words"))
    after = storage.draft(draft)
    assert after is not None
    assert (after.answers, after.sent) == ({}, receipt)


def test_the_second_click_gets_the_first_receipt_also_with_other_answers(storage: Storage):
    draft = begin(storage)
    receipts = {
        storage.send(draft, fined("yes")),
        storage.send(draft, fined("no")),
        storage.send(draft, fined("yes")),
    }
    assert len(receipts) == 1
    assert [kept.answers["fined"] for kept in storage.responses()] == ["yes"]


def test_the_receipt_survives_the_purge_of_the_draft_and_a_restart(storage: Storage, database_url: str):
    draft = begin(storage)
    receipt = storage.send(draft, fined())
    assert storage.purge_expired_drafts(DAY.replace(year=2022)) == 1
    storage.close()
    again = open_storage(database_url, secret=SECRET)
    assert again.draft(draft) is None
    assert (again.send(draft, fined("no")), again.receipt_of(draft)) == (receipt, receipt)
    assert again.counts() == {"tiny": 1}
    again.close()


def test_a_draft_that_expired_unsent_is_not_sent_and_says_so(storage: Storage):
    draft = begin(storage)
    storage.purge_expired_drafts(DAY.replace(year=2022))
    with pytest.raises(NotFound, match="start over"):
        storage.send(draft, fined())
    assert list(storage.responses()) == []


def test_a_draft_that_was_sent_takes_no_more_answers(storage: Storage):
    draft = begin(storage)
    storage.send(draft, fined())
    with pytest.raises(Closed, match="already sent"):
        storage.save_draft(draft, {"fined": "no"})


def test_a_receipt_is_looked_up_as_people_type_it(storage: Storage):
    receipt = storage.send(begin(storage), fined())
    spaced = " ".join(receipt[start : start + 4] for start in range(0, 16, 4))
    for written in (
        receipt,
        spaced,
        spaced.replace(" ", "-"),
        receipt.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ):
        looked = storage.look_up(written)
        assert looked is not None
        assert (looked.questionnaire, looked.date, looked.status) == ("tiny", DAY, "received")
    assert storage.look_up("0000 0000 0000 0000") is None
    assert storage.look_up("") is None


def test_two_people_never_share_a_receipt_even_where_the_numbers_meet(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    spare = {}

    def meeting(self: Digests, token: str) -> tuple[str, ...]:
        return ("1" * 16, spare.setdefault(token, f"{len(spare):016d}"))

    monkeypatch.setattr(Digests, "receipts", meeting)
    first, second = begin(storage), begin(storage)
    receipts = [storage.send(first, fined()), storage.send(second, fined()), storage.send(second, fined())]
    assert receipts[0] == "1" * 16
    assert receipts[1] == receipts[2] != receipts[0]
    with pytest.raises(StorageError, match="try again"):
        monkeypatch.setattr(Digests, "receipts", lambda self, token: ("1" * 16,))
        storage.send(begin(storage), fined())


def test_a_value_that_no_database_can_hold_is_the_senders_mistake(storage: Storage):
    draft = begin(storage)
    no_number = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"n": float("nan")}, [])
    no_text = replace(no_number, channel="\ud83d", answers={})
    for odd in (no_number, no_text):
        with pytest.raises(SurveyError) as refused:
            storage.send(draft, odd)
        assert refused.value.status == 400
    assert storage.send(draft, fined())


@pytest.mark.parametrize(
    "words", ["a\0b", "\ud83d", "😀" * 500, "罚" * 500, '{"a": 1}', "'; DROP TABLE responses", "C:\\u0000"]
)
def test_any_text_comes_back_as_it_went_in_but_for_signs_that_checked_answers_never_have(
    storage: Storage, words: str
):
    new = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"words": words}, ["words"])
    storage.send(begin(storage), new)
    if storage.engine.dialect.name == "postgresql":  # JSONB has no place for them
        words = words.replace("\0", "\N{REPLACEMENT CHARACTER}").replace(
            "\ud83d", "\N{REPLACEMENT CHARACTER}"
        )
    assert [kept.answers for kept in storage.responses()] == [{"words": words}]


def receipts_of_parallel_sends(send: Callable[[int], str]) -> set[str]:
    """All senders wait for one another, then send at once."""
    start = Barrier(SENDS)

    def go(number: int) -> str:
        start.wait()
        return send(number)

    with ThreadPoolExecutor(SENDS) as threads:
        return set(threads.map(go, range(SENDS)))


def rows(storage: Storage) -> int:
    with storage.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM responses")).scalar_one())


def test_64_parallel_sends_of_one_draft_make_one_row_and_one_receipt(database_url: str):
    doors = [open_storage(database_url, secret=SECRET) for _ in range(SENDS)]
    try:
        draft = begin(doors[0])
        receipts = receipts_of_parallel_sends(
            lambda number: doors[number].send(draft, fined("yes" if number % 2 else "no"))
        )
        assert (len(receipts), rows(doors[0])) == (1, 1)
    finally:
        for door in doors:
            door.close()


class CheckThenInsert(Storage):
    """The twin: it looks whether the response is there and, if not, inserts; no unique key stands behind it."""

    everyone_looked = Barrier(SENDS)

    def send(self, draft_id: str, response: NewResponse) -> str:
        known = self.receipt_of(draft_id)
        self.everyone_looked.wait()
        if known:
            return known
        receipt = uuid4().hex
        with self._writing() as connection:
            _insert(connection, [_row(response, uuid4().hex, receipt)], [response])
        return receipt


def test_the_same_test_catches_a_twin_that_checks_and_then_inserts(database_url: str):
    open_storage(database_url, secret=SECRET).close()
    twin = CheckThenInsert(open_storage(database_url, secret=SECRET).engine, Digests(SECRET))
    try:
        draft = begin(twin)
        receipts = receipts_of_parallel_sends(lambda number: twin.send(draft, fined()))
        assert len(receipts) > 1
        assert rows(twin) > 1
    finally:
        twin.close()


def test_many_people_send_at_once_and_nobody_is_told_to_wait(database_url: str):
    storage = open_storage(database_url, secret=SECRET)
    try:
        drafts = [begin(storage) for _ in range(SENDS)]
        assert len(receipts_of_parallel_sends(lambda number: storage.send(drafts[number], fined()))) == SENDS
        assert rows(storage) == SENDS
    finally:
        storage.close()
