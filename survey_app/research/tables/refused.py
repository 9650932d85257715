"""What cannot be counted, said in the language of the page."""

from __future__ import annotations

from flask_babel import gettext

from survey_app.campaign.expressions import ExpressionError
from survey_app.errors import SurveyError
from survey_app.web import languages


def words_of(error: SurveyError) -> str:
    """What is wrong and what to do. Of a slip in a condition only the English words say what it is; others where."""
    if isinstance(error, ExpressionError) and languages.interface() != "en":
        place = error.column
        words = gettext(
            "The condition cannot be read from letter %(column)d on. Write it as in ${question} = 'code', several "
            "joined by and, or; texts between straight quotation marks.",
            column=place,
        )
        return str(words)
    return error.in_(lambda sentence: str(gettext(sentence)))


def status_of(error: SurveyError) -> int:
    """The status that goes with it: whoever asked can mend it."""
    return error.status if 400 <= error.status < 500 else 400
