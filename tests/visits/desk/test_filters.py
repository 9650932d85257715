"""The list of responses by its filters and its search: what each gives, and what is said of one that cannot be."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from survey_app.campaign.scopes import EVERYWHERE
from survey_app.storage.desk import looking
from tests.machinery.behind import acts, add, all_ids, every, links
from tests.visits.conftest import kept
from tests.visits.desk.conftest import GROUPS, SignedInAs

FILTERS = {
    "": lambda each: True,
    "questionnaire=poll": lambda each: True,
    "region=P1": lambda each: each.region in GROUPS["east"],
    "region=P1a": lambda each: each.region == "P1a",
    "region=P2": lambda each: each.region in GROUPS["west"],
    "first=2021-06-10": lambda each: each.date >= date(2021, 6, 10),
    "last=2021-06-10": lambda each: each.date <= date(2021, 6, 10),
    "channel=qr:poster": lambda each: each.channel == "qr:poster",
    "answered_in=en": lambda each: each.language == "en",
    "state=new": lambda each: True,
    "state=valid": lambda each: False,
    "flag=any": lambda each: False,
    "words=canary": lambda each: "why" in each.answers,
    "words=canary-west": lambda each: each.region in GROUPS["west"] and "why" in each.answers,
    "words=canary&question=why": lambda each: "why" in each.answers,
    "by=issue&group=toll": lambda each: "toll" in each.answers["issues"],
    "by=level:prefecture&group=P2": lambda each: each.region in GROUPS["west"],
    "by=level:group&group=west": lambda each: each.region in GROUPS["west"],
}


NOT_THEIRS = {
    ("east", "region=P2"),
    ("west", "region=P1"),
    ("west", "region=P1a"),
    *(("isles", f"region={place}") for place in ("P1", "P1a", "P2")),
    ("isles", "channel=qr:poster"),
}
"""Places and channels of others: no more is said of them than of places that there are not."""


@pytest.mark.parametrize("who", ["coordinator", "east", "west", "isles"])
def test_every_filter_gives_those_rows_that_fit_it_and_lie_in_scope(
    desk: Flask, signed_in_as: SignedInAs, who: str
):
    person = signed_in_as(desk, *([who] if who == "coordinator" else ["researcher", who]))
    mine = [each for each in every(desk) if who == "coordinator" or each.region in GROUPS.get(who, ())]
    others = {"east": "canary-west", "west": "canary-east", "isles": "canary-east"}.get(who)
    for query, fits in FILTERS.items():
        if (who, query) in NOT_THEIRS:
            assert person.opens(f"/research/responses?{query}").status == 400
            assert "请从列表中选择" in person.errors
            continue
        found = all_ids(person, f"/research/responses?{query}")
        assert sorted(found) == sorted(each.id for each in mine if fits(each)), query
        if others and others not in query:
            assert others not in person.text


def test_a_list_that_forgets_the_scope_would_be_caught(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    within = looking._within
    monkeypatch.setattr(looking, "_within", lambda scope, names: within(EVERYWHERE, names))
    person = signed_in_as(desk, "researcher", "east")
    with pytest.raises(AssertionError):
        test_every_filter_gives_those_rows_that_fit_it_and_lie_in_scope(desk, lambda *_: person, "east")


@pytest.mark.parametrize("query", ["campaign=other", "by=nothing&group=x"])
def test_what_the_address_cannot_ask_for_is_refused(desk: Flask, signed_in_as: SignedInAs, query: str):
    assert signed_in_as(desk, "coordinator").opens(f"/research/responses?{query}").status == 404


BAD = {
    "first=yesterday": ("yesterday", "2021-06-30"),
    "last=2021-13-01": ("2021-13-01", "2021-06-30"),
    "first=2021-06-10&last=2021-06-09": ("晚于", "对调"),
    "state=secret": ("secret", "请从列表中选择"),
    "questionnaire=nothing": ("nothing", "请从列表中选择"),
    "region=nowhere": ("nowhere", "请从列表中选择"),
    "channel=qr:none": ("qr:none", "请从列表中选择"),
    "flag=odd": ("odd", "请从列表中选择"),
    "answered_in=fr": ("fr", "请从列表中选择"),
    "words=canary&question=how": ("how", "去掉它"),
    "by=level:county&group=nowhere": ("nowhere", "特征用词"),
    f"words={'长' * 51}": ("50", "缩短"),
}


@pytest.mark.parametrize("query", BAD)
def test_what_a_filter_cannot_be_is_named_with_its_cure_and_nothing_is_listed(
    desk: Flask, signed_in_as: SignedInAs, query: str
):
    person = signed_in_as(desk, "coordinator").opens(f"/research/responses?{query}")
    assert person.status == 400
    assert all(words in person.errors for words in BAD[query])
    assert links(person) == []
    english = signed_in_as(desk, "coordinator", language="en").opens(f"/research/responses?{query}")
    assert re.search("Choose|Write|Exchange|Leave|Shorten", english.errors)


def test_all_that_is_wrong_is_said_at_once_and_the_rest_stays_chosen(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    person.opens("/research/responses?questionnaire=no&first=x&state=valid&words=<b>罚款")
    assert (
        len(re.findall(r"<a href=\"#", person.text.partition('id="errors"')[2].partition("</div>")[0])) == 2
    )
    assert '<option value="valid" selected>' in person.text
    assert "&lt;b&gt;罚款" in person.text
    assert [act for act in acts(desk) if act[1] == "texts searched"] == []


def test_the_search_finds_what_was_added_asked_answered_and_commented_masked_too(
    desk: Flask, signed_in_as: SignedInAs
):
    storage = kept(desk)
    added, said, theirs = add(desk, why="x"), add(desk, why="y"), add(desk, region="P2a", why="z")
    for which in (added, theirs):
        storage.dialogue.add(which, "补一句：收费站又乱罚款，打13800138000")
    storage.reviews.comment(EVERYWHERE, said, "wang", "核实过：罚款属实")
    person = signed_in_as(desk, "researcher", "east")
    assert sorted(all_ids(person, "/research/responses?words=罚款")) == sorted([added, said])
    assert "补一句：收费站又乱罚款，打●●●●" in person.text
    assert "核实过：罚款属实" in person.text
    for number in ("13800138000", "0138"):
        assert all_ids(person, f"/research/responses?words={number}") == []
    assert all_ids(person, "/research/responses?words=罚款&question=why") == [], (
        "only that question's answers"
    )
