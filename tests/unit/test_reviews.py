"""Whether a response counts, as people decide it: at once, whether it is in a batch or not, and back again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey_app.campaign.scopes import EVERYWHERE, NOWHERE, Scope
from survey_app.errors import Closed, NotFound, SurveyError
from survey_app.storage.desk.looking import Sought
from survey_app.storage.desk.reviews import LONGEST, MOST
from tests.machinery.drawn import DAY
from tests.machinery.happenings import LATER, Walk, sent

HERE = Scope(frozenset({"510802"}))
THERE = Scope(frozenset({"510700"}))


@pytest.fixture
def walk(database_url: str, tmp_path: Path) -> Iterator[Walk]:
    made = Walk(database_url, tmp_path / "frames", random.Random(5))
    yield made
    made.storage.close()


def sends(walk: Walk, count: int = 1) -> str:
    """So many answers from one county; the id of one of them."""
    said = replace(sent(met=["cash"], words="没有票据"), region="510802")
    walk.storage.add(said for _ in range(count))
    return min(response.id for response in walk.storage.responses())


def counted(walk: Walk, **more: bool) -> int:
    return len(walk.storage.parts(walk.campaign, "tiny", **more))


def state(walk: Walk, which: str) -> str:
    listed = walk.storage.looking.page(Sought(EVERYWHERE, ("tiny", "other"))).rows
    return next(row.state for row in listed if row.id == which)


@pytest.mark.parametrize("folded", [False, True])
def test_who_is_excluded_leaves_tables_at_once_and_comes_back_with_the_same_answers(walk: Walk, folded: bool):
    which = sends(walk, 12)
    before = walk.storage.dialogue.sent(which)
    if folded:
        assert walk.storage.batches.fold(walk.campaign, date.max).taken == 12
    assert walk.storage.reviews.change(EVERYWHERE, which, "excluded", "wang", "同一个人写的")
    assert (counted(walk), counted(walk, excluded=True)) == (11, 12)
    walk.check(all_=True)
    walk.storage.batches.fold(walk.campaign, date.max, thorough=True)
    assert (counted(walk), counted(walk, excluded=True)) == (11, 12)
    walk.storage.batches.rebuild(walk.campaign, LATER)
    walk.check(all_=True)
    assert walk.storage.reviews.change(EVERYWHERE, which, "restored", "li")
    assert (counted(walk), counted(walk, excluded=True)) == (12, 12)
    walk.check(all_=True)
    walk.storage.batches.fold(walk.campaign, date.max)
    walk.check(all_=True)
    after = walk.storage.dialogue.sent(which)
    assert after is not None and before is not None
    assert (after.response, after.fingerprint) == (before.response, before.fingerprint)


def test_what_counts_with_the_excluded_ones_is_what_the_database_holds(walk: Walk):
    ids = [sends(walk, 12)]
    walk.storage.batches.fold(walk.campaign, date.max)
    walk.storage.reviews.change(EVERYWHERE, ids[0], "excluded", "wang", "测试")
    parts = walk.storage.parts(walk.campaign, ["tiny", "other"], excluded=True)
    found = [code for part in parts.map(lambda part: part["_id"].tolist(), {"_id"}) for code in part]
    assert len(found) == 12
    assert ids[0] in found


def test_states_follow_one_another_as_people_decide(walk: Walk):
    which = sends(walk)
    reviews = walk.storage.reviews
    assert state(walk, which) == "new"
    with pytest.raises(Closed, match="new"):
        reviews.change(EVERYWHERE, which, "restored", "wang")
    assert reviews.change(HERE, which, "valid", "wang")
    assert state(walk, which) == "valid"
    with pytest.raises(SurveyError, match="why"):
        reviews.change(HERE, which, "excluded", "wang", "  ")
    assert reviews.change(HERE, which, "excluded", "wang", "重复提交")
    assert state(walk, which) == "excluded"
    with pytest.raises(Closed, match="excluded"):
        reviews.change(HERE, which, "valid", "wang")
    assert reviews.change(HERE, which, "restored", "li", "核实无误")
    assert state(walk, which) == "restored"
    assert reviews.change(HERE, which, "valid", "li")
    told = [(each.number, each.person, each.act, each.words) for each in reviews.of(which)]
    assert told == [
        (1, "wang", "valid", ""),
        (2, "wang", "excluded", "重复提交"),
        (3, "li", "restored", "核实无误"),
        (4, "li", "valid", ""),
    ]


def test_the_second_click_changes_nothing(walk: Walk):
    which = sends(walk)
    reviews = walk.storage.reviews
    assert reviews.change(HERE, which, "excluded", "wang", "重复提交")
    assert not reviews.change(HERE, which, "excluded", "li", "另一个理由")
    assert not reviews.change(HERE, which, "excluded", "li")
    assert reviews.comment(HERE, which, "wang", "已电话核实")
    assert not reviews.comment(HERE, which, "wang", "已电话核实 ")
    assert reviews.comment(HERE, which, "li", "已电话核实")
    assert [each.act for each in reviews.of(which)] == ["excluded", "comment", "comment"]


def test_many_clicks_at_the_same_moment_change_it_once(walk: Walk):
    which = sends(walk)

    def click(number: int) -> bool:
        return walk.storage.reviews.change(EVERYWHERE, which, "excluded", f"p{number}", "重复")

    with ThreadPoolExecutor(6) as clicks:
        assert sum(clicks.map(click, range(12))) == 1
    assert len(walk.storage.reviews.of(which)) == 1


@pytest.mark.parametrize("scope", [THERE, NOWHERE])
def test_a_response_of_another_place_is_as_if_it_were_not_there(walk: Walk, scope: Scope):
    which = sends(walk)
    words = []
    for wanted in (which, "0" * 32):
        with pytest.raises(NotFound) as refused:
            walk.storage.reviews.change(scope, wanted, "excluded", "wang", "不是我的")
        words.append(refused.value.words)
        with pytest.raises(NotFound):
            walk.storage.reviews.comment(scope, wanted, "wang", "看看")
    assert words[0] == words[1]
    assert walk.storage.reviews.of(which) == ()
    assert counted(walk) == 1


def test_who_withdraws_takes_along_what_was_said_about_them_and_nothing_more_is(walk: Walk):
    which = sends(walk)
    walk.storage.reviews.comment(EVERYWHERE, which, "wang", "此人说他叫张三")
    walk.storage.dialogue.withdraw(which, DAY)
    assert walk.storage.reviews.of(which) == ()
    with pytest.raises(Closed):
        walk.storage.reviews.change(EVERYWHERE, which, "excluded", "wang", "为何")
    with pytest.raises(Closed):
        walk.storage.reviews.comment(EVERYWHERE, which, "wang", "为何")


def test_an_excluded_response_can_still_be_withdrawn(walk: Walk):
    which = sends(walk, 12)
    walk.storage.batches.fold(walk.campaign, date.max)
    walk.storage.reviews.change(EVERYWHERE, which, "excluded", "wang", "重复")
    walk.storage.dialogue.withdraw(which, DAY)
    assert (counted(walk), counted(walk, excluded=True)) == (11, 11)
    walk.check(all_=True)


def test_marking_as_valid_leaves_the_response_in_its_batch(walk: Walk):
    which = sends(walk, 12)
    walk.storage.batches.fold(walk.campaign, date.max)
    walk.storage.reviews.change(EVERYWHERE, which, "valid", "wang")
    with walk.storage._reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM masked").scalar() == 0


def test_words_that_are_too_long_or_none_are_refused_and_poison_is_cleaned(walk: Walk):
    which = sends(walk)
    reviews = walk.storage.reviews
    for words in ("", " \n", "\0"):
        with pytest.raises(SurveyError):
            reviews.comment(HERE, which, "wang", words)
    with pytest.raises(SurveyError, match=str(LONGEST + 1)):
        reviews.comment(HERE, which, "wang", "字" * (LONGEST + 1))
    assert reviews.comment(HERE, which, "wang", "字" * LONGEST)
    assert reviews.comment(HERE, which, "wang", "半\ud800个\0")
    assert reviews.of(which)[-1].words == "半\N{REPLACEMENT CHARACTER}个"


def test_reviews_of_one_response_come_to_an_end(walk: Walk):
    which = sends(walk)
    for number in range(MOST):
        walk.storage.reviews.comment(HERE, which, "wang", f"第{number}次")
    with pytest.raises(SurveyError, match=str(MOST)):
        walk.storage.reviews.comment(HERE, which, "wang", "再来")
