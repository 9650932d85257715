"""Words for mistakes in expressions: what was found and how to write it instead.

The source and a place in it (an index from 0) come in, words go out; expressions.py raises them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from survey_app.errors import Said

_TOKENS = re.compile(
    r"""\$\{[^}]*\}|"[^"]*"|'[^']*'|[^\W\d][\w.\-]*(?::[\w.\-]+)?|[0-9]+\.?[0-9]*|\.\.|[=!<>&|]+|\S""",
)
_OPERAND = re.compile(r"""\$\{[^}]*\}|"[^"]*"|'[^']*'|[^\W\d].*|[0-9].*|\.|\)""", re.DOTALL)
_PATH = re.compile(r"\$\{\s*[^\W\d][\w.\-]*(/[\w.\-]+)?\s*\}")
_WORD = re.compile(r"[^\W\d][\w.\-:]*")
_OPERATORS = frozenset(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "(", ")", ","])
_OPERATOR_WORDS = ("and", "or", "div", "mod")

LONGEST_SHOWN = 60  # characters of what was found, so that the words stay readable

_COMPARE = Said('write "%(sign)s" to compare', sign="=")
_IS_NOT = Said('write "%(sign)s" for "is not"', sign="!=")
_PATHS = Said("paths with conditions are not known here: write ${question}")
_QUESTIONS = Said("a question is written ${name}")
_STRAIGHT = Said("write straight quotes: 'text'")
_ENTRY = Said('".." stands only in position(..)')


def _write(sign: str) -> Said:
    return Said('write "%(sign)s"', sign=sign)


def _half_as_wide(sign: str) -> Said:
    return Said('write "%(sign)s", half as wide', sign=sign)


_SIGNS = {
    "==": _COMPARE,
    "===": _COMPARE,
    "!==": _IS_NOT,
    "<>": _IS_NOT,
    "=<": _write("<="),
    "=>": _write(">="),
    "&&": _write("and"),
    "&": Said('write "and", or concat(a, b) to join texts'),
    "||": _write("or"),
    "|": _write("or"),
    "!": Said("write not(…)"),
    "/": Said('write "div" to divide, ${question} for a question'),
    "%": Said('write "mod" for the remainder'),
    "^": Said("write pow(x, y)"),
    "..": _ENTRY,
    "[": _PATHS,
    "]": _PATHS,
    "{": _QUESTIONS,
    "}": _QUESTIONS,
    "#": _QUESTIONS,
    ";": Said('write "," between arguments'),
    "×": _write("*"),
    "÷": _write("div"),
    "≤": _write("<="),
    "≥": _write(">="),
    "≠": _write("!="),
    "、": _write(","),
    **dict.fromkeys("−–—", _write("-")),
    **dict.fromkeys("‘’“”「」『』", _STRAIGHT),
    **{chr(ord(sign) + 0xFEE0): _half_as_wide(sign) for sign in "()+,-=<>*.${}"},
}
"""What other languages or a Chinese keyboard write, with the cure. U+FF01 and on are full width."""


def of_syntax(source: str, place: int, functions: Collection[str]) -> tuple[int, Said]:
    """Where the mistake is, and words for it; `place` is where reading stopped, or the source's length."""
    before = list(_TOKENS.finditer(source[:place]))
    previous = before[-1] if before else None
    if previous and _WORD.fullmatch(previous.group()) and previous.group() not in _OPERATOR_WORDS:
        return previous.start(), _of_word(previous.group(), functions)
    if not source[place:].strip():
        return len(source), _of_end(source, previous)
    start, found = _token_at(source, place)
    if found in ("'", '"'):
        return start, Said("the text that begins here has no closing quote")
    if found.startswith("$") and not _PATH.fullmatch(found):
        return start, Said("a question is written ${name}, or ${checklist/row}")
    if found in _SIGNS:
        return start, _unknown(found, _SIGNS[found])
    if not _OPERAND.fullmatch(found) and found not in _OPERATORS:
        words = Said(
            '"%(found)s" has no meaning here: take it out, or put quotes round the text it belongs to',
            found=found,
        )
        return start, words
    return start, _of_order(found, previous)


def shown(token: str) -> str:
    """A part of an expression between quotes, not too long."""
    short = token if len(token) <= LONGEST_SHOWN else f"{token[:LONGEST_SHOWN]}…"
    return short if token[:1] in "'\"$" else f'"{short}"'


def _unknown(found: str, cure: Said) -> Said:
    return Said('"%(found)s" is not known here: %(cure)s', found=found, cure=cure)


def _of_word(word: str, functions: Collection[str]) -> Said:
    if word.lower() in _OPERATOR_WORDS:
        return _unknown(word, Said('write "%(word)s" in small letters', word=word.lower()))
    if word.lower() in ("true", "false"):
        return _unknown(word, Said("write %(word)s()", word=word.lower()))
    if word in functions:
        return Said("%(word)s is a function: write its arguments in ( ) behind it", word=word)
    return Said(
        "\"%(word)s\" is neither a question nor a text: write ${%(word)s} for a question, '%(word)s' for a text",
        word=word,
    )


def _of_end(source: str, previous: re.Match[str] | None) -> Said:
    last = previous.group() if previous else ""
    opened = _unclosed(source)
    if not opened or not _OPERAND.fullmatch(last) or last in _OPERATOR_WORDS:
        return Said("something is missing after %(last)s", last=shown(last))
    return Said('a ")" is missing for the "(" in column %(column)d', column=opened[-1].start() + 1)


def _unclosed(source: str) -> list[re.Match[str]]:
    opened: list[re.Match[str]] = []
    for token in _TOKENS.finditer(source):
        if token.group() == "(":
            opened.append(token)
        elif token.group() == ")" and opened:
            opened.pop()
    return opened


def _token_at(source: str, place: int) -> tuple[int, str]:
    """The token that holds the place: reading "==" stops at its second sign."""
    for token in _TOKENS.finditer(source):
        if token.end() > place:
            return token.start(), token.group()
    return place, source[place : place + 1]


def _of_order(found: str, previous: re.Match[str] | None) -> Said:
    last = previous.group() if previous else ""
    after_operand = bool(_OPERAND.fullmatch(last)) and last not in _OPERATOR_WORDS
    if _WORD.fullmatch(found) and found.lower() in _OPERATOR_WORDS and found not in _OPERATOR_WORDS:
        return _of_word(found, ())
    if found == ")" and after_operand:
        return Said('this ")" closes nothing: take it out, or write its "("')
    if found == "," and after_operand:
        return Said('"," stands only between the arguments of a function; a decimal point is "."')
    values = {"found": shown(found), "last": shown(last)}
    if after_operand:
        return Said("%(found)s follows %(last)s with nothing between: write and, or, =, +, …", **values)
    if last:
        return Said("something is missing before %(found)s and after %(last)s", **values)
    return Said("something is missing before %(found)s", found=shown(found))
