"""Words for what the catalogue cannot give, each with its cure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from survey_app.campaign.columns import Column
from survey_app.campaign.reports import meant, several, there_are
from survey_app.errors import NotFound, Said, SurveyError

NUMBERS = ("integer", "decimal", "value")
"""Types of questions that take a number."""


def sealed(name: str) -> SurveyError:
    """For a question whose answers nobody here can read."""
    return SurveyError(
        Said("'%(name)s' is sealed to those who hold the key, so nothing can be counted of it", name=name)
    )


def repeated(column: Column) -> SurveyError:
    """For a question inside a repeat."""
    words = Said(
        "'%(name)s' is asked several times, in '%(repeat)s', and a table counts respondents: "
        "ask for its role (issue), or export the entries",
        name=column.name,
        repeat=column.repeat,
    )
    return SurveyError(words)


def no_side(column: Column) -> SurveyError:
    """For a question that takes numbers, words or times."""
    if column.type in NUMBERS:
        words = Said(
            "'%(name)s' takes a number; sides of a table are choices, regions and dates: "
            "a measure can be mean:%(name)s",
            name=column.name,
        )
    else:
        words = Said(
            "'%(name)s' takes free words or a time of day; sides of a table are choices, regions and dates: "
            "export the answers to read them",
            name=column.name,
        )
    return SurveyError(words)


def no_number(name: str, there: Iterable[str]) -> SurveyError:
    """For codes held against a number, or by an order."""
    return SurveyError(
        Said(
            "the answers of '%(name)s' are codes, no numbers: compare with = and one of them; %(there)s",
            name=name,
            there=there_are(there),
        )
    )


def no_order(name: str) -> SurveyError:
    """For free words held against something by an order, or against somebody's number."""
    return SurveyError(
        Said(
            "'%(name)s' holds free words: compare with = or != and words without anybody's number; "
            "the list of responses looks for words",
            name=name,
        )
    )


def no_scores(name: str) -> SurveyError:
    """For a question that has no mean."""
    return SurveyError(
        Said(
            "'%(name)s' has no scores to take a mean of: name a scale or a question that takes a number",
            name=name,
        )
    )


def no_scores_of_role(role: str) -> SurveyError:
    """For a role without a mean."""
    return SurveyError(Said("no question with the role %(role)s has scores to take a mean of", role=role))


def differing_scores(code: str, role: str, one: float, other: float) -> SurveyError:
    """For a role whose questionnaires give a choice different scores."""
    words = Said(
        "the questionnaires give '%(code)s' of the role %(role)s the scores %(one)s and %(other)s, "
        "so they have no mean together: tabulate one questionnaire at a time",
        code=code,
        role=role,
        one=f"{one:g}",
        other=f"{other:g}",
    )
    return SurveyError(words)


def differing_thresholds(role: str) -> SurveyError:
    """For a role whose questionnaires call different scores satisfied."""
    words = Said(
        "the questionnaires call different scores of the role %(role)s satisfied: tabulate one at a time",
        role=role,
    )
    return SurveyError(words)


def no_scheme(scheme: str, known: Collection[str]) -> NotFound:
    """For a grouping of issues that there is not."""
    cure = meant(scheme, known, there_are(known) if known else Said("the campaign has none"))
    return NotFound(Said("there is no issue scheme '%(scheme)s': %(cure)s", scheme=scheme, cure=cure))


def checklist(name: str, rows: Iterable[str]) -> NotFound:
    """For a checklist named without a row."""
    return NotFound(
        Said("'%(name)s' is a checklist; name one of its rows: %(rows)s", name=name, rows=several(rows))
    )


def no_role(name: str, known: Collection[str]) -> NotFound:
    """For a role that no question here has."""
    return NotFound(
        Said("no question here has the role %(name)s; %(there)s", name=name, there=there_are(known))
    )


def no_name(name: str, known: Collection[str], *, alone: bool) -> NotFound:
    """For a name that nothing has; `alone`: whether one questionnaire is asked for."""
    cure = meant(name, known, there_are(known))
    found = Said("there is no question, role or column '%(name)s': %(cure)s", name=name, cure=cure)
    if alone:
        return NotFound(found)
    more = Said("questions can be named when one questionnaire is asked for")
    return NotFound(Said("%(words)s; %(more)s", words=found, more=more))


def no_choice(name: str, code: str, known: Collection[str]) -> SurveyError:
    """For an answer that a question does not offer."""
    cure = meant(code, known, there_are(known))
    return SurveyError(
        Said("${%(name)s} has no choice '%(code)s': %(cure)s", name=name, code=code, cure=cure)
    )
