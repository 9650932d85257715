"""Somebody at the desk: what is known of them, and what can be a name, a role and a group."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row

from survey_app.errors import SurveyError
from survey_app.roles import ROLES, Role

NAME_LENGTH = 64


class Refused(SurveyError):
    """A change of people that may not be made."""

    status = 409


class Taken(Refused):
    """Somebody has that name already."""


class NoName(Refused):
    """What was typed can be nobody's name."""


class Groupless(Refused):
    """A researcher without a research group would see nothing."""


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in, or (not `active`) could once. `group`: the name of a researcher's research group.

    `has_codes`: signs in with a second factor; `fresh`: the password was chosen by somebody else.
    """

    name: str
    role: Role
    group: str | None
    active: bool = True
    has_codes: bool = False
    fresh: bool = False


def plain_name(typed: str) -> str:
    """A name as it is kept: without regard to capitals, width and spaces around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).strip().casefold())


def of_row(row: Row[Any]) -> Person:
    """The person of a row of PersonRow's columns."""
    return Person(
        row.name, cast(Role, row.role), row.research_group, row.active, row.totp is not None, row.fresh
    )


def fit_name(typed: str) -> str:
    """The name as it is kept. Raises NoName."""
    name = plain_name(typed)
    if not 1 <= len(name) <= NAME_LENGTH or not all(sign.isalnum() or sign in "._-@" for sign in name):
        raise NoName(f"A name is 1 to {NAME_LENGTH} letters, digits and the signs . _ - @, without spaces.")
    return name


def fit_role(role: str) -> Role:
    """The role. Raises Refused for what is none."""
    if role not in ROLES:
        raise Refused(f"There is no role {role}. The roles are {', '.join(ROLES)}.")
    return role


def fit_group(role: Role, group: str | None, *, active: bool = True) -> str | None:
    """The group where the role has one. Raises Groupless where it needs one, and the person may sign in."""
    if role != "researcher":
        return None
    if not group and active:
        raise Groupless("A researcher sees the responses of a research group. Say which.")
    return group or None
