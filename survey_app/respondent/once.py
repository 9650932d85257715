"""What is the same for everybody is made once in the life of this program, and handed out from then on.

Nothing is kept here that a person typed: only what follows from a questionnaire's version, a page and a language, of
which there are few.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from markupsafe import Markup

from survey_app.web import languages

Made = TypeVar("Made")


def prepare(app: Flask) -> None:
    """Give `app` a place for what is made once."""
    app.extensions["once"] = {}


def known() -> dict[Hashable, Any]:
    """What was made so far, by key."""
    found: dict[Hashable, Any] = current_app.extensions["once"]
    return found


def parts() -> Callable[..., Markup]:
    """What templates call to have a part of a page drawn once: `{% call same(of what it is) %}…{% endcall %}`.

    A part depends on what it is of, on the page's language and on the address that the program has, and on no person.
    """
    made, start = known(), ("part", languages.current(), request.script_root)

    def same(*of: Hashable, caller: Callable[[], Markup]) -> Markup:
        key = (start, of)
        found: Markup | None = made.get(key)
        if found is None:
            found = caller()
            if languages.is_whole():  # a page says what it borrows, which only drawing tells
                made[key] = found
        return found

    return same


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, under a key that names all it depends on."""
    made = known()
    if key not in made:
        made[key] = make()
    found: Made = made[key]
    return found
