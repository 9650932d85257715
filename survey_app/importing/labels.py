"""What is written in a cell, and the codes that it can stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey_app.campaign.models import Choice
from survey_app.campaign.reports import listed, nearest
from survey_app.importing.cells import plain, shown


class Unread(Exception):
    """A cell that cannot be this question's answer: the kind of mistake, what is wrong, and the cure."""

    def __init__(self, kind: str, words: str, cure: str, part: str = "") -> None:
        super().__init__(words)
        self.kind, self.words, self.cure, self.part = kind, words, cure, part


class Labels:
    """Codes by themselves, by label in any language, and by what the mapping says, which comes first.

    Blanks, letter case and full width do not count. A label that stands for two codes stands for none.
    """

    def __init__(
        self, pairs: Iterable[tuple[str, str]], codes: Iterable[str], values: Mapping[str, str | None]
    ) -> None:
        self.values = {plain(label): code for label, code in values.items()}
        self.codes = frozenset(codes)
        self.by_label: dict[str, set[str]] = {}
        self.words: dict[str, str] = {}
        for label, code in [*pairs, *((code, code) for code in self.codes)]:
            self.by_label.setdefault(plain(label), set()).add(code)
            self.words.setdefault(plain(label), label)

    @classmethod
    def of(cls, choices: Iterable[Choice], values: Mapping[str, str | None]) -> Labels:
        """Those of a list of choices."""
        choices = list(choices)
        pairs = [
            (choice.label.root[language], choice.name) for choice in choices for language in choice.label.root
        ]
        return cls(pairs, [choice.name for choice in choices], values)

    def knows(self, text: str) -> bool:
        """Whether the mapping or the questionnaire says what `text` stands for."""
        key = plain(text)
        return key in self.values or text.strip() in self.codes or len(self.by_label.get(key, ())) == 1

    def find(self, text: str) -> str | None:
        """The code that `text` stands for, None where the mapping says that it means nothing. Raises Unread."""
        key = plain(text)
        if key in self.values:
            return self.values[key]
        if text.strip() in self.codes:
            return text.strip()
        found = self.by_label.get(key, set())
        if len(found) == 1:
            return next(iter(found))
        raise self._unread(text, sorted(found))

    def _unread(self, text: str, found: list[str]) -> Unread:
        if found:
            cure = f"say under values in the mapping which of {listed(found)} it is"
            return Unread("ambiguous", f"{shown(text)} stands for several answers", cure)
        near = nearest(plain(text), self.words)
        meant = f"did you mean {shown(self.words[near])}? Else " if near else ""
        cure = f"{meant}say under values in the mapping what it stands for, or correct the cell"
        return Unread("label", f"{shown(text)} is none of the answers", cure)
