"""Batches say what the database says: whatever is sent, withdrawn, asked anew, folded and damaged, in any order."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyrage
import pytest
from sqlalchemy import text

from survey_app.campaign.campaign import Campaign
from survey_app.storage import Folded, NewResponse, Storage, open_storage
from survey_app.storage.batches.folder import ENDING, _known
from survey_app.storage.batches.memory import Memory
from survey_app.storage.wordings import wordings
from survey_app.tabulation import Catalogue, ask
from tests.machinery.drawn import DAY, SECRET, campaign, choices, question, questionnaire
from tests.machinery.folded import differences

RECIPIENTS = (str(pyrage.x25519.Identity.generate().to_public()),)
LATER = DAY + timedelta(days=1)
REGIONS = {"510800": None, "510802": "510800", "510700": None}
ISSUES = ("cash", "quota", "tone", "wait", "paper", "tow", "scale", "sign", "fee")
LONG = "我被拦下来三次每一次都要交两百元却没有任何票据"


def issues(*names: str) -> list[dict[str, Any]]:
    return choices(**{name: {"issue": name} for name in names})


def first(**keys: Any) -> list[dict[str, Any]]:
    return [
        question("region", "where", level="county", role="region", extra_choices=choices("expressway")),
        question("select_multiple", "met", choices=issues(*ISSUES[:5]), role="issue"),
        question("select_one", "fined", choices=choices("yes", "no", other={"specify": True})),
        question("select_multiple", "wish", choices=choices("speed", "fairness"), role="priority"),
        question("rank", "order", choices=choices("a", "b", "c")),
        question("integer", "times"),
        question("decimal", "yuan"),
        question("text", "words"),
        question("text", "phone", sensitive=True),
        question("date", "day"),
        question("calculate", "sum", calculation="${times} * 2"),
        question(
            "checklist",
            "checks",
            rows=[{"name": "id", "label": "id", "issue": "paper"}, {"name": "two", "label": "two"}],
            choices=choices(did={}, did_not={"problem": True}),
            role="issue_check",
        ),
        {
            "type": "repeat",
            "name": "cases",
            "label": "cases",
            "questions": [
                question("select_one", "kind", choices=issues("tow", "fee"), role="issue"),
                question("text", "told"),
            ],
        },
    ]


FIRST = first()
SECOND = [
    *FIRST[:1],
    question("select_multiple", "met", choices=issues(*ISSUES), role="issue"),
    question("select_one", "fined", choices=choices("yes", "no", "warned", other={"specify": True})),
    *FIRST[3:],
    question(
        "select_one", "verdict", choices=choices(good={"score": 5}, bad={"score": 1}), role="satisfaction"
    ),
    question("text", "more"),
]
THIRD = [
    *FIRST[:2],
    question(
        "select_one", "fined", choices=choices("no", quiet={"missing": "refused"}, yes={"missing": "refused"})
    ),
    question("text", "times"),
    *FIRST[6:],
    question("select_multiple", "why", choices=issues("wait", "sign"), role="issue"),
]
TINY = [questionnaire(*asked) for asked in (FIRST, SECOND, THIRD)]
OTHER = questionnaire(
    question("select_multiple", "wish", choices=choices("fairness", "calm"), role="priority"),
    question("region", "where", level="prefecture", role="region"),
    name="other",
)
CAMPAIGNS = [campaign(each, OTHER, regions=REGIONS, issues=ISSUES) for each in TINY]
VALUES: dict[str, list[Any]] = {
    "where": ["510802", "510800", "expressway", "510700", "nowhere", 7],
    "met": [["cash"], ["cash", "tone", "wait"], [], ["fee", "sign"], ["stray"], "paper", {"odd": 1}],
    "fined": ["yes", "no", "warned", "quiet", "other", "stray", ["yes"], 3],
    "fined_other": ["扣车", "\ud800 half", "\0"],
    "wish": [["speed"], ["fairness", "speed"], ["calm"], ["calm", "fairness"]],
    "order": [["b", "a"], ["c"], ["a", "b", "c"], ["stray"]],
    "times": [1, 0, -5, 2**70, 2.5, True, "drei", 1e400],
    "yuan": [200.5, 3, 1e308, "viel"],
    "words": [LONG, LONG + "！", "short", "另一个人写的很长的一段话没有别人这样写过对吧", ["list"], 4],
    "more": [LONG, "没有"],
    "day": ["2021-05-18", "yesterday"],
    "sum": [2, 2.5, "two", True, 10**400],
    "checks": [{"id": "did_not"}, {"id": "did", "two": "did_not"}, {"id": "stray"}, "odd"],
    "cases": [
        [{"kind": "tow"}, {"kind": "fee", "told": "x"}],
        [{"kind": "stray"}],
        [],
        "odd",
        [{"told": "y"}],
    ],
    "verdict": ["good", "bad"],
    "why": [["wait"], ["sign", "wait"]],
    "nobody_asks": ["x"],
}
VALUES["times"].pop()  # endless is no JSON


def drawn(lot: random.Random, number: int) -> NewResponse:
    """What somebody sends to any version: mostly what it asks, now and then what no version does."""
    other = lot.random() < 0.2
    asked = OTHER if other else TINY[lot.randrange(min(number, 2) + 1)]
    known = [each.question.name for each in asked.placed if each.repeat is None] + ["cases", "fined_other"]
    names = [name for name in VALUES if name in known or lot.random() < 0.03]
    given = {
        n: lot.choice(VALUES[n][: None if lot.random() < 0.3 else 3]) for n in names if lot.random() < 0.6
    }
    paths = [name for name in known if name in given or lot.random() < 0.7]
    paths += [f"cases/{n}/{name}" for n in (0, 1) for name in ("kind", "told") if lot.random() < 0.5]
    return NewResponse(
        questionnaire=asked.name,
        version=asked.version if lot.random() < 0.95 else "unheard-of",
        audience=lot.choice(["driver", "company"]),
        channel=lot.choice(["web", "paper", "qr:A1"]),
        language=lot.choice(["zh", "en"]),
        date=lot.choice([DAY, LATER]),
        answers=given,
        asked=tuple(dict.fromkeys(paths)),
        region=lot.choice([None, "510802"]),
        sealed={"phone": "138"} if lot.random() < 0.2 and not other else {},
        recipients=RECIPIENTS,
        flags=lot.choice([(), (), ("fast",), ("fast", "honeypot")]),
    )


class Walk:
    """A database in which things happen, by chance."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url, self.folder = url, folder
        self.lot = random.Random(seed)  # noqa: S311
        self.number = 0
        self.storage = self.opened()
        self.storage.register(TINY[0], DAY)
        self.storage.register(OTHER, DAY)

    def opened(self) -> Storage:
        _known.cache_clear()
        storage = open_storage(self.url, secret=SECRET, batches=self.folder)
        storage.batches.rows, storage.batches.least = 6, 2
        return storage

    @property
    def campaign(self) -> Campaign:
        return CAMPAIGNS[self.number]

    def run(self, sql: str, **values: Any) -> None:
        with self.storage.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(sql), values)

    def somebody(self) -> str | None:
        ids = [response.id for response in self.storage.responses()]
        return self.lot.choice(ids) if ids else None

    def send(self) -> None:
        self.storage.add([drawn(self.lot, self.number) for _ in range(self.lot.randint(1, 9))])

    def withdraw(self) -> None:
        if who := self.somebody():
            self.storage.dialogue.withdraw(who, LATER)

    def exclude(self) -> None:
        self.run("UPDATE responses SET status = 'excluded' WHERE id = :id", id=self.somebody())

    def bring_back(self) -> None:
        self.run("UPDATE responses SET status = 'received' WHERE status = 'excluded'")

    def delete(self) -> None:
        self.run("DELETE FROM responses WHERE id = :id", id=self.somebody())

    def correct(self) -> None:
        self.run(
            "UPDATE responses SET channel = 'corrected', flags = '[]' WHERE id = :id", id=self.somebody()
        )

    def forget(self) -> None:
        self.storage.forget_sealed(["tiny"], self.lot.choice([DAY, LATER, LATER + timedelta(days=1)]))

    def publish(self) -> None:
        self.number = min(self.number + 1, 2)
        self.storage.register(TINY[self.number], LATER)

    def fold(self) -> None:
        self.storage.batches.fold(
            self.campaign, self.lot.choice([DAY, LATER, date.max]), thorough=self.lot.random() < 0.4
        )

    def rebuild(self) -> None:
        self.storage.batches.rebuild(self.campaign, LATER)

    def damage(self) -> None:
        files = sorted(self.folder.glob(f"*{ENDING}"))
        if files:
            file = self.lot.choice(files)
            if self.lot.random() < 0.5:
                file.unlink()
            else:
                file.write_bytes(file.read_bytes()[: self.lot.randrange(200)])
        self.reopen()

    def reopen(self) -> None:
        self.storage.close()
        self.storage = self.opened()

    STEPS = (
        send,
        send,
        send,
        withdraw,
        exclude,
        bring_back,
        delete,
        correct,
        forget,
        publish,
        fold,
        fold,
        fold,
        rebuild,
        damage,
        reopen,
    )

    def step(self) -> str:
        made = self.lot.choice(self.STEPS)
        made(self)
        return made.__name__

    def check(self, *, all_: bool = False) -> None:
        every: list[str | list[str]] = ["tiny", "other", ["tiny", "other"]]
        for names in every if all_ else [self.lot.choice(every)]:
            assert differences(self.storage, self.campaign, names) == []


@pytest.mark.parametrize("seed", range(5))
def test_parts_say_what_the_database_says_whatever_happens(database_url: str, tmp_path: Path, seed: int):
    walk = Walk(database_url, tmp_path / "frames", seed)
    done = []
    for _ in range(30):
        done.append(walk.step())
        try:
            walk.check()
        except BaseException as error:
            error.add_note(" → ".join(done))
            raise
    walk.check(all_=True)
    walk.storage.close()


@pytest.fixture
def walk(database_url: str, tmp_path: Path) -> Iterator[Walk]:
    made = Walk(database_url, tmp_path / "frames", 5)
    yield made
    made.storage.close()


def read_back(walk: Walk, monkeypatch: pytest.MonkeyPatch, columns: set[str]) -> list[str]:
    """The ids of the responses that a table of these columns reads from the database."""
    read: list[str] = []
    by_ids = walk.storage.batches._by_ids
    monkeypatch.setattr(walk.storage.batches, "_by_ids", lambda ids: read.extend(ids) or by_ids(ids))
    list(walk.storage.parts(walk.campaign, "tiny").map(len, columns))
    monkeypatch.undo()
    return read


def folded(walk: Walk, count: int) -> None:
    """So many answers to the first version, all of them in batches."""
    walk.storage.add(sent(met=["cash"], times=number % 3) for number in range(count))
    assert walk.storage.batches.fold(walk.campaign, date.max).taken == count


def sent(version: int = 0, **answers: Any) -> NewResponse:
    asked = [each.question.name for each in TINY[version].placed if each.repeat is None]
    return NewResponse("tiny", TINY[version].version, "driver", "web", "zh", DAY, answers, asked)


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
    assert wordings({"words": LONG}, ["words"], b"k") == wordings({"words": LONG + "！"}, ["words"], b"k")
    assert wordings({"words": LONG}, ["words"], b"k") == (832558160155038796,)
    assert wordings({"words": LONG}, ["words"], b"k") != wordings({"words": LONG}, ["words"], b"other")


def test_files_are_for_their_owner_alone_and_hold_nothing_that_is_sealed(walk: Walk):
    secret = replace(sent(), sealed={"phone": "13800138000"}, recipients=RECIPIENTS)
    walk.storage.add([secret] * 1 + [sent() for _ in range(5)])
    walk.storage.batches.fold(walk.campaign, DAY)
    (file,) = walk.folder.glob(f"*{ENDING}")
    assert (walk.folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert b"13800138000" not in words_in(walk.folder)


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
