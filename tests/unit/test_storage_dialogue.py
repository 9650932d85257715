"""What comes after sending: additions, questions and answers, taking back, and what is left of it in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Connection, inspect, text

from survey_app.errors import Closed, NotFound, SurveyError
from survey_app.storage import CODE_LENGTH, CODE_SIGNS, NewResponse, Storage, Wanted, open_storage
from survey_app.storage.dialogue import LONGEST, MOST
from survey_app.storage.migrations import downgrade, migrate
from tests.machinery.drawn import DAY, SECRET, campaign, question, questionnaire, response

TINY = questionnaire(question("text", "words"), question("text", "phone", sensitive=True))
IDENTITY = pyrage.x25519.Identity.generate()
DRAWN = campaign(TINY, identity=IDENTITY)
LATER = DAY + timedelta(days=3)
TYPED = {"words": "罚款单没有编号", "phone": "13800138000"}


@pytest.fixture
def storage(database_url: str, tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET, evidence=tmp_path / "evidence")
    opened.register(TINY, DAY)
    yield opened
    opened.close()


def begin(storage: Storage) -> str:
    return storage.start_draft("tiny", TINY.version, "qr:510100", "zh", consented=True, today=DAY).id


def sends(storage: Storage) -> tuple[str, str]:
    """The receipt and the id of a response that says something and has a phone number."""
    receipt = storage.send(begin(storage), response(DRAWN, TINY, TYPED, channel="qr:510100"))
    found = storage.dialogue.find(receipt)
    assert found is not None
    return receipt, found


def held(storage: Storage) -> str:
    """All that the tables hold, as text."""
    found = []
    with storage.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            found += [repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(found)


def test_a_receipt_finds_its_response_and_no_other_number_does(storage: Storage):
    receipt, found = sends(storage)
    assert storage.dialogue.find(f" {receipt[:8]} {receipt[8:]}") == found
    assert storage.dialogue.find("0" * 16) is None
    assert storage.dialogue.find("") is None
    assert storage.dialogue.sent("0" * 32) is None
    sent = storage.dialogue.sent(found)
    assert sent is not None
    assert sent.response.answers == {"words": TYPED["words"]}
    assert sent.response.sealed == {"phone"}


def test_a_draft_finds_what_was_sent_from_it(storage: Storage):
    draft = begin(storage)
    assert storage.dialogue.find_own(draft) is None
    receipt = storage.send(draft, response(DRAWN, TINY, TYPED))
    assert storage.dialogue.find_own(draft) == storage.dialogue.find(receipt)


def test_additions_stand_beside_the_answers_in_order_and_each_once(storage: Storage):
    _, found = sends(storage)
    before = list(storage.responses())
    for words, day in (("一", DAY), ("二", LATER), ("一", LATER), (" 二\r\n", LATER)):
        storage.dialogue.add(found, words, day)
    kept = storage.dialogue.sent(found)
    assert [(each.number, each.words, each.date) for each in kept.additions] == [
        (1, "一", DAY),
        (2, "二", LATER),
    ]
    assert list(storage.responses()) == before
    assert storage.dialogue.additions("tiny") == {found: list(kept.additions)}
    assert storage.dialogue.additions("other") == {}


def test_two_taps_at_once_add_once_and_two_texts_at_once_are_both_kept(storage: Storage):
    _, found = sends(storage)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: storage.dialogue.add(found, f"text {number % 2}"), range(8)))
    assert sorted(each.words for each in storage.dialogue.sent(found).additions) == ["text 0", "text 1"]


Put = Callable[[Storage, str, str], None]
PUTS: list[Put] = [
    lambda storage, owner, words: storage.dialogue.add(owner, words),
    lambda storage, owner, words: storage.dialogue.ask(owner, words),
]


@pytest.mark.parametrize("put", PUTS, ids=["add", "ask"])
def test_words_are_cleaned_and_refused_where_there_are_none_or_too_many(storage: Storage, put: Put):
    _, found = sends(storage)
    with pytest.raises(SurveyError, match="no words"):
        put(storage, found, " \n\x00 ")
    with pytest.raises(SurveyError, match="501"):
        put(storage, found, "长" * (LONGEST + 1))
    put(storage, found, "a\x00b\ud800\r\nc")
    sent = storage.dialogue.sent(found)
    assert [each.words for each in (*sent.additions, *sent.inquiries)] == ["ab\N{REPLACEMENT CHARACTER}\nc"]
    for number in range(MOST - 1):
        put(storage, found, f"{number}")
    with pytest.raises(SurveyError, match="not taken"):
        put(storage, found, "one more")


def test_a_question_has_one_answer(storage: Storage):
    receipt, found = sends(storage)
    storage.dialogue.ask(found, "哪个收费站？", DAY)
    storage.dialogue.ask(found, "几点？", DAY)
    assert storage.look_up(receipt).waiting == 2
    for _ in range(2):
        storage.dialogue.answer(found, 1, "北站", LATER)
    with pytest.raises(Closed, match="answered already"):
        storage.dialogue.answer(found, 1, "南站", LATER)
    with pytest.raises(NotFound):
        storage.dialogue.answer(found, 3, "北站", LATER)
    first, second = storage.dialogue.inquiries(["tiny"])[found]
    assert (first.answer, first.answered, first.asked) == ("北站", LATER, DAY)
    assert (second.answer, second.answered) == (None, None)
    assert storage.look_up(receipt).waiting == 1


def test_only_a_response_with_a_receipt_can_be_asked(storage: Storage):
    with pytest.raises(NotFound, match="no response"):
        storage.dialogue.ask("0" * 32, "在吗？")
    storage.add([NewResponse("tiny", TINY.version, "driver", "paper", "zh", DAY, {}, [])])
    [imported] = storage.responses()
    with pytest.raises(SurveyError, match="without a receipt"):
        storage.dialogue.ask(imported.id, "在吗？")


def test_what_is_withdrawn_leaves_two_days_and_a_count(storage: Storage):
    receipt, found = sends(storage)
    _, other = sends(storage)
    storage.evidence.files.write("f" * 32, b"sealed")
    with storage.engine.begin() as connection:
        _has_a_file(connection, found)
    storage.dialogue.add(found, "补一句")
    storage.dialogue.ask(found, "问一句")
    for _ in range(2):
        storage.dialogue.withdraw(found, LATER)
    looked = storage.look_up(receipt)
    assert (looked.status, looked.date, looked.withdrawn, looked.waiting) == ("withdrawn", DAY, LATER, 0)
    sent = storage.dialogue.sent(found)
    assert (sent.additions, sent.inquiries, sent.has_room) == ((), (), False)
    assert sent.response[4:9] == (None, "", "", DAY, "withdrawn")
    assert (sent.response.answers, sent.response.asked, sent.response.sealed) == ({}, (), frozenset())
    for words in ("补一句", "问一句", ascii("补一句"), ascii("问一句"), "f" * 32):
        assert words.strip("'") not in held(storage)
    assert not storage.evidence.files.place("f" * 32).exists()
    assert [row.id for row in storage.responses()] == [other]
    assert list(storage.frame(DRAWN, "tiny")["_id"]) == [other]
    assert [row.id for row in storage.responses(Wanted(statuses=["withdrawn"]))] == [found]
    assert storage.dialogue.withdrawals() == {"tiny": {LATER: 1}}
    assert storage.counts() == {"tiny": 1}


def _has_a_file(connection: Connection, response_id: str) -> None:
    connection.execute(
        text(
            "INSERT INTO evidence (name, response_id, question, number, type, size, date) "
            "VALUES (:name, :owner, 'photo', 1, 'jpg', 6, :day)"
        ),
        {"name": "f" * 32, "owner": response_id, "day": DAY},
    )


def test_nothing_is_kept_of_what_comes_after_a_withdrawal(storage: Storage):
    _, found = sends(storage)
    storage.dialogue.ask(found, "问一句")
    storage.dialogue.withdraw(found)
    for attempt in (
        lambda: storage.dialogue.add(found, "补一句"),
        lambda: storage.dialogue.ask(found, "问一句"),
        lambda: storage.dialogue.answer(found, 1, "答一句"),
    ):
        with pytest.raises(Closed, match="withdrawn"):
            attempt()


def test_sending_again_after_a_withdrawal_gives_the_receipt_and_no_answers(storage: Storage):
    draft = begin(storage)
    receipt = storage.send(draft, response(DRAWN, TINY, TYPED))
    storage.dialogue.withdraw(storage.dialogue.find(receipt))
    assert storage.send(draft, response(DRAWN, TINY, TYPED)) == receipt
    assert storage.counts() == {}


def test_a_withdrawn_answer_is_not_on_the_disk(sqlite_url: str, tmp_path: Path):
    storage = open_storage(sqlite_url, secret=SECRET)
    new = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {"words": "a canary"}, ["words"])
    receipt = storage.send(begin(storage), new)
    storage.dialogue.withdraw(storage.dialogue.find(receipt))
    storage.forget_order()
    disk = b"".join(file.read_bytes() for file in tmp_path.glob("survey.sqlite*"))
    storage.close()
    assert b"withdrawn" in disk
    assert b"canary" not in disk


def test_a_fingerprint_is_that_of_these_answers_alone(storage: Storage):
    _, found = sends(storage)
    _, other = sends(storage)
    first = storage.dialogue.sent(found).fingerprint
    storage.dialogue.add(found, "补一句")
    storage.forget_sealed(["tiny"], LATER)
    assert storage.dialogue.sent(found).fingerprint == first
    assert storage.dialogue.sent(other).fingerprint != first
    with storage.engine.begin() as connection:
        connection.execute(text("UPDATE responses SET answers = '{}'"))
    assert storage.dialogue.sent(found).fingerprint != first


def test_a_resume_code_opens_an_unsent_draft_and_the_database_holds_neither(storage: Storage):
    draft = begin(storage)
    storage.save_draft(draft, {"words": "打到一半"})
    assert storage.draft(draft).code is None
    code = storage.resume_code(draft)
    assert (len(code), set(code) <= set(CODE_SIGNS)) == (CODE_LENGTH, True)
    assert storage.resume_code(draft) == code == storage.draft(draft).code
    assert storage.resume(code) == storage.draft(draft)
    assert storage.resume("3" * CODE_LENGTH) is None
    assert code not in held(storage)
    assert draft not in held(storage)
    storage.send(draft, response(DRAWN, TINY, {"words": "打完了"}))
    assert storage.resume(code) is None
    with pytest.raises(NotFound):
        storage.resume_code(draft)


def test_codes_hold_more_than_eighty_bits():
    assert len(CODE_SIGNS) ** CODE_LENGTH > 2**80
    assert len(set(CODE_SIGNS)) == len(CODE_SIGNS)
    assert not set(CODE_SIGNS) & set("0O1IL5S2Z8B") - {"8"}


def test_an_earlier_release_finds_everything_but_the_words_that_came_after(storage: Storage):
    receipt, found = sends(storage)
    gone, withdrawn = sends(storage)
    draft = begin(storage)
    storage.save_draft(draft, {"words": "打到一半"})
    storage.resume_code(draft)
    storage.dialogue.add(found, "补一句")
    storage.dialogue.ask(found, "问一句")
    storage.dialogue.withdraw(withdrawn)
    downgrade(storage.engine, "0002")
    assert "补一句" not in held(storage)
    migrate(storage.engine)
    assert storage.draft(draft).answers == {"words": "打到一半"}
    assert storage.draft(draft).code is None
    assert storage.look_up(receipt).status == "received"
    assert (storage.look_up(gone).status, storage.look_up(gone).withdrawn) == ("withdrawn", None)
    assert storage.dialogue.withdrawals() == {}
    storage.dialogue.add(found, "又一句")
    assert [each.words for each in storage.dialogue.sent(found).additions] == ["又一句"]
