"""Words in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

ANY = ""
"""The language of a text that was written as a plain string: it stands for every language."""


def _string_or_wordings(schema: dict[str, Any]) -> None:
    wordings = {key: schema.pop(key) for key in ("type", "additionalProperties")}
    schema["anyOf"] = [{"type": "string"}, {**wordings, "minProperties": 1}]


class Text(RootModel[dict[str, str]]):
    """One wording per language code. A plain string in YAML is the same wording in every language."""

    model_config = ConfigDict(frozen=True, json_schema_extra=_string_or_wordings)

    @model_validator(mode="before")
    @classmethod
    def _plain_string_is_every_language(cls, value: Any) -> Any:
        return {ANY: value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> Text:
        if not self.root:
            raise ValueError("a text needs words in at least one language")
        return self

    @classmethod
    def plain(cls, words: str) -> Text:
        """The same wording in every language."""
        return cls({ANY: words})

    def in_(self, language: str) -> str:
        """The wording in `language`; else in its base language (`zh` for `zh-Hant`), else the first one given."""
        for wanted in (language, language.partition("-")[0], ANY):
            if wanted in self.root:
                return self.root[wanted]
        return next(iter(self.root.values()))

    def has(self, language: str) -> bool:
        """Whether nothing has to be borrowed from another language."""
        return language in self.root or ANY in self.root

    def languages(self) -> Iterator[str]:
        """The language codes it has words in."""
        return iter(self.root)

    def language_of(self, language: str) -> str:
        """The language of the words that `in_` gives, so that a page can mark borrowed words."""
        for wanted in (language, language.partition("-")[0]):
            if wanted in self.root:
                return wanted
        return language if ANY in self.root else next(iter(self.root))


def in_language(values: Mapping[str, object], language: str) -> dict[str, object]:
    """What fills the places of a sentence: of each text its wording in `language`."""
    return {name: value.in_(language) if isinstance(value, Text) else value for name, value in values.items()}
