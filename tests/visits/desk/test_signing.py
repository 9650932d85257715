"""Signing in and out: password, code, the list of codes, and what somebody else can do about it."""

from __future__ import annotations

import re
import time
from urllib.parse import urlencode

import pytest
from flask import Flask
from pyotp import TOTP

from survey_app.roles import Role
from survey_app.storage.desk.attempts import FREE
from tests.machinery.clock import Clock
from tests.machinery.person import Person, Reading
from tests.visits.conftest import kept
from tests.visits.desk.conftest import PASSWORD, OpenDesk, SignedInAs

DRAWN = "a password that was drawn"


def added(app: Flask, name: str = "li.wei", role: Role = "researcher", group: str | None = "east") -> str:
    kept(app).people.add(name, role, group, DRAWN, by="test")
    return name


def gives(person: Person, **fields: str) -> Person:
    """Fill in the form before the person and press its button."""
    sees = person.sees
    sent = {name: values[0] for name, values in sees.controls.items() if values}
    return person.posts(sees.actions["answers"], sent | fields)


def signs_in(person: Person, name: str, password: str, address: str = "/research/sign-in") -> Person:
    return gives(person.opens(address), name=name, password=password)


def token(person: Person) -> str | None:
    cookie = person.client.get_cookie("desk")
    return cookie.value if cookie else None


def whole_way(person: Person) -> tuple[TOTP, list[str]]:
    """The first sign-in from the beginning to the desk; gives the phone and the list of codes."""
    signs_in(person, "li.wei", DRAWN)
    assert person.at == "codes"
    phone = TOTP(re.sub(r"\s", "", person.sees.ids["secret"]))
    gives(person, code=phone.at(time.time()))
    listed = re.findall(r"<code>([^<]+)</code>", person.text)
    assert len(listed) == 10
    assert person.client.post("/research/sign-out").status_code == 400
    person.opens("/research/enter")
    assert person.at == "password", "a password that somebody else chose is changed first"
    gives(person, password=DRAWN, new=PASSWORD, again=PASSWORD)
    assert person.at == "account"
    return phone, listed


def test_the_first_sign_in_leads_through_codes_and_a_password_of_ones_own_to_the_desk(empty_desk: Flask):
    person = Person(empty_desk)
    added(empty_desk)
    whole_way(person)
    assert "东组" in person.text
    assert "还剩 10 个" in person.text
    person.posts("/research/sign-out", {"csrf_token": person.token})
    assert person.at == "sign-in"


def test_the_next_sign_in_asks_for_a_code_and_takes_it_once(empty_desk: Flask, clock: Clock):
    added(empty_desk)
    phone, listed = whole_way(Person(empty_desk))
    clock.later(60)
    code = phone.at(time.time())
    person = signs_in(Person(empty_desk), "li.wei", PASSWORD)
    assert person.at == "code"
    assert gives(person, code="000000").status == 403
    assert gives(person, code=code).status == 200
    thief = signs_in(Person(empty_desk), "li.wei", PASSWORD)
    assert gives(thief, code=code).status == 403
    assert gives(thief, code=listed[0]).status == 200
    other = signs_in(Person(empty_desk), "li.wei", PASSWORD)
    assert gives(other, code=listed[0]).status == 403
    used = other.sees.ids["errors"]
    assert "备用码" in used and "请等下一个" not in used
    assert gives(other, code=listed[0][::-1].lower()).sees.ids["errors"] == used, "nothing tells a used one"
    assert "请等下一个" in gives(other, code="000000").sees.ids["errors"]


def test_one_may_sign_out_from_the_page_that_shows_the_list_of_codes(empty_desk: Flask):
    added(empty_desk)
    person = signs_in(Person(empty_desk), "li.wei", DRAWN)
    gives(person, code=TOTP(re.sub(r"\s", "", person.sees.ids["secret"])).at(time.time()))
    form = person.text.partition('action="/research/sign-out"')[2]
    person.posts("/research/sign-out", {"csrf_token": form.partition('value="')[2].partition('"')[0]})
    assert (person.status, person.at, token(person)) == (200, "sign-in", None)


def test_who_has_the_password_alone_sees_nothing_and_cannot_set_up_codes_anew(empty_desk: Flask):
    added(empty_desk)
    whole_way(Person(empty_desk))
    thief = signs_in(Person(empty_desk), "li.wei", PASSWORD)
    for address in ("/research/account", "/research/password", "/research/codes", "/research/enter"):
        assert thief.opens(address).at == "code", address
    forged = {"csrf_token": thief.token, "code": "000000", "password": PASSWORD}
    assert thief.posts("/research/codes", forged).status == 404
    for address in ("/research/password", "/research/account/codes"):
        assert thief.posts(address, forged).status == 403, address


def test_before_codes_are_set_up_nothing_else_is_open(empty_desk: Flask):
    added(empty_desk)
    person = signs_in(Person(empty_desk), "li.wei", DRAWN)
    for address in ("/research/account", "/research/password", "/research/enter", "/research/code"):
        assert person.opens(address).at == "codes", address
    assert gives(person, code="123").status == 403
    assert "data:image/svg+xml" in person.text


def test_the_token_changes_at_every_step_and_a_planted_one_is_not_taken_over(empty_desk: Flask, clock: Clock):
    added(empty_desk)
    phone, _ = whole_way(Person(empty_desk))
    clock.later(60)
    person = Person(empty_desk)
    person.client.set_cookie("desk", "planted", domain="localhost")
    signs_in(person, "li.wei", PASSWORD)
    known = token(person)
    assert known != "planted"
    gives(person, code=phone.at(time.time()))
    whole = token(person)
    assert whole not in {known, "planted"}
    for old in ("planted", known):
        thief = Person(empty_desk)
        thief.client.set_cookie("desk", old, domain="localhost")
        assert thief.opens("/research/account").at == "sign-in"
    assert person.opens("/research/account").status == 200


def test_a_token_of_a_form_from_before_signing_in_is_of_no_use_after(empty_desk: Flask):
    added(empty_desk)
    person = Person(empty_desk).opens("/research/sign-in")
    before = person.token
    signs_in(person, "li.wei", DRAWN)
    assert person.posts("/research/codes", {"csrf_token": before, "code": "1"}).status == 400


def test_after_signing_out_the_token_opens_nothing(empty_desk: Flask, signed_in_as: SignedInAs):
    person = signed_in_as(empty_desk, "observer")
    taken = token(person)
    assert person.client.get("/research/sign-out").status_code == 405
    person.opens("/research/account").posts(
        "/research/sign-out",
        {"csrf_token": person.text.partition('csrf_token" value="')[2].partition('"')[0]},
    )
    assert token(person) is None
    person.client.set_cookie("desk", taken, domain="localhost")
    assert person.opens("/research/account").at == "sign-in"


def test_known_and_unknown_names_get_the_same_answer(empty_desk: Flask):
    added(empty_desk)

    def answer(name: str) -> tuple[int, str]:
        person = signs_in(Person(empty_desk), name, "wrong as it can be")
        plain = re.sub(r'(csrf_token" value=")[^"]+', r"\1", person.text.replace(name, "NAME"))
        return person.status, plain

    for _ in range(FREE + 1):
        assert answer("li.wei") == answer("nobody")
    assert answer("nobody")[0] == 429


def test_whoever_tries_one_name_delays_nobody_else(empty_desk: Flask, clock: Clock):
    added(empty_desk)
    added(empty_desk, "chief", "observer", None)
    for _ in range(FREE):
        assert signs_in(Person(empty_desk), "li.wei", "wrong").status == 403
    held = signs_in(Person(empty_desk), "li.wei", DRAWN)
    assert held.status == 429
    assert int(held.page.headers["Retry-After"]) >= 1
    assert "请等待" in held.errors
    assert signs_in(Person(empty_desk), "chief", DRAWN).at == "password"
    clock.later(2)
    assert signs_in(Person(empty_desk), "li.wei", DRAWN).at == "codes"


def test_a_role_without_codes_goes_straight_in_and_may_set_them_up(empty_desk: Flask):
    added(empty_desk, "viewer", "observer", None)
    person = signs_in(Person(empty_desk), "viewer", DRAWN)
    assert person.at == "password"
    gives(person, password=DRAWN, new=PASSWORD, again=PASSWORD)
    person.opens("/research/codes")
    phone = TOTP(re.sub(r"\s", "", person.sees.ids["secret"]))
    gives(person, code=phone.at(time.time()))
    assert signs_in(Person(empty_desk), "viewer", PASSWORD).at == "code"


def test_who_comes_to_the_desk_s_own_address_is_led_to_a_page_that_is_theirs(open_desk: OpenDesk):
    app = open_desk(second_factor=frozenset())
    for name, role in (("viewer", "observer"), ("checker", "auditor"), ("chief", "coordinator")):
        added(app, name, role, None)
        kept(app).people.set_password(name, PASSWORD, by=name)
        person = signs_in(Person(app), name, PASSWORD, "/research/")
        assert person.status == 200
        assert "/research/" in person.place


def test_the_setting_decides_who_needs_codes(open_desk: OpenDesk):
    app = open_desk(second_factor=frozenset())
    added(app)
    assert signs_in(Person(app), "li.wei", DRAWN).at == "password"


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", "short", "12"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "容易猜到"),
        (PASSWORD, "another one instead", "不一致"),
        (DRAWN, DRAWN, "相同"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_words(
    empty_desk: Flask, new: str, again: str, words: str
):
    added(empty_desk, "viewer", "observer", None)
    person = signs_in(Person(empty_desk), "viewer", DRAWN)
    gives(person, password=DRAWN, new=new, again=again)
    assert person.status == 403
    assert words in person.errors


def test_another_password_needs_the_one_of_now_and_ends_other_sessions(
    empty_desk: Flask, signed_in_as: SignedInAs
):
    person, elsewhere = (signed_in_as(empty_desk, "observer") for _ in range(2))
    new = "six other dull words here"
    person.opens("/research/password")
    assert gives(person, password="not mine at all", new=new, again=new).status == 403
    assert gives(person, password=PASSWORD, new=new, again=new).at == "account"
    assert "密码已更改" in person.text
    assert elsewhere.opens("/research/account").at == "sign-in"
    assert person.opens("/research/account").status == 200


def test_a_new_list_of_codes_needs_the_password(empty_desk: Flask, clock: Clock):
    added(empty_desk)
    person = Person(empty_desk)
    _, listed = whole_way(person)
    assert gives(person, password="wrong wrong wrong").status == 403
    gives(person, password=PASSWORD)
    assert len(re.findall(r"<code>", person.text)) == 10
    assert listed[0] not in person.text
    assert gives(signs_in(Person(empty_desk), "li.wei", PASSWORD), code=listed[0]).status == 403


def test_signing_in_leads_on_to_the_page_that_was_asked_for(empty_desk: Flask):
    added(empty_desk, "viewer", "observer", None)
    kept(empty_desk).people.set_password("viewer", PASSWORD, by="viewer")
    person = Person(empty_desk).opens("/research/password?x=%E4%B8%AD")
    assert person.at == "sign-in"
    gives(person, name="viewer", password=PASSWORD)
    assert person.place == "/research/password?x=中" or person.place.endswith(
        "/research/password?x=%E4%B8%AD"
    )


def test_the_first_sign_in_too_leads_on_to_the_page_that_was_asked_for(empty_desk: Flask):
    added(empty_desk)
    person = signs_in(Person(empty_desk), "li.wei", DRAWN, "/research/board?level=group")
    gives(person, code=TOTP(re.sub(r"\s", "", person.sees.ids["secret"])).at(time.time()))
    (on,) = [link for link in person.sees.links if "board" in link]
    person.opens(on)
    assert person.at == "password"
    gives(person, password=DRAWN, new="short", again="short")
    gives(person, password=DRAWN, new=PASSWORD, again=PASSWORD)
    assert person.place == "/research/board?level=group"


def test_a_password_that_can_be_guessed_is_refused_with_words_that_say_how_to_choose(
    empty_desk: Flask, signed_in_as: SignedInAs
):
    person = signed_in_as(empty_desk, "researcher", "east").opens("/research/password")
    for guessable in ("123456789012", "researcher-east-east"):
        gives(person, password=PASSWORD, new=guessable, again=guessable)
        assert person.status == 403
        assert "三四个互不相关的词" in person.errors


def test_a_page_with_codes_that_is_loaded_anew_says_that_codes_are_shown_once(empty_desk: Flask):
    added(empty_desk)
    person = signs_in(Person(empty_desk), "li.wei", DRAWN)
    sent = {
        "csrf_token": person.token,
        "code": TOTP(re.sub(r"\s", "", person.sees.ids["secret"])).at(time.time()),
    }
    person.posts("/research/codes", sent)
    listed = re.findall(r"<code>([^<]+)</code>", person.text)
    gives(person.opens("/research/account"), password=DRAWN, new=PASSWORD, again=PASSWORD)
    person.posts("/research/codes", sent)
    assert person.status == 400
    assert "只显示一次" in person.text
    assert listed[0] not in person.text

    sent = {"csrf_token": person.opens("/research/account").token, "password": PASSWORD}
    person.posts("/research/account/codes", sent)
    listed = re.findall(r"<code>([^<]+)</code>", person.text)
    person.posts("/research/account/codes", sent)
    assert "只显示一次" in person.text
    other = signs_in(Person(empty_desk), "li.wei", PASSWORD)
    assert gives(other, code=listed[0]).status == 200, "the list that was shown stays valid"


ELSEWHERE = (
    "https://evil.example/research/",
    "//evil.example/research/",
    "/research//evil.example",
    "/research/\\x",
    "/q/poll",
    "/research/\n",
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_leads_nowhere_else(empty_desk: Flask, elsewhere: str):
    added(empty_desk, "viewer", "observer", None)
    kept(empty_desk).people.set_password("viewer", PASSWORD, by="viewer")
    person = Person(empty_desk).opens("/research/sign-in")
    sent = {"csrf_token": person.token, "name": "viewer", "password": PASSWORD, "next": elsewhere}
    answer = person.client.post("/research/sign-in", data=sent)
    assert answer.location == "/research/enter"
    shown = Person(empty_desk).opens("/research/sign-in?" + urlencode({"next": elsewhere}))
    assert "next" not in shown.sees.controls
    assert all(link.startswith(("/research/sign-in?", "#")) for link in shown.sees.links)


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_is_for_this_host_alone_and_for_no_script(empty_desk: Flask, https: bool):
    added(empty_desk)
    person = Person(empty_desk, https=https).opens("/research/sign-in")
    sent = {"csrf_token": person.token, "name": "li.wei", "password": DRAWN}
    answer = person.client.post("/research/sign-in", data=sent, base_url=person.base)
    (given,) = [each for each in answer.headers.getlist("Set-Cookie") if "desk=" in each]
    assert given.startswith("__Host-desk=" if https else "desk=")
    assert ("Secure" in given) == https
    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert "Path=/;" in f"{given};"
    assert "Domain" not in given


def test_a_session_ends_when_nobody_was_there(empty_desk: Flask, signed_in_as: SignedInAs, clock: Clock):
    person = signed_in_as(empty_desk, "observer")
    clock.later(29 * 60)
    assert person.opens("/research/account").at == "account"
    clock.later(31 * 60)
    assert person.opens("/research/account").at == "sign-in"


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_scheme=evil", "_external=1", "_anchor=x", "_method=POST", "self=1"]
)
def test_no_name_in_an_address_means_anything_but_itself(empty_desk: Flask, query: str):
    shown = Person(empty_desk).opens(f"/research/sign-in?{query}")
    assert f"/research/sign-in?{query}&language=en" in shown.sees.links


def test_who_followed_a_link_from_elsewhere_is_offered_to_go_on_and_who_typed_the_address_is_not(
    empty_desk: Flask,
):
    def arrives(came: str) -> list[str]:
        headers = {"Sec-Fetch-Site": came}
        answer = Person(empty_desk).client.get(
            "/research/account?x=1", headers=headers, follow_redirects=True
        )
        return Reading(answer.text).links

    assert "/research/account?x=1" in arrives("cross-site")
    assert "/research/account?x=1" not in arrives("none")
