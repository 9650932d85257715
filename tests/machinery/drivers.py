"""Drivers who answer a questionnaire by chance over a bad line, tap again when nothing comes, and remember all."""

from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

Fields = dict[str, list[str]]

GIVES_UP_SECONDS = 120
"""How long a driver taps in vain: a server that starts again is away for seconds, on a busy machine for longer."""
STEPS = 60
PATIENCE_SECONDS = 20
REST_SECONDS = 0.15
BUSY = {429, 503}


class NoAnswer(Exception):
    """The line broke before the whole answer had come."""


class Stuck(Exception):
    """A driver does not get through to a receipt."""


class Offer(HTMLParser):
    """What a page's form offers: by name, the values to choose from; text lines; what goes along unseen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.boxes: dict[str, list[str]] = {}
        self.lists: dict[str, list[str]] = {}
        self.several: set[str] = set()
        self.alone: set[tuple[str, str]] = set()
        self.specify: set[tuple[str, str]] = set()
        self.lines: list[str] = []
        self.hidden: Fields = {}
        self.receipt = "".join(re.findall(r"\d", _inside(html, 'id="receipt"')))
        self._form = self._select = ""
        self._inert = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inert += tag == "template"
        if tag == "form":
            self._form = given.get("id", "")
            self.action = self.action or (given["action"] if self._form == "answers" else "")
        if self._inert or self._form != "answers":
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self.lists[name] = []
        elif tag == "option" and given.get("value"):
            self.lists[self._select].append(given["value"])
        elif tag == "textarea":
            self.lines.append(name)
        elif tag == "input":
            self._input(name, given)

    def _input(self, name: str, given: Mapping[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in {"radio", "checkbox"}:
            self.boxes.setdefault(name, []).append(value)
            self.several |= {name} if kind == "checkbox" else set()
            self.alone |= {(name, value)} if given.get("data-alone") else set()
            self.specify |= {(name, value)} if given.get("data-specify") else set()
        elif kind == "hidden":
            self.hidden.setdefault(name, []).append(value)
        elif name.startswith("q-"):
            self.lines.append(name)

    def handle_endtag(self, tag: str) -> None:
        self._inert -= tag == "template"
        if tag == "form":
            self._form = ""


def _inside(html: str, mark: str) -> str:
    """The text of the element that has `mark`, up to the end of its paragraph."""
    found = re.search(re.escape(mark) + r"[^>]*>(.*?)</p>", html, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""


@dataclass
class Answer:
    """One whole answer of the server."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Driver:
    """One person at one questionnaire; `typed` is what this person knows to have answered, by control."""

    number: int
    port: int
    lot: random.Random
    double_taps: float = 0.5
    questionnaire: str = "driver"
    typed: Fields = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    taps: int = 0

    @property
    def words(self) -> str:
        """What only this driver writes."""
        return f"第{self.number}位司机：少一点重复检查。"

    def visit(self) -> None:
        """From the start page to the receipt, which is looked at twice. Raises Stuck."""
        offer = self.opens(f"/q/{self.questionnaire}")
        for _ in range(STEPS):
            if offer.receipt:
                self.receipts |= {offer.receipt, self.opens(f"/q/{self.questionnaire}/sent").receipt}
                return
            if not offer.action:
                raise Stuck(f"driver {self.number}: a page without a form after {self.taps} taps")
            offer = self.sends(offer.action, self.fills(offer))
        raise Stuck(f"driver {self.number}: no receipt after {STEPS} pages")

    def fills(self, offer: Offer) -> Fields:
        """The page's fields: what was answered before stays, the rest is chosen by chance."""
        given: Fields = {}
        for name, values in offer.boxes.items():
            given[name] = self.typed.setdefault(name, self._chosen(offer, name, values))
        for name, values in offer.lists.items():
            given[name] = self.typed.setdefault(name, [self.lot.choice(values)])
        for name in offer.lines:
            owner = name.removesuffix("_other")
            wants = any((owner, value) in offer.specify for value in given.get(owner, []))
            if name == owner or wants:
                given[name] = self.typed.setdefault(name, [self.words])
        return offer.hidden | given

    def _chosen(self, offer: Offer, name: str, values: list[str]) -> list[str]:
        if name not in offer.several:
            return [self.lot.choice(values)]
        alone = [value for value in values if (name, value) in offer.alone]
        rest = [value for value in values if value not in alone]
        if alone and self.lot.random() < 0.4:
            return [self.lot.choice(alone)]
        return self.lot.sample(rest, min(len(rest), self.lot.randint(1, 2)))

    def opens(self, address: str) -> Offer:
        """Follow a link."""
        return self._follow(self._persist(lambda: self._ask("GET", address)))

    def sends(self, address: str, fields: Fields) -> Offer:
        """Press the form's button, sometimes twice at once, until an answer comes."""
        body = urlencode(fields, doseq=True).encode()
        self.taps += 1
        is_double = self.lot.random() < self.double_taps
        tap = (
            (lambda: self._twice(address, body)) if is_double else (lambda: self._ask("POST", address, body))
        )
        return self._follow(self._persist(tap))

    def _follow(self, answer: Answer) -> Offer:
        for _ in range(10):
            if answer.status not in {302, 303}:
                break
            place = urlsplit(answer.header("location"))
            address = place.path + (f"?{place.query}" if place.query else "")
            answer = self._persist(lambda address=address: self._ask("GET", address))
        if answer.status not in {200, 422}:
            raise Stuck(f"driver {self.number}: status {answer.status}")
        return Offer(answer.body)

    def _persist(self, act: Callable[[], Answer]) -> Answer:
        end = time.monotonic() + GIVES_UP_SECONDS
        while time.monotonic() < end:
            try:
                answer = act()
            except (OSError, NoAnswer):
                time.sleep(REST_SECONDS * self.lot.random())
                continue
            if answer.status not in BUSY:
                return answer
            time.sleep(REST_SECONDS)
        raise Stuck(f"driver {self.number}: no answer in {GIVES_UP_SECONDS} s")

    def _twice(self, address: str, body: bytes) -> Answer:
        """Two taps at the same moment; the person sees whichever answer comes."""
        together = threading.Barrier(2)
        came: list[Answer] = []

        def tap() -> None:
            together.wait()
            try:
                came.append(self._ask("POST", address, body))
            except (OSError, NoAnswer):
                return

        taps = [threading.Thread(target=tap) for _ in range(2)]
        for each in taps:
            each.start()
        for each in taps:
            each.join()
        if not came:
            raise NoAnswer
        return came[-1]

    def _ask(self, method: str, address: str, body: bytes = b"") -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Accept-Language": "zh-CN",
            "Content-Length": str(len(body)),
        }
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        if cookies:
            head["Cookie"] = cookies
        lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = _read(line)
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for key, value in answer.headers:
            if key == "set-cookie":
                name, _, content = value.partition(";")[0].partition("=")
                self.cookies[name] = content


def _read(line: socket.socket) -> Answer:
    """The answer, to its last byte. Raises NoAnswer where the line breaks before."""
    arrived = b"".join(iter(lambda: line.recv(65_536), b""))
    head, blank, body = arrived.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in rest)]
    answer = Answer(int(first.split(" ")[1]) if blank else 0, headers, body.decode("utf-8", "replace"))
    if not blank or len(body) < int(answer.header("content-length") or 0):
        raise NoAnswer
    return answer
