"""What a browser sent, asked for by name, so that what nobody asks for is noticed."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.datastructures import MultiDict

PREFIX = "q-"
"""Begins the name of every control that holds an answer."""


class Posted:
    """The form of one request."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self._form = form
        self._asked: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether a control of that name was sent."""
        self._asked.add(name)
        return name in self._form

    def one(self, name: str) -> Any:
        """The value of a control that has one; a list where a hand-made request sent several."""
        self._asked.add(name)
        values = self._form.getlist(name)
        return values[0] if len(values) == 1 else values or ""

    def many(self, name: str) -> list[str]:
        """The values of a control that may have several."""
        self._asked.add(name)
        return self._form.getlist(name)

    def entries(self, name: str) -> list[int]:
        """The numbers n of the entries `<name>-<n>…` that were sent, in order."""
        pattern = re.compile(re.escape(name) + r"-(\d{1,3})(?:-.*)?", re.DOTALL)
        return sorted({int(found[1]) for sent in self._form if (found := pattern.fullmatch(sent))})

    def holds(self, name: str) -> bool:
        """Whether the control of that name, or a part of it (`<name>-…`, `<name>_other`), was sent."""
        return any(sent == name or sent.startswith((f"{name}-", f"{name}_other")) for sent in self._form)

    def strangers(self) -> list[str]:
        """The names of answers that were sent and that nothing asked for."""
        return [name for name in self._form if name.startswith(PREFIX) and name not in self._asked]
