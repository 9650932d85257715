"""Responses taken along as a file: those that the filters of the list choose, within one's own regions.

Free words are masked as on the pages, and what is sealed is in no file. Who holds the machine exports the rest.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.freewords import hidden
from survey_app.exporting import Chosen, Source, export, file_name, written_columns
from survey_app.progress import Progress
from survey_app.research import access, seen, waits
from survey_app.research.access import page, survey
from survey_app.research.filters import Asked, Fault
from survey_app.research.responses import faulty
from survey_app.web import languages

FORMATS = ("csv", "xlsx")
TYPES = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_ONCE = 64 * 1024
MOST = 100_000
"""Responses of one file: so many are written while somebody waits; for more there is the command `survey export`."""


@page("/responses.<extension>", "coordinator", "researcher", endpoint="responses_file")
def file(extension: str) -> Response:
    """The responses that the filters choose, of one questionnaire; that somebody took them is written down first."""
    if extension not in FORMATS:
        raise NotFound
    asked = Asked.of_request()
    if asked.faults:
        return faulty(asked)
    if wrong := tuple(_not_taken(asked)):
        return faulty(asked, wrong)
    sought = asked.sought(seen.repeated(asked.campaign, asked.names))
    ids = survey().storage.looking.ids(sought)
    if len(ids) > MOST:
        return faulty(asked, (Fault("first", _too_many(len(ids))),))
    _write_down(asked, extension, len(ids))
    with waits.told() as progress:
        return _handed(asked, extension, ids, progress)


def _not_taken(asked: Asked) -> Iterator[Fault]:
    if "questionnaire" not in asked.given:
        yield Fault("questionnaire", _("A file holds the responses to one questionnaire. Choose which."))
    if asked.given.get("state") == "excluded":
        yield Fault("state", _("Excluded responses are in no file, as in no table. Choose another state."))


def _too_many(many: int) -> str:
    return str(
        _(
            "A file holds at most %(most)s responses; these are %(many)s. Narrow the filters, or ask whoever runs the "
            "server for an export.",
            most=MOST,
            many=many,
        )
    )


def _write_down(asked: Asked, extension: str, many: int) -> None:
    words = {"words": hidden(asked.words)} if asked.words else {}
    (name,) = asked.names
    access.audit("responses exported", name, format=extension, responses=many, filters=asked.told, **words)


def _handed(asked: Asked, extension: str, ids: Collection[str], progress: Progress) -> Response:
    """The file, which has no name on the disk any more when it goes out."""
    (name,) = asked.names
    with tempfile.TemporaryDirectory(prefix="responses-") as folder:
        path = Path(folder) / file_name(asked.campaign, name, extension, date.today())
        source, language = _source(asked, name, ids), languages.current()
        report = export(source, extension, path, language=language, progress=progress)
        if extension == "csv":
            path = _packed(path, report.files)
        content, size = path.open("rb"), path.stat().st_size
    response = Response(_read(content), mimetype=TYPES[path.suffix])
    response.call_on_close(content.close)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=path.name)
    return response


def _read(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while some := content.read(AT_ONCE):
            yield some


def _source(asked: Asked, name: str, ids: Collection[str]) -> Source:
    """What an export of the questionnaire is made of, of these responses only and without tables, which count all."""
    source = survey().source(name)
    masked = written_columns(source.columns)
    channels = survey().storage.looking.channels(asked.scope, [name])
    mine = Chosen(source.responses, ids, masked, channels)
    entries = {repeat: Chosen(whole, ids, masked, ()) for repeat, whole in source.entries.items()}
    return replace(source, responses=mine, entries=entries, tables=dict)


def _packed(path: Path, files: Collection[Path]) -> Path:
    """Everything that was written as lines, in one zip: the responses, the entries of repeats, the codebook."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for each in files:
            if each.suffix == ".csv":
                parts.write(each, each.name)
    return packed
