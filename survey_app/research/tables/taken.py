"""Tables and charts as files."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound as NoPage

from survey_app.campaign.campaign import Campaign
from survey_app.errors import StorageError, SurveyError
from survey_app.exporting import write_table
from survey_app.exporting.charts import Comparison, as_png, as_svg
from survey_app.research import access
from survey_app.research.access import page
from survey_app.research.tables import naming
from survey_app.research.tables.pages import FILES, PICTURES, ROLES, asking_of, source_line
from survey_app.research.tables.refused import status_of, words_of
from survey_app.research.tables.state import State
from survey_app.tabulation import Table
from survey_app.tabulation.words import AS_OF, phrase
from survey_app.web import languages

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}


@page("/tables.<form>", *ROLES)
def table_file(form: str) -> Response:
    """The table of the address as a file, or its chart; taking one along is written down first."""
    if form not in (*FILES, *PICTURES):
        raise NoPage
    state = State.read(request.args)
    asking, today = asking_of(state), date.today()
    try:
        counted = asking.count(state)
        kind = counted.chart(state.chart)
        if form in PICTURES:
            wanted, source = kind or state.chart or "bars", source_line(asking)
            content = drawn(
                counted.table, wanted, form, asking.campaign, source, today=today, against=counted.against
            )
        else:
            content = written(counted.noted.as_of(today), form, counted.against)
    except StorageError:
        raise
    except SurveyError as error:
        return Response(f"{words_of(error)}\n", status_of(error), content_type="text/plain; charset=utf-8")
    taken = form != "svg" or "taken" in request.args
    if taken:
        access.audit("table exported", form, query=state.address)
    name = naming.of_table(asking.campaign, counted.table, languages.current())
    codes = f"{counted.state.rows}-by-{counted.state.columns or 'all'}"
    return as_file(content, form, name, codes, taken=taken)


def drawn(
    table: Table,
    kind: str,
    form: str,
    campaign: Campaign,
    source: str,
    *,
    today: date,
    against: Comparison | None = None,
) -> bytes:
    """The chart; its last line says as of which day, another where there are made-up answers. Raises SurveyError or
    NotFound with words.
    """
    language = languages.current()
    source = " · ".join([source, phrase(AS_OF, day=today.isoformat()).in_(language)])
    asked = (table, kind, campaign, language, source)
    made_up = access.survey().storage.made_up.is_there(list(campaign.questionnaires))
    if form == "png":
        return as_png(*asked, against=against, made_up=made_up)
    return as_svg(*asked, against=against, made_up=made_up).encode()


def written(table: Table, form: str, against: Comparison | None = None) -> bytes:
    """The table, and what it is compared with, as the file of that form would hold it."""
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        path = Path(folder) / f"table.{form}"
        write_table(table, form, path, languages.current(), against)
        return path.read_bytes()


def as_file(content: bytes, form: str, name: str, codes: str, *, taken: bool = True) -> Response:
    """A response that a browser shows, or (where it is `taken` along) keeps as a file; see `naming.attachment`."""
    response = Response(content, content_type=TYPES[form])
    if taken:
        response.headers["Content-Disposition"] = naming.attachment(name, form, codes)
    return response
