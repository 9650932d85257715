"""JSON Schemas of the YAML files, made from the models, so that an editor completes and checks what is written.

A YAML file names its schema in its first line: `# yaml-language-server: $schema=…/questionnaire.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from survey_app.campaign.campaign import CampaignFile
from survey_app.campaign.issues import Issues
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reading.files import GroupsFile, TileGrid

FOLDER = Path(__file__).parent / "schema"
"""Where the schemas stand in the repository."""

SCHEMAS: dict[str, tuple[type[BaseModel], str]] = {
    "questionnaire.json": (Questionnaire, "A questionnaire"),
    "campaign.json": (CampaignFile, "A campaign: campaign.yaml"),
    "issues.json": (Issues, "Issues and the schemes that group them: issues.yaml"),
    "groups.json": (GroupsFile, "Research groups and the regions they cover: groups.yaml"),
    "tilegrid.json": (TileGrid, "Where each region stands on the tile map: tilegrid.json"),
}

KEYS = {
    "name": "Its own name: letters, digits and _; it is stored and stands in columns and addresses.",
    "label": "What is shown: text, or one wording per language.",
    "hint": "A smaller line under the label.",
    "title": "What it is called: text, or one wording per language.",
    "type": "What kind of question it is.",
    "appearance": "How it looks, a word of XLSForm.",
    "required": "true, or an expression: an answer must be given.",
    "constraint_message": "What the person is told when the constraint does not hold.",
    "role": "What the answer stands for in tables, whatever the question is called.",
    "choices": "The choices, or the name of a list of choices.",
    "rows": "The rows; each has one answer.",
    "shuffle": "Another order for each person.",
    "unit": "What the number counts, as in: kilometres.",
    "min": "The least that is taken.",
    "max": "The most that is taken.",
    "start": "The least that can be chosen.",
    "end": "The most that can be chosen.",
    "step": "How far the values stand apart.",
    "multiline": "Whether the answer may have several lines.",
    "max_length": "The most characters.",
    "max_files": "The most files.",
    "min_choices": "The fewest that must be chosen.",
    "max_choices": "The most that can be chosen.",
    "min_entries": "The fewest entries.",
    "max_entries": "The most entries.",
    "extra_choices": "Choices beside the regions.",
    "issue": "The code of issues.yaml that it stands for.",
    "questions": "The questions, in order.",
    "pages": "What is asked, screen by screen.",
    "choice_lists": "Lists of choices by name, for several questions.",
    "calculation": "The expression that gives the value.",
    "minutes": "How long it takes.",
    "purpose": "What it is for, on the start page.",
    "scope": "What it asks about and what not, on the start page.",
    "privacy": "What happens to the answers, on the start page.",
    "consent": "What the person agrees to before the first question.",
    "thanks": "Words after sending.",
    "opens": "The first day on which it takes answers.",
    "closes": "The last day on which it takes answers.",
    "regions": "Codes of regions.csv.",
    "levels": "Names of levels of the regions.",
}
"""What a key means, where the model itself does not say."""

_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_DIALECT = GenerateJsonSchema.schema_dialect


def schemas() -> dict[str, dict[str, Any]]:
    """Each schema by its file name."""
    return {name: _schema(model, title) for name, (model, title) in SCHEMAS.items()}


def write_schemas(folder: Path = FOLDER) -> list[Path]:
    """Write the schemas into `folder`; gives the files. They are the same text as long as the models are the same."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / name
        path.write_text(as_text(schema), encoding="utf-8")
        written.append(path)
    return written


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation")
    _plainer(schema)
    return {"$schema": _DIALECT, **schema, "title": title}


def _plainer(part: Any) -> None:
    """Make a schema say what an author needs, and take what reading takes."""
    if isinstance(part, list):
        for each in part:
            _plainer(each)
    if not isinstance(part, dict):
        return
    for name, inner in part.get("properties", {}).items():
        inner.pop("title", None)
        if name in KEYS:
            inner.setdefault("description", KEYS[name])
        if inner.get("default", ...) is None:
            del inner["default"]  # it would be offered as `hint: null`
    if part.get("pattern") == _CODE:
        part["type"] = ["string", "integer"]  # 510100 without quotes is read as its digits
    if part.get("type") == "array" and "minLength" in part:
        part["minItems"] = part.pop("minLength")
    for inner in part.values():
        _plainer(inner)
