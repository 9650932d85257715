"""Commands about the files that tables are counted from: frames fold, rebuild, verify."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import click

from survey_app.campaign.reports import counted
from survey_app.cli.opening import opened, progress_bar
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.storage import Folded, Standing
    from survey_app.survey import Survey

LOOK_SECONDS = 60
DAY_SECONDS = 24 * 60 * 60
NICE = 10


@click.group()
def frames() -> None:
    """The files that tables are counted from: a cache, made of the answers in the database."""


@frames.command()
@click.option("--thorough", is_flag=True, help="Also write anew what holds withdrawn or changed answers.")
def fold(thorough: bool) -> None:
    """Put answers into files where enough have come, and mend files; `survey serve` does it by itself."""
    if hasattr(os, "nice"):
        os.nice(NICE)  # whoever answers at this moment comes first
    with opened() as survey, progress_bar() as progress:
        done = survey.fold(thorough=thorough, progress=progress)
        standing = survey.frames_standing()
    click.echo(said(done) + of_loose(standing))


@frames.command()
def rebuild() -> None:
    """Make all files anew from the database."""
    with opened() as survey, progress_bar() as progress:
        done = survey.rebuild_frames(progress=progress)
        standing = survey.frames_standing()
    click.echo(said(done) + of_loose(standing))


@frames.command()
def verify() -> None:
    """Compare the files with the database; exits with 1 where they differ."""
    with opened() as survey, progress_bar() as progress:
        found = list(survey.frame_differences(progress=progress))
        standing = survey.frames_standing()
    for each in found:
        click.echo(f"{each.questionnaire or 'responses'}, batch {each.batch}: {each.words}")
    if found:
        raise SurveyError("The database is right. Make the files anew from it: survey frames rebuild")
    held = "The files hold what the database holds." if standing.files else "There are no files to compare."
    click.echo(held + of_loose(standing))


def said(done: Folded) -> str:
    """What a fold did, in words."""
    taken, mended, gone = map(counted, done, ("response", "file", "old file"))
    return f"{taken} taken in, {mended} written anew, {gone} removed."


def of_loose(standing: Standing) -> str:
    """What is in no file and why, in words; nothing where all is."""
    if not standing.loose:
        return ""
    loose = counted(standing.loose, "response", "is")
    return (
        f"\n{loose} in no file, which tables count from the database: a file is begun when "
        f"{standing.least:,} or more to one questionnaire are from days that are over."
    )


def fold_often(survey: Survey) -> None:
    """Look every minute whether there is enough to fold; the first time, and once a day, fold thoroughly.

    It is done in a process of its own, so that no page waits for it.
    """
    thorough = -float(DAY_SECONDS)
    while True:
        time.sleep(LOOK_SECONDS)
        daily = time.monotonic() - thorough >= DAY_SECONDS
        try:
            if daily or survey.is_fold_due():
                options = ["--thorough"] if daily else []
                command = [sys.executable, "-m", "survey_app.cli", "frames", "fold", *options]
                subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 (our own, no shell)
                thorough = time.monotonic() if daily else thorough
        except SurveyError as error:
            click.echo(f"Not folded now: {error.words}", err=True)
