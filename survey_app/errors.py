"""Errors that a person reads: each has a status for the web and words that name the place and the cure."""

from __future__ import annotations


class SurveyError(Exception):
    """Something a person can mend. `words` says what is wrong and what to do; `status` is the HTTP status."""

    status = 400
    exit_code = 1

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


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
