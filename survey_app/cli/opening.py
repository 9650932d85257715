"""What commands begin with: the survey, a language, a folder for files, a bar that shows how far they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey_app.config import Settings
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign
    from survey_app.progress import Progress
    from survey_app.survey import Survey

FILE = click.Path(path_type=Path)


@contextmanager
def opened() -> Iterator[Survey]:
    """The survey of the SURVEY_* settings, closed afterwards."""
    # imported here, so that commands without a database do not wait for it
    from survey_app.survey import open_survey

    survey = open_survey(Settings.read())
    try:
        yield survey
    finally:
        survey.storage.close()


def spoken(campaign: Campaign, language: str | None) -> str:
    """The language asked for, or the campaign's first; one that it does not have would give words of several."""
    known = campaign.about.languages
    if language is not None and language not in known:
        raise SurveyError(
            f"there is no language '{language}' in campaign {campaign.name}: there are {', '.join(known)}"
        )
    return language or campaign.default_language


def exports(settings: Settings) -> Path:
    """The folder for files that were given no place."""
    folder = settings.exports
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SurveyError(
            f"The folder {folder} cannot be made ({error.strerror}). Set SURVEY_EXPORTS."
        ) from error
    return folder


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A function to tell (what is done, rows done, rows there are); a bar shows it where a person is watching."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(
        *columns, console=Console(stderr=True), disable=not (sys.stderr and sys.stderr.isatty())
    ) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=max(total, done))

        yield told
