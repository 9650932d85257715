"""A page of the desk as a reader of figures sees it: every number on it is either looked at, or left and named.

A test takes what it has recomputed; `left` then says which numbers nobody looked at. What is no figure is said in one
place: days, codes, words of the campaign, the rules that a page explains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

VOID = frozenset({"input", "meta", "link", "br", "img", "hr", "wbr", "col"})
UNREAD = frozenset({"script", "style", "template", "select", "textarea", "pre", "code"})
"""What holds no figure: programs, what one may choose, and what was typed."""
SHAPES = frozenset({"rect", "line", "path", "circle"})
GEOMETRY = ("x", "y", "width", "height")
SAID = ("aria-label", "title", "alt")
"""Attributes that are read out or shown."""
DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2}|-?W\d{2})?|\d{4}-W\d{2}|\d{1,2}:\d{2} UTC")
NUMBER = re.compile(r"(?<![A-Za-z_\d])(?:(?<![\w.])[+−-])?\d[\d,]*(?:\.\d+)?")


@dataclass(eq=False)
class Node:
    """An element with what stands in it; texts are strings."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """Those that it names."""
        return set(self.attributes.get("class", "").split())

    def walk(self) -> Iterator[Node]:
        """It, and all elements in it, in order."""
        yield self
        for each in self.inside:
            if isinstance(each, Node):
                yield from each.walk()

    def every(self, tag: str, kind: str = "") -> list[Node]:
        """The elements in it of that name, and of that class where one is named."""
        found = (each for each in self.walk() if each is not self and each.tag == tag)
        return [each for each in found if not kind or kind in each.classes]

    def one(self, tag: str, kind: str = "") -> Node:
        """The first of them."""
        found = self.every(tag, kind)
        assert found, f"no <{tag} class={kind!r}> in <{self.tag}>"
        return found[0]

    def texts(self) -> Iterator[str]:
        """Its texts one by one, without those that hold no figure."""
        for each in self.inside:
            if isinstance(each, str):
                yield each
            elif each.tag not in UNREAD:
                yield from each.texts()

    @property
    def text(self) -> str:
        """All of them together, with blanks run together."""
        return " ".join("".join(self.texts()).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Node("", {})
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {each.tag for each in self.open}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds any of these texts, the longest first."""
    return re.compile("|".join(map(re.escape, words))) if words else None


def read(html: str) -> Node:
    """The whole page."""
    reader = _Reader()
    reader.feed(html)
    return reader.top


@dataclass
class Sheet:
    """The figures of a page. `words` finds texts of the campaign that hold numbers and are no figures."""

    main: Node
    words: re.Pattern[str] | None = None
    _taken: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, html: str, words: Collection[str] = ()) -> Sheet:
        """The main part of a page."""
        return cls(read(html).one("main"), pattern(tuple(sorted(words, key=len, reverse=True))))

    def numbers(self, text: str) -> list[str]:
        """The numbers in a text, thousands joined; days and words of the campaign are none."""
        return numbers(text, self.words)

    def take(self, node: Node) -> Node:
        """Its figures are looked at by whoever takes it."""
        self._taken |= {id(each) for each in node.walk()}
        return node

    def table(self, choose: Callable[[Node], bool]) -> list[list[Node]]:
        """The cells of the one table that fits, row by row, taken."""
        (found,) = [each for each in self.main.every("table") if choose(each)]
        return self.rows(found)

    def rows(self, table: Node) -> list[list[Node]]:
        """The cells of a table row by row, taken."""
        self.take(table)
        return [
            [each for each in row.inside if isinstance(each, Node) and each.tag in ("td", "th")]
            for row in table.every("tr")
        ]

    def by_id(self, name: str) -> Node:
        """The element of that id, taken."""
        (found,) = [each for each in self.main.walk() if each.attributes.get("id") == name]
        return self.take(found)

    def left(self, rules: Collection[str] = ()) -> list[str]:
        """What holds a number that nobody took; `rules`: numbers that the page explains itself by."""
        found = []
        for node in _readable(self.main):
            if id(node) in self._taken:
                continue
            said = [each for each in node.inside if isinstance(each, str)]
            said += [node.attributes[name] for name in SAID if name in node.attributes]
            if node.tag in SHAPES:
                said += [f"{node.tag} {name} {node.attributes.get(name, '')}" for name in GEOMETRY]
            if node.tag in ("meter", "progress", "data"):
                said.append(node.attributes.get("value", ""))
            found += [" ".join(each.split()) for each in said if {*self.numbers(each)} - {*rules}]
        return found


def _readable(node: Node) -> Iterator[Node]:
    yield node
    for each in node.inside:
        if isinstance(each, Node) and each.tag not in UNREAD:
            yield from _readable(each)


def numbers(text: str, words: re.Pattern[str] | None = None) -> list[str]:
    """The numbers in a text: "1,234" is 1234; a minus sign is a hyphen. What `words` finds is none."""
    if not any(map(str.isdigit, text)):
        return []
    if words is not None:
        text = words.sub(" ", text)
    found = NUMBER.findall(DAY.sub(" ", text))
    return [each.replace(",", "").replace("−", "-") for each in found]
