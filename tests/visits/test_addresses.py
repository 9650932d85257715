"""An address typed by hand, with a slash too many or a large Q, leads where it was meant to."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.machinery.person import Person


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/receipt/", "/receipt"),
        ("/resume/", "/resume"),
        ("/q/every-kind/", "/q/every-kind"),
        ("/Q/every-kind", "/q/every-kind"),
        ("/Q/every-kind/", "/q/every-kind"),
        ("/Q/every-kind?via=P1a", "/q/every-kind?via=P1a"),
        ("/q/every-kind/?_external=1&_scheme=gopher&next=//elsewhere", "/q/every-kind"),
        ("/s/P1a/?via=P1b", "/s/P1a?via=P1b"),
    ],
)
def test_it_leads_there(every_kind: Flask, typed: str, meant: str):
    answer = every_kind.test_client().get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, meant)


@pytest.mark.parametrize("typed", ["/q/nobody/", "/Q/nobody"])
def test_what_is_not_there_is_still_not_there(every_kind: Flask, typed: str):
    assert Person(every_kind).opens(typed).status == 404


@pytest.mark.parametrize("typed", ["/q/every-kind/", "/Q/every-kind", "/receipt/", "/resume/"])
def test_nothing_is_taken_there(every_kind: Flask, typed: str):
    person = Person(every_kind).opens("/q/every-kind")
    assert person.posts(typed, {"csrf_token": person.token}).status == 405
