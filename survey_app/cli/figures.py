"""Commands that count and hand out: tabulate, export."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey_app.campaign.reports import counted
from survey_app.cli.opening import FILE, exports, opened, progress_bar, spoken
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.tabulation import Table

BY_ENDING = {".csv": "csv", ".json": "json", ".xlsx": "xlsx"}


@click.command()
@click.argument("rows")
@click.argument("columns", required=False)
@click.option("--campaign", "of", help="Count this campaign's, where several could answer.")
@click.option("--questionnaire", help="Count this one alone; then its questions can be named too.")
@click.option("--level", help="For regions: a level of the campaign, or group.")
@click.option("--scheme", help="For issues: count by this scheme's categories.")
@click.option("--period", type=click.Choice(["day", "week", "month"]), help="For date.")
@click.option(
    "--measure", help="respondents (default), mentions, share, mean, satisfied; mean:B12 names a scale."
)
@click.option("--percent", type=click.Choice(["row", "column", "total"]))
@click.option("--where", help="Count only where this expression is true, as in: ${B01} = 'taxi'")
@click.option("--weights", help="A question that takes a number: how much each response counts.")
@click.option(
    "--without-flagged", is_flag=True, help="Leave out the responses about which something looks wrong."
)
@click.option("--language", help="Of the labels; default: the campaign's first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "xlsx"]),
    help="Default: by the ending of --output, else text.",
)
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def tabulate(
    rows: str,
    columns: str | None,
    *,
    of: str | None,
    questionnaire: str | None,
    without_flagged: bool,
    language: str | None,
    form: str | None,
    output: Path | None,
    **options: str | None,
) -> None:
    """Count respondents by ROWS and COLUMNS, or print the table that campaign.yaml calls ROWS.

    ROWS and COLUMNS name a question (B06, B09/id), a role (region, issue, satisfaction …) or one of questionnaire,
    audience, channel, language, version, date, all.
    """
    from survey_app.exporting import file_name

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if columns is None and given:
        raise SurveyError(f"A named table takes no --{next(iter(given))}. Name ROWS and COLUMNS to use it.")
    form = form or (BY_ENDING.get(output.suffix.lower(), "text") if output else "text")
    with opened() as survey:
        given |= {"campaign": survey.campaign(of) if of else None, "without_flagged": without_flagged}
        campaign, table = (
            survey.table(rows, columns, questionnaire, **given)
            if columns
            else survey.named_table(rows, questionnaire, **given)
        )
        language, table = spoken(campaign, language), table.as_of(date.today())
        if form == "xlsx" and output is None:
            name = "-".join(part.replace("/", "-") for part in (rows, columns) if part)
            output = exports(survey.settings) / file_name(campaign, name, form, date.today())
        if output:
            put_table(table, form, output, language)
        else:
            click.echo(printed(table, form, language))


def put_table(table: Table, form: str, output: Path, language: str) -> None:
    """Write the table to a file, and say what had to be changed to fit it."""
    from survey_app.exporting import write_table

    notes = write_table(table, "txt" if form == "text" else form, output, language)
    click.echo("\n".join([str(output), *capped([note.sentence for note in notes])]))


def printed(table: Table, form: str, language: str) -> str:
    """The table as it goes to the screen or into a pipe; csv is as safe to open as the file would be."""
    from survey_app.exporting import write_table
    from survey_app.tabulation import as_text

    if form == "json":
        return json.dumps(table.to_json_dict(language), ensure_ascii=False, indent=1)
    if form == "text":
        width = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else None
        return as_text(table, language, width)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(table, form, path, language)
        return path.read_text(encoding="utf-8-sig").rstrip("\n")


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(["csv", "xlsx", "parquet", "jsonl"]))
@click.option("--questionnaire", help="Default: each one that has responses, in a file of its own.")
@click.option(
    "-o", "--output", type=FILE, help="The file; default: in SURVEY_EXPORTS, named by campaign and day."
)
@click.option("--labels", is_flag=True, help="Words instead of codes (a workbook has both).")
@click.option("--joined", is_flag=True, help="Multiple answers also joined in one column.")
@click.option("--language", help="Of labels and notes; default: the campaign's first.")
def export(
    form: str,
    *,
    questionnaire: str | None,
    output: Path | None,
    labels: bool,
    joined: bool,
    language: str | None,
) -> None:
    """Write the responses as FORMAT, with a codebook beside."""
    from survey_app.exporting import export as write
    from survey_app.exporting import file_name

    with opened() as survey:
        with progress_bar() as progress:
            survey.fold(progress=progress)
        names = [questionnaire] if questionnaire else survey.answered()
        if not names:
            raise SurveyError(
                "There are no responses yet. Name a --questionnaire to export its empty columns."
            )
        if output and len(names) > 1:
            raise SurveyError(
                f"One file holds one questionnaire: name it with --questionnaire, of {', '.join(names)}."
            )
        for name in names:
            source = survey.source(name)
            words = spoken(source.campaign, language)
            path = output or exports(survey.settings) / file_name(source.campaign, name, form, date.today())
            with progress_bar() as progress:
                report = write(
                    source, form, path, language=words, labels=labels, joined=joined, progress=progress
                )
            rows, columns = counted(report.rows, "response"), counted(report.columns, "column")
            click.echo(f"{name}: {rows} in {columns}")
            click.echo(
                "\n".join([*map(str, report.files), *capped([note.sentence for note in report.notes])])
            )


MOST = 20
"""Notes told of one file."""


def capped(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - MOST
    return lines[:MOST] + ([f"… and {more} more of the kind"] if more > 0 else [])
