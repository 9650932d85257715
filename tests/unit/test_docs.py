"""README and docs say what is so: their examples load, their commands, settings, links and places exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner

from survey_app import cli
from survey_app.campaign.checking import check_path
from survey_app.campaign.expressions import parse, signatures
from survey_app.campaign.expressions.conversions import to_text
from survey_app.campaign.expressions.evaluation import evaluate
from survey_app.campaign.models import Question, Role
from survey_app.exporting import FORMATS
from survey_app.importing.mapping import AnswerRule, Rules, read_mapping
from survey_app.storage import open_storage
from tests.machinery.drawn import SECRET
from tests.machinery.live_server import PROJECT

PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]
AUTHOR, RESEARCHER, OPERATOR, DEVELOPER = (
    PROJECT / "docs" / f"{reader}.md" for reader in ("author", "researcher", "operator", "developer")
)
FILES = {
    "yaml campaign": "campaign.yaml",
    "yaml issues": "issues.yaml",
    "yaml groups": "groups.yaml",
    "csv regions": "regions.csv",
    "csv units": "units.csv",
    "csv channels": "channels.csv",
    "csv targets": "targets.csv",
}
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
IMAGE = re.compile(r'src="([^"]+)"')
PLACE = re.compile(r"(?:survey_app|tests|questionnaires|scripts|docs)/[\w./*-]+|Makefile|pyproject\.toml")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: what it is marked as, its text, and the line it begins in."""

    mark: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(match[1].strip(), match[2], text[: match.start()].count("\n") + 1)
        for match in BLOCK.finditer(text)
    ]


def marked(page: Path, mark: str) -> list[Block]:
    return [block for block in blocks(page) if block.mark == mark]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return BLOCK.sub("", page.read_text("utf-8"))


def rows_after(page: Path, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is `heading`."""
    lines = page.read_text("utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return [[cell.strip("| ") for cell in row] for row in rows]


def commands() -> Iterator[tuple[str, int, str]]:
    """Page, line and words of each `survey …` or `make …` that a page names, in blocks and between backquotes."""
    for page in PAGES:
        for block in marked(page, "sh"):
            for number, line in enumerate(block.text.splitlines(), block.line + 1):
                yield page.name, number, line.partition(" #")[0].strip()
        for number, line in enumerate(prose(page).splitlines(), 1):
            for match in QUOTED.finditer(line):
                yield page.name, number, match[1]


NAMED = [
    pytest.param(words.removeprefix(".venv/bin/"), id=f"{page}: {words}")
    for page, _, words in dict.fromkeys(commands())
    if re.match(r"(\.venv/bin/)?survey \w|make \w", words)
]


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign that docs/author.md writes block by block; each example of questions is a questionnaire."""
    folder = tmp_path_factory.mktemp("docs") / "buses"
    folder.mkdir()
    for mark, name in FILES.items():
        (block,) = marked(AUTHOR, mark)
        (folder / name).write_text(block.text, encoding="utf-8")
    (whole,) = marked(AUTHOR, "yaml questionnaire")
    (folder / "passengers.yaml").write_text(whole.text, encoding="utf-8")
    for block in marked(AUTHOR, "yaml question"):
        name = f"line-{block.line}"
        indented = "".join(f"      {line}\n" if line else "\n" for line in block.text.splitlines())
        head = f"name: {name}\ntitle: {name}\naudience: [reader]\npages:\n  - name: here\n    label: Here\n"
        (folder / f"{name}.yaml").write_text(f"{head}    questions:\n{indented}", encoding="utf-8")
    return folder


def test_every_example_for_authors_loads_without_a_mistake_or_a_warning(documented: Path):
    found = [str(mistake) for mistake in check_path(documented).mistakes]
    assert not found, "\n".join(found)


def test_no_example_for_authors_is_left_unmarked():
    known = {*FILES, "yaml questionnaire", "yaml question", "sh"}
    strays = [f"line {block.line}: {block.mark!r}" for block in blocks(AUTHOR) if block.mark not in known]
    assert not strays, strays


def test_every_kind_has_an_example_for_authors():
    written = "\n".join(block.text for block in marked(AUTHOR, "yaml question"))
    kinds = [get_args(kind.model_fields["type"].annotation) for kind in get_args(get_args(Question)[0])]
    shown = set(re.findall(r"type: (\w+)", written))
    assert {names for names in kinds if shown.isdisjoint(names)} == set()


def test_every_function_and_every_role_is_told_to_authors():
    told = {name.strip("`") for name, *_ in rows_after(AUTHOR, "function")}
    assert told == set(signatures.ARITIES)
    assert {name.strip("`") for name, *_ in rows_after(AUTHOR, "role")} == set(get_args(Role))


class Given:
    """The answers that the page says were given."""

    today = date(2021, 6, 18)
    now = datetime(2021, 6, 18, 9, 30)

    def answer(self, name: str) -> object:
        return {
            "name": "Li",
            "age": 34,
            "day": "2021-06-04",
            "problems": ["late", "rude"],
            "driver": {"stop": "did"},
            "trip_minutes": [10, 25],
        }.get(name, "")

    def own(self) -> object:
        return ""

    def position(self) -> int:
        return 1

    def choice_label(self, question: str, code: str) -> str:
        return {"late": "Late", "rude": "Rude"}[code]


@pytest.mark.parametrize(
    ("example", "gives"),
    [
        pytest.param(cells[2].strip("`"), cells[3], id=cells[2].strip("`"))
        for heading in ("operator", "function")
        for cells in rows_after(AUTHOR, heading)
    ],
)
def test_every_example_of_an_expression_gives_what_the_page_says(example: str, gives: str):
    assert to_text(evaluate(parse(example), Given())) == gives


def test_every_mapping_that_researchers_are_shown_can_be_read(tmp_path: Path):
    shown = marked(RESEARCHER, "yaml map")
    assert shown
    for block in shown:
        path = tmp_path / f"line-{block.line}.map.yaml"
        path.write_text(block.text, encoding="utf-8")
        read_mapping(path)


def test_every_key_of_a_mapping_is_told_to_researchers():
    told = set(QUOTED.findall(RESEARCHER.read_text("utf-8")))
    assert {*Rules.model_fields, *AnswerRule.model_fields} - told == set()


@pytest.mark.parametrize("words", NAMED)
def test_every_command_that_is_named_exists_with_its_options(words: str):
    program, *given = shlex.split(words)
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert [word for word in given if "=" not in word and word not in targets] == []
        return
    name, *arguments = given
    command = cli.survey.commands.get(name)
    assert command is not None, f"there is no command survey {name}"
    try:
        command.make_context(name, arguments)
    except click.MissingParameter:
        pass  # a command may be named without all it takes; unknown options and values are refused before
    except click.exceptions.Exit:
        assert "--help" in arguments


def test_the_table_that_readme_shows_is_what_comes_of_three_answers(tmp_path: Path):
    (shown,) = (block.text for block in marked(PROJECT / "README.md", "text") if "×" in block.text)
    answers = tmp_path / "answers.csv"
    answers.write_text("Q1,Q2\neast,s5\neast,s4\nwest,s2\n")
    runner = CliRunner(
        env={
            "SURVEY_CAMPAIGNS": str(PROJECT / "questionnaires" / "starter"),
            "SURVEY_INSTANCE": str(tmp_path / "instance"),
        }
    )
    assert runner.invoke(cli.survey, ["import", str(answers), "--questionnaire", "starter"]).exit_code == 0
    (asked,) = (words for _, _, words in commands() if words.startswith("survey tabulate home_region all "))
    made = runner.invoke(cli.survey, shlex.split(asked.replace("mine", "starter"))[1:])
    today, then = (re.sub(r"As of [0-9-]+", "As of today", each).strip() for each in (made.stdout, shown))
    assert today == then


def test_the_backup_that_operators_are_told_of_can_be_made_again_and_again(sqlite_url: str, tmp_path: Path):
    (told,) = (block.text for block in marked(OPERATOR, "sh") if "VACUUM INTO" in block.text)
    project = tmp_path / "project"
    (project / "instance").mkdir(parents=True)
    Path(sqlite_url.removeprefix("sqlite:///")).rename(project / "instance" / "survey.sqlite3")
    (project / ".venv").symlink_to(sys.prefix)
    for times in (1, 2):
        variables = {**os.environ, "HOME": str(tmp_path)}
        subprocess.run(["sh", "-ec", told], cwd=project, env=variables, check=True)
        assert len(list((tmp_path / "backups").glob("survey-*.sqlite3"))) == times
        time.sleep(1)
    for copy in (tmp_path / "backups").iterdir():
        open_storage(f"sqlite:///{copy}", secret=SECRET).close()
    assert {path.name for path in project.iterdir()} == {".venv", "instance"}


def test_every_command_and_every_option_is_told_somewhere():
    everything = "\n".join(page.read_text("utf-8") for page in PAGES)
    unsaid = [f"survey {name}" for name in cli.survey.commands if f"survey {name}" not in everything]
    unsaid += [
        f"survey {name} {option}"
        for name, command in cli.survey.commands.items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--") and option not in everything
    ]
    assert not unsaid, unsaid
    assert [name for name in FORMATS if f"`{name}`" not in RESEARCHER.read_text("utf-8")] == []


@every_page
def test_every_link_leads_to_something(page: Path):
    text = prose(page)
    broken = []
    for target in [*LINK.findall(text), *IMAGE.findall(text)]:
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        aim = page if not file else (page.parent / file)
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            broken.append(target)
    assert not broken, broken


@pytest.mark.parametrize("page", [AUTHOR, RESEARCHER, OPERATOR, DEVELOPER], ids=lambda page: page.name)
def test_a_page_begins_with_a_list_of_all_its_parts_in_order(page: Path):
    text = prose(page)
    listed = re.findall(r"^- \[(.+)\]\(#.+\)$", text.partition("\n## ")[0], re.MULTILINE)
    assert listed == re.findall(r"^## (.+)$", text, re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors that headings get on the usual forges."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_function_and_table_that_developers_are_led_to_is_there():
    led = re.findall(r"`([\w/]+\.py):(\w+)`", DEVELOPER.read_text("utf-8"))
    assert led
    lost = [
        f"{file}:{name}"
        for file, name in dict.fromkeys(led)
        if not (path := PROJECT / "survey_app" / file).is_file()
        or not re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert not lost, lost


@every_page
def test_every_place_in_the_project_that_is_named_is_there(page: Path):
    places = {
        match[0].rstrip(".") for words in QUOTED.findall(prose(page)) for match in PLACE.finditer(words)
    }
    mine = {place for place in places if place.startswith("questionnaires/mine")}
    lost = sorted(place for place in places - mine if not list(PROJECT.glob(place.rstrip("/"))))
    assert not lost, lost


def test_the_settings_that_are_told_are_those_that_are_read():
    read = {
        name
        for path in (PROJECT / "survey_app").rglob("*.py")
        for name in re.findall(r"[\"'](SURVEY_[A-Z_]+)[\"']", path.read_text("utf-8"))
    }
    told = {cells[0].strip("`") for cells in rows_after(OPERATOR, "setting")}
    assert told == read
    named = {name for page in PAGES for name in re.findall(r"SURVEY_[A-Z_]+", page.read_text("utf-8"))}
    assert named - read <= {"SURVEY_SAMPLES"}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_its_reason(file: str):
    lines = (PROJECT / file).read_text("utf-8").splitlines()
    names = {re.split(r"[\[=;]", line)[0].strip() for line in lines if line and line[0] not in "#-"}
    told: set[Any] = set(re.findall(r"^\| `([\w-]+)` \|", DEVELOPER.read_text("utf-8"), re.MULTILINE))
    assert names - told == set()
