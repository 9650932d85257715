"""Who may call what: every route says so, and it is so."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_app.research.access import page
from survey_app.roles import ROLES
from tests.visits.desk.conftest import SignedInAs, token_of


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, address and endpoint of every route of the desk; places in an address are filled with what is nowhere."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("research."):
                values = {
                    name: 1 if "int" in str(rule._converters[name]).lower() else "none"
                    for name in rule.arguments
                }
                address = rule.build(values, append_unknown=False)[1]
                found += [
                    (each, address, rule.endpoint) for each in sorted(rule.methods - {"HEAD", "OPTIONS"})
                ]
    return found


def test_every_route_says_who_may_call_it(desk: Flask):
    declared = {endpoint for _, _, endpoint in routes(desk)}
    assert declared == page.admissions.keys()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_let_in_where_the_role_is_named_and_nowhere_else(
    desk: Flask, signed_in_as: SignedInAs, role: str
):
    for method, address, endpoint in routes(desk):
        person = signed_in_as(desk, role, "east" if role == "researcher" else None)
        sent = {"csrf_token": token_of(person)} if method == "POST" else None
        status = person.client.open(address, method=method, data=sent).status_code
        admission = page.admissions[endpoint]
        allowed = admission.is_open or admission.is_halfway or role in admission.roles
        assert allowed or status == 404, (role, method, address, status)
        assert status < 500, (role, method, address)
