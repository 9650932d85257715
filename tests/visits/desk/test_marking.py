"""Several responses are marked as valid at once: all that were chosen, or none where one of them is somebody else's."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from survey_app.campaign.scopes import EVERYWHERE
from survey_app.storage.desk.looking import PAGE
from tests.machinery.behind import UNKNOWN, all_ids, each_act, every, one_of
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import GROUPS, ON_EITHER_DATABASE, SignedInAs, token_of

MARK = "/research/responses/valid"


pytestmark = ON_EITHER_DATABASE


def marks(person: Person, *which: str, query: str = "") -> Person:
    return person.posts(f"{MARK}{query}", {"csrf_token": token_of(person), "response": list(which)})


def offered(person: Person) -> list[str]:
    """The responses that the page before the person offers to be chosen."""
    return re.findall(r'type="checkbox" name="response" value="([0-9a-f]{32})"', person.text)


def test_those_chosen_are_marked_and_each_is_written_down_and_a_second_press_changes_nothing(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "researcher", "east").opens("/research/responses?state=new")
    chosen = offered(person)[:3]
    action = re.search(r'id="marking" action="([^"]+)"', person.text)
    assert action is not None
    for told in ("3 份答卷标为有效", "3 份保持不变"):
        marks(person, *chosen, query=action[1].partition("valid")[2].replace("&amp;", "&"))
        assert told in person.text
        assert person.place == "/research/responses?state=new"
    assert sorted(all_ids(person, "/research/responses?state=valid")) == sorted(chosen)
    for each in chosen:
        assert [(review.act, review.person) for review in kept(desk).reviews.of(each)] == [
            ("valid", "researcher-east")
        ]
    logged = [act for act in each_act(kept(desk)) if act.act == "response valid"]
    assert sorted(act.subject for act in logged) == sorted(chosen)
    assert {act.details["together"] for act in logged} == {3}
    assert not set(chosen) & set(offered(person.opens("/research/responses")))


def test_with_one_of_somebody_else_s_or_nobody_s_nothing_is_changed(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    mine = one_of(desk, "east").id
    for other in (one_of(desk, "west").id, one_of(desk, "nowhere").id, UNKNOWN, "x", "\0", "' OR 1=1"):
        for chosen in ((mine, other), (other, mine)):
            assert marks(person, *chosen).status == (404 if other != "\0" else 400)
    assert kept(desk).reviews.of(mine) == ()
    assert [act for act in each_act(kept(desk)) if act.act == "response valid"] == []


def test_a_mark_that_forgets_the_scope_would_be_caught(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    mark = kept(desk).reviews.mark_valid
    monkeypatch.setattr(kept(desk).reviews, "mark_valid", lambda scope, *rest: mark(EVERYWHERE, *rest))
    with pytest.raises(AssertionError):
        test_with_one_of_somebody_else_s_or_nobody_s_nothing_is_changed(desk, signed_in_as)


def test_who_was_excluded_or_withdrew_meanwhile_stays_so_and_the_others_are_marked(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "researcher", "east")
    first, second, third = [each.id for each in every(desk) if each.region == "P1a"][:3]
    kept(desk).reviews.change(EVERYWHERE, first, "excluded", "wang", "重复")
    kept(desk).dialogue.withdraw(second, date(2021, 7, 1))
    marks(person, first, second, third)
    assert person.status == 200
    assert "1 份答卷标为有效" in person.text
    assert "2 份保持不变" in person.text
    assert [each.act for each in kept(desk).reviews.of(first)] == ["excluded"]
    assert kept(desk).reviews.of(second) == ()
    assert first not in offered(person.opens("/research/responses"))


def test_nothing_chosen_too_many_and_no_token_change_nothing(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    assert "没有选中答卷" in marks(person).text
    which = every(desk)[0].id
    assert marks(person, *[which] * (PAGE + 1)).status == 400
    assert person.posts(MARK, {"response": which}).status == 400
    assert person.opens(MARK).status == 404
    assert kept(desk).reviews.of(which) == ()


@pytest.mark.parametrize("role", ["observer", "auditor"])
def test_others_mark_nothing(desk: Flask, signed_in_as: SignedInAs, role: Any):
    assert marks(signed_in_as(desk, role), every(desk)[0].id).status == 404


def test_from_one_response_to_the_next_in_the_order_of_the_list_and_back_to_it(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "researcher", "east")
    query = "state=new&region=P1"
    listed = all_ids(person, f"/research/responses?{query}")
    assert len(listed) > 2
    page = person.opens(f"/research/responses/{listed[0]}?{query}")
    for here, following in itertools.pairwise(listed):
        person.posts(
            f"/research/responses/{here}/state?{query}", {"csrf_token": token_of(person), "change": "valid"}
        )
        assert "已标为有效。" in person.text
        link = re.search(r'rel="next" href="([^"]+)"', person.text)
        assert link is not None
        page = person.opens(link[1].replace("&amp;", "&"))
        assert person.place.partition("?")[0] == f"/research/responses/{following}"
    page = person.opens(f"/research/responses/{listed[-1]}/next?{query}")
    assert person.place.partition("?")[0] == "/research/responses"
    assert "这份列表已到最后一份" in page.text


def test_the_next_one_is_never_somebody_elses(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    mine = {each.id for each in every(desk) if each.region in GROUPS["east"]}
    theirs = next(each.id for each in every(desk) if each.id not in mine)
    assert person.opens(f"/research/responses/{theirs}/next").status == 404
    here, met = min(mine), {min(mine)}
    while person.opens(f"/research/responses/{here}/next").place.partition("?")[0] != "/research/responses":
        here = person.place.partition("?")[0].rpartition("/")[2]
        met.add(here)
    assert met <= mine
    assert len(met) > 5


def test_the_button_stands_only_where_something_can_be_chosen(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east").opens("/research/responses?state=new")
    assert "将选中的标为有效" in person.text
    marks(person, *offered(person))
    page = person.opens("/research/responses?state=valid")
    assert page.text.count("<tr>") > 1 and not offered(page)
    assert "将选中的标为有效" not in page.text
