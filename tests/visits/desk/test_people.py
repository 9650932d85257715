"""The coordinator looks after people, on the desk and by commands; nobody else does."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from survey_app.cli import survey
from survey_app.storage import Sought, Storage, open_storage
from tests.machinery.person import Person
from tests.visits.conftest import kept
from tests.visits.desk.conftest import CAMPAIGN, PASSWORD, SignedInAs, token_of
from tests.visits.desk.test_signing import gives, signs_in

Run = Callable[..., Result]


def drawn(person: Person) -> str:
    """The password that the page before the person shows, this once."""
    return person.sees.ids["password"].strip()


def test_somebody_who_is_added_signs_in_with_the_password_that_was_shown(
    empty_desk: Flask, signed_in_as: SignedInAs
):
    chief = signed_in_as(empty_desk, "coordinator").opens("/research/people")
    gives(chief, name="王芳", role="researcher", group="west")
    password = drawn(chief)
    assert password not in chief.opens("/research/people").text
    assert "西组" in chief.text
    assert signs_in(Person(empty_desk), "王芳", password).at == "codes"


@pytest.mark.parametrize(
    ("name", "says"), [("Coordinator ", "已有人使用"), ("two words", "不能有空格"), ("", "字符")]
)
def test_a_refused_name_says_why_and_the_form_keeps_what_was_chosen(
    empty_desk: Flask, signed_in_as: SignedInAs, name: str, says: str
):
    chief = signed_in_as(empty_desk, "coordinator")
    gives(chief.opens("/research/people"), name=name, role="auditor", group="west")
    assert chief.status == 409
    assert says in chief.errors
    assert ("已有人使用" in chief.errors) == (says == "已有人使用"), "one thing is wrong, and one is said"
    assert chief.sees.controls["role"] == ["auditor"]
    assert chief.sees.controls["group"] == ["west"]
    assert chief.sees.controls["name"] == [name]
    assert len(kept(empty_desk).people.everybody()) == 1


def test_who_pressed_twice_is_told_how_to_get_at_the_password(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator").opens("/research/people")
    twin = chief.twin()
    gives(chief, name="王芳", role="observer")
    gives(twin, name="王芳", role="observer")
    assert twin.status == 409
    assert "生成新密码" in twin.errors
    twin.posts("/research/people/王芳/password", {"csrf_token": token_of(twin)})
    assert signs_in(Person(empty_desk), "王芳", drawn(twin)).at in {"codes", "password"}


def test_a_researcher_without_a_group_is_not_added_and_none_loses_theirs(
    empty_desk: Flask, signed_in_as: SignedInAs
):
    chief = signed_in_as(empty_desk, "coordinator")
    gives(chief.opens("/research/people"), name="王芳", role="researcher")
    assert chief.status == 409
    assert "请选择调研组" in chief.errors
    assert chief.sees.controls["name"] == ["王芳"]
    signed_in_as(empty_desk, "researcher", "east")
    gives(chief.opens("/research/people/researcher-east"), group="")
    assert chief.status == 409
    assert "请选择调研组" in chief.errors
    assert [(each.name, each.group) for each in kept(empty_desk).people.everybody()] == [
        ("coordinator", None),
        ("researcher-east", "east"),
    ]


def test_who_came_without_a_group_before_may_be_shut_out_without_one(
    empty_desk: Flask, signed_in_as: SignedInAs
):
    chief = signed_in_as(empty_desk, "coordinator")
    sent = {"csrf_token": token_of(chief), "role": "researcher", "group": ""}
    signed_in_as(empty_desk, "observer")
    assert chief.posts("/research/people/observer", sent).status == 200
    assert not kept(empty_desk).people.find("observer").active


def test_what_no_form_offers_is_refused(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator")
    for forged in ({"role": "king"}, {"role": "researcher", "group": "north"}, {}):
        sent = {"csrf_token": token_of(chief), "name": "x", **forged}
        assert chief.posts("/research/people", sent).status == 400
    assert chief.opens("/research/people/nobody").status == 404


def test_another_role_signs_the_person_out_on_the_next_request(empty_desk: Flask, signed_in_as: SignedInAs):
    chief, observer = signed_in_as(empty_desk, "coordinator"), signed_in_as(empty_desk, "observer")
    assert observer.opens("/research/account").at == "account"
    gives(chief.opens("/research/people/observer"), role="auditor", active="on")
    assert observer.opens("/research/account").at == "sign-in"
    assert signed_in_as(empty_desk, "observer").opens("/research/audit").status == 200, "an auditor now"


def test_who_may_not_sign_in_any_more_is_out_at_once(empty_desk: Flask, signed_in_as: SignedInAs):
    chief, observer = signed_in_as(empty_desk, "coordinator"), signed_in_as(empty_desk, "observer")
    sent = {"csrf_token": token_of(chief), "role": "observer"}
    chief.posts("/research/people/observer", sent)
    assert observer.opens("/research/account").at == "sign-in"
    assert signs_in(Person(empty_desk), "observer", PASSWORD).status == 403


def test_the_last_coordinator_cannot_step_down(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator")
    gives(chief.opens("/research/people/coordinator"), role="observer")
    assert chief.status == 409
    assert "协调员" in chief.errors
    assert chief.opens("/research/people").status == 200


def test_a_forgotten_password_and_a_lost_phone_are_mended(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator")
    people = kept(empty_desk).people
    signed_in_as(empty_desk, "auditor")
    chief.posts("/research/people/auditor/password", {"csrf_token": token_of(chief)})
    password = drawn(chief)
    assert signs_in(Person(empty_desk), "auditor", PASSWORD).status == 403
    assert signs_in(Person(empty_desk), "auditor", password).at == "codes"
    chief.posts("/research/people/auditor/codes", {"csrf_token": token_of(chief)})
    assert not people.find("auditor").has_codes
    acts = [each.act for each in kept(empty_desk).audit.each(Sought(person="coordinator"))]
    assert acts[-2:] == ["password changed", "codes taken away"]


def test_coordinators_do_not_reset_their_own(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator")
    for what in ("password", "codes"):
        sent = {"csrf_token": token_of(chief)}
        assert chief.posts(f"/research/people/coordinator/{what}", sent).status == 404


def test_a_name_is_shown_as_text(empty_desk: Flask, signed_in_as: SignedInAs):
    chief = signed_in_as(empty_desk, "coordinator").opens("/research/people")
    gives(chief, name='"><script>alert(1)</script>')
    assert chief.status == 409
    assert "<script>alert" not in chief.text
    assert html.escape("<script>alert(1)") in chief.text


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Run:
    """Runs `survey …` on the campaign with two groups, with `typed` at its prompts."""
    monkeypatch.setenv("SURVEY_CAMPAIGNS", str(CAMPAIGN))
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("SURVEY_DATABASE_URL", database_url)
    monkeypatch.setenv("SURVEY_SECRET_KEY", "s" * 64)

    def command(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(survey, words, input=typed)

    return command


@pytest.fixture
def storage(database_url: str) -> Storage:
    return open_storage(database_url, secret=b"s" * 64)


def test_the_first_coordinator_is_made_by_a_command_and_signs_in(run: Run, empty_desk: Flask):
    made = run("user", "add", "chief", "--role", "coordinator")
    assert made.exit_code == 0
    password = made.stdout.splitlines()[-1]
    assert signs_in(Person(empty_desk), "chief", password).at == "codes"
    assert "coordinator" in run("user", "list").stdout


def test_a_password_may_be_typed_and_is_not_shown(run: Run, storage: Storage):
    made = run("user", "add", "chief", "--role", "coordinator", "--ask", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output
    assert storage.people.check_password("chief", PASSWORD) is not None
    storage.close()


def test_commands_about_people_say_what_is_wrong(run: Run):
    common = "123456789012\n" * 2
    tried = {
        "takes long to guess": run("user", "add", "a", "--role", "observer", "--ask", typed=common),
        "--group": run("user", "add", "a", "--role", "researcher"),
        "east, isles, west": run("user", "add", "a", "--role", "researcher", "--group", "north"),
        "12 to 200": run("user", "add", "a", "--role", "observer", "--ask", typed="short\nshort\n"),
        "letters, digits": run("user", "add", "a b", "--role", "observer"),
        "nobody called": run("user", "reset", "nobody"),
    }
    for words, result in tried.items():
        assert result.exit_code == 1
        assert words in result.stderr
    assert run("user", "list").stdout == ""


def test_a_coordinator_who_lost_all_is_let_in_again_by_a_command(
    run: Run, empty_desk: Flask, signed_in_as: SignedInAs
):
    chief = signed_in_as(empty_desk, "coordinator")
    password = run("user", "reset", "coordinator").stdout.splitlines()[-1]
    assert chief.opens("/research/account").at == "sign-in"
    assert signs_in(Person(empty_desk), "coordinator", password).at == "codes"


def test_the_log_is_verified_by_a_command_that_prints_its_head(run: Run, storage: Storage):
    run("user", "add", "chief", "--role", "coordinator")
    first = run("audit", "verify")
    assert first.exit_code == 0
    head = first.stdout.splitlines()[-1]
    assert re.fullmatch(r"1:[0-9a-f]{64}", head)
    storage.audit.add("chief", "exported", "poll")
    assert run("audit", "verify", "--head", head).exit_code == 0
    gone = run("audit", "verify", "--head", f"1:{'0' * 64}")
    assert gone.exit_code == 1
    assert "not in the log" in gone.stdout
    assert run("audit", "verify", "--head", "nonsense").exit_code == 1
    storage.close()
