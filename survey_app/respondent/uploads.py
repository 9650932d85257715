"""Files that a person adds to an answer: a small page of their own, one file at a time, each kept as soon as it came.

A file is made clean before it is kept (survey_app/evidence) and sealed on the way to the disk (storage/evidence.py), so
it cannot be shown again. Its name is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response

from survey_app import evidence
from survey_app.campaign.models import FileQuestion, Page
from survey_app.errors import Closed, StorageError, SurveyError
from survey_app.errors import NotFound as Expired
from survey_app.evidence import Unfit
from survey_app.respondent import pages, show, steps, visits, ways
from survey_app.respondent.visits import Visit
from survey_app.respondent.ways import Answer
from survey_app.storage import EvidenceFile, TooManyFiles
from survey_app.web import bodies, trouble
from survey_app.web.bodies import UNREADABLE

ENDPOINT = "respondent.add_file"
FULL = _("There are as many files here as this question takes. Remove one to add another.")
NOT_KEPT = _("The file could not be kept just now. Please add it again.")
STALE = _("This page had been open for too long. Please choose the file once more.")
ADDED = _("The file was added.")
REMOVED = _("The file was removed.")


@dataclass(frozen=True)
class Corner:
    """A question that takes files, where it stands, and whose answer it is."""

    visit: Visit
    page: Page
    question: FileQuestion

    @property
    def control(self) -> str:
        """The name of the control in which a file is chosen."""
        return pages.control_name(self.question.name)

    @property
    def room(self) -> int:
        """How many files can still be added."""
        return self.question.max_files - len(self.visit.files_of(self.question.name))

    def address(self, view: str = "files") -> str:
        """The address of this question's files."""
        return url_for(
            f"respondent.{view}",
            name=self.visit.questionnaire.name,
            page_name=self.page.name,
            question=self.question.name,
            then=steps.CHECK if "then" in request.args else None,
        )


def install(blueprint: Blueprint) -> None:
    """Put the addresses on `blueprint`."""
    rule = "/q/<name>/<page:page_name>/files/<question>"
    blueprint.add_url_rule(rule, "files", files)
    blueprint.add_url_rule(rule, "add_file", add_file, methods=["POST"])
    blueprint.register_error_handler(RequestEntityTooLarge, too_large)
    blueprint.app_template_global("file_words")(said)


def make_room(app: Flask) -> None:
    """Let this one address take a body as large as a file."""
    bodies.make_room(app, ENDPOINT, evidence.IN_A_FORM)


def files(name: str, page_name: str, question: str) -> Answer:
    """The files of a question, and a place to add one."""
    corner = _corner(name, page_name, question)
    return _show(corner) if _is_asked(corner) else ways.to_page(corner.visit, corner.page.name)


def add_file(name: str, page_name: str, question: str) -> Answer:
    """Add the file that was sent, or remove the one that was named."""
    corner = _corner(name, page_name, question)
    if not _is_asked(corner):
        return ways.to_page(corner.visit, corner.page.name)
    if removed := request.form.get("remove"):
        return _remove(corner, removed)
    try:
        _take(corner)
    except Unfit as unfit:
        return _show(corner, gettext(unfit.words)), unfit.status
    except TooManyFiles as full:
        return _show(corner, FULL), full.status
    except StorageError as error:
        return _show(corner, NOT_KEPT), trouble.tell(error)
    except (Closed, Expired):
        return ways.to("start", corner.visit)
    flash(str(ADDED), "message")
    onward = redirect(corner.address(), 303) if corner.room > 1 else _back(corner)
    if request.form.get("go") == "keep":  # the script goes there by itself
        onward.status_code = 201
    return onward


def too_large(error: RequestEntityTooLarge) -> Any:
    """More was sent than a file may have: the page again with words; elsewhere the page that says so."""
    if request.endpoint != ENDPOINT:
        return trouble.page(error)
    try:
        return again(gettext(Unfit("large").words), error.code)
    except (HTTPException, SurveyError) as other:
        return trouble.page(other)


def stale(error: CSRFError) -> Any:
    """The form was too old, or another site's: the page again, and nothing kept."""
    return again(str(STALE), error.code or ways.INVALID)


def again(words: str, status: int) -> Any:
    """The page once more, where the visit is still under way."""
    corner = _corner(**(request.view_args or {}))
    if not _is_asked(corner):
        return ways.to_page(corner.visit, corner.page.name)
    return _show(corner, words), status


def _corner(name: str, page_name: str, question: str) -> Corner:
    visit = visits.open_visit(name)
    page = visit.page(page_name)
    asked = {each.name: each for each in pages.answerable(page.questions)}.get(question)
    if not isinstance(asked, FileQuestion):
        raise NotFound
    return Corner(visit, page, asked)


def _is_asked(corner: Corner) -> bool:
    """Whether the person is answering, and this question is one of those asked."""
    visit = corner.visit
    under_way = visit.is_under_way and visit.is_open(date.today())
    return under_way and corner.question.name in visit.judged(visit.raw).relevant


def _take(corner: Corner) -> None:
    """Clean, seal and keep the one file that was sent. Raises Unfit, TooManyFiles, and what storage raises."""
    if set(request.files) - {corner.control} or len(request.files.getlist(corner.control)) > 1:
        raise BadRequest(UNREADABLE)
    sent = request.files.get(corner.control)
    content = sent.read() if sent else b""
    if sent is None or not (sent.filename or content):
        raise Unfit("none")
    clean = evidence.clean(content, corner.question.type)
    visits.storage().evidence.keep(
        corner.visit.kept.id,
        corner.question.name,
        clean.type,
        clean.content,
        recipients=corner.visit.campaign.about.recipients,
        most=corner.question.max_files,
    )


def _remove(corner: Corner, name: str) -> Response:
    visits.storage().evidence.remove(corner.visit.kept.id, name)
    flash(str(REMOVED), "message")
    return redirect(corner.address(), 303)


def _back(corner: Corner) -> Response:
    return ways.to_page(corner.visit, corner.page.name, corner.question.name)


def _show(corner: Corner, problem: Any = "") -> str:
    more = {"problem": problem, "script_words": script_words(), "largest": evidence.LARGEST}
    return show.files(corner.visit, corner=corner, **more)


def script_words() -> dict[str, str]:
    """The sentences of static/upload.js; `{}` is a number that it fills in."""
    return {
        "sending": gettext("Sending the file: {}%"),
        "arrived": gettext("The file has arrived and is being checked. Please wait a little."),
        "stop": gettext("Stop"),
        "stopped": gettext("Stopped: the file was not added. To send it after all, press the button again."),
        "broken": gettext(
            "The network broke off before the file was added. It is still chosen: press the button again."
        ),
        "unkept": str(NOT_KEPT),
        "large": gettext(Unfit("large").words),
    }


def said(file: EvidenceFile) -> str:
    """A file in words, since it cannot be shown."""
    name = gettext("Photo %(number)s", number=file.number)
    if file.type == "pdf":
        name = gettext("PDF %(number)s", number=file.number)
    size = f"{file.size / 1e6:.1f} MB" if file.size >= 1e6 else f"{max(round(file.size / 1000), 1)} kB"
    return str(gettext("%(name)s, %(size)s, added", name=name, size=size))
