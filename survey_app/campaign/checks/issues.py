"""issues.yaml: codes that stand once, and schemes whose lists can be named."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.campaign.reading.folder import ISSUES, Folder
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake

_TAKEN = ("issues", "groups", "units")
"""Lists that are not those of a scheme: @issues, @groups, @units."""


def codes_once(folder: Folder) -> Iterator[Mistake]:
    """An issue's code is one for good; a category's is one within its scheme."""
    yield from _once("issue", (_root(folder).child("issues") or Node(1)).items or [])
    for scheme, node in ((_root(folder).child("schemes") or Node(1)).entries or {}).items():
        yield from _once(f"scheme {scheme}: category", (node.child("categories") or Node(1)).items or [])
        if scheme in _TAKEN:
            words = f"scheme {scheme} has the name of another list, @{scheme}"
            yield Mistake(ISSUES, node.line, words, "rename it")


def _once(noun: str, nodes: list[Node]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for node in nodes:
        name = str(node.text("name"))
        if name in first:
            words = f"{noun} {name} stands twice; the first one is in line {first[name]}"
            yield Mistake(ISSUES, node.line, words, "rename one of them")
        first.setdefault(name, node.line)


def _root(folder: Folder) -> Node:
    source = folder.sources.get(ISSUES)
    return source.root if source is not None and source.root is not None else Node(1)
