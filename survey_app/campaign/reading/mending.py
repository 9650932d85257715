"""From nodes to a model: all mistakes of one file at once, and then the file mended as far as it can be understood.

Mending lets the later checks see the rest of a file that has a mistake: an unknown key is left out, a question that
makes no sense becomes a note of the same name. A mended file is never used for anything but checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from survey_app.campaign.models import Choice, Model, Name, Questionnaire, all_choices
from survey_app.campaign.reading.locating import Place, locate
from survey_app.campaign.reading.wording import KINDS, word_all
from survey_app.campaign.reading.yamlsource import Node, Source
from survey_app.campaign.texts import Text

M = TypeVar("M", bound=BaseModel)

ROUNDS = 12  # mending one thing can show the next; a file that still fails then is given up

_LOST_CHOICE = Choice(name="unknown", label=Text("…"))
_TEXTS = ("label", "title", "organisation", "privacy", "consent")


@dataclass
class Reading(Generic[M]):
    """A file as a model (None: not even after mending), and the questions about which nothing certain is known."""

    source: Source
    model: M | None = None
    doubtful: set[str] = field(default_factory=set)


class _Lists(Model):
    """The part of a questionnaire that other parts name."""

    choice_lists: dict[Name, tuple[Choice, ...]] = Field(default_factory=dict)


class _Known(dict[str, Any]):
    """What can be named. Other names that begin with `begin` are taken as known too, and mean `instead`."""

    def __init__(self, known: Mapping[str, Any], begin: str, instead: Any) -> None:
        super().__init__(known)
        self.begin = begin
        self.instead = instead

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).startswith(self.begin)

    def __missing__(self, name: str) -> Any:
        return self.instead


def read_model(source: Source, model: type[M], context: Mapping[str, Any] | None = None) -> Reading[M]:
    """Validate what stands in `source`; mistakes are added to it."""
    reading: Reading[M] = Reading(source)
    worded = False
    for _ in range(ROUNDS):
        if source.root is None:
            return reading
        try:
            reading.model = model.model_validate(source.root.plain(), context=context)
        except ValidationError as error:
            found = error.errors(include_url=False)
            if _numbers_to_text(source.root, found):
                continue
            if not worded:
                source.mistakes.extend(word_all(source, source.root, found, model))
                worded = True
            _mend(reading, found)
        else:
            return reading
    return reading


def read_questionnaire(
    source: Source, lists: Mapping[str, Any], issues: Mapping[str, Any], forgiving: bool
) -> Reading[Questionnaire]:
    """Validate a questionnaire whose choices may name its own lists, `lists`, and `issues` (code: label).

    With `forgiving` a list @… or an issue that is not there is no mistake, since the file it comes from has one.
    """
    if forgiving:
        issues = _Known(issues, "", _LOST_CHOICE.label)
    lists = {**lists, **_own_lists(source, issues)}
    context = {"lists": _Known(lists, "@", (_LOST_CHOICE,)) if forgiving else lists, "issues": issues}
    reading = read_model(source, Questionnaire, context)
    if reading.model is not None:
        questions = reading.model.questions.items()
        reading.doubtful |= {name for name, question in questions if _LOST_CHOICE in all_choices(question)}
    return reading


def _own_lists(source: Source, issues: Mapping[str, Any]) -> dict[str, tuple[Choice, ...]]:
    written = source.root.child("choice_lists") if source.root else None
    if written is None or written.entries is None:
        return {}
    names = tuple(written.entries)
    part = Source(source.file, Node(written.line, entries={"choice_lists": written}))
    reading = read_model(part, _Lists, {"issues": issues})
    source.mistakes.extend(part.mistakes)
    lists = reading.model.choice_lists if reading.model else {}
    return {name: lists.get(name) or (_LOST_CHOICE,) for name in names}


def _numbers_to_text(root: Node, found: list[ErrorDetails]) -> bool:
    """Where text is wanted and a number (or true, false) stands unquoted: take it as it is written."""
    changed = False
    for error in found:
        node = locate(root, error["loc"]).node
        if error["type"] in ("string_type", "dict_type") and isinstance(node.value, (bool, int, float)):
            node.value = node.written
            changed = True
    return changed


def _mend(reading: Reading[M], found: list[ErrorDetails]) -> None:
    root = reading.source.root
    lists: dict[int, Node] = {}
    for error in found:
        place = locate(root, error["loc"]) if root else None
        if place is None or not place.steps:
            if error["type"] == "missing" and root is not None:
                _fill(root, str(error["loc"][-1]))
                continue
            reading.source.root = root if error["type"] == "too_short" else None
            return
        _, depth = place.question()
        if depth:
            _mend_question(reading, error, place, depth)
        else:
            _mend_other(error, place)
        lists.update((id(node), node) for node in place.nodes if node.items is not None)
    _sweep(lists.values())


def _mend_question(reading: Reading[M], error: ErrorDetails, place: Place, depth: int) -> None:
    """Take out a part that can be missing; else make the question a note."""
    question = place.nodes[depth]
    reading.doubtful.add(question.text("name") or "")
    key = place.steps[depth] if len(place.steps) > depth else None
    model = KINDS.get(question.text("type") or "")
    if question.entries is None:
        question.entries, question.items, question.value = {}, None, None
    if error["type"] == "extra_forbidden" or (model and _can_be_missing(model, key)):
        _take_out(place)
    elif key == "label" or (error["type"] == "missing" and error["loc"][-1] == "label" and key is None):
        question.entries["label"] = _scalar(question, question.text("name") or "…")
    else:
        _make_note(question, keep=key != "name")


def _can_be_missing(model: type[BaseModel], key: object) -> bool:
    return key in model.model_fields and not model.model_fields[str(key)].is_required()


def _make_note(question: Node, keep: bool) -> None:
    name = question.text("name") if keep else None
    entries = {"type": "note", "name": name or f"line{question.line}", "label": "…"}
    question.entries = {key: _scalar(question, text) for key, text in entries.items()}


def _mend_other(error: ErrorDetails, place: Place) -> None:
    if error["type"] == "missing":
        _fill(place.node, str(error["loc"][-1]))
    elif error["type"] != "too_short" or not (place.node.items or place.node.entries):
        _take_out(place)


def _fill(node: Node, key: str) -> None:
    """Write something where something is needed, so that the rest can be checked."""
    if node.entries is None:
        return
    if key in _TEXTS:
        node.entries[key] = _scalar(node, "…")
    elif key in ("name", "code"):
        node.entries[key] = _scalar(node, f"line{node.line}")
    elif key == "audience":
        node.entries[key] = Node(node.line, items=[_scalar(node, "anyone")])


def _take_out(place: Place) -> None:
    """Leave the node out: of a mapping at once; in a list it is marked, and goes with all others that are."""
    parent, node = place.nodes[-2], place.node
    if parent.entries is not None and parent.entries.get(str(place.steps[-1])) is node:
        del parent.entries[str(place.steps[-1])]
    node.left_out = True


def _sweep(lists: Iterable[Node]) -> None:
    """Take the marked nodes out of their lists, each list once: it may have many."""
    for parent in lists:
        parent.items = [item for item in parent.items or () if not item.left_out]


def _scalar(near: Node, text: str) -> Node:
    return Node(near.line, text, text)
