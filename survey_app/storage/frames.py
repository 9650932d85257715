"""Frames: responses as pandas DataFrames, laid out as campaign.columns says, one row a response."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import Column, columns
from survey_app.campaign.models import Questionnaire
from survey_app.errors import NotFound
from survey_app.storage import responses
from survey_app.storage.cells import Cells, Names, Rows, Series, cells, settle, word_array
from survey_app.storage.responses import NOTHING, StoredResponse, Wanted
from survey_app.storage.roles import Part, Roles, many_answers, one_answer
from survey_app.storage.versions import versions
from survey_app.storage.wordings import OWN_KEY, REPEATED, repeated, wordings

AT_ONCE = 10_000
"""Responses held as JSON at a time while a frame is built; a finished frame takes a small part of their room."""
META = (
    "_id",
    "_questionnaire",
    "_version",
    "_audience",
    "_channel",
    "_language",
    "_status",
    "_date",
    "_region",
    "_flags",
)
"""The columns that are no questions: an underscore, and the name of the response's own field."""
WORDINGS = "_wordings"
"""A column that is there while a frame is built."""
CATEGORICAL = ("_questionnaire", "_version", "_audience", "_channel", "_language", "_status")


@dataclass(frozen=True)
class Layout:
    """What a frame's columns are made from: all versions of one questionnaire, and the roles the frame has.

    `texts`: the questions whose long wordings are compared, under `key`, but for `prefilled` ones, which stand in a
    question before anybody answers; `shown`: the questions' columns that stand in the frame by their own names, None:
    all.
    """

    columns: tuple[Column, ...]
    known: frozenset[str]
    roles: Roles
    texts: tuple[str, ...] = ()
    prefilled: frozenset[str] = frozenset()
    key: bytes = field(default=OWN_KEY, repr=False)
    shown: frozenset[str] | None = None

    @classmethod
    def of(cls, versions: Sequence[Questionnaire], campaign: Campaign, key: bytes = OWN_KEY) -> Layout:
        """That of one questionnaire."""
        found = columns(versions, campaign)
        texts = tuple(column.question for column in found if column.type == "text" and column.repeat is None)
        given = (question for version in versions for question in version.questions.values())
        prefilled = frozenset(str(text) for each in given if (text := getattr(each, "default", None)))
        known = frozenset(version.version for version in versions)
        return cls(found, known, Roles.of(found, campaign), texts, prefilled, key)

    def narrowed(self, shown: Collection[str], roles: Collection[str] | None = None) -> Layout:
        """With these questions' columns and these roles (None: all roles) only, and what they are made of."""
        wanted = self.roles if roles is None else self.roles.only(roles)
        needed = tuple(
            column
            for column in self.columns
            if column.name in shown or column.fills in wanted.one or column.fills in wanted.many
        )
        return replace(self, columns=needed, roles=wanted, shown=frozenset(shown))


def frame(connection: Connection, campaign: Campaign, names: Sequence[str], wanted: Wanted) -> pd.DataFrame:
    """The frame of one questionnaire, with all its columns, or of several, with the `_…` and `role:…` ones."""
    if len(names) == 1:
        return build(
            _read(connection, names[0], wanted), known_versions(connection, campaign, names[0]), campaign
        )
    layouts = {name: Layout.of(known_versions(connection, campaign, name), campaign) for name in names}
    roles = Roles.of((column for layout in layouts.values() for column in layout.columns), campaign)
    parts = [
        _built(_read(connection, name, wanted), replace(layout, roles=roles).narrowed(()))
        for name, layout in layouts.items()
    ]
    return _joined(parts) if parts else _built((), Layout((), frozenset(), roles))


def known_versions(connection: Connection, campaign: Campaign, name: str) -> list[Questionnaire]:
    """The versions of questionnaire `name`, oldest first, the campaign's own last: its words are those shown.

    Raises NotFound where neither the campaign nor the database knows one.
    """
    current = campaign.questionnaires.get(name)
    found = versions(connection, name)
    if current is not None:
        found = [version for version in found if version.version != current.version] + [current]
    if not found:
        raise NotFound(f"There is no questionnaire '{name}' in campaign {campaign.name}.")
    return found


def _read(connection: Connection, name: str, wanted: Wanted) -> Iterator[StoredResponse]:
    if wanted.questionnaires is not None and name not in wanted.questionnaires:
        return iter(())
    return responses.read(connection, replace(wanted, questionnaires=[name]))


def build(
    rows: Iterable[StoredResponse], versions: Sequence[Questionnaire], campaign: Campaign
) -> pd.DataFrame:
    """The frame of `rows`, responses to one questionnaire whose `versions` are given oldest first."""
    return _built(rows, Layout.of(versions, campaign))


def _built(rows: Iterable[StoredResponse], layout: Layout) -> pd.DataFrame:
    whole = piece_by_piece(rows, lambda chunk: part(chunk, layout))
    return _with_categories(_flagged(_settled(whole, layout.columns)))


def _flagged(whole: pd.DataFrame) -> pd.DataFrame:
    """With the flag of those who wrote what others wrote, which no response can know of itself."""
    again = repeated(whole[WORDINGS].to_numpy(dtype=object))
    flags = whole["_flags"]
    if again.any():
        flags = flags.mask(again, (flags + f" {REPEATED}").str.strip())
    return whole.drop(columns=WORDINGS).assign(_flags=flags)


def piece_by_piece(
    rows: Iterable[StoredResponse], make: Callable[[Sequence[StoredResponse]], pd.DataFrame]
) -> pd.DataFrame:
    """The frames that `make` gives of so many rows at once, one after the other; of no rows the empty one."""
    waiting = iter(rows)
    parts = []
    while chunk := list(islice(waiting, AT_ONCE)):
        parts.append(make(chunk))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0] if parts else make([])


def _settled(whole: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    worked_out = [column.name for column in columns if column.type == "value" and column.name in whole]
    return whole.assign(**{name: settle(whole[name].tolist()) for name in worked_out})


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    plain = [part.astype(dict.fromkeys(CATEGORICAL, object)) for part in parts]
    return _with_categories(pd.concat(plain, ignore_index=True))


def _with_categories(whole: pd.DataFrame) -> pd.DataFrame:
    """The short columns as categoricals of what occurs, in order of their codes."""
    return whole.assign(**{name: pd.Categorical(whole[name]) for name in CATEGORICAL})


def part(chunk: Sequence[StoredResponse], layout: Layout) -> pd.DataFrame:
    """The frame of a few thousand responses at most, before what only all of them together tell: WORDINGS stand in a
    column of their own, worked-out values as they are, the short `_…` columns as plain words.
    """
    rows = _rows(chunk, layout.known)
    found = [(column, cells(column, rows)) for column in layout.columns if column.repeat is None]
    arrays = _meta(chunk) | {WORDINGS: _wordings(chunk, layout)}
    for column, made in found:
        if layout.shown is None or column.name in layout.shown:
            arrays |= made.arrays
    for role, codes in layout.roles.one.items():
        arrays[f"role:{role}"] = one_answer(
            codes, [pair for pair in found if pair[0].fills == role], len(rows)
        )
    arrays |= _many_roles(chunk, layout, rows, found)
    return pd.DataFrame(arrays, copy=False)


def _wordings(chunk: Sequence[StoredResponse], layout: Layout) -> Series:
    answers = [response.answers for response in chunk]
    return wordings(answers, layout.texts, layout.key, layout.prefilled)


def _rows(chunk: Sequence[StoredResponse], known: frozenset[str]) -> Rows:
    return Rows(
        answers=[response.answers for response in chunk],
        asked=Names(response.asked for response in chunk),
        sealed=Names(response.sealed for response in chunk),
        known=np.fromiter((response.version in known for response in chunk), np.bool_, len(chunk)),
    )


def _meta(chunk: Sequence[StoredResponse]) -> dict[str, Series]:
    def values(name: str) -> list[Any]:
        return [getattr(response, name.removeprefix("_")) for response in chunk]

    arrays: dict[str, Series] = {name: np.array(values(name), dtype=object) for name in CATEGORICAL}
    arrays |= {"_id": word_array(values("_id")), "_region": word_array(values("_region"))}
    arrays["_flags"] = word_array([" ".join(flags) for flags in values("_flags")])
    arrays["_date"] = np.array(values("_date"), dtype="datetime64[s]")
    return {name: arrays[name] for name in META}


def _many_roles(
    chunk: Sequence[StoredResponse], layout: Layout, rows: Rows, found: Sequence[tuple[Column, Cells]]
) -> dict[str, Series]:
    arrays: dict[str, Series] = {}
    everyone = np.arange(len(rows))
    entries: dict[str, Entries] = {}
    for role, codes in layout.roles.many.items():
        parts = [Part(column, made, everyone) for column, made in found if column.role == role]
        repeated = [column for column in layout.columns if column.role == role and column.repeat is not None]
        for column in repeated:
            name = str(column.repeat)
            entries.setdefault(name, Entries.of(chunk, name, layout.known))
            parts.append(Part(column, cells(column, entries[name].rows), entries[name].owners))
        states = [rows.absent(str(column.repeat)) for column in repeated]
        arrays |= many_answers(role, codes, parts, states, len(rows))
    return arrays


@dataclass(frozen=True)
class Entries:
    """The entries of a repeat: `owners` and `positions` (from 1) say whose and which each row is."""

    rows: Rows
    owners: Any
    positions: Any

    @classmethod
    def of(cls, chunk: Sequence[StoredResponse], repeat: str, known: frozenset[str]) -> Entries:
        """Those of all responses in `chunk`, in order."""
        found = [
            (owner, position, entry)
            for owner, response in enumerate(chunk)
            for position, entry in enumerate(_entries(response, repeat), start=1)
        ]
        owners = np.array([owner for owner, _, _ in found], dtype=np.intp)
        asked = [_paths_by_entry(response.asked, repeat) for response in chunk]
        sealed = [_paths_by_entry(response.sealed, repeat) for response in chunk]
        rows = Rows(
            answers=[entry for _, _, entry in found],
            asked=Names(asked[owner].get(position, NOTHING) for owner, position, _ in found),
            sealed=Names(sealed[owner].get(position, NOTHING) for owner, position, _ in found),
            known=_rows(chunk, known).known[owners],
        )
        return cls(rows, owners, np.array([position for _, position, _ in found], dtype=np.int64))


def _entries(response: StoredResponse, repeat: str) -> list[Any]:
    entries = response.answers.get(repeat)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _paths_by_entry(paths: Iterable[str], repeat: str) -> dict[int, frozenset[str]]:
    """Names of questions by entry, from 1, out of paths such as `issues/0/unit`."""
    found: dict[int, set[str]] = {}
    for path in paths:
        head, _, rest = path.partition("/")
        number, _, name = rest.partition("/")
        if head == repeat and name and number.isdecimal():
            found.setdefault(int(number) + 1, set()).add(name)
    return {position: frozenset(names) for position, names in found.items()}


def entries(
    connection: Connection, campaign: Campaign, name: str, repeat: str
) -> tuple[Iterator[pd.DataFrame], list[str]]:
    """The frame of a repeat in pieces, before worked-out values are settled, and the names of the columns of these.

    There is at least one piece. Raises NotFound where questionnaire `name` never had such a repeat.
    """
    known = _known_with(connection, campaign, name, repeat)
    layout = Layout.of(known, campaign)
    inside = [column for column in layout.columns if column.repeat == repeat]
    rows = _read(connection, name, Wanted())

    def pieces() -> Iterator[pd.DataFrame]:
        yield _repeat_part([], inside, layout, repeat)
        while chunk := list(islice(rows, AT_ONCE)):
            yield _repeat_part(chunk, inside, layout, repeat)

    return pieces(), [column.name for column in inside if column.type == "value"]


def repeat_frame(
    connection: Connection, campaign: Campaign, name: str, repeat: str, wanted: Wanted
) -> pd.DataFrame:
    """One row per entry of `repeat`. Raises NotFound where questionnaire `name` never had such a repeat."""
    known = _known_with(connection, campaign, name, repeat)
    return build_repeat(_read(connection, name, wanted), known, campaign, repeat)


def _known_with(connection: Connection, campaign: Campaign, name: str, repeat: str) -> list[Questionnaire]:
    known = known_versions(connection, campaign, name)
    if not any(each.name == repeat for version in known for each in version.repeats):
        raise NotFound(f"Questionnaire {name} has no repeat '{repeat}'.")
    return known


def build_repeat(
    rows: Iterable[StoredResponse], versions: Sequence[Questionnaire], campaign: Campaign, repeat: str
) -> pd.DataFrame:
    """The second frame of a questionnaire: `_id` of the response, `_position` from 1, and the repeat's columns."""
    layout = Layout.of(versions, campaign)
    inside = [column for column in layout.columns if column.repeat == repeat]
    whole = piece_by_piece(rows, lambda chunk: _repeat_part(chunk, inside, layout, repeat))
    return _settled(whole, inside)


def _repeat_part(
    chunk: Sequence[StoredResponse], inside: Sequence[Column], layout: Layout, repeat: str
) -> pd.DataFrame:
    entries = Entries.of(chunk, repeat, layout.known)
    ids = [chunk[owner].id for owner in entries.owners]
    arrays: dict[str, Series] = {"_id": word_array(ids), "_position": entries.positions}
    for column in inside:
        arrays |= cells(column, entries.rows).arrays
    return pd.DataFrame(arrays, copy=False)
