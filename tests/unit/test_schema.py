"""The JSON Schemas in the repository are those of the models, take what is right and refuse what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from survey_app.campaign.reading.yamlsource import Source, compose, read_yaml
from survey_app.campaign.schema import FOLDER, as_text, schemas, write_schemas

CAMPAIGNS = Path(__file__).parents[2] / "questionnaires"
SPECIAL = {"campaign.yaml": "campaign.json", "issues.yaml": "issues.json", "groups.yaml": "groups.json"}
FILES = sorted([*CAMPAIGNS.glob("*/*.yaml"), *CAMPAIGNS.glob("*/tilegrid.json")])
QUESTION = "name: q\ntitle: Q\naudience: [driver]\npages: [{name: p, label: P, questions: [QUESTION]}]\n"


def plain(text: str) -> Any:
    """YAML as the program reads it."""
    source = Source("q.yaml")
    compose(text, source)
    assert source.root is not None
    return source.root.plain()


@pytest.mark.parametrize("name", schemas())
def test_the_schema_in_the_repository_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == as_text(schemas()[name]), "run `survey schema`"


def test_writing_gives_the_same_files_again(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "schema")}
    assert {path.name: path.read_bytes() for path in write_schemas(tmp_path / "schema")} == first


@pytest.mark.parametrize("name", schemas())
def test_each_schema_is_a_schema_with_a_title(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])
    assert schemas()[name]["title"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_file_of_the_repository_is_right_by_its_schema(file: Path) -> None:
    name = "tilegrid.json" if file.suffix == ".json" else SPECIAL.get(file.name, "questionnaire.json")
    source = read_yaml(file, file.name)
    assert source.root is not None
    assert [
        error.message for error in Draft202012Validator(schemas()[name]).iter_errors(source.root.plain())
    ] == []


RIGHT = {
    "choices by name": '{type: select_one, name: a, label: A, choices: "@issues"}',
    "choices written out": "{type: select_one, name: a, label: {zh: 甲}, choices: [{name: 1, label: X}, {issue: FEE}]}",
    "an expression for required": "{type: text, name: a, label: A, required: \"${b} = 'x'\"}",
    "a calculation without label": '{type: calculate, name: a, calculation: "1"}',
    "a question in a group": "{type: group, name: g, label: G, questions: [{type: note, name: a, label: A}]}",
}
WRONG = {
    "a key that does not exist": "{type: note, name: a, lable: A, label: A}",
    "a key of another kind": "{type: note, name: a, label: A, choices: x}",
    "a kind that does not exist": "{type: selct_one, name: a, label: A}",
    "a name that is none": "{type: note, name: q-1, label: A}",
    "no label": "{type: text, name: a}",
    "no choices": "{type: select_one, name: a, label: A, choices: []}",
    "a choice without label": "{type: select_one, name: a, label: A, choices: [{name: x}]}",
    "a role that does not exist": "{type: text, name: a, label: A, role: x}",
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_question_passes(case: str) -> None:
    assert Draft202012Validator(schemas()["questionnaire.json"]).is_valid(
        plain(QUESTION.replace("QUESTION", RIGHT[case]))
    )


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_question_fails(case: str) -> None:
    wrong = plain(QUESTION.replace("QUESTION", WRONG[case]))
    assert not Draft202012Validator(schemas()["questionnaire.json"]).is_valid(wrong)


def test_an_author_is_told_what_each_key_of_a_question_is_for() -> None:
    kinds = schemas()["questionnaire.json"]["$defs"]
    silent = [
        f"{kind}: {key}"
        for kind, schema in kinds.items()
        for key, part in schema.get("properties", {}).items()
        if "description" not in str(part)
    ]
    assert silent == []
