"""What pydantic finds wrong in a file, in words of the file: line, question, what is wrong, and the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from survey_app.campaign import channels, models
from survey_app.campaign.campaign import Disclosure, Hotline, Level, Milestone, Retention, TableWish, Tile
from survey_app.campaign.issues import Category, Issue, Scheme
from survey_app.campaign.reading.locating import Place, Step, locate
from survey_app.campaign.reading.yamlsource import Node, Source
from survey_app.campaign.reports import Mistake, article, listed, nearest, shown, suggestion

KINDS: dict[str, type[models.QuestionModel]] = {
    kind: model
    for model in get_args(get_args(models.Question)[0])
    for kind in get_args(model.model_fields["type"].annotation)
}
"""Each kind of question by the word that stands in `type`."""

_MODELS: dict[tuple[str, int], type[BaseModel]] = {
    ("pages", 1): models.Page,
    ("choices", 1): models.Choice,
    ("extra_choices", 1): models.Choice,
    ("choice_lists", 2): models.Choice,
    ("rows", 1): models.Row,
    ("levels", 1): Level,
    ("hotlines", 1): Hotline,
    ("retention", 0): Retention,
    ("disclosure", 0): Disclosure,
    ("tables", 1): TableWish,
    ("milestones", 1): Milestone,
    ("schemes", 1): Scheme,
    ("categories", 1): Category,
    ("issues", 1): Issue,
    ("tiles", 1): Tile,
}
"""What stands so many steps under a key."""

_NAMES = {
    "^[A-Za-z][A-Za-z0-9_]*$": "begin with a letter; then letters a-z, digits and _ only",
    "^[A-Za-z0-9][A-Za-z0-9_.-]*$": "begin with a letter or digit; then letters a-z, digits, _ . - only",
    "^[a-z][a-z0-9-]*$": "small letters a-z, digits and - only, a letter first",
    channels.PATTERN: "1 to 24 letters a-z or A-Z, digits and - only, since people type it",
}


def word_all(
    source: Source, root: Node, found: list[ErrorDetails], model: type[BaseModel]
) -> Iterator[Mistake]:
    """One mistake for each thing that is wrong (pydantic may find one thing several times)."""
    formulas = {locate(root, error["loc"]).steps for error in found if error["type"] == "value_error"}
    astray: set[tuple[Step, ...]] = set()
    for error in found:
        place = locate(root, error["loc"])
        if (page := _question_as_page(place)) is not None:
            if page.steps not in astray:
                astray.add(page.steps)
                words = f"a question stands where a page belongs: {shown(page.node.text('name'))}"
                yield Mistake(
                    source.file, page.node.line, words, "put it under questions: of a page, indented below"
                )
            continue
        if error["type"] != "value_error" and place.steps in formulas and error["loc"][-1] == "bool":
            continue
        if _is_consequence(error, place):
            continue
        line, words, cure = _worded(error, place, model)
        yield Mistake(source.file, line, words, cure, place.question()[0])


def _question_as_page(place: Place) -> Place | None:
    """The page in which the place lies, if it is a question: it has a type and no questions."""
    if len(place.steps) < 2 or place.steps[0] != "pages":
        return None
    page = Place(place.steps[:2], place.nodes[:3])
    entries = page.node.entries or {}
    return page if "type" in entries and "questions" not in entries else None


def _is_consequence(error: ErrorDetails, place: Place) -> bool:
    """A list that only seems too short since its items have mistakes; a choice without label since it is an issue."""
    node = place.node
    if error["type"] == "too_short":
        return bool(node.items or node.entries)
    return error["type"] == "missing" and error["loc"][-1] == "label" and _issue_alone(place)


def _issue_alone(place: Place) -> bool:
    is_choice = _model_at(place, models.Questionnaire) is models.Choice
    return is_choice and place.node.text("issue") is not None and place.node.child("name") is None


def _worded(error: ErrorDetails, place: Place, model: type[BaseModel]) -> tuple[int, str, str]:
    if error["type"] == "extra_forbidden":
        return place.node.line, *_unknown_key(place, model)
    word = _WORDS.get(error["type"], _as_pydantic_says)
    return place.node.line, *word(error, place)


def _model_at(place: Place, root: type[BaseModel]) -> type[BaseModel]:
    """The model of the innermost mapping on the way, the last step left out where it is a key of it."""
    steps, nodes = place.steps, place.nodes
    for depth in range(len(steps), 0, -1):
        if nodes[depth].entries is None and depth == len(steps):
            continue
        for back in (0, 1, 2):
            key = steps[depth - 1 - back] if depth - 1 - back >= 0 else None
            if back == 1 and key == "questions":
                return KINDS.get(nodes[depth].text("type") or "", models.QuestionModel)
            if isinstance(key, str) and (key, back) in _MODELS:
                return _MODELS[key, back]
    return root


def _unknown_key(place: Place, root: type[BaseModel]) -> tuple[str, str]:
    parent = Place(place.steps[:-1], place.nodes[:-1])
    model = _model_at(parent, root)
    known = list(model.model_fields)
    kind = parent.node.text("type") if issubclass(model, models.QuestionModel) else None
    where = article(f"{kind} question") if kind else _MODEL_WORDS.get(model, "this file")
    return f'"{place.key}" is not a key of {where}', suggestion(
        place.key, known, f"keys here: {', '.join(known)}"
    )


_MODEL_WORDS: dict[type[BaseModel], str] = {
    models.Page: "a page",
    models.Choice: "a choice",
    models.Row: "a row",
    models.Questionnaire: "a questionnaire",
    Level: "a level",
    Hotline: "a hotline",
    Retention: "retention",
    Disclosure: "disclosure",
    TableWish: "a table",
    Milestone: "a milestone",
    Scheme: "a scheme",
    Category: "a category",
    Issue: "an issue",
    Tile: "a tile",
}


def _missing(error: ErrorDetails, place: Place) -> tuple[str, str]:
    if error["loc"][-1] == "name" and _issue_alone(place):
        return (
            f"issue {place.node.text('issue')} does not exist",
            "add it to issues.yaml, or give name and label",
        )
    key = error["loc"][-1]
    return f'"{key}" is missing', f"write {key}: …"


def _unknown_kind(error: ErrorDetails, place: Place) -> tuple[str, str]:
    kind = str(error["ctx"]["tag"])
    return f"{shown(kind)} is not a type of question", suggestion(kind, KINDS, f"types: {', '.join(KINDS)}")


def _no_kind(error: ErrorDetails, place: Place) -> tuple[str, str]:
    return '"type" is missing', f"write type: and one of {', '.join(KINDS)}"


def _pattern(error: ErrorDetails, place: Place) -> tuple[str, str]:
    rule = _NAMES.get(str(error["ctx"]["pattern"]), str(error["ctx"]["pattern"]))
    return f'"{place.key}" cannot be {shown(error["input"])}', rule


def _too_long(error: ErrorDetails, place: Place) -> tuple[str, str]:
    return f'"{place.key}" is longer than {error["ctx"]["max_length"]} characters', "make it shorter"


def _too_short(error: ErrorDetails, place: Place) -> tuple[str, str]:
    return f'"{place.key}" is empty', "write at least one"


def _one_of(error: ErrorDetails, place: Place) -> tuple[str, str]:
    known = [word.strip("' ") for word in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
    words = f'"{place.key}" cannot be {shown(error["input"])}'
    near = nearest(str(error["input"]), known)
    return words, f"did you mean {near}?" if near else f"known are {listed(known, 20)}"


def _own_words(error: ErrorDetails, place: Place) -> tuple[str, str]:
    """Words of our own models; those of an undefined choice list get a nearest name."""
    words = str(error["ctx"]["error"])
    head, _, known = words.partition("; defined lists: ")
    if known:
        names = known.split(", ")
        return head, suggestion(str(error["input"]), names, f"defined lists: {known}")
    if place.key in ("relevant", "constraint", "calculation", "required", "where"):
        problem, _, cure = (
            words.partition(": ")[2].partition(": ") if words.startswith("column") else (words, "", "")
        )
        column = words.partition(":")[0] if words.startswith("column") else ""
        at = f" ({column})" if column else ""
        return f'"{place.key}"{at}: {problem}', cure
    return (f'"{place.key}": {words}' if place.key else words), ""


def _wanted(noun: str, cure: str) -> Callable[[ErrorDetails, Place], tuple[str, str]]:
    def word(error: ErrorDetails, place: Place) -> tuple[str, str]:
        node = place.node
        subject = f'"{place.key}"' if place.key else "the file"
        if node.items is None and node.entries is None and node.value is None:
            return f"{subject} is empty", f"write {noun}, or take the key out"
        if isinstance(node.written, str) and "：" in node.written:
            return f"{subject} is not {noun}", "write the colon as : with a space behind it, not as ："
        written = "a list" if node.items is not None else "a mapping" if node.entries is not None else None
        found = written or shown(node.written)
        return f"{subject} must be {noun}, not {found}", cure

    return word


def _bound(sign: str) -> Callable[[ErrorDetails, Place], tuple[str, str]]:
    def word(error: ErrorDetails, place: Place) -> tuple[str, str]:
        limit = next(iter(error["ctx"].values()))
        shortest = int(limit) if float(limit).is_integer() else limit
        return f'"{place.key}" is {shown(error["input"])}', f"write a number {sign} {shortest}"

    return word


def _as_pydantic_says(error: ErrorDetails, place: Place) -> tuple[str, str]:
    return f'"{place.key}": {error["msg"]}', ""


_NUMBER = _wanted("a whole number", "write digits only")
_DECIMAL = _wanted("a number", "write digits and a point only")
_TRUTH = _wanted("true or false", "write true or false")
_DAY = _wanted("a day", "write it as in 2021-05-18")
_LIST = _wanted("a list", "write its items with - before each, or between [ ]")
_MAPPING = _wanted("a mapping", "write keys and values, as in name: …")
_TEXT = _wanted("text", "write words, or one wording per language as in {zh: …, en: …}")


def _text_or_mapping(error: ErrorDetails, place: Place) -> tuple[str, str]:
    return (
        _MAPPING if place.key in ("languages", "choice_lists", "schemes", "groups", "attributes") else _TEXT
    )(error, place)


_WORDS: Mapping[str, Callable[[ErrorDetails, Place], tuple[str, str]]] = {
    "missing": _missing,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
    "string_pattern_mismatch": _pattern,
    "string_too_long": _too_long,
    "too_short": _too_short,
    "literal_error": _one_of,
    "value_error": _own_words,
    "greater_than": _bound("above"),
    "greater_than_equal": _bound("from"),
    "less_than": _bound("below"),
    "less_than_equal": _bound("up to"),
    "string_type": _TEXT,
    "dict_type": _text_or_mapping,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": _DECIMAL,
    "float_parsing": _DECIMAL,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
