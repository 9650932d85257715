"""Which responses say in the same words what another one says: a sign that one person, or none, wrote several."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

REPEATED = "repeated"
"""The flag of such a response."""
LONG = 20
"""Letters of a text that two people hardly write alike by chance; shorter ones, as 没有, many people write."""

Wordings = tuple[int, ...]


def wordings(answers: Mapping[str, Any], questions: Iterable[str]) -> Wordings:
    """What stands for each long text among the answers to `questions`; spaces, signs and capitals do not matter."""
    texts = (answers.get(name) for name in questions)
    bare = ("".join(filter(str.isalnum, _plain(text))) for text in texts if isinstance(text, str))
    return tuple(hash(words) for words in bare if len(words) >= LONG)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def repeated(found: Sequence[Wordings]) -> list[bool]:
    """Of each response, whether another one has one of its wordings too."""
    counts = Counter(wording for wordings in found for wording in set(wordings))
    return [any(counts[wording] > 1 for wording in wordings) for wordings in found]
