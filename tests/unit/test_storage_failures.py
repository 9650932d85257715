"""The disk is full, the database busy, read-only or away: 503 with words, the draft is intact, sending works later."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text

from survey_app.errors import StorageError
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.engine import make_engine, refuse_old_library
from tests.machinery.drawn import DAY, SECRET, campaign, question, questionnaire, response
from tests.machinery.postgres import Server

TINY = questionnaire(question("text", "words", max_length=20_000))
CAMPAIGN = campaign(TINY)
TYPED = {"words": "罚" * 20_000}


@pytest.fixture
def storage(empty_sqlite_url: str) -> Iterator[Storage]:
    opened = open_storage(empty_sqlite_url, secret=SECRET, busy_seconds=0.2)
    yield opened
    opened.close()


def begin(storage: Storage) -> str:
    draft = storage.start_draft("tiny", TINY.version, "web", "zh", consented=True, today=DAY).id
    storage.save_draft(draft, TYPED)
    return draft


def full() -> NewResponse:
    return response(CAMPAIGN, TINY, TYPED)


def refused_then_sent(storage: Storage, draft: str, mended: Callable[[], None], words: str) -> None:
    """Sending says `words` and leaves all as it was; once mended, the same sending works."""
    with pytest.raises(StorageError, match=words) as refused:
        storage.send(draft, full())
    assert refused.value.status == 503
    mended()
    kept = storage.draft(draft)
    assert kept is not None
    assert (kept.answers, kept.sent) == (TYPED, None)
    assert list(storage.responses()) == []
    assert storage.send(draft, full()) == storage.receipt_of(draft)
    assert storage.counts() == {"tiny": 1}


@contextmanager
def on_each_connection(storage: Storage, *pragmas: str) -> Iterator[None]:
    """Every connection has these PRAGMAs until the end of the block."""

    def set_up(connection, _record):
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    storage.close()
    event.listen(storage.engine, "connect", set_up)
    yield
    event.remove(storage.engine, "connect", set_up)
    storage.close()


def test_a_full_database_refuses_and_works_again_when_there_is_room(storage: Storage):
    draft = begin(storage)
    with storage.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    limit = on_each_connection(storage, f"max_page_count={pages}")
    limit.__enter__()
    assert storage.draft(draft) is not None, "reading works on a full disk"
    refused_then_sent(
        storage, draft, lambda: limit.__exit__(None, None, None), "disk of the database is full"
    )


def test_a_read_only_database_refuses_and_works_again(storage: Storage):
    draft = begin(storage)
    limit = on_each_connection(storage, "query_only=ON")
    limit.__enter__()
    refused_then_sent(storage, draft, lambda: limit.__exit__(None, None, None), "may not be written to")


def test_a_write_that_waits_too_long_is_told_so(storage: Storage):
    draft = begin(storage)
    other = storage.engine.execution_options(writes=True).connect()
    other.begin()
    refused_then_sent(storage, draft, other.close, "too busy")


def test_a_real_disk_that_fills_up(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("NO SMALL DISK: only root can mount one here")
    try:
        storage = open_storage(f"sqlite:///{disk / 'survey.sqlite'}", secret=SECRET)
        draft = begin(storage)
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(b"x" * 2**21)
        refused_then_sent(storage, draft, filler.unlink, "disk of the database is full")
        storage.close()
    finally:
        subprocess.run(["umount", disk], check=True)


LIMITED = """
import resource, sys
from tests.unit.test_storage_failures import *
storage = open_storage(sys.argv[1], secret=SECRET)
draft = begin(storage)
size = Path(make_url(sys.argv[1]).database + "-wal").stat().st_size
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
refused_then_sent(storage, draft, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)), "is not kept")
storage.close()
print("sent in the end")
"""


def test_a_file_that_may_not_grow(sqlite_url: str):
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, sqlite_url], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "sent in the end\n", ended.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_postgresql_away_and_back(postgresql_server: Server, postgresql_url: str):
    storage = open_storage(postgresql_url, secret=SECRET)
    name = make_url(postgresql_url).database
    draft = begin(storage)
    postgresql_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgresql_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def back() -> None:
        postgresql_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    refused_then_sent(storage, draft, back, "does not answer")
    storage.close()


def test_postgresql_that_ends_in_the_middle_keeps_nothing_half_done(
    postgresql_server: Server, postgresql_url: str
):
    storage = open_storage(postgresql_url, secret=SECRET)
    draft = begin(storage)

    @event.listens_for(storage.engine, "commit")
    def cut(connection):
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        postgresql_server.run(f"SELECT pg_terminate_backend({pid})")

    refused_then_sent(storage, draft, lambda: event.remove(storage.engine, "commit", cut), "does not answer")
    storage.close()


def test_postgresql_that_is_read_only(postgresql_server: Server, postgresql_url: str):
    storage = open_storage(postgresql_url, secret=SECRET)
    name = make_url(postgresql_url).database
    draft = begin(storage)
    postgresql_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    storage.close()

    def mend() -> None:
        postgresql_server.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        storage.close()

    refused_then_sent(storage, draft, mend, "may not be written to")
    storage.close()


def test_a_server_that_is_not_there_is_told_at_the_start(tmp_path: Path):
    with pytest.raises(StorageError, match="does not answer") as refused:
        open_storage(f"postgresql+psycopg://survey:pass-word@/none?host={tmp_path}", secret=SECRET)
    assert str(tmp_path) in refused.value.words
    assert "No such file or directory" in refused.value.words, "what the database says is told"
    assert "pass-word" not in refused.value.words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "SURVEY_DATABASE_URL names no file"),
        ("sqlite:///:memory:", "SURVEY_DATABASE_URL names no file"),
        ("mysql://localhost/survey", "SURVEY_DATABASE_URL names a mysql database"),
        ("what is this", "SURVEY_DATABASE_URL is no address"),
        ("postgresql://survey@localhost:port/survey", r"SURVEY_DATABASE_URL is no address.*sqlite:////"),
        ("sqlite:////dev/null/survey.db", "cannot be opened"),
    ],
)
def test_an_address_that_cannot_serve_says_why(url: str, words: str):
    with pytest.raises(StorageError, match=words):
        open_storage(url, secret=SECRET)


def test_a_file_that_is_no_database_is_told_at_the_start(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("尊敬的师傅" * 1000)
    with pytest.raises(
        StorageError, match=r"letter\.txt is damaged, or is no database\..*restore the backup"
    ):
        open_storage(f"sqlite:///{tmp_path / 'letter.txt'}", secret=SECRET)
    assert (tmp_path / "letter.txt").read_text().startswith("尊敬的师傅")


def test_a_file_that_is_damaged_further_in_is_named_with_the_way_back(storage: Storage, tmp_path: Path):
    storage.add(response(CAMPAIGN, TINY, TYPED) for _ in range(20))
    storage.forget_order()  # all of it is in the file by now
    storage.close()
    file = tmp_path / "survey.sqlite"
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(StorageError) as refused:
        list(storage.responses())
    assert f"{file} is damaged" in refused.value.words
    assert "docs/operator.md#backup" in refused.value.words
    assert "log" not in refused.value.words, "a file has none"


def test_a_short_secret_is_refused(sqlite_url: str):
    with pytest.raises(StorageError, match="too short"):
        open_storage(sqlite_url, secret=b"short")


def test_an_old_sqlite_library_is_refused_and_the_one_in_use_is_not():
    refuse_old_library((3, 51, 3))
    refuse_old_library((3, 53, 4))
    for old in [(3, 51, 2), (3, 40, 1), (3, 7, 0)]:
        with pytest.raises(StorageError, match="pysqlite3"):
            refuse_old_library(old)


def test_sqlite_is_set_up_so_that_what_is_acknowledged_is_on_the_disk(storage: Storage):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 200,
    }
    with storage.engine.connect() as connection:
        assert {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted} == wanted


def test_the_database_and_its_journal_are_for_their_owner_alone(storage: Storage, tmp_path: Path):
    begin(storage)
    files = sorted(tmp_path.glob("survey.sqlite*"))
    assert len(files) == 3
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_the_engine_made_by_hand_is_the_same(sqlite_url: str):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT sqlite_version()")).scalar_one() >= "3.51.3"
    engine.dispose()


def test_a_thread_that_writes_for_long_makes_others_busy_and_nobody_stays_out(storage: Storage):
    draft = begin(storage)
    inside, done = threading.Event(), threading.Event()

    def slowly() -> Iterator[NewResponse]:
        inside.set()
        done.wait(10)
        yield full()

    slow = threading.Thread(target=storage.add, args=(slowly(),))
    slow.start()
    inside.wait(10)
    began = time.monotonic()
    with pytest.raises(StorageError, match="too busy"):
        storage.save_draft(draft, {"words": "罚"})
    assert time.monotonic() - began < 5
    done.set()
    slow.join()
    storage.save_draft(draft, {"words": "罚"})
    assert storage.counts() == {"tiny": 1}


def test_threads_write_in_turn_and_none_of_them_finds_the_database_busy(sqlite_url: str):
    storage = open_storage(sqlite_url, secret=SECRET)

    @event.listens_for(storage.engine, "connect")
    def _never_wait(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    storage.engine.dispose()  # what is open already would wait
    written: list[str] = []

    def write() -> None:
        draft = begin(storage)
        for _ in range(20):
            storage.save_draft(draft, {"words": "罚"})
            written.append(draft)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    storage.close()
    assert len(written) == 160
