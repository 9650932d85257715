"""The research desk as people find it: made-up answers, and somebody of each kind who may sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from playwright.sync_api import Page

from tests.machinery.hands import presses
from tests.machinery.live_server import LiveServer, running_server

PEOPLE = {"lin": ("coordinator", None), "wang": ("researcher", "G3"), "zhao": ("researcher", "G6")}
OWN = "four dull words here"
TABLE = "/research/tables?questionnaire=driver&percent=row&"
ADDRESSES = {
    "overview": "/research/",
    "coverage": "/research/board",
    "a table": f"{TABLE}rows=region&columns=issue&level=prefecture&scheme=sc2021",
    "a table with a chart": f"{TABLE}rows=B01&columns=satisfaction&chart=stacked",
    "all questions": "/research/frequencies?questionnaire=driver",
    "responses": "/research/responses?questionnaire=driver",
    "words": "/research/words?questionnaire=driver",
    "posters": "/research/posters?questionnaire=driver&what=level:county&place=510800&address=https://survey.example.org",
    "the log": "/research/audit",
}
"""By the name of the stage; pages of the repository's own campaign."""


class House:
    """A server with made-up answers, and the people who may sign in, with what they sign in by."""

    def __init__(self, server: LiveServer, responses: int) -> None:
        self.server = server
        self.passwords: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.taken: dict[str, str] = {}
        assert server.survey("demo", "--responses", str(responses), "--seed", "5").returncode == 0
        for name, (role, group) in PEOPLE.items():
            words = ["--group", group] if group else []
            told = server.survey("user", "add", name, "--role", role, *words)
            assert told.returncode == 0, told.stderr
            self.passwords[name] = told.stdout.split()[-1]

    def opens(self, page: Page, address: str) -> None:
        """The page goes to an address of the desk."""
        page.goto(self.server.url + address)

    def signs_in(self, page: Page, name: str) -> None:
        """Password, code, and, at the first time, the secret for the phone and a password of one's own."""
        self.opens(page, "/research/sign-in")
        page.fill("[name=name]", name)
        page.fill("[name=password]", self.passwords[name])
        presses(page, "main form button")
        if page.locator("#secret").count():
            self.secrets[name] = page.inner_text("#secret").replace(" ", "")
        page.fill("[name=code]", pyotp.TOTP(self.secrets[name]).now())
        presses(page, "main form button")
        if page.locator("#codes").count():
            presses(page, "main a.main")
            page.fill("[name=password]", self.passwords[name])
            page.fill("[name=new]", OWN)
            page.fill("[name=again]", OWN)
            presses(page, "main form button >> nth=0")
            self.passwords[name] = OWN

    def session(self, page: Page, name: str) -> None:
        """The person, signed in once in this house, on one more page: no code is taken twice in a half-minute."""
        if name not in self.taken:
            self.signs_in(page, name)
            (cookie,) = [each for each in page.context.cookies() if "desk" in each["name"]]
            self.taken[name] = str(cookie["value"])
            return
        page.context.add_cookies([{"name": "desk", "value": self.taken[name], "url": self.server.url}])


@contextmanager
def walk(folder: Path) -> Iterator[Callable[[Page], Iterator[str]]]:
    """A server with 4,000 made-up answers, and the way of a coordinator through the desk."""
    with running_server(folder) as server:
        house = House(server, 4_000)

        def way(page: Page) -> Iterator[str]:
            house.opens(page, "/research/sign-in")
            yield "sign-in"
            house.signs_in(page, "lin")
            for stage, address in ADDRESSES.items():
                house.opens(page, address)
                page.wait_for_load_state("networkidle")
                yield stage
            house.opens(page, ADDRESSES["responses"])
            presses(page, "table a >> nth=0")
            yield "one response"

        yield way
