"""Cures for text that is no YAML: what authors of questionnaires get wrong, by what libyaml says of it."""

from __future__ import annotations

import re

import yaml

_CURES = (
    ("found unexpected end of stream", "close the quote that is open"),
    ("could not find expected ':'", "write a colon and a space after the key, and close all quotes"),
    ("did not find expected key", "indent it like the lines that belong together, and close all quotes"),
    ("did not find expected '-'", "begin each item of the list with - in the same column"),
    (
        "did not find expected ',' or",
        "close the bracket; put text that holds a comma or bracket between quotes",
    ),
    ("did not find expected node content", "close the brackets"),
    ("found unknown escape character", "write the text between single quotes"),
    ("block sequence entries are not allowed", "begin the list on a line of its own"),
    ("did not find expected <document start>", "begin every key of the file in the first column"),
    ("found undefined tag handle", "put text that begins with ! between quotes"),
)


def of_syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[int | None, str, str]:
    """The line (from 1), what is wrong, and the cure, for what libyaml found in `text`."""
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or "is not YAML")
    if mark is None:
        return None, f"cannot be read as YAML: {problem}", "see the YAML of another questionnaire"
    if "quoted scalar" in str(error.context) and "end of stream" in problem and error.context_mark:
        mark = error.context_mark
    lines = text.splitlines() or [""]
    line = min(mark.line, len(lines) - 1)
    if "tab character" in problem:
        return line + 1, *_odd_character("\t")
    if "cannot start any token" in problem:
        return line + 1, *_odd_character(lines[line][mark.column : mark.column + 1])
    if "mapping values are not allowed" in problem:
        return line + 1, f"cannot be read as YAML: {problem}", _colon_cure(lines[line])
    cure = next(
        (cure for words, cure in _CURES if words in problem), "see that indentation and quotes are right"
    )
    return line + 1, f"cannot be read as YAML: {problem}", cure


def _colon_cure(line: str) -> str:
    """A second colon in the line is one of a text; else the line, or the one before it, stands too far right."""
    inside = re.fullmatch(r"\s*(?:- +)*[^\s:{\['\"][^:]*: +[^\s{\['\"|>].*?:(?: .*|)", line)
    return (
        "put text that holds a colon between quotes"
        if inside
        else "indent it like the lines that belong together"
    )


def _odd_character(found: str) -> tuple[str, str]:
    if found == "\t":
        return "a tab stands where spaces are needed", "indent with spaces"
    return f"text cannot begin with {found} here", f'put it between quotes, as in "{found}…"'
