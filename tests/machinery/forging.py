"""Requests that no page of ours sends: every address, method, header and form, bent by chance.

Each starts from what a browser would send, since what is wrong everywhere is refused at the first door.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tests.machinery.hostile import HOSTILE
from tests.machinery.person import Fields

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "NONE")
HOSTS = (
    "",
    "..",
    "a..b",
    "h" * 5000,
    "loc alhost",
    "[::1",
    "a:99999999",
    "é.example",
    "\xff\xfe",
    "<script>",
    ":",
    "a@b",
)
COOKIES = (
    "",
    "=",
    ";;;",
    "session=x",
    "session=e30.aaaaaa.bbbb",
    "left=1",
    "language=\xff",
    "language=../../x",
    "x" * 20_000,
)
LANGUAGES = ("", "*", "xx", "en;q=nan", "zh;q=-1", ",,;q=", "\xff\xfe", "en-" * 500, "en;q=1e999")
PLAIN, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
KINDS = (
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset*=x''%ff",
    "multipart/form-data; boundary=",
    "multipart/form-data",
    "multipart/mixed; boundary=x",
    "application/json",
    "text/plain",
    "\xff/\xfe",
    "",
)
HEADS = (
    'Content-Disposition: form-data; name="{}"',
    'Content-Disposition: form-data; name="{}"',
    'Content-Disposition: form-data; name="{}"',
    'Content-Disposition: form-data; name="{}"; filename="a.jpg"\r\nContent-Type: image/jpeg',
    'Content-Disposition: form-data; filename="../../{}"',
    "Content-Disposition: form-data",
    "Content-Disposition: {}",
    "X: {}",
    'Content-Disposition: form-data; name="{}"\r\nContent-Type: text/plain; charset=utf-7',
    "Content-Disposition: form-data; name*=utf-8''%ff{}",
)
GO = (
    "on",
    "back",
    "keep",
    "add-",
    "add-events",
    "remove-events-0",
    "remove-events-²",
    "deeper-place",
    "deeper-\r\nX: y",
    "files-",
)
PATHS = (
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "%",
    "//",
    "a" * 3000,
    "a/" * 500,
    "😀",
    "check",
    "{x}",
    "%0d%0aX:y",
    "__class__",
)
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
BYTES = (
    b"\xff\xfe",
    b"%ff",
    b"%00",
    b"\0",
    b"&" * 3000,
    b"&x=1" * 3000,
    b"q-x=" + b"a" * 300_000,
    b"%ed%a0%80",
    b"&&==&",
    b"--x",
)


@dataclass
class Forger:
    """Makes what hostile requests consist of, the same for the same seed; `names` are known ones for each place."""

    chance: random.Random
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def address(self, rule: str) -> str:
        """An address under `rule`; what stands in its places is often a name that is known there."""

        def fill(place: re.Match[str]) -> str:
            known = self.names.get(place[1], ())
            part: str = self.one(*known) if known and not self.rarely() else self.one(*PATHS)
            return quote(part, safe="%/")

        asked = {name: self.text() for name in ("then", "language") if self.rarely()}
        return PLACE.sub(fill, rule) + (f"?{urlencode(asked, errors='replace')}" if asked else "")

    def headers(self) -> dict[str, str]:
        """Headers with one or another bent."""
        bent: dict[str, tuple[str, ...]] = {
            "Host": HOSTS,
            "Cookie": COOKIES,
            "Accept-Language": LANGUAGES,
            "Accept-Encoding": ("br", "gzip", "identity;q=0", "br;q=nan", "\xff"),
            "X-Forwarded-For": ("1.2.3.4", "\xff"),
            "X-Forwarded-Host": HOSTS,
            "Origin": ("http://evil.example", "null"),
            "If-None-Match": ("*", "\xff"),
            "Range": ("bytes=0-3", "bytes=9-1", "x"),
        }
        return {name: self.one(*values) for name, values in bent.items() if self.rarely()}

    def fields(self, form: Fields) -> list[tuple[str, str]]:
        """What a form holds, as a browser would send it, with up to three things bent."""
        pairs = [
            (name, each)
            for name, value in form.items()
            for each in ([value] if isinstance(value, str) else value)
        ]
        for _ in range(self.chance.randrange(4)):
            self.one(*BENDS)(self, pairs)
        return pairs

    def body(self, pairs: list[tuple[str, str]]) -> tuple[bytes, str]:
        """The pairs as bytes and their content type, which may not belong together."""
        kind = self.one(PLAIN, PLAIN, MULTIPART, self.one(*KINDS))
        body = self._multipart(pairs) if "multipart" in kind else self._plain(pairs)
        if self.chance.random() < 0.1:
            body += self.one(*BYTES)
        return (body[: self.chance.randrange(len(body) + 1)] if self.chance.random() < 0.05 else body), kind

    def text(self) -> str:
        """Something hostile, or something short."""
        text: str = self.one(
            *HOSTILE,
            "",
            "1",
            "-1",
            "1e400",
            "9" * 400,
            "2021-02-30",
            "25:61",
            "x" * 5000,
            "é" * 250,
            "0x1",
            "１２",
        )
        return text

    def one(self, *things: Any) -> Any:
        """One of `things`."""
        return self.chance.choice(things)

    def rarely(self) -> bool:
        """Once in eight times."""
        return self.chance.random() < 1 / 8

    def _plain(self, pairs: list[tuple[str, str]]) -> bytes:
        return urlencode(pairs, errors="surrogatepass").encode()

    def _multipart(self, pairs: list[tuple[str, str]]) -> bytes:
        parts = ""
        for name, value in pairs:
            head = HEADS[0] if self.chance.random() < 0.9 else self.one(*HEADS)
            parts += f"--x\r\n{head.format(name)}\r\n\r\n{value}\r\n"
        return f"{parts}--x--\r\n".encode(errors="surrogatepass")


Pairs = list[tuple[str, str]]


def _replace(forger: Forger, pairs: Pairs) -> None:
    if pairs:
        place = forger.chance.randrange(len(pairs))
        if pairs[place][0] != "csrf_token" or forger.rarely():
            pairs[place] = (pairs[place][0], forger.text())


def _drop(forger: Forger, pairs: Pairs) -> None:
    if pairs and pairs[place := forger.chance.randrange(len(pairs))][0] != "csrf_token":
        del pairs[place]


def _double(forger: Forger, pairs: Pairs) -> None:
    if pairs:
        pairs.append((forger.one(*pairs)[0], forger.text()))


def _press(forger: Forger, pairs: Pairs) -> None:
    pairs.append((forger.one("go", "language", "remove"), forger.one(*GO, "zh", "en", forger.text())))


def _stranger(forger: Forger, pairs: Pairs) -> None:
    known = forger.one(*(name for name, _ in pairs), "q-x")
    pairs.append(
        (forger.one("q-", known + "-0", known + "_other", "id", "status", forger.text()), forger.text())
    )


def _swell(forger: Forger, pairs: Pairs) -> None:
    if forger.one(True, False, False):
        pairs.append(("q-words", "a" * 300_000))


BENDS: tuple[Callable[[Forger, Pairs], None], ...] = (
    _replace,
    _replace,
    _drop,
    _double,
    _press,
    _press,
    _stranger,
    _swell,
)
