"""Signing in and out: a name and a password, then a code, then the desk."""

from __future__ import annotations

import segno
from flask import make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from survey_app.research import access, cookie
from survey_app.research.access import page, present, survey
from survey_app.roles import ROLES
from survey_app.storage import Held, Person, Session
from survey_app.storage.desk import codes
from survey_app.storage.desk.sessions import Stage

Answer = Response | str

WRONG_STATUS = 403
FROM_HERE = ("none", "same-origin")
"""What a browser says of an address that was typed, or followed from a page of the desk: the cookie would have come."""
SECONDS_TOLD = 120
"""A longer wait is told in minutes."""


@page.open("/sign-in")
def sign_in() -> Answer:
    """Ask for name and password."""
    now = present()
    return _ask_password() if now is None else _on(now)


@page.open("/sign-in", methods=["POST"])
def take_password() -> Answer:
    """Look at name and password."""
    name = request.form.get("name", "")
    try:
        person = survey().storage.people.check_password(name, request.form.get("password", ""))
    except Held as held:
        return wait(_ask_password(name, held_words(held)), held)
    if person is None:
        words = _("This name and this password do not belong together. Please check both, capitals too.")
        return make_response(_ask_password(name, words), WRONG_STATUS)
    return _begin(person, "known" if _needs_code(person) else "whole")


@page.halfway("/code")
def code() -> Answer:
    """Ask for the code of now."""
    now = _present()
    return _ask_code() if now.stage == "known" and now.person.has_codes else _on(now)


@page.halfway("/code", methods=["POST"])
def take_code() -> Answer:
    """Look at a code, from the phone or from the list for when there is no phone."""
    now = _present()
    if now.stage != "known":
        return _on(now)
    try:
        is_right = survey().storage.people.check_code(now.person.name, request.form.get("code", ""))
    except Held as held:
        return wait(_ask_code(held_words(held)), held)
    if not is_right:
        if codes.is_of_list(request.form.get("code", "")):
            words = _(
                "This code is not right. Each code of your list works once; take another one, from the latest list."
            )
        else:
            words = _(
                "This code is not right now. Each code works once; wait for the next one and type that."
            )
        return make_response(_ask_code(words), WRONG_STATUS)
    return _begin(now.person, "whole")


@page.halfway("/codes")
def set_up_codes() -> Answer:
    """Show the secret that the phone has to take."""
    now = _present()
    return _on(now) if now.person.has_codes else _offer_secret(now.person)


@page.halfway("/codes", methods=["POST"])
def take_set_up() -> Answer:
    """Take the secret, if the phone shows the right code; then the list of codes is shown, this once."""
    person = _present().person
    if (
        person.has_codes
    ):  # whoever has codes shows one first: they cannot be replaced by who knows the password alone
        raise NotFound
    try:
        given = survey().storage.people.enrol(person.name, _secret(), request.form.get("code", ""))
    except Held as held:
        return wait(_offer_secret(person, held_words(held)), held)
    if given is None:
        words = _(
            "This code does not fit the picture. Check the clock of the phone, and type the code of now."
        )
        return make_response(_offer_secret(person, words), WRONG_STATUS)
    token = start(person)
    return cookie.give(
        make_response(render_template("desk/recovery_codes.html", codes=given, on=onward())), token
    )


@page.halfway("/sign-out", methods=["POST"])
def sign_out() -> Response:
    """End the session on this device, however far signing in has come."""
    survey().storage.sessions.end(cookie.token() or "", _present().person.name)
    session.clear()
    return cookie.take(redirect(url_for("research.sign_in"), 303))


@page("/enter", *ROLES)
def enter() -> Response:
    """To the first page of the desk that the person may call."""
    return redirect(access.home(), 303)


def start(person: Person, stage: Stage = "whole") -> str:
    """Begin a session, a new one always; gives its token, for the cookie. The earlier one ends.

    What is drawn afterwards has forms with new tokens.
    """
    token = survey().storage.sessions.begin(person.name, stage, cookie.token())
    session.clear()
    access.take_over(survey().storage.sessions.find(token))
    return token


def wait(shown: Answer, held: Held) -> Response:
    """The page, with the status and the header that say when to come again."""
    response = make_response(shown, held.status)
    response.headers["Retry-After"] = str(held.seconds)
    return response


def held_words(held: Held) -> str:
    """That there were too many wrong attempts, and how long to wait."""
    if held.seconds <= SECONDS_TOLD:
        words = ngettext(
            "There were many wrong attempts for this name. Please wait one second, then try again.",
            "There were many wrong attempts for this name. Please wait %(num)s seconds, then try again.",
            held.seconds,
        )
    else:
        words = ngettext(
            "There were many wrong attempts for this name. Please wait one minute, then try again.",
            "There were many wrong attempts for this name. Please wait %(num)s minutes, then try again.",
            -(-held.seconds // 60),
        )
    return str(words)


def wanted() -> str | None:
    """The page of the desk that the person asked for before signing in; nothing that leads elsewhere."""
    asked = request.values.get("next", "")
    plain = asked.isprintable() and "\\" not in asked and "//" not in asked
    return asked if asked.startswith(f"{access.PREFIX}/") and plain else None


def onward(otherwise: str = "research.enter") -> str:
    """The address that the person asked for, else that of the page `otherwise`."""
    asked = wanted()
    return request.script_root + asked if asked else url_for(otherwise)


def _begin(person: Person, stage: Stage) -> Response:
    """A new session, in the place of whatever there was."""
    if stage == "whole":
        survey().storage.people.forgive(person.name)
    step = access.missing(Session(person, stage))
    on = url_for(f"research.{step}", next=wanted()) if step else onward()
    return cookie.give(redirect(on, 303), start(person, stage))


def _needs_code(person: Person) -> bool:
    return person.has_codes or person.role in survey().settings.second_factor


def _on(now: Session) -> Response:
    """To the next step of signing in, or to where the person wanted to go."""
    step = access.missing(now)
    return redirect(url_for(f"research.{step}", next=wanted()) if step else onward(), 303)


def _present() -> Session:
    now = present()
    if now is None:
        raise NotFound
    return now


def _ask_password(name: str = "", wrong: str = "") -> str:
    came = request.headers.get("Sec-Fetch-Site")
    on = onward() if wanted() and came not in FROM_HERE else None
    return render_template("desk/sign_in.html", name=name, wrong=wrong, next=wanted(), on=on)


def _ask_code(wrong: str = "") -> str:
    return render_template("desk/code.html", wrong=wrong, next=wanted())


def _secret() -> str:
    return survey().storage.people.offered_secret(cookie.token() or "")


def _offer_secret(person: Person, wrong: str = "") -> str:
    secret = _secret()
    picture = segno.make(codes.address(secret, person.name, _issuer())).svg_data_uri(scale=4, light="#fff")
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "desk/set_up_codes.html", picture=picture, groups=groups, wrong=wrong, next=wanted()
    )


def _issuer() -> str:
    """What the phone calls the desk: the campaign's name, which is short, so that the picture is easy to scan."""
    return next((campaign.name for campaign in access.campaigns()), "survey")
