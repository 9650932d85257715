"""Which responses say in the same words what another one says: a sign that one person, or none, wrote several."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

REPEATED = "repeated"
"""The flag of such a response."""
LONG = 20
"""Letters of a text that two people hardly write alike by chance; shorter ones, as 没有, many people write."""
SIGNS = re.compile(r"[\W_]+")

WORDING_BYTES = 8
OWN_KEY = secrets.token_bytes(32)
"""For frames of which nothing is kept."""

Wordings = npt.NDArray[np.object_]
"""Of each response a tuple of what stands for each of its long texts."""


def wordings(
    answers: Sequence[Mapping[str, Any]],
    questions: Iterable[str],
    key: bytes = OWN_KEY,
    prefilled: Container[str] = (),
) -> Wordings:
    """Those of the answers to `questions` but for `prefilled` ones, which nobody wrote.

    Whole numbers of WORDING_BYTES, the same wherever `key` (at most 64 bytes) is, and telling nothing without it.
    Spaces, signs and capitals do not matter.
    """
    found = np.empty(len(answers), dtype=object)
    found.fill(())
    for name in questions:
        for row, text in enumerate([given.get(name) for given in answers]):
            if not isinstance(text, str) or len(text) < LONG or text in prefilled:
                continue
            if len(bare := _bare(text)) >= LONG:
                found[row] = (*found[row], _digest(bare, key))
    return found


def _digest(words: str, key: bytes) -> int:
    content = words.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=WORDING_BYTES, key=key).digest())


def _bare(text: str) -> str:
    words = SIGNS.sub("", text).casefold()
    return (
        words if unicodedata.is_normalized("NFKC", words) else unicodedata.normalize("NFKC", words).casefold()
    )


def repeated(found: Wordings) -> npt.NDArray[np.bool_]:
    """Of each response, whether another one has one of its wordings too."""
    rows = np.flatnonzero(found)
    counts = Counter(wording for row in rows for wording in set(found[row]))
    again = np.zeros(len(found), np.bool_)
    again[rows] = [any(counts[wording] > 1 for wording in found[row]) for row in rows]
    return again
