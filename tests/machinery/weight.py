"""What a phone's first visit and every later page weigh, counted on the wire between Chromium and the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.machinery.chromium import PHONE
from tests.machinery.relay import Counts, Relay

FIRST_VISIT_BYTES, FIRST_PAGE_REQUESTS = 30_000, 4
LATER_PAGE_BYTES = 8_000
QUIET_MS = 2_500
"""Longer than the script waits before it saves what was typed."""
TYPES = "['input', 'change'].forEach(kind => addEventListener(kind, () => { window.wasTyped = true; }, true))"


@dataclass(frozen=True)
class Weight:
    """Bytes received, with all headers: `page` for this page alone, `kept` of files that stay for a year."""

    name: str
    page: int
    kept: int
    requests: int

    @property
    def received(self) -> int:
        """All that came."""
        return self.page + self.kept


class Scales:
    """Weighs what one page of a browser receives, as the browser's own network layer counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.came: dict[str, tuple[str, int]] = {}
        self.at_hand: set[str] = set()
        self.redirects = 0
        page.add_init_script(TYPES)
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._redirected)
        session.on("Network.requestServedFromCache", lambda told: self.at_hand.add(told["requestId"]))
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _redirected(self, told: Any) -> None:
        if "redirectResponse" in told:
            self.redirects += 1
            redirect = told["redirectResponse"]  # of which the browser has told the head only
            size = redirect["encodedDataLength"] + int(redirect["headers"]["Content-Length"])
            self.came[f"redirect {self.redirects}"] = ("page", int(size))

    def _answered(self, told: Any) -> None:
        """The head has come; of an answer without a body nothing more is told."""
        response = told["response"]
        is_kept = "immutable" in str(response["headers"].get("Cache-Control"))
        is_at_hand = response.get("fromDiskCache") or told["requestId"] in self.at_hand
        if not is_at_hand:
            self.came[told["requestId"]] = ("kept" if is_kept else "page", int(response["encodedDataLength"]))

    def _finished(self, told: Any) -> None:
        if told["requestId"] in self.came and told["encodedDataLength"]:
            part, _ = self.came[told["requestId"]]
            self.came[told["requestId"]] = (part, int(told["encodedDataLength"]))

    def since(self, name: str) -> Weight:
        """What came since the last weighing, once it is quiet."""
        self.page.wait_for_load_state("networkidle")
        if self.page.evaluate("window.wasTyped"):
            self.page.wait_for_timeout(QUIET_MS)
        came, self.came = list(self.came.values()), {}
        sizes = {kind: sum(size for part, size in came if part == kind) for kind in ("page", "kept")}
        return Weight(name, **sizes, requests=len(came))


def weigh(
    browser: Browser, port: int, way: Callable[[Page, str], Iterator[str]]
) -> tuple[list[Weight], Counts]:
    """One weight for each stage of `way`, by a phone that was never here; and all that went through the wire.

    `port` is the server's.
    """
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
    with Relay(port) as relay:
        page = context.new_page()
        scales = Scales(page)
        weights = [scales.since(stage) for stage in way(page, relay.url)]
        context.close()
        return weights, relay.counts


def together(name: str, weights: Iterable[Weight]) -> Weight:
    """Several weights as one."""
    several = list(weights)
    return Weight(
        name,
        sum(each.page for each in several),
        sum(each.kept for each in several),
        sum(each.requests for each in several),
    )


def first_visit(weights: list[Weight]) -> Weight:
    """The list, the start and the first page of questions together."""
    return together("list, start and first page", weights[:3])
