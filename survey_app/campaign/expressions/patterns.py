"""Patterns of regex(): the part of regular expressions that RE2, Java and JavaScript read alike.

As in XLSForm, a pattern has to match the whole text. The server matches with RE2, in time that grows with
the text only; a browser backtracks, therefore a pattern that could hang it (a repeat inside a repeat) is
refused for both.
"""

from __future__ import annotations

import re
from functools import lru_cache

import re2

from survey_app.errors import Said

LONGEST_SUBJECT = 1000  # characters; a longer text does not match any pattern

_PIECES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?.?|[()]|[*+?]|\{[0-9]*,?[0-9]*\}|.", re.DOTALL)
_ESCAPES = re.compile(r"\\[dDwWsSbBnrt\W]", re.ASCII)


def why_refused(pattern: str) -> Said | None:
    """Why a pattern cannot be used, as the end of a sentence with the cure; None when it can."""
    pieces = _PIECES.findall(pattern)
    for piece in pieces:
        if piece.startswith("(?") and piece != "(?:":
            return Said(
                "has %(piece)s, which not all browsers know: use ( ), and join regex() with and, not()",
                piece=repr(piece),
            )
        if piece.startswith("\\") and not _ESCAPES.fullmatch(piece):
            return Said(
                "has %(piece)s, which not all browsers know: write the character itself or a class in [ ]",
                piece=repr(piece),
            )
        if piece.startswith(("[]", "[^]")):
            return Said('begins a class with "]", which browsers read otherwise: write "\\]"')
        if piece.startswith("[") and "[:" in piece:
            return Said("has a class as in [[:alpha:]], which no browser knows: write [A-Za-z]")
    if _repeats_a_repeat(pieces):
        return Said("has a repeat inside a repeat, as in (a+)+, which can hang a phone: repeat only once")
    try:
        _compiled(pattern)
    except (re2.error, UnicodeError) as error:
        return Said("is no regular expression: %(reason)s", reason=_reason(error))
    return None


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern, one that is not refused, matches the whole text."""
    if len(text) > LONGEST_SUBJECT:
        return False
    readable = text.encode("utf-8", "replace").decode("utf-8")  # RE2 takes no lone surrogates
    return _compiled(pattern).fullmatch(readable) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    written = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    return written.partition(": ")[0]  # the pattern follows, which whoever asked has already


def _repeats_a_repeat(pieces: list[str]) -> bool:
    """Whether a group with a repeat in it is itself repeated; `?` and `{3}` leave little to try."""
    open_groups, closed = [False], False
    for piece in pieces:
        if piece in ("(", "(?:"):
            open_groups.append(False)
        elif piece == ")" and len(open_groups) > 1:
            closed = open_groups.pop()
            open_groups[-1] |= closed
            continue
        elif _is_open_repeat(piece):
            if closed:
                return True
            open_groups[-1] = True
        closed = False
    return False


def _is_open_repeat(piece: str) -> bool:
    return piece in ("*", "+") or (piece.startswith("{") and "," in piece and piece != "{,}")
