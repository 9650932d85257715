"""The audit log: rows are only added, whatever is changed shows, and several programs may write at once."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from survey_app.errors import StorageError
from survey_app.storage import Head, Sought, Storage, open_storage
from survey_app.storage.desk.audit import Audit
from survey_app.storage.receipts import Digests
from tests.machinery.drawn import SECRET
from tests.machinery.live_server import PROJECT

COLUMNS = ("number", "at", "person", "act", "subject", "details", "digest")
ACTS = 30
FREED = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["DROP TRIGGER audit_only_added ON audit"],
}

Rows = list[list[Any]]
Tampering = Callable[[random.Random, Rows], Rows]


def fill(storage: Storage, count: int = ACTS) -> None:
    for number in range(count):
        storage.audit.add(
            f"person-{number % 3}", ["looked at text", "exported"][number % 2], f"r{number}", n=number
        )


def owner(engine: Engine, *statements: str) -> None:
    """What somebody does who owns the database, but does not know the secret."""
    with engine.execution_options(writes=True).begin() as connection:
        for each in statements:
            connection.execute(text(each))


def rows(connection: Connection) -> Rows:
    found = connection.execute(text(f"SELECT {', '.join(COLUMNS)} FROM audit ORDER BY number"))
    return [list(row) for row in found]


def put(engine: Engine, new: Rows) -> None:
    """Make the log consist of these rows."""
    json = {"postgresql": "CAST(:details AS json)"}.get(engine.dialect.name, ":details")
    places = ", ".join(json if name == "details" else f":{name}" for name in COLUMNS)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM audit"))
        for row in new:
            values = dict(zip(COLUMNS, row, strict=True))
            if not isinstance(values["details"], str):
                values["details"] = str(values["details"]).replace("'", '"')
            connection.execute(text(f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({places})"), values)


def edited(chance: random.Random, log: Rows) -> Rows:
    row = chance.choice(log)
    column = chance.choice(["person", "act", "subject", "at", "details", "digest"])
    changed = {"at": "2021-01-01 00:00:00.000000", "details": '{"n": 99}', "digest": "0" * 64}
    row[COLUMNS.index(column)] = changed.get(column, "somebody else")
    return log


def deleted(chance: random.Random, log: Rows) -> Rows:
    log.pop(chance.randrange(len(log)))
    return log


def deleted_and_renumbered(chance: random.Random, log: Rows) -> Rows:
    left = deleted(chance, log)
    return [[number, *row[1:]] for number, row in enumerate(left, 1)]


def swapped(chance: random.Random, log: Rows) -> Rows:
    one, other = chance.sample(range(len(log)), 2)
    log[one][1:], log[other][1:] = log[other][1:], log[one][1:]
    return log


def inserted(chance: random.Random, log: Rows) -> Rows:
    at = chance.randrange(len(log) + 1)
    log.insert(at, [0, *chance.choice(log)[1:]])
    return [[number, *row[1:]] for number, row in enumerate(log, 1)]


def cut_off(chance: random.Random, log: Rows) -> Rows:
    return log[: -chance.randrange(1, len(log))]


def emptied(_: random.Random, __: Rows) -> Rows:
    return []


TAMPERINGS = (edited, deleted, deleted_and_renumbered, swapped, inserted, cut_off, emptied)


def test_a_log_that_nobody_touched_is_as_it_was_written(storage: Storage):
    fill(storage)
    assert storage.audit.verify() == []
    assert storage.audit.verify(storage.audit.head()) == []
    assert [each.number for each in storage.audit.each(Sought())] == list(range(1, ACTS + 1))


def test_whatever_is_said_is_kept_in_any_script_and_stays_verifiable(storage: Storage):
    said = {
        "words": "罚款 ＝SUM(1)",
        "broken": "a\0b\ud800c",
        "list": ["b", "a"],
        "none": None,
        "flag": True,
        "n": 10**12,
    }
    storage.audit.add("王芳", "看\0", "R’1\udfff", **said)
    storage.audit.add("", "", "")
    assert storage.audit.verify() == []
    (first, _) = storage.audit.each(Sought())
    assert first.person == "王芳"
    assert first.details["words"] == said["words"]


def test_the_program_itself_cannot_change_or_delete_an_act(storage: Storage):
    fill(storage, 2)
    for statement in ("UPDATE audit SET person = 'x'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="only added to"):
            owner(storage.engine, statement)
    assert storage.audit.verify() == []


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_tampering_by_the_owner_of_the_database_is_found_every_time(storage: Storage, tamper: Tampering):
    fill(storage)
    owner(storage.engine, *FREED[storage.engine.dialect.name])
    with storage.engine.connect() as connection:
        true = rows(connection)
    found = 0
    trials = 1 if tamper is emptied else 25
    for seed in range(trials):
        changed = tamper(random.Random(seed), [list(row) for row in true])
        assert changed != true
        put(storage.engine, changed)
        found += storage.audit.verify() != []
    assert found == trials
    put(storage.engine, true)
    assert storage.audit.verify() == []


def test_cutting_off_the_end_shows_even_where_the_count_was_lowered_with_it(storage: Storage):
    fill(storage)
    owner(
        storage.engine,
        *FREED[storage.engine.dialect.name],
        f"DELETE FROM audit WHERE number > {ACTS - 5}",
        "UPDATE audit_head SET acts = (SELECT max(number) FROM audit), "
        "last = (SELECT digest FROM audit ORDER BY number DESC LIMIT 1)",
    )
    (fault,) = storage.audit.verify()
    assert "acts after the last one are gone" in fault


def test_a_log_without_the_row_that_counts_is_not_whole(storage: Storage):
    fill(storage, 1)
    owner(storage.engine, "DELETE FROM audit_head")
    assert any("gone" in fault for fault in storage.audit.verify())


def test_an_emptied_log_shows_while_there_are_people(storage: Storage):
    storage.people.add("chief", "coordinator", None, "four dull words here", by="test")
    owner(
        storage.engine,
        *FREED[storage.engine.dialect.name],
        "DELETE FROM audit",
        "UPDATE audit_head SET acts = 0, last = '', digest = ''",
    )
    assert any("though there are people" in fault for fault in storage.audit.verify())


def test_an_old_copy_of_the_whole_database_shows_by_the_head_that_was_kept_elsewhere(tmp_path: Path):
    place = tmp_path / "now"
    storage = open_storage(f"sqlite:///{place}", secret=SECRET)
    fill(storage, 10)
    storage.close()
    shutil.copy(place, tmp_path / "old")
    storage = open_storage(f"sqlite:///{place}", secret=SECRET)
    fill(storage, 1)
    kept = Head.parse(f"{storage.audit.head()}\n")
    storage.close()
    old = open_storage(f"sqlite:///{tmp_path / 'old'}", secret=SECRET)
    assert old.audit.verify() == []
    assert any(str(kept) in fault for fault in old.audit.verify(kept))
    old.close()


@pytest.mark.parametrize("written", ["", "12", "x:00", "3:abc", "-1:" + "0" * 64])
def test_what_is_no_head_is_refused_with_words(written: str):
    with pytest.raises(StorageError, match="no head"):
        Head.parse(written)


def test_under_another_secret_no_act_stands(storage: Storage, database_url: str):
    fill(storage, 3)
    other = open_storage(database_url, secret=b"another secret of 32 bytes or more")
    assert len(other.audit.verify()) == 4
    other.close()


def spliced(tmp_path: Path) -> Storage:
    """Two logs that parted after act 5, under one secret; act 8 of one stands in the place of act 8 of the other."""
    first = open_storage(f"sqlite:///{tmp_path / 'one'}", secret=SECRET)
    fill(first, 5)
    first.close()
    shutil.copy(tmp_path / "one", tmp_path / "other")
    logs = [open_storage(f"sqlite:///{tmp_path / name}", secret=SECRET) for name in ("one", "other")]
    for person, log in zip(("a", "b"), logs, strict=True):
        for number in range(5):
            log.audit.add(person, "exported", f"r{number}")
    with logs[1].engine.connect() as connection:
        eighth = rows(connection)[7]
    owner(logs[0].engine, *FREED["sqlite"])
    with logs[0].engine.connect() as connection:
        put(logs[0].engine, [row if row[0] != 8 else eighth for row in rows(connection)])
    logs[1].close()
    return logs[0]


def test_an_act_from_another_history_shows_because_acts_stand_on_one_another(tmp_path: Path):
    storage = spliced(tmp_path)
    assert [fault.partition(" does")[0] for fault in storage.audit.verify()] == ["Act 8", "Act 9"]
    storage.close()


def test_a_twin_whose_acts_stand_on_nothing_misses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chained = Digests.audit
    monkeypatch.setattr(Digests, "audit", lambda self, before, content: chained(self, "", content))
    storage = spliced(tmp_path)
    assert storage.audit.verify() == []
    storage.close()


def test_a_twin_that_does_not_look_at_the_end_misses_what_was_cut_off(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    fill(storage)
    owner(storage.engine, *FREED[storage.engine.dialect.name], f"DELETE FROM audit WHERE number > {ACTS - 5}")
    assert storage.audit.verify() != []
    monkeypatch.setattr(Audit, "_end_faults", lambda *_: iter(()))
    assert storage.audit.verify() == []


WRITING = """
import sys
from survey_app.storage import open_storage
storage = open_storage(sys.argv[1], secret=sys.argv[2].encode())
for number in range(40):
    storage.audit.add(sys.argv[3], "exported", f"r{number}")
storage.close()
"""


def test_two_programs_that_write_at_once_make_one_log(storage: Storage, database_url: str):
    command = [sys.executable, "-c", WRITING, database_url, SECRET.decode()]
    programs = [subprocess.Popen([*command, name], cwd=PROJECT) for name in ("one", "two")]
    assert [program.wait(120) for program in programs] == [0, 0]
    acts = list(storage.audit.each(Sought()))
    assert [act.number for act in acts] == list(range(1, 81))
    for name in ("one", "two"):
        assert [act.subject for act in acts if act.person == name] == [f"r{number}" for number in range(40)]
    assert storage.audit.verify() == []


def test_a_change_that_fails_leaves_no_act_behind(storage: Storage):
    storage.people.add("chief", "coordinator", None, "four dull words here", by="test")
    with pytest.raises(Exception, match="last coordinator"):
        storage.people.change("chief", role="observer", group=None, active=True, by="chief")
    assert storage.audit.head().count == 1


def test_acts_are_found_by_person_act_and_day_a_page_at_a_time(storage: Storage):
    fill(storage, 12)
    (today,) = {each.at.date() for each in storage.audit.each(Sought())} or {None}
    mine = Sought("person-0", "exported", today)
    assert [each.number for each in storage.audit.page(mine, None, 10)] == [10, 4]
    assert storage.audit.count(mine) == 2
    assert [each.number for each in storage.audit.page(Sought(), 5, 3)] == [4, 3, 2]
    assert storage.audit.count(Sought(day=today.replace(year=2001))) == 0
