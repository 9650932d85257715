"""What cannot be counted, said in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import gettext

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.regions import GROUP_LEVEL
from survey_app.errors import Said, SurveyError
from survey_app.tabulation import Catalogue
from survey_app.tabulation.words import VARIABLES
from survey_app.web import languages

LISTS = ("%(names)s", "did you mean %(name)s?")
"""Sentences, or parts of such, that name codes to choose from."""
BETWEEN = ", "


def words_of(error: SurveyError, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """What is wrong and what to do; codes to choose from with their `labels`, by code."""
    return error.in_(_translated, _labelled(error.said, labels) if error.said else None)


def labels_of(campaign: Campaign, catalogue: Catalogue) -> dict[str, str]:
    """What sides, levels and schemes of a campaign are called, by code."""
    texts = {each.name: each.label for each in campaign.about.levels} | {GROUP_LEVEL: VARIABLES["group"]}
    texts |= {name: scheme.label for name, scheme in campaign.issues.schemes.items()}
    texts |= {name: column.label for name, column in catalogue.questions.items()} | VARIABLES
    language = languages.current()
    return {code: text.in_(language) for code, text in texts.items()}


def _translated(sentence: str) -> str:
    return str(gettext(sentence))


def _labelled(said: Said, labels: Mapping[str, str]) -> Said:
    """The sentence with labels in its lists."""
    values = {
        name: _labelled(value, labels) if isinstance(value, Said) else value
        for name, value in said.values.items()
    }
    if said.pattern in LISTS:
        values = {
            name: _listed(value, labels) if isinstance(value, str) else value
            for name, value in values.items()
        }
    return said.filled(**values)


def _listed(codes: str, labels: Mapping[str, str]) -> str:
    return BETWEEN.join(
        gettext("%(label)s (%(code)s)", label=labels[code], code=code) if code in labels else code
        for code in codes.split(BETWEEN)
    )


def status_of(error: SurveyError) -> int:
    """The status that goes with it: whoever asked can mend it."""
    return error.status if 400 <= error.status < 500 else 400
