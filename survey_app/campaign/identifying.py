"""Numbers in free words by which somebody can be found: phone, identity card, bank card, plate.

Formats: mobile numbers of 11 digits from 13 to 19, landlines with their area code, which go on with 2 to 8 (MIIT
numbering plan); identity numbers of GB 11643-1999 (18 characters) and the 15 digits before it; card numbers with a
check digit of ISO/IEC 7812 (Luhn); plates of GA 36-2018, those of new energy vehicles too. Digits may be full-width or
Chinese, and parted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Kind = Literal["phone", "identity", "card", "plate"]

MASK = "●"

_CHINESE = dict(zip("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1123456789", strict=True))
_BETWEEN = r"[ \t\-‐-―_.·•・*/]{1,2}"
_PARTED = re.compile(rf"(?<=[0-9A-Za-z]){_BETWEEN}(?=[0-9A-Za-z])")
_DIGIT = re.compile("[0-9]")
_IN_PARTS = tuple(
    re.compile(rf"(?<![0-9])(?=([0-9]+(?:{_BETWEEN}[0-9]+){{{more}}}[Xx]?)(?![0-9Xx]))") for more in (1, 2, 3)
)
"""From each start of digits, so many parts of them: a number that stands in parts beside another one."""
LONGEST = 20_000
"""Characters of a text that are looked at; no question takes more."""

_PHONE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86)?(1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7})(?![0-9])"
)
_IDENTITY = re.compile(
    r"(?<![0-9])(?:[1-8][0-9]{5}((?:19|20)[0-9]{6})[0-9]{3}[0-9Xx]|[1-8][0-9]{5}([0-9]{6})[0-9]{3})(?![0-9])"
)
_CARD = re.compile(r"(?<![0-9])[3-9][0-9]{15,18}(?![0-9])")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Za-hj-np-z"
_PLATE = re.compile(
    rf"[{_PROVINCES}][{_LETTER}](?:{_BETWEEN})?(?=[A-Za-z]{{0,2}}[0-9])(?:[{_LETTER}0-9]{{5,6}}|[{_LETTER}0-9]{{4}}[学警挂领试])"
    r"(?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class Found:
    """One number: what it looks like, and from where to where it stands in the text."""

    kind: Kind
    start: int
    end: int


def found_in(text: str) -> tuple[Found, ...]:
    """What in `text` looks like a number by which somebody can be found, in order; places never overlap."""
    found: list[Found] = []
    for plain, places in _readings(text[:LONGEST]):
        for kind, pattern, fits in _KINDS:
            found += (
                Found(kind, places[match.start()], places[match.end() - 1] + 1)
                for match in pattern.finditer(plain)
                if fits(match)
            )
    apart: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if apart and each.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, each.end))
        else:
            apart.append(each)
    return tuple(apart)


def masked(text: str) -> str:
    """`text` with a mark in place of each character of such a number."""
    for found in reversed(found_in(text)):
        text = text[: found.start] + MASK * (found.end - found.start) + text[found.end :]
    return text


def _readings(text: str) -> Iterator[tuple[str, list[int]]]:
    """`text` with plain digits, and for each character its place in `text`: as it stands, joined, and each few parts.

    Joined alone, two numbers beside one another would be one that is too long to be any; as it stands alone, one in
    parts would be none.
    """
    pairs = list(_written_plainly(text))
    whole = "".join(character for character, _ in pairs)
    if not _DIGIT.search(whole):
        return
    yield whole, [place for _, place in pairs]
    if not _PARTED.search(whole):
        return
    spans = [(0, len(whole)), *(match.span(1) for few in _IN_PARTS for match in few.finditer(whole))]
    for start, end in spans:
        parted = {place for match in _PARTED.finditer(whole, start, end) for place in range(*match.span())}
        kept = [pairs[place] for place in range(start, end) if place not in parted]
        yield "".join(character for character, _ in kept), [place for _, place in kept]


def _written_plainly(text: str) -> Iterator[tuple[str, int]]:
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", _CHINESE.get(character, character)):
            yield plain, place


def _is_born(match: re.Match[str]) -> bool:
    """Whether an identity number holds a day on which somebody alive can be born."""
    digits = match[1] or f"19{match[2]}"
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900 and born <= date.today()


def _has_check_digit(match: re.Match[str]) -> bool:
    """Luhn's sum, as on bank cards."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(match[0]))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _always(match: re.Match[str]) -> bool:
    return True


_KINDS: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    ("identity", _IDENTITY, _is_born),
    ("phone", _PHONE, _always),
    ("card", _CARD, _has_check_digit),
    ("plate", _PLATE, _always),
)
"""Kind, pattern and further test, the surest first."""
