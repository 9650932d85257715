"""What comes in: tables of answers, from other programs and from our own exports."""

from survey_app.importing.mapping import MappingError, read_mapping
from survey_app.importing.report import ImportReport
from survey_app.importing.run import import_file

__all__ = [
    "ImportReport",
    "MappingError",
    "import_file",
    "read_mapping",
]
