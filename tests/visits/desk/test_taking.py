"""Responses taken along from the list: those that the filters choose, one's own only, masked, and written down."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from flask import Flask

from survey_app.campaign.scopes import EVERYWHERE
from survey_app.research import taking
from tests.machinery.behind import acts, add, all_ids, each_act, every, one_of
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import GROUPS, SignedInAs
from tests.visits.desk.test_responses import SECRET_WORDS
from tests.visits.desk.test_responses import guarded as guarded  # noqa: PLC0414  # the fixture

FILE = "/research/responses.{extension}?questionnaire={questionnaire}&{query}"


def taken(person: Person, query: str = "") -> list[dict[str, str]]:
    """The lines of the file of responses."""
    content = parts(person, query)
    return lines(next(text for name, text in content.items() if "-codebook" not in name))


def parts(person: Person, query: str = "", questionnaire: str = "poll") -> dict[str, str]:
    """What the zip holds, by name."""
    answer = person.client.get(FILE.format(extension="csv", questionnaire=questionnaire, query=query))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


QUERIES = ("", "region=P1a", "first=2021-06-10&last=2021-06-20", "channel=web", "state=new", "words=canary",
           "answered_in=en", "by=issue&group=toll")  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "east", "isles"])
def test_the_file_holds_those_that_the_list_shows_and_no_others(
    desk: Flask, signed_in_as: SignedInAs, who: str
):
    person = signed_in_as(desk, *([who] if who == "coordinator" else ["researcher", who]))
    for query in QUERIES:
        address = f"/research/responses?questionnaire=poll&{query}"
        if person.opens(address).status == 400:
            assert (
                person.client.get(FILE.format(extension="csv", questionnaire="poll", query=query)).status_code
                == 400
            )
            continue
        listed = sorted(all_ids(person, address))
        assert sorted(line["_id"] for line in taken(person, query)) == listed, query


def test_nothing_of_others_is_in_any_part_of_a_file_not_even_a_channel_or_a_table(
    desk: Flask, signed_in_as: SignedInAs
):
    for each in every(desk):
        if each.region in GROUPS["west"]:
            kept(desk).dialogue.add(each.id, "canary-west")
    person = signed_in_as(desk, "researcher", "east")
    for text in parts(person).values():
        assert "canary-west" not in text
    answer = person.client.get(FILE.format(extension="xlsx", questionnaire="poll", query=""))
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("canary-east" in each for each in cells)
    assert not [each for each in cells if "canary-west" in each or "canary-nowhere" in each]
    assert len(book.sheetnames) == 4, "front sheet, codes, words, codebook; tables would count everybody"


def test_a_file_that_forgets_the_scope_would_be_caught(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    everything = [each.id for each in every(desk)]
    monkeypatch.setattr(kept(desk).looking, "ids", lambda sought: everything)
    with pytest.raises(AssertionError):
        test_nothing_of_others_is_in_any_part_of_a_file_not_even_a_channel_or_a_table(desk, signed_in_as)


def test_numbers_in_free_words_are_masked_in_files_for_everybody_and_formulas_disarmed(
    desk: Flask, signed_in_as: SignedInAs
):
    which, other = add(desk, why=SECRET_WORDS), add(desk, why="=cmd()")
    kept(desk).dialogue.add(which, "再打13800138000")
    for who in (("coordinator",), ("researcher", "east")):
        found = {line["_id"]: line for line in taken(signed_in_as(desk, *who))}
        assert found[which]["why"] == "请打●●●●或看●●●●，收费站乱罚款"
        assert found[which]["_additions"].endswith("再打●●●●")
        assert found[other]["why"].startswith("'")
        whole = "".join(parts(signed_in_as(desk, *who)).values())
        assert "13800138000" not in whole
        assert "A12345" not in whole


def test_sealed_answers_are_in_no_file_and_entries_are_masked(
    guarded: tuple[Flask, str], signed_in_as: SignedInAs
):
    app, which = guarded
    found = parts(signed_in_as(app, "researcher", "east"), questionnaire="guarded")
    entries = next(text for name, text in found.items() if name.endswith(".cases.csv"))
    assert [(line["_id"], line["told"]) for line in lines(entries)] == [
        (which, "第一件"),
        (which, "第二件，电话●●●●"),
    ]
    assert "13912345678" not in "".join(found.values())
    assert "phone" not in lines(next(text for name, text in found.items() if "cases" not in name))[0]


def test_that_a_file_was_taken_is_written_down_first_with_what_chose_it(
    desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(desk, "researcher", "east")
    many = len(taken(person, "region=P1a&words=canary"))
    (act,) = [each for each in each_act(kept(desk)) if each.act == "responses exported"]
    assert (act.person, act.subject) == ("researcher-east", "poll")
    assert act.details == {
        "format": "csv",
        "responses": many,
        "words": "canary",
        "filters": {"questionnaire": "poll", "region": "P1a"},
    }


REFUSED = {
    "?questionnaire=poll&state=excluded": "已排除的答卷不进入文件",
    "?region=P1a": "请选择问卷",
    "?questionnaire=poll&region=nowhere": "请从列表中选择",
    "?questionnaire=poll&first=2021-06-10&last=2021-06-09": "晚于",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_taken_is_said_in_words(desk: Flask, signed_in_as: SignedInAs, query: str):
    person = signed_in_as(desk, "coordinator").opens(f"/research/responses.csv{query}")
    assert person.status == 400
    assert REFUSED[query] in person.errors
    assert "responses exported" not in [act for _, act, _ in acts(desk)]


def test_more_than_a_file_holds_is_refused_and_a_format_that_there_is_not(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(taking, "MOST", 10)
    person = signed_in_as(desk, "coordinator").opens("/research/responses.xlsx?questionnaire=poll")
    assert person.status == 400
    assert "10" in person.errors
    assert "66" in person.errors
    for extension in ("parquet", "jsonl", "exe", "csv.gz"):
        assert person.opens(f"/research/responses.{extension}?questionnaire=poll").status == 404


def test_an_excluded_response_leaves_the_file(desk: Flask, signed_in_as: SignedInAs):
    which = one_of(desk, "east").id
    person = signed_in_as(desk, "researcher", "east")
    before = [line["_id"] for line in taken(person)]
    kept(desk).reviews.change(EVERYWHERE, which, "excluded", "wang", "重复")
    assert [line["_id"] for line in taken(person)] == [each for each in before if each != which]


@pytest.mark.parametrize("role", ["observer", "auditor"])
def test_others_have_no_such_file(desk: Flask, signed_in_as: SignedInAs, role: Any):
    assert signed_in_as(desk, role).opens("/research/responses.csv?questionnaire=poll").status == 404


def test_the_list_offers_the_file_of_what_it_shows(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "researcher", "east").opens(
        "/research/responses?questionnaire=poll&region=P1a"
    )
    offered = [link for link in person.sees.links if "responses." in link]
    assert sorted(offered) == [
        f"/research/responses.{extension}?questionnaire=poll&region=P1a" for extension in ("csv", "xlsx")
    ]
    assert (
        "/research/responses?region=P1a&questionnaire=poll"
        in person.opens("/research/responses?region=P1a").sees.links
    )
