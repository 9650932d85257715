"""`survey …`: thin commands, each one call into a room."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey_app.config import Settings
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign
    from survey_app.survey import Survey
    from survey_app.tabulation import Table

FILE = click.Path(path_type=Path)
CAMPAIGNS = "questionnaires"
DAY_SECONDS = 24 * 60 * 60


class Words(click.Group):
    """A group whose commands end with words and a non-zero exit where something can be mended."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a SurveyError becomes its words on standard error."""
        try:
            return super().invoke(ctx)
        except SurveyError as error:
            click.echo(error.words, err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:  # who reads has seen enough; click ends quietly
                raise
            click.echo(f"The system could not do this: {error}. Mend that, then try again.", err=True)
            # what the screen did not take is let go, or Python would try it once more at the end
            with (
                Path(os.devnull).open("w") as nowhere,
                contextlib.suppress(OSError, ValueError, AttributeError),
            ):
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
            ctx.exit(1)


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


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"]})
def survey() -> None:
    """Turn a folder of questionnaires into live surveys, tables and exports."""


@survey.command()
@click.argument("path", required=False, type=FILE)
def check(path: Path | None) -> None:
    """Report every mistake in PATH (a campaign or a folder of them; default: SURVEY_CAMPAIGNS)."""
    from survey_app.campaign.checking import check_path

    report = check_path(path or Path(os.environ.get("SURVEY_CAMPAIGNS") or CAMPAIGNS))
    click.echo(report.text())
    sys.exit(1 if report.errors else 0)


@survey.command()
@click.argument("folder", required=False, type=FILE)
def schema(folder: Path | None) -> None:
    """Write the JSON Schemas of the campaign files, by which an editor completes and checks them."""
    from survey_app.campaign.schema import write_schemas

    for path in write_schemas(folder) if folder else write_schemas():
        click.echo(path)


@survey.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--trusted-proxy", help="Address of the proxy in front, whose word on https and host is taken.")
def serve(host: str, port: int, threads: int, trusted_proxy: str | None) -> None:
    """Serve the pages; brings the database up to date first."""
    from waitress.server import create_server

    from survey_app import create_app

    app = create_app(Settings.read())
    threading.Thread(target=tidy_daily, args=(app.extensions["survey"],), daemon=True).start()
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident="", **behind(trusted_proxy))
    except OSError as error:
        raise SurveyError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Try --port 8001."
        ) from error
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    server.run()


def behind(proxy: str | None) -> dict[str, Any]:
    """What the server is told of the proxy in front. The respondent's address is not asked for: nobody keeps it."""
    if proxy is None:
        return {}
    headers = {"x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": headers, "clear_untrusted_proxy_headers": True}


def tidy_daily(survey: Survey) -> None:
    """Tidy now and every day; where the database is busy or away, the next day does it."""
    while True:
        try:
            survey.tidy()
        except SurveyError as error:
            click.echo(f"Not tidied today: {error.words}", err=True)
        time.sleep(DAY_SECONDS)


@survey.command()
def tidy() -> None:
    """Delete what has passed its time, and the traces of the order of arrival; `survey serve` does it daily."""
    with opened() as survey:
        done = survey.tidy()
        click.echo(
            f"{done.drafts} expired drafts and {done.sealed} sealed answers past their time were deleted."
        )


@survey.command()
@click.argument("rows")
@click.argument("columns", required=False)
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
@click.option("--language", help="Of the labels; default: the campaign's first.")
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "csv", "json", "xlsx"])
)
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def tabulate(
    rows: str,
    columns: str | None,
    *,
    questionnaire: str | None,
    language: str | None,
    form: str,
    output: Path | None,
    **options: str | None,
) -> None:
    """Count respondents by ROWS and COLUMNS, or print the table that campaign.yaml calls ROWS.

    ROWS and COLUMNS name a question (B06, B09/id), a role (region, issue, satisfaction …) or one of questionnaire,
    audience, channel, language, version, date, all.
    """
    from survey_app.exporting import file_name

    given = {name: value for name, value in options.items() if value is not None}
    if columns is None and given:
        raise SurveyError(f"A named table takes no --{next(iter(given))}. Name ROWS and COLUMNS to use it.")
    with opened() as survey:
        campaign, table = (
            survey.table(rows, columns, questionnaire, **given)
            if columns
            else survey.named_table(rows, questionnaire)
        )
        language = spoken(campaign, language)
        if form == "xlsx" and output is None:
            name = "-".join(part.replace("/", "-") for part in (rows, columns) if part)
            output = exports(survey) / file_name(campaign, name, form, date.today())
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


@survey.command()
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
            path = output or exports(survey) / file_name(source.campaign, name, form, date.today())
            report = write(
                source,
                form,
                path,
                language=words,
                labels=labels,
                joined=joined,
            )
            click.echo(f"{name}: {report.rows} responses in {report.columns} columns")
            click.echo(
                "\n".join([*map(str, report.files), *capped([note.sentence for note in report.notes])])
            )


@survey.command()
@click.argument("folder", type=FILE)
@click.option("--questionnaire", help="Of this one alone; default: of all.")
def sealed(folder: Path, questionnaire: str | None) -> None:
    """Write sealed answers and files into FOLDER, still sealed: RESPONSE_QUESTION.age, opened by `age -d -i KEY`."""
    from survey_app.campaign.loading import find_questionnaire
    from survey_app.exporting import write_sealed

    with opened() as survey:
        if questionnaire is not None:
            find_questionnaire(survey.campaigns, questionnaire)
        every = [name for campaign in survey.campaigns.values() for name in campaign.questionnaires]
        count = write_sealed(survey.sealed([questionnaire] if questionnaire else every), folder)
        click.echo(f"{count} sealed answers and files were written to {folder}.")


@survey.command("import")
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


def capped(lines: list[str], most: int = 20) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - most
    return lines[:most] + ([f"… and {more} more of the kind"] if more > 0 else [])


def spoken(campaign: Campaign, language: str | None) -> str:
    """The language asked for, or the campaign's first; one that it does not have would give words of several."""
    known = campaign.about.languages
    if language is not None and language not in known:
        raise SurveyError(
            f"there is no language '{language}' in campaign {campaign.name}: there are {', '.join(known)}"
        )
    return language or campaign.default_language


def exports(survey: Survey) -> Path:
    """The folder for files that were given no place."""
    folder = survey.settings.exports
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SurveyError(
            f"The folder {folder} cannot be made ({error.strerror}). Set SURVEY_EXPORTS."
        ) from error
    return folder


def main() -> None:
    """The entry point of `survey`. What is printed is UTF-8 whatever the terminal's locale says."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(encoding="utf-8", errors="replace")
    survey()


if __name__ == "__main__":
    main()
