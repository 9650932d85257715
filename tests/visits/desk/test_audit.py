"""The auditor reads the log and nothing else, filters it, turns its pages and takes it along as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from survey_app.campaign.checking import check_path
from survey_app.storage import Sought
from survey_app.storage.desk import audit
from tests.conftest import WriteCampaign
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, SignedInAs, token_of

RAW_COLUMNS = ["number", "time_utc", "time_local", "person", "act", "subject", "details"]
COLUMNS = [*RAW_COLUMNS, "act_in_words", "subject_in_words", "details_in_words", "digest"]


@pytest.fixture
def auditor(empty_desk: Flask, signed_in_as: SignedInAs) -> Person:
    """Somebody at a log of 250 acts and more."""
    for number in range(250):
        person = ["li.wei", "zhao.min"][number % 2]
        kept(empty_desk).audit.add(person, "looked at text", f"response-{number}", question="why")
    return signed_in_as(empty_desk, "auditor")


def shown(person: Person) -> list[str]:
    return [word.partition("<")[0] for word in person.text.split("<td>response-")[1:]]


def test_pages_are_turned_by_number_and_no_act_is_missed_while_others_come(
    auditor: Person, empty_desk: Flask
):
    auditor.opens("/research/audit?act=looked+at+text")
    seen = shown(auditor)
    while True:
        further = [link for link in auditor.sees.links if "before=" in link and "language" not in link]
        if not further:
            break
        kept(empty_desk).audit.add("li.wei", "looked at text", "response-new")
        auditor.opens(further[0])
        seen += shown(auditor)
    assert seen == [str(number) for number in reversed(range(250))]


def test_the_log_is_filtered_by_person_act_and_day(auditor: Person):
    auditor.opens("/research/audit?person=li.wei&act=looked+at+text")
    assert set(shown(auditor)) == {str(number) for number in range(50, 250, 2)}
    assert "125" in auditor.text
    assert "没有符合条件的记录" in auditor.opens("/research/audit?day=2001-01-01").text
    for none in ("yesterday", "9999-12-31", "0001-01-01", "2021-02-30"):
        assert auditor.opens(f"/research/audit?day={none}").status == 400
        assert "日历上没有这一天" in auditor.text
    assert auditor.opens("/research/audit?before=x").status == 200


def test_the_file_holds_every_act_disarmed_and_taking_it_is_in_the_log(auditor: Person, empty_desk: Flask):
    kept(empty_desk).audit.add("=cmd()", "@SUM(1)", "＝1+1", plus="+1", words="王芳\r\n\x0b")
    file = auditor.client.get("/research/audit.csv")
    assert file.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))
    acts = list(kept(empty_desk).audit.each(Sought()))
    assert rows[0] == COLUMNS
    assert [row[0] for row in rows[1:]] == [str(act.number) for act in acts]
    assert [cell for row in rows[1:] for cell in row if cell.startswith(tuple("=+-@＝＋－＠"))] == []
    assert acts[-1].act == "log exported"
    assert acts[-1].person == "auditor"
    for query in ("person=auditor", "act=signed+in", "day=2021-06-18", "person=auditor&act=signed+in"):
        assert auditor.client.get(f"/research/audit.csv?{query}").status_code == 200, query


def test_the_auditor_has_nothing_else(auditor: Person):
    auditor.opens("/research/enter")
    assert auditor.at == "audit"
    for address in ("/research/people", "/research/people/auditor"):
        assert auditor.opens(address).status == 404


@pytest.mark.parametrize("role", ["researcher", "observer"])
def test_others_do_not_read_the_log(empty_desk: Flask, signed_in_as: SignedInAs, role: str):
    person = signed_in_as(empty_desk, role, "east" if role == "researcher" else None)
    assert person.opens("/research/audit").status == 404
    assert person.opens("/research/audit.csv").status == 404
    assert "/research/audit" not in person.opens("/research/account").sees.links


RAW = ("rows=", "null", "level:", "poll", "P1a", "qr:", "True", "&amp;", "two-groups")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_was_done_is_shown_in_words_and_stays_in_the_log_as_it_was_written(
    desk: Flask, signed_in_as: SignedInAs, language: str
):
    chief = signed_in_as(desk, "coordinator", language=language)
    token = token_of(chief)
    add = {"csrf_token": token, "name": "mei", "role": "researcher", "group": "west"}
    chief.posts("/research/people", add)
    chief.posts("/research/people", add | {"name": "watcher", "role": "auditor", "group": ""})
    chief.posts("/research/people/mei", add | {"group": "east", "active": "on"})
    chief.opens("/research/words?questionnaire=poll&by=level:prefecture")
    chief.opens("/research/responses?words=canary&questionnaire=poll&region=P1a&state=new&channel=paper")
    query = {"rows": "region", "columns": "how", "level": "prefecture", "without_flagged": "1"}
    chief.client.get("/research/tables.csv", query_string=query)
    before = [each.content for each in kept(desk).audit.each(Sought(person="coordinator"))]
    chief.opens("/research/audit?person=coordinator")
    shown = re.findall(r"<td>([^<]*)</td><td class=\"details\">([^<]*)</td>", chief.text)
    assert len(shown) == len(before)
    for told in (text for pair in shown for text in pair):
        assert not [raw for raw in RAW if raw in told], told
    said = {"zh-CN": ("西组 → 东组", "来访调查", "市"), "en": ("→", "Poll of visitors", "Prefecture")}
    for words in said[language]:
        assert words in chief.text
    assert [each.content for each in kept(desk).audit.each(Sought(person="coordinator"))] == before


def test_moments_are_of_the_campaign_s_clock_and_say_which_and_a_day_is_one_of_it(
    empty_desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    late = datetime(2021, 6, 1, 17, 30, tzinfo=UTC)  # half past one on 2 June in Shanghai
    monkeypatch.setattr(audit, "now", lambda: late.replace(tzinfo=None))
    kept(empty_desk).audit.add("li.wei", "signed out", "li.wei")
    auditor = signed_in_as(empty_desk, "auditor")
    auditor.opens("/research/audit?day=2021-06-02&person=li.wei")
    assert "2021-06-02 01:30:00" in auditor.text
    assert "中国时间" in auditor.text
    assert "2021-06-02 01:30:00" not in auditor.opens("/research/audit?day=2021-06-01&person=li.wei").text
    file = auditor.client.get("/research/audit.csv?person=li.wei").data.decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(file)))
    assert (row["time_utc"], row["time_local"]) == ("2021-06-01T17:30:00", "2021-06-02T01:30:00+08:00")
    assert (row["act"], row["act_in_words"]) == ("signed out", "退出登录")


def test_a_time_zone_that_there_is_not_is_named_with_its_line_by_the_check(write_campaign: WriteCampaign):
    folder = write_campaign({"campaign.yaml": (CAMPAIGN / "campaign.yaml").read_text("utf-8")})
    zone = folder / "campaign.yaml"
    zone.write_text(zone.read_text("utf-8").replace("Asia/Shanghai", "Asia/Chengdu"), encoding="utf-8")
    mistakes = [each for each in check_path(folder).mistakes if "Asia/Chengdu" in each.words]
    assert len(mistakes) == 1
    assert (mistakes[0].line or 0) > 1
    assert "Asia/Shanghai" in f"{mistakes[0].words} {mistakes[0].cure}"
