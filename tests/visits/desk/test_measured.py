"""`make bench` asks for every page of the desk: one that is added later has its figure too."""

from __future__ import annotations

import pytest
from flask import Flask

from bench import desk as measured


def test_every_page_of_the_desk_is_measured(empty_desk: Flask, monkeypatch: pytest.MonkeyPatch):
    assert measured.unasked(empty_desk) == set()
    monkeypatch.delitem(measured.PAGES, "overview")
    assert measured.unasked(empty_desk) == {"research.home"}
