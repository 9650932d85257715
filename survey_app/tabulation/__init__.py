"""What is counted: responses as a DataFrame or its parts in, tables out."""

from survey_app.tabulation.asking import ask, ask_wish
from survey_app.tabulation.catalogue import Catalogue
from survey_app.tabulation.counting import tabulate
from survey_app.tabulation.disclosure import disclosed
from survey_app.tabulation.measures import Measure
from survey_app.tabulation.parts import Parts, Whole, Within
from survey_app.tabulation.table import Table
from survey_app.tabulation.text import as_text
from survey_app.tabulation.where import Where
from survey_app.tabulation.wide import as_frame

__all__ = [
    "Catalogue",
    "Measure",
    "Parts",
    "Table",
    "Where",
    "Whole",
    "Within",
    "as_frame",
    "as_text",
    "ask",
    "ask_wish",
    "disclosed",
    "tabulate",
]
