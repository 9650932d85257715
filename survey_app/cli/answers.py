"""Commands about single answers: import, sealed, ask, dialogue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from survey_app.cli.opening import FILE, opened


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--questionnaire", required=True, help="Whose answers they are.")
@click.option(
    "--map",
    "mapping",
    type=FILE,
    help="A YAML file: which column is which question, how labels become codes.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
def import_(file: Path, questionnaire: str, mapping: Path | None, dry_run: bool) -> None:
    """Add the answers in FILE (.csv, .xlsx, .xls) as responses; bad rows never stop the good ones."""
    from survey_app.campaign.loading import find_questionnaire
    from survey_app.importing import import_file

    with opened() as survey, progress_bar() as progress:
        campaign, asked = find_questionnaire(survey.campaigns, questionnaire)
        report = import_file(
            survey.storage, campaign, asked, file, mapping, dry_run=dry_run, progress=progress
        )
        if report.added:
            survey.fold(progress=progress)
    click.echo(report.text())
    sys.exit(1 if report.bad else 0)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell (what is done, rows done, rows there are); a bar shows it where a person is watching."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), disable=not (sys.stderr and sys.stderr.isatty())
    ) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=max(total, done))

        yield told


@click.command()
@click.argument("folder", type=FILE)
@click.option("--questionnaire", help="Of this one alone; default: of all.")
@click.option("--response", help="Of this one alone: an _id of an export.")
def sealed(folder: Path, questionnaire: str | None, response: str | None) -> None:
    """Write sealed answers and files into FOLDER, still sealed, with a list; `age -d -i KEY` opens each."""
    from survey_app.campaign.loading import find_questionnaire
    from survey_app.exporting import write_sealed

    with opened() as survey:
        if questionnaire is not None:
            find_questionnaire(survey.campaigns, questionnaire)
        every = [name for campaign in survey.campaigns.values() for name in campaign.questionnaires]
        items = survey.sealed([questionnaire] if questionnaire else every, response)
        count = write_sealed(items, folder)
        click.echo(f"{count} sealed answers and files were written to {folder}.")


@click.command()
@click.argument("response")
@click.argument("question")
def ask(response: str, question: str) -> None:
    """Ask whoever holds the receipt of RESPONSE (an `_id` of an export); the question waits at /receipt."""
    with opened() as survey:
        survey.storage.dialogue.ask(response, question)
    click.echo("The question waits for the person at /receipt. `survey dialogue` shows the answer.")


@click.command()
@click.option("--questionnaire", help="Of this one alone; default: of all.")
def dialogue(questionnaire: str | None) -> None:
    """Print what people added after sending, the questions to them and their answers, and how many withdrew."""
    from survey_app.campaign.loading import find_questionnaire

    with opened() as survey:
        if questionnaire is not None:
            find_questionnaire(survey.campaigns, questionnaire)
        every = [name for campaign in survey.campaigns.values() for name in campaign.questionnaires]
        for line in survey.dialogue([questionnaire] if questionnaire else every):
            click.echo(line)
