"""`survey …`: thin commands, each one call into a room."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from survey_app.config import Settings
from survey_app.errors import SurveyError


class Words(click.Group):
    """A group whose commands end with words and a non-zero exit where something can be mended."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a SurveyError becomes its words on standard error."""
        try:
            return super().invoke(ctx)
        except SurveyError as error:
            click.echo(error.words, err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"]})
def survey() -> None:
    """Turn a folder of questionnaires into live surveys, tables and exports."""


@survey.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def check(path: Path | None) -> None:
    """Report every mistake in PATH (a campaign or a folder of them; default: SURVEY_CAMPAIGNS)."""
    from survey_app.campaign.checking import check_path

    report = check_path(path or Path(os.environ.get("SURVEY_CAMPAIGNS") or "questionnaires"))
    click.echo(report.text())
    sys.exit(1 if report.errors else 0)


@survey.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, threads: int) -> None:
    """Serve the pages; brings the database up to date first."""
    import waitress

    from survey_app import create_app

    app = create_app(Settings.read())
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    try:
        waitress.serve(app, host=host, port=port, threads=threads, ident="")
    except OSError as error:
        raise SurveyError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Try --port 8001."
        ) from error


def main() -> None:
    """The entry point of `survey`. What is printed is UTF-8 whatever the terminal's locale says."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    survey()


if __name__ == "__main__":
    main()
