"""Commands about the people of the research desk: user add, list, reset; audit verify."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from survey_app.campaign.reports import counted
from survey_app.cli.opening import opened
from survey_app.errors import SurveyError
from survey_app.roles import ROLES, Role

if TYPE_CHECKING:
    from survey_app.survey import Survey


@click.group()
def user() -> None:
    """Who may sign in at the research desk."""


@user.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--group", help="The research group of a researcher, by its name in groups.yaml.")
@click.option("--ask", is_flag=True, help="Type the password here; else one is drawn and printed.")
def add(name: str, role: Role, group: str | None, ask: bool) -> None:
    """Let NAME sign in; the first one should be a coordinator, who adds the others at the desk."""
    from survey_app.storage import COMMAND_LINE

    with opened() as survey:
        _check_group(survey, role, group)
        password = _asked(name, survey) if ask else _drawn()
        person = survey.storage.people.add(name, role, group, password, by=COMMAND_LINE)
        click.echo(f"{person.name} may sign in as {role}, and has to choose another password at first.")
        _tell(password, typed=ask)


@user.command("list")
def list_() -> None:
    """Everybody who may sign in, or could once: name, role, group, and what is to be known."""
    with opened() as survey:
        for person in survey.storage.people.everybody():
            states = {
                "may not sign in": not person.active,
                "has not chosen a password": person.fresh,
                "no second factor": not person.has_codes,
            }
            told = ", ".join(words for words, is_so in states.items() if is_so)
            click.echo("\t".join((person.name, person.role, person.group or "-", told or "-")))


@user.command()
@click.argument("name")
def reset(name: str) -> None:
    """Draw a new password for NAME and take the second factor away; for a coordinator who lost both."""
    from survey_app.storage import COMMAND_LINE

    with opened() as survey:
        password = _drawn()
        survey.storage.people.set_password(name, password, by=COMMAND_LINE)
        survey.storage.people.forget_codes(name, by=COMMAND_LINE)
        click.echo(f"{name} is signed out everywhere, and chooses a password and sets up codes anew.")
        _tell(password, typed=False)


@click.group()
def audit() -> None:
    """The log of what people do at the research desk."""


@audit.command()
@click.option(
    "--head", "kept", help="A head that was printed earlier, as in 120:3fa0…; it must still be in the log."
)
def verify(kept: str | None) -> None:
    """Find out whether the log is as it was written; exits with 1 where it is not. Keep the head elsewhere."""
    from survey_app.storage import Head

    with opened() as survey:
        known = Head.parse(kept) if kept else None
        faults = survey.storage.audit.verify(known)
        for each in faults:
            click.echo(each)
        if faults:
            raise SurveyError("The audit log is not what was written. Keep a copy of the database as it is.")
        head = survey.storage.audit.head()
        acts = counted(head.count, "act")
        click.echo(f"The log is as it was written, with {acts}. Keep this head on another machine:")
        click.echo(str(head))


def _check_group(survey: Survey, role: Role, group: str | None) -> None:
    """Raise SurveyError where a researcher would see nothing, or a group is named that is none."""
    known = {each.name for campaign in survey.campaigns.values() for each in campaign.regions.groups}
    if group is not None and group not in known:
        there = f"there are {', '.join(sorted(known))}" if known else "no groups.yaml names any"
        raise SurveyError(f"There is no research group {group}: {there}.")
    if role == "researcher" and group is None:
        raise SurveyError("A researcher sees the rows of a research group: name it with --group.")


def _asked(name: str, survey: Survey) -> str:
    from survey_app.storage.desk import passwords

    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    is_long = passwords.SHORTEST <= len(password) <= passwords.LONGEST
    if not is_long or passwords.is_guessable(password, [name, *survey.campaigns]):
        raise SurveyError(
            f"A password has {passwords.SHORTEST} to {passwords.LONGEST} signs, and takes long to guess: three or four "
            "words that have nothing to do with each other are good. Nobody was added."
        )
    return password


def _drawn() -> str:
    from survey_app.storage.desk import passwords

    return passwords.drawn()


def _tell(password: str, *, typed: bool) -> None:
    if not typed:
        click.echo("Password, printed this once:", err=not sys.stdout.isatty())
        click.echo(password)
