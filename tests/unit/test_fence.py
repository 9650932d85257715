"""The second fence: where a query forgot to keep somebody to their regions, PostgreSQL still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from survey_app.campaign.scopes import EVERYWHERE, NOWHERE, Scope
from survey_app.errors import NotFound
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.desk import coverage, inquiries, looking
from survey_app.storage.desk.looking import Sought
from survey_app.storage.migrations.revisions.r0008_fence import FENCED
from survey_app.storage.tables import ResponseRow
from survey_app.storage.wordings import REPEATED
from survey_app.tabulation.parts import Within
from tests.machinery.drawn import DAY, SECRET, campaign, question, questionnaire
from tests.machinery.postgres import SUPERUSER, Server

TINY = questionnaire(question("text", "words"), question("file", "photo"))
DRAWN = campaign(TINY)
HERE, THERE = "510802", "510803"
MINE = Scope(frozenset({HERE}))
LONG = "收费站要求出示并不需要的证件并且不给任何收据"


@pytest.fixture
def storage(postgresql_url: str) -> Iterator[Storage]:
    """One response from each of two regions, and one from none, each with words of every kind beside it."""
    opened = open_storage(postgresql_url, secret=SECRET)
    fill(opened)
    yield opened
    opened.close()


def fill(storage: Storage) -> None:
    storage.register(TINY, DAY)
    for place in (HERE, THERE, None):
        token = storage.start_draft("tiny", TINY.version, "web", "zh", today=DAY).id
        storage.send(token, sent(place, f"canary {place}"))
        (which,) = (row.id for row in storage.responses() if row.answers["words"] == f"canary {place}")
        storage.dialogue.add(which, f"added {place}", DAY)
        storage.dialogue.ask(which, f"asked {place}", DAY)
        storage.reviews.comment(EVERYWHERE, which, "somebody", f"said {place}")


def sent(place: str | None, words: str, **more: Any) -> NewResponse:
    asked = ("words",)
    return NewResponse(
        "tiny",
        TINY.version,
        "driver",
        f"qr:{place}",
        "zh",
        DAY,
        {"words": words},
        asked,
        region=place,
        **more,
    )


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken twin of the program, whose queries and checks forget the scope."""
    row = ResponseRow
    monkeypatch.setattr(Scope, "covers", lambda scope, region: True)
    monkeypatch.setattr(looking, "_within", lambda scope, names: iter([row.questionnaire.in_(list(names))]))
    for room in (coverage, inquiries):
        monkeypatch.setattr(room, "counting", lambda names, scope: iter([row.questionnaire.in_(list(names))]))


def drop_fence(server: Server, storage: Storage) -> None:
    """As a superuser could."""
    other = superuser_of(server, storage)
    with other.engine.begin() as connection:
        for table in FENCED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    other.close()


def superuser_of(server: Server, storage: Storage) -> Storage:
    return open_storage(server.url(str(storage.engine.url.database), SUPERUSER), secret=SECRET)


def words_of(part: pd.DataFrame) -> list[str]:
    found: list[str] = part["words"].tolist()
    return found


def shown(storage: Storage, scope: Scope) -> list[str]:
    """All that the desk reads, as text, of each response that there is."""
    sought = Sought(scope, ("tiny",))
    seen: list[Any] = [
        storage.looking.page(sought).rows,
        storage.looking.page(Sought(scope, ("tiny",), words="canary", free={"tiny": ("words",)})).rows,
        storage.looking.tally(sought),
        storage.looking.channels(scope, ["tiny"]),
        storage.coverage.places(["tiny"], scope),
        storage.coverage.days(["tiny"], scope),
        storage.inquiries.counts(["tiny"], scope),
        list(storage.parts(DRAWN, "tiny", scope).map(words_of, ["words"])),
        len(storage.parts(DRAWN, "tiny", scope, excluded=True)),
    ]
    for which in sorted(row.id for row in storage.responses()):
        seen += [storage.dialogue.sent(which, scope), storage.reviews.of(which, scope)]
        seen += [storage.looking.files(which, scope), storage.looking.has_receipt(which, scope)]
    return [str(each) for each in seen]


def leaks(told: Sequence[str]) -> bool:
    """Whether anything tells of the region that is not mine: one of its words."""
    return any(f"{kind} {THERE}" in each for each in told for kind in ("canary", "added", "asked", "said"))


def test_whoever_may_see_a_region_sees_all_of_it(storage: Storage):
    told = "\n".join(shown(storage, MINE))
    for kind in ("canary", "added", "asked", "said"):
        assert f"{kind} {HERE}" in told


@pytest.mark.usefixtures("forgetful")
def test_a_twin_that_forgets_the_scope_still_shows_nothing_from_outside(storage: Storage):
    whole = shown(storage, EVERYWHERE)
    assert leaks(whole)
    inside = shown(storage, MINE)
    assert not leaks(inside)
    assert THERE not in "\n".join(inside)
    assert storage.looking.tally(Sought(MINE, ("tiny",))).received == 1
    assert sum(each.responses for each in storage.coverage.places(["tiny"], MINE)) == 1
    assert len(storage.parts(DRAWN, "tiny", MINE)) == 1


@pytest.mark.usefixtures("forgetful")
def test_without_the_fence_the_twin_is_caught(storage: Storage, postgresql_server: Server):
    drop_fence(postgresql_server, storage)
    assert leaks(shown(storage, MINE))
    assert len(storage.parts(DRAWN, "tiny", MINE)) == 3


@pytest.mark.usefixtures("forgetful")
def test_what_hangs_on_a_response_is_fenced_by_itself(storage: Storage):
    (outside,) = (row.id for row in storage.responses() if row.region == THERE)
    assert storage.reviews.of(outside, MINE) == ()
    assert storage.reviews.of(outside) != ()
    for scope, rows in ((MINE, 1), (NOWHERE, 0), (EVERYWHERE, 3)):
        with storage._reading(scope) as connection:
            for table in ("responses", "additions", "dialogue", "reviews"):
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == rows, table


@pytest.mark.usefixtures("forgetful")
def test_the_twin_cannot_write_outside_either(storage: Storage):
    (outside,) = (row.id for row in storage.responses() if row.region == THERE)
    tries: list[Callable[[], Any]] = [
        lambda: storage.reviews.change(MINE, outside, "excluded", "somebody", "不算"),
        lambda: storage.reviews.comment(MINE, outside, "somebody", "看过"),
        lambda: storage.dialogue.ask(outside, "在吗？", DAY, MINE),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
    assert storage.counts() == {"tiny": 3}
    assert len(storage.reviews.of(outside)) == 1


def test_the_next_one_on_the_same_connection_sees_what_is_theirs(storage: Storage):
    storage.engine.dispose()
    for scope, rows in ((MINE, 1), (EVERYWHERE, 3), (NOWHERE, 0), (EVERYWHERE, 3)):
        assert storage.looking.tally(Sought(scope, ("tiny",))).received == rows
        assert storage.counts() == {"tiny": 3}
    assert storage.engine.pool.checkedin() == 1  # type: ignore[attr-defined]


def test_a_fence_ends_with_a_transaction_that_breaks(storage: Storage):
    with pytest.raises(RuntimeError), storage._reading(MINE):
        raise RuntimeError
    assert storage.counts() == {"tiny": 3}


@pytest.mark.parametrize("code", ['a,"b}\\', "{}", "NULL", "", " ", "四川"])
def test_any_code_of_a_region_can_be_named(storage: Storage, code: str):
    storage.add([sent(code, "unlike any other")])
    assert storage.looking.tally(Sought(Scope(frozenset({code})), ("tiny",))).received == 1
    with storage._reading(Scope(frozenset({code, HERE}))) as connection:
        assert connection.execute(text("SELECT count(*) FROM responses")).scalar() == 2


def test_respondents_and_the_program_itself_meet_no_fence(storage: Storage):
    draft = storage.start_draft("tiny", TINY.version, "web", "zh", today=DAY).id
    receipt = storage.send(draft, sent(THERE, "more"))
    assert storage.send(draft, sent(THERE, "more")) == receipt
    assert storage.look_up(receipt) is not None
    which = storage.dialogue.find(receipt)
    assert which is not None
    storage.dialogue.withdraw(which, DAY)
    assert storage.counts() == {"tiny": 3}
    storage.forget_order()


def test_a_superuser_passes_by_and_is_told_of(storage: Storage, postgresql_server: Server, sqlite_url: str):
    assert not storage.passes_fence()
    other = superuser_of(postgresql_server, storage)
    assert other.passes_fence()
    with other._reading(MINE) as connection:
        assert connection.execute(text("SELECT count(*) FROM responses")).scalar() == 3
    other.close()
    plain = open_storage(sqlite_url, secret=SECRET)
    assert not plain.passes_fence()
    plain.close()


@pytest.mark.parametrize("folded", [False, True])
def test_who_repeats_the_words_of_somebody_outside_is_told_of_on_either_database(
    database_url: str, tmp_path: Any, folded: bool
):
    """The fence keeps the other one's words away, not that they were the same."""
    storage = open_storage(database_url, secret=SECRET, batches=tmp_path)
    storage.register(TINY, DAY)
    storage.batches.least = 1
    storage.add([sent(THERE, LONG)])
    if folded:
        storage.batches.fold(DRAWN, date.max)
    storage.add(
        [sent(HERE, LONG), sent(HERE, "本次一切正常没有遇到任何问题"), sent(None, "也没有遇到任何问题")]
    )
    parts = Within(storage.parts(DRAWN, "tiny", MINE), frozenset({HERE}))
    flags = sorted(
        str(flag) for some in parts.map(lambda part: part["_flags"].tolist(), ["_flags"]) for flag in some
    )
    assert flags == ["", REPEATED]
    assert len(parts) == 2
    storage.close()
