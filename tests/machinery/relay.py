"""The network between a person and the server, on loopback: it counts what goes through, and breaks where told."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Self

CHUNK = 65_536
RESET = struct.pack("ii", 1, 0)


class Cut(NamedTuple):
    """Where a connection breaks: after so many bytes of the request (`up`) or of the answer."""

    up: bool
    after: int


@dataclass
class Counts:
    """Bytes in both directions as the phone sees them, connections made and cut, those cut within the answer."""

    sent: int = 0
    received: int = 0
    connections: int = 0
    cuts: int = 0
    late: int = 0


@dataclass
class Relay:
    """Listens on a free port of 127.0.0.1 and passes everything on to `target` until the with-block ends.

    `fate` is asked at each connection how it will break; None is not at all.
    """

    target: int
    fate: Callable[[], Cut | None] = lambda: None
    counts: Counts = field(default_factory=Counts)

    def __enter__(self) -> Self:
        self._ear = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._ear.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()

    @property
    def url(self) -> str:
        """The address as a browser is given it."""
        return f"http://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        with suppress(OSError):  # the with-block has ended
            while True:
                phone, _ = self._ear.accept()
                with self._lock:
                    self.counts.connections += 1
                    cut = self.fate()
                threading.Thread(target=self._join, args=(phone, cut), daemon=True).start()

    def _join(self, phone: socket.socket, cut: Cut | None) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            phone.close()
            return
        up = threading.Thread(target=self._pump, args=(phone, server, True, cut), daemon=True)
        up.start()
        self._pump(server, phone, False, cut)
        up.join()
        phone.close()
        server.close()

    def _pump(self, source: socket.socket, sink: socket.socket, up: bool, cut: Cut | None) -> None:
        """Pass on what comes from `source` until it ends, or until the cut."""
        room = cut.after if cut and cut.up == up else None
        with suppress(OSError):
            while arrived := source.recv(CHUNK):
                passed = arrived if room is None else arrived[:room]
                sink.sendall(passed)
                self._count(len(passed), up)
                if room is not None and len(arrived) > room:
                    self._break(source, sink, is_late=not up)
                    return
                room = None if room is None else room - len(passed)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _count(self, size: int, up: bool) -> None:
        with self._lock:
            if up:
                self.counts.sent += size
            else:
                self.counts.received += size

    def _break(self, *ends: socket.socket, is_late: bool) -> None:
        """Gone without a word, as a phone that drives into a tunnel."""
        with self._lock:
            self.counts.cuts += 1
            self.counts.late += is_late
        for end in ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)
