"""The web server in front of the pages: how large a request may be, that none of it is ever on the disk, and which
requests must not keep respondents waiting.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from functools import partial
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import BaseWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from survey_app.evidence import IN_A_FORM
from survey_app.serving.lanes import Lanes
from survey_app.serving.watching import Watched

try:
    import resource
except ImportError:  # where there are no such limits
    resource = None  # type: ignore[assignment]

LISTENED_TO = 128 * 1024 * 1024
"""Bytes of a request that are listened to, so that whoever sends a file too large for us reads words. Where a server
hangs up while it is still being sent to, a browser shows an error of its own."""

CONNECTIONS = 4000
"""At one time, in one process. A browser keeps its connection for a while after every page, and sometimes a second one:
2,000 people who read hold these, and whoever came after the last one would wait for somebody else to leave."""
OTHER_FILES = 200
"""Which a process has open besides: the database's, those of its exports, of its threads."""
WITH_A_FILE = 64 * 1024
"""Bytes of a request that brings more than words: making a picture clean takes a second or more."""
REST_SECONDS = 75
"""After which a connection on which nothing happens is closed; the browser opens another one when it needs it."""


class Dropped(OverflowableBuffer):
    """Where the body of a request goes that is too large for any page: nowhere. Its header tells the pages enough."""

    def append(self, s: bytes) -> None:
        """Forget the part that came."""


class Request(HTTPRequestParser):
    """A request whose body is kept in memory while it comes, up to that of a page with a file."""

    path: str

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header, and decide by the length that it tells where the body goes."""
        super().parse_header(header_plus)
        if self.content_length > IN_A_FORM:
            self.body_rcv = FixedStreamReceiver(self.content_length, Dropped(0))

    def received(self, data: bytes) -> int:
        """Take in a part; a body that does not tell its length, as no browser sends one, ends where it is too large."""
        consumed: int = super().received(data)
        if self.chunked and not self.completed and self.body_bytes_received > IN_A_FORM:
            self.error = RequestEntityTooLarge(f"exceeds max_body of {IN_A_FORM}")
            self.completed = True
        return consumed


class Channel(HTTPChannel):
    """A connection on which such requests come."""

    parser_class = Request


def serve(
    app: Any, sockets: Sequence[socket.socket], threads: int, desk: str, trusted_proxy: str | None = None
) -> None:
    """Serve `app` on listening `sockets` until somebody interrupts.

    Respondents' pages have up to so many threads; so have files that they send and what is asked below the path `desk`.
    """
    # a request that waits a moment is no news, and under load there would be a line for each
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    known = Watched()
    lanes = Lanes(threads, partial(is_slow, desk))
    made = create_server(
        app,
        map=known,
        sockets=list(sockets),
        _dispatcher=lanes,
        ident="",
        connection_limit=connections(CONNECTIONS),
        channel_timeout=REST_SECONDS,
        cleanup_interval=REST_SECONDS // 5,
        max_request_body_size=LISTENED_TO,
        inbuf_overflow=IN_A_FORM + 1024 * 1024,  # above it the body would go to the disk
        **behind(trusted_proxy),
    )
    for listening in known.values():
        if isinstance(listening, BaseWSGIServer):
            listening.channel_class = Channel
    try:
        known.watch(lanes.relieve)
    except (SystemExit, KeyboardInterrupt):
        made.task_dispatcher.shutdown()


def is_slow(desk: str, asked: Request) -> bool:
    """Whether a request may take long; one that cannot be read is refused at once."""
    if asked.error is not None:
        return False
    return f"{asked.path}/".startswith(f"{desk}/") or asked.content_length > WITH_A_FILE


def connections(wanted: int) -> int:
    """How many connections there can be, up to `wanted`: each is an open file, of which the system allows so many.

    Many systems allow a program 1,024 until it asks for more.
    """
    if resource is None:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted + OTHER_FILES:
        most = wanted + OTHER_FILES if hard == resource.RLIM_INFINITY else min(hard, wanted + OTHER_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        wanted = most - OTHER_FILES
    return max(wanted, 1)


def behind(proxy: str | None) -> dict[str, Any]:
    """What the server is told of the proxy in front. The respondent's address is not asked for: nobody keeps it."""
    if proxy is None:
        return {}
    headers = {"x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": headers, "clear_untrusted_proxy_headers": True}
