"""Files as they come over a real connection: never on the disk while they come, and words for one that is too large."""

from __future__ import annotations

import http.client
import sys
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pyrage
import pytest

from tests.conftest import WriteCampaign
from tests.machinery import notices
from tests.machinery.live_server import LiveServer, StartServer
from tests.machinery.person import Reading
from tests.visits.evidence import ADDRESS, sealing

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EDGE = "edge-of-a-part"


class Caller:
    """A person over a real connection, which can stop in the middle of sending."""

    def __init__(self, server: LiveServer) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        self.cookies: dict[str, str] = {}
        self.status = 0
        self.text = ""

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "Accept-Language": "en"} | more

    def takes(self) -> Caller:
        answer = self.connection.getresponse()
        for line in answer.msg.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        self.status, self.text = answer.status, answer.read().decode()
        return self.opens(answer.headers["Location"]) if self.status == 303 else self

    def opens(self, address: str) -> Caller:
        self.connection.request("GET", address, headers=self.headers({}))
        return self.takes()

    def posts(self, address: str, body: bytes | str, kind: dict[str, str] = FORM) -> Caller:
        self.connection.request("POST", address, body, self.headers(kind))
        return self.takes()

    @property
    def token(self) -> str:
        return Reading(self.text).controls["csrf_token"][0]


def part(token: str, content: bytes) -> bytes:
    """The body of a form with a token and a photo."""
    return (
        (
            f'--{EDGE}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--{EDGE}\r\n'
            'Content-Disposition: form-data; name="q-photo"; filename="x.jpg"\r\n\r\n'
        ).encode()
        + content
        + f"\r\n--{EDGE}--\r\n".encode()
    )


MULTIPART = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}


@pytest.fixture
def served(start_server: StartServer, write_campaign: WriteCampaign) -> LiveServer:
    return start_server(campaigns=sealing(write_campaign, pyrage.x25519.Identity.generate()))


@pytest.fixture
def caller(served: LiveServer) -> Iterator[Caller]:
    person = Caller(served).opens("/q/tiny")
    person.posts("/q/tiny", f"csrf_token={person.token}")
    yield person.opens(ADDRESS)
    person.connection.close()


def held_open(process: int) -> list[str]:
    """The files outside of the database that a process has open, those without a name too."""
    handles = Path(f"/proc/{process}/fd").iterdir()
    links = [str(handle.readlink()) for handle in handles if handle.is_symlink()]
    return [link for link in links if link.startswith("/") and "sqlite" not in link and "/dev/" not in link]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_photo_is_in_memory_only_while_it_comes(served: LiveServer, caller: Caller):
    before = set(held_open(served.process.pid))
    body = part(caller.token, notices.jpeg().ljust(8_000_000, b"\0"))
    caller.connection.putrequest("POST", ADDRESS)
    for name, value in caller.headers(MULTIPART | {"Content-Length": str(len(body))}).items():
        caller.connection.putheader(name, value)
    caller.connection.endheaders(body[:7_000_000])
    urllib.request.urlopen(f"{served.url}/healthz", timeout=30).close()  # noqa: S310 - our own server
    assert set(held_open(served.process.pid)) == before
    caller.connection.send(body[7_000_000:])
    caller.takes()
    assert (caller.status, "Photo 1, " in caller.text) == (200, True)


def test_a_photo_of_twelve_megabytes_gets_words_and_the_next_one_is_taken(caller: Caller):
    token = caller.token
    caller.posts(ADDRESS, part(token, notices.jpeg().ljust(12_000_000, b"\0")), MULTIPART)
    assert caller.status == 413
    assert "larger than 8 MB" in Reading(caller.text).ids["errors"]
    caller.posts(ADDRESS, part(caller.token, notices.jpeg()), MULTIPART)
    assert (caller.status, "Photo 1, " in caller.text) == (200, True)


def test_no_other_address_takes_as_much(caller: Caller):
    caller.posts("/q/tiny/notice", part(caller.token, notices.jpeg().ljust(300_000, b"\0")), MULTIPART)
    assert caller.status == 413
    assert "More was sent than a page can hold" in caller.text


def test_a_body_that_does_not_say_how_long_it_is_ends_where_it_is_too_large(caller: Caller):
    def chunks():
        for _ in range(9):
            yield b"\0" * 1_000_000

    try:
        caller.connection.request("POST", ADDRESS, chunks(), caller.headers(MULTIPART), encode_chunked=True)
        assert caller.connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server hung up before all of it was sent
