"""People who answer a questionnaire over HTTP, many at a time on one thread, so that they cost next to nothing.

Each has a connection and cookies, reads what every page says (its token, when it was drawn), and sends what a browser
with the page's script sends. What they type is made up beforehand.
"""

from __future__ import annotations

import heapq
import itertools
import random
import re
import selectors
import socket
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

import brotli

from survey_app.campaign.answers import Checked
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Page, Questionnaire
from survey_app.demo import people
from survey_app.respondent import live, pages, steps

PATIENCE_SECONDS = 60
TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')
DRAWN = re.compile(rb'name="since" value="([^"]*)"')
RECEIPT = re.compile(rb'id="receipt"[^>]*>(.*?)</p>', re.DOTALL)
HEAD = (
    "Host: 127.0.0.1\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html,application/xhtml+xml\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n"
)

Walk = Generator["bytes | float", "Reply", None]
"""Yields a request, or seconds to rest; is sent the reply."""


class Failed(Exception):
    """Something else came than should have."""


@dataclass(frozen=True)
class Reply:
    """What came: status, header, and the page as a browser reads it."""

    status: int
    head: bytes
    body: bytes

    @property
    def place(self) -> str:
        """Where it leads."""
        return _header(self.head, b"location").decode()


@dataclass(frozen=True)
class Paper:
    """What one person will type: `bodies` by page, urlencoded, without what each page adds; `mark` is in the words."""

    mark: str
    bodies: Mapping[str, bytes]

    def again(self, number: int) -> Paper:
        """The same answers with another mark, for the person of that number."""
        mark = f"第{number}位"
        old, new = (quote_plus(each).encode() for each in (self.mark, mark))
        return Paper(mark, {page: body.replace(old, new) for page, body in self.bodies.items()})


def papers(
    questionnaire: Questionnaire, campaign: Campaign, words: str, kinds: int, seed: int
) -> Iterator[Paper]:
    """Persons without end. Each writes a mark of its own as the answer to the question `words`; the other answers are
    those of one of `kinds` persons made up by chance.
    """
    made = []
    for raw, checked in people(questionnaire, campaign, kinds, seed):
        typed = raw | {words: "第位"}
        made.append(Paper("第位", {page.name: _body(page, typed, checked) for page in questionnaire.pages}))
    for number in itertools.count():
        yield made[number % kinds].again(number)


def _body(page: Page, raw: Mapping[str, Any], checked: Checked) -> bytes:
    shown = [path for path, _ in steps.paths(page, raw) if path in checked.relevant]
    fields: list[tuple[str, str]] = [("homepage", ""), ("go", "on")]
    for path in shown:
        fields += _fields(pages.control_name(path), raw.get(path, ""))
    return urlencode([*fields, (live.SHOWN, " ".join(map(pages.place, shown)))]).encode()


def _fields(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [(f"{name}-{row}", code) for row, code in value.items()]
    return [(name, each) for each in value] if isinstance(value, list) else [(name, str(value))]


@dataclass
class Person:
    """One at the questionnaire `name`; `rest` gives the seconds between two pages. `receipt` is there at the end."""

    name: str
    paper: Paper
    rest: Callable[[], float] = float
    cookies: dict[bytes, bytes] = field(default_factory=dict)
    receipt: bytes = b""
    requests: int = 0

    def walk(self) -> Walk:
        """From the start to the receipt. Raises Failed."""
        here = yield from self.opens(f"/q/{self.name}")
        here = yield from self.sends(f"/q/{self.name}", here, b"")
        for name, body in self.paper.bodies.items():
            here = yield from self.sends(f"/q/{self.name}/{name}", here, body)
        here = yield from self.sends(f"/q/{self.name}/check", here, b"")
        found = RECEIPT.search(here.body)
        if found is None:
            raise Failed(f"no receipt on the last page of {self.paper.mark}")
        self.receipt = b"".join(re.findall(rb"\d", re.sub(rb"<[^>]*>", b"", found[1])))

    def opens(self, address: str) -> Generator[bytes | float, Reply, Reply]:
        """A page."""
        reply = yield from self._asks(f"GET {address} HTTP/1.1\r\n{HEAD}".encode())
        if reply.status != 200:
            raise Failed(f"{address}: status {reply.status}")
        return reply

    def sends(self, address: str, page: Reply, body: bytes) -> Generator[bytes | float, Reply, Reply]:
        """The form of `page`, after a rest; then the page that follows, which must be another one."""
        if seconds := self.rest():
            yield seconds
        parts = [b"csrf_token=" + _found(TOKEN, page), body]
        if body:
            parts.append(b"since=" + _found(DRAWN, page))
        sent = b"&".join(part for part in parts if part)
        kind = "Content-Type: application/x-www-form-urlencoded"
        head = f"POST {address} HTTP/1.1\r\n{HEAD}{kind}\r\nContent-Length: {len(sent)}\r\n"
        reply = yield from self._asks(head.encode(), sent)
        if reply.status != 303 or reply.place.partition("#")[0].endswith(address):
            raise Failed(f"{address}: status {reply.status} to {reply.place or 'nowhere'}")
        return (yield from self.opens(reply.place))

    def _asks(self, head: bytes, body: bytes = b"") -> Generator[bytes | float, Reply, Reply]:
        self.requests += 1
        cookies = b"; ".join(name + b"=" + value for name, value in self.cookies.items())
        reply = yield head + (b"Cookie: " + cookies + b"\r\n" if cookies else b"") + b"\r\n" + body
        for given in re.findall(rb"(?i)\r\nset-cookie: ([^=]+)=([^;\r]*)", reply.head):
            self.cookies[given[0]] = given[1]
        return reply


def _found(pattern: re.Pattern[bytes], page: Reply) -> bytes:
    found = pattern.search(page.body)
    if found is None:
        raise Failed(f"a page without {pattern.pattern!r}")
    return quote_plus(found[1]).encode()


def _header(head: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?i)\r\n" + name + rb": ([^\r]*)", head)
    return found[1] if found else b""


@dataclass
class Line:
    """A connection of one walk, with what has come on it so far.

    It is there from the first request on: whoever comes later would hold one that the server closes meanwhile.
    """

    walk: Walk
    port: int
    sent: float = 0.0
    came: bytes = b""

    @cached_property
    def line(self) -> socket.socket:
        """The connection."""
        line = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def reply(self) -> Reply | None:
        """The reply, once it is whole."""
        head, blank, body = self.came.partition(b"\r\n\r\n")
        if not blank or len(body) < int(_header(head, b"content-length") or 0):
            return None
        packed = _header(head, b"content-encoding") == b"br"
        return Reply(int(head[9:12]), head, brotli.decompress(body) if packed else body)


@dataclass
class Crowd:
    """What came of many walks: how long each reply took, in seconds; and, in words, what failed."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    own_cpu: float = 0.0

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the replies came."""
        return sorted(self.took)[min(int(len(self.took) * share), len(self.took) - 1)]


class Loop:
    """Lets walks go, `at_once` at a time, until there are no more of them."""

    def __init__(self, port: int, walks: Iterator[Walk], at_once: int) -> None:
        self.port, self.walks, self.at_once = port, walks, at_once
        self.selector = selectors.DefaultSelector()
        self.resting: list[tuple[float, int, Line]] = []
        self.crowd = Crowd()

    def run(self) -> Crowd:
        """All walks, to their ends."""
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(self.at_once):
            self._begin()
        while self.resting or self.selector.get_map():
            self._wake()
            for key, _ in self.selector.select(self._patience()):
                self._hear(key.data)
        self.selector.close()
        self.crowd.seconds, self.crowd.own_cpu = time.perf_counter() - began, time.process_time() - cpu
        return self.crowd

    def _patience(self) -> float:
        return max(0.0, self.resting[0][0] - time.perf_counter()) if self.resting else PATIENCE_SECONDS

    def _wake(self) -> None:
        while self.resting and self.resting[0][0] <= time.perf_counter():
            line = heapq.heappop(self.resting)[2]
            self._on(line, None)

    def _begin(self) -> None:
        walk = next(self.walks, None)
        if walk is not None:
            self._on(Line(walk, self.port), None)

    def _on(self, line: Line, reply: Reply | None) -> None:
        """Hand the reply over, and do what the walk wants next."""
        try:
            wanted = next(line.walk) if reply is None else line.walk.send(reply)
        except (StopIteration, Failed) as end:
            if isinstance(end, Failed):
                self.crowd.failed.append(str(end))
            line.line.close()
            self._begin()
            return
        if isinstance(wanted, float):
            heapq.heappush(self.resting, (time.perf_counter() + wanted, id(line), line))
            return
        line.came, line.sent = b"", time.perf_counter()
        line.line.sendall(wanted)
        self.selector.register(line.line, selectors.EVENT_READ, line)

    def _hear(self, line: Line) -> None:
        part = line.line.recv(262_144)
        line.came += part
        reply = line.reply()
        if reply is None and part:
            return
        self.selector.unregister(line.line)
        if reply is None:
            self.crowd.failed.append("the line broke")
            self._begin()
            return
        self.crowd.took.append(time.perf_counter() - line.sent)
        self._on(line, reply)


def between(least: float, most: float, seed: int) -> Callable[[], float]:
    """Rests by chance."""
    lot = random.Random(seed)  # noqa: S311
    return lambda: lot.uniform(least, most)
