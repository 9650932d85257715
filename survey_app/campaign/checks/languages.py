"""Words in every language that is offered: what is missing, each place once; and languages that nobody offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.checks.form import Form, forms
from survey_app.campaign.reading.folder import Folder
from survey_app.campaign.reading.yamlsource import Node, Source
from survey_app.campaign.reports import Mistake, nearest

_TEXTS = frozenset(
    {
        *("label", "hint", "constraint_message", "unit", "entry", "plain", "short"),
        *("title", "organisation", "purpose", "scope", "privacy", "consent", "thanks"),
    }
)
"""The keys under which texts stand, in all files."""
_MANY = 3  # lines of a CSV file without a translation; more are told in one line


@dataclass(frozen=True)
class _Place:
    """A text: the words for where it stands, its question, and its wordings."""

    words: str
    question: str | None
    node: Node
    is_short: bool = False


def translations(folder: Folder) -> Iterator[Mistake]:
    """Each text has words in every language in which it is offered."""
    campaign = folder.campaign
    if campaign is None:
        return
    offered = {form.reading.source.file: campaign.languages_of(form.questionnaire) for form in forms(folder)}
    for file, source in folder.sources.items():
        if source.root is None:
            continue
        places = list(_places(source.root, None, ""))
        languages = offered.get(file, tuple(campaign.about.languages))
        found = list(_missing(campaign, source, places, languages))
        yield from _together(source, found) if file.endswith(".csv") else (mistake for mistake, _ in found)
        yield from _unoffered(campaign, source, places)


def declared(form: Form) -> Iterator[Mistake]:
    """A questionnaire's languages are among those that the campaign gives a name."""
    campaign = form.folder.campaign
    if campaign is None or "campaign.yaml" in form.folder.broken:
        return
    known = campaign.about.languages
    for node in form.root.items_of("languages"):
        if str(node.written) not in known:
            near = nearest(str(node.written), known)
            cure = f"did you mean {near}?" if near else "add it to languages in campaign.yaml"
            yield form.mistake_at(node, f'the language "{node.written}" is not one of the campaign', cure)


def _places(node: Node, question: str | None, owner: str) -> Iterator[_Place]:
    """Every text under a node. `owner` names the choice, row, page … that it belongs to."""
    for key, child in (node.entries or {}).items():
        if key in _TEXTS and child.entries is not None:
            yield _Place(f"{key}{owner}", question, child, is_short=key == "short")
        elif key == "questions":
            for each in child.items or ():
                yield from _places(each, each.text("name"), "")
        elif child.items is not None:
            for each in child.items:
                yield from _places(each, question, _owner(key, each))
        elif child.entries is not None:
            yield from _places(child, question, f" of {key}")
    for each in node.items or ():
        yield from _places(each, question, _owner("choices", each))


def _owner(key: str, node: Node) -> str:
    noun = {"extra_choices": "choice", "categories": "category"}.get(key, key.removesuffix("s"))
    name = node.text("name") or node.text("code") or node.text("issue")
    return f" of {noun} {name}" if name else ""


def _missing(
    campaign: Campaign, source: Source, places: list[_Place], languages: tuple[str, ...]
) -> Iterator[tuple[Mistake, str]]:
    for place in places:
        for language in languages:
            if place.is_short or _has(place.node.entries or {}, language):
                continue
            name = f"{campaign.about.languages.get(language, language)} ({language})"
            words = f"{place.words} has no {name}"
            yield (
                Mistake(source.file, place.node.line, words, "translate it", place.question, "warning"),
                name,
            )


def _has(wordings: Mapping[str, Node], language: str) -> bool:
    base = language.partition("-")[0]
    return language in wordings or base in wordings or "" in wordings


def _together(source: Source, found: list[tuple[Mistake, str]]) -> Iterator[Mistake]:
    """Of a long list one line a language."""
    numbers = Counter(name for _, name in found)
    for name, number in numbers.items():
        these = [mistake for mistake, each in found if each == name]
        if number <= _MANY:
            yield from these
        else:
            words = f"{number} lines have no {name}, the first is line {these[0].line}"
            yield Mistake(source.file, these[0].line, words, "translate them", None, "warning")


def _unoffered(campaign: Campaign, source: Source, places: list[_Place]) -> Iterator[Mistake]:
    """The first text of a file that has words in a language which the campaign does not name."""
    known = campaign.about.languages
    told: set[str] = set()
    for place in places:
        for language in place.node.entries or {}:
            if language not in known and language not in told:
                told.add(language)
                base = language.partition("-")[0]
                near = base if base in known else nearest(language, known)
                cure = (
                    f"did you mean {near}?"
                    if near
                    else "add it to languages in campaign.yaml, or take it out"
                )
                words = f'{place.words} has words in "{language}", which is no language of the campaign'
                yield Mistake(source.file, place.node.line, words, cure, place.question, "warning")
