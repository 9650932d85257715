"""Which language a page speaks: the one chosen, else the one the browser asks for, else the first one offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import flask
from flask import Flask, g, request
from flask_babel import Babel, Domain, refresh
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.texts import Text

INTERFACE = ("zh", "en")
"""The languages of the interface's own words. In another language the questions are shown, and these words in the
first one here."""

COOKIE = "language"
KEPT = timedelta(days=365)

TAGS = {"zh": "zh-Hans"}
"""Language tags (BCP 47) that say more than the code does."""


def tag(language: str) -> str:
    """What the `lang` attribute says."""
    return TAGS.get(language, language)


def current() -> str:
    """The language of this page's questions."""
    language: str | None = g.get("language")
    if language is None:
        language = g.language = _pick(INTERFACE)
    return language


def interface() -> str:
    """The language of this page's own words."""
    return interface_of(current())


def interface_of(language: str) -> str:
    """The language of the own words of a page whose questions are in `language`."""
    base = language.partition("-")[0]
    return base if base in INTERFACE else INTERFACE[0]


def spoken(text: Text, language: str) -> str:
    """The tag of the language in which `text` is shown; that it had to be borrowed is noted for this page."""
    found = text.language_of(language)
    if found.partition("-")[0] != language.partition("-")[0]:
        _noted().setdefault(found)
    return tag(found)


def marked(text: Text, language: str) -> Markup:
    """The words in `language`, in an element that says which one they are in where that is not the page's own."""
    words, code = escape(text.in_(language)), spoken(text, language)
    return words if code == tag(interface()) else Markup('<span lang="%s">%s</span>') % (code, words)


def paragraphs(text: Text, language: str, kind: str = "") -> Markup:
    """The lines of `text` in `language`, each as a paragraph of the class `kind`, marked as `marked` does."""
    code = spoken(text, language)
    marks = Markup(' class="%s"') % kind if kind else Markup()
    if code != tag(interface()):
        marks += Markup(' lang="%s"') % code
    lines = (line for line in text.in_(language).splitlines() if line.strip())
    return Markup("\n").join(Markup("<p%s>%s</p>") % (marks, line) for line in lines)


def borrowed() -> list[str]:
    """The languages from which this page, as far as it is drawn, has words that its own language lacks."""
    own = {} if current().partition("-")[0] in INTERFACE else {interface(): None}
    return list(own | _noted())


def is_whole() -> bool:
    """Whether all words of this page, as far as it is drawn, are in its own language."""
    return not _noted()


def offer(languages: Sequence[str]) -> None:
    """Let this page speak one of `languages`."""
    g.language = _pick(languages)
    refresh()


def offered(campaigns: Iterable[Campaign]) -> dict[str, str]:
    """The languages of all `campaigns`, each code with what the language calls itself."""
    return {code: name for campaign in campaigns for code, name in campaign.about.languages.items()}


def remember(response: Response, language: str) -> None:
    """Keep the choice on the reader's device."""
    path = request.script_root or "/"
    response.set_cookie(
        COOKIE, language, max_age=KEPT, path=path, httponly=True, samesite="Lax", secure=request.is_secure
    )


class Catalogues(Domain):  # type: ignore[misc]  # the library has no types
    """The interface's words; each language's catalogue is looked for once."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """The catalogue of this page's own words."""
        language = interface() if g else None
        if language is None:
            return super().get_translations()
        if language not in self._known:
            self._known[language] = super().get_translations()
        return self._known[language]


class Spoken(Babel):  # type: ignore[misc]  # the library has no types
    """The framework's translating, with one set of catalogues for the whole program."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        """The catalogues."""
        return Catalogues()


def install(app: Flask, folder: Path) -> None:
    """Translate the interface with the catalogues in `folder`, and remember a language chosen by a link."""
    Spoken(
        app,
        default_locale=INTERFACE[0],
        default_translation_directories=str(folder),
        locale_selector=interface,
    )

    @app.after_request
    def keep_choice(response: flask.Response) -> flask.Response:
        if "language" in g and request.args.get("language") == g.language:
            remember(response, g.language)
        return response


def _noted() -> dict[str, None]:
    if "borrowed" not in g:
        g.borrowed = {}
    noted: dict[str, None] = g.borrowed
    return noted


def _pick(languages: Sequence[str]) -> str:
    for wanted in (request.args.get("language"), request.cookies.get(COOKIE)):
        if wanted is not None and wanted in languages:
            return wanted
    return _best(request.headers.get("Accept-Language", ""), tuple(languages))


@lru_cache(256)
def _best(accepted: str, languages: tuple[str, ...]) -> str:
    """The one that a browser asks for; browsers ask in few ways."""
    return parse_accept_header(accepted, LanguageAccept).best_match(languages) or languages[0]
