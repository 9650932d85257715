"""Who may call what: every route says so, and it is so; nothing is kept, and no form goes without its token."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from survey_app.config import Settings
from survey_app.errors import SurveyError
from survey_app.research.access import page
from survey_app.roles import ROLES
from tests.machinery.person import Person
from tests.visits.desk.conftest import OpenDesk, SignedInAs, token_of

OWN = {"observer": "/research/figures", "auditor": "/research/audit"}
"""The first page of those who may not see the overview, to which its address leads them."""
HALFWAY = ("code", "take_code", "set_up_codes", "take_set_up_codes")


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, address and endpoint of every route of the desk; places in an address are filled with what is nowhere."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("research."):
            address = rule.rule
            for name in rule.arguments:
                kinds = [f"<{kind}{name}>" for kind in ("", "int:", "path:", "string:", "date:")]
                for written in kinds:
                    address = address.replace(written, "1" if "int:" in written else "none")
            assert "<" not in address, f"the test does not know how to fill {rule.rule}"
            found += [(each, address, rule.endpoint) for each in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_says_who_may_call_it(desk: Flask):
    declared = {endpoint for _, _, endpoint in routes(desk)}
    assert declared == page.admissions.keys()


def test_a_route_that_does_not_say_so_cannot_be_called_by_anybody(
    desk: Flask, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(page.admissions, "research.account")
    assert signed_in_as(desk, "coordinator").opens("/research/account").status == 404


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_let_in_where_the_role_is_named_and_nowhere_else(
    desk: Flask, signed_in_as: SignedInAs, role: str
):
    group = "east" if role == "researcher" else None
    for method, address, endpoint in routes(desk):
        person = signed_in_as(desk, role, group)
        sent = {"csrf_token": token_of(person)} if method == "POST" else None
        answer = person.client.open(address, method=method, data=sent)
        admission = page.admissions[endpoint]
        let_in = admission.is_open or admission.is_halfway or role in admission.roles
        assert answer.status_code < 500, (role, method, address)
        if endpoint == "research.home" and not let_in:
            assert (answer.status_code, answer.location) == (303, OWN[role]), role
        else:
            assert let_in or answer.status_code == 404, (role, method, address, answer.status_code)
        if let_in and method == "GET" and "none" not in address and "/1" not in address:
            assert answer.status_code in {200, 303}, (role, method, address, answer.status_code)
        answer.close()


def test_who_is_not_signed_in_reads_the_way_in_and_changes_nothing(desk: Flask):
    for method, address, endpoint in routes(desk):
        person = Person(desk).opens("/research/sign-in")
        sent = {"csrf_token": person.token} if method == "POST" else None
        answer = person.client.open(address, method=method, data=sent)
        if not page.admissions[endpoint].is_open:
            assert answer.status_code == (303 if method == "GET" else 403), (method, address)
            assert method != "GET" or answer.location.startswith("/research/sign-in")


def test_every_form_needs_its_token(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    posts = [address for method, address, _ in routes(desk) if method == "POST"]
    assert len(posts) >= 9
    for address in posts:
        assert person.client.post(address, data={"name": "x"}).status_code == 400, address
        assert person.client.post(address, data={"csrf_token": "forged"}).status_code == 400, address
    assert signed_in_as(desk, "coordinator").opens("/research/account").status == 200


def test_nothing_of_the_desk_is_kept_by_browsers_but_its_stylesheet(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    for method, address, _ in routes(desk):
        answer = person.client.open(address, method=method)
        assert answer.headers["Cache-Control"] == "no-store", (method, address)
        answer.close()
    sheet = person.opens("/research/account").text.partition('href="/research/assets/')[2].partition('"')[0]
    assert "immutable" in person.client.get(f"/research/assets/{sheet}").headers["Cache-Control"]


def test_no_page_holds_what_the_policy_forbids(desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(desk, "coordinator")
    for method, address, _ in routes(desk):
        answer = person.client.get(address) if method == "GET" else None
        if answer is not None and answer.mimetype == "text/html":
            for forbidden in (" style=", "<style", " onclick=", "<script>"):
                assert forbidden not in answer.text, address


@pytest.mark.parametrize(
    ("parts", "public", "research"), [("public", 200, 404), ("research", 404, 200), ("all", 200, 200)]
)
def test_each_door_has_its_own_pages_only(open_desk: OpenDesk, parts: str, public: int, research: int):
    app = open_desk(parts=parts)
    person = Person(app)
    assert person.opens("/").status == public
    assert person.opens("/q/poll").status == public
    assert person.opens("/research/sign-in").status == research
    assert person.opens("/healthz").status == 200
    assert person.opens("/nowhere").status == 404
    assert "没有找到这个页面" in person.text
    rooms = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()} - {"healthz"}
    assert rooms == {
        name for name, status in (("respondent", public), ("research", research)) if status == 200
    }


@pytest.mark.parametrize(
    ("variables", "parts", "roles"),
    [
        ({}, "all", {"coordinator", "researcher", "auditor"}),
        ({"SURVEY_PARTS": "research", "SURVEY_SECOND_FACTOR": "everybody"}, "research", set(ROLES)),
        ({"SURVEY_PARTS": "", "SURVEY_SECOND_FACTOR": "nobody"}, "all", set()),
        ({"SURVEY_SECOND_FACTOR": "observer, auditor"}, "all", {"observer", "auditor"}),
    ],
)
def test_settings_say_which_pages_there_are_and_who_needs_codes(
    tmp_path: Path, variables: dict[str, str], parts: str, roles: set[str]
):
    settings = Settings.read({"SURVEY_INSTANCE": str(tmp_path), **variables})
    assert (settings.parts, settings.second_factor) == (parts, roles)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SURVEY_PARTS", "desk", "public, research or all"),
        ("SURVEY_SECOND_FACTOR", "coordinator,king", "names king"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_with_words(
    tmp_path: Path, name: str, value: str, words: str
):
    with pytest.raises(SurveyError, match=words):
        Settings.read({"SURVEY_INSTANCE": str(tmp_path), name: value})
