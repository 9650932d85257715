"""Commands about single answers: import, sealed, ask, dialogue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey_app.cli.opening import FILE, opened, progress_bar

if TYPE_CHECKING:
    from survey_app.survey import Survey


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


@click.command()
@click.argument("folder", type=FILE)
@click.option("--questionnaire", help="Of this one alone; default: of all.")
@click.option("--response", help="Of this one alone: an _id of an export.")
def sealed(folder: Path, questionnaire: str | None, response: str | None) -> None:
    """Write sealed answers and files into FOLDER, still sealed, with a list; `age -d -i KEY` opens each."""
    from survey_app.exporting import write_sealed

    with opened() as survey:
        items = survey.sealed(meant(survey, questionnaire), response)
        count = write_sealed(items, folder)
        click.echo(f"Sealed answers and files written to {folder}: {count}.")


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
    with opened() as survey:
        for line in survey.dialogue(meant(survey, questionnaire)):
            click.echo(line)


def meant(survey: Survey, questionnaire: str | None) -> list[str]:
    """The questionnaire that was named, or all of them. Raises NotFound with words."""
    from survey_app.campaign.loading import find_questionnaire

    if questionnaire is None:
        return [name for campaign in survey.campaigns.values() for name in campaign.questionnaires]
    return [find_questionnaire(survey.campaigns, questionnaire)[1].name]
