"""What may happen to answers, by chance and in any order: sent, withdrawn, corrected, asked anew, folded, damaged."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyrage
from sqlalchemy import text

from survey_app.campaign.campaign import Campaign
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.batches.folder import ENDING, _known
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

    def __init__(self, url: str, folder: Path, lot: random.Random) -> None:
        self.url, self.folder, self.lot = url, folder, lot
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

    def check(self, *, all_: bool = False) -> None:
        every: list[str | list[str]] = ["tiny", "other", ["tiny", "other"]]
        for names in every if all_ else [self.lot.choice(every)]:
            assert differences(self.storage, self.campaign, names) == []


def sent(version: int = 0, **answers: Any) -> NewResponse:
    asked = [each.question.name for each in TINY[version].placed if each.repeat is None]
    return NewResponse("tiny", TINY[version].version, "driver", "web", "zh", DAY, answers, asked)


def walked(walk: Walk, steps: Iterable[Callable[[Walk], None]]) -> None:
    """Take the steps, and compare after each."""
    done = []
    try:
        for step in steps:
            done.append(step.__name__)
            step(walk)
            walk.check()
        walk.check(all_=True)
    except BaseException as error:
        error.add_note(" → ".join(done))
        raise
    finally:
        walk.storage.close()
