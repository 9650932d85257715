"""What the research desk takes: each kind of page over HTTP, one after another, with 20,000 made-up responses.

Each is asked some times in a row, by a connection of its own, so that any of the server's processes may answer; the
median counts. Some are asked so that nothing kept can help: with another filter each time, or after a new response.
"""

from __future__ import annotations

import http.client
import itertools
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyotp
from flask import Flask
from werkzeug.exceptions import HTTPException

from bench.figures import Figure, ceiling
from survey_app import create_app
from survey_app.campaign.campaign import Campaign
from survey_app.config import Settings
from survey_app.demo import Demo, made_up
from survey_app.survey import Survey, open_survey
from tests.machinery.live_server import PROJECT, LiveServer, running_server

RESPONSES, SEED, ROUNDS = 20_000, 5, 11
MEDIAN_MS = 300
CAMPAIGN, QUESTIONNAIRE = "sichuan-2021", "driver"
PUBLIC = "categories-by-prefecture"
"""A table of the campaign that is made public here, as none is there."""

DRIVER = f"questionnaire={QUESTIONNAIRE}"
ISSUES = f"/research/tables?{DRIVER}&rows=region&columns=issue"
CATEGORIES = f"{ISSUES}&scheme=sc2021&level=prefecture"
HEAT = f"/research/tables.svg?{DRIVER}&rows=region&columns=issue&scheme=sc2021&level=prefecture&chart=heat"
ONLY_FINED = "where=%24%7BB10%7D%20%3D%20%27f1%27"

OPEN = {"sign-in": "/research/sign-in"}
HALFWAY = {"sign-in: code": "/research/code", "sign-in: phone": "/research/codes"}
PAGES = {
    "to the first page": "/research/enter",
    "style": "{style}",
    "account": "/research/account",
    "new password": "/research/password",
    "people": "/research/people",
    "one person": "/research/people/lin",
    "audit log": "/research/audit",
    "audit log as csv": "/research/audit.csv",
    "overview": "/research/",
    "coverage": "/research/board",
    "coverage, a prefecture": "/research/board?at={prefecture}",
    "coverage, a county": "/research/board?at={county}",
    "coverage, all counties": "/research/board?level=county&sort=last",
    "coverage, groups": "/research/board?level=group",
    "coverage as csv": "/research/board.csv",
    "coverage as xlsx": "/research/board.xlsx",
    "milestone, all counties": "/research/milestones/plan_issued?level=county",
    "responses": "/research/responses",
    "responses, filtered": f"/research/responses?{DRIVER}&state=new&region={{prefecture}}&flag=any",
    "responses, words sought": f"/research/responses?{DRIVER}&words=%E7%BD%9A%E6%AC%BE",
    "responses as csv": f"/research/responses.csv?{DRIVER}&region={{prefecture}}",
    "responses as xlsx": f"/research/responses.xlsx?{DRIVER}&region={{prefecture}}",
    "how far a file is": f"/research/waits/{'0' * 32}",
    "questions to respondents": "/research/questions",
    "posters": "/research/posters",
    "posters, their style": "/research/posters.css",
    "posters of 21 places": f"/research/posters.html?{DRIVER}&what=level:prefecture",
    "one response": "/research/responses/{response}",
    "next response": f"/research/responses/{{response}}/next?{DRIVER}",
    "words, by place": f"/research/words?{DRIVER}&by=level:prefecture",
    "words, by issue": f"/research/words?{DRIVER}&by=issue",
    "words of a place": f"/research/words?{DRIVER}&by=level:prefecture&group={{prefecture}}",
    "tables, nothing asked": "/research/tables",
    "table, 21 places × 6 kinds": CATEGORIES,
    "table, 183 counties × 6 kinds": f"{ISSUES}&scheme=sc2021&level=county&percent=row",
    "table, 183 counties × all issues": f"{ISSUES}&level=county",
    "table of all questionnaires": "/research/tables?rows=home_region&columns=satisfaction&percent=row&level=county",
    "table, mean": f"/research/tables?{DRIVER}&rows=home_region&columns=B01&measure=mean:satisfaction&level=county",
    "table, compared": f"/research/tables?{DRIVER}&rows=B01&columns=satisfaction&percent=row&versus=group:G3",
    "table, days by week": f"/research/tables?{DRIVER}&rows=date&columns=channel&period=week",
    "table, new filter each time": f"{CATEGORIES}&from={{day}}",
    "table, new condition each time": f"{CATEGORIES}&{ONLY_FINED}&from={{day}}",
    "table as csv": CATEGORIES.replace("tables?", "tables.csv?"),
    "table as xlsx": CATEGORIES.replace("tables?", "tables.xlsx?"),
    "heat chart": HEAT,
    "heat chart, drawn anew": f"{HEAT}&from={{day}}",
    "stacked bars, drawn anew": f"/research/tables.svg?{DRIVER}&rows=home_region&columns=satisfaction"
    "&level=prefecture&percent=row&chart=stacked&from={day}",
    "bars, drawn anew": f"/research/tables.svg?{DRIVER}&rows=B01&columns=all&chart=bars&from={{day}}",
    "tile grid, drawn anew": f"{HEAT.replace('heat', 'tiles')}&from={{day}}",
    "time line, drawn anew": f"/research/tables.svg?{DRIVER}&rows=date&columns=satisfaction&chart=line&from={{day}}",
    "heat chart as png, drawn anew": f"{HEAT.replace('.svg', '.png')}&from={{day}}",
    "all questions": f"/research/frequencies?{DRIVER}",
    "all questions, new filter each time": f"/research/frequencies?{DRIVER}&from={{day}}",
    "all questions as a workbook": f"/research/banner.xlsx?{DRIVER}",
    "all questions × satisfaction as a workbook": f"/research/banner.xlsx?{DRIVER}&columns=satisfaction",
    "public figures": f"/research/figures?name={PUBLIC}",
    "public figures as csv": f"/research/figures.csv?name={PUBLIC}",
    "public figures, chart": f"/research/figures.svg?name={PUBLIC}",
}
"""By kind, an address; what stands in braces is filled in, `day` otherwise each time."""

AS_LONG_AS_THEY_ARE = ("responses as csv", "responses as xlsx", "posters of 21 places")
"""Files of rows and sheets for the printer: what they take goes by how much is in them, so no bound is set."""
ELSEWHERE = {"research.evidence": "needs a response with files"}
"""Pages that made-up answers have not, and why."""
AFTER_A_NEW_ONE = (
    "overview",
    "coverage",
    "coverage, all counties",
    "responses",
    "words, by place",
    "table, 21 places × 6 kinds",
    "table, 183 counties × 6 kinds",
    "heat chart",
    "all questions",
    "public figures",
)
"""Kinds that are also asked right after another response came, each time."""


@dataclass(frozen=True)
class Asked:
    """A kind of page, and how long it took each time, in milliseconds."""

    kind: str
    took: list[float]

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.took)


class Desk:
    """A running server with made-up answers, and the sessions of a coordinator: whole, and halfway."""

    def __init__(self, server: LiveServer, survey: Survey) -> None:
        self.server, self.survey = server, survey
        self.campaign: Campaign = survey.campaigns[CAMPAIGN]
        self.today = date.today()
        self.new = made_up(Demo(self.campaign, RESPONSES, SEED + 1, self.today))
        self.whole = self._signed_in("lin")
        self.places = self._places()

    def _signed_in(self, name: str) -> str:
        people = self.survey.storage.people
        people.add(name, "coordinator", None, "four dull words here", by="bench")
        people.set_password(name, "four dull words here", by=name)
        return self.survey.storage.sessions.begin(name, "whole")

    def _places(self) -> dict[str, str]:
        regions = self.campaign.regions
        prefecture = next(
            code for code, _ in regions.at_level("prefecture") if len(regions.children(code)) > 5
        )
        style = re.search(r'<link rel="stylesheet" href="([^"]+)"', self._page("/research/"))
        found = re.search(r"/research/responses/(\w{32})", self._page(f"/research/responses?{DRIVER}"))
        if style is None or found is None:
            raise AssertionError("no style, or no response in the list")
        return {
            "style": style[1],
            "response": found[1],
            "prefecture": prefecture,
            "county": regions.children(prefecture)[0].code,
        }

    def _page(self, address: str) -> str:
        return self.get(address, self.whole)[1].decode()

    def halfway(self, kind: str) -> str:
        """A session that waits for a code, or for a phone to be set up. Each is of somebody of its own."""
        name = kind.partition(": ")[2]
        token = self._signed_in(name)
        people = self.survey.storage.people
        if name == "code":
            secret = people.offered_secret(token)
            people.enrol(name, secret, pyotp.TOTP(secret).now())
        return self.survey.storage.sessions.begin(name, "known")

    def get(self, address: str, session: str = "", *, packed: bool = False) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was there, and the answer. Raises AssertionError for a refusal."""
        headers = {"Accept-Language": "zh-CN", "Cookie": f"desk={session}" if session else ""}
        if packed:
            headers["Accept-Encoding"] = "gzip"
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        took = 1000 * (time.perf_counter() - began)
        connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            raise AssertionError(f"{address}: {answer.status}\n{content[:500]!r}")
        return took, content

    def ask(self, kind: str, address: str, session: str, *, anew: bool = False) -> Asked:
        """Ask for a page so many times; `anew`: each time after another response came."""
        took = []
        for number in range(ROUNDS):
            if anew:
                self.survey.storage.add(itertools.islice(self.new, 1))
            day = (self.today - timedelta(days=20 + number)).isoformat()
            took.append(self.get(address.format(**self.places, day=day), session, packed=True)[0])
        return Asked(kind, took)

    def all(self) -> Iterator[Asked]:
        """Every kind of page, one after another."""
        for kind, address in OPEN.items():
            yield self.ask(kind, address, "")
        for kind, address in HALFWAY.items():
            yield self.ask(kind, address, self.halfway(kind))
        for kind, address in PAGES.items():
            yield self.ask(kind, address, self.whole)
        for kind in AFTER_A_NEW_ONE:
            yield self.ask(f"{kind}, after a new response", PAGES[kind], self.whole, anew=True)


def unasked(app: Flask) -> set[str]:
    """The desk's pages, by endpoint, that none of the addresses asks for, and the kinds whose address leads nowhere."""
    known = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    routes = app.url_map.bind("localhost")
    filled = {"response": "r", "style": "/research/assets/d/desk.css", "prefecture": "p", "county": "c"}
    asked, nowhere = set(ELSEWHERE), set()
    for kind, address in (OPEN | HALFWAY | PAGES).items():
        try:
            asked.add(routes.match(address.format(**filled, day="d").partition("?")[0])[0])
        except HTTPException:
            nowhere.add(kind)
    return {each for each in known if each.startswith("research.")} - asked | nowhere


def campaigns(folder: Path) -> Path:
    """A copy of the repository's campaigns in which one table is public."""
    shutil.copytree(PROJECT / "questionnaires", folder)
    file = folder / CAMPAIGN / "campaign.yaml"
    entry = f"  - name: {PUBLIC}\n"
    file.write_text(file.read_text("utf-8").replace(entry, f"{entry}    public: true\n"), encoding="utf-8")
    return folder


@contextmanager
def desk(folder: Path, responses: int = RESPONSES) -> Iterator[Desk]:
    """A server over a folder that `survey demo` filled. Raises AssertionError where a page is never asked."""
    with running_server(folder, campaigns(folder / "campaigns")) as server:
        filled = server.survey("demo", "--responses", str(responses), "--seed", str(SEED))
        if filled.returncode:
            raise AssertionError(filled.stderr)
        settings = Settings.read(server.environment)
        if missing := unasked(create_app(settings)):
            raise AssertionError(f"pages of the desk that are not measured: {sorted(missing)}")
        survey = open_survey(settings)
        try:
            yield Desk(server, survey)
        finally:
            survey.storage.close()


def at_the_desk(folder: Path) -> Iterator[Figure]:
    """The median of each kind of page, and which is the slowest."""
    with desk(folder) as open_desk:
        found = []
        for asked in open_desk.all():
            found.append(asked)
            bound = None if asked.kind in AS_LONG_AS_THEY_ARE else ceiling(MEDIAN_MS)
            yield Figure(f"desk: {asked.kind}", asked.median, "ms", bound)
    pages = [each for each in found if each.kind not in AS_LONG_AS_THEY_ARE]
    slowest = max(pages, key=lambda each: each.median)
    yield Figure(f"desk, slowest of {len(pages)} kinds: {slowest.kind}", slowest.median, "ms")
    longest = max(pages, key=lambda each: max(each.took))
    yield Figure(f"desk, longest single wait: {longest.kind}", max(longest.took), "ms")


def main() -> None:
    """Only these figures."""
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for figure in at_the_desk(Path(folder) / "desk"):
            print(figure.text(), flush=True)
            missed |= not figure.holds
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
