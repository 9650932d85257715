"""What cannot be counted, said in the language of the page."""

from __future__ import annotations

from flask_babel import gettext

from survey_app.errors import SurveyError


def words_of(error: SurveyError) -> str:
    """What is wrong and what to do."""
    return error.in_(lambda sentence: str(gettext(sentence)))


def status_of(error: SurveyError) -> int:
    """The status that goes with it: whoever asked can mend it."""
    return error.status if 400 <= error.status < 500 else 400
