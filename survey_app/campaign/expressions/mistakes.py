"""Words for mistakes in expressions: what was found and how to write it instead.

The source and a place in it (an index from 0) come in, words go out; expressions.py raises them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TOKENS = re.compile(
    r"""\$\{[^}]*\}|"[^"]*"|'[^']*'|[^\W\d][\w.\-]*(?::[\w.\-]+)?|[0-9]+\.?[0-9]*|\.\.|[=!<>&|]+|\S""",
)
_OPERAND = re.compile(r"""\$\{[^}]*\}|"[^"]*"|'[^']*'|[^\W\d].*|[0-9].*|\.|\)""", re.DOTALL)
_PATH = re.compile(r"\$\{\s*[^\W\d][\w.\-]*(/[\w.\-]+)?\s*\}")
_WORD = re.compile(r"[^\W\d][\w.\-:]*")
_OPERATORS = frozenset(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "(", ")", ","])
_OPERATOR_WORDS = ("and", "or", "div", "mod")

LONGEST_SHOWN = 60  # characters of what was found, so that the words stay readable

_SIGNS = {
    "==": 'write "=" to compare',
    "===": 'write "=" to compare',
    "!==": 'write "!=" for "is not"',
    "<>": 'write "!=" for "is not"',
    "=<": 'write "<="',
    "=>": 'write ">="',
    "&&": 'write "and"',
    "&": 'write "and", or concat(a, b) to join texts',
    "||": 'write "or"',
    "|": 'write "or"',
    "!": "write not(…)",
    "/": 'write "div" to divide, ${question} for a question',
    "%": 'write "mod" for the remainder',
    "^": "write pow(x, y)",
    "..": '".." stands only in position(..)',
    "[": "paths with conditions are not known here: write ${question}",
    "]": "paths with conditions are not known here: write ${question}",
    "{": "a question is written ${name}",
    "}": "a question is written ${name}",
    "#": "a question is written ${name}",
    ";": 'write "," between arguments',
    "×": 'write "*"',
    "÷": 'write "div"',
    "≤": 'write "<="',
    "≥": 'write ">="',
    "≠": 'write "!="',
    "、": 'write ","',
    **dict.fromkeys("−–—", 'write "-"'),
    **dict.fromkeys("‘’“”「」『』", "write straight quotes: 'text'"),
    **{chr(ord(sign) + 0xFEE0): f'write "{sign}", half as wide' for sign in "()+,-=<>*.${}"},
}
"""What other languages or a Chinese keyboard write, with the cure. U+FF01 and on are full width."""


def of_syntax(source: str, place: int, functions: Collection[str]) -> tuple[int, str]:
    """Where the mistake is, and words for it; `place` is where reading stopped, or the source's length."""
    before = list(_TOKENS.finditer(source[:place]))
    previous = before[-1] if before else None
    if previous and _WORD.fullmatch(previous.group()) and previous.group() not in _OPERATOR_WORDS:
        return previous.start(), _of_word(previous.group(), functions)
    if not source[place:].strip():
        return len(source), _of_end(source, previous)
    start, found = _token_at(source, place)
    if found in ("'", '"'):
        return start, "the text that begins here has no closing quote"
    if found.startswith("$") and not _PATH.fullmatch(found):
        return start, "a question is written ${name}, or ${checklist/row}"
    if found in _SIGNS:
        return start, f'"{found}" is not known here: {_SIGNS[found]}'
    if not _OPERAND.fullmatch(found) and found not in _OPERATORS:
        return (
            start,
            f'"{found}" has no meaning here: take it out, or put quotes round the text it belongs to',
        )
    return start, _of_order(found, previous)


def shown(token: str) -> str:
    """A part of an expression between quotes, not too long."""
    short = token if len(token) <= LONGEST_SHOWN else f"{token[:LONGEST_SHOWN]}…"
    return short if token[:1] in "'\"$" else f'"{short}"'


def _of_word(word: str, functions: Collection[str]) -> str:
    if word.lower() in _OPERATOR_WORDS:
        return f'"{word}" is not known here: write "{word.lower()}" in small letters'
    if word.lower() in ("true", "false"):
        return f'"{word}" is not known here: write {word.lower()}()'
    if word in functions:
        return f"{word} is a function: write its arguments in ( ) behind it"
    return (
        f"\"{word}\" is neither a question nor a text: write ${{{word}}} for a question, '{word}' for a text"
    )


def _of_end(source: str, previous: re.Match[str] | None) -> str:
    last = previous.group() if previous else ""
    opened = _unclosed(source)
    if not opened or not _OPERAND.fullmatch(last) or last in _OPERATOR_WORDS:
        return f"something is missing after {shown(last)}"
    return f'a ")" is missing for the "(" in column {opened[-1].start() + 1}'


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


def _of_order(found: str, previous: re.Match[str] | None) -> str:
    last = previous.group() if previous else ""
    after_operand = bool(_OPERAND.fullmatch(last)) and last not in _OPERATOR_WORDS
    if _WORD.fullmatch(found) and found.lower() in _OPERATOR_WORDS and found not in _OPERATOR_WORDS:
        return _of_word(found, ())
    if found == ")" and after_operand:
        return 'this ")" closes nothing: take it out, or write its "("'
    if found == "," and after_operand:
        return '"," stands only between the arguments of a function; a decimal point is "."'
    if after_operand:
        return f"{shown(found)} follows {shown(last)} with nothing between: write and, or, =, +, …"
    return f"something is missing before {shown(found)}" + (f" and after {shown(last)}" if last else "")
