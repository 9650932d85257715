"""Who may sign in at the desk: passwords, codes, delays, sessions, rights, on either database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from argon2 import PasswordHasher
from pyotp import TOTP
from sqlalchemy import event, text

from survey_app.errors import StorageError, SurveyError
from survey_app.storage import Held, Refused, Sought, Storage, open_storage
from survey_app.storage.desk import codes, passwords
from survey_app.storage.desk.attempts import FREE, LONGEST_HOLD
from tests.machinery.clock import Clock
from tests.machinery.drawn import SECRET

PASSWORD = "four dull words here"
OTHER = "another four dull words"
RANK = "a wrong one for sure"
EVERYTHING = Sought()


@pytest.fixture
def storage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    opened = open_storage(database_url, secret=SECRET)
    opened.people.add("chief", "coordinator", None, PASSWORD, by="test")
    opened.people.add("li.wei", "researcher", "east", PASSWORD, by="test")
    yield opened
    opened.close()


def everything(storage: Storage) -> str:
    """All rows of the desk's tables as text."""
    tables = ("people", "attempts", "recovery_codes", "sessions", "audit", "audit_head")
    with storage.engine.connect() as connection:
        return "\n".join(
            str(row) for name in tables for row in connection.execute(text(f"SELECT * FROM {name}"))
        )


def wrong(storage: Storage, name: str, times: int) -> None:
    for _ in range(times):
        assert storage.people.check_password(name, RANK) is None


def enrolled(storage: Storage, name: str = "li.wei") -> tuple[TOTP, list[str]]:
    """Somebody with codes; gives what the phone has, and the list."""
    secret = storage.people.offered_secret("token of a browser")
    given = storage.people.enrol(name, secret, TOTP(secret).at(time.time()))
    assert given is not None
    return TOTP(secret), given


def test_a_password_is_kept_as_an_argon2id_hash_of_real_cost(tmp_path):
    storage = open_storage(f"sqlite:///{tmp_path / 'real'}", secret=SECRET)
    storage.people.add("chief", "coordinator", None, PASSWORD, by="test")
    told = everything(storage)
    assert "$argon2id$v=19$m=65536,t=3," in told
    assert PASSWORD not in told
    storage.close()


def test_a_hash_of_an_earlier_cost_is_made_anew_when_the_password_is_known(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", dearer)
    assert "m=16,t=2" not in everything(storage)
    assert storage.people.check_password("li.wei", PASSWORD) is not None
    assert everything(storage).count("m=16,t=2") == 1
    assert storage.people.check_password("li.wei", PASSWORD) is not None


def test_the_right_password_finds_the_person_whatever_the_capitals_of_the_name(storage: Storage):
    assert storage.people.check_password(" LI.Wei ", PASSWORD) == storage.people.find("li.wei")
    assert storage.people.check_password("li.wei", PASSWORD.upper()) is None
    assert storage.people.check_password("nobody", PASSWORD) is None


def test_who_may_not_sign_in_any_more_is_answered_like_nobody(storage: Storage):
    storage.people.change("li.wei", role="researcher", group="east", active=False, by="chief")
    assert storage.people.check_password("li.wei", PASSWORD) is None


def test_waiting_grows_with_wrong_attempts_and_ends_after_a_quarter_of_an_hour(
    storage: Storage, clock: Clock
):
    wrong(storage, "li.wei", FREE)
    waits = []
    for _ in range(14):
        with pytest.raises(Held) as held:
            storage.people.check_password("li.wei", PASSWORD)
        waits.append(held.value.seconds)
        clock.later(held.value.seconds)
        wrong(storage, "li.wei", 1)
    assert waits == pytest.approx(
        [min(2**each, LONGEST_HOLD) for each in range(14)], abs=2
    )  # the clock runs on
    clock.later(LONGEST_HOLD)
    assert storage.people.check_password("li.wei", PASSWORD) is not None


def test_waiting_is_for_one_name_and_for_names_that_nobody_has_as_well(storage: Storage, clock: Clock):
    for name in ("li.wei", "nobody"):
        wrong(storage, name, FREE)
        for _ in range(6):  # a wait is twice the one before, and a slow machine does not outlast the last one
            clock.later(60)
            wrong(storage, name, 1)
        with pytest.raises(Held):
            storage.people.check_password(name, PASSWORD)
    assert storage.people.check_password("chief", PASSWORD) is not None
    assert "nobody" not in everything(storage)


def test_a_right_password_does_not_wipe_out_wrong_codes(storage: Storage):
    enrolled(storage)
    for _ in range(FREE):
        assert storage.people.check_password("li.wei", PASSWORD) is not None
        assert not storage.people.check_code("li.wei", "000 000")
    with pytest.raises(Held):
        storage.people.check_code("li.wei", "000000")
    with pytest.raises(Held):
        storage.people.check_password("li.wei", PASSWORD)


def test_many_attempts_at_the_same_moment_gain_nothing(storage: Storage, clock: Clock):
    def attempt(_: int) -> bool:
        try:
            storage.people.check_password("li.wei", RANK)
        except Held:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        looked_at = sum(threads.map(attempt, range(24)))
    assert FREE <= looked_at <= FREE + 4  # while they run, seconds pass, after which one more is looked at


def test_a_name_that_somebody_has_and_one_that_nobody_has_are_the_same_work(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept.rpartition("$")[0].rpartition("$")[0])  # the cost, without salt and hash
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    work: dict[str, list[str]] = {}
    for name in ("li.wei", "nobody"):
        statements = work.setdefault(name, [])
        listener = lambda *told, said=statements: said.append(told[2])  # noqa: E731
        event.listen(storage.engine, "before_cursor_execute", listener)
        wrong(storage, name, 2)
        event.remove(storage.engine, "before_cursor_execute", listener)
    assert work["li.wei"] == work["nobody"]
    assert len(work["nobody"]) >= 2
    assert len(verified) == 4
    assert len(set(verified)) == 1


def test_attempts_of_yesterday_are_forgotten(storage: Storage, clock: Clock):
    wrong(storage, "li.wei", FREE)
    clock.later(86_401)
    storage.people.forget_old_attempts()
    wrong(storage, "li.wei", FREE)


def test_a_clock_that_was_set_back_keeps_nobody_out_for_longer(storage: Storage, clock: Clock):
    wrong(storage, "li.wei", FREE)
    clock.is_set(-86_400)
    with pytest.raises(Held) as held:
        storage.people.check_password("li.wei", PASSWORD)
    assert held.value.seconds <= LONGEST_HOLD


def test_a_code_is_taken_once_and_never_an_earlier_one_again(storage: Storage, clock: Clock):
    phone, _ = enrolled(storage)
    now = time.time()
    assert not storage.people.check_code("li.wei", phone.at(now)), "the one that was typed at setting up"
    assert storage.people.check_code("li.wei", phone.at(now + 30)), (
        "the clock of the phone is half a minute fast"
    )
    assert not storage.people.check_code("li.wei", phone.at(now + 30))
    clock.later(31)
    assert not storage.people.check_code("li.wei", phone.at(now))
    clock.later(60)
    assert storage.people.check_code("li.wei", phone.at(time.time() - 30)), "it is slow"
    assert not storage.people.check_code("li.wei", phone.at(time.time() + 90)), "too fast"


def test_one_code_at_the_same_moment_lets_in_one(storage: Storage, clock: Clock):
    phone, _ = enrolled(storage)
    clock.later(60)
    code = phone.at(time.time())

    def take(_: int) -> bool:
        return storage.people.check_code("li.wei", code)

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(take, range(4))) == 1


def test_a_wrong_code_sets_up_nothing(storage: Storage):
    secret = storage.people.offered_secret("token")
    right = TOTP(secret).at(time.time())
    other = f"{(int(right) + 1) % 1_000_000:06}"
    assert storage.people.enrol("li.wei", secret, other) is None
    assert not storage.people.find("li.wei").has_codes


def test_each_recovery_code_works_once_for_its_owner_alone(storage: Storage):
    _, given = enrolled(storage)
    enrolled(storage, "chief")
    assert len(set(given)) == codes.RECOVERY_CODES
    assert not storage.people.check_code("chief", given[0])
    spaced = f" {given[0][:4]}-{given[0][4:8]} {given[0][8:].lower()}"
    assert storage.people.check_code("li.wei", spaced)
    assert not storage.people.check_code("li.wei", given[0])
    assert storage.people.recovery_codes_left("li.wei") == codes.RECOVERY_CODES - 1
    renewed = storage.people.new_recovery_codes("li.wei")
    assert not storage.people.check_code("li.wei", given[1])
    assert storage.people.check_code("li.wei", renewed[1])


def test_the_database_tells_no_code_no_secret_and_no_token(storage: Storage):
    phone, given = enrolled(storage)
    token = storage.sessions.begin("li.wei", "whole")
    told = everything(storage)
    for secret in (phone.secret, token, *given):
        assert secret not in told


def test_a_secret_moved_to_another_persons_row_does_not_open(storage: Storage):
    enrolled(storage)
    moved = "UPDATE people SET totp = (SELECT totp FROM people WHERE name = 'li.wei') WHERE name = 'chief'"
    with storage.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(moved))
    with pytest.raises(StorageError, match="damaged"):
        storage.people.check_code("chief", "123456")


def test_a_session_is_over_when_nobody_was_there_for_half_an_hour(storage: Storage, clock: Clock):
    token = storage.sessions.begin("li.wei", "whole")
    for _ in range(3):
        clock.later(29 * 60)
        assert storage.sessions.find(token).person.name == "li.wei"
    clock.later(30 * 60)
    assert storage.sessions.find(token) is None


def test_a_session_is_over_after_twelve_hours_however_busy(storage: Storage, clock: Clock):
    token = storage.sessions.begin("li.wei", "whole")
    for _ in range(35):
        clock.later(20 * 60)
        assert storage.sessions.find(token) is not None
    clock.later(20 * 60)
    assert storage.sessions.find(token) is None
    storage.sessions.forget_old()
    with storage.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 0


def test_tokens_that_were_not_given_open_nothing(storage: Storage):
    token = storage.sessions.begin("li.wei", "whole")
    forged = [token[:-1], token + "A", token.swapcase(), "", "0" * len(token), "\N{SNOWMAN}", "'; --"]
    assert [storage.sessions.find(each) for each in forged] == [None] * len(forged)


CHANGES: dict[str, Any] = {
    "another role": lambda people: people.change(
        "li.wei", role="observer", group=None, active=True, by="chief"
    ),
    "another group": lambda people: people.change(
        "li.wei", role="researcher", group="west", active=True, by="chief"
    ),
    "no right to sign in": lambda people: people.change(
        "li.wei", role="researcher", group="east", active=False, by="chief"
    ),
    "another password": lambda people: people.set_password("li.wei", OTHER, by="li.wei"),
    "a password from the coordinator": lambda people: people.set_password("li.wei", OTHER, by="chief"),
    "codes taken away": lambda people: people.forget_codes("li.wei", by="chief"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_sessions_end_everywhere_when_something_changes_and_nobody_elses(storage: Storage, change: str):
    enrolled(storage)
    tokens = [storage.sessions.begin("li.wei", "whole") for _ in range(2)]
    mine = storage.sessions.begin("chief", "whole")
    CHANGES[change](storage.people)
    assert [storage.sessions.find(token) for token in tokens] == [None, None]
    assert storage.sessions.find(mine) is not None


def test_a_change_that_changes_nothing_ends_nothing(storage: Storage):
    token = storage.sessions.begin("li.wei", "whole")
    storage.people.change("li.wei", role="researcher", group="east", active=True, by="chief")
    assert storage.sessions.find(token) is not None


def test_the_last_coordinator_stays(storage: Storage):
    for role, active in (("observer", True), ("coordinator", False)):
        with pytest.raises(Refused, match="last coordinator"):
            storage.people.change("chief", role=role, group=None, active=active, by="chief")
    assert storage.people.find("chief").role == "coordinator"


def test_two_coordinators_who_remove_each_other_leave_one(storage: Storage):
    storage.people.add("deputy", "coordinator", None, PASSWORD, by="chief")

    def remove(name: str) -> None:
        with suppress(SurveyError):
            storage.people.change(name, role="coordinator", group=None, active=False, by="test")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(remove, ["chief", "deputy"]))
    assert any(each.active for each in storage.people.everybody() if each.role == "coordinator")


@pytest.mark.parametrize(
    "name", ["", " ", "two words", "a" * 65, "semi;colon", "<b>", "li.wei", "LI.WEI", "x\0"]
)
def test_names_that_are_none_or_taken_are_refused(storage: Storage, name: str):
    with pytest.raises(Refused):
        storage.people.add(name, "observer", None, PASSWORD, by="chief")


def test_a_name_may_be_chinese_and_only_a_researcher_has_a_group(storage: Storage):
    added = storage.people.add("王芳", "observer", "east", PASSWORD, by="chief")
    assert (added.name, added.group) == ("王芳", None)
    assert storage.people.check_password("王芳", PASSWORD) is not None


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abcdefghijklm",
        "121212121212",
        "123456789012",
        "qwertyuiopas",
        "passwordpassword",
        "P@ssw0rd2026",
        "19871203198712",
        "zhangsan123456",
        "我爱你我爱你我爱你我爱你",
        "administrator1",
        "li.wei.li.wei",
        "li.wei-2026!!",
        "LiWei LiWei 88",
        "sichuan-2021-2021",
        "w" * 200,
    ],
)
def test_passwords_that_are_tried_first_are_known(password: str):
    assert passwords.is_guessable(password, ["li.wei", "sichuan-2021"])


@pytest.mark.parametrize(
    "password", ["four dull words here", "马铃薯 铁路 星期三 窗户", "tudou tielu xingqisan", "kq7vz-mhx3w-pd"]
)
def test_passwords_of_words_that_have_nothing_to_do_with_each_other_will_do(password: str):
    assert not passwords.is_guessable(password, ["li.wei", "sichuan-2021"])


def test_drawn_passwords_are_all_different_and_good_enough():
    drawn = {passwords.drawn() for _ in range(200)}
    assert len(drawn) == 200
    assert not any(passwords.is_guessable(each, ["li.wei"]) for each in drawn)


def test_all_that_people_do_to_people_is_in_the_log(storage: Storage):
    wrong(storage, "li.wei", 1)
    wrong(storage, "nobody", 1)
    _, given = enrolled(storage)
    storage.people.check_code("li.wei", given[0])
    token = storage.sessions.begin("li.wei", "whole")
    storage.sessions.end(token, "li.wei")
    for change in CHANGES.values():
        change(storage.people)
    told = [(each.person, each.act, each.subject) for each in storage.audit.each(EVERYTHING)]
    assert told == [
        ("test", "person added", "chief"),
        ("test", "person added", "li.wei"),
        ("", "sign-in refused", "li.wei"),
        ("", "sign-in refused", ""),
        ("li.wei", "codes set up", "li.wei"),
        ("li.wei", "recovery code used", "li.wei"),
        ("li.wei", "signed in", "li.wei"),
        ("li.wei", "signed out", "li.wei"),
        *[("chief", "rights changed", "li.wei")] * 3,
        ("li.wei", "password changed", "li.wei"),
        ("chief", "password changed", "li.wei"),
        ("chief", "codes taken away", "li.wei"),
    ]
    assert storage.audit.verify() == []
