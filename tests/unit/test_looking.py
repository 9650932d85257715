"""The desk's list of responses: by every filter, within a scope, and by words without telling a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from survey_app.campaign.freewords import HIDDEN, free_questions, hidden
from survey_app.campaign.scopes import EVERYWHERE, NOWHERE, Scope
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.storage.desk import looking
from survey_app.storage.desk.looking import ANY, Sought, Tally
from tests.machinery.drawn import DAY, SECRET, campaign, choices, question, questionnaire, response

TINY = questionnaire(
    question("text", "words"),
    question("select_one", "fined", choices=choices("yes", other={"specify": True})),
    question("text", "phone", sensitive=True),
    question("calculate", "echo", calculation="${words}"),
    {"type": "repeat", "name": "cases", "label": "cases", "questions": [question("text", "told")]},
)
OTHER = questionnaire(question("text", "words"), name="other")
DRAWN = campaign(TINY, OTHER)
FREE = {"tiny": free_questions([TINY]), "other": free_questions([OTHER])}
HERE = Scope(frozenset({"510802"}))
ROW = NewResponse("tiny", TINY.version, "driver", "web", "zh", DAY, {}, (), region="510802")
ALL = Sought(EVERYWHERE, ("tiny", "other"), free=FREE)


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=SECRET)
    opened.register(TINY, DAY)
    opened.register(OTHER, DAY)
    yield opened
    opened.close()


def ids(storage: Storage, sought: Sought) -> list[str]:
    """The ids of all pages of three, one after the other."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = storage.looking.page(sought, after, size=3)
        assert len(page.rows) <= 3
        found += [row.id for row in page.rows]
        after = page.after
    return found


def named(number: int) -> str:
    return f"{number:032x}"


@pytest.mark.parametrize(
    "other, filtered",
    [
        ({"questionnaire": "other"}, {"questionnaires": ("tiny",)}),
        ({"region": "510700"}, {"regions": frozenset({"510802", "510800"})}),
        ({"region": None}, {"regions": frozenset({"510802"})}),
        ({"region": "510700"}, {"scope": HERE}),
        ({"region": None}, {"scope": HERE}),
        ({"date": DAY - timedelta(days=1)}, {"first": DAY}),
        ({"date": DAY + timedelta(days=1)}, {"last": DAY}),
        ({"channel": "qr:A1"}, {"channel": "web"}),
        ({"language": "en"}, {"language": "zh"}),
        ({"status": "excluded"}, {"state": "new"}),
        ({"flags": ("honeypot",)}, {"flag": "fast"}),
        ({"flags": ("breakfast",)}, {"flag": "fast"}),
        ({"flags": ()}, {"flag": ANY}),
        ({"flags": ()}, {"flag": "repeated", "repeated": (named(1), named(2))}),
        ({"answers": {"words": "没事"}}, {"words": "罚款"}),
        ({}, {"among": {named(1), named(2)}}),
    ],
)
def test_each_filter_leaves_out_what_does_not_fit(
    storage: Storage, other: dict[str, Any], filtered: dict[str, Any]
):
    fits = {"answers": {"words": "罚款太多"}, "flags": ("fast", "burst")}
    storage.add([replace(ROW, **fits, id=named(1)), replace(ROW, **fits, id=named(2))])
    storage.add([replace(ROW, **(fits | other), id=named(n)) for n in (3, 4)])
    assert ids(storage, replace(ALL, **filtered)) == [named(1), named(2)]
    assert ids(storage, ALL) == [named(n) for n in (1, 2, 3, 4)]
    if "words" not in filtered:
        assert storage.looking.tally(replace(ALL, **filtered)) == Tally(2, 0)


@pytest.mark.parametrize("state", ["new", "valid", "excluded", "restored"])
def test_a_list_by_state_holds_those_that_have_it_now(storage: Storage, state: Any):
    storage.add(replace(ROW, id=named(n)) for n in range(1, 6))
    change = storage.reviews.change
    change(EVERYWHERE, named(2), "valid", "wang")
    for number in (3, 4, 5):
        change(EVERYWHERE, named(number), "excluded", "wang", "重复")
    for number in (4, 5):
        change(EVERYWHERE, named(number), "restored", "wang")
    change(EVERYWHERE, named(5), "valid", "wang")
    storage.reviews.comment(EVERYWHERE, named(4), "li", "看过")
    want = {"new": [1], "valid": [2, 5], "excluded": [3], "restored": [4]}[state]
    assert ids(storage, replace(ALL, state=state)) == [named(n) for n in want]
    rows = storage.looking.page(ALL).rows
    assert [row.id for row in rows if row.state == state] == [named(n) for n in want]
    assert storage.looking.tally(ALL) == Tally(4, 1)


def test_who_has_withdrawn_is_in_no_list(storage: Storage):
    storage.add([replace(ROW, id=named(1)), replace(ROW, id=named(2))])
    storage.dialogue.withdraw(named(1), DAY)
    assert ids(storage, ALL) == [named(2)]
    assert storage.looking.tally(ALL) == Tally(1, 0)


def test_nobody_is_seen_by_whom_nothing_is_open_to(storage: Storage):
    storage.add([replace(ROW, id=named(1), answers={"words": "罚款"})])
    nothing = replace(ALL, scope=NOWHERE)
    assert ids(storage, nothing) == ids(storage, replace(nothing, words="罚款")) == []
    assert storage.looking.tally(nothing) == Tally(0, 0)
    assert storage.looking.channels(NOWHERE, ["tiny"]) == []


def test_channels_are_those_in_scope(storage: Storage):
    storage.add([ROW, replace(ROW, channel="qr:B2", region="510700"), replace(ROW, channel="qr:A1")])
    assert storage.looking.channels(HERE, ["tiny"]) == ["qr:A1", "web"]
    assert storage.looking.sizes(["tiny", "other"]) == {("tiny", "received"): 3}


NUMBERS = (
    "13800138000",
    "1380 013 8000",
    "１３８００１３８０００",
    "一三八零零一三八零零零",
    "川A12345",
    "11010519491231002X",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_search_finds_a_number_by_which_somebody_can_be_found_nor_a_part_of_it(
    storage: Storage, number: str
):
    text = f"他说打{number}，每次罚款200元"
    storage.add([replace(ROW, id=named(1), answers={"words": text, "echo": text})])
    for length in range(1, len(number) + 1):
        for start in range(len(number) - length + 1):
            part = number[start : start + length]
            if part not in hidden(text):
                assert ids(storage, replace(ALL, words=part)) == [], part
    assert ids(storage, replace(ALL, words=f"打{number[0]}")) == []
    (found,) = storage.looking.page(replace(ALL, words="罚款200")).rows
    assert found.said == (f"他说打{HIDDEN}，每次罚款200元",)


def test_a_mark_has_one_length_whatever_it_hides():
    assert hidden("电话13800138000") == f"电话{HIDDEN}"
    assert hidden("证件11010519491231002X，车牌川AD12345。") == f"证件{HIDDEN}，车牌{HIDDEN}。"
    assert hidden("幺三八零零幺三八零零零") == HIDDEN
    assert hidden("没有号码") == "没有号码"
    assert "13800138000" not in hidden("路" * 20_000 + "13800138000")


WRITTEN = (
    "百分之50% off",
    "a_b",
    'say "no"',
    "C:\\路",
    "/斜杠/",
    "it's",
    "Ümlaut",
    "😀笑",
    "<b>粗</b>",
    "{{7*7}}",
)


@pytest.mark.parametrize("words", WRITTEN)
def test_every_sign_is_found_as_it_was_written_and_stands_for_nothing_else(storage: Storage, words: str):
    storage.add([replace(ROW, id=named(1), answers={"words": f"前{words}后"})])
    storage.add([replace(ROW, id=named(2), answers={"words": "前x后 aXb 50 off"})])
    assert ids(storage, replace(ALL, words=words)) == [named(1)]


def test_only_free_words_are_searched_in_texts_in_what_a_choice_asked_and_in_entries(storage: Storage):
    answers: list[dict[str, Any]] = [
        {"words": "有 Receipt 罚款"},
        {"fined": "other", "fined_other": "扣车罚款"},
        {"cases": [{"told": "没有"}, {"told": "乱罚款"}]},
        {"fined": "罚款"},  # a code
        {"echo": "罚款"},  # worked out
        {"罚款": "x", "cases": "罚款"},  # nothing that is asked
    ]
    storage.add(replace(ROW, id=named(n), answers=each) for n, each in enumerate(answers, 1))
    assert ids(storage, replace(ALL, words="罚款")) == [named(n) for n in (1, 2, 3)]
    assert ids(storage, replace(ALL, words="receipt")) == [named(1)]
    only = replace(ALL, words="罚款", free={"tiny": ("told",)})
    assert ids(storage, only) == [named(3)]


def test_what_is_sealed_is_never_searched():
    assert "phone" not in free_questions([TINY])
    was_open = questionnaire(question("text", "phone"))
    assert free_questions([was_open, TINY]) == ("words", "fined_other", "told")


def test_a_search_reads_so_many_responses_and_goes_on_from_there(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(looking, "MOST_READ", 4)
    storage.add(replace(ROW, id=named(n), answers={"echo": "罚款"}) for n in range(1, 10))
    storage.add([replace(ROW, id=named(10), answers={"words": "罚款"})])
    sought = replace(ALL, words="罚款")
    page = storage.looking.page(sought)
    assert (page.rows, page.after, page.is_cut) == ((), named(4), True)
    assert ids(storage, sought) == [named(10)]


def test_a_search_that_fills_its_page_goes_on_behind_its_last_row(storage: Storage):
    storage.add(replace(ROW, id=named(n), answers={"words": f"罚款{n}"}) for n in range(1, 8))
    page = storage.looking.page(replace(ALL, words="罚款"), size=3)
    assert ([row.id for row in page.rows], page.after, page.is_cut) == (
        [named(1), named(2), named(3)],
        named(3),
        False,
    )
    assert ids(storage, replace(ALL, words="罚款")) == [named(n) for n in range(1, 8)]


def test_many_thousand_ids_can_be_asked_for(storage: Storage):
    storage.add([replace(ROW, id=named(1)), replace(ROW, id=named(99_999))])
    many = frozenset(named(n) for n in range(2, 100_000))
    assert ids(storage, replace(ALL, among=many)) == [named(99_999)]
    assert ids(storage, replace(ALL, among=())) == []


def test_what_beside_the_answers_is_told_of_one(storage: Storage):
    storage.add([replace(ROW, id=named(1))])
    assert not storage.looking.has_receipt(named(1))
    draft = storage.start_draft("tiny", TINY.version, "web", "zh", consented=True, today=date.today()).id
    storage.send(draft, response(DRAWN, TINY, {"words": "x"}))
    (which,) = {row.id for row in storage.looking.page(ALL).rows} - {named(1)}
    assert storage.looking.has_receipt(which)
    assert storage.looking.files(which) == ()


def test_words_beside_the_answers_are_found_where_they_are_wanted(storage: Storage):
    storage.add(replace(ROW, id=named(n), answers={"words": "没有"}) for n in range(1, 4))
    storage.dialogue.add(named(1), "A 100% 罚款_了", date(2021, 7, 1))
    storage.reviews.comment(EVERYWHERE, named(3), "wang", "罚款属实")
    sought = replace(ALL, words="罚款", beside=True)
    first, third = storage.looking.page(sought).rows
    assert (first.id, first.said, first.beside) == (named(1), (), (("addition", "A 100% 罚款_了"),))
    assert (third.id, third.beside) == (named(3), (("comment", "罚款属实"),))
    assert storage.looking.ids(sought) == [named(1), named(3)]
    assert ids(storage, replace(sought, beside=False)) == []
    assert ids(storage, replace(sought, words="100% 罚")) == [named(1)]
    assert ids(storage, replace(sought, words="款了")) == []
