"""Which responses say in the same words what another one says: a sign that one person, or none, wrote several."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

REPEATED = "repeated"
"""The flag of such a response."""
LONG = 20
"""Letters of a text that two people hardly write alike by chance; shorter ones, as 没有, many people write."""

WORDING_BYTES = 8
OWN_KEY = secrets.token_bytes(32)
"""For frames of which nothing is kept."""

Wordings = tuple[int, ...]


def wordings(answers: Mapping[str, Any], questions: Iterable[str], key: bytes = OWN_KEY) -> Wordings:
    """What stands for each long text among the answers to `questions`; spaces, signs and capitals do not matter.

    A whole number of WORDING_BYTES, the same wherever `key` (at most 64 bytes) is, and telling nothing without it.
    """
    texts = (answers.get(name) for name in questions)
    bare = ("".join(filter(str.isalnum, _plain(text))) for text in texts if isinstance(text, str))
    return tuple(_digest(words, key) for words in bare if len(words) >= LONG)


def _digest(words: str, key: bytes) -> int:
    content = words.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=WORDING_BYTES, key=key).digest())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def repeated(found: Sequence[Wordings]) -> list[bool]:
    """Of each response, whether another one has one of its wordings too."""
    counts = Counter(wording for wordings in found for wording in set(wordings))
    return [any(counts[wording] > 1 for wording in wordings) for wordings in found]
