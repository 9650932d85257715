"""What files of tables are called: by what stands in them, as any system can keep a name."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from survey_app.campaign.campaign import Campaign
from survey_app.tabulation import Table

LONGEST = 60
"""Letters of what a file says of its table; with campaign and day a name stays under the 255 bytes that disks keep."""
_BRACKETS = (("（", "）"), ("(", ")"), ("“", "”"))
_JOINTS = "，、：；,;: -×"
_WORDLY = re.compile(r"[A-Za-z0-9.\-]")
_LAST_WORD = re.compile(r"[A-Za-z0-9.\-]+$")
_UNFIT = re.compile(r"[\\/:*?\"<>|\0-\x1f\x7f-\x9f\ud800-\udfff%]")


def of_table(campaign: Campaign, table: Table, language: str) -> str:
    """Campaign, rows and columns, day."""
    return of_words(campaign, table.title.in_(language))


def of_words(campaign: Campaign, *words: str) -> str:
    """Campaign, words, day."""
    told = (fit(each) for each in words)
    return "_".join([campaign.name, *(each for each in told if each), date.today().isoformat()])


def fit(words: str) -> str:
    """Words as a part of a file's name: Chinese stays, what a disk or a shell would stumble over does not."""
    plain = " ".join(_UNFIT.sub(" ", words).split())
    return _shortened(plain.replace(" × ", "×")).strip(" .").replace(" ", "-")


def _shortened(words: str) -> str:
    """As many as fit, without a bracket, a number or a word that would be cut in two."""
    if len(words) <= LONGEST:
        return words
    short = words[:LONGEST]
    for opening, closing in _BRACKETS:
        if short.count(opening) > short.count(closing):
            return short[: short.rindex(opening)] or short
    if _WORDLY.match(words[LONGEST]):
        short = _LAST_WORD.sub("", short) or short
    return short.rstrip(_JOINTS)


def attachment(name: str, form: str, codes: str) -> str:
    """The header by which a browser keeps a file under that name (RFC 6266; RFC 5987 for what is not ASCII).

    `codes`: what stands for the words of the name, where a program takes ASCII alone.
    """
    start, *_, day = name.split("_")
    told = name if name.isascii() else "_".join([start, codes, day])
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", told)
    return f"attachment; filename={plain}.{form}; filename*=UTF-8''{quote(f'{name}.{form}', safe='')}"
