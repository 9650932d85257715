"""A questionnaire beside the file it came from, so that a check can name the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from survey_app.campaign.expressions import Expression
from survey_app.campaign.models import Page, Placed, Questionnaire, Repeat
from survey_app.campaign.reading.folder import Folder
from survey_app.campaign.reading.mending import Reading
from survey_app.campaign.reading.yamlsource import Node
from survey_app.campaign.reports import Mistake, Severity


@dataclass(frozen=True)
class Spot:
    """A question, its node, and its number in the questionnaire; `last` is that of the last question inside it."""

    placed: Placed
    node: Node
    number: int
    last: int

    @property
    def name(self) -> str:
        """The question's name."""
        return self.placed.question.name

    @property
    def repeat(self) -> str | None:
        """The repeat it stands in."""
        return self.placed.repeat.name if self.placed.repeat else None


@dataclass(frozen=True)
class Use:
    """An expression and where it stands (`spot`: None for that of a page); questions from `number` on come later."""

    expression: Expression
    key: str
    page: Page
    node: Node
    number: int
    spot: Spot | None = None

    @property
    def owner(self) -> str:
        """The question or page whose expression it is."""
        return self.spot.name if self.spot else self.page.name

    @property
    def repeat(self) -> str | None:
        """The repeat whose entry it sees."""
        return self.spot.repeat if self.spot else None


@dataclass(frozen=True)
class Form:
    """A questionnaire that could be read, mended or not."""

    folder: Folder
    reading: Reading[Questionnaire]
    questionnaire: Questionnaire
    root: Node

    @property
    def doubtful(self) -> set[str]:
        """Questions with mistakes of their own: nothing certain is known of them."""
        return self.reading.doubtful

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Every question, in order."""
        nodes = list(_question_nodes(self.root))
        placed = self.questionnaire.placed
        return tuple(
            Spot(each, node, number, number + _inside(each))
            for number, (each, node) in enumerate(zip(placed, nodes, strict=True))
        )

    @cached_property
    def by_name(self) -> dict[str, Spot]:
        """The first question of each name."""
        found: dict[str, Spot] = {}
        for spot in self.spots:
            found.setdefault(spot.name, spot)
        return found

    @cached_property
    def pages(self) -> tuple[tuple[Page, Node], ...]:
        """Each page with its node."""
        nodes = (self.root.child("pages") or self.root).items or ()
        return tuple(zip(self.questionnaire.pages, nodes, strict=True))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every expression of the questionnaire, in order."""
        return tuple(self._uses())

    def mistake(self, spot: Spot, key: str, words: str, cure: str, severity: Severity = "error") -> Mistake:
        """A mistake of a question, in the line of `key` (of the question, where it has no such key)."""
        return Mistake(self.reading.source.file, spot.node.at(key).line, words, cure, spot.name, severity)

    def mistake_at(self, node: Node, words: str, cure: str, severity: Severity = "error") -> Mistake:
        """A mistake outside of questions."""
        return Mistake(self.reading.source.file, node.line, words, cure, None, severity)

    def mistake_of(self, use: Use, words: str, cure: str) -> Mistake:
        """A mistake of an expression."""
        question = use.spot.name if use.spot else None
        owner = f"page {use.page.name}: " if use.spot is None else ""
        line = use.node.at(use.key).line
        return Mistake(self.reading.source.file, line, f'{owner}"{use.key}" {words}', cure, question)

    def _uses(self) -> Iterator[Use]:
        number = 0
        for page, node in self.pages:
            spots = [spot for spot in self.spots if spot.placed.page is page]
            if page.relevant is not None:
                yield Use(page.relevant, "relevant", page, node, number)
            for spot in spots:
                number = spot.number + 1
                for key in ("relevant", "required", "constraint", "calculation"):
                    expression = getattr(spot.placed.question, key, None)
                    if isinstance(expression, Expression):
                        yield Use(expression, key, page, spot.node, spot.number, spot)


def forms(folder: Folder) -> Iterator[Form]:
    """The questionnaires of a folder that could be read."""
    for reading in folder.forms:
        if reading.model is not None and reading.source.root is not None:
            yield Form(folder, reading, reading.model, reading.source.root)


def _question_nodes(root: Node) -> Iterator[Node]:
    for page in (root.child("pages") or root).items or ():
        yield from _under(page)


def _under(node: Node) -> Iterator[Node]:
    """The questions under a page, group or repeat, in the order of `Questionnaire.placed`."""
    for question in node.items_of("questions"):
        yield question
        if question.text("type") in ("group", "repeat"):
            yield from _under(question)


def _inside(placed: Placed) -> int:
    question = placed.question
    inner = getattr(question, "questions", ())
    return sum(1 + _inside(Placed(placed.page, each)) for each in inner)


def is_repeat(spot: Spot) -> bool:
    """Whether the question is a repeat."""
    return isinstance(spot.placed.question, Repeat)
