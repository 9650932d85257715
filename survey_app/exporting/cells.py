"""Text that fits: what a format cannot hold is replaced and noted, what a spreadsheet would run is disarmed.

Sources: XML 1.0 section 2.2 (characters that a document can hold), Excel's limit of 32,767 UTF-16 units in a cell;
for formulas see survey_app/formulas.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from survey_app.exporting.words import PHRASES, say
from survey_app.formulas import disarm

LONGEST_CELL = 32_767
EXACT_IN_CELL = 10**15
"""From here on a number of a spreadsheet loses its last digits."""
HARMLESS = 1_000
"""Characters up to which letters and digits alone fit everywhere."""
KEPT_OF_LONG = 32_700
"""UTF-16 units of a long text that stay in its cell, so that the mark and an apostrophe have room."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


@dataclass(frozen=True)
class Holds:
    """What a format can hold. `longest` is in UTF-16 units, whole numbers are exact below `exact`; None: no limit."""

    controls: bool
    formulas: bool
    longest: int | None = None
    exact: int | None = None


CSV = Holds(controls=False, formulas=True)
XLSX = Holds(controls=False, formulas=True, longest=LONGEST_CELL, exact=EXACT_IN_CELL)
EXACT = Holds(controls=True, formulas=False)
"""Parquet and JSON: any text but half a surrogate pair."""


@dataclass(frozen=True)
class Place:
    """Where a text stands; without a response it is a heading or a label."""

    part: str
    column: str
    response: str | None = None


@dataclass(frozen=True)
class Note:
    """What was changed in one cell, in words of the export's language."""

    place: Place
    words: str
    sentence: str


@dataclass(frozen=True)
class Piece:
    """A part of what a cell could not hold, numbered from 1."""

    place: Place
    number: int
    text: str


def units(text: str) -> int:
    """Its length in UTF-16 units, as spreadsheets count."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, longest: int) -> tuple[str, str]:
    """Its beginning of at most `longest` UTF-16 units, no character split, and the rest."""
    kept = text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", errors="ignore")
    return kept, text[len(kept) :]


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def visible(text: str) -> str:
    """`text` as markup can hold it, of which nothing is remembered: what no page can show becomes a visible sign."""
    return _CONTROLS.sub(_picture, _SURROGATES.sub("\ufffd", text))


@dataclass
class Fitting:
    """Makes texts fit one format and remembers what it changed."""

    holds: Holds
    language: str
    notes: list[Note] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def note(self, place: Place, phrase: str, **places: object) -> None:
        """Remember that the cell at `place` was changed."""
        words = say(PHRASES[phrase], self.language, **places)
        sentence = PHRASES["note_words" if place.response is None else "note_in"]
        names = {"part": place.part, "response": place.response, "column": place.column}
        filled = say(sentence, self.language, words=words, **names)
        self.notes.append(Note(place, words, filled))

    def text(self, text: str, place: Place) -> str:
        """`text` as the format can hold it."""
        if len(text) <= HARMLESS and text.isalnum():
            return text
        if not text.isascii() and _SURROGATES.search(text):
            self.note(place, "surrogate")
            text = _SURROGATES.sub("\ufffd", text)
        if not self.holds.controls:
            text = self._without_controls(text, place)
        if self.holds.longest and 2 * len(text) > self.holds.longest and units(text) > self.holds.longest:
            return self._beginning(text, place)
        return disarm(text) if self.holds.formulas else text

    def _without_controls(self, text: str, place: Place) -> str:
        text = _LINE_ENDS.sub("\n", text) if "\r" in text else text
        if not _CONTROLS.search(text):
            return text
        self.note(place, "control")
        return _CONTROLS.sub(_picture, text)

    def _beginning(self, text: str, place: Place) -> str:
        """What stays in the cell of a text that is too long; the rest goes into pieces."""
        self.note(place, "long")
        kept, rest = cut(text, KEPT_OF_LONG)
        number = 0
        while rest:
            number += 1
            piece, rest = cut(rest, KEPT_OF_LONG)
            self.pieces.append(Piece(place, number, piece))
        return disarm(kept) + say(PHRASES["cut"], self.language)
