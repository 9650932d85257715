"""issues.yaml: codes that stand once, and schemes whose lists can be named."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.campaign.checks.names import each_once
from survey_app.campaign.reading.folder import ISSUES, Folder
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake

_TAKEN = ("issues", "groups", "units")
"""Lists that are not those of a scheme: @issues, @groups, @units."""


def codes_once(folder: Folder) -> Iterator[Mistake]:
    """An issue's code is one for good; a category's is one within its scheme."""
    yield from each_once(ISSUES, "issue", _named(folder.root(ISSUES).items_of("issues")))
    for scheme, node in folder.root(ISSUES).entries_of("schemes").items():
        yield from each_once(ISSUES, f"scheme {scheme}: category", _named(node.items_of("categories")))
        if scheme in _TAKEN:
            words = f"scheme {scheme} has the name of another list, @{scheme}"
            yield Mistake(ISSUES, node.line, words, "rename it")


def _named(nodes: list[Node]) -> list[tuple[str, Node]]:
    return [(str(node.text("name")), node) for node in nodes]
