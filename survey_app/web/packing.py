"""Responses made small for the way: brotli where the browser takes it, which saves a tenth against gzip, else gzip.

A page's length tells something of its content once it is compressed. Somebody who listens to the line and makes a
person's browser send text of his choosing could learn from many lengths what stands beside that text (the attack is
called BREACH). He needs a page that shows his text beside the person's secrets. The cookies are SameSite=Lax, so a
foreign page's requests come without them, and no public address shows what its query says; the research desk's
addresses do, and its cookie is SameSite=Strict. A browser too old to know SameSite sends them; a forged form is then
refused with status 400, on a page that shows what was sent again: that page goes out as it is.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache, partial

import brotli
import zopfli.gzip
from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

WORTH = 400
"""Bytes; what is shorter would gain nothing."""
KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml")
REFUSED = 400

Pack = Callable[[bytes], bytes]

QUICK: dict[str, Pack] = {
    "br": partial(brotli.compress, quality=5, lgwin=16),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
"""For a page, which goes out once: a third of a millisecond. The first that the browser takes is taken. A page fits
into brotli's window of 64 kB; a larger one would be as small, and costs a fifth more, for memory that is never used."""
SMALL: dict[str, Pack] = {
    "br": lru_cache(64)(partial(brotli.compress, quality=11)),
    "gzip": lru_cache(64)(zopfli.gzip.compress),
}
"""For what browsers keep for a year: as small as can be, and done once."""


def install(app: Flask) -> None:
    """Pack every response of `app` that gains by it, in a coding that the browser takes."""

    @app.after_request
    def pack(response: Response) -> Response:
        if not _gains(response):
            return response
        response.vary.add("Accept-Encoding")
        coding = _coding(request.headers.get("Accept-Encoding", ""))
        if coding is not None:
            packs = SMALL if response.cache_control.immutable else QUICK
            response.set_data(packs[coding](response.get_data()))
            response.content_encoding = coding
        return response


def _gains(response: Response) -> bool:
    return (
        response.status_code != REFUSED
        and response.content_encoding is None
        and not response.is_streamed
        and (response.content_type or "").startswith(KINDS)
        and (response.content_length or 0) >= WORTH
    )


@lru_cache(256)
def _coding(accepted: str) -> str | None:
    """The best coding that a request takes; browsers say so in few ways."""
    said = parse_accept_header(accepted)
    return max((each for each in QUICK if said.quality(each) > 0), key=said.quality, default=None)
