"""What commands begin with: the survey, a language, a folder for files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey_app.config import Settings
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign
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
