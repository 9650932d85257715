"""A word of caution where somebody typed a number by which a person can be found; what to do stays their choice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from babel.lists import format_list
from flask import flash, session
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from survey_app.campaign.identifying import found_in
from survey_app.campaign.models import Page, Repeat, all_choices
from survey_app.respondent import pages

CALLED = {
    "phone": _("a phone number"),
    "identity": _("an identity number"),
    "card": _("a bank card number"),
    "plate": _("a plate number"),
}
REMEMBERED = 20
"""Texts about which this browser was warned; kept as short digests in the session cookie."""


def warn(page: Page, raw: Mapping[str, Any]) -> str | None:
    """Flash a word of caution at the first text on the page that needs one; gives the path of its question.

    None where no text does. Each text is warned of once: whoever leaves it as it is goes on.
    """
    for path, text in _texts(page.questions, raw, ""):
        if words := about(text):
            flash(words, pages.place(path))
            return path
    return None


def about(text: str) -> str | None:
    """Words of caution where `text` needs them and was not warned of yet; from now on it was."""
    warned: list[str] = session.get("warned", [])
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
    found = found_in(text)
    if not found or digest in warned:
        return None
    kinds = dict.fromkeys(each.kind for each in found)
    session["warned"] = [*warned, digest][-REMEMBERED:]
    words: str = gettext(
        "This looks like %(number)s. To keep you and others safe, it is better to leave it out. "
        "Change it, or go on with it as it is.",
        number=format_list([str(CALLED[kind]) for kind in kinds], locale=get_locale()),
    )
    return words


def _texts(questions: Any, raw: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Path of the question and its text, for free texts and 'please say' words. What is sealed needs no caution."""
    for question in pages.answerable(questions):
        if isinstance(question, Repeat):
            for number, entry in enumerate(raw.get(question.name) or []):
                yield from _texts(question.questions, entry, f"{prefix}{question.name}/{number}/")
        elif not getattr(question, "sensitive", False):
            specify = any(choice.specify for choice in all_choices(question))
            for name in [question.name] * (question.type == "text") + [f"{question.name}_other"] * specify:
                if isinstance(text := raw.get(name), str):
                    yield prefix + question.name, text
