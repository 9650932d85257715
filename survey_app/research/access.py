"""Who is signed in, who may call what, and whose responses they see. Every page of the desk is added through `page`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask_babel import LazyString
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from survey_app.campaign import scopes
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import Scope
from survey_app.research import cookie
from survey_app.roles import ROLES, Role
from survey_app.storage import Person, Session
from survey_app.survey import Survey
from survey_app.web.assets import Assets

PREFIX = "/research"
FIRST = "home"
"""The page at the desk's own address, which leads those who may not see it to the first one that they may."""
READING = ("GET", "HEAD", "OPTIONS")

blueprint = Blueprint("research", __name__, template_folder="templates", url_prefix=PREFIX)
ASSETS = Assets(Path(__file__).with_name("static"), blueprint)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class NavItem:
    """A page that the navigation names, for those who may call it."""

    label: LazyString
    endpoint: str
    roles: frozenset[Role]
    place: int


NAV: list[NavItem] = []


@dataclass(frozen=True)
class Admission:
    """Who may call an address: everybody (`is_open`), whoever gave a password (`is_halfway`), or those with a role."""

    roles: frozenset[Role] = frozenset()
    is_open: bool = False
    is_halfway: bool = False


class Pages:
    """Adds pages to the desk, and knows who may call each."""

    def __init__(self) -> None:
        self.admissions: dict[str, Admission] = {_full("asset"): Admission(is_open=True)}

    def __call__(
        self,
        rule: str,
        *roles: Role,
        methods: Collection[str] = ("GET",),
        endpoint: str | None = None,
        nav: LazyString | None = None,
        place: int = 50,
    ) -> Callable[[View], View]:
        """Add a page at `rule` for those with one of `roles`.

        With `nav`, the navigation names it so, in order of the `place`s.
        """
        if not roles or not set(roles) <= set(ROLES):
            raise ValueError(f"{rule} has to say which roles may call it")
        add = self._adding(rule, Admission(frozenset(roles)), methods, endpoint)

        def add_and_name(view: View) -> View:
            if nav is not None:
                NAV.append(NavItem(nav, _full(endpoint or view.__name__), frozenset(roles), place))
                NAV.sort(key=lambda item: item.place)
            return add(view)

        return add_and_name

    def open(self, rule: str, *, methods: Collection[str] = ("GET",)) -> Callable[[View], View]:
        """Add a page for those who are not signed in too."""
        return self._adding(rule, Admission(is_open=True), methods)

    def halfway(self, rule: str, *, methods: Collection[str] = ("GET",)) -> Callable[[View], View]:
        """Add a page for those who gave the right password, and have the second factor still before them."""
        return self._adding(rule, Admission(is_halfway=True), methods)

    def _adding(
        self,
        rule: str,
        admission: Admission,
        methods: Collection[str],
        endpoint: str | None = None,
    ) -> Callable[[View], View]:
        def add(view: View) -> View:
            name = endpoint or view.__name__
            if self.admissions.setdefault(_full(name), admission) != admission:
                raise ValueError(f"{rule} says of {name} who may call it otherwise than before")
            blueprint.add_url_rule(rule, name, view, methods=list(methods))
            return view

        return add


def _full(endpoint: str) -> str:
    return f"{blueprint.name}.{endpoint}"


page = Pages()


@blueprint.before_request
def admit() -> Response | None:
    """Let through whoever may call this address; what is not declared is there for nobody."""
    admission = page.admissions.get(request.endpoint or "")
    if admission is None:
        raise NotFound
    if admission.is_open:
        return None
    session = present()
    if session is None:
        return _turn("sign_in", next=_here())
    if admission.is_halfway:
        return None
    if (step := missing(session)) is not None:
        return None if request.endpoint in {_full(step), _full(f"take_{step}")} else _turn(step, next=_here())
    if session.person.role not in admission.roles:
        if request.endpoint == _full(FIRST) and request.method in READING:
            return redirect(home(), 303)
        raise NotFound
    return None


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """No browser and no proxy keeps a page of the desk."""
    if request.endpoint != _full("asset"):
        response.headers["Cache-Control"] = "no-store"
    return response


def missing(session: Session) -> str | None:
    """The page that somebody has still to go through before the desk is open; None where it is."""
    if session.stage == "known":
        return "code" if session.person.has_codes else "set_up_codes"
    return "own_password" if session.person.fresh else None


def present() -> Session | None:
    """The session of this request, however far signing in has come."""
    if "desk_session" not in g:
        token = cookie.token()
        g.desk_session = survey().storage.sessions.find(token) if token else None
    found: Session | None = g.desk_session
    return found


def take_over(session: Session | None) -> None:
    """Let the rest of this request be in a session that has just begun."""
    g.desk_session = session


def signed_in() -> Person:
    """Who is signed in. Raises Forbidden where nobody is."""
    session = present()
    if session is None or session.stage != "whole":
        raise Forbidden
    return session.person


def scope(campaign: Campaign) -> Scope:
    """Whose responses the person sees: all for the coordinator, those of the group's regions for a researcher."""
    person = signed_in()
    if person.role == "coordinator":
        return scopes.EVERYWHERE
    if person.role == "researcher":
        return scopes.of_group(campaign, person.group)
    return scopes.NOWHERE


def audit(act: str, subject: str, /, **details: Any) -> None:
    """Write down what the person does, before it is done."""
    survey().storage.audit.add(signed_in().name, act, subject, **details)


def campaigns() -> list[Campaign]:
    """All campaigns, those that are listed first."""
    return sorted(survey().campaigns.values(), key=lambda campaign: not campaign.about.listed)


def survey(app: Flask | None = None) -> Survey:
    """The open survey behind the pages."""
    found: Survey = (app or current_app).extensions["survey"]
    return found


def navigation() -> list[NavItem]:
    """What the navigation names to this person."""
    session = present()
    if session is None or missing(session) is not None:
        return []
    return [item for item in NAV if session.person.role in item.roles]


def home() -> str:
    """The address of the first page that the person may call."""
    items = navigation()
    return url_for(items[0].endpoint if items else "research.account")


def _here() -> str | None:
    """This address, to come back to after signing in; those of the desk itself lead everybody to a page of theirs."""
    is_a_page = request.method == "GET" and request.path not in {f"{PREFIX}/", f"{PREFIX}/enter"}
    return request.full_path.rstrip("?") if is_a_page else None


def _turn(step: str, **values: str | None) -> Response:
    """To another page first; what was sent to be done is not done."""
    if request.method not in READING:
        raise Forbidden
    return redirect(url_for(_full(step), _external=False, **values), 303)
