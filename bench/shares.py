"""Where the time of a response goes: the same people, without a network, looked at every two milliseconds of CPU.

Of each look the innermost frame counts that belongs to somebody: the program's rooms, and the libraries by what they do
here. So a missed goal comes with what there is to gain, and where.
"""

from __future__ import annotations

import io
import itertools
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import brotli
from flask import Flask

from bench.crowd import Person, Reply
from bench.figures import Figure
from bench.serving import ANSWERED, NAME, WARM, papers_of_drivers
from survey_app import create_app
from survey_app.config import Settings
from tests.machinery.live_server import PROJECT

EVERY_SECONDS = 0.002
OWNERS = {
    "the database's own work": ("sqlalchemy/engine/default.py", "sqlalchemy/engine/cursor.py"),
    "SQLAlchemy": ("/sqlalchemy/",),
    "packing for the way (brotli)": ("/brotli", "survey_app/web/packing.py"),
    "drawing the page (Jinja)": (
        "/jinja2/",
        "/markupsafe/",
        "/templates/",
        "<template>",
        "respondent/show.py",
    ),
    "signed cookie and token": ("/itsdangerous/", "/flask_wtf/", "/wtforms/", "flask/sessions.py"),
    "judging the answers": ("survey_app/campaign/",),
    "the receipt's QR": ("/segno/", "respondent/qr.py"),
    "keeping and finding, locks and keys": ("survey_app/storage/",),
    "Flask and Werkzeug": ("/flask/", "/werkzeug/", "/flask_babel/", "/babel/"),
    "the pages themselves": ("survey_app/",),
}
"""By what it is called, by which the path of a frame's file is known; the first that fits counts."""
OTHERS = "all else"


class Within:
    """The program in this process; a request goes in as bytes, as over a network, and the reply comes out."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def answer(self, request: bytes) -> Reply:
        """The reply to one request."""
        head, _, body = request.partition(b"\r\n\r\n")
        first, *fields = head.decode().split("\r\n")
        method, place, _ = first.split(" ")
        path, _, query = place.partition("?")
        given = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
        }
        for name, _, value in (field.partition(": ") for field in fields):
            upper = name.upper().replace("-", "_")
            given[upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"] = value
        return self._reply(given)

    def _reply(self, given: dict[str, object]) -> Reply:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            said.append((status, headers))

        parts = self.app(given, start)
        content = b"".join(parts)
        if close := getattr(parts, "close", None):
            close()
        ((status, headers),) = said
        fields = {name.lower(): value for name, value in headers}
        if fields.get("content-encoding") == "br":
            content = brotli.decompress(content)
        lines = [f"HTTP/1.1 {status}", *(f"{name.lower()}: {value}" for name, value in headers)]
        return Reply(int(status[:3]), "\r\n".join(lines).encode("latin-1"), content)

    def visit(self, person: Person) -> None:
        """The whole questionnaire. Raises Failed."""
        walk = person.walk()
        wanted = next(walk)
        while not person.receipt:
            if isinstance(wanted, float):
                raise TypeError("nobody rests here")
            try:
                wanted = walk.send(self.answer(wanted))
            except StopIteration:
                return


@contextmanager
def looks() -> Iterator[Counter[str]]:
    """How often whose frame was the innermost one, until the with-block ends."""
    found: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        found[_owner(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _owner(frame: FrameType | None) -> str:
    while frame is not None:
        path = frame.f_code.co_filename
        for owner, signs in OWNERS.items():
            if any(sign in path for sign in signs):
                return owner
        frame = frame.f_back
    return OTHERS


def shares(folder: Path) -> Iterator[Figure]:
    """Milliseconds of CPU for a response in this process, and the share of each of OWNERS."""
    variables = {
        "SURVEY_CAMPAIGNS": str(PROJECT / "questionnaires"),
        "SURVEY_INSTANCE": str(folder),
        "SURVEY_EXPORTS": str(folder),
        "SURVEY_CALM_STARTS": "1000000",
    }
    app = create_app(Settings.read(variables))
    survey = app.extensions["survey"]
    survey.storage.migrate()
    within, waiting = Within(app), papers_of_drivers()
    for paper in itertools.islice(waiting, WARM):
        within.visit(Person(NAME, paper))
    people = [Person(NAME, paper) for paper in itertools.islice(waiting, ANSWERED)]
    began = time.process_time()
    with looks() as found:
        for person in people:
            within.visit(person)
    used = time.process_time() - began
    survey.storage.close()
    yield Figure("driver questionnaire without a network, CPU", 1000 * used / len(people), "ms")
    for owner, count in found.most_common():
        yield Figure(f"of it: {owner}", 100 * count / found.total(), "%")


def main() -> None:
    """Only these figures."""
    with tempfile.TemporaryDirectory() as folder:
        for figure in shares(Path(folder)):
            print(figure.text())


if __name__ == "__main__":
    main()
