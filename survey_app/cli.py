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
from datetime import date, datetime
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
    from survey_app import create_app, serving

    app = create_app(Settings.read())
    threading.Thread(target=tidy_daily, args=(app.extensions["survey"],), daemon=True).start()
    server = serving.server(app, host, port, threads, trusted_proxy)
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    server.run()


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
            f"{done.drafts} expired drafts, {done.sealed} sealed answers and files past their time were deleted."
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
@click.option(
    "--without-flagged", is_flag=True, help="Leave out the responses about which something looks wrong."
)
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
    without_flagged: bool,
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
            survey.table(rows, columns, questionnaire, without_flagged=without_flagged, **given)
            if columns
            else survey.named_table(rows, questionnaire, without_flagged=without_flagged)
        )
        language = spoken(campaign, language)
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
            path = output or exports(survey.settings) / file_name(source.campaign, name, form, date.today())
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


@survey.command()
@click.argument("response")
@click.argument("question")
def ask(response: str, question: str) -> None:
    """Ask whoever holds the receipt of RESPONSE (an `_id` of an export); the question waits at /receipt."""
    with opened() as survey:
        survey.storage.dialogue.ask(response, question)
    click.echo("The question waits for the person at /receipt. `survey dialogue` shows the answer.")


@survey.command()
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


@survey.command()
@click.option("--questionnaire", required=True, help="Where the posters lead.")
@click.option("--base-url", required=True, help="The address people see, as in https://survey.example.org")
@click.option(
    "--channel",
    "codes",
    multiple=True,
    help="A code of channels.csv, a region or a unit; may stand several times.",
)
@click.option("--all", "listed_ones", is_flag=True, help="Every line of channels.csv.")
@click.option("--units", is_flag=True, help="Every unit, or those in --region.")
@click.option("--region", help="This region; with --level or --units what lies in it.")
@click.option("--level", help="Every region of this level, or those in --region.")
@click.option("--size", default="A4", show_default=True, type=click.Choice(["A4", "sticker"]))
@click.option(
    "--language", help="Those on the paper, the first one large, as in zh,en; default: the questionnaire's."
)
@click.option(
    "-o", "--output", type=FILE, help="The file; default: in SURVEY_EXPORTS, named by questionnaire and size."
)
def poster(
    questionnaire: str,
    base_url: str,
    *,
    size: str,
    language: str | None,
    output: Path | None,
    **which: Any,
) -> None:
    """Make posters or stickers with a QR, one sheet of A4 a channel, as a file that any browser prints."""
    from survey_app.campaign.loading import find_questionnaire, load_campaigns
    from survey_app.exporting import chosen, write_posters

    settings = Settings.read()
    campaign, asked = find_questionnaire(load_campaigns(settings.campaigns), questionnaire)
    channels = chosen(campaign, asked, **which)
    path = output or exports(settings) / f"{campaign.name}_{questionnaire}_{size}.html"
    spoken_ones = [code.strip() for code in language.split(",")] if language else ()
    sheets = write_posters(campaign, asked, channels, base_url, path, size=size, languages=spoken_ones)
    click.echo(f"{path}\n{sheets} sheets: open it in a browser and print, at 100 % and without margins.")


@survey.command()
@click.argument("questionnaire")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which it opens again; default: `survey reopen`.",
)
@click.option(
    "--words", multiple=True, help="Why, in a language, as in zh=系统维护; may stand several times."
)
def pause(questionnaire: str, until: datetime | None, words: tuple[str, ...]) -> None:
    """Take no answers to QUESTIONNAIRE for a while, from this moment on; begun answers are kept."""
    from survey_app.campaign.loading import find_questionnaire
    from survey_app.storage import Pause

    with opened() as survey:
        campaign, _ = find_questionnaire(survey.campaigns, questionnaire)
        if until is not None and until.date() <= date.today():
            raise SurveyError(f"{until.date()} is no later day than today. Name one, or leave --until out.")
        said = dict(wording(campaign, each) for each in words)
        survey.storage.pauses.begin(questionnaire, Pause(until.date() if until else None, said))
        again = (
            f"It opens again on {until.date()}."
            if until
            else f"`survey reopen {questionnaire}` opens it again."
        )
        click.echo(f"{questionnaire} is paused. {again}")


def wording(campaign: Campaign, written: str) -> tuple[str, str]:
    """Language and words of `zh=…`."""
    language, _, words = written.partition("=")
    if not words.strip():
        raise SurveyError(f"'{written}' is no wording: write the language before it, as in zh=系统维护")
    return spoken(campaign, language.strip()), words.strip()


@survey.command()
@click.argument("questionnaire")
def reopen(questionnaire: str) -> None:
    """End the pause of QUESTIONNAIRE."""
    from survey_app.campaign.loading import find_questionnaire

    with opened() as survey:
        campaign, asked = find_questionnaire(survey.campaigns, questionnaire)
        if not survey.storage.pauses.end(questionnaire):
            raise SurveyError(f"{questionnaire} is not paused; its days are those of campaign.yaml.")
        is_open = campaign.is_open(asked, date.today())
        click.echo(
            f"{questionnaire} takes answers again" + ("." if is_open else ", on the days of campaign.yaml.")
        )


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


def main() -> None:
    """The entry point of `survey`. What is printed is UTF-8 whatever the terminal's locale says."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(encoding="utf-8", errors="replace")
    survey()


if __name__ == "__main__":
    main()
