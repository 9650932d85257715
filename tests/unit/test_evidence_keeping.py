"""Files are kept sealed, belong to whoever brought them, and leave with their draft or their response."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import text

from survey_app.errors import CampaignError, Closed, NotFound, StorageError, SurveyError
from survey_app.storage import EvidenceFile, NewResponse, Storage, TooManyFiles, open_storage
from survey_app.storage.sealedfiles import SETTLED_SECONDS, SealedFiles
from tests.machinery.drawn import DAY, SECRET, campaign, question, questionnaire, response

KEY = pyrage.x25519.Identity.generate()
TINY = questionnaire(question("text", "words"), question("image", "photo", max_files=3))
CAMPAIGN = campaign(TINY, identity=KEY)
RECIPIENTS = [str(KEY.to_public())]
CANARY = b"a photo of the notice that nobody here may see"
NOBODYS = "0" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def storage(database_url: str, folder: Path) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET, evidence=folder)
    yield opened
    opened.close()


def begin(storage: Storage, today: date = DAY) -> str:
    return storage.start_draft("tiny", TINY.version, "web", "zh", consented=True, today=today).id


def add(storage: Storage, draft: str, content: bytes = CANARY, most: int = 3, **more: Any) -> str:
    given = {"recipients": RECIPIENTS, "most": most, "today": DAY} | more
    return storage.evidence.keep(draft, "photo", "jpg", content, **given)


def send(storage: Storage, draft: str, *names: str) -> str:
    storage.send(draft, response(CAMPAIGN, TINY, {"photo": list(names)} if names else {}))
    return next(
        iter({each.id for each in storage.responses() if each.answers.get("photo", []) == list(names)})
    )


def on_disk(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()} if folder.is_dir() else set()


def rows(storage: Storage) -> set[str]:
    with storage.engine.connect() as connection:
        return set(connection.execute(text("SELECT name FROM evidence")).scalars())


def test_a_file_is_sealed_under_a_random_name_for_one_user_alone(storage: Storage, folder: Path):
    draft = begin(storage)
    name = add(storage, draft)
    assert storage.evidence.of_draft(draft) == (EvidenceFile(name, "photo", 1, "jpg", len(CANARY), DAY),)
    (path,) = folder.iterdir()
    assert path.name == f"{name}.age"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert CANARY not in path.read_bytes()
    assert pyrage.decrypt(storage.evidence.files.read(name), [KEY]) == CANARY


def test_the_files_go_with_the_response_and_nothing_leads_back_to_the_draft(storage: Storage):
    draft = begin(storage)
    names = [add(storage, draft, content) for content in (b"one", b"two")]
    sender = send(storage, draft, *names)
    sent = storage.evidence.sent(sender)
    assert [(each.response_id, each.questionnaire, each.file.name, each.file.number) for each in sent] == [
        (sender, "tiny", name, number) for number, name in enumerate(names, 1)
    ]
    assert storage.evidence.of_draft(draft) == ()
    with storage.engine.connect() as connection:
        kept = connection.execute(text("SELECT draft, fingerprint FROM evidence")).all()
    assert {tuple(row) for row in kept} == {(None, None)}


def test_a_file_that_is_not_among_the_answers_is_deleted_when_they_are_sent(storage: Storage, folder: Path):
    draft = begin(storage)
    wanted, forgotten = add(storage, draft, b"one"), add(storage, draft, b"two")
    send(storage, draft, wanted)
    assert on_disk(folder) == rows(storage) == {wanted}
    assert forgotten != wanted


def test_somebody_elses_file_cannot_be_sent_removed_or_made_up(storage: Storage, folder: Path):
    mine, other = begin(storage), begin(storage)
    theirs = add(storage, other)
    for name in (theirs, NOBODYS):
        with pytest.raises(SurveyError, match="Nothing was sent"):
            storage.send(mine, response(CAMPAIGN, TINY, {"photo": [name]}))
    storage.evidence.remove(mine, theirs)
    storage.evidence.remove(mine)
    assert storage.counts() == {}
    assert storage.draft(mine).sent is None
    assert [file.name for file in storage.evidence.of_draft(other)] == [theirs]
    assert on_disk(folder) == {theirs}
    assert send(storage, other, theirs)
    again = begin(storage)
    with pytest.raises(SurveyError, match="Nothing was sent"):
        storage.send(again, response(CAMPAIGN, TINY, {"photo": [theirs]}))


def test_a_person_removes_one_file_and_its_number_is_free_again(storage: Storage, folder: Path):
    draft = begin(storage)
    first, second = add(storage, draft, b"one"), add(storage, draft, b"two")
    storage.evidence.remove(draft, first)
    assert on_disk(folder) == {second}
    third = add(storage, draft, b"three")
    assert [(file.number, file.name) for file in storage.evidence.of_draft(draft)] == [
        (1, third),
        (2, second),
    ]
    storage.evidence.remove(draft)
    assert on_disk(folder) == rows(storage) == set()


def test_the_same_photo_twice_is_one_and_one_too_many_is_refused(storage: Storage, folder: Path):
    draft = begin(storage)
    assert add(storage, draft) == add(storage, draft)
    assert len(on_disk(folder)) == 1
    add(storage, draft, b"two", most=2)
    with pytest.raises(TooManyFiles):
        add(storage, draft, b"three", most=2)
    assert on_disk(folder) == rows(storage)
    assert len(on_disk(folder)) == 2
    assert add(storage, begin(storage)) not in {file.name for file in storage.evidence.of_draft(draft)}


def test_eight_photos_at_the_same_moment_are_counted_one_by_one(storage: Storage, folder: Path):
    draft = begin(storage)

    def add_one(number: int) -> str:
        try:
            return add(storage, draft, b"%d" % (number // 2))
        except TooManyFiles:
            return ""

    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(add_one, range(8))) - {""}
    files = storage.evidence.of_draft(draft)
    assert {file.number for file in files} == {1, 2, 3}
    assert {file.name for file in files} == names == on_disk(folder)


def test_where_there_is_no_open_draft_or_nobody_to_seal_to_nothing_is_kept(storage: Storage, folder: Path):
    sent = begin(storage)
    send(storage, sent)
    with pytest.raises(Closed):
        add(storage, sent)
    with pytest.raises(NotFound):
        add(storage, NOBODYS)
    with pytest.raises(CampaignError, match="recipients"):
        add(storage, begin(storage), recipients=[])
    assert on_disk(folder) == rows(storage) == set()


def test_files_leave_with_their_draft_with_their_response_and_after_their_time(
    storage: Storage, folder: Path
):
    expired, withdrawn, old = begin(storage, DAY - timedelta(days=90)), begin(storage), begin(storage)
    names = {draft: add(storage, draft) for draft in (expired, withdrawn, old)}
    assert storage.purge_expired_drafts(DAY) == 1
    assert rows(storage) == {names[withdrawn], names[old]}
    sender = send(storage, withdrawn, names[withdrawn])
    assert storage.evidence.drop(sender) == 1
    assert on_disk(folder) == {names[expired], names[old]}
    send(storage, old, names[old])
    assert storage.forget_sealed(["tiny"], DAY) == 0
    assert storage.forget_sealed(["tiny"], DAY + timedelta(days=1)) == 1
    assert rows(storage) == set()
    assert {each.answers["photo"][0] for each in storage.responses()} == {names[withdrawn], names[old]}


def test_the_daily_sweep_removes_what_has_no_row_and_forgets_when_the_rest_came(
    storage: Storage, folder: Path
):
    draft = begin(storage, DAY - timedelta(days=90))
    gone = add(storage, draft)
    kept = add(storage, begin(storage), b"two")
    storage.purge_expired_drafts(DAY)
    fresh = SealedFiles(folder)
    fresh.write(NOBODYS, b"about to get its row")
    assert storage.evidence.sweep() == 0, "what is young may be about to get its row"
    long_ago = folder.stat().st_mtime - SETTLED_SECONDS - 60
    (folder / "half.part").write_bytes(b"half")
    for name in (f"{gone}.age", "half.part"):
        os.utime(folder / name, (long_ago, long_ago))
    assert storage.evidence.sweep() == 2
    assert on_disk(folder) == {kept, NOBODYS}
    assert (folder / f"{kept}.age").stat().st_mtime == 0
    assert pyrage.decrypt(storage.evidence.files.read(kept), [KEY]) == b"two"
    assert storage.evidence.sweep() == 0


def test_only_the_day_is_known_of_a_file_and_the_table_is_in_no_order_of_arrival(
    sqlite_url: str, folder: Path
):
    storage = open_storage(sqlite_url, secret=SECRET, evidence=folder)
    names = [add(storage, begin(storage), b"%d" % number) for number in range(60)]
    storage.evidence.sweep()
    with storage.engine.connect() as connection:
        scanned = list(connection.execute(text("SELECT name FROM evidence NOT INDEXED")).scalars())
    assert scanned == sorted(names) != names
    assert {path.stat().st_mtime for path in folder.iterdir()} == {0}
    storage.close()


def test_a_name_that_is_a_path_is_no_name(tmp_path: Path):
    for name in ("../secret", "/etc/passwd", "a" * 31, "A" * 32, f"{NOBODYS}\n", ""):
        with pytest.raises(ValueError, match="32"):
            SealedFiles(tmp_path).place(name)


def test_without_a_folder_words_say_that_no_file_can_be_kept(sqlite_url: str):
    storage = open_storage(sqlite_url, secret=SECRET)
    with pytest.raises(StorageError, match="without a folder"):
        add(storage, begin(storage))
    assert storage.evidence.sweep() == 0
    storage.close()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from survey_app.errors import StorageError
from survey_app.storage import open_storage

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
url, folder, recipient = sys.argv[1:]
storage = open_storage(url, secret=b"a secret that only the tests have", evidence=Path(folder))
draft = storage.start_draft("tiny", "v", "web", "zh", consented=True).id
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
try:
    storage.evidence.keep(draft, "photo", "jpg", bytes(3_000_000), recipients=[recipient], most=3)
except StorageError as error:
    print(error.words)
print(list(Path(folder).iterdir()), storage.evidence.of_draft(draft))
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
storage.evidence.keep(draft, "photo", "jpg", bytes(3_000_000), recipients=[recipient], most=3)
print(len(list(Path(folder).iterdir())), len(storage.evidence.of_draft(draft)))
"""


def test_a_disk_that_is_full_halfway_leaves_nothing_half_and_takes_the_file_later(
    sqlite_url: str, folder: Path
):
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    command = [sys.executable, "-c", FULL_DISK, sqlite_url, str(folder), RECIPIENTS[0]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert "could not be kept" in said[0]
    assert said[1:] == ["[] ()", "1 1"]


def test_where_the_row_cannot_be_written_the_file_is_not_left_alone(storage: Storage, folder: Path):
    draft = begin(storage)
    add(storage, draft)
    with storage.engine.begin() as connection:
        connection.execute(text("ALTER TABLE evidence RENAME TO elsewhere"))
    with pytest.raises(StorageError):
        add(storage, draft, b"two")
    assert len(on_disk(folder)) == 1
    with storage.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO evidence"))


def test_a_response_that_comes_by_another_door_brings_no_files(storage: Storage):
    new = NewResponse.of(
        CAMPAIGN, TINY, {"words": "罚款"}, ["words"], channel="import", language="zh", date=DAY
    )
    assert new.files == ()
    assert storage.add([new]) == 1
