"""Mistakes in a campaign folder, and the lines in which a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from survey_app.errors import Said

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Mistake:
    """One mistake: where it is, what is wrong, and what to do. `line` counts from 1; None: the whole file."""

    file: str
    line: int | None
    words: str
    cure: str
    question: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        asked = f" question {self.question}" if self.question else ""
        warned = "warning: " if self.severity == "warning" else ""
        cure = f" ({self.cure})" if self.cure else ""
        return f"{place}{asked}: {warned}{self.words}{cure}"


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """The mistakes file by file and line by line, each one once."""
    return tuple(sorted(dict.fromkeys(mistakes), key=lambda m: (m.file, m.line or 0, m.severity, m.words)))


def errors(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Those without which the campaign can be used are left out."""
    return tuple(mistake for mistake in mistakes if mistake.severity == "error")


def render(mistakes: Iterable[Mistake]) -> str:
    """One line per mistake, as in `driver.yaml:41 question B07: … (did you mean B06?)`."""
    return "\n".join(str(mistake) for mistake in mistakes)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; letter case and the kind of dash do not matter."""
    by_key = {_key(name): name for name in known}
    found = get_close_matches(_key(word), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """`did you mean …?`, or else the other cure."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else otherwise


def meant(word: str, known: Iterable[str], otherwise: Said) -> Said:
    """As `suggestion`, to be read in any language."""
    near = nearest(word, known)
    return Said("did you mean %(name)s?", name=near) if near else otherwise


def there_are(names: Iterable[str]) -> Said:
    """What there is to choose from."""
    return Said("there are %(names)s", names=several(names))


def several(names: Iterable[str], most: int = 12) -> Said:
    """As `listed`, to be read in any language."""
    names = list(names)
    shown = Said("%(names)s", names=", ".join(names[:most]))
    more = len(names) - most
    return Said("%(names)s and %(more)d more", names=shown, more=more) if more > 0 else shown


def listed(names: Iterable[str], most: int = 12) -> str:
    """The names with commas; after `most` of them, how many more there are."""
    names = list(names)
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def shown(value: object, longest: int = 60) -> str:
    """A value as it is quoted in a sentence: on one line, cut when it is long."""
    text = " ".join(str(value).split())
    return f'"{text[: longest - 1]}…"' if len(text) > longest else f'"{text}"'


VERBS = {"was": "were", "is": "are", "has": "have"}


def counted(number: int, noun: str, verb: str = "") -> str:
    """As in `1 mistake`, `2 mistakes`; with `was`, as in `1 mistake was`, `2 mistakes were`."""
    words = [str(number), noun, verb] if number == 1 else [str(number), f"{noun}s", VERBS.get(verb, verb)]
    return " ".join(filter(None, words))


def article(noun: str) -> str:
    """The noun with a or an before it."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _key(word: str) -> str:
    return word.casefold().replace("-", "_")
