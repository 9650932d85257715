"""The pages as they are drawn. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from werkzeug.exceptions import NotFound

from survey_app.campaign.answers import Problem
from survey_app.campaign.models import Page
from survey_app.campaign.texts import Text
from survey_app.respondent import live, pages, qr, steps, visits
from survey_app.respondent.following import Following
from survey_app.respondent.once import once
from survey_app.respondent.opened import fours
from survey_app.respondent.pages import Complaint, say
from survey_app.respondent.visits import Visit
from survey_app.web.said import Teller


def start(visit: Visit, notice: Any = "") -> str:
    """What it is about and the way in."""
    return _render("start.html", visit, notice=notice)


def closed(visit: Visit) -> tuple[str, int]:
    """When it was open, or will be; why it is paused."""
    opens, closes = visit.campaign.opening(visit.questionnaire)
    soon = opens is not None and date.today() < opens
    paused = visit.pause if visit.campaign.is_open(visit.questionnaire, date.today()) else None
    why = Text(dict(paused.words)) if paused and paused.words else None
    return _render("closed.html", visit, opens=opens, closes=closes, soon=soon, paused=paused, why=why), 403


def page(
    visit: Visit, page: Page, raw: Mapping[str, Any], problems: tuple[Problem, ...] = (), notice: Any = ""
) -> str:
    """One page filled with `raw`, with `problems` at their places."""
    filled = steps.ready(page, raw)
    checked = visit.judged(filled)
    following = _following(visit, page)
    sheet = pages.draw(page, filled, checked, visit.asking, problems, later=following.later, of=visit.what)
    told = live.page(visit, page, checked, following)
    shown = [name for name in checked.pages if visit.questionnaire.page(name)]
    number = shown.index(page.name) + 1 if page.name in shown else 1
    count = max(len(shown), 1)
    return _render("page.html", visit, notice=notice, sheet=sheet, number=number, count=count, live=told)


def _following(visit: Visit, page: Page) -> Following:
    asked, can_seal = visit.questionnaire, bool(visit.campaign.about.recipients)
    key = ("following", asked.name, asked.version, page.name)
    return once(key, lambda: Following(asked, page, can_seal))


def check(visit: Visit, notice: Any = "", *, judged: bool = False) -> str:
    """All answers once more; `judged`: as an error, since the person wanted to send what is not complete."""
    checked = visit.judged(visit.raw)
    teller = Teller(visit.campaign, checked, visit.asking.language)
    parts = [(page, teller.lines(page)) for page in visit.questionnaire.pages if page.name in checked.pages]
    missing = [(problem.page, _complaint(visit, problem)) for problem in checked.problems]
    told = live.beside(visit) | {"sending": True}
    return _render("check.html", visit, notice=notice, parts=parts, missing=missing, judged=judged, live=told)


def wait(visit: Visit, **more: Any) -> str:
    """A short wait before the start."""
    return _render("wait.html", visit, **more)


def files(visit: Visit, **more: Any) -> str:
    """The files of one question, and a place to add one."""
    return _render("files.html", visit, **more)


def sent(visit: Visit, notice: Any = "") -> str:
    """The receipt and the day."""
    receipt = visit.receipt or ""
    looked = visits.storage().look_up(receipt)
    if looked is None:
        raise NotFound
    return _render(
        "sent.html",
        visit,
        notice=notice,
        fours=fours(receipt),
        drawn=qr.drawn(receipt),
        looked=looked,
        address=url_for("respondent.receipt", _external=True).partition("://")[2],
    )


def later(visit: Visit, **more: Any) -> str:
    """The code with which to go on, and its QR."""
    return _render("later.html", visit, **more)


def two_begun(visit: Visit, code: str) -> str:
    """Asks which answers to go on with: those of the code, or those begun on this device."""
    return _render("two_begun.html", visit, code=code)


def _complaint(visit: Visit, problem: Problem) -> Complaint:
    question = visit.questionnaire.questions.get(problem.question)
    label = None if question is None or pages.is_of_row(problem) else question.label
    owner = pages.place(problem.path.partition("/")[0].removesuffix("_other"))
    return Complaint(label, say(problem, visit.asking.language), owner)


def _render(template: str, visit: Visit, **more: Any) -> str:
    then = steps.CHECK if request.args.get("then") == steps.CHECK else None
    offered = {code: visit.campaign.about.languages.get(code, code) for code in visit.languages}
    more.setdefault("live", live.beside(visit))
    return render_template(template, visit=visit, languages=offered, then=then, **more)
