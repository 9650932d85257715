"""How far a file is that takes its time: the page from which it was asked shows it while the file is written.

The link's address brings a number that the browser made up. Under it the process that writes notes how far it is, in a
file, as any of the server's processes may be asked. There is nothing in it but counts.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from survey_app.progress import Progress, in_silence
from survey_app.research.access import page, survey

FOLDER = "waits"
"""In the instance folder."""
NUMBER = re.compile("[0-9a-f]{32}")
EVERY_SECONDS = 0.2
FORGOTTEN_SECONDS = 86_400
"""After which a note is of a process that was killed."""


@dataclass
class Noted:
    """A progress that notes how far it is. A note that cannot be written holds nothing up."""

    path: Path
    last: float = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Rows written of `total`."""
        now = time.monotonic()
        if now - self.last < EVERY_SECONDS and done < total:
            return
        self.last = now
        note = {"what": what, "done": done, "total": total}
        beside = self.path.with_suffix(".new")
        with suppress(OSError):
            beside.write_text(json.dumps(note), "utf-8")
            beside.replace(self.path)


@contextmanager
def told() -> Iterator[Progress]:
    """Lets whoever asked see how far it is, until the with-block ends; nobody, where the address brings no number."""
    number = request.args.get("wait", "")
    if not NUMBER.fullmatch(number):
        yield in_silence
        return
    path = _path(number)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget(path.parent)
    noted = Noted(path)
    noted("", 0, 1)
    try:
        yield noted
    finally:
        with suppress(OSError):
            path.unlink()


@page("/waits/<number>", "coordinator", "researcher")
def wait(number: str) -> Response:
    """How far it is, in words and as a share of 1; no content before it begins and after it has ended."""
    if not NUMBER.fullmatch(number):
        raise NotFound
    try:
        note = json.loads(_path(number).read_text("utf-8"))
    except OSError:
        return Response(status=204)
    done, total, what = note["done"], note["total"], note["what"]
    if not what:
        words = _("The responses are being looked for.")
    else:
        words = _("%(what)s: %(done)s of %(total)s written.", what=what, done=done, total=total)
    return jsonify(words=words, share=done / max(total, 1))


def _path(number: str) -> Path:
    return survey().settings.instance / FOLDER / f"{number}.json"


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - FORGOTTEN_SECONDS:
            path.unlink(missing_ok=True)
