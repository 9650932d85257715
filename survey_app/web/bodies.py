"""Request bodies, read strictly: what cannot be read is refused with words, before anything looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, request
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]

UNREADABLE = _("What was sent cannot be read. Nothing was changed. Please go back and send the page again.")
ROOMS = "rooms"
LOST = "\N{REPLACEMENT CHARACTER}"


def install(app: Flask) -> None:
    """Read the bodies of `app` strictly; to be called before anything that reads forms."""
    rooms: dict[str, int] = app.extensions.setdefault(ROOMS, {})
    app.request_class = StrictRequest

    @app.before_request
    def raise_limit() -> None:
        if request.endpoint in rooms:
            request.max_content_length = rooms[request.endpoint]


def make_room(app: Flask, endpoint: str, most: int) -> None:
    """Let one address of `app` take a body of `most` bytes."""
    app.extensions[ROOMS][endpoint] = most


class StrictFormDataParser(FormDataParser):
    """Refuses what the framework's own parser passes over: broken UTF-8, NUL, more fields than any page has."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """The form and the files in `stream`. Raises BadRequest with words where they cannot be read."""
        self.silent = False
        try:
            stream, form, files = super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise BadRequest(UNREADABLE) from error
        broken = LOST if mimetype == "multipart/form-data" else "\0"
        if any(text is None or "\0" in text or broken in text for text in _texts(form)):
            raise BadRequest(UNREADABLE)
        return stream, form, files

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Parsed:
        pairs = parse_qsl(
            stream.read().decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=self.max_form_parts,
        )
        return stream, self.cls(pairs), self.cls()


class StrictRequest(Request):
    """A request whose form is read by StrictFormDataParser, and whose files are never written to the disk."""

    form_data_parser_class = StrictFormDataParser

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        """Where a file that comes is put: into memory, while the framework would take the disk for a large one."""
        return BytesIO()


def _texts(form: MultiDict[str, str]) -> Iterator[str | None]:
    """Names and values; a part of a multipart form may have come without a name."""
    for name, value in form.items(multi=True):
        yield name
        yield value
