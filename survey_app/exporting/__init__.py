"""What leaves: responses and tables as files, each with what a reader must know beside it."""

from survey_app.exporting.chosen import Chosen, written_columns
from survey_app.exporting.coverage import Covered, write_coverage
from survey_app.exporting.exports import FORMATS, Source, export
from survey_app.exporting.files import NotAPlace, NotWritten, file_name
from survey_app.exporting.log import log_csv
from survey_app.exporting.poster_choice import channels_for, chosen
from survey_app.exporting.posters import SIZES, Paper, paper, stylesheet, write_posters
from survey_app.exporting.sealed import SealedItem, write_sealed
from survey_app.exporting.streams import Added, Stream, Whole
from survey_app.exporting.tables import TABLE_FORMATS, write_table

__all__ = [
    "FORMATS",
    "SIZES",
    "TABLE_FORMATS",
    "Added",
    "Chosen",
    "Covered",
    "NotAPlace",
    "NotWritten",
    "Paper",
    "SealedItem",
    "Source",
    "Stream",
    "Whole",
    "channels_for",
    "chosen",
    "export",
    "file_name",
    "log_csv",
    "paper",
    "stylesheet",
    "write_coverage",
    "write_posters",
    "write_sealed",
    "write_table",
    "written_columns",
]
