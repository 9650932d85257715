"""Commands that run the pages: serve, tidy, pause, reopen."""

from __future__ import annotations

import gc
import ipaddress
import threading
import time
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from survey_app.campaign.reports import counted
from survey_app.cli.frames import DAY_SECONDS, fold_often
from survey_app.cli.opening import opened, spoken
from survey_app.config import Settings
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign
    from survey_app.campaign.models import Questionnaire
    from survey_app.survey import Survey

EVERY_PROXY = "*"
"""For closed networks in which the proxy's address is drawn anew, as in containers."""


def proxy_address(_context: click.Context, _option: click.Parameter, written: str | None) -> str | None:
    """The address as the server will see it; a name would never be equal to one, and the proxy not be believed."""
    if written in (None, EVERY_PROXY):
        return written
    try:
        return str(ipaddress.ip_address(written))
    except ValueError as error:
        raise click.BadParameter(f"'{written}' is no IP address. Write it as in 127.0.0.1") from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    help="Default: one for each core; they share the port and the database.",
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Of each process, at most: for respondents, and as many for the desk.",
)
@click.option(
    "--trusted-proxy",
    callback=proxy_address,
    help="IP address of the proxy in front, whose word on https and host is taken.",
)
def serve(host: str, port: int, processes: int | None, threads: int, trusted_proxy: str | None) -> None:
    """Serve the pages; brings the database up to date first."""
    from survey_app import create_app
    from survey_app.research.access import PREFIX
    from survey_app.serving import server
    from survey_app.serving.processes import Processes, cores, listen

    count = processes or cores()
    app = create_app(Settings.read(), processes=count)
    sockets = listen(host, port)

    def work(number: int) -> None:
        for chore in (tidy_daily, fold_often) if number == 0 else ():
            threading.Thread(target=chore, args=(app.extensions["survey"],), daemon=True).start()
        server.serve(app, sockets, threads, PREFIX, trusted_proxy)

    told = f"{count} processes" if count > 1 else "one process"
    click.echo(f"Serving on http://{host}:{port} with {told} (stop with Ctrl+C)")
    if count == 1:
        work(0)
        return
    app.extensions["survey"].storage.close()  # no connection to a database may be in two processes
    gc.freeze()  # so that they share the memory of what is loaded by now
    Processes(count, work).run()


def tidy_daily(survey: Survey) -> None:
    """Tidy now and every day; where the database is busy or away, the next day does it."""
    while True:
        try:
            survey.tidy()
        except SurveyError as error:
            click.echo(f"Not tidied today: {error.words}", err=True)
        time.sleep(DAY_SECONDS)


@click.command()
def tidy() -> None:
    """Delete what has passed its time, and the traces of the order of arrival; `survey serve` does it daily."""
    with opened() as survey:
        done = survey.tidy()
        drafts = counted(done.drafts, "expired draft")
        click.echo(f"Deleted: {drafts}; sealed answers and files past their time: {done.sealed}.")
        survey.fold(thorough=True)


@click.command()
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

    day = until.date() if until else None
    with opened() as survey:
        campaign, asked = find_questionnaire(survey.campaigns, questionnaire)
        refuse_in_vain(campaign, asked, day)
        said = dict(wording(campaign, each) for each in words)
        survey.storage.pauses.begin(questionnaire, Pause(day, said))
        again = f"It opens again on {day}." if day else f"`survey reopen {questionnaire}` opens it again."
        click.echo(f"{questionnaire} is paused. {again}")
        kept = campaign.about.retention.draft_days
        if day is None or (day - date.today()).days > kept:
            click.echo(f"Answers that were begun are kept for {kept} days, in a pause as well.")


def refuse_in_vain(campaign: Campaign, asked: Questionnaire, until: date | None) -> None:
    """Raise SurveyError where a pause until that day would pause nothing, or end after the last day."""
    if asked.staff:
        raise SurveyError(f"{asked.name} is filled in by staff: it has no public page that could be paused.")
    if until is not None and until <= date.today():
        raise SurveyError(f"{until} is no later day than today. Name one, or leave --until out.")
    closes = campaign.opening(asked)[1]
    if until is not None and closes is not None and until > closes:
        raise SurveyError(
            f"{asked.name} closes on {closes}, before it would open again. Name an earlier day, or change `closes`."
        )


def wording(campaign: Campaign, written: str) -> tuple[str, str]:
    """Language and words of `zh=…`."""
    language, _, words = written.partition("=")
    if not words.strip():
        raise SurveyError(f"'{written}' is no wording: write the language before it, as in zh=系统维护")
    return spoken(campaign, language.strip()), words.strip()


@click.command()
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
