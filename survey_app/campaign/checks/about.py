"""campaign.yaml: the tables it asks for, its days, languages and recipients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from survey_app.campaign.campaign import ABOUT_SIDES, COUNTS, EVERYONE, OF_A_SCALE, Campaign, TableWish
from survey_app.campaign.checks.form import forms
from survey_app.campaign.checks.names import each_once
from survey_app.campaign.models import Questionnaire, Role, Scale
from survey_app.campaign.reading.folder import ABOUT, GROUPS, ISSUES, Folder
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake, listed, nearest, shown, suggestion

SIDES = (*ABOUT_SIDES, EVERYONE)
"""Sides of a table that are no question and no role."""

_RECIPIENT = re.compile(r"age1[ac-hj-np-z02-9]{58}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def days(folder: Folder) -> Iterator[Mistake]:
    """The campaign opens before it closes."""
    about = folder.campaign.about if folder.campaign else None
    if about and about.opens and about.closes and about.opens > about.closes:
        words = f"it opens on {about.opens}, after it closes on {about.closes}"
        yield _wrong(folder.root(ABOUT).at("opens"), words, "change one of the two days")


def languages(folder: Folder) -> Iterator[Mistake]:
    """Language codes are those of BCP 47, since browsers and screen readers read them."""
    for code, node in folder.root(ABOUT).entries_of("languages").items():
        if not _LANGUAGE.fullmatch(code):
            yield _wrong(
                node, f'"{code}" is not the code of a language', "write it as in zh, en, bo or zh-Hant"
            )


def recipients(folder: Folder) -> Iterator[Mistake]:
    """Recipients look like age public keys; whether somebody holds the private half cannot be seen from here."""
    for node in folder.root(ABOUT).items_of("recipients"):
        written = str(node.written)
        if written.upper().startswith("AGE-SECRET-KEY"):
            words = (
                "a secret key stands among the recipients: who reads this file can open every sealed answer"
            )
            yield _wrong(
                node, words, "make a new pair of keys, and write the public one, which begins with age1"
            )
        elif not _RECIPIENT.fullmatch(written):
            words = f"{shown(written, 30)} is not an age public key"
            yield _wrong(node, words, "write the line that begins with age1: it has 62 characters")


def tables(folder: Folder) -> Iterator[Mistake]:
    """Each table can be made: its sides, questionnaires, level, scheme and measure exist."""
    campaign = folder.campaign
    nodes = folder.root(ABOUT).items_of("tables")
    if campaign is None:
        return
    yield from each_once(ABOUT, "table", [(str(node.text("name")), node.at("name")) for node in nodes])
    for wish, node in zip(campaign.about.tables, nodes, strict=True):
        for key, words, cure in (*_sides(folder, campaign, wish), *_options(folder, campaign, wish)):
            yield _wrong(node.at(key), f"table {wish.name}: {words}", cure)


Found = Iterator[tuple[str, str, str]]


def _sides(folder: Folder, campaign: Campaign, wish: TableWish) -> Found:
    known = {form.questionnaire.name: form.questionnaire for form in forms(folder)}
    unread = len(known) < len(folder.forms)
    for name in wish.questionnaires:
        if name not in known and not unread:
            yield (
                "questionnaires",
                f"there is no questionnaire {name}",
                suggestion(name, known, f"there are {listed(known)}"),
            )
    meant = [known[name] for name in wish.questionnaires if name in known] or list(known.values())
    if unread or any(form.doubtful for form in forms(folder)):
        return
    for key in ("rows", "columns", "weights"):
        if getattr(wish, key) is not None:
            yield from _side(key, getattr(wish, key), meant)
    if wish.where is not None:
        for name in sorted(wish.where.names):
            yield from _side("where", name, meant)


def _side(key: str, name: str, meant: list[Questionnaire]) -> Found:
    """A side is a question, a row of a checklist, a role that somebody carries, or one of SIDES."""
    questions = {known: None for questionnaire in meant for known in questionnaire.questions}
    carried = {
        role for role in get_args(Role) if any(questionnaire.with_role(role) for questionnaire in meant)
    }
    question = name.partition("/")[0]
    if question in questions or name in SIDES or name in carried:
        return
    if name in get_args(Role):
        yield (
            key,
            f'"{key}" names the role {name}, which no question has',
            f"write role: {name} at a question",
        )
        return
    cure = suggestion(
        name, [*questions, *SIDES, *carried], f"name a question, {listed([*sorted(carried), *SIDES], 20)}"
    )
    yield key, f'"{key}" names {name}, which does not exist', cure


def _options(folder: Folder, campaign: Campaign, wish: TableWish) -> Found:
    regions, schemes = campaign.regions, campaign.issues.schemes
    if wish.level is not None and wish.level not in regions.all_levels and GROUPS not in folder.broken:
        cure = suggestion(wish.level, regions.all_levels, f"levels: {listed(regions.all_levels) or 'none'}")
        yield "level", f"there is no level {wish.level}", cure
    if wish.scheme is not None and wish.scheme not in schemes and ISSUES not in folder.broken:
        cure = suggestion(wish.scheme, schemes, f"schemes: {listed(schemes) or 'none'}")
        yield "scheme", f"there is no scheme {wish.scheme}", cure
    if wish.public and (wish.weights is not None or wish.measure == "mentions"):
        words = (
            "weighted figures and mentions do not say of how many people they are, so they cannot be public"
        )
        yield "public", words, "count respondents, or leave public out"
    yield from _measure(folder, wish)


def _measure(folder: Folder, wish: TableWish) -> Found:
    kind, _, name = wish.measure.partition(":")
    if kind in COUNTS and not name:
        return
    if kind not in OF_A_SCALE:
        near = nearest(kind, (*COUNTS, *OF_A_SCALE))
        cure = (
            f"did you mean {near}?"
            if near
            else f"write {listed(COUNTS)}, mean:QUESTION or satisfied:QUESTION"
        )
        yield "measure", f'"measure" cannot be {wish.measure}', cure
        return
    if any(form.doubtful for form in forms(folder)) or any(reading.model is None for reading in folder.forms):
        return
    asked = [form.questionnaire for form in forms(folder)]
    numbers = [name for each in asked for name, question in each.questions.items() if _has_numbers(question)]
    roles = [role for role in ("satisfaction", "trend") if any(each.with_role(role) for each in asked)]
    if name not in (*numbers, *roles) and (name or "satisfaction" not in roles):
        cure = suggestion(name, (*numbers, *roles), f"there are {listed((*roles, *numbers)) or 'none'}")
        yield "measure", f'"measure" names {name or "nothing"}, which is no scale and no number', cure


def _has_numbers(question: object) -> bool:
    return isinstance(question, Scale) or getattr(question, "type", "") in (
        "integer",
        "decimal",
        "range",
        "calculate",
    )


def _wrong(node: Node, words: str, cure: str) -> Mistake:
    return Mistake(ABOUT, node.line, words, cure)
