"""Commands that need a campaign's folder and no database: check, schema, poster."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from survey_app.campaign.reports import counted
from survey_app.cli.opening import FILE, exports
from survey_app.config import CAMPAIGNS, Settings


@click.command()
@click.argument("path", required=False, type=FILE)
def check(path: Path | None) -> None:
    """Report every mistake in PATH (a campaign or a folder of them; default: SURVEY_CAMPAIGNS)."""
    from survey_app.campaign.checking import check_path

    report = check_path(path or Path(os.environ.get("SURVEY_CAMPAIGNS") or CAMPAIGNS))
    click.echo(report.text())
    sys.exit(1 if report.errors else 0)


@click.command()
@click.argument("folder", required=False, type=FILE)
def schema(folder: Path | None) -> None:
    """Write the JSON Schemas of the campaign files, by which an editor completes and checks them."""
    from survey_app.campaign.schema import write_schemas

    for path in write_schemas(folder) if folder else write_schemas():
        click.echo(path)


@click.command()
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
    "-o",
    "--output",
    type=FILE,
    help="The file; default: in SURVEY_EXPORTS, named by questionnaire, size and channels.",
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
    first, *others = [channel.code for channel in channels]
    which_ones = f"{first}-to-{others[-1]}" if others else first
    path = output or exports(settings) / f"{campaign.name}_{questionnaire}_{size}_{which_ones}.html"
    spoken_ones = [code.strip() for code in language.split(",")] if language else ()
    sheets = write_posters(campaign, asked, channels, base_url, path, size=size, languages=spoken_ones)
    count = counted(sheets, "sheet")
    click.echo(f"{path}\n{count} of A4: open it in a browser and print, at 100% and without margins.")
