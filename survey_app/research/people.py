"""The people of the desk, whom the coordinator looks after."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from survey_app.research import labels
from survey_app.research.access import page, signed_in, survey
from survey_app.roles import ROLES, Role
from survey_app.storage import Person, Refused
from survey_app.storage.desk import passwords
from survey_app.storage.desk.person import Groupless, NoName, Taken

Answer = Response | str

REFUSED: dict[type[Refused], LazyString] = {
    Taken: _(
        "Nobody was added: somebody has this name already. Choose another one. If it was you who added them a moment "
        "ago, open their page in the list and draw a new password."
    ),
    NoName: _(
        "Nobody was added: a name is made of 1 to 64 letters, digits and the characters . _ - @ alone, without spaces."
    ),
    Groupless: _("Say which research group: a researcher sees only its responses, and without one nothing."),
    Refused: _("The last coordinator who may sign in has to stay. Make somebody else a coordinator first."),
}
"""What is wrong, as the form says it."""


@page("/people", "coordinator", nav=_("People"), place=80)
def people() -> str:
    """Everybody, and a form for somebody new."""
    return _list()


@page("/people", "coordinator", methods=["POST"])
def add_person() -> Answer:
    """Somebody new, with a password that is shown this once and has to be changed at the first sign-in."""
    name, password = request.form.get("name", ""), passwords.drawn()
    role, group = _rights()
    try:
        person = survey().storage.people.add(name, role, group, password, by=signed_in().name)
    except Refused as refused:
        wrong = str(REFUSED[type(refused)])
        return make_response(_list(wrong, name=name, role=role, group=group), refused.status)
    return render_template("desk/new_password.html", person=person, password=password)


@page("/people/<name>", "coordinator")
def person(name: str) -> str:
    """One of them, and what can be changed."""
    return _one(_found(name))


@page("/people/<name>", "coordinator", methods=["POST"])
def change_person(name: str) -> Answer:
    """Another role or group, or the right to sign in taken or given back."""
    them = _found(name)
    role, group = _rights()
    active = "active" in request.form
    try:
        survey().storage.people.change(them.name, role=role, group=group, active=active, by=signed_in().name)
    except Refused as refused:
        typed = replace(them, role=role, group=group, active=active)
        return make_response(_one(typed, str(REFUSED[type(refused)])), refused.status)
    flash(
        gettext("Kept. Where rights changed, %(name)s is signed out everywhere.", name=them.name), "message"
    )
    return redirect(url_for("research.people"), 303)


@page("/people/<name>/password", "coordinator", methods=["POST"])
def new_password(name: str) -> str:
    """Another password for who forgot theirs, shown this once."""
    them, password = _other(name), passwords.drawn()
    survey().storage.people.set_password(them.name, password, by=signed_in().name)
    return render_template("desk/new_password.html", person=them, password=password)


@page("/people/<name>/codes", "coordinator", methods=["POST"])
def forget_codes(name: str) -> Response:
    """Let somebody set up codes anew on another phone."""
    them = _other(name)
    survey().storage.people.forget_codes(them.name, by=signed_in().name)
    flash(gettext("%(name)s sets up codes anew at the next sign-in.", name=them.name), "message")
    return redirect(url_for("research.person", name=them.name), 303)


def _found(name: str) -> Person:
    found = survey().storage.people.find(name)
    if found is None:
        raise NotFound
    return found


def _other(name: str) -> Person:
    """Somebody else: for their own, coordinators have their account, where the password is asked for."""
    them = _found(name)
    if them.name == signed_in().name:
        raise NotFound
    return them


def _rights() -> tuple[Role, str | None]:
    """The role and the group of the form. Raises BadRequest for what no form offers."""
    role, group = request.form.get("role", ""), request.form.get("group") or None
    if role not in ROLES or (group is not None and group not in labels.groups()):
        raise BadRequest
    return role, group


def _list(wrong: str = "", *, name: str = "", role: Role = "researcher", group: str | None = None) -> str:
    """Everybody, and the form as it was filled in."""
    return render_template(
        "desk/people.html",
        everybody=survey().storage.people.everybody(),
        wrong=wrong,
        typed=Person(name, role, group),
        roles=ROLES,
        groups=labels.groups(),
    )


def _one(them: Person, wrong: str = "") -> str:
    groups = labels.groups()
    if them.group:
        groups.setdefault(them.group, them.group)
    is_me = them.name == signed_in().name
    return render_template(
        "desk/person.html", them=them, wrong=wrong, roles=ROLES, groups=groups, is_me=is_me
    )
