"""From cells to raw answers: one function for each kind of question, and the tables that list them.

A reader function is given the cells of one question and gives raw answers by question name, as `check` takes them:
its own, and the words that stand beside a choice. It raises Unread for a cell that cannot be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from survey_app.campaign.columns import NOT_ANSWERED, NOT_ASKED, REFUSED, SPECIAL_LABELS, UNKNOWN
from survey_app.campaign.models import Choice, RegionQuestion, all_choices
from survey_app.campaign.regions import Regions
from survey_app.campaign.reports import listed
from survey_app.importing.cells import EPOCH, Cell, day_of, is_blank, plain, shown, text_of
from survey_app.importing.labels import Labels, Unread
from survey_app.importing.mapping import AnswerRule
from survey_app.importing.regionnames import RegionNames

NO_ANSWER = (NOT_ANSWERED, NOT_ASKED, UNKNOWN)
STATE = ":state"
"""The part of a question's columns that says why there is no answer, as our exports write it."""
CHOSEN = frozenset(["1", "true", "yes", "y", "x", "是", "√", "✓", "✔", "选中", "已选"])
NOT_CHOSEN = frozenset(["0", "false", "no", "n", "否", "×", "未选中", "未选"])
SEPARATORS = ("┋", "\n", ";", "；", "|", ",", "，", " ")
"""Tried in this order where the mapping names none; a blank stands between codes in our exports."""
_WORDS_BESIDE = re.compile(r"(.*?)\s*〖(.*)〗\s*", re.DOTALL)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SHARE = re.compile(r"-?(?:0?\.\d+|[01](?:\.0*)?)")
LONGEST_LIST = 400
"""Pieces of one cell that are looked at."""

Answers = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """One question, and what its cells mean."""

    question: Any
    rule: AnswerRule
    labels: Labels
    regions: RegionNames | None = None
    missing: frozenset[str] = frozenset()
    refused: str | None = None
    refusals: frozenset[str] = frozenset()
    chosen: frozenset[str] = CHOSEN
    not_chosen: frozenset[str] = NOT_CHOSEN
    by_name: Mapping[str, Choice] = field(default_factory=dict)

    @classmethod
    def of(cls, question: Any, rule: AnswerRule, missing: tuple[str, ...], regions: Regions) -> Reader:
        """The reader of `question` under the mapping's `rule`, and its cells that mean nothing."""
        choices = all_choices(question)
        labels = Labels.of(choices, rule.values)
        refused = [choice.name for choice in choices if choice.missing == "refused"]
        is_region = isinstance(question, RegionQuestion)
        chosen = frozenset(map(plain, rule.chosen))
        not_chosen = frozenset(map(plain, rule.not_chosen))
        return cls(
            question,
            rule,
            labels,
            RegionNames(question, regions, rule.values, rule.above) if is_region else None,
            frozenset(map(plain, (*missing, *rule.missing, *_said(question, labels, *NO_ANSWER)))),
            refused[0] if len(refused) == 1 else None,
            _said(question, labels, REFUSED) if len(refused) == 1 else frozenset(),
            chosen | (CHOSEN - not_chosen),
            not_chosen | (NOT_CHOSEN - chosen),
            {choice.name: choice for choice in choices},
        )

    @property
    def name(self) -> str:
        """The question's."""
        return str(self.question.name)

    def is_missing(self, cell: Cell) -> bool:
        """Whether the cell says that nothing was answered."""
        return is_blank(cell) or plain(text_of(cell)) in self.missing

    def is_refused(self, text: str) -> bool:
        """Whether it is the code or the words by which our exports say that the answer was refused."""
        return text.strip() in self.refusals

    def coded(self, text: str) -> tuple[str | None, str]:
        """The code that a label stands for, and the words beside it."""
        if self.is_refused(text):
            return self.refused, ""
        beside = None if self.labels.knows(text) else _WORDS_BESIDE.fullmatch(text)
        label, words = (beside[1], beside[2].strip()) if beside else (text, "")
        if self.rule.unlisted and not self.labels.knows(label):
            return self.rule.unlisted, words or label.strip()
        return self.labels.find(label), words

    def answers(self, answer: Any, words: str = "") -> Answers:
        """Raw answers: nothing where there is neither an answer nor words."""
        beside = self.rule.text_to or f"{self.name}_other"
        return ({} if answer in (None, []) else {self.name: answer}) | ({beside: words} if words else {})

    def meant(self, cell: Cell) -> str | None:
        """What the cell says, in the mapping's words for it where it has some."""
        text = text_of(cell)
        return self.labels.values.get(plain(text), text) if self.labels.values else text

    def pieces(self, text: str) -> list[str]:
        """The several answers in one cell. Words inside 〖〗 stay whole, as do labels that hold the separator."""
        if self.labels.knows(text):
            return [text]
        if self.rule.separator:
            return self._parted(text, self.rule.separator)
        for separator in SEPARATORS:
            pieces = self._parted(text, separator)
            if len(pieces) > 1 and (separator == "┋" or all(map(self._knows_piece, pieces))):
                return pieces
        return [text]

    def _knows_piece(self, piece: str) -> bool:
        beside = _WORDS_BESIDE.fullmatch(piece)
        return self.labels.knows(beside[1] if beside else piece)

    def _parted(self, text: str, separator: str) -> list[str]:
        parts = re.split(re.escape(separator) + r"(?![^〖]*〗)", text)[:LONGEST_LIST]
        pieces: list[str] = []
        while parts:
            size = self._size_of_label(parts, separator)
            pieces.append(separator.join(parts[:size]))
            del parts[:size]
        return [piece for piece in pieces if piece.strip()]

    def _size_of_label(self, parts: list[str], separator: str) -> int:
        """How many parts make the longest known label that begins here."""
        most = min(len(parts), 6)
        return next((n for n in range(most, 1, -1) if self._knows_piece(separator.join(parts[:n]))), 1)


def _said(question: Any, labels: Labels, *codes: str) -> frozenset[str]:
    """The codes of no answer, and where there are choices their words too, unless they are a choice's own."""
    if not all_choices(question) and not isinstance(question, RegionQuestion):
        return frozenset(codes)
    words = {word for code in codes for word in SPECIAL_LABELS[code].root.values()}
    return frozenset({*codes, *(word for word in words if not labels.knows(word))})


def _choice(reader: Reader, cell: Cell) -> Answers:
    return reader.answers(*reader.coded(text_of(cell)))


def _several(reader: Reader, cell: Cell) -> Answers:
    coded = [reader.coded(piece) for piece in reader.pieces(text_of(cell))]
    words = "；".join(words for _, words in coded if words)
    return reader.answers([code for code, _ in coded if code is not None], words)


def _number(reader: Reader, cell: Cell) -> Answers:
    text = reader.meant(cell)
    if text is None:
        return {}
    text = text.strip()
    if reader.rule.percent:
        text = _percent(text)
    found = _THOUSANDS.fullmatch(text)
    # 1,234 is a little more than one where the comma is the decimal sign
    is_clear = found and (reader.question.type == "integer" or "." in text or text.count(",") > 1)
    return reader.answers(text.replace(",", "") if is_clear else text)


def _percent(text: str) -> str:
    """The number of percent in 30% and in 0.3, which is how spreadsheets keep it; a number above 1 is one already."""
    if text.endswith(("%", "％")):
        return text[:-1].strip()
    return format(float(text) * 100, ".12g") if _SHARE.fullmatch(text) else text


def _text(reader: Reader, cell: Cell) -> Answers:
    return reader.answers(reader.meant(cell))


def _day(reader: Reader, cell: Cell) -> Answers:
    day = day_of(cell, reader.rule.order)
    return reader.answers(day.isoformat() if day else reader.meant(cell))


def _moment(reader: Reader, cell: Cell) -> Answers:
    if isinstance(cell, float) and 0 <= cell < 1:
        cell = (datetime.combine(EPOCH, time()) + timedelta(seconds=round(cell * 86_400))).time()
    elif isinstance(cell, timedelta):
        cell = (datetime.combine(EPOCH, time()) + cell).time()
    elif isinstance(cell, datetime):
        cell = cell.time()
    return reader.answers(cell.isoformat("minutes") if isinstance(cell, time) else reader.meant(cell))


def _place(reader: Reader, cell: Cell) -> Answers:
    text = text_of(cell)
    if reader.is_refused(text):
        return reader.answers(reader.refused)
    return reader.answers(reader.regions.find(text) if reader.regions else None)


WHOLE: dict[str, Callable[[Reader, Cell], Answers]] = {
    "select_one": _choice,
    "scale": _choice,
    "select_multiple": _several,
    "rank": _several,
    "integer": _number,
    "decimal": _number,
    "range": _number,
    "text": _text,
    "date": _day,
    "time": _moment,
    "region": _place,
}
"""Kinds whose answer can stand in one cell."""


def _flags(reader: Reader, cells: Mapping[str, Cell]) -> Answers:
    """One column per choice, which says whether it was made."""
    made, words = [], []
    for code, cell in cells.items():
        if code == STATE:
            made += [reader.refused] if reader.is_refused(text_of(cell)) else []
        elif not reader.is_missing(cell):
            is_made, beside = _is_made(reader, code, text_of(cell))
            made += [code] if is_made else []
            words += [beside] if beside else []
    return reader.answers(made, "；".join(words))


def _is_made(reader: Reader, code: str, text: str) -> tuple[bool, str]:
    beside = _WORDS_BESIDE.fullmatch(text)
    key = plain(beside[1] if beside else text)
    words = beside[2].strip() if beside else ""
    labels = {code, *reader.by_name[code].label.root.values()}
    if key in reader.chosen or key in map(plain, labels) or (beside and not key):
        return True, words
    if key in reader.not_chosen:
        return False, ""
    cure = "write 1 or 0, or say under chosen and not_chosen in the mapping what it means"
    raise Unread("flag", f"{shown(text)} does not say whether this was chosen", cure, code)


def _rows(reader: Reader, cells: Mapping[str, Cell]) -> Answers:
    """One column per row of a checklist."""
    answered: dict[str, str] = {}
    for row, cell in cells.items():
        if reader.is_missing(cell):
            continue
        try:
            code, _ = reader.coded(text_of(cell))
        except Unread as unread:
            unread.part = row
            raise
        answered |= {row: code} if code is not None else {}
    return reader.answers(answered or None)


def _places(reader: Reader, cells: Mapping[str, Cell]) -> Answers:
    """One column per choice, which holds its place."""
    state = cells.get(STATE)
    if state is not None and reader.is_refused(text_of(state)):
        return reader.answers([reader.refused])
    places = {
        code: text_of(cell) for code, cell in cells.items() if code != STATE and not reader.is_missing(cell)
    }
    return reader.answers(places or None)


def _levels(reader: Reader, cells: Mapping[str, Cell]) -> Answers:
    """One column per level of the regions, in any order in the file; here from the top down."""
    if reader.regions is None:
        return {}
    order = reader.regions.regions.levels
    filled = [cells[level] for level in order if level in cells and not reader.is_missing(cells[level])]
    names = [text_of(cell) for cell in filled]
    if not names:
        return {}
    if len(names) == 1 or reader.regions.extra.knows(names[-1]):
        return reader.answers(reader.regions.find(names[-1]))
    return reader.answers(reader.regions.follow(names, "-".join(names)))


PARTED: dict[str, Callable[[Reader, Mapping[str, Cell]], Answers]] = {
    "select_multiple": _flags,
    "checklist": _rows,
    "rank": _places,
    "region": _levels,
}
"""Kinds whose answer can stand in several columns."""


def parts_of(question: Any, regions: Regions) -> tuple[str, ...]:
    """What a question's columns can be called: its choices, the rows of a checklist, the levels of the regions."""
    if question.type == "checklist":
        return tuple(row.name for row in question.rows)
    if question.type == "region":
        return regions.levels
    return tuple(choice.name for choice in question.choices) if question.type in PARTED else ()


def can_stand(question: Any) -> str:
    """Words for where the answer of a question of this kind can stand."""
    ways = [
        *(["in one column"] if question.type in WHOLE else []),
        *(["in one column for each part"] if question.type in PARTED else []),
    ]
    return listed(ways) or "in no column"
