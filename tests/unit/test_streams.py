"""Exports piece by piece say what one whole frame says, whatever happened before, and whatever happens meanwhile."""

from __future__ import annotations

import random
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from survey_app.exporting import Source, Stream, Whole, export
from survey_app.exporting import streams as exporting_streams
from survey_app.storage import frames, responses
from survey_app.storage.batches import streaming
from survey_app.storage.responses import StoredResponse
from tests.machinery.happenings import LATER, Walk, sent

EVERY = ("csv", "xlsx", "parquet", "jsonl")


@pytest.fixture
def walk(database_url: str, tmp_path: Path) -> Iterator[Walk]:
    made = Walk(database_url, tmp_path / "frames", random.Random(7))
    yield made
    made.storage.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces and passes of a few rows, so that a few responses make many."""
    monkeypatch.setattr(streaming, "PIECE_ROWS", 5)
    monkeypatch.setattr(streaming, "PASS_ROWS", 12)
    monkeypatch.setattr(streaming, "SAMPLED", 2)
    monkeypatch.setattr(exporting_streams, "AT_ONCE", 5)


def source(walk: Walk, responses: Stream) -> Source:
    return Source(walk.campaign, walk.storage.versions("tiny"), responses)


def written(walk: Walk, responses: Stream, form: str, folder: Path, **wish: bool) -> list[bytes]:
    """The files of an export, but those whose bytes may differ where their cells do not."""
    folder.mkdir(exist_ok=True)
    report = export(source(walk, responses), form, folder / f"x.{form}", **wish)
    return [file.read_bytes() for file in report.files if file.suffix not in (".xlsx", ".parquet")]


def check_same(walk: Walk, folder: Path) -> None:
    """Every export of the pieces is that of the whole frame, to the byte."""
    whole, stream = (
        Whole(walk.storage.frame(walk.campaign, "tiny")),
        walk.storage.stream(walk.campaign, "tiny"),
    )
    assert len(whole) == len(stream)
    for form in ("csv", "jsonl", "parquet"):
        for wish in ({}, {"labels": True, "joined": True}):
            there, here = (
                written(walk, each, form, folder / name, **wish)
                for name, each in (("whole", whole), ("stream", stream))
            )
            assert here == there, (form, wish)
    typed = [pd.read_parquet(folder / name / "x.parquet") for name in ("stream", "whole")]
    pd.testing.assert_frame_equal(*typed)


@pytest.mark.parametrize("seed", range(4))
def test_pieces_say_what_the_whole_frame_says_whatever_happens(
    database_url: str, tmp_path: Path, small: None, seed: int
) -> None:
    lot = random.Random(seed)
    walk = Walk(database_url, tmp_path / "frames", lot)
    try:
        for step in lot.choices(Walk.STEPS, k=25):
            step(walk)
        check_same(walk, tmp_path)
    finally:
        walk.storage.close()


def test_nobody_answered_yet(walk: Walk, tmp_path: Path) -> None:
    check_same(walk, tmp_path)


def test_three_versions_partly_in_files_of_older_layouts(walk: Walk, tmp_path: Path, small: None) -> None:
    for _ in range(3):
        walk.storage.add([sent(walk.number, times=number, words="好") for number in range(20)])
        walk.storage.batches.fold(walk.campaign, LATER)
        walk.publish()
    walk.storage.add([sent(2, where="510802")])
    check_same(walk, tmp_path)


def test_rows_stand_in_order_of_their_random_ids_not_of_their_batches(walk: Walk, small: None) -> None:
    for _ in range(3):
        walk.storage.add([sent() for _ in range(12)])
        walk.storage.batches.fold(walk.campaign, LATER)
    walk.storage.add([sent() for _ in range(3)])
    pieces = list(walk.storage.stream(walk.campaign, "tiny").read())
    ids = pd.concat(pieces)["_id"].tolist()
    assert len(pieces) > 3
    assert len(ids) == 39
    assert ids == sorted(ids)


@pytest.mark.parametrize("fold", [True, False])
def test_an_export_is_of_one_moment_though_people_withdraw_and_files_are_folded_meanwhile(
    walk: Walk, tmp_path: Path, small: None, fold: bool
) -> None:
    walk.storage.add([sent(words=f"wort {number}") for number in range(40)])
    if fold:
        walk.storage.batches.fold(walk.campaign, LATER)
    walk.storage.add([sent(words="later") for _ in range(3)])
    before = written(walk, Whole(walk.storage.frame(walk.campaign, "tiny")), "csv", tmp_path / "before")
    stream = walk.storage.stream(walk.campaign, "tiny")
    pieces = stream.read()
    first = next(pieces)
    for response in list(walk.storage.responses("tiny"))[::2]:
        walk.storage.dialogue.withdraw(response.id, LATER)
    walk.storage.batches.fold(walk.campaign, LATER, thorough=True)
    assert len(first) + sum(map(len, pieces)) == 43
    assert written(walk, stream, "csv", tmp_path / "after") == before
    assert len(walk.storage.stream(walk.campaign, "tiny")) == 21


@pytest.mark.parametrize("form", EVERY)
def test_who_watches_is_told_how_far_it_is(walk: Walk, tmp_path: Path, small: None, form: str) -> None:
    walk.storage.add([sent() for _ in range(11)])
    told: list[tuple[int, int]] = []
    stream = walk.storage.stream(walk.campaign, "tiny")
    export(
        source(walk, stream),
        form,
        tmp_path / f"x.{form}",
        progress=lambda what, done, total: told.append((done, total)),
    )
    assert told[:3] == [(5, 11), (10, 11), (11, 11)]


def test_of_responses_in_no_file_few_are_held_at_once(
    walk: Walk, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are: as rows, they take twenty times as much as in a frame."""
    monkeypatch.setattr(frames, "AT_ONCE", 5)
    walk.storage.add([sent(words=f"wort {number}") for number in range(40)])
    read, living, most = responses.read, weakref.WeakSet(), 0

    def watched(*asked: Any, **more: Any) -> Iterator[StoredResponse]:
        nonlocal most
        for row in read(*asked, **more):
            answers = Watched(row.answers)
            living.add(answers)
            yield row._replace(answers=answers)
            del answers
            most = max(most, len(living))

    monkeypatch.setattr(responses, "read", watched)
    assert sum(walk.storage.parts(walk.campaign, "tiny").map(len, {"met", "_flags"})) == 40
    assert len(walk.storage.stream(walk.campaign, "tiny")) == 40
    assert 5 <= most <= 2 * 5 + 2


class Watched(dict[str, Any]):
    """Answers that can be watched, and told apart."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__
