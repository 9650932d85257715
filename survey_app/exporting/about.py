"""The front sheet: what a researcher must know, and say, to put their name under the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import columns
from survey_app.campaign.models import Questionnaire
from survey_app.exporting.layout import Part, of_texts
from survey_app.exporting.streams import Stream
from survey_app.exporting.words import ABOUT, CAUTIONS, CODEBOOK, READING, say

Line = tuple[str, str]
TOLD = ("_version", "_date", "_channel", "_language")
"""The columns that it tells of."""


def about(
    responses: Stream,
    versions: Sequence[Questionnaire],
    campaign: Campaign,
    language: str,
    made: date,
    *,
    sheets: Sequence[Line] = (),
    changes: int = 0,
) -> Part:
    """Two columns, item and words, about the responses; `sheets` are the other tabs and what they hold."""
    read = [responses.empty, *responses.read(TOLD)]
    frame = pd.concat([piece[[*TOLD]] for piece in read], ignore_index=True)
    lines = [
        *_origin(versions[-1], campaign, language),
        *_responses(frame, versions, language),
        (say(ABOUT["made"], language), made.isoformat()),
        (say(ABOUT["language"], language), campaign.about.languages.get(language, language)),
        (say(ABOUT["changes"], language), str(changes)),
        *_sealed(versions, campaign, language),
        *(
            (say(ABOUT["caution"], language), words)
            for words in _cautions(frame, versions, campaign, language)
        ),
        *((say(ABOUT["reading"], language), say(words, language)) for words in READING),
        (say(ABOUT["codebook"], language), _codebook_columns(language)),
        *((say(ABOUT["sheet"], language, name=tab), title) for tab, title in sheets),
    ]
    header = {"item": say(ABOUT["item"], language), "words": say(ABOUT["words"], language)}
    return of_texts("about", header, lines)


def _origin(latest: Questionnaire, campaign: Campaign, language: str) -> Iterator[Line]:
    yield say(ABOUT["campaign"], language), campaign.about.title.in_(language)
    yield say(ABOUT["organisation"], language), campaign.about.organisation.in_(language)
    yield say(ABOUT["questionnaire"], language), f"{latest.title.in_(language)} ({latest.name})"


def _responses(frame: pd.DataFrame, versions: Sequence[Questionnaire], language: str) -> Iterator[Line]:
    yield say(ABOUT["responses"], language), str(len(frame))
    for version in versions:
        count = int((frame["_version"] == version.version).sum())
        words = say(ABOUT["version_count"], language, count=count)
        yield say(ABOUT["version"], language, version=version.version), words
    days = frame["_date"].dropna()
    if len(days):
        first, last = (day.strftime("%Y-%m-%d") for day in (days.min(), days.max()))
        yield say(ABOUT["period"], language), f"{first} – {last}"
    for name, heading in (("_channel", "channels"), ("_language", "languages")):
        counts = frame[name].astype("object").value_counts()
        yield say(ABOUT[heading], language), "; ".join(f"{code}: {count}" for code, count in counts.items())


def _sealed(versions: Sequence[Questionnaire], campaign: Campaign, language: str) -> Iterator[Line]:
    sealed = [c for c in columns(versions, campaign) if c.sensitive]
    if sealed:
        names = "; ".join(f"{c.name} {c.label.in_(language)}" for c in sealed)
        yield say(ABOUT["sealed"], language), names


def _cautions(
    frame: pd.DataFrame, versions: Sequence[Questionnaire], campaign: Campaign, language: str
) -> Iterator[str]:
    applies = {
        "no_responses": frame.empty,
        "personal": not frame.empty,
        "self_selected": not versions[-1].staff,
        "several_versions": len(versions) > 1,
        "example_groups": campaign.about.groups_are_example,
    }
    yield from (say(CAUTIONS[name], language) for name, true in applies.items() if true)


def _codebook_columns(language: str) -> str:
    return "; ".join(f"{name}: {say(words, language)}" for name, words in CODEBOOK.items())
