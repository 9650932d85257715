"""Words that recur, at the desk: those of one's own scope, counted as a plain count does, each leading to its texts."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import EVERYWHERE
from survey_app.storage import NewResponse
from survey_app.tabulation.recurring import signed_g2
from tests.machinery.behind import said
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import OpenDesk, SignedInAs

SAID = {
    "P1a": ["收费站乱罚款，没有票据"] * 6 + ["道路通畅"] * 2,
    "P1b": ["收费站态度恶劣"] * 5 + ["检查太多", "检查太多"],
    "P2a": ["道路通畅，检查规范"] * 9 + ["请找张三丰，电话13800138000"] * 2,
    None: ["道路通畅"] * 4,
}


@pytest.fixture
def talked(empty_desk: Flask) -> Flask:
    """The desk after people wrote what SAID says; those who met a fine ticked it."""
    (campaign,) = empty_desk.extensions["survey"].campaigns.values()
    kept(empty_desk).add(told(campaign, region, text) for region, texts in SAID.items() for text in texts)
    return empty_desk


def told(campaign: Campaign, region: str | None, text: str) -> NewResponse:
    return said(campaign, region, why=text, **({"issues": ["fine"]} if "罚款" in text else {}))


def rows(person: Person) -> dict[str, list[str]]:
    """The cells of the table by what stands at the head of each row."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', person.text, re.DOTALL)
    plain = [
        (re.sub("<[^>]+>", "", head), re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL))
        for head, rest in found
    ]
    return {head: [re.sub("<[^>]+>", "", cell).strip() for cell in cells] for head, cells in plain}


def test_every_figure_is_that_of_a_plain_count(talked: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(talked, "coordinator")
    person.opens("/research/words?questionnaire=poll&question=why&by=level:prefecture")
    assert [cells[0] for cells in rows(person).values()] == ["15", "11"]
    person.opens("/research/words?questionnaire=poll&question=why&by=level:prefecture&group=P1")
    inside = [text for region in ("P1a", "P1b") for text in SAID[region]]
    outside = [text for region in ("P2a", None) for text in SAID[region]]
    shown = rows(person)
    assert {"收费站", "道路"} <= set(shown)
    for word, (count, share, rest, rest_share, ratio) in shown.items():
        a, b = (sum(word in text for text in side) for side in (inside, outside))
        assert [count, rest] == [str(a), str(b)], word
        assert [share, rest_share] == [f"{100 * a / len(inside):.1f}", f"{100 * b / len(outside):.1f}"]
        assert ratio == f"{signed_g2(a, len(inside), b, len(outside)):+.1f}".replace("-", "−")


@pytest.mark.parametrize("group, mine", [("east", ("P1a", "P1b")), ("west", ("P2a",)), ("isles", ())])
def test_a_group_sees_and_compares_the_words_of_its_own_regions_only(
    talked: Flask, signed_in_as: SignedInAs, group: str, mine: tuple[str, ...]
):
    person = signed_in_as(talked, "researcher", group)
    texts = [text for region in mine for text in SAID[region]]
    strangers = {
        word
        for words in SAID.values()
        for text in words
        for word in ("收费站", "通畅", "规范")
        if word in text
    }
    for by in ("level:county", "level:prefecture", "level:group", "issue"):
        person.opens(f"/research/words?by={by}")
        assert person.status == 200
        if texts:
            assert f"{len(texts)} 份答卷写了文字" in person.text
        for word in strangers:
            assert word not in person.text or any(word in text for text in texts), (by, word)


def test_each_word_leads_to_as_many_responses_as_it_counts(talked: Flask, signed_in_as: SignedInAs):
    for who in (("coordinator",), ("researcher", "east")):
        person = signed_in_as(talked, *who)
        person.opens("/research/words?questionnaire=poll&question=why&by=level:county")
        leads = re.findall(
            r'<a href="([^"]+words=[^"]+)">[^<]+</a> <span class="soft">(\d+)</span>', person.text
        )
        assert leads
        for address, count in leads:
            listed = person.opens(unescape(address))
            assert len(set(re.findall(r"/research/responses/([0-9a-f]{32})", listed.text))) == int(count), (
                address
            )


def test_where_no_word_stands_out_one_line_says_so(empty_desk: Flask, signed_in_as: SignedInAs):
    (campaign,) = empty_desk.extensions["survey"].campaigns.values()
    kept(empty_desk).add(
        told(campaign, place, "道路通畅") for place in ("P1a", "P1b", "P2a") for _ in range(5)
    )
    person = signed_in_as(empty_desk, "coordinator").opens("/research/words?by=level:county")
    assert "没有哪个词在其中一组明显更常出现" in person.text
    assert "<table" not in person.text
    assert "通畅" in person.text  # among the commonest of all


def test_issues_group_words_too(talked: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(talked, "coordinator").opens("/research/words?by=issue&group=fine")
    assert rows(person)["票据"][:3] == ["6", "100.0", "0"]


def test_nobody_is_named_by_a_word_and_no_number_is_one(talked: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(talked, "coordinator")
    for query in ("", "?by=level:county", "?by=level:county&group=P2a", "?by=issue"):
        person.opens(f"/research/words{query}")
        assert "张三丰" not in person.text
        assert "13800138000" not in person.text
        assert "●" not in person.text


def test_who_is_excluded_says_nothing(talked: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(talked, "coordinator")
    which = next(each.id for each in list(kept(talked).responses()) if each.region == "P2a")
    person.opens("/research/words?by=level:county")
    assert "30 份答卷写了文字" in person.text
    kept(talked).reviews.change(EVERYWHERE, which, "excluded", "wang", "重复")
    assert "29 份答卷写了文字" in person.opens("/research/words?by=level:county").text


@pytest.mark.parametrize(
    "query", ["questionnaire=none", "question=how", "question=none", "by=level:street", "by=none"]
)
def test_what_there_is_not_to_compare_is_not_found(talked: Flask, signed_in_as: SignedInAs, query: str):
    assert signed_in_as(talked, "coordinator").opens(f"/research/words?{query}").status == 404


def test_an_unknown_group_shows_all_of_them(talked: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(talked, "coordinator").opens("/research/words?group=nowhere&by=level:county")
    assert set(rows(person)) >= {"东市甲县", "东市乙县", "西市甲县"}


def test_the_page_opens_where_there_is_something_to_compare(talked: Flask, signed_in_as: SignedInAs):
    for who, by in ((("coordinator",), "level:prefecture"), (("researcher", "east"), "level:county")):
        person = signed_in_as(talked, *who).opens("/research/words")
        assert f'<option value="{by}" selected>' in person.text, "not by the province, in which everybody is"
        assert rows(person)


TWO = {
    "campaign.yaml": """
        name: two
        title: 两份问卷
        organisation: 办公室
        languages: {zh: 中文}
        privacy: 匿名
        consent: 同意
        levels: [{name: county, label: 县}]
        """,
    "regions.csv": "code,parent,level,label\nP1,,county,东县\nP2,,county,西县\n",
    **{
        f"{name}.yaml": f"""
        name: {name}
        title: {name}
        audience: [visitor]
        staff: {"true" if name == "inspection" else "false"}
        pages:
          - name: all
            label: 页
            questions:
              - {{name: at, type: region, level: county, role: region, label: 哪里？}}
              - {{name: {name}_said, type: text, label: 说说}}
        """
        for name in ("inspection", "seldom", "often")
    },
}


def test_the_page_opens_on_the_public_questionnaire_in_which_most_was_written(
    open_desk: OpenDesk, write_campaign: Any, signed_in_as: SignedInAs
):
    app = open_desk(write_campaign(TWO))
    (campaign,) = app.extensions["survey"].campaigns.values()
    for name, many in {"inspection": 9, "seldom": 1, "often": 4}.items():
        for number in range(10):
            answers = {"at": "P1"} | ({f"{name}_said": "收费站乱罚款"} if number < many else {})
            new = NewResponse.of(
                campaign,
                campaign.questionnaires[name],
                answers,
                ["at", f"{name}_said"],
                channel="web",
                language="zh",
                date=date(2021, 6, 1),
            )
            kept(app).add([new])
    person = signed_in_as(app, "coordinator").opens("/research/words")
    assert '<option value="often" selected>' in person.text
    assert "4 份答卷写了文字" in person.text
