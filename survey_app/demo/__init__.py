"""What is made up: answers by chance, whole and without a mistake, to try the program with and to measure it on."""

from survey_app.demo.answering import NOW, people
from survey_app.demo.filling import Demo, fill, made_up

__all__ = ["NOW", "Demo", "fill", "made_up", "people"]
