"""The ways through all the pages that a respondent can meet, each on a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.machinery import doors, stages
from tests.machinery.live_server import PROJECT, running_server

CAMPAIGNS = PROJECT / "tests" / "campaigns"

Walk = Callable[[Page], Iterator[str]]


@contextmanager
def of_the_driver(folder: Path) -> Iterator[Walk]:
    """The real questionnaire for drivers, with its receipt."""
    with running_server(folder) as server:
        yield lambda page: stages.of_the_driver(page, server.url)


@contextmanager
def of_every_kind(folder: Path) -> Iterator[Walk]:
    """Every kind of question."""
    with running_server(folder, CAMPAIGNS / "every-kind") as server:
        yield lambda page: stages.of_every_kind(page, server.url)


@contextmanager
def of_many_tongues(folder: Path) -> Iterator[Walk]:
    """Questions of which some are in Tibetan and in Yi."""
    with running_server(folder, CAMPAIGNS / "many-tongues") as server:
        yield lambda page: stages.of_many_tongues(page, server.url)


@contextmanager
def at_other_times(folder: Path) -> Iterator[Walk]:
    """Closed, paused, crowded; another phone; a dialogue; withdrawn; away."""
    with doors.server_at_other_times(folder) as server:
        yield lambda page: doors.at_other_times(page, server)


WALKS: dict[str, Callable[[Path], AbstractContextManager[Walk]]] = {
    "driver": of_the_driver,
    "every kind": of_every_kind,
    "many tongues": of_many_tongues,
    "other times": at_other_times,
}
"""By name: opens a server in a folder, for one person to walk through."""
