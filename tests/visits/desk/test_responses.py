"""Responses at the desk: who sees which, by which filter, in whose words, and what is written down of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyrage
import pytest
from flask import Flask

from survey_app.campaign.scopes import EVERYWHERE
from survey_app.errors import StorageError
from survey_app.storage import NewResponse
from tests.machinery.behind import UNKNOWN, acts, add, all_ids, campaign_of, each_act, every, one_of
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import OpenDesk, SignedInAs, token_of

SECRET_WORDS = "请打13800138000或看川A12345，收费站乱罚款"


@pytest.mark.parametrize("role", ["observer", "auditor"])
def test_who_may_not_read_answers_finds_no_such_pages(desk: Flask, signed_in_as: SignedInAs, role: Any):
    person = signed_in_as(desk, role)
    which = every(desk)[0].id
    for address in ("responses", f"responses/{which}", f"responses/{which}/evidence", "words"):
        assert person.opens(f"/research/{address}").status == 404
    for act in ("state", "comments", "questions"):
        assert (
            person.posts(f"/research/responses/{which}/{act}", {"csrf_token": token_of(person)}).status == 404
        )
    assert kept(desk).reviews.of(which) == ()


def test_a_response_of_another_group_answers_as_one_that_is_not_there(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    token = token_of(person)
    for theirs in (one_of(desk, "west").id, one_of(desk, "nowhere").id):
        for rest in ("", "/evidence"):
            pages = [person.opens(f"/research/responses/{which}{rest}") for which in (theirs, UNKNOWN)]
            bodies = [person.opens(f"/research/responses/{which}{rest}").text for which in (theirs, UNKNOWN)]
            assert pages[0].status == 404
            assert bodies[0].replace(theirs, UNKNOWN) == bodies[1]
        for act in ("state", "comments", "questions"):
            fields = {"csrf_token": token, "change": "excluded", "words": "不要"}
            person.posts(f"/research/responses/{theirs}/{act}", fields)
            assert person.status == 404
        assert kept(desk).reviews.of(theirs) == ()
        assert kept(desk).dialogue.sent(theirs).inquiries == ()
    assert len(every(desk)) == 66
    assert not [act for act in acts(desk) if act[1].startswith("response")]


def test_who_withdrew_is_seen_by_nobody(desk: Flask, signed_in_as: SignedInAs):
    which = one_of(desk, "east").id
    kept(desk).dialogue.withdraw(which, date(2021, 7, 1))
    person = signed_in_as(desk, "coordinator")
    assert which not in all_ids(person)
    assert person.opens(f"/research/responses/{which}").status == 404


def test_no_search_finds_a_masked_number_and_no_page_shows_one(desk: Flask, signed_in_as: SignedInAs):
    which = add(desk, why=SECRET_WORDS)
    person = signed_in_as(desk, "researcher", "east")
    for words in ("13800138000", "138", "0138", "A12345", "川A", "345"):
        assert all_ids(person, f"/research/responses?words={words}") == []
    assert all_ids(person, "/research/responses?words=乱罚款") == [which]
    assert "请打●●●●或看●●●●，收费站乱罚款" in person.text
    kept(desk).dialogue.add(which, "再打13800138000")
    kept(desk).reviews.comment(EVERYWHERE, which, "wang", "他说13800138000")
    person.opens(f"/research/responses/{which}")
    assert person.text.count("●●●●") >= 4
    assert "13800138000" not in person.text
    assert "A12345" not in person.text


def test_one_response_tells_apart_what_was_not_asked_and_what_was_not_answered(
    desk: Flask, signed_in_as: SignedInAs
):
    which = add(desk, why="因为\n<b>罚款</b> {{7*7}}")
    person = signed_in_as(desk, "researcher", "east").opens(f"/research/responses/{which}")
    answers = person.sees.ids["answered"]
    assert "不好" in answers
    assert "东市甲县" in answers
    assert "未作答" in answers
    assert "未被问到" not in answers
    assert "<b>罚款</b> {{7*7}}" in answers
    assert "&lt;b&gt;" in person.text
    campaign = campaign_of(desk)
    poll = campaign.questionnaires["poll"]
    short = NewResponse.of(
        campaign, poll, {"how": "good"}, ["place", "how", "issues"], channel="paper", language="en",
        date=date(2021, 6, 2), id="f" * 32,
    )  # fmt: skip
    kept(desk).add([short])
    coordinator = signed_in_as(desk, "coordinator").opens(f"/research/responses/{'f' * 32}")
    assert "未被问到" in coordinator.sees.ids["answered"]


def test_a_version_that_is_no_longer_known_says_so(desk: Flask, signed_in_as: SignedInAs):
    campaign = campaign_of(desk)
    new = NewResponse.of(
        campaign, campaign.questionnaires["poll"], {"why": "x"}, ["why"], channel="web", language="zh",
        date=date(2021, 6, 2), id="e" * 32,
    )  # fmt: skip
    kept(desk).add([replace(new, version="unheard-of", region="P1a", flags=("fast", "strange"))])
    person = signed_in_as(desk, "researcher", "east").opens(f"/research/responses/{'e' * 32}")
    assert person.status == 200
    assert "unheard-of" in person.text
    assert "strange" in person.text
    assert all_ids(person, "/research/responses?flag=fast") == ["e" * 32]


def test_five_hundred_characters_are_shown_whole(desk: Flask, signed_in_as: SignedInAs):
    words = "路" * 499 + "完"
    which = add(desk, why=words)
    person = signed_in_as(desk, "researcher", "east").opens(f"/research/responses/{which}")
    assert words in person.text
    assert all_ids(person, "/research/responses?words=路完") == [which]


POISON = (
    "半\ud800个罚款",
    "\0\x0b罚款\x1f",
    "\u202e罚款",
    "<script>alert(1)</script>罚款",
    "={1+1}罚款",
    "{{7*7}}%(x)s罚款",
)


@pytest.mark.parametrize("poison", POISON)
def test_words_that_break_other_programs_are_listed_and_shown(
    desk: Flask, signed_in_as: SignedInAs, poison: str
):
    first = add(desk, why="x")
    sent = kept(desk).dialogue.sent(first).response
    new = NewResponse.of(
        campaign_of(desk), campaign_of(desk).questionnaires["poll"], {"how": "bad"}, sent.asked, channel="web",
        language="zh", date=date(2021, 6, 2), id="d" * 32,
    )  # fmt: skip
    kept(desk).add([replace(new, region="P1a", answers={"how": "bad", "why": poison})])
    person = signed_in_as(desk, "researcher", "east")
    assert all_ids(person, "/research/responses?words=罚款") == ["d" * 32]
    assert person.opens(f"/research/responses/{'d' * 32}").status == 200
    assert "罚款" in person.sees.ids["answered"]
    assert "<script>alert" not in person.text
    assert person.opens("/research/words").status == 200


def posts(person: Person, which: str, act: str, query: str = "", **fields: str) -> Person:
    token = person.opens(f"/research/responses/{which}").text.partition('name="csrf_token" value="')[2]
    fields = {"csrf_token": token.partition('"')[0], **fields}
    return person.posts(f"/research/responses/{which}/{act}{query}", fields)


def test_a_response_is_excluded_with_a_reason_and_restored_and_tables_follow_at_once(
    desk: Flask, signed_in_as: SignedInAs
):
    survey = desk.extensions["survey"]
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")

    def counted() -> int:
        return survey.table("how", "all", "poll")[1].people

    before = counted()
    refused = posts(person, which, "state", change="excluded", words="  ")
    assert (refused.status, counted()) == (422, before)
    assert "请写明" in refused.text
    posts(person, which, "state", "?state=new&channel=web", change="excluded", words="同一台手机连交")
    assert person.place.endswith("?channel=web&state=new")
    assert counted() == before - 1
    assert "同一台手机连交" in person.sees.ids["comments"]
    assert "已排除" in person.sees.ids["state"]
    posts(person, which, "state", change="excluded", words="再点一次")
    assert (person.status, len(kept(desk).reviews.of(which))) == (200, 1)
    assert all_ids(person, "/research/responses?state=excluded") == [which]
    person.opens("/research/responses")
    assert re.search(r"35\D+36", person.sees.ids["tally"])
    posts(person, which, "state", change="restored")
    posts(person, which, "state", change="restored")
    assert counted() == before
    posts(person, which, "state", change="valid", words="")
    assert [each.act for each in kept(desk).reviews.of(which)] == ["excluded", "restored", "valid"]
    posts(person, which, "state", change="restored")
    assert "其间有人改动过" in person.text
    assert [each.act for each in kept(desk).reviews.of(which)] == ["excluded", "restored", "valid"]


def test_without_a_token_or_with_a_stale_one_nothing_is_changed(desk: Flask, signed_in_as: SignedInAs):
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")
    other = token_of(signed_in_as(desk, "researcher", "west"))
    for token in ({}, {"csrf_token": "x"}, {"csrf_token": other}):
        for act in ("state", "comments", "questions"):
            fields = {"change": "excluded", "words": "不要", **token}
            assert person.posts(f"/research/responses/{which}/{act}", fields).status in {400, 403}
    assert kept(desk).reviews.of(which) == ()
    assert person.opens(f"/research/responses/{which}/state").status in {404, 405}


@pytest.mark.parametrize("fields", [{"change": "withdrawn"}, {"change": ""}, {}, {"change": "received"}])
def test_no_other_change_than_these_can_be_made(
    desk: Flask, signed_in_as: SignedInAs, fields: dict[str, str]
):
    which = one_of(desk, "east").id
    person = posts(
        signed_in_as(desk, "researcher", "east"), which, "state", words="x", status="withdrawn", **fields
    )
    assert person.status == 400
    assert kept(desk).reviews.of(which) == ()


def test_comments_stand_in_the_history_once_with_who_and_when(desk: Flask, signed_in_as: SignedInAs):
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")
    for _ in range(2):
        posts(person, which, "comments", words="已核实<script>")
    assert person.sees.ids["comments"].count("已核实<script>") == 1
    assert "researcher-east" in person.sees.ids["comments"]
    assert posts(person, which, "comments", words="").status == 422
    assert posts(person, which, "comments", words="字" * 501).status == 422
    assert "501" in person.text
    assert "字" * 501 in person.text
    coordinator = signed_in_as(desk, "coordinator").opens(f"/research/responses/{which}")
    assert "已核实<script>" in coordinator.sees.ids["comments"]


def test_a_question_goes_under_the_receipt_and_its_answer_comes_back(desk: Flask, signed_in_as: SignedInAs):
    visitor = Person(desk).begins("poll")
    visitor.answers(place="P1a", how="good")
    while visitor.at != "sent":
        visitor.answers("send" if ("", "") not in visitor.sees.buttons and visitor.at == "check" else "on")
    which = kept(desk).dialogue.find(visitor.receipt)
    assert which is not None
    person = signed_in_as(desk, "researcher", "east")
    for _ in range(2):
        posts(person, which, "questions", words="是哪一天的事？")
    (inquiry,) = kept(desk).dialogue.sent(which).inquiries
    assert inquiry.words == "是哪一天的事？"
    assert "还没有回答" in person.sees.ids["dialogue"]
    kept(desk).dialogue.answer(which, 1, "上周，请打13800138000")
    person.opens(f"/research/responses/{which}")
    assert "上周，请打●●●●" in person.sees.ids["dialogue"]
    without = one_of(desk, "east", channel="paper").id
    assert posts(person, without, "questions", words="有人吗？").status == 404
    assert kept(desk).dialogue.sent(without).inquiries == ()


def test_each_look_and_each_search_is_in_the_log_without_the_numbers_that_were_typed(
    desk: Flask, signed_in_as: SignedInAs
):
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")
    before = len(acts(desk))
    person.opens("/research/responses")
    assert len(acts(desk)) == before
    person.opens(f"/research/responses/{which}")
    person.opens("/research/responses?words=打13800138000&region=P1a")
    posts(person, which, "comments", words="看过")
    posts(person, which, "state", change="excluded", words="重复")
    person.opens("/research/words")
    me = "researcher-east"
    assert acts(desk)[before:] == [
        (me, "response looked at", which),
        (me, "texts searched", "two-groups"),
        (me, "response looked at", which),
        (me, "response commented on", which),
        (me, "response looked at", which),
        (me, "response looked at", which),
        (me, "response excluded", which),
        (me, "response looked at", which),
        (me, "words counted", "two-groups"),
    ]
    (searched,) = [act for act in each_act(kept(desk)) if act.act == "texts searched"]
    assert searched.details == {"words": "打●●●●", "filters": {"region": "P1a"}}


def test_what_is_done_twice_is_in_the_log_once(desk: Flask, signed_in_as: SignedInAs):
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")
    token = token_of(person)
    for fields in (
        {"act": "state", "change": "excluded", "words": "重复"},
        {"act": "state", "change": "restored"},
        {"act": "comments", "words": "看过"},
    ):
        for _ in range(3):
            person.posts(f"/research/responses/{which}/{fields['act']}", fields | {"csrf_token": token})
    done = [act for _, act, of in acts(desk) if of == which and act != "response looked at"]
    assert done == ["response excluded", "response restored", "response commented on"]


def test_a_page_that_cannot_be_written_down_is_not_shown(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    which = add(desk, why="收费站乱罚款")
    person = signed_in_as(desk, "researcher", "east")

    def full(*_: Any, **__: Any) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(kept(desk).audit, "add", full)
    for address in (f"responses/{which}", "responses?words=罚款", "words"):
        assert person.opens(f"/research/{address}").status == 503
        assert "乱罚款" not in person.text


def test_an_empty_desk_says_what_to_do(empty_desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(empty_desk, "researcher", "east")
    assert "还没有您可以查看的答卷" in person.opens("/research/responses").text
    assert "还没有人" in person.opens("/research/words").text
    assert person.opens("/research/responses?state=valid").status == 200


def test_odd_addresses_break_nothing(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    which = every(desk)[0].id
    for query in (
        "response_id=x",
        "endpoint=y",
        "_external=1",
        "after=zzz",
        "words=%00",
        "words=%25",
        "after=%00",
    ):
        assert person.opens(f"/research/responses?{query}").status == 200, query
        assert person.opens(f"/research/responses/{which}?{query}").status == 200, query
    for which in ("x", "%00", "a" * 500, "..", UNKNOWN):
        assert person.opens(f"/research/responses/{which}").status == 404


def test_the_list_goes_on_page_by_page_without_missing_or_repeating_one(
    open_desk: OpenDesk, desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "coordinator")
    found = all_ids(person)
    assert (len(found), len(set(found))) == (66, 66)


GUARDED = {
    "campaign.yaml": """
        name: guarded
        title: 有附件的调查
        organisation: 办公室
        languages: {zh: 中文}
        privacy: 匿名
        consent: 同意
        recipients: [RECIPIENT]
        levels: [{name: county, label: 县}]
        """,
    "regions.csv": "code,parent,level,label\nP1,,county,东县\n",
    "groups.yaml": "groups: [{name: east, label: 东组, regions: [P1]}]\n",
    "guarded.yaml": """
        name: guarded
        title: 有附件的问卷
        audience: [visitor]
        pages:
          - name: all
            label: 问题
            questions:
              - {name: place, type: region, level: county, role: region, label: 在哪里？}
              - {name: phone, type: text, sensitive: true, label: 您的电话？}
              - {name: proof, type: image, label: 照片}
              - type: repeat
                name: cases
                label: 每一件事
                questions: [{name: told, type: text, label: 说说经过}]
        """,
}


@pytest.fixture
def guarded(open_desk: OpenDesk, write_campaign: Any) -> tuple[Flask, str]:
    """A desk on which one response has a sealed phone, a sealed file and entries; and its id."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    files = {name: text.replace("RECIPIENT", recipient) for name, text in GUARDED.items()}
    app = open_desk(write_campaign(files))
    storage, campaign = kept(app), campaign_of(app)
    asked = campaign.questionnaires["guarded"]
    draft = storage.start_draft(asked.name, asked.version, "web", "zh", consented=True).id
    name = storage.evidence.keep(draft, "proof", "jpg", b"x" * 2048, recipients=[recipient], most=1)
    answers = {
        "place": "P1",
        "phone": "13912345678",
        "proof": [name],
        "cases": [{"told": "第一件"}, {"told": "第二件，电话13912345678"}],
    }
    paths = ["place", "phone", "proof", "cases", "cases/0/told", "cases/1/told"]
    new = NewResponse.of(campaign, asked, answers, paths, channel="web", language="zh", date=date(2021, 6, 1))
    receipt = storage.send(draft, new)
    return app, str(storage.dialogue.find(receipt))


def test_what_is_sealed_says_so_and_files_are_listed_at_a_second_click(
    guarded: tuple[Flask, str], signed_in_as: SignedInAs
):
    app, which = guarded
    person = signed_in_as(app, "researcher", "east").opens(f"/research/responses/{which}")
    answers = person.sees.ids["answered"]
    assert "已封存" in answers or "已加密" in answers
    assert "13912345678" not in person.text
    assert re.search(r"第一件.*第二件，电话●●●●", answers, re.DOTALL)
    assert "jpg" not in person.text
    assert "1 个文件" in person.sees.ids["files"]
    person.opens(f"/research/responses/{which}/evidence")
    assert person.status == 200
    assert "jpg" in person.text
    assert f"survey sealed handed-out --response {which}" in person.text
    assert ("researcher-east", "files listed", which) in acts(app)
    assert all_ids(person, "/research/responses?words=第二件") == [which]
    assert all_ids(person, "/research/responses?words=1391") == []


def test_a_response_without_files_has_no_list_of_them(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east")
    assert person.opens(f"/research/responses/{one_of(desk, 'east').id}/evidence").status == 404
