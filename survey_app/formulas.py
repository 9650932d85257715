"""Text that a spreadsheet could run as a formula: disarmed in every file written here, armed again when it comes back.

Source: OWASP ASVS 5.0, 1.2.10 (formula injection: = + - @ tab and NUL, full-width forms too).
"""

from __future__ import annotations

import re

_MARKS = "=+@＝＋－＠﹦﹢﹣﹫-"
# White space and zero-width characters may stand before the mark: some programs cut them off and then see a formula.
# '<r>' opens what XlsxWriter takes for ready-made XML.
_DANGEROUS = re.compile(rf"'*(?:[\t\r\n\0]|<r>|[\s\0-\x1f\ufeff\u200b-\u200f\u2060]*[{_MARKS}])")


def disarm(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula; `arm` undoes it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def arm(text: str) -> str:
    """What `disarm` was given."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text
