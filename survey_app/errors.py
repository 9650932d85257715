"""Errors that a person reads: each has a status for the web and words that name the place and the cure."""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]
"""From a sentence with its places empty to the same in another language."""


class Said:
    """A sentence with places, `pattern` filled by `values`, some of which may be sentences themselves."""

    def __init__(self, pattern: str, **values: object) -> None:
        self.pattern = pattern
        self.values = values

    def __str__(self) -> str:
        return self.in_(str)

    def in_(self, translate: Translate) -> str:
        """The sentence as `translate` has it."""
        filled = {
            name: value.in_(translate) if isinstance(value, Said) else value
            for name, value in self.values.items()
        }
        return translate(self.pattern) % filled if filled else translate(self.pattern)

    def filled(self, **values: object) -> Said:
        """The same sentence with other values."""
        return Said(self.pattern, **values)


class SurveyError(Exception):
    """Something a person can mend. `words` says what is wrong and what to do; `status` is the HTTP status.

    Words given as `Said` can be read in other languages; pages show no others.
    """

    status = 400
    exit_code = 1

    def __init__(self, words: str | Said) -> None:
        super().__init__(str(words))
        self.words = str(words)
        self.said = words if isinstance(words, Said) else None

    def in_(self, translate: Translate, said: Said | None = None) -> str:
        """The words, or what is `said` in their place, as `translate` has them; those that no translation has, as they
        are.
        """
        said = said or self.said
        return said.in_(translate) if said else self.words


class NotFound(SurveyError):
    """What was asked for is not there."""

    status = 404


class Closed(SurveyError):
    """The questionnaire takes no answers now."""

    status = 403


class CampaignError(SurveyError):
    """The campaign folder has mistakes; `words` holds one line per mistake."""

    status = 500


class StorageError(SurveyError):
    """The database could not keep or give what was asked; what was there before is still there."""

    status = 503


def broken_off(came: str, error: SurveyError | KeyboardInterrupt, again: str) -> StorageError:
    """For a work in steps that ended before its time: what came in, why it ended, and what to do."""
    why = error.words if isinstance(error, SurveyError) else "It was stopped."
    return StorageError(f"{came} {why} {again}")
