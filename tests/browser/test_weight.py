"""The pages are light: what a phone receives, counted in Chromium's network layer and again on the wire."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.machinery.live_server import LiveServer
from tests.machinery.stages import of_the_driver
from tests.machinery.weight import (
    FIRST_PAGE_REQUESTS,
    FIRST_VISIT_BYTES,
    LATER_PAGE_BYTES,
    first_visit,
    together,
    weigh,
)


def test_the_first_visit_and_every_later_page_stay_within_their_bytes_and_requests(
    browser: Browser, shared_server: LiveServer
):
    weights, wire = weigh(browser, shared_server.port, of_the_driver)
    told = "\n".join(map(str, weights))
    first = first_visit(weights)
    assert weights[0].requests <= FIRST_PAGE_REQUESTS, told
    assert first.received <= FIRST_VISIT_BYTES, told
    assert first.requests <= 7, told
    assert len(weights) > 8
    assert max(each.page for each in weights[3:]) <= LATER_PAGE_BYTES, told
    assert 0.9 < together("all", weights).received / wire.received <= 1, (told, wire)
