"""YAML as nodes that know their lines.

Read from libyaml's events and not by its composer: so a key that stands twice is seen, depth and aliases are bounded,
and a word stays a word. `yes`, `no`, `on` and `off` are text here, as YAML 1.2 has them, and so are days and times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser

from survey_app.campaign.reading.yamlsyntax import of_syntax
from survey_app.campaign.reports import Mistake, shown

LARGEST = 2_000_000  # bytes of one file
DEEPEST = 40  # mappings and lists inside one another

_NULLS = ("", "~", "null", "Null", "NULL")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(slots=True)
class Node:
    """A scalar (`value`, and `written` as it stands in the file), a mapping (`entries`) or a list (`items`).

    `line` counts from 1: the line of the key for a value in a mapping, else the line where the node begins.
    `left_out`: mending takes it out of the list it stands in.
    """

    line: int
    value: Any = None
    written: str | None = None
    entries: dict[str, Node] | None = None
    items: list[Node] | None = None
    left_out: bool = False

    def plain(self) -> Any:
        """The same as dicts, lists and scalars."""
        if self.entries is not None:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.items is not None:
            return [node.plain() for node in self.items]
        return self.value

    def child(self, step: str | int) -> Node | None:
        """The node under a key or an index; None if there is none."""
        if isinstance(step, int):
            return self.items[step] if self.items is not None and 0 <= step < len(self.items) else None
        return self.entries.get(step) if self.entries is not None else None

    def items_of(self, key: str) -> list[Node]:
        """The items of the list under `key`; none where there is no list."""
        node = self.child(key)
        return (node.items if node is not None else None) or []

    def entries_of(self, key: str) -> dict[str, Node]:
        """The nodes of the mapping under `key`; none where there is no mapping."""
        node = self.child(key)
        return (node.entries if node is not None else None) or {}

    def at(self, *steps: str | int) -> Node:
        """The node that lies deepest on the way down `steps`."""
        node = self
        for step in steps:
            node = node.child(step) or node
        return node

    def text(self, key: str) -> str | None:
        """The scalar under `key`, as text."""
        node = self.child(key)
        return None if node is None or node.value is None else str(node.written)


@dataclass
class Source:
    """One file: its name as shown to people, its root node (None: nothing readable), and what was wrong with it."""

    file: str
    root: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, line: int | None, words: str, cure: str) -> None:
        """Note a mistake of this file."""
        self.mistakes.append(Mistake(self.file, line, words, cure))


def read_text(path: Path, source: Source) -> str | None:
    """The file's text (UTF-8, with or without BOM); None, with a mistake in `source`, when it cannot be had."""
    try:
        if path.exists() and not path.is_file():
            source.mistake(None, "is not a file", "take it out of the folder, or give it another name")
            return None
        if path.stat().st_size > LARGEST:
            source.mistake(
                None, f"is larger than {LARGEST // 1_000_000} MB", "split it, or leave out what is not needed"
            )
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            source.mistake(None, "points to a file that does not exist", "mend the link or take it out")
        else:
            source.mistake(None, "is missing", "write it")
        return None
    except OSError as error:
        source.mistake(
            None, f"cannot be read: {error.strerror}", "see that it is a file and that it may be read"
        )
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        source.mistake(line, "is not in UTF-8", "save it again with the encoding UTF-8 (in Excel: CSV UTF-8)")
        return None


def read_yaml(path: Path, file: str) -> Source:
    """Read a file once. All that is wrong with it as YAML stands in the source's mistakes; nothing is raised."""
    source = Source(file)
    text = read_text(path, source)
    if text is not None:
        compose(text, source)
    return source


def compose(text: str, source: Source) -> None:
    """Make the nodes of `text` in `source`."""
    composer = _Composer(source)
    try:
        for event in _events(text):
            composer.take(event)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        source.mistake(line, f"holds the invisible character {error.character:#06x}", "delete it")
    except yaml.MarkedYAMLError as error:
        source.mistake(*of_syntax(error, text))
    except _Unreadable as stop:
        source.mistake(stop.line, stop.words, stop.cure)
    else:
        source.root = composer.root
        if source.root is None:
            source.mistake(None, "is empty", "write it, or take the file out of the folder")


def _events(text: str) -> Iterator[yaml.Event]:
    parser = CParser(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


class _Unreadable(Exception):
    """Nothing after this place can be understood."""

    def __init__(self, line: int, words: str, cure: str) -> None:
        super().__init__(words)
        self.line, self.words, self.cure = line, words, cure


class _Composer:
    """Builds nodes from events with a stack of its own, so that depth is bounded by DEEPEST and not by Python."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.open: list[Node] = []
        self.keys: list[tuple[str, int] | None] = []

    def take(self, event: yaml.Event) -> None:
        """Add what an event tells."""
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # libyaml gives every event a mark
        if isinstance(event, yaml.AliasEvent):
            raise _Unreadable(
                line, f'"*{event.anchor}" repeats another part', "write it out, or use choice_lists"
            )
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(Node(line, entries={}), event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(Node(line, items=[]), event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.open.pop()
            self.keys.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._awaits_key():
            self._key(event.value, line)
            return
        _refuse_tag(event.tag, line)
        plain = event.implicit[0] and event.tag is None
        self._place(Node(line, _meaning(event.value) if plain else event.value, event.value))

    def _begin(self, node: Node, event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise _Unreadable(node.line, "a key is a mapping or a list", "write a word before the colon")
        if len(self.open) >= DEEPEST:
            raise _Unreadable(
                node.line, f"is nested deeper than {DEEPEST}", "see that brackets and indentation are right"
            )
        if event.tag not in (None, "!"):
            _refuse_tag(event.tag, node.line)
        self._place(node)
        self.open.append(node)
        self.keys.append(None)

    def _awaits_key(self) -> bool:
        return bool(self.open) and self.open[-1].entries is not None and self.keys[-1] is None

    def _key(self, key: str, line: int) -> None:
        entries = self.open[-1].entries or {}
        if key in entries:
            words = f'"{key}" stands twice; the first one is in line {entries[key].line}'
            self.source.mistake(line, words, "keep one of them")
        self.keys[-1] = (key, line)

    def _place(self, node: Node) -> None:
        if not self.open:
            if self.root is not None:
                raise _Unreadable(node.line, "a second document begins here", 'take out the line "---"')
            self.root = node
            return
        parent = self.open[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif parent.entries is not None and self.keys[-1] is not None:
            key, node.line = self.keys[-1]
            parent.entries.setdefault(key, node)
            self.keys[-1] = None


def _refuse_tag(tag: str | None, line: int) -> None:
    if tag not in _TEXT_TAGS:
        raise _Unreadable(
            line, f"the YAML tag {shown(tag)} is not read here", "take it out; quote what must be text"
        )


def _meaning(written: str) -> Any:
    """What a plain scalar means. A number with a leading 0 is a code, so text; so is one too large for a number."""
    if written in _NULLS:
        return None
    if written in _BOOLEANS:
        return _BOOLEANS[written]
    if _INTEGER.fullmatch(written):
        return int(written)
    if _FLOAT.fullmatch(written) and not re.match(r"[-+]?0[0-9]", written) and not written.isdigit():
        return float(written)
    return written
