"""Whose responses each person sees: decided from role and group, and from nothing that is asked for."""

from __future__ import annotations

import pytest
from flask import Flask, g
from werkzeug.exceptions import Forbidden

from survey_app.campaign.scopes import EVERYWHERE, NOWHERE, Scope
from survey_app.research import access
from survey_app.roles import Role
from survey_app.storage import Person, Session

EAST = Scope(frozenset({"P1", "P1a", "P1b"}))


@pytest.mark.parametrize(
    ("role", "group", "seen"),
    [
        ("coordinator", None, EVERYWHERE),
        ("coordinator", "east", EVERYWHERE),
        ("researcher", "east", EAST),
        ("researcher", "gone", NOWHERE),
        ("researcher", None, NOWHERE),
        ("observer", None, NOWHERE),
        ("observer", "east", NOWHERE),
        ("auditor", None, NOWHERE),
    ],
)
def test_each_role_sees_what_is_its_own(empty_desk: Flask, role: Role, group: str | None, seen: Scope):
    (campaign,) = empty_desk.extensions["survey"].campaigns.values()
    with empty_desk.test_request_context("/research/enter?group=west&region=P2"):
        g.desk_session = Session(Person("x", role, group), "whole")
        assert access.scope(campaign) == seen


def test_who_is_halfway_through_signing_in_is_not_signed_in(empty_desk: Flask):
    with empty_desk.test_request_context("/research/enter"):
        g.desk_session = Session(Person("x", "coordinator", None), "known")
        with pytest.raises(Forbidden):
            access.signed_in()
        g.desk_session = None
        with pytest.raises(Forbidden):
            access.signed_in()
