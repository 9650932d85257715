"""Batches say what the database says: whatever is sent, withdrawn, asked anew, folded and damaged, in any order."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.errors import StorageError
from survey_app.storage import Folded, StoredResponse, open_storage
from survey_app.storage.batches.folder import ENDING, READING, _known
from survey_app.storage.batches.memory import Memory
from survey_app.storage.wordings import wordings
from survey_app.tabulation import Catalogue, ask
from tests.machinery.drawn import DAY, SECRET
from tests.machinery.folded import differences
from tests.machinery.happenings import CAMPAIGNS, LATER, LONG, RECIPIENTS, TINY, Walk, sent, walked


@pytest.mark.parametrize("seed", range(3))
def test_parts_say_what_the_database_says_whatever_happens(database_url: str, tmp_path: Path, seed: int):
    lot = random.Random(seed)
    walked(Walk(database_url, tmp_path / "frames", lot), lot.choices(Walk.STEPS, k=30))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(Walk.STEPS), min_size=8, max_size=16), st.integers(0, 2**32))
def test_no_few_steps_are_found_after_which_they_differ(steps: list[Callable[[Walk], None]], seed: int):
    with TemporaryDirectory() as folder:
        lot = random.Random(seed)
        walked(Walk(f"sqlite:///{folder}/survey.sqlite", Path(folder) / "frames", lot), steps)


@pytest.fixture
def walk(database_url: str, tmp_path: Path) -> Iterator[Walk]:
    made = Walk(database_url, tmp_path / "frames", random.Random(5))
    yield made
    made.storage.close()


def read_back(walk: Walk, monkeypatch: pytest.MonkeyPatch, columns: set[str]) -> list[str]:
    """The ids of the responses that a table of these columns reads from the database."""
    read: list[str] = []
    by_ids = walk.storage.batches._by_ids

    def watched(ids: Sequence[str], *more: Any, **named: Any) -> Iterator[StoredResponse]:
        read.extend(ids)
        return by_ids(ids, *more, **named)

    monkeypatch.setattr(walk.storage.batches, "_by_ids", watched)
    list(walk.storage.parts(walk.campaign, "tiny").map(len, columns))
    monkeypatch.undo()
    return read


def folded(walk: Walk, count: int) -> None:
    """So many answers to the first version, all of them in batches."""
    walk.storage.add(sent(met=["cash"], times=number % 3) for number in range(count))
    assert walk.storage.batches.fold(walk.campaign, date.max).taken == count


def test_what_is_folded_is_read_from_files_and_what_is_new_from_the_database(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
):
    folded(walk, 12)
    assert read_back(walk, monkeypatch, {"role:issue", "_flags"}) == []
    walk.storage.add([sent(met=["tone"])])
    assert len(read_back(walk, monkeypatch, {"role:issue", "_flags"})) == 1
    walk.check(all_=True)


def test_after_a_new_version_only_what_it_changed_is_read_from_the_database_until_the_next_fold(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
):
    folded(walk, 12)
    walk.publish()  # more issues, a choice between the others, new questions
    walk.storage.add([sent(1, met=["sign"], verdict="good", more=LONG)])
    for columns in (
        {"times"},
        {"role:region", "_flags"},
        {"role:satisfaction"},
        {"verdict", "more"},
        {"yuan"},
    ):
        assert len(read_back(walk, monkeypatch, columns)) == 1, columns
    for columns in ({"fined"}, {"met"}, {"role:issue"}):
        assert len(read_back(walk, monkeypatch, columns)) == 13, columns
    walk.publish()  # a number becomes words
    assert len(read_back(walk, monkeypatch, {"times"})) == 13
    assert len(read_back(walk, monkeypatch, {"yuan"})) == 1
    walk.check(all_=True)
    assert walk.storage.batches.fold(walk.campaign, DAY).mended == 2
    assert len(read_back(walk, monkeypatch, {"times", "fined", "met", "role:issue"})) == 1
    walk.check(all_=True)


def words_in(folder: Path) -> bytes:
    tables = [pq.read_table(file, partitioning=None) for file in folder.glob(f"*{ENDING}")]
    return b"".join(repr(table.to_pydict()).encode() for table in tables)


@pytest.mark.parametrize("how", [Walk.withdraw, Walk.exclude, Walk.delete])
def test_who_withdraws_is_gone_from_tables_at_once_and_from_files_at_the_next_thorough_fold(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, how: Callable[[Walk], None]
):
    folded(walk, 12)
    before = {response.id for response in walk.storage.responses()}
    how(walk)
    (gone,) = before - {response.id for response in walk.storage.responses()}
    assert len(walk.storage.parts(walk.campaign, "tiny")) == 11
    assert read_back(walk, monkeypatch, {"role:issue", "_flags"}) == []
    walk.check(all_=True)
    assert gone.encode() in words_in(walk.folder)
    walk.storage.batches.fold(walk.campaign, DAY, thorough=True)
    assert gone.encode() not in words_in(walk.folder)
    walk.check(all_=True)


def test_a_file_that_somebody_still_reads_stays_until_a_fold_after_that(walk: Walk):
    folded(walk, 12)
    for file in walk.folder.glob(f"*{ENDING}"):
        os.utime(file, (0, 0))  # it was written long ago
    parts = walk.storage.parts(walk.campaign, "tiny")
    walk.withdraw()
    walk.storage.batches.fold(walk.campaign, DAY, thorough=True)
    walk.storage.batches.fold(walk.campaign, DAY, thorough=True)
    assert sum(parts.map(len, {"met"})) == 12, "as things were when it began"
    del parts
    assert walk.storage.batches.fold(walk.campaign, DAY).removed == 1
    assert len(list(walk.folder.glob(f"*{ENDING}"))) == 2


def test_of_a_version_that_nobody_knows_nothing_is_known_of_later_questions_either(walk: Walk):
    walk.storage.add([replace(sent(), version="unheard-of"), sent()])
    walk.storage.batches.fold(walk.campaign, LATER)
    walk.publish()
    walk.check(all_=True)


def test_so_few_are_not_folded_that_a_batch_would_tell_who_came_first(walk: Walk):
    batches = walk.storage.batches
    walk.storage.add([sent() for _ in range(5)])
    assert not batches.due(walk.campaign, DAY)
    assert batches.fold(walk.campaign, DAY).taken == 0, "today's are fewer than a batch"
    assert batches.due(walk.campaign, LATER)
    walk.storage.add([sent() for _ in range(2)])
    assert batches.due(walk.campaign, DAY)
    assert batches.fold(walk.campaign, DAY).taken == 6, "a full batch of today's"
    assert batches.fold(walk.campaign, LATER).taken == 0, "one alone is not worth it"


def test_a_rest_goes_into_the_batch_that_is_not_full(walk: Walk):
    walk.storage.add([sent() for _ in range(4)])
    assert walk.storage.batches.fold(walk.campaign, LATER).taken == 4
    walk.storage.add([sent() for _ in range(3)])
    assert walk.storage.batches.fold(walk.campaign, LATER).taken == 2
    assert len(list(walk.folder.glob(f"*{ENDING}"))) == 1
    walk.check(all_=True)


def test_only_one_process_folds(walk: Walk):
    walk.storage.add([sent() for _ in range(6)])
    with walk.storage.batches._folder.folding(wait=False) as mine:
        assert mine
        assert walk.storage.batches.fold(walk.campaign, DAY) == Folded(0, 0, 0)
    assert walk.storage.batches.fold(walk.campaign, DAY).taken == 6


def test_a_wording_is_the_same_in_every_process_and_means_nothing_without_the_secret():
    (first, again) = wordings([{"words": LONG}, {"words": LONG + "！"}], ["words"], b"k")
    assert first == again == (832558160155038796,)
    assert list(wordings([{"words": LONG}], ["words"], b"other")) != [first]


def test_files_are_for_their_owner_alone_and_hold_nothing_that_is_sealed(walk: Walk):
    secret = replace(sent(), sealed={"phone": "13800138000"}, recipients=RECIPIENTS)
    walk.storage.add([secret] * 1 + [sent() for _ in range(5)])
    walk.storage.batches.fold(walk.campaign, DAY)
    (file,) = walk.folder.glob(f"*{ENDING}")
    assert (walk.folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert b"13800138000" not in words_in(walk.folder)


def test_a_folder_that_may_not_be_written_to_is_named_to_whoever_only_reads(walk: Walk):
    walk.storage.batches.fold(walk.campaign, DAY)
    (walk.folder / READING).unlink()
    (walk.folder / READING).mkdir()  # what no user may open for writing, not even root
    with pytest.raises(StorageError) as refused:
        walk.storage.parts(walk.campaign)
    assert "reading.lock cannot be opened for writing" in refused.value.words
    assert f"a user who may write to {walk.folder}" in refused.value.words


def spoil(walk: Walk, how: str) -> None:
    file = sorted(walk.folder.glob(f"*{ENDING}"))[0]
    found = file.read_bytes()
    if how == "gone":
        file.unlink()
    elif how == "cut":
        file.write_bytes(found[:-100])
    elif how == "one bit":
        file.write_bytes(found[:500] + bytes([found[500] ^ 1]) + found[501:])
    elif how == "a row":
        walk.run("UPDATE responses SET batch = NULL WHERE id = (SELECT min(id) FROM responses)")
    elif how == "no such batch":
        walk.run("UPDATE responses SET batch = 99 WHERE id = (SELECT min(id) FROM responses)")
    elif how == "other answers":
        walk.run(
            "UPDATE responses SET batch = NULL, answers = '{}' WHERE id = (SELECT min(id) FROM responses)"
        )
        walk.run(
            "UPDATE responses SET batch = 1 WHERE id = (SELECT min(id) FROM responses WHERE batch IS NULL)"
        )


@pytest.mark.parametrize("how", ["gone", "cut", "one bit", "a row", "no such batch", "other answers"])
def test_verify_finds_what_differs_and_rebuild_mends_it(walk: Walk, how: str):
    walk.storage.add([sent(met=["cash"], times=number) for number in range(6)])
    walk.storage.batches.fold(walk.campaign, DAY)
    assert list(walk.storage.batches.verify(walk.campaign)) == []
    spoil(walk, how)
    walk.reopen()
    found = list(walk.storage.batches.verify(walk.campaign))
    assert found
    assert all(each.words for each in found)
    walk.storage.batches.rebuild(walk.campaign, DAY)
    assert list(walk.storage.batches.verify(walk.campaign)) == []
    walk.check(all_=True)


def exported(walk: Walk) -> str:
    return "".join(piece.to_csv() for piece in walk.storage.stream(walk.campaign, "tiny").read())


def test_no_flipped_bit_changes_a_figure(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    walk = Walk(sqlite_url, tmp_path / "frames", random.Random(5))
    folded(walk, 6)
    (file,) = walk.folder.glob(f"*{ENDING}")
    straight = exported(walk)
    found, group = file.read_bytes(), pq.read_metadata(file).row_group(0)
    columns = map(group.column, range(group.num_columns))
    pages = max(each.data_page_offset + each.total_compressed_size for each in columns)
    lot = random.Random(3)
    noticed = 0
    for place in (*lot.sample(range(pages), 70), *lot.sample(range(pages, len(found)), 20)):
        file.write_bytes(found[:place] + bytes([found[place] ^ 1 << lot.randrange(8)]) + found[place + 1 :])
        _known.cache_clear()  # as another process would begin
        walk.reopen()
        assert differences(walk.storage, walk.campaign, "tiny") == []
        assert exported(walk) == straight
        noticed += len(read_back(walk, monkeypatch, {"role:issue", "role:region", "times", "_flags"})) == 6
    assert noticed > 20
    walk.storage.close()


def test_without_a_folder_all_is_read_from_the_database(database_url: str):
    storage = open_storage(database_url, secret=SECRET)
    storage.register(TINY[0], DAY)
    storage.add([sent(met=["cash"])] * 3)
    assert not storage.batches.due(CAMPAIGNS[0], LATER)
    assert storage.batches.fold(CAMPAIGNS[0], LATER) == Folded(0, 0, 0)
    assert differences(storage, CAMPAIGNS[0], "tiny") == []
    storage.close()


def test_a_table_of_parts_is_that_of_the_frame(walk: Walk):
    for _ in range(6):
        walk.send()
    walk.fold()
    walk.withdraw()
    walk.send()
    names = ["tiny", "other"]
    catalogue = Catalogue.of(walk.campaign, {name: walk.storage.versions(name) for name in names})
    for rows, columns in (("region", "issue"), ("channel", "priority"), ("issue_check", "version")):
        tables = [
            ask(responses, catalogue, rows, columns).to_json_dict("en")
            for responses in (
                walk.storage.parts(walk.campaign, names),
                walk.storage.frame(walk.campaign, names),
            )
        ]
        assert tables[0] == tables[1]


def test_memory_keeps_no_more_than_it_may_and_lets_the_longest_unused_go():
    memory = Memory(most_bytes=100)
    for name in "ab":
        memory.keep(name, np.zeros(40, dtype=np.uint8))
    assert memory.find("a") is not None
    memory.keep("c", np.zeros(40, dtype=np.uint8))
    assert [memory.find(name) is None for name in "abc"] == [False, True, False]
