"""Ways through the questionnaire `every-kind`, as far as most tests go before what they are about."""

from __future__ import annotations

from tests.machinery.person import Person

CHOSEN = {"one": "green", "rows__first": "did", "rows__second": "did_not"}
"""What its first page asks for."""


def at_the_second_page(person: Person) -> Person:
    """Past that page and the one it opens."""
    return person.begins("every-kind").answers(**CHOSEN).answers()


def at_the_check(person: Person) -> Person:
    """Everything is answered that must be, and not sent yet."""
    return at_the_second_page(person).answers(age="12").answers(place="P1a").answers()
