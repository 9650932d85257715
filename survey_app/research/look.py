"""What every template of the desk may use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.texts import Text
from survey_app.research import access, labels
from survey_app.web import languages

NAMES = {"zh": "中文", "en": "English"}
"""What each of the interface's languages calls itself."""


def install(app: Flask) -> None:
    """Give the words to the templates of the desk; those of other pages have their own."""

    @app.context_processor
    def words_of_the_desk() -> dict[str, Any]:
        if not request.path.startswith(access.PREFIX) and app.extensions["survey"].settings.has_public:
            return {}
        return template_words()


def template_words() -> dict[str, Any]:
    """By name: `words(text)` says a Text in the page's language, `asset(name)` is the address of a file."""
    language = languages.current()
    return {
        "desk_asset": access.ASSETS.address,
        "language": language,
        "page_lang": languages.tag(languages.interface_of(language)),
        "words": lambda text: _marked(text, language),
        "session": access.present,
        "navigation": access.navigation,
        "made_up": made_up,
        "address_of": address_of,
        "languages_offered": languages_offered,
        "role_label": labels.role_label,
        "about_role": labels.about_role,
        "group_label": labels.group_label,
        "act_label": labels.act_label,
        "person_label": labels.person_label,
    }


def made_up(campaign: Campaign | None = None) -> bool:
    """Whether responses are made up: of the campaign that the page shows, else any."""
    names = list(campaign.questionnaires) if campaign else None
    return access.survey().storage.made_up.is_there(names)


def address_of(questionnaire: str) -> str:
    """Where people answer it; empty where another server has the public pages, whose address is not known here."""
    return f"{request.url_root}q/{questionnaire}" if access.survey().settings.has_public else ""


def languages_offered() -> list[tuple[str, str, str]]:
    """Code, own name and this page's address in each language but the present one."""
    if request.endpoint is None or request.method not in access.READING:
        return []
    # the query goes behind by hand: to url_for some names mean something else
    here = url_for(request.endpoint, **(request.view_args or {}))
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "language"]
    return [
        (languages.tag(code), name, f"{here}?{urlencode([*asked, ('language', code)])}")
        for code, name in NAMES.items()
        if code != languages.interface()
    ]


def _marked(text: Text, language: str) -> str:
    return languages.marked(text, language)
