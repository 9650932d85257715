"""Pages of the desk lead on: where nothing came yet, from page to page, and in the words of whoever reads them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from survey_app.campaign.campaign import Campaign
from survey_app.demo import Demo, fill
from survey_app.storage import COMMAND_LINE
from survey_app.tabulation.text import signed
from survey_app.tabulation.words import BASE_LINE, phrase
from tests.visits.conftest import REAL, kept
from tests.visits.desk.conftest import OpenDesk, SignedInAs, responses_of

MADE_UP = "供试用的虚构答卷"


def campaign(app: Flask, name: str) -> Campaign:
    found: Campaign = app.extensions["survey"].campaigns[name]
    return found


@pytest.fixture
def both(open_desk: OpenDesk) -> Flask:
    """Two campaigns, the answers to one of which are made up."""
    app = open_desk(REAL)
    fill(kept(app), Demo(campaign(app, "sichuan-2021"), 60, 3, date.today()))
    return app


def test_the_button_of_the_table_builder_stands_once_behind_all_that_can_be_chosen(
    desk: Flask, signed_in_as: SignedInAs
):
    page = signed_in_as(desk, "coordinator").opens("/research/tables?rows=how").text
    form = page.partition('<form id="ask"')[2].partition("</form>")[0]
    assert form.count("<button") == 1
    assert form.index("<button") > max(form.rindex("<select"), form.rindex("<input"))
    assert "先选题目并统计" in form


def test_all_questions_open_with_a_questionnaire_for_the_public(both: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(both, "coordinator")
    page = person.opens("/research/frequencies").text
    first = campaign(both, "sichuan-2021").public[0]
    assert f'<option value="{first.name}" selected>' in page
    assert '<select id="campaign"' in page
    links = re.findall(r'<a href="#q-(\w+)">', page)
    assert links and links == re.findall(r'<h2 id="q-(\w+)">', page)


def test_questions_that_nobody_answered_say_what_to_do_next(empty_desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(empty_desk, "researcher", "east")
    page = person.opens("/research/frequencies").text
    assert "还没有人作答" in page
    assert "/q/poll</a>" in page and "/research/posters?" in page
    assert "%</td>" not in page and "banner.xlsx" not in page
    (only,) = empty_desk.extensions["survey"].campaigns.values()
    kept(empty_desk).add(responses_of(only))
    assert "没有符合条件的答卷" in person.opens("/research/frequencies?from=2031-01-01").text


@pytest.mark.parametrize(("role", "group"), [("coordinator", None), ("researcher", "east")])
def test_before_the_first_response_posters_and_addresses_come_first(
    empty_desk: Flask, signed_in_as: SignedInAs, role: str, group: str | None
):
    person = signed_in_as(empty_desk, role, group)
    page = person.opens("/research/").text
    assert page.index("/research/posters?") < page.index("/q/poll</a>") < page.index("survey import")
    assert (
        person.opens(re.findall(r'href="(/research/posters\?[^"]*)"', page)[0].replace("&amp;", "&")).status
        == 200
    )
    assert ("您负责的地区" in person.opens("/research/responses").text) == (role == "researcher")


def test_a_desk_without_the_public_pages_names_no_address_of_theirs(
    open_desk: OpenDesk, signed_in_as: SignedInAs
):
    page = signed_in_as(open_desk(parts="research"), "coordinator").opens("/research/").text
    assert "/research/posters?" in page and "/q/poll" not in page


@pytest.mark.parametrize(
    ("role", "says", "leaves"),
    [("observer", "由协调员决定", "campaign.yaml"), ("coordinator", "campaign.yaml", "由协调员决定")],
)
def test_where_no_table_is_public_each_is_told_what_they_can_do(
    desk: Flask, signed_in_as: SignedInAs, role: str, says: str, leaves: str
):
    page = signed_in_as(desk, role).opens("/research/figures").text
    assert says in page and leaves not in page


def test_only_the_campaign_with_made_up_answers_says_so(both: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(both, "coordinator")
    for address in ("/research/", "/research/board", "/research/tables", "/research/frequencies"):
        assert MADE_UP in person.opens(f"{address}?campaign=sichuan-2021").text, address
        assert MADE_UP not in person.opens(f"{address}?campaign=starter").text, address
    assert MADE_UP in person.opens("/research/account").text


def test_tiles_speak_the_language_of_the_page(both: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(both, "coordinator")
    for language, name in (("en", "Chengdu"), ("zh", "成都")):
        page = person.opens(f"/research/board?campaign=sichuan-2021&language={language}").text
        names = re.findall(r'<text class="name"[^>]*>([^<]*)</text>', page)
        assert name in names
        assert all(bool(re.search("[一-鿿]", each)) == (language == "zh") for each in names), names


def test_a_campaign_without_a_zone_has_times_in_utc(open_desk: OpenDesk, signed_in_as: SignedInAs):
    app = open_desk(REAL / "starter")
    auditor = signed_in_as(app, "auditor")
    assert "时间（UTC）" in auditor.opens("/research/audit").text
    assert "When (UTC)" in auditor.opens("/research/audit?language=en").text


def test_the_log_names_the_command_line_in_the_language_of_the_page(desk: Flask, signed_in_as: SignedInAs):
    kept(desk).people.add("wang", "auditor", None, "four dull words", by=COMMAND_LINE)
    auditor = signed_in_as(desk, "auditor")
    page = auditor.opens("/research/audit").text
    assert "<td>（命令行）</td>" in page and f">{COMMAND_LINE}<" not in page
    only = auditor.client.get("/research/audit", query_string={"person": COMMAND_LINE}).get_data(as_text=True)
    assert only.count("<td>（命令行）</td>") == 1 and f'value="{COMMAND_LINE}" selected' in only


def test_figures_are_written_in_one_way(both: Flask, signed_in_as: SignedInAs):
    assert phrase(BASE_LINE, base=1621, people=5000).in_("en").startswith("Base: 1,621 respondents")
    assert (signed(-5.04, ".1f"), signed(1234.0, ",.0f")) == ("−5.0", "+1,234")
    for language in ("zh", "en"):
        person = signed_in_as(both, "coordinator")
        page = person.opens(f"/research/board?campaign=sichuan-2021&language={language}").text
        assert re.search(r"\d%", page) and not re.search(r"\d %", page)


def test_what_there_is_to_choose_from_is_named_by_its_label(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    page = person.opens("/research/tables?rows=xxxxxxxx&questionnaire=poll").text
    assert "发生地区（region）" in page
    assert "市（prefecture）" in person.opens("/research/tables?rows=region&level=xxxxxxxx").text
