"""`survey …`: thin commands, each one call into a room."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Any

import click

from survey_app.cli.answers import ask, dialogue, import_, sealed
from survey_app.cli.campaigns import check, poster, schema
from survey_app.cli.figures import export, tabulate
from survey_app.cli.frames import frames
from survey_app.cli.people import audit, user
from survey_app.cli.running import pause, reopen, serve, tidy
from survey_app.cli.trying import demo
from survey_app.errors import SurveyError


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


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"]})
def survey() -> None:
    """Turn a folder of questionnaires into live surveys, tables and exports."""


for command in (
    *(check, schema, poster),
    *(serve, tidy, pause, reopen),
    *(tabulate, export, frames),
    *(import_, sealed, ask, dialogue),
    *(user, audit, demo),
):
    survey.add_command(command)


def main() -> None:
    """The entry point of `survey`. What is printed is UTF-8 whatever the terminal's locale says; what is written is for
    this user alone, since single responses are in it.
    """
    os.umask(0o077)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(encoding="utf-8", errors="replace")
    survey()
