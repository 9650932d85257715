"""Names: each one once, and none that a form, an address or a column cannot carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from survey_app.campaign.checks.form import Form
from survey_app.campaign.models import Checklist, asks_words
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake

RESERVED = frozenset({"csrf_token"})
RESERVED_PAGES = frozenset(
    {"afresh", "check", "consent", "language", "leave", "receipt", "send", "sent", "start"}
)
"""Words that stand in the place of a page's name in addresses."""


def question_names(form: Form) -> Iterator[Mistake]:
    """Names are one namespace, those in groups and repeats too: they become columns side by side."""
    first: dict[str, tuple[str, int]] = {}
    for spot in form.spots:
        line = spot.node.at("name").line
        if spot.name.casefold() in first:
            other, where = first[spot.name.casefold()]
            words, cure = _twice(spot.name, other, where)
            yield form.mistake(spot, "name", words, cure)
        else:
            first[spot.name.casefold()] = (spot.name, line)
        if spot.name.casefold() in RESERVED:
            yield form.mistake(spot, "name", f"{spot.name} is a name that forms use themselves", "rename it")


def companions(form: Form) -> Iterator[Mistake]:
    """A choice with `specify` keeps its words in <question>_other, which no question may be."""
    for spot in form.spots:
        name = f"{spot.name}_other"
        if name in form.by_name and asks_words(spot.placed.question):
            words = f'{name} is where the words beside a choice of {spot.name} are kept ("specify")'
            yield form.mistake(form.by_name[name], "name", words, "rename this question")


def page_names(form: Form) -> Iterator[Mistake]:
    """Pages have addresses."""
    nodes = [(page.name, node.at("name")) for page, node in form.pages]
    yield from _each_once_in_any_case(form, "page", nodes)
    for name, node in nodes:
        if name.casefold() in RESERVED_PAGES:
            yield form.mistake_at(node, f"page {name} has a name that addresses use themselves", "rename it")


def choice_names(form: Form) -> Iterator[Mistake]:
    """Codes are different within their list."""
    lists = form.root.entries_of("choice_lists")
    for name, node in lists.items():
        yield from _each_once_in_any_case(form, f"choice list {name}: choice", _named(node.items or ()))
    for spot in form.spots:
        for key in ("choices", "extra_choices"):
            written = spot.node.items_of(key)
            for mistake in _each_once_in_any_case(form, "choice", _named(written)):
                yield Mistake(mistake.file, mistake.line, mistake.words, mistake.cure, spot.name)


def row_names(form: Form) -> Iterator[Mistake]:
    """Rows are different within their checklist."""
    for spot in form.spots:
        if isinstance(spot.placed.question, Checklist):
            for mistake in _each_once_in_any_case(form, "row", _named(spot.node.items_of("rows"))):
                yield Mistake(mistake.file, mistake.line, mistake.words, mistake.cure, spot.name)


def file_name(form: Form) -> Iterator[Mistake]:
    """A file is found by the name that stands in addresses and commands."""
    file = PurePath(form.reading.source.file)
    line = form.root.at("name").line
    if any(mistake.line == line for mistake in form.reading.source.mistakes):
        return  # the name itself is a mistake, and what stands in its place is ours
    if file.stem != form.questionnaire.name and "name" in (form.root.entries or {}):
        words = f"the questionnaire {form.questionnaire.name} stands in a file of another name"
        yield form.mistake_at(
            form.root.at("name"),
            words,
            f"rename the file to {form.questionnaire.name}{file.suffix}",
            "warning",
        )


def _named(nodes: Iterable[Node]) -> list[tuple[str, Node]]:
    named = [(node.text("name") or node.text("issue"), node) for node in nodes]
    return [(name, node) for name, node in named if name is not None]


def each_once(
    file: str, noun: str, named: Iterable[tuple[str, Node]], cure: str = "rename one of them"
) -> Iterator[Mistake]:
    """Of what is found by its name there is one of each name."""
    first: dict[str, int] = {}
    for name, node in named:
        if name in first:
            words = f"{noun} {name} stands twice; the first one is in line {first[name]}"
            yield Mistake(file, node.line, words, cure)
        first.setdefault(name, node.line)


def _each_once_in_any_case(form: Form, noun: str, named: Iterable[tuple[str, Node]]) -> Iterator[Mistake]:
    first: dict[str, tuple[str, int]] = {}
    for name, node in named:
        key = name.casefold()
        if key in first:
            words, cure = _twice(name, *first[key])
            yield form.mistake_at(node, f"{noun} {words}", cure)
        else:
            first[key] = (name, node.line)


def _twice(name: str, other: str, line: int) -> tuple[str, str]:
    if name == other:
        return f"{name} stands twice; the first one is in line {line}", "rename one of them"
    words = f"{name} differs from {other} in line {line} only by capital letters"
    return words, "rename one of them: columns of other programs do not tell them apart"
