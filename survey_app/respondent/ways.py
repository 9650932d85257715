"""Where a pressed button leads once what was typed on the page is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from survey_app.campaign.models import Page
from survey_app.respondent import caution, live, pages, show, steps, visits
from survey_app.respondent.visits import Visit
from survey_app.web import languages
from survey_app.web.bodies import UNREADABLE

Raw = dict[str, Any]
Answer = str | Response | tuple[str, int]

INVALID = 422
"""The status of a page with something to put right."""


def go(visit: Visit, page: Page, raw: Raw) -> Answer:
    """Do what the pressed button says; the first one, and any that is not known, goes on."""
    if chosen := request.form.get("language"):
        return in_language(to_page(visit, page.name), chosen, visit)
    verb, _, rest = request.form.get("go", "").partition("-")
    return GO.get(verb, _on)(visit, page, raw, rest)


def _on(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    earlier = steps.ready(page, visit.raw)
    checked = visit.judged(raw)
    was = live.as_shown(visit, earlier, page, raw)
    found = steps.outcome(page, earlier, raw, was, checked)
    if found.problems:
        return show.page(visit, page, raw, found.problems), INVALID
    if found.gained:
        flash(
            ngettext(
                "One more question belongs to your answer. Please answer it too.",
                "%(num)s more questions belong to your answer. Please answer them too.",
                len(found.gained),
            ),
            pages.place(found.gained[0]),
        )
        return to_page(visit, page.name, found.gained[0])
    if (doubtful := caution.warn(page, raw)) is not None:
        return to_page(visit, page.name, doubtful)
    if "then" in request.args:
        return to("check", visit)
    return to_page(visit, steps.after(visit.questionnaire, page, checked))


def _back(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    if "then" in request.args:
        return to("check", visit)
    earlier = steps.before(visit.questionnaire, page, visit.judged(raw))
    return to_page(visit, earlier) if earlier else to("start", visit)


def _deeper(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    return to_page(visit, page.name, rest)


def _entry(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    repeat = rest.partition("-")[0]
    last = len(raw.get(repeat, [])) - 1
    return to_page(visit, page.name, f"{repeat}/{last}" if last >= 0 else repeat)


def _files(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    then = steps.CHECK if "then" in request.args else None
    name = visit.questionnaire.name
    return redirect(
        url_for("respondent.files", name=name, page_name=page.name, question=rest, then=then), 303
    )


def _later(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    visits.storage().resume_code(visit.kept.id)
    return to("later", visit)


def _keep(visit: Visit, page: Page, raw: Raw, rest: str) -> Answer:
    """For the script, which saves while the person goes on typing: kept, and nothing to show."""
    return "", 204


GO: dict[str, Callable[[Visit, Page, Raw, str], Answer]] = {
    "back": _back,
    "deeper": _deeper,
    "add": _entry,
    "remove": _entry,
    "keep": _keep,
    "files": _files,
    "later": _later,
}
"""What a button's value begins with, and what it does once the page is kept."""


def to(view: str, visit: Visit, *, via: str | None = None) -> Response:
    """To one of the addresses that every questionnaire has; `via`: by the code of a poster."""
    return redirect(url_for(f"respondent.{view}", name=visit.questionnaire.name, via=via), 303)


def to_page(visit: Visit, name: str, path: str | None = None) -> Response:
    """To a page, or to the question at `path` on it."""
    if name == steps.CHECK:
        return to("check", visit)
    then = steps.CHECK if "then" in request.args else None
    anchor = pages.place(path) if path else None
    address = url_for(
        "respondent.show_page", name=visit.questionnaire.name, page_name=name, _anchor=anchor, then=then
    )
    return redirect(address, 303)


def in_language(response: Response, language: str, visit: Visit) -> Response:
    """The response, with the language chosen. Raises BadRequest for one that the questionnaire is not offered in."""
    if language not in visit.languages:
        raise BadRequest(UNREADABLE)
    languages.remember(response, language)
    return response
