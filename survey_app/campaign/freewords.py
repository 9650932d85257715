"""The words that people wrote freely: which answers hold them, and how they may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from survey_app.campaign.identifying import LONGEST, MASK, found_in
from survey_app.campaign.kinds import clean
from survey_app.campaign.models import Questionnaire, TextQuestion, asks_words

HIDDEN = MASK * 4
"""Stands for a number by which somebody can be found, however long it is: a length tells what kind of number it was."""


def free_questions(versions: Iterable[Questionnaire]) -> tuple[str, ...]:
    """The keys of answers that hold free words: those of texts, and of what a choice asked to say more.

    In the order of the questionnaire, those in repeats too; what any of `versions` seals is not among them.
    """
    found: dict[str, None] = {}
    secret: set[str] = set()
    for version in versions:
        secret |= version.secrets | {f"{name}_other" for name in version.secrets}
        for name, question in version.questions.items():
            if isinstance(question, TextQuestion):
                found.setdefault(name)
            if asks_words(question):
                found.setdefault(f"{name}_other")
    return tuple(name for name in found if name not in secret)


def texts(answers: Mapping[str, Any], names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Key and text of each of the free words in `answers` that `names` name, entry by entry in repeats."""
    for name, answer in answers.items():
        if isinstance(answer, str) and name in names:
            yield name, answer
        elif isinstance(answer, list):
            for entry in answer:
                if isinstance(entry, dict):
                    yield from texts(entry, names)


def hidden(text: str) -> str:
    """`text` with HIDDEN in place of each number by which somebody can be found; what is longer than the finder reads
    is cut, and what no page can show is cleaned away.
    """
    text = clean(text)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} …"
    if not any(map(_may_belong, text)):
        return text
    for found in reversed(found_in(text)):
        text = text[: found.start] + HIDDEN + text[found.end :]
    return text


def _may_belong(sign: str) -> bool:
    """Whether a number can hold this sign: the finder looks at every one, which takes long for words without any."""
    return sign.isnumeric() or sign == "幺"
