"""The command `demo`: made-up answers, to try the desk with, and away with them again."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from survey_app.campaign.reports import counted
from survey_app.cli.opening import opened, progress_bar
from survey_app.errors import SurveyError

if TYPE_CHECKING:
    from survey_app.campaign.campaign import Campaign
    from survey_app.survey import Survey


@click.command()
@click.option("--responses", type=click.IntRange(1, 1_000_000), help="How many to make up.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same answers.")
@click.option("--campaign", "name", help="To whose questionnaires; default: the first one that is listed.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The last of the 60 days they came on; default: today."
)
@click.option("--beside-real", is_flag=True, help="Also where there are real responses.")
@click.option("--remove", is_flag=True, help="Take all made-up responses out again.")
def demo(
    *,
    responses: int | None,
    seed: int,
    name: str | None,
    until: datetime | None,
    beside_real: bool,
    remove: bool,
) -> None:
    """Fill a campaign with made-up answers; each row has the flag `demo`, and the desk says so on every page."""
    if remove == (responses is not None):
        raise SurveyError("Say either how many: survey demo --responses 20000, or: survey demo --remove")
    from survey_app.demo import Demo, fill

    with opened() as survey, progress_bar() as progress:
        if responses is None:
            gone = survey.storage.made_up.remove()
            survey.fold(thorough=True, progress=progress)
            click.echo(f"{counted(gone, 'made-up response', 'was')} removed.")
            return
        campaign = _campaign(survey, name)
        today = date.today()  # by the campaign's clock, since the survey is open
        last = until.date() if until else today
        if last > today:
            raise SurveyError(
                f"{last} is after today, {today}: no answers can have come by then. Name an earlier day."
            )
        wish = Demo(campaign, responses, seed, last)
        added = fill(survey.storage, wish, beside_real=beside_real, progress=progress)
        survey.fold(progress=progress)
        click.echo(
            f"{counted(added, 'made-up response', 'was')} added to {campaign.name}, each with the flag `demo`. "
            "Take them out again with: survey demo --remove"
        )


def _campaign(survey: Survey, name: str | None) -> Campaign:
    """The campaign of that name, or the first that is listed."""
    if name is None:
        return min(survey.campaigns.values(), key=lambda campaign: not campaign.about.listed)
    return survey.campaign(name)
