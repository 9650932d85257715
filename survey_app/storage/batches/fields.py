"""What a batch holds: the columns of a frame, each with what it is made of.

A column that a batch has still stands when a later version asks more: it is made anew only where something that it is
made of is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from survey_app.campaign.columns import FILES, SEVERAL_ROLES, SPECIAL, Column, packed_names
from survey_app.storage.cells import STATES
from survey_app.storage.frames import WORDINGS, Layout

FORMAT = 2
"""Raised when the same layout comes to stand in a file in another way; all batches are written anew then."""
Kind = Literal["words", "day", "open", "code", "bits", "ranks", "number", "value", "wordings"]
Recipe = tuple[str, str, str]
"""Of a column that a field is made of: its name, the question or repeat without which it has nothing, and a digest of
all else that decides its cells."""
ROLE = "role:"
OPEN = ("_version", "_audience", "_channel", "_language", "_region", "_flags")
"""Short columns whose codes are those that occur."""
META: Mapping[str, Kind] = {"_id": "words", **dict.fromkeys(OPEN, "open"), "_date": "day"}
KINDS: Mapping[str, Kind] = {
    "integer": "number",
    "decimal": "number",
    "text": "words",
    "date": "words",
    "time": "words",
    "value": "value",
}


@dataclass(frozen=True)
class Field:
    """Columns that are kept and read together.

    `name`: of a column of the frame, or of the question or role whose flags these are; `codes`: what can stand in it,
    the special codes too; `source`: the question's column or `role:…` that frames make it with; empty for what every
    frame has.
    """

    name: str
    kind: Kind
    source: str = ""
    codes: tuple[str, ...] = ()
    made_of: tuple[Recipe, ...] = ()

    @property
    def stored(self) -> tuple[str, ...]:
        """Its columns in the file."""
        match self.kind:
            case "bits":
                return packed_names(self.name, len(self.codes))
            case "ranks":
                return tuple(f"{self.name}/{code}/rank" for code in self.codes)
            case _:
                return (self.name,)

    @property
    def gives(self) -> tuple[str, ...]:
        """By which names it is asked for."""
        plain = tuple(f"{self.name}/{code}" for code in self.codes) if self.kind == "bits" else ()
        return (*self.stored, *plain)

    def occurring(self, names: Collection[str]) -> tuple[Recipe, ...]:
        """What it is made of where no answers to other questions than these are."""
        return tuple(recipe for recipe in self.made_of if recipe[1] in names)


def fields(layout: Layout) -> tuple[Field, ...]:
    """All fields of one questionnaire's frame, in the frame's order."""
    meta = [Field(name, kind) for name, kind in META.items()]
    asked = [field for column in layout.columns if column.repeat is None for field in _of_column(column)]
    texts = tuple(_recipe(column) for column in layout.columns if column.name in layout.texts)
    prefilled = "\n".join(sorted(layout.prefilled)).encode("utf-8", "surrogatepass")
    under = ("", "", hashlib.blake2b(prefilled, digest_size=8, key=layout.key).hexdigest())
    wordings = Field(WORDINGS, "wordings", made_of=(under, *texts))
    return (*meta, wordings, *asked, *_of_roles(layout))


def by_name(found: Iterable[Field]) -> dict[str, Field]:
    """Every name by which a column can be asked for, and its field."""
    return {name: field for field in found for name in field.gives}


def fingerprint(found: Sequence[Field]) -> str:
    """What changes whenever a batch of these fields would be another one: 64 hexadecimal digits."""
    written = [[field.name, field.kind, field.codes, field.made_of] for field in found]
    return hashlib.sha256(json.dumps([FORMAT, written]).encode()).hexdigest()


def _of_column(column: Column) -> Iterator[Field]:
    made_of = (_recipe(column),)

    def field(name: str, kind: Kind, codes: Iterable[str] = ()) -> Field:
        return Field(name, kind, column.name, tuple(codes), made_of)

    if column.type == "choice":
        yield field(column.name, "code", (*column.codes, *SPECIAL))
    elif column.type in ("multiple", "rank"):
        yield field(column.name, "code", STATES)
        yield field(column.name, "bits", column.codes)
        if column.type == "rank":
            yield field(column.name, "ranks", column.codes)
    else:
        yield field(column.name, KINDS[column.type])
        yield field(f"{column.name}:state", "code", STATES)


def _of_roles(layout: Layout) -> Iterator[Field]:
    for role, codes in layout.roles.one.items():
        parts = (c for c in layout.columns if c.fills == role and c.repeat is None)
        name = f"{ROLE}{role}"
        yield Field(name, "code", name, (*codes, *SPECIAL), tuple(map(_recipe, parts)))
    for role, codes in layout.roles.many.items():
        made_of = tuple(_recipe(column) for column in layout.columns if column.role == role)
        name = f"{ROLE}{role}"
        yield Field(name, "code", name, STATES, made_of)
        yield Field(name, "bits", name, tuple(codes), made_of)
        yield Field(f"{name}:answered", "bits", name, tuple(codes), made_of)


def _recipe(column: Column) -> Recipe:
    many = column.role in SEVERAL_ROLES
    parts: list[Any] = [
        column.type,
        column.kind in FILES,
        column.question,
        column.row,
        column.repeat,
        list(column.codes),
        sorted(column.refused),
        [column.role, column.row_issue, sorted(column.issues.items()), sorted(column.problems)]
        if many
        else None,
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
    return (column.name, column.repeat or column.question, digest)


@dataclass(frozen=True)
class About:
    """What a file says of itself: of each field what it was made of, and which codes its numbers stand for.

    `names`: the questions that occur in its responses; `unknown`: those of its `versions` that were not known.
    """

    versions: frozenset[str]
    unknown: frozenset[str]
    names: frozenset[str]
    made_of: Mapping[str, tuple[Recipe, ...]]
    codes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        found: Sequence[Field],
        codes: Mapping[str, tuple[str, ...]],
        names: Collection[str],
        known: Collection[str],
    ) -> About:
        """That of a file of these fields; `codes` are those of the open ones."""
        versions = frozenset(codes["_version"])
        return cls(
            versions,
            versions - frozenset(known),
            frozenset(names) | {""},
            {key(field): field.occurring({*names, ""}) for field in found},
            {key(field): field.codes for field in found if field.codes}
            | {f"open {n}": c for n, c in codes.items()},
        )

    def to_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(
            {
                "versions": sorted(self.versions),
                "unknown": sorted(self.unknown),
                "names": sorted(self.names),
                "made_of": self.made_of,
                "codes": self.codes,
            }
        )

    @classmethod
    @lru_cache(maxsize=256)
    def read(cls, written: bytes) -> About:
        """Back from JSON, the same in many files. Raises ValueError, KeyError or TypeError for what is none."""
        found = json.loads(written)
        return cls(
            frozenset(found["versions"]),
            frozenset(found["unknown"]),
            frozenset(found["names"]),
            {name: tuple(tuple(each) for each in recipes) for name, recipes in found["made_of"].items()},
            {name: tuple(codes) for name, codes in found["codes"].items()},
        )

    def knows_versions(self, known: Collection[str]) -> bool:
        """Whether the versions that were known then are those that are known now."""
        return self.versions - frozenset(known) == self.unknown

    def has(self, field: Field) -> bool:
        """Whether there is something to read of `field`; without it nobody was asked, see `fits`."""
        return key(field) in self.made_of

    def fits(self, field: Field) -> bool:
        """Whether the field can be read from here as it would be made today."""
        if not self.has(field):
            return bool(field.made_of) and not field.occurring(self.names) and not self.unknown
        same = self.made_of[key(field)] == field.occurring(self.names)
        return same and (field.kind == "open" or {*self.codes.get(key(field), ())} <= {*field.codes})


def key(field: Field) -> str:
    """What tells a field from the others of one file."""
    return f"{field.kind} {field.name}"
