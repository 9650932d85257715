"""A table under a name is its person's own, or the group's where it is shared, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from argon2 import PasswordHasher

from survey_app.storage import Person, SavedTable, Storage, open_storage
from survey_app.storage.desk import passwords, saved
from survey_app.storage.desk.saved import AnotherTable, TooMany
from tests.machinery.drawn import DAY, SECRET

PEOPLE = {
    "ann": ("researcher", "east"),
    "bo": ("researcher", "east"),
    "chen": ("researcher", "west"),
    "ding": ("coordinator", None),
    "eva": ("coordinator", None),
}


@pytest.fixture
def storage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = open_storage(database_url, secret=SECRET)
    for name, (role, group) in PEOPLE.items():
        made.people.add(name, role, group, "four dull words here", by="test")
    yield made
    made.close()


def person(name: str) -> Person:
    return Person(name, *PEOPLE[name])


def test_a_table_is_seen_by_its_person_and_when_shared_by_the_group_and_a_coordinators_by_all(
    storage: Storage,
):
    keep = storage.saved.keep
    keep(person("ann"), "我的表", "rows=region", shared=False, today=DAY)
    keep(person("ann"), "shared", "rows=issue", shared=True, today=DAY)
    keep(person("ding"), "for all", "rows=date", shared=True, today=DAY)
    seen = {name: [each.name for each in storage.saved.seen_by(person(name))] for name in PEOPLE}
    assert seen == {
        "ann": ["shared", "我的表", "for all"],
        "bo": ["for all", "shared"],
        "chen": ["for all"],
        "ding": ["for all"],
        "eva": ["for all"],
    }


def test_another_table_takes_a_name_only_where_that_is_meant_and_only_the_owner_deletes(storage: Storage):
    keep = storage.saved.keep
    keep(person("ann"), "t", "rows=region", shared=False, today=DAY)
    keep(person("ann"), "t", "rows=region", shared=True, today=DAY)
    with pytest.raises(AnotherTable):
        keep(person("ann"), "t", "rows=issue", shared=False, today=DAY)
    assert storage.saved.seen_by(person("ann")) == [SavedTable("ann", "t", "rows=region", True, DAY)]
    keep(person("ann"), "t", "rows=issue", shared=False, instead=True, today=DAY)
    storage.saved.keep(person("bo"), "t", "rows=date", shared=False, today=DAY)
    assert storage.saved.seen_by(person("bo")) == [
        SavedTable("bo", "t", "rows=date", False, DAY),
        SavedTable("ann", "t", "rows=issue", True, DAY),
    ]
    assert storage.saved.forget(person("bo"), "t")
    assert not storage.saved.forget(person("bo"), "t")
    assert [each.person for each in storage.saved.seen_by(person("bo"))] == ["ann"]


def test_nobody_fills_the_database_with_tables(storage: Storage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saved, "MOST", 2)
    for name in ("a", "b", "b"):
        storage.saved.keep(person("ann"), name, "", shared=False, today=date(2021, 6, 1))
    with pytest.raises(TooMany, match="2 tables already"):
        storage.saved.keep(person("ann"), "c", "", shared=False)
    assert [each.name for each in storage.saved.seen_by(person("ann"))] == ["a", "b"]
