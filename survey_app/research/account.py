"""What everybody may change of their own: the password, and the codes for when the phone is lost."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from survey_app.research import cookie
from survey_app.research.access import blueprint, page, present, signed_in, survey
from survey_app.research.signing import WRONG_STATUS, Answer, held_words, onward, start, wait, wanted
from survey_app.roles import ROLES
from survey_app.storage import Held, Person
from survey_app.storage.desk import passwords
from survey_app.web import trouble


@page("/account", *ROLES)
def account() -> str:
    """Who one is, what one may do, and what can be changed."""
    return _show(signed_in())


@page("/account/codes", *ROLES, methods=["POST"])
def draw_recovery_codes() -> Answer:
    """New codes for when the phone is lost; the earlier ones are gone."""
    person = signed_in()
    try:
        if _is_own(person):
            given = survey().storage.people.new_recovery_codes(person.name)
            session.clear()  # the form is used up: a reload draws no other list while somebody writes this one down
            return render_template("desk/recovery_codes.html", codes=given, on=url_for("research.account"))
    except Held as held:
        return wait(_show(person, held_words(held)), held)
    return make_response(_show(person, _("This is not your password.")), WRONG_STATUS)


@blueprint.errorhandler(CSRFError)
def used_up(error: CSRFError) -> Answer:
    """A page with codes that is reloaded sends its form anew, which is used up; any other stale form is refused."""
    now = present()
    is_known = now is not None and now.stage == "whole"
    if is_known and request.endpoint in {"research.take_set_up", "research.draw_recovery_codes"}:
        return make_response(render_template("desk/codes_shown_once.html"), error.code)
    return trouble.page(error)


@page("/password", *ROLES)
def own_password() -> str:
    """Ask for the password of now and another one."""
    return _ask()


@page("/password", *ROLES, methods=["POST"])
def take_own_password() -> Answer:
    """Take another password; sessions on other devices end."""
    person, new = signed_in(), request.form.get("new", "")
    if wrong := unfit(new, person.name) or _unlike(new):
        return make_response(_ask(wrong), WRONG_STATUS)
    try:
        if not _is_own(person):
            return make_response(_ask(_("The password that you have now is not this one.")), WRONG_STATUS)
    except Held as held:
        return wait(_ask(held_words(held)), held)
    survey().storage.people.set_password(person.name, new, by=person.name)
    token = start(person)
    flash(_("Your password was changed. Other devices are signed out."), "message")
    return cookie.give(redirect(onward("research.account"), 303), token)


def unfit(password: str, name: str) -> str:
    """What is wrong with a password that is to be; nothing where it will do."""
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        least, most = passwords.SHORTEST, passwords.LONGEST
        return str(
            _(
                "A password has %(least)s to %(most)s characters; several words are easy to remember and hard to "
                "guess.",
                least=least,
                most=most,
            )
        )
    if passwords.is_guessable(password, [name, *survey().campaigns]):
        return str(
            _(
                "This password can be guessed: names, dates, common passwords, runs and repeats are tried first. "
                "Take three or four words that have nothing to do with each other, from a book opened at random, say."
            )
        )
    return ""


def _unlike(new: str) -> str:
    if new != request.form.get("again"):
        return str(_("The two new passwords are not the same."))
    if new == request.form.get("password"):
        return str(_("The new password is the one that you have now."))
    return ""


def _is_own(person: Person) -> bool:
    """Whether the password of now was typed, by the person and not by somebody at an unwatched screen. Raises Held."""
    people = survey().storage.people
    is_own = people.check_password(person.name, request.form.get("password", "")) is not None
    if is_own:
        people.forgive(person.name)
    return is_own


def _ask(wrong: str = "") -> str:
    now = present()
    is_fresh = now is not None and now.person.fresh
    return render_template(
        "desk/password.html", wrong=wrong, is_fresh=is_fresh, least=passwords.SHORTEST, next=wanted()
    )


def _show(person: Person, wrong: str = "") -> str:
    left = survey().storage.people.recovery_codes_left(person.name)
    return render_template("desk/account.html", person=person, left=left, wrong=wrong)
